"""Masks: what is personal goes, and figures, years, ticket numbers and 文号 stay."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.privacy import luhn, mask, mask_deep, personal

PLAIN = st.text("的年报告公开申请为是了，。： ", max_size=8)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("手机13800138000，谢谢", "手机【电话号码】，谢谢"),
        ("+86 138-0013-8000", "【电话号码】"),
        ("１３８００１３８０００", "【电话号码】"),
        ("(0755)23456789", "【电话号码】"),
        ("010-82510000-801转", "【电话号码】转"),
        ("邮箱a.b+c@mail.example.cn。", "邮箱【电子邮箱】。"),
        ("110101199003077715", "【身份证号】"),
        ("11010119900307771x", "【身份证号】"),
        ("110101 19900307 7715", "【身份证号】"),
        ("110101900307771", "【身份证号】"),
        ("身份证号码：123456789012345678", "身份证【身份证号】"),  # checksum and date are wrong
        ("6222 0212 3456 7890 128", "【银行卡号】"),
        ("4111-1111-1111-1111", "【银行卡号】"),
        ("卡号1234567890123456", "卡号【银行卡号】"),  # Luhn is wrong
        ("我住在海淀区中关村南大街5号院3号楼2单元501室，请邮寄", "我住在【住址】，请邮寄"),
        ("地址：朝阳区某某路12号", "地址：【住址】"),
        ("3号楼2单元501", "【住址】"),
    ],
)
def test_what_is_personal(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2024年新收3259件，比2023年增长11.475913%",
        "374 ÷ 3259 × 100%",
        "京政发〔2024〕12号、国令第711号、海政复字[2023]5号",
        "工单WB-1380-0138",
        "罚没收入13800138000元，投资4111111111111111元",
        "合计12345678901234567890件",
        "99,999,999,999,999",
        "0.13800138000",
        "2024-06-08 10:00:00",
        "依照《条例》第三十三条第12款",
        "海淀区中关村街道2024年受理12件",
        "打12345热线",
        "第一章1.1.1",
        "r93b94a2df9ee23a-t2-26-7",
        "思路2号文件、公路5号令",
        "",
    ],
)
def test_what_stays(text: str) -> None:
    assert mask(text) == text


@given(PLAIN, st.integers(0, 10**12), st.sampled_from(list("件人元万个条次%项")), PLAIN)
def test_a_figure_with_its_unit_stays(before: str, figure: int, unit: str, after: str) -> None:
    for shown in (str(figure), f"{figure:,}", f"{figure / 100:.2f}"):
        text = f"{before} {shown}{unit}{after}"
        assert mask(text) == text


@given(PLAIN, st.integers(0, 9_999_999), PLAIN)
def test_a_figure_of_up_to_seven_digits_stays(before: str, figure: int, after: str) -> None:
    """Reports count in such numbers; without a word for telephone they are nobody's."""
    assert mask(f"{before}{figure}{after}") == f"{before}{figure}{after}"


@given(PLAIN, st.integers(1900, 2100), st.integers(1, 999_999), PLAIN)
def test_years_and_document_numbers_stay(before: str, year: int, number: int, after: str) -> None:
    text = f"{before}{year}年某政发〔{year}〕{number}号{after}"
    assert mask(text) == text


@given(PLAIN, st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=8, max_size=8), PLAIN)
def test_ticket_numbers_stay(before: str, digits: str, after: str) -> None:
    text = f"{before}WB-{digits[:4]}-{digits[4:]}{after}"
    assert mask(text) == text


@given(PLAIN, st.sampled_from("3456789"), st.integers(0, 10**9 - 1), PLAIN)
def test_every_mobile_number_goes(before: str, second: str, rest: int, after: str) -> None:
    number = f"1{second}{rest:09d}"
    masked = mask(f"{before}{number}，{after}")
    assert number not in masked and "【电话号码】" in masked


@given(
    st.integers(110000, 659999), st.dates(), st.integers(0, 999), st.sampled_from("0123456789Xx")
)
def test_every_identity_number_goes(area: int, born: object, serial: int, check: str) -> None:
    day = str(born).replace("-", "")
    if not 1800 <= int(day[:4]) < 2100:
        day = f"1990{day[4:]}"
    number = f"{area}{day}{serial:03d}{check}"
    assert mask(f"我是{number}。") == "我是【身份证号】。"


@given(st.integers(10**14, 10**18 - 1))
def test_every_card_number_goes(body: int) -> None:
    check = next(digit for digit in "0123456789" if luhn(f"{body}{digit}"))
    number = f"{body}{check}"
    assert number not in mask(f"卡{number}。")


@given(st.text(alphabet="0123456789-( )＠@.１a中路号室单元手机卡身份证，元:", max_size=60))
def test_masking_twice_changes_nothing_and_never_fails(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked
    spans = [(one.begin, one.end) for one in personal(text)]
    assert all(0 <= begin < end <= len(text) for begin, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def test_a_long_text_is_masked_in_one_sweep() -> None:
    """Patterns must not look back and forth: what is not personal in 200,000 characters."""
    for part in ("中", "1", "路", "a.", "0-", "中路", "a@", " 1", "甲1号"):
        text = part * (200_000 // len(part))
        assert len(mask(text)) > 0


def test_nested_values_are_masked_and_keys_stay() -> None:
    record = {"电话": ["13800138000", 3, None, ("a@b.cn",)]}
    assert mask_deep(record) == {"电话": ["【电话号码】", 3, None, ("【电子邮箱】",)]}
    assert re.search("138", json.dumps(mask_deep(record))) is None
