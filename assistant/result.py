"""Result: what a plan came to, and why a point has no value."""

from __future__ import annotations

from dataclasses import dataclass, field
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
