"""Shares: a part of a whole, of cells or of lines."""

from __future__ import annotations

from assistant.formula import Node, Quotient
from assistant.general.conditions import UnclearError
from assistant.general.outcome import (
    Counted,
    Outcome,
    added,
)
from assistant.general.selecting import Selection, merged, select
from assistant.general.sides import Sides
from assistant.general.units import factor


class Shares(Sides):
    """A part of a whole."""

    def _share(self) -> Outcome:
        part, whole, everything = self._share_sides()
        if self._counts_share(part):
            return self._share_of_rows(part, whole)
        top, unit, name = self._one(part, self.sheet, self.sheet)
        base, other, whole_name = self._whole(whole, part, everything)
        if unit != other and factor(unit, other) is None:
            raise UnclearError("units", [unit, other])
        if unit in ("%", "‰") or not base.value:
            raise UnclearError("zero" if not base.value else "percent")
        if base.value == top.value and {f.id for f in base.figures()} == {
            f.id for f in top.figures()
        }:
            raise UnclearError("sides")
        node = Quotient(top, base, 100)
        return Outcome("portion", self.sheet, f"{name} 占 {whole_name}", node, "%")

    def _share_sides(self) -> tuple[Selection, Selection, bool]:
        """(part, whole, is the whole everything): around 占, else around 里."""
        token = self._cue("share")
        at = self.left.index(token) if token is not None else len(self.left)
        before, behind = self.left[:at], self.left[at + 1 :]
        inside = next((i for i, t in enumerate(before) if t.cue == "inside"), None)
        right = select(behind, self.sheet)
        everything = any(t.kind == "cue" and t.cue in ("all", "sum") for t in behind)
        if not right.groups and inside is not None:
            whole = select(before[:inside], self.sheet)
            part = merged(select(before[inside + 1 :], self.sheet), whole)
            return part, whole, False
        left = select(before, self.sheet)
        if everything:
            whole = Selection({g: lines for g, lines in right.groups.items() if g[0] == "c"})
            whole.groups |= {g: v for g, v in right.groups.items() if g[0] == "r"}
            base = Selection({g: v for g, v in left.groups.items() if g[0] == "c"})
            return merged(left, right, whole=True), merged(whole, base, whole=True), True
        if not right.groups:  # of all: no row of the part is one of the whole
            columns = {g: v for g, v in left.groups.items() if g[0] == "c"}
            return left, Selection(columns), True
        return merged(left, right), merged(right, left, whole=True), False

    def _whole(self, whole: Selection, part: Selection, everything: bool) -> tuple[Node, str, str]:
        if everything and not whole.has("r"):
            columns = [self._column(merged(whole, part, whole=True))]
            printed = self._printed(columns)
            if printed is not None and printed.node is not None:
                return printed.node, printed.unit, printed.label
            places = self._crossed(self.sheet.line_rows, columns)
            node, unit = added(self.sheet, places, [])
            return node, unit, self._label(self.sheet.line_rows, columns)
        return self._one(whole, self.sheet, self.sheet)

    def _counts_share(self, part: Selection) -> bool:
        return (
            part.has("r")
            and not part.has("c")
            and not self._one_kind()
            and len(part.rows or ()) > 1
        )

    def _share_of_rows(self, part: Selection, whole: Selection) -> Outcome:
        """The share of rows that meet what is named."""
        rows = [row for row in sorted(part.rows or ()) if row in self.sheet.line_rows]
        among = (
            sorted(whole.rows) if whole.rows and whole.rows != part.rows else self.sheet.line_rows
        )
        figures = [self.sheet.cells[p] for p in self._deciding(rows) if p and p in self.sheet.cells]
        node = Quotient(Counted(len(rows), tuple(figures)), Counted(len(among)), 100)
        return Outcome("portion", self.sheet, self.sheet.title, node, "%")
