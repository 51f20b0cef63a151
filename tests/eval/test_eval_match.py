"""The matcher: what counts as standing in a text, and which units and values are the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eval.match import assign, first_cited, holds, holds_any, in_order
from eval.quantity import Unit, decimal, same_kind, same_value

numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False)
counts = st.integers(min_value=0, max_value=10**9)
chinese = st.text(alphabet="公开申请件的予以不占比年度", min_size=1, max_size=6)


@given(counts, chinese, chinese)
def test_a_number_is_found_with_or_without_separators(count: int, left: str, right: str) -> None:
    assert holds(f"{left}{count:,}{right}", str(count))
    assert holds(f"{left}{count}{right}", f"{count:,}")


@given(counts, st.integers(min_value=0, max_value=9))
def test_a_number_is_not_found_inside_a_longer_one(count: int, digit: int) -> None:
    assume(digit != 0)
    assert not holds(f"共{count}{digit}件", str(count))
    assert not holds(f"共{digit}{count}件", str(count))


@pytest.mark.parametrize(
    ("text", "needle", "found"),
    [
        ("共 2,270 件", "2270", True),
        ("共2270.件", "2270", True),
        ("占 7.80%", "7.8", True),
        ("占 17.80%", "7.8", False),
        ("占 11.47%", "11", False),
        ("收回 10100.00 元", "10100", True),
        ("收回 10100.50 元", "10100", False),
        ("1.33 倍", "33", False),
        ("分别是374,270件", "270", False),  # a thousands separator, as people read it
        ("分别是374\uff0c270件", "270", True),  # a full-width comma is punctuation
        ("新收3,091,结转425", "3091", True),
        ("分别为,3,091", "3091", True),
        ("公 开 率", "公开率", True),
        ("374 146", "374146", False),
        ("ABC平台", "abc", True),
        ("（一）予以公开", "(一)予以公开", True),
    ],
)
def test_seen_text(text: str, needle: str, found: bool) -> None:
    assert holds(text, needle) is found


@given(st.lists(chinese, min_size=1, max_size=4), chinese)
def test_alternatives_and_parts(words: list[str], other: str) -> None:
    text = "。".join(words)
    assert holds_any(text, [words])
    assert holds_any(text, ["甲乙丙丁", words[0]])
    assert not holds_any(text, [[*words, "甲乙丙丁"]])
    assert not holds_any(text, [])


def test_parts_of_one_alternative_may_stand_anywhere() -> None:
    assert holds_any("公开84件,占11.48%", [["11.48", "84"], "九十"])
    assert not holds_any("公开84件", [["11.48", "84"], "九十"])


@given(numbers)
def test_money_is_the_same_in_every_unit(amount: Decimal) -> None:
    for unit, factor in (("万元", 10**4), ("亿元", 10**8), ("元", 1)):
        assert same_value(amount * factor, amount, unit="元", given_unit=unit)
        assert same_value(amount, amount * factor, unit=unit, given_unit="元")
    wrong = amount + Decimal("0.0001")
    assert not same_value(wrong * 10**4, amount, unit="元", given_unit="万元")


@given(numbers, st.decimals(min_value=0, max_value=100, places=3), numbers)
def test_tolerance_is_absolute_in_the_expected_unit(
    value: Decimal, tolerance: Decimal, other: Decimal
) -> None:
    inside = abs(value - other) <= tolerance
    assert same_value(value, other, unit="件", given_unit="件", tolerance=tolerance) is inside
    assert same_value(value, other, unit="万元", given_unit="万元", tolerance=tolerance) is inside
    assert (
        same_value(value, other * 10**4, unit="万元", given_unit="元", tolerance=tolerance)
        is inside
    )


@given(numbers)
def test_default_tolerance(value: Decimal) -> None:
    close, off = value + Decimal("0.01"), value + Decimal("0.0101")
    assert same_value(value, close, unit="%", given_unit="%")
    assert not same_value(value, off, unit="%", given_unit="%")
    assert not same_value(value, close, unit="件", given_unit="件")


@given(numbers)
def test_sign_is_judged_unless_abs(value: Decimal) -> None:
    assert same_value(value, -value, unit="件", given_unit="件", absolute=True)
    assert same_value(value, -value, unit="件", given_unit="件") is (value == 0)


def test_kinds_of_units() -> None:
    assert same_kind("件", "个") and same_kind("次", "项") and same_kind("元", "亿元")
    assert same_kind("", None) and same_kind("", "") and same_kind("%", "%")
    assert not same_kind("%", "个百分点")
    assert not same_kind("件", "%") and not same_kind("件", None) and not same_kind("件", "元")
    assert Unit.of("公里").kind != Unit.of("公顷").kind


@pytest.mark.parametrize("text", ["nan", "inf", "", "  ", "三", "1e999999", "9" * 500, True, None])
def test_no_number(text: object) -> None:
    assert decimal(text) is None


def test_numbers_as_people_write_them() -> None:
    assert decimal("1,234.50") == Decimal("1234.5")
    assert decimal("-12") == decimal("−12") == Decimal(-12)


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=5))
def test_assignment_is_one_to_one_and_as_large_as_can_be(edges: list[list[int]]) -> None:
    taken = assign(edges)
    used = [right for right in taken if right is not None]
    assert len(used) == len(set(used)) == _largest(edges, 0, frozenset())
    assert all(right in edges[left] for left, right in enumerate(taken) if right is not None)


def _largest(edges: list[list[int]], place: int, used: frozenset[int]) -> int:
    if place == len(edges):
        return 0
    choices = [1 + _largest(edges, place + 1, used | {r}) for r in edges[place] if r not in used]
    return max([_largest(edges, place + 1, used), *choices])


def test_order() -> None:
    assert in_order([[0], [2]]) == [0, 2]
    assert in_order([[2], [0]]) == [2, None]
    assert in_order([[0, 1], [0, 1]]) == [0, 1]


def test_citation_rank() -> None:
    citations = [
        {"quote": "374", "row": ["三", "(一)予以公开"], "column": ["总计"], "section": "三"},
        {"quote": "146", "row": ["三", "(二)部分公开"], "column": ["总计"]},
    ]
    assert first_cited(citations, ["部分公开"]) == 2
    assert first_cited(citations, [["146", "总计"]]) == 2
    assert first_cited(citations, [["374", "部分公开"]]) is None
    assert first_cited(citations, ["46"]) is None
