"""Operations over made-up tables: exact for any numbers, blanks left out, no total added twice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.general.conditions import UnclearError
from assistant.general.names import names_of
from assistant.general.outcome import Outcome
from assistant.general.sheet_reading import read_sheets
from assistant.general.solving import Solver
from assistant.general.tokens import tokenize
from ingest.loaders.load import load_bytes
from ingest.read import read_report

NUMBERS = st.decimals(
    min_value=-(10**6), max_value=10**6, places=2, allow_nan=False, allow_infinity=False
)
PLACES = "东石西沙南港北塘"


def solved(lines: list[list[str]], question: str) -> Outcome:
    data = "\n".join(",".join(line) for line in lines).encode()
    report = read_report(load_bytes(data, "made-up.csv", suffix=".csv"), forms=())
    (table,) = report.tables
    (sheet,) = read_sheets(report.id, table, report.figures)
    return Solver(sheet, tokenize(question, names_of(sheet))).solve()


def rows_of(values: list[Decimal | None]) -> list[list[str]]:
    names = [f"{PLACES[n % 8]}{'甲乙丙丁戊'[n // 8]}村" for n in range(len(values))]
    cells = ["" if value is None else f"{value}" for value in values]
    return [["村名", "产量（吨）"], *([n, c] for n, c in zip(names, cells, strict=True))]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.none() | NUMBERS, min_size=2, max_size=12), NUMBERS, NUMBERS)
def test_sums_and_means_are_exact_and_blanks_are_no_zeros(
    values: list[Decimal | None], first: Decimal, second: Decimal
) -> None:
    values += [first, second]
    filled = [Fraction(value) for value in values if value is not None]
    lines = [*rows_of(values), ["合计", "987654321"]]  # a total that is wrong on purpose
    mean = solved(lines, "各村产量的平均值是多少吨")
    assert mean.node is not None
    assert mean.node.value == sum(filled) / len(filled)
    assert mean.unit == "吨"
    total = solved(rows_of(values), "各村产量一共多少吨")
    assert total.node is not None
    assert total.node.value == sum(filled)


@settings(max_examples=40, deadline=None)
@given(st.lists(NUMBERS, min_size=3, max_size=12), st.integers(0, 1000))
def test_counts_by_a_condition(values: list[Decimal], limit: int) -> None:
    outcome = solved(rows_of(list(values)), f"产量超过{limit}吨的村有几个")
    assert outcome.node is not None
    assert outcome.node.value == sum(value > limit for value in values)


EXPENSES = [
    ["科目", "预算数（万元）", "比重（%）"],
    ["教育支出", "600", "60"],
    ["其中：小学教育", "200", "20"],
    ["卫生支出", "400", "40"],
    ["合计", "1000", "100"],
]


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("教育支出和卫生支出的预算数一共多少", 1000, "万元"),
        ("预算数最低的科目", 400, "万元"),  # 其中 is a part of a row, no row beside it
        ("各科目预算数的平均值", 500, "万元"),
        ("卫生支出的比重是多少", 40, "%"),  # the printed cell, not a share worked out
        ("小学教育占教育支出的百分之几", Fraction(100, 3), "%"),
        ("卫生支出预算数是多少元", 4_000_000, "元"),
    ],
)
def test_parts_totals_and_units(question: str, value: Fraction | int, unit: str) -> None:
    outcome = solved(EXPENSES, question)
    assert outcome.node is not None
    assert (outcome.node.value, outcome.unit) == (value, unit)


@pytest.mark.parametrize(
    "question",
    [
        "教育支出的预算数有几件",  # of another kind than 万元
        "各科目比重一共是多少",  # shares are not added
        "2019年教育支出的预算数",
    ],
)
def test_what_cannot_be_settled_is_not_answered(question: str) -> None:
    with pytest.raises(UnclearError):
        solved(EXPENSES, question)
