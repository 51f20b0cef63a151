"""Compute: a plan's points become formula trees over stored figures, then one result.

A cell that is blank or not applicable is never taken as 0: a point that needs it has no value
and says why; a sum over an unprinted group says how many of its cells are not filled in.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Protocol

from assistant.catalog import Catalog, short_name
from assistant.formula import Cell, Constant, Node, Quotient, Sum
from assistant.messages import message
from assistant.plan import Plan, Point, Quantity, Term
from assistant.reducers import convert, reduce
from assistant.result import MONEY, Missing, Result, Value, satisfies
from assistant.schema import Schema
from ingest.figure import Figure, Kind

__all__ = ["MONEY", "Computer", "Missing", "Result", "Value", "satisfies"]


class FigureSource(Protocol):
    def figures(
        self, *, report_ids: Iterable[str] | None = None, measures: Iterable[str] | None = None
    ) -> list[Figure]: ...


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
        reduce(result)
        if plan.target_unit:
            convert(result, plan.target_unit)
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
            return self._ratio(point, quantity, report, Value(point, top, unit, blanks=blanks))
        if quantity.divisor:
            top = Quotient(top, Constant(quantity.days or _divisor(quantity.divisor, point.year)))
        return Value(point, top, unit, blanks=blanks)

    def _ratio(self, point: Point, quantity: Quantity, report: str, top: Value) -> Value:
        """`top` over the whole of `quantity`; none where that is missing or 0."""
        assert top.node is not None
        base, base_unit, more = self._sum(quantity.whole, report)
        if isinstance(base, Missing):
            return Value(point, None, "", base)
        if base.value == 0:
            reason = message("zero_base", whole=quantity.whole_label)
            return Value(point, None, "", Missing(reason))
        unit = top.unit
        if quantity.unit != "per":
            unit = quantity.unit or ("" if unit == base_unit else f"{unit}/{base_unit}")
        node = Quotient(top.node, base, quantity.scale)
        return Value(point, node, unit, blanks=top.blanks + more)

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

    def wholes(self, point: Point) -> set[Fraction]:
        """The value of `point` and of all that it lies inside: its whole, the measures that hold
        it, and the total of its row."""
        quantity, schema = point.quantity, self._schema
        groups = [quantity.terms, quantity.whole]
        for term in quantity.terms:
            sides = dict.fromkeys((term.aspect, "total", "org"))
            items = [i for i in schema.vocabulary.items if schema.contains(i, term.item)]
            for side in sides:
                groups += [(Term(item, side),) for item in (*items, term.item)]
                groups.append(tuple(Term(item, side) for item in schema.whole_of(term.item)))
        points = [replace(point, quantity=Quantity("", terms)) for terms in groups if terms]
        self._load(points)
        values = [self._value(one) for one in points]
        return {value.number for value in values if value.node is not None}

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
