"""What a cell says: exact values out of every way to print them, and text where not certain."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.figure import Kind
from ingest.structure.numerals import chinese_number, western_years
from ingest.structure.text import normal
from ingest.structure.values import parse_value

FULL = str.maketrans("0123456789,.+-%", "０１２３４５６７８９，．＋－％")


def grouped(digits: str, separator: str) -> str:
    return f"{int(digits):,}".replace(",", separator)


@given(
    whole=st.integers(0, 10**12),
    fraction=st.integers(0, 9999) | st.none(),
    minus=st.sampled_from(["", "-", "−", "－", "–"]),
    separator=st.sampled_from(["", ",", "，", " ", "\u00a0", "'", "’", "\u202f"]),
    wide=st.booleans(),
    around=st.sampled_from(["", " ", "\u3000", "\n", "\u00a0", "\u200b"]),
    mark=st.sampled_from(["", "①", "*", "[1]", "¹"]),
    unit=st.sampled_from(["", "件", "万元", "%", "个"]),
)
def test_a_printed_number_comes_back(
    whole: int,
    fraction: int | None,
    minus: str,
    separator: str,
    wide: bool,
    around: str,
    mark: str,
    unit: str,
) -> None:
    number = Decimal(f"{'-' if minus else ''}{whole}{'' if fraction is None else f'.{fraction}'}")
    text = minus + grouped(str(whole), separator) + ("" if fraction is None else f".{fraction}")
    text = (text + unit).translate(FULL) if wide else text + unit
    found = parse_value(around + text + mark + around)
    assert found.number == number
    assert found.unit == unit
    assert found.kind is (Kind.ZERO if number == 0 else Kind.NUMBER)


@given(st.integers(1, 999999), st.sampled_from("万亿"), st.sampled_from(["", "件", "条", "人次"]))
def test_wan_and_yi_multiply_counts(number: int, scale: str, unit: str) -> None:
    found = parse_value(f"{number}.5{scale}{unit}")
    factor = {"万": 10**4, "亿": 10**8}[scale]
    assert found.number == (Decimal(number) + Decimal("0.5")) * factor
    assert found.unit == unit


@pytest.mark.parametrize("scale", ["万元", "亿元"])
def test_wan_and_yi_stay_in_the_unit_of_money(scale: str) -> None:
    found = parse_value(f"1.25{scale}")
    assert (found.number, found.unit) == (Decimal("1.25"), scale)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u00a0\n", "\u200b"])
def test_nothing_is_blank_never_zero(text: str) -> None:
    assert parse_value(text).kind is Kind.BLANK
    assert parse_value(text).number is None


@pytest.mark.parametrize("text", ["/", "／", "∕", "-", "－", "—", "——", "–", "─", "无", "--"])
def test_marks_say_not_applicable(text: str) -> None:
    assert parse_value(text).kind is Kind.NOT_APPLICABLE
    assert parse_value(text).number is None


@pytest.mark.parametrize("text", ["0", "０", "0.0", "0件", "-0", "0.00%"])
def test_zero_is_zero(text: str) -> None:
    assert parse_value(text).kind is Kind.ZERO
    assert parse_value(text).number == 0


@pytest.mark.parametrize(
    "text",
    [
        "NaN", "inf", "-Infinity", "1e5", "1.2E+05", "(5)", "12,34", "1,2345", "1,234 567", "007",
        "00", "1/2", "3-5", "12:30", "2024年", "约5件", "5?", "O", "l2", "十二", "1.2.3", "1 2",
        "—5", "5 件 6", "详见附件", "1,234,56", "3。5", "2024-01-01",
    ],
)  # fmt: skip
def test_what_is_not_certain_is_text(text: str) -> None:
    found = parse_value(text)
    assert found.kind is Kind.TEXT
    assert found.number is None


@given(st.text(max_size=12))
def test_only_numbers_have_a_value(text: str) -> None:
    found = parse_value(text)
    assert (found.number is not None) == (found.kind in (Kind.NUMBER, Kind.ZERO))
    assert found.number is None or found.number.is_finite()


# Chinese numerals

DIGITS = "零一二三四五六七八九"


def spelled(number: int) -> str:
    """`number` as it is written, an own writer to check the reader against."""
    for scale, name in ((10**8, "亿"), (10**4, "万")):
        high, low = divmod(number, scale)
        if high:
            zero = "零" if low and low < scale // 10 else ""
            return spelled(high) + name + zero + (spelled(low) if low else "")
    text = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            text += DIGITS[digit] + name
        elif text and number and not text.endswith("零"):
            text += "零"
    return text.rstrip("零") or "零"


@given(st.integers(0, 10**12 - 1))
def test_a_spelled_number_comes_back(number: int) -> None:
    assert chinese_number(spelled(number)) == number


@given(st.integers(10, 19))
def test_ten_to_nineteen_may_drop_the_one(number: int) -> None:
    assert chinese_number(spelled(number).removeprefix("一")) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("两千零五", 2005), ("一万二", 12000), ("一百二", 120), ("三点五万", 35000),
        ("二〇二四", 2024), ("九十八点五", Decimal("98.5")), ("十万", 100000), ("两", 2),
    ],
)  # fmt: skip
def test_spoken_forms(text: str, number: Decimal | int) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "百", "千万", "十十", "一二", "一百零", "百一", "三千四千", "点五"]
)
def test_what_is_no_numeral_is_none(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize("year", ["二〇二四年", "二○二四年", "二零二四年", "二0二四年"])
def test_years_in_chinese_digits(year: str) -> None:
    assert western_years(f"到{year}底") == "到2024年底"


@pytest.mark.parametrize(
    "label",
    [
        "（一）予以公开", "(一) 予以 公开", "一、予以公开", "1.予以公开", "①予以公开",
        "予以公開：", "三、（一）予以公开",
    ],
)  # fmt: skip
def test_labels_compare_without_numbering_spacing_and_script(label: str) -> None:
    assert normal(label) == "予以公开"
