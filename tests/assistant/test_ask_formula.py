"""Formula trees: exact arithmetic, and what is shown comes to the same value."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from asking import evaluate, figure
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.formula import (
    Cell,
    Constant,
    Node,
    Quotient,
    Sum,
    decimal_of,
    difference,
    is_finite,
    plain,
    rounded,
    total,
)

amounts = st.decimals(
    min_value=Decimal("-99999999"),
    max_value=Decimal("99999999"),
    places=4,
    allow_nan=False,
    allow_infinity=False,
)
counts = st.integers(0, 10**9)


def cell(raw: str | int | Decimal) -> Cell:
    return Cell(figure(format(Decimal(str(raw)), "f")))


cells = st.one_of(counts.map(cell), amounts.map(cell))
leaves = st.one_of(cells, st.integers(1, 366).map(Constant))


def _quotients(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    bases = nodes.filter(lambda node: node.value != 0)
    return st.builds(Quotient, nodes, bases, st.sampled_from([1, 100]))


def _sums(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(st.tuples(st.sampled_from([1, -1]), nodes), min_size=1, max_size=4)
    return parts.map(lambda listed: Sum(tuple(listed)))


trees = st.recursive(
    leaves,
    lambda nodes: st.one_of(
        _sums(nodes),
        _quotients(nodes),
        st.builds(difference, nodes, nodes),
        st.lists(nodes, min_size=1, max_size=4).map(total),
    ),
    max_leaves=8,
)


@given(trees)
def test_what_is_shown_comes_to_the_value(node: Node) -> None:
    assert evaluate(node.show()) == node.value


@given(st.lists(counts, min_size=1, max_size=8))
def test_a_total_is_the_sum_and_cites_every_part(numbers: list[int]) -> None:
    node = total([cell(number) for number in numbers])

    assert node.value == sum(numbers)
    assert [f.value for f in node.figures()] == numbers


@given(counts, st.integers(1, 10**9))
def test_a_share_is_exact(part: int, whole: int) -> None:
    node = Quotient(cell(part), cell(whole), 100)

    assert node.value == Fraction(part, whole) * 100
    assert node.show() == f"{part} ÷ {whole} × 100%"


@given(amounts, amounts)
def test_a_difference_is_exact(left: Decimal, right: Decimal) -> None:
    assert difference(cell(left), cell(right)).value == Fraction(left) - Fraction(right)


def test_a_difference_of_sums_keeps_its_brackets() -> None:
    node = difference(total([cell(5), cell(6)]), total([cell(1), cell(2)]))

    assert evaluate(node.show()) == 8


def test_difference_of_rates_is_in_points() -> None:
    node = difference(Quotient(cell(1), cell(4), 100), Quotient(cell(1), cell(8), 100))

    assert node.value == Fraction(25, 2)
    assert evaluate(node.show()) == Fraction(25, 2)


@given(amounts)
def test_a_printed_number_stays_as_printed(number: Decimal) -> None:
    assert decimal_of(Fraction(number)) == number
    assert Decimal(plain(Fraction(number))) == number


@given(st.integers(-(10**15), 10**15), st.integers(0, 12), st.integers(0, 12))
def test_finite_expansions_are_exact(top: int, twos: int, fives: int) -> None:
    value = Fraction(top, 2**twos * 5**fives)

    assert is_finite(value)
    assert Fraction(decimal_of(value)) == value
    assert Fraction(plain(value)) == value


@given(counts, st.integers(1, 10**6))
def test_what_does_not_end_has_ten_significant_digits(top: int, base: int) -> None:
    value = Fraction(top, base)
    assume(not is_finite(value))

    given_value = decimal_of(value)

    assert len(given_value.as_tuple().digits) in (10, 11)  # 11: rounding up to the next power
    assert abs(Fraction(given_value) - value) <= abs(value) / 10**9


@pytest.mark.parametrize("base", [3, 6, 7, 12, 60, 3259])
def test_only_twos_and_fives_end(base: int) -> None:
    assert not is_finite(Fraction(1, base))


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.005", "0.01"), ("0.125", "0.13"), ("2.675", "2.68"), ("-0.125", "-0.13"),
     ("11.4759", "11.48"), ("0.0049999", "0.00"), ("99.995", "100.00"), ("7", "7.00")],
)  # fmt: skip
def test_text_rounds_half_up(value: str, shown: str) -> None:
    assert rounded(Fraction(value)) == shown


@given(amounts, st.integers(0, 3))
def test_rounding_is_that_of_the_decimal(number: Decimal, places: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    assert Decimal(rounded(Fraction(number), places)) == expected


@given(st.fractions())
def test_plain_has_neither_exponent_nor_trailing_zeros(value: Fraction) -> None:
    text = plain(value)

    assert "E" not in text.upper()
    assert "." not in text or text[-1] not in "0."


def test_nested_quotients_are_read_as_built() -> None:
    inner = Quotient(cell(8), cell(4))

    assert evaluate(Quotient(cell(6), inner).show()) == 3
    assert evaluate(Quotient(inner, cell(2)).show()) == 1


def test_a_sum_of_one_part_keeps_brackets() -> None:
    inner = Sum(((1, total([cell(1), cell(2)])),))

    assert evaluate(Sum(((1, cell(9)), (-1, inner))).show()) == 6
    assert evaluate(Quotient(cell(9), inner).show()) == 3
