"""Result: what a plan came to, and why a point has no value."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction

from assistant.formula import Node
from assistant.plan import Plan, Point, Threshold
from ingest.figure import Figure

MONEY = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


@dataclass(frozen=True)
class Missing:
    """Why a point has no value; `figure` is the cell that says so, where there is one."""

    reason: str
    figure: Figure | None = None


@dataclass
class Value:
    """A point with its tree, or why it has none."""

    point: Point
    node: Node | None
    unit: str
    missing: Missing | None = None
    blanks: int = 0

    @property
    def number(self) -> Fraction:
        assert self.node is not None
        return self.node.value


@dataclass
class Result:
    """What a plan came to. `node` is the primary value's tree (None for plain lists)."""

    plan: Plan
    values: list[Value] = field(default_factory=list)
    node: Node | None = None
    unit: str = ""
    chosen: list[Value] = field(default_factory=list)  # winners, members above a threshold, …
    extra: list[tuple[str, Node, str]] = field(default_factory=list)  # (label, tree, unit) beside
    count: int | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def known(self) -> list[Value]:
        return [value for value in self.values if value.node is not None]


def is_said(number: Fraction, unit: str, plan: Plan, rounded: bool = False) -> bool:
    """Whether a value is the number that the asker states, or is it `rounded` to the digits of a
    statement in 万 or 亿 ("2.2亿")."""
    stated = Fraction(plan.asserted)
    if plan.asserted_unit in MONEY and unit in MONEY:
        stated = stated * MONEY[plan.asserted_unit] / MONEY[unit]
    if not rounded or not any(char in plan.asserted_as for char in "万亿") or not stated:
        return number == stated
    digits = len(Decimal(plan.asserted).normalize().as_tuple().digits)
    with localcontext() as context:
        context.prec = digits
        shown = Decimal(number.numerator) / Decimal(number.denominator)
    return digits > 1 and Fraction(shown) == stated


def satisfies(number: Fraction, unit: str, threshold: Threshold) -> bool:
    limit = Fraction(threshold.value)
    if threshold.unit in MONEY and unit in MONEY:
        limit = limit * MONEY[threshold.unit] / MONEY[unit]
    return {
        "=": number == limit,
        ">": number > limit,
        ">=": number >= limit,
        "<": number < limit,
        "<=": number <= limit,
    }[threshold.comparison]
