"""Compute: a plan's points become formula trees over stored figures, then one result.

A cell that is blank or not applicable is never taken as 0: a point that needs it has no value
and says why; a sum over an unprinted group says how many of its cells are not filled in.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from assistant.catalog import Catalog, short_name
from assistant.formula import Cell, Constant, Node, Quotient, Sum, closed, difference, total
from assistant.messages import message
from assistant.plan import Plan, Point, Quantity, Term, Threshold
from assistant.schema import Schema
from ingest.figure import Figure, Kind

MONEY = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


class FigureSource(Protocol):
    def figures(
        self, *, report_ids: Iterable[str] | None = None, measures: Iterable[str] | None = None
    ) -> list[Figure]: ...


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


class Computer:
    """Evaluates points against one library."""

    def __init__(
        self,
        figures: FigureSource,
        catalog: Catalog,
        schema: Schema,
        prose_fact: Callable[[str, str], Figure | None] = lambda _id, _report: None,
    ) -> None:
        """`prose_fact(id, report_id)` finds a fact that the form asks for in a sentence."""
        self._figures = figures
        self._prose_fact = prose_fact
        self._catalog = catalog
        self._schema = schema
        self._cells: dict[tuple[str, str], list[Figure]] = {}

    def run(self, plan: Plan) -> Result:
        self._load(plan.points)
        result = Result(plan, [self._value(point) for point in plan.points])
        for value in result.values:
            if value.blanks:
                result.notes.append(
                    message("blanks_in_sum", count=value.blanks, label=value.point.quantity.label)
                )
        _REDUCERS.get(plan.op, _lookup)(result)
        if plan.target_unit:
            if result.node is not None and result.unit not in MONEY:
                result.notes.append(message("no_unit"))
                result.node = None
                result.values = []
            _convert(result, plan.target_unit)
        return result

    # ---- cells ----

    def _load(self, points: Sequence[Point]) -> None:
        """Read every cell the points may need in one query."""
        terms = {
            term
            for point in points
            for quantity in _with_variants(point.quantity)
            for term in (*quantity.terms, *quantity.whole)
        }
        measures = {m for term in terms for m in self._measures(term)}
        reports = {
            report.id
            for point in points
            if (report := self._catalog.report(point.publisher, point.year)) is not None
        }
        for figure in self._figures.figures(report_ids=sorted(reports), measures=sorted(measures)):
            if figure.measure:
                self._cells.setdefault((figure.report_id, figure.measure), []).append(figure)

    def _measures(self, term: Term) -> set[str]:
        found = {term.measure}
        for part in self._schema.sum_parts(term):
            found |= self._measures(part)
        return found

    def _value(self, point: Point) -> Value:
        report = self._catalog.report(point.publisher, point.year)
        if report is None:
            reason = message("no_report", publisher=short_name(point.publisher), year=point.year)
            return Value(point, None, "", Missing(reason))
        return self._quantity_value(point, point.quantity, report.id)

    def _quantity_value(self, point: Point, quantity: Quantity, report: str) -> Value:
        top, unit, blanks = self._sum(quantity.terms, report)
        if isinstance(top, Missing):
            return Value(point, None, "", top)
        if quantity.whole:
            base, base_unit, more = self._sum(quantity.whole, report)
            if isinstance(base, Missing):
                return Value(point, None, "", base)
            if base.value == 0:
                return Value(
                    point, None, "", Missing(message("zero_base", whole=quantity.whole_label))
                )
            if quantity.unit == "per":
                return Value(point, Quotient(top, base, quantity.scale), unit, blanks=blanks + more)
            unit = quantity.unit or ("" if unit == base_unit else f"{unit}/{base_unit}")
            return Value(point, Quotient(top, base, quantity.scale), unit, blanks=blanks + more)
        if quantity.divisor:
            top = Quotient(top, Constant(_divisor(quantity.divisor, point.year)))
        return Value(point, top, unit, blanks=blanks)

    def _sum(self, terms: Sequence[Term], report: str) -> tuple[Node | Missing, str, int]:
        """(tree or why not, unit, number of blank cells inside)."""
        parts: list[tuple[int, Node]] = []
        units, blanks = set(), 0
        for term in terms:
            node, unit, blank = self._term(term, report)
            if isinstance(node, Missing):
                return node, "", 0
            parts.append((term.sign, node))
            units.add(unit)
            blanks += blank
        if len(units) > 1:
            return Missing(message("mixed_units", units="、".join(sorted(units)))), "", 0
        node = parts[0][1] if len(parts) == 1 and parts[0][0] > 0 else Sum(tuple(parts))
        return node, units.pop(), blanks

    def _term(self, term: Term, report: str) -> tuple[Node | Missing, str, int]:
        if term.item in self._schema.vocabulary.prose:
            fact = self._prose_fact(term.item, report)
            if fact is None:
                return Missing(message("no_fact", label=self._schema.label(term))), "", 0
            return Cell(fact), fact.unit, 0
        found = self._cells.get((report, term.measure), [])
        filled = [figure for figure in found if figure.value is not None]
        if filled:
            if len({figure.value for figure in filled}) > 1:
                return Missing(message("conflicting", label=self._schema.label(term))), "", 0
            return Cell(filled[0]), filled[0].unit, 0
        if found:
            return Missing(_why_empty(self._schema.label(term), found[0]), found[0]), "", 0
        parts = self._schema.sum_parts(term)
        if not parts:
            return Missing(message("no_cell", label=self._schema.label(term))), "", 0
        return self._group(term, parts, report)

    def _group(
        self, term: Term, parts: Sequence[Term], report: str
    ) -> tuple[Node | Missing, str, int]:
        """A sum that the form does not print; its blank cells are counted, never guessed."""
        nodes: list[tuple[int, Node]] = []
        unit, blanks, first = "", 0, None
        for part in parts:
            node, part_unit, blank = self._term(Term(part.item, part.aspect), report)
            blanks += blank
            if isinstance(node, Missing):
                first = first or node
                if node.figure is None or node.figure.kind not in (Kind.BLANK, Kind.NOT_APPLICABLE):
                    return node, "", 0
                blanks += 1
                continue
            nodes.append((1, node))
            unit = part_unit or unit
        if not nodes:
            return first or Missing(message("no_cell", label=self._schema.label(term))), "", 0
        return (nodes[0][1] if len(nodes) == 1 else Sum(tuple(nodes))), unit, blanks

    def variants(self, value: Value) -> list[tuple[str, Node, str]]:
        """The other honest definitions of a rate at the same point."""
        report = self._catalog.report(value.point.publisher, value.point.year)
        found = []
        for variant in value.point.quantity.variants:
            if report is None:
                continue
            other = self._quantity_value(value.point, variant, report.id)
            if other.node is not None:
                found.append((variant.label, other.node, other.unit))
        return found


def _with_variants(quantity: Quantity) -> tuple[Quantity, ...]:
    return (quantity, *quantity.variants)


def _why_empty(label: str, figure: Figure) -> str:
    key = {Kind.BLANK: "blank_cell", Kind.NOT_APPLICABLE: "not_applicable_cell"}.get(
        figure.kind, "text_cell"
    )
    return message(key, label=label, raw=figure.raw)


def _divisor(name: str, year: int) -> int:
    days = 366 if calendar.isleap(year) else 365
    return {"month": 12, "day": days, "week": 52, "quarter": 4}[name]


# ---- reducers: from the values of the points to the primary value ----


def _lookup(result: Result) -> None:
    known = result.known
    if len(result.values) == 1 and known:
        result.node, result.unit = known[0].node, known[0].unit
    result.chosen = known


def _same_unit(result: Result) -> bool:
    units = {value.unit for value in result.known}
    if len(units) > 1:
        result.notes.append(message("mixed_units", units="、".join(sorted(units))))
        return False
    result.unit = next(iter(units), "")
    return bool(units)


def _pair(result: Result) -> tuple[Value, Value] | None:
    if len(result.known) != 2 or not _same_unit(result):
        return None
    return result.known[0], result.known[1]


def _sum_up(result: Result) -> None:
    complete = len(result.known) == len(result.values) or result.plan.over == "publisher"
    if complete and result.known and _same_unit(result) and result.unit != "%":
        result.node = total([v.node for v in result.known if v.node])
    result.chosen = result.known


def _portion(result: Result) -> None:
    """The first `k` points as a percentage of the others."""
    k = result.plan.k or 1
    known = result.known
    result.chosen = known
    if len(known) != len(result.values) or not _same_unit(result):
        return
    part = total([v.node for v in known[:k] if v.node])
    whole = total([v.node for v in known[k:] if v.node])
    if whole.value:
        result.node, result.unit = Quotient(part, whole, 100), "%"


def _spread(result: Result) -> None:
    """The largest value minus the smallest."""
    if len(result.known) < 2 or not _same_unit(result):
        return
    ordered = _ordered(result, ascending=False)
    top, bottom = ordered[0], ordered[-1]
    assert top.node is not None and bottom.node is not None
    result.chosen, result.node = [top, bottom], difference(top.node, bottom.node)
    if result.unit == "%":
        result.unit = "个百分点"


def _difference(result: Result) -> None:
    pair = _pair(result)
    result.chosen = result.known
    if pair is None:
        return
    left, right = pair
    direction = result.plan.direction or (1 if left.number >= right.number else -1)
    if direction < 0:
        left, right = right, left
    assert left.node is not None and right.node is not None
    result.node = difference(left.node, right.node)
    if result.unit == "%":
        result.unit = "个百分点"


def _times(result: Result) -> None:
    pair = _pair(result)
    result.chosen = result.known
    if pair is None or pair[1].number == 0:
        return
    assert pair[0].node is not None and pair[1].node is not None
    result.node, result.unit = Quotient(pair[0].node, pair[1].node), "倍"


def _growth(result: Result) -> None:
    """Points come in pairs (earlier, later). One pair has a primary value; several are items."""
    result.chosen = result.known
    pairs = list(zip(result.values[::2], result.values[1::2], strict=True))
    for base, last in pairs:
        if base.node is None or last.node is None:
            continue
        grown = difference(last.node, base.node)
        rate = None if base.number == 0 else Quotient(grown, base.node, 100)
        label = last.point.quantity.label
        if last.unit == "%":
            result.extra.append((label, grown, "个百分点"))
        else:
            result.extra.append((message("changed_by", label=label), grown, last.unit))
            if rate is not None:
                result.extra.append((message("growth_of", label=label), rate, "%"))
            else:
                result.notes.append(message("zero_growth_base", year=base.point.year))
    if len(pairs) == 1 and result.extra:
        wanted = "%" if result.plan.relative else result.extra[0][2]
        for _, node, unit in result.extra:
            if unit == wanted:
                result.node, result.unit = node, unit


def _mean(result: Result) -> None:
    result.chosen = result.known
    if len(result.known) >= 2 and _same_unit(result):
        nodes = [value.node for value in result.known if value.node]
        result.node = Quotient(total(nodes), Constant(len(nodes)))


def _median(result: Result) -> None:
    result.chosen = result.known
    if len(result.known) < 2 or not _same_unit(result):
        return
    nodes = [v.node for v in sorted(result.known, key=lambda v: v.number) if v.node]
    middle = len(nodes) // 2
    if len(nodes) % 2:
        result.node = nodes[middle]
    else:
        result.node = Quotient(total(nodes[middle - 1 : middle + 1]), Constant(2))


def _ordered(result: Result, ascending: bool) -> list[Value]:
    return sorted(result.known, key=lambda v: _comparable(v.number), reverse=not ascending)


def _comparable(number: Fraction) -> Fraction | int:
    """A whole number as an int: thousands of them are then sorted in a fraction of the time."""
    return number.numerator if number.denominator == 1 else number


def _extreme(result: Result) -> None:
    if not result.known or not _same_unit(result):
        return
    ordered = _ordered(result, result.plan.op == "minimum")
    best = ordered[0].number
    result.chosen = [value for value in ordered if value.number == best]
    result.node = result.chosen[0].node
    result.values = ordered + [value for value in result.values if value.node is None]


def _rank(result: Result) -> None:
    if not result.known or not _same_unit(result):
        return
    ordered = _ordered(result, result.plan.direction < 0)
    k = result.plan.k or len(ordered)
    kept = ordered[:k]
    # Ties at the edge are all shown: a cut between equals would be arbitrary.
    kept += [v for v in ordered[k:] if kept and v.number == kept[-1].number]
    result.chosen = kept
    result.values = ordered + [value for value in result.values if value.node is None]
    if result.plan.position is not None:
        kept = [v for v in ordered if v.number == ordered[min(k, len(ordered)) - 1].number]
        result.chosen = kept
    if k == 1 or len(kept) == 1:
        result.node = kept[0].node


def _filter(result: Result) -> None:
    threshold = result.plan.threshold
    if threshold is None or not result.known or not _same_unit(result):
        return
    result.chosen = [v for v in _ordered(result, False) if satisfies(v.number, v.unit, threshold)]
    result.count = len(result.chosen)


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


def _convert(result: Result, unit: str) -> None:
    """Show money in the unit asked for."""
    if result.node is None or result.unit not in MONEY or unit == result.unit:
        return
    factor = Fraction(MONEY[result.unit], MONEY[unit])
    if factor >= 1:
        result.node = _Scaled(result.node, int(factor))
    else:
        result.node = Quotient(result.node, Constant(int(1 / factor)))
    result.unit = unit


@dataclass(frozen=True)
class _Scaled:
    node: Node
    factor: int

    @property
    def value(self) -> Fraction:
        return self.node.value * self.factor

    def show(self) -> str:
        return f"{closed(self.node)} × {self.factor}"

    def figures(self) -> Iterator[Figure]:
        return self.node.figures()


_REDUCERS = {
    "portion": _portion,
    "spread": _spread,
    "sum": _sum_up,
    "difference": _difference,
    "times": _times,
    "growth": _growth,
    "mean": _mean,
    "median": _median,
    "maximum": _extreme,
    "minimum": _extreme,
    "rank": _rank,
    "filter": _filter,
}
