"""Sides: two cells or sums compared: difference, growth, times."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from assistant.formula import Node, Quotient, difference
from assistant.general.conditions import UnclearError, said_above
from assistant.general.extremes import Extremes
from assistant.general.outcome import (
    Outcome,
    added,
    leaf,
)
from assistant.general.reading import linked
from assistant.general.selecting import Selection, merged, select
from assistant.general.sheet import Sheet
from assistant.general.tokens import Token


class Sides(Extremes):
    """What has two sides."""

    def _sides(self) -> tuple[list[Token], list[Token]] | None:
        """What stands before and behind 比, or around 到 and 和."""
        token = self._cue("versus")
        if token is not None:
            at = self.left.index(token)
            return self.left[:at], self.left[at + 1 :]
        names = [t for t in self.left if t.kind == "name" and (t.of_kind("row", "column"))]
        for first, second in itertools.pairwise(names):
            between = self.left[self.left.index(first) + 1 : self.left.index(second)]
            joined = [t.text for t in between]
            if (
                joined
                and joined[0] in ("到", "和", "与", "跟", "减", "减去")
                and _one_group(first, second)
            ):
                rest = [t for t in self.left if t not in (first, second)]
                if joined[0] == "到":
                    return [second, *rest], [first]
                return [first, *rest], [second]
        return None

    def _pair(self) -> tuple[tuple[Node, str, str], tuple[Node, str, str]]:
        """Both sides as (tree, unit, label). Raises UnclearError."""
        sides = self._sides()
        if sides is None:
            raise UnclearError("sides")
        first, second = (self._side(part) for part in sides)
        left, right = merged(first[0], second[0]), merged(second[0], first[0])
        return self._one(left, first[1], second[1]), self._one(right, second[1], first[1])

    def _side(self, tokens: Sequence[Token]) -> tuple[Selection, Sheet]:
        chosen = select(tokens, self.sheet, dated=False)
        year = next((t for t in tokens if t.kind == "date" and t.date[0]), None)
        named = next(
            (t for t in tokens if t.kind == "name" and t.of_kind("title") and t.text[:4].isdigit()),
            None,
        )
        if year is not None and not said_above(self.sheet, year):
            return chosen, next(s for s in self.siblings if said_above(s, year))
        del named
        return chosen, self.sheet

    def _one(self, chosen: Selection, sheet: Sheet, _: Sheet) -> tuple[Node, str, str]:
        if sheet is not self.sheet:
            return self._in_sibling(chosen, sheet)
        rows = self._rows(chosen, many=False) if chosen.has("r") else self._total_row(chosen)
        columns = self._columns(chosen, many=False)
        if len(columns) > 1:
            columns = [self._column(chosen)]
        places = self._crossed(rows, columns)
        if len(places) > 1 and not chosen.has("r"):
            raise UnclearError("row", [self.sheet.row_name(place[0]) for place in places])
        notes: list[str] = []
        node, unit = added(self.sheet, places, notes)
        if notes:
            raise UnclearError("blank", [self._full(places[0])])
        return node, unit, self._label(rows, columns)

    def _in_sibling(self, chosen: Selection, sheet: Sheet) -> tuple[Node, str, str]:
        """The same labels in the sheet of another year."""
        rows, columns = chosen.rows or frozenset(), chosen.columns or frozenset(self.sheet.columns)
        if len(rows) != 1 or len(columns) != 1:
            raise UnclearError("cell")
        row_path, column_path = self.sheet.rows[min(rows)], self.sheet.columns[min(columns)]
        row = [r for r, path in sheet.rows.items() if path == row_path]
        column = [c for c, path in sheet.columns.items() if path == column_path]
        if len(row) != 1 or len(column) != 1:
            raise UnclearError("absent")
        place = row[0], column[0]
        label = f"{sheet.title} {sheet.row_name(row[0])}{linked(sheet.column_name(column[0]))}"
        return leaf(sheet, place), sheet.unit(*place), label

    def _difference(self) -> Outcome:
        if self._has("max") and self._has("min"):
            return self._range()
        (left, unit, name), (right, other, other_name) = self._pair()
        if unit != other:
            raise UnclearError("units", [unit, other])
        fell = self._has("less") and not self._has("more")
        node = difference(right, left) if fell else difference(left, right)
        if not self._has("more", "less") and node.value < 0:
            node = difference(right, left)
        unit = "个百分点" if unit == "%" else unit
        outcome = Outcome("difference", self.sheet, f"{name} 与 {other_name}", node, unit)
        outcome.sign = -1 if fell else 1 if self._has("more") else 0
        return outcome

    def _range(self) -> Outcome:
        cues = [t for t in self.left if t.cue in ("max", "min")]
        chosen = self._select([t for t in self.left if t not in cues], totals=False)
        places = self._comparable(chosen)
        high, low = (self._at_extreme(places, cue)[0] for cue in ("max", "min"))
        node = difference(leaf(self.sheet, high), leaf(self.sheet, low))
        unit = self.sheet.unit(*high)
        label = f"{self._winner(high, places)} 与 {self._winner(low, places)}"
        return Outcome("difference", self.sheet, label, node, "个百分点" if unit == "%" else unit)

    def _growth(self) -> Outcome:
        (left, unit, name), (right, other, other_name) = self._pair()
        if unit != other:
            raise UnclearError("units", [unit, other])
        if not right.value:
            raise UnclearError("zero")
        fell = self._has("less") and not self._has("more")
        change = difference(right, left) if fell else difference(left, right)
        node: Node = Quotient(change, right, 100)
        return Outcome("growth", self.sheet, f"{name} 比 {other_name}", node, "%")

    def _times(self) -> Outcome:
        token = self._cue("times")
        assert token is not None
        at = next((i for i, t in enumerate(self.left) if t.text == "是"), None)
        parts = self._sides() if at is None else (self.left[:at], self.left[at + 1 :])
        if parts is None:
            raise UnclearError("sides")
        first, second = (select(part, self.sheet) for part in parts)
        left = self._one(merged(first, second), self.sheet, self.sheet)
        right = self._one(merged(second, first), self.sheet, self.sheet)
        if left[1] != right[1]:
            raise UnclearError("units", [left[1], right[1]])
        if not right[0].value:
            raise UnclearError("zero")
        return Outcome(
            "times", self.sheet, f"{left[2]} 与 {right[2]}", Quotient(left[0], right[0]), "倍"
        )


def _one_group(first: Token, second: Token) -> bool:
    groups = {name.group for name in first.names if name.kind in ("row", "column")}
    return any(name.group in groups for name in second.names)
