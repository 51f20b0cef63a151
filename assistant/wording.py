"""Wording: numbers and scopes as a person reads them; remembers every number it has shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assistant.catalog import short_name
from assistant.formula import Node, is_finite, places_of, plain, rounded
from assistant.messages import message
from assistant.plan import Point, Quantity

_TWO_PLACES = {"%", "个百分点", "倍"}
_MANY = 6


@dataclass
class Shown:
    """What the text of one answer may contain: trees whose numbers are shown, and fixed words
    (labels, titles, quotations, glossary) whose digits come from the catalog or the source."""

    nodes: list[Node] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def number(self, node: Node, unit: str) -> str:
        self.nodes.append(node)
        return number_text(node.value, unit)

    def formula(self, node: Node) -> str:
        self.nodes.append(node)
        return node.show()

    def say(self, text: str) -> str:
        self.words.append(text)
        return text


def number_text(value: Fraction, unit: str) -> str:
    """ "11.48%", "374件", "22010.3538万元", "2.5倍"; what does not end is cut at two decimals,
    or at the second digit that is not 0 where that would read as 0.00."""
    if unit in _TWO_PLACES and not (unit == "倍" and value.denominator == 1):
        return f"{rounded(value, places_of(value))}{unit}"
    if is_finite(value):
        return f"{plain(value)}{unit}"
    return f"{rounded(value, places_of(value))}{unit}"


def years_text(years: Iterable[int]) -> str:
    listed = sorted(set(years))
    if len(listed) > 2 and listed == list(range(listed[0], listed[-1] + 1)):
        return f"{listed[0]}–{listed[-1]}年"
    return "、".join(f"{year}年" for year in listed)


def places_text(publishers: Sequence[str]) -> str:
    names = [short_name(publisher) for publisher in dict.fromkeys(publishers)]
    if len(names) > _MANY:
        return f"{len(names)}个单位"
    return "、".join(names)


def _place(point: Point) -> str:
    return point.place or short_name(point.publisher)


def scope_text(points: Sequence[Point]) -> str:
    """The place and year that all `points` share, "" for what differs."""
    publishers = list(dict.fromkeys(point.publisher for point in points))
    years = {point.year for point in points}
    year = years_text(years) if len(years) == 1 else ""
    place = _place(points[0]) if len(publishers) == 1 else ""
    return f"{year}{place}"


def measure_text(quantity: Quantity) -> str:
    """The measure as the head of a list: a share says of what it is one."""
    if quantity.has_name:
        return quantity.label
    return message("share_measure", label=quantity.label, whole=quantity.whole_label)


class Naming:
    """What tells each of `points` from the others: place, year, measure — only what differs."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._several = len(points) > 1
        self._years = len({p.year for p in points}) > 1
        self._places = len({p.publisher for p in points}) > 1
        self.one_measure = len({p.quantity for p in points}) == 1

    def __call__(self, point: Point) -> str:
        parts = []
        if self._years:
            parts.append(f"{point.year}年")
        if self._places:
            parts.append(point.publisher)
        if not self.one_measure or not parts:
            label = point.quantity.label
            if point.quantity.is_rate and point.quantity.whole_label and self._several:
                label += "" if label.endswith("率") else "占比"
            parts.append(label)
        return "".join(parts)
