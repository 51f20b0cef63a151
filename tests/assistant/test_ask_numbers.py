"""Numbers and years as people write them, and spelling that must not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.normalize import normalize
from assistant.numbers import han_number, number_matches, read_number, year_of

DIGITS = "零一二三四五六七八九"
years = st.integers(2008, 2099)


def in_words(number: int) -> str:
    """120 → 一百二十, as it is said: one 零 for a gap, 十 without 一 in front at the start."""
    if number == 0:
        return "零"
    text, gap = "", False
    for scale, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + sign
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if text.startswith("一十") else text


def in_digits(year: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))


def senses(text: str, kind: str) -> list[object]:
    return [match.value for match in number_matches(normalize(text)) if match.sense.kind == kind]


@given(st.integers(0, 9999))
def test_said_numbers_are_read(number: int) -> None:
    assert han_number(in_words(number)) == number


@given(st.integers(0, 10**6))
def test_digits_are_read(number: int) -> None:
    assert read_number(str(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("两", 2), ("十", 10), ("十五", 15), ("二十", 20), ("一百二十", 120), ("一千零五", 1005),
     ("三万", 30000), ("一万二千", 12000), ("二〇二四", 2024), ("甲", None), ("", None)],
)  # fmt: skip
def test_han_numbers(text: str, number: int | None) -> None:
    assert han_number(text) == number


@given(years, st.sampled_from(["", "年", "年度", "年份"]))
def test_a_year_in_any_script(year: int, ending: str) -> None:
    assert year_of(f"{year}{ending}") == year
    assert year_of(in_digits(year) + ending) == year


@given(st.integers(8, 99))
def test_two_digits_are_a_year_of_this_century(year: int) -> None:
    assert year_of(f"{year:02}年") == 2000 + year


@pytest.mark.parametrize("text", ["2100年", "374", "年", "3259"])
def test_no_year(text: str) -> None:
    assert year_of(text) is None


@given(years, years, st.sampled_from(["到", "至", "-", "—", "~", "－"]))
def test_ranges_hold_every_year_between(first: int, last: int, sign: str) -> None:
    found = senses(f"{first}年{sign}{last}年新收", "year")
    whole = tuple(range(first, last + 1))

    assert (whole in found) is (first <= last) or len(whole) == 1


@pytest.mark.parametrize(
    "sign",
    ["到", "至", "—", "-"],
)
def test_ranges_in_chinese_numerals(sign: str) -> None:
    found = senses(f"二〇二〇年{sign}二〇二四年新收", "year")

    assert (2020, 2021, 2022, 2023, 2024) in found


@given(st.integers(2, 30))
def test_recent_years_in_words(count: int) -> None:
    assert count in senses(f"近{in_words(count)}年新收", "year_word")


@pytest.mark.parametrize(
    "count",
    [2, 3, 9, 10],
)
def test_recent_years_in_digits(count: int) -> None:
    text = f"近{count}年新收"

    assert count in senses(text, "year_word")
    assert senses(text, "year") == []


@pytest.mark.parametrize(
    ("text", "count"),
    [("第三名", 3), ("第2高", 2), ("第十位", 10), ("第10名", 10)],
)  # fmt: skip
def test_ordinals(text: str, count: int) -> None:
    assert senses(text, "ordinal") == [count]


@given(st.integers(1, 99), st.sampled_from(["名", "位", "个", "家", "项", "大", ""]))
def test_top_k(count: int, counter: str) -> None:
    for spelt in (str(count), in_words(count)):
        assert count in senses(f"新收前{spelt}{counter}", "top")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("前3名", "top"), ("前十", "top"), ("后5名", "bottom"), ("倒数三个", "bottom")],
)
def test_top_or_bottom(text: str, kind: str) -> None:
    found = [match.sense.id for match in number_matches(text) if match.sense.kind == "top"]

    assert found == [kind]


@pytest.mark.parametrize("spelt", ["1,234件", "1234件", "１２３４件", "1 234件".replace(" ", "，")])
def test_thousands_separators(spelt: str) -> None:
    assert 1234 in senses(spelt, "number")


@pytest.mark.parametrize(
    "spelt",
    [
        "1.2万件",
        "12000件",
        "一万二千件",
    ],
)
def test_ten_thousands(spelt: str) -> None:
    assert 12000 in senses(spelt, "number")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2024年，海淀区新收？", "2024年海淀区新收"),
        ("２０２４年海淀区", "2024年海淀区"),
        ("2024年海澱區新收多少件", "2024年海淀区新收多少件"),
        ("2024 年 海淀区　新收", "2024年海淀区新收"),
        ("2020—2024年", "2020-2024年"),
        ("ＴＯＰ ５", "top 5"),
    ],
)
def test_spellings_of_one_question(one: str, other: str) -> None:
    assert normalize(one) == normalize(other)


@pytest.mark.parametrize(("one", "other"), [("2.5万", "25万"), ("5%", "5"), ("1.2", "12")])
def test_what_carries_meaning_stays(one: str, other: str) -> None:
    assert normalize(one) != normalize(other)


@given(st.text(max_size=40))
def test_any_text_can_be_levelled(text: str) -> None:
    once = normalize(text)

    list(number_matches(once))
    assert once == once.strip()
