"""Plan: what a question asks, in a small closed set of operations over points.

A point is one quantity at one publisher and year. An operation reads or reduces a row of points;
no question-written code is ever run. Rules and (when configured) an LLM make the same Plan.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Op = Literal[
    "lookup",
    "portion",
    "spread",
    "sum",
    "difference",
    "times",
    "growth",
    "mean",
    "median",
    "maximum",
    "minimum",
    "rank",
    "filter",
    "breakdown",
    "trend",
    "check",
    "explain",
    "why",
    "prose",
    "passage",
    "stored",
    "help",
    "handoff",
]
Nested = Literal["", "times", "difference", "relative"]
Over = Literal["measure", "year", "publisher"]


@dataclass(frozen=True, slots=True)
class Term:
    """A measure of a form with a sign: the cell (item, aspect) or the sum that it stands for."""

    item: str
    aspect: str
    sign: int = 1

    @property
    def measure(self) -> str:
        return f"{self.item}.{self.aspect}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A signed sum of terms, or the ratio of two such sums.

    `scale` multiplies a ratio (100 for "%"); `unit` "" takes the unit of the figures.
    `variants` are other honest definitions of the same rate, shown beside it.
    """

    label: str
    terms: tuple[Term, ...]
    whole: tuple[Term, ...] = ()
    whole_label: str = ""
    unit: str = ""
    scale: int = 1
    variants: tuple[Quantity, ...] = ()
    divisor: str = ""  # month, day, week, quarter: the value is divided by their number in a year
    days: int = 0  # of the divisor day: how many the asker counts, 0 for those of the year

    @property
    def is_rate(self) -> bool:
        return bool(self.whole) and self.unit == "%"

    @property
    def has_name(self) -> bool:
        """Whether the label says it all: a count, or a rate with a name of its own."""
        return not (self.is_rate and self.whole_label) or self.label.endswith("率")


@dataclass(frozen=True, slots=True)
class Point:
    """A quantity at one publisher and year; `place` is how answers call the publisher."""

    quantity: Quantity
    publisher: str
    year: int
    place: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """`comparison` one of > >= < <=; `value` in `unit` ("" = the unit of the quantity)."""

    comparison: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One question (or one part of it), understood.

    `over` is the dimension along which the points differ; `direction` is +1 where more was asked
    about, −1 where less ("少了多少"), 0 where neither. `notes` are disclosures for the answer.
    """

    op: Op
    points: tuple[Point, ...] = ()
    over: Over = "measure"
    k: int | None = None
    nested: Nested = ""  # of a portion or a spread: how its two sides compare
    averaged: bool = False  # of a portion: the other side is a mean, not a sum
    places: tuple[int, ...] = ()  # of a spread: which two places of the order; −1 is the last
    gathered: bool = False  # of a ranking: what the first `k` add up to
    position: int | None = None  # of a ranking, the one place that was asked for
    direction: int = 0
    threshold: Threshold | None = None
    target_unit: str = ""
    count_only: bool = False
    explain: tuple[str, ...] = ()  # vocabulary ids whose meaning is asked, "item:refused"
    advice: bool = False
    inside: bool = False  # the question takes the part to lie inside the whole ("占")
    every_column: bool = False  # columns of other forms are left out without a word
    yes_no: bool = False
    asserted: str = ""  # a number that the asker states, to be confirmed or denied
    asserted_as: str = ""  # as it was written, "2.2亿"
    universal: bool = False  # whether the part is all of the whole
    among: str = ""  # a number said of the whole that is asked about ("3259件里…")
    asserted_unit: str = ""  # "元" of such a number of money, "" where it is in the cell's unit
    chart: bool = False
    table: bool = False
    compound: bool = False  # growth as a yearly rate from the first to the last year
    of_winner: bool = False  # only the years that the part before it finds ("最多的那一年…")
    pick: int = 0  # of growth year by year: +1 the year of the fastest, −1 of the slowest
    relative: bool = False  # growth in per cent rather than a difference
    explain_units: tuple[str, ...] = ()  # units asked for, of a question to the prose
    query: str = ""  # for prose and passages: the words to look for
    told: str = ""  # the same without words that say nothing
    publishers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        """Plain data for the evidence panel and the answer's record."""
        return {
            "op": self.op,
            "over": self.over,
            "measures": list(dict.fromkeys(p.quantity.label for p in self.points)),
            "publishers": list(
                dict.fromkeys([p.publisher for p in self.points] or self.publishers)
            ),
            "years": list(dict.fromkeys([p.year for p in self.points] or self.years)),
            "k": self.k,
            "threshold": asdict(self.threshold) if self.threshold else None,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Clarify:
    """The question can be read in several ways; `choices` are full questions to click."""

    message: str
    choices: tuple[str, ...] = ()
    reason: str = "ambiguous"


@dataclass(frozen=True, slots=True)
class Refuse:
    """No answer can be given from what is stored; `message` says so and what there is."""

    message: str
    reason: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """What the planner made of a question: parts in order, or a reason why not."""

    parts: tuple[Plan, ...] = ()
    problem: Clarify | Refuse | None = None
    carried: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
