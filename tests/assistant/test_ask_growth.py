"""Growth over several years: the compound yearly rate and the year that grew most."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from asking import figure
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.formula import Cell, YearlyRate
from assistant.plan import Plan, Point, Quantity
from assistant.reducers import reduce
from assistant.result import Result, Value

# 示例区, applications received, from the pages of ingest/sample.
RECEIVED = {2020: 188, 2021: 184, 2022: 352, 2023: 245, 2024: 328}


@given(
    base=st.integers(1, 10**7),
    last=st.integers(1, 10**7),
    years=st.integers(2, 20),
)
def test_that_rate_a_year_leads_from_the_first_value_to_the_last(
    base: int, last: int, years: int
) -> None:
    node = YearlyRate(Cell(figure(str(last))), Cell(figure(str(base))), years)
    grown = base * (1 + node.value / 100) ** years
    assert abs(grown - last) <= Fraction(last, 10**6)


def test_the_formula_shown_comes_to_the_value(sample: Assistant) -> None:
    answer = sample.ask("示例区2020年到2024年新收申请的年均增长率是多少")
    expected = (Decimal(328) / Decimal(188)) ** (Decimal(1) / 4) * 100 - 100
    assert answer.status == "answered" and answer.unit == "%"
    assert abs(Decimal(str(answer.value)) - expected) < Decimal("0.0001")
    assert answer.formula is not None and "^(1/4)" in answer.formula
    assert {citation.quote for citation in answer.citations} == {"188", "328"}


@pytest.mark.parametrize("first", [0, -3])
def test_no_rate_from_nothing_or_less(first: int) -> None:
    quantity = Quantity("件数", ())
    points = [Point(quantity, "某区", year) for year in (2020, 2024)]
    nodes = [Cell(figure(str(number))) for number in (first, 8)]
    values = [Value(p, node, "件") for p, node in zip(points, nodes, strict=True)]
    result = Result(Plan("growth", tuple(points), compound=True), values)
    reduce(result)
    assert result.node is None and result.notes


@pytest.mark.parametrize(
    ("question", "year"),
    [("示例区新收申请增长最快的是哪一年", 2022), ("示例区历年新收申请下降最多的是哪年", 2023)],
)
def test_the_year_that_changed_most(sample: Assistant, question: str, year: int) -> None:
    answer = sample.ask(question)
    rate = Fraction(RECEIVED[year] - RECEIVED[year - 1], RECEIVED[year - 1]) * 100
    assert answer.status == "answered" and answer.unit == "%"
    assert abs(Fraction(str(answer.value)) - rate) < Fraction(1, 100)
    assert answer.text.splitlines()[0].count(f"{year}年") == 1


def test_every_year_against_the_one_before(sample: Assistant) -> None:
    answer = sample.ask("示例区2021年至2024年新收申请每年同比增速")
    for year in (2021, 2022, 2023, 2024):
        rate = Fraction(RECEIVED[year] - RECEIVED[year - 1], RECEIVED[year - 1]) * 100
        assert f"{float(rate):.2f}%" in answer.text


def test_without_years_the_rate_says_from_which_to_which(sample: Assistant) -> None:
    answer = sample.ask("示例区新收申请的年均增长率")
    assert "2020年188件" in answer.text and "2024年328件" in answer.text


def test_two_years_have_no_mean_rate(sample: Assistant) -> None:
    assert sample.ask("示例区2023年和2024年新收申请的年均增长率").status == "clarify"


def test_the_oldest_year(sample: Assistant) -> None:
    answer = sample.ask("示例区最早那年新收多少件")
    assert answer.value == "188" and any("2020" in note for note in (answer.text, *answer.warnings))
