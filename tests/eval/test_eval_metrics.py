"""Rates, intervals, tests of significance, grounding, formulas: against known results."""

from __future__ import annotations

from array import array
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.compare import mcnemar_exact
from eval.formula import formula_value
from eval.grounding import ground
from eval.metrics import Ranks, percentile, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Worked by hand from Wilson's formula, and as printed in tables of the interval.
    [(0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0), (8, 10, 0.49016, 0.94332), (1, 1, 0.20655, 1)],
)
def test_wilson(hits: int, n: int, low: float, high: float) -> None:
    interval = wilson(hits, n)
    assert interval is not None
    assert interval == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share(pair: tuple[int, int]) -> None:
    interval = wilson(*pair)
    assert interval is not None
    assert 0 <= interval[0] <= pair[0] / pair[1] + 1e-9
    assert pair[0] / pair[1] - 1e-9 <= interval[1] <= 1


def test_wilson_of_nothing() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("only_a", "only_b", "p"),
    [
        (0, 0, 1.0),
        (5, 0, 0.0625),
        (0, 6, 0.03125),
        (1, 9, 22 / 1024),
        (10, 10, 1.0),
        (9, 1, 22 / 1024),
    ],
)
def test_mcnemar(only_a: int, only_b: int, p: float) -> None:
    assert mcnemar_exact(only_a, only_b) == pytest.approx(p)


def test_mcnemar_of_many_pairs() -> None:
    assert mcnemar_exact(5000, 5000) == 1.0
    assert mcnemar_exact(3000, 0) == pytest.approx(0, abs=1e-17)


def test_percentiles() -> None:
    values = array("d", [float(number) for number in range(1, 101)])
    assert (percentile(values, 50), percentile(values, 95)) == (50.0, 95.0)
    assert percentile(array("d"), 50) is None
    assert percentile(array("d", [7.0]), 95) == 7.0


def test_ranks() -> None:
    ranks = Ranks()
    for rank in (1, 2, 4, None):
        ranks.add(rank)
    plain = ranks.plain()
    assert [plain[f"hit@{k}"]["hits"] for k in (1, 3, 5)] == [1, 2, 3]
    assert plain["mrr"] == pytest.approx((1 + 0.5 + 0.25) / 4)


def answer(text: str, **keys: Any) -> dict[str, Any]:
    citation = {"quote": "374", "report": "海淀区2024年报告", "year": 2024, "row": ["三"]}
    return {"text": text, "citations": [citation], **keys}


@pytest.mark.parametrize(
    ("text", "keys", "untraced"),
    [
        ("2024年公开374件", {}, ()),
        ("2024年公开375件", {}, ("375",)),
        ("占11.48%", {"value": "11.475913"}, ()),
        ("占11.47%", {"value": "11.475913"}, ("11.47",)),
        ("374 ÷ 3259", {"formula": "374 ÷ 3259 × 100%"}, ()),
        ("1. 甲:374件\n2. 乙:9件", {"items": [{"label": "乙", "value": "9"}]}, ()),
        ("共9件", {"value": "9", "citations": []}, ("9",)),
        ("共 3,091 件", {"value": "3091"}, ()),
    ],
)
def test_grounding(text: str, keys: dict[str, Any], untraced: tuple[str, ...]) -> None:
    found = ground(answer(text, **keys))
    assert found.untraced == untraced
    assert found.digits - found.traced == sum(c.isdigit() for word in untraced for c in word)


counts = st.integers(1, 10**6)


@given(counts, counts, counts)
def test_formulas_are_worked_out(a: int, b: int, c: int) -> None:
    assert formula_value(f"{a} + {b} − {c}") == a + b - c
    assert formula_value(f"({a:,} + {b}) × {c}") == (a + b) * c
    share = formula_value(f"{a} ÷ {b} × 100%")
    assert share is not None and abs(share - Decimal(a) / b * 100) < Decimal("1e-20")


@pytest.mark.parametrize(
    "text", ["", "甲 + 1", "1 ÷ 0", "1 +", "(1", "1 2", "中位数(1, 2)", "((" * 900]
)
def test_what_is_no_formula(text: str) -> None:
    assert formula_value(text) is None
