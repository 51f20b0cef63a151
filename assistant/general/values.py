"""Values: one cell, several cells, their sum or their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.formula import Constant, Node, Quotient
from assistant.general import texts
from assistant.general.conditions import UnclearError
from assistant.general.outcome import (
    Added,
    Entry,
    Outcome,
    added,
    leaf,
    one_unit,
)
from assistant.general.reading import Place, Reading, last_label, linked
from assistant.general.selecting import Selection
from assistant.general.sheet import Sheet
from assistant.general.texts import is_average


class Values(Reading):
    """Look-ups, sums and means."""

    def _values(self) -> Outcome:
        """One cell, several, their sum or their mean."""
        chosen = self._select(self.left)
        if self._has("sum", "mean"):
            return self._reduced(chosen)
        places = self._places(chosen)
        if len(places) == 1:
            return self._single(places[0])
        if self._has("each", "which", "all") or chosen.together:
            return self._several(places)
        raise UnclearError("cell", [self._name(place, places) for place in places[:8]])

    def _places(self, chosen: Selection) -> list[Place]:
        if not chosen.groups and not self.conditions:
            raise UnclearError("nothing")
        open_columns = not (chosen.has("c") or self._has("each", "all") or self._unit_named())
        if open_columns and len(self.sheet.columns) > 1 and not self._one_kind():
            raise UnclearError("column", [self.sheet.column_name(c) for c in self.sheet.columns])
        if not chosen.has("r") and not self.conditions and not self._has("each", "all", "which"):
            rows = self._total_row(chosen)
        else:
            rows = self._rows(chosen, many=self._has("each", "all"))
        return self._crossed(rows, self._narrowed(chosen, rows))

    def _one_kind(self) -> bool:
        """All columns hold one quantity: their labels are times or parts of a whole."""
        units = {self.sheet.unit_of_column(column) for column in self.sheet.columns}
        return len(units) == 1 and bool(self.sheet.total_columns)

    def _unit_named(self) -> bool:
        unit = self._many.unit if self._many is not None else ""
        return bool(unit) or self._has("percent")

    def _total_row(self, chosen: Selection) -> list[int]:
        totals = sorted(
            row
            for row in self.sheet.total_rows
            if not texts.is_average(last_label(self.sheet, row))
        )
        if len(totals) == 1:
            return totals
        if len(self.sheet.rows) == 1:
            return list(self.sheet.rows)
        raise UnclearError("row", [self.sheet.row_name(row) for row in self.sheet.rows][:8])

    def _narrowed(self, chosen: Selection, rows: list[int]) -> list[int]:
        columns = self._columns(chosen, many=self._has("each", "all") and len(rows) == 1)
        if (
            len(columns) > 1
            and "c" not in chosen.together
            and not (self._has("each", "all") and len(rows) == 1)
        ):
            return [self._column(chosen)]
        return columns

    def _crossed(self, rows: Sequence[int], columns: Sequence[int]) -> list[Place]:
        found = [(r, c) for r in rows for c in columns if (r, c) in self.sheet.cells]
        if not found:
            raise UnclearError("absent")
        return found

    def _single(self, place: Place) -> Outcome:
        node = leaf(self.sheet, place)
        return Outcome("lookup", self.sheet, self._full(place), node, self.sheet.unit(*place))

    def _several(self, places: list[Place]) -> Outcome:
        outcome = Outcome("lookup", self.sheet, listed=True)
        for place in places:
            figure = self.sheet.cells[place]
            name = self._name(place, places)
            if figure.value is None:
                outcome.entries.append(Entry(name, text=figure.raw or "（未填）", place=place))
            else:
                unit = self.sheet.unit(*place)
                outcome.entries.append(Entry(name, leaf(self.sheet, place), unit, place=place))
        return outcome

    def _name(self, place: Place, among: Sequence[Place]) -> str:
        """What tells one place from the others."""
        rows, columns = {p[0] for p in among}, {p[1] for p in among}
        parts = [self.sheet.row_name(place[0])] if len(rows) > 1 or len(columns) == 1 else []
        parts += [self.sheet.column_name(place[1])] if len(columns) > 1 else []
        return " ".join(parts)

    def _full(self, place: Place) -> str:
        return f"{self.sheet.row_name(place[0])}{linked(self.sheet.column_name(place[1]))}"

    def _field(self) -> Outcome:
        """The value beside a label of a filled-in form."""
        chosen = self._select(self.left)
        rows = self._rows(chosen, many=False)
        if not chosen.has("r"):
            raise UnclearError("nothing")
        if len(rows) > 1 and not chosen.together:
            raise UnclearError("cell", [self.sheet.rows[row][-1] for row in rows])
        outcome = self._several([(row, 0) for row in rows])
        for number, row in enumerate(rows):
            outcome.entries[number] = replace(
                outcome.entries[number], name=self.sheet.rows[row][-1]
            )
        if len(rows) == 1:
            outcome.listed, entry = False, outcome.entries[0]
            outcome.label, outcome.node, outcome.unit = entry.name, entry.node, entry.unit
            outcome.text = entry.text
            outcome.places, outcome.entries = [(rows[0], 0)], []
        return outcome

    # ---- sums and means ----

    def _reduced(self, chosen: Selection) -> Outcome:
        mean = self._has("mean")
        rows = self._rows(chosen, many=True)
        columns = self._columns(chosen, many=True)
        if (
            not chosen.has("c") and len(columns) > 1 and len(rows) != 1 and not self._one_kind()
        ) or (len(columns) > 1 and "c" not in chosen.together and self._differ(columns)):
            columns = [self._column(chosen)]
        printed = None if mean or chosen.has("r") or self.conditions else self._printed(columns)
        if printed is not None:
            return printed
        across = self._printed_column(chosen, rows)
        if across is not None and not mean:
            return across
        return self._added(rows, columns, mean=mean)

    def _differ(self, columns: Sequence[int]) -> bool:
        return len({self.sheet.unit_of_column(column) for column in columns}) > 1

    def _printed(self, columns: Sequence[int]) -> Outcome | None:
        """The printed total of one column, where all rows are meant."""
        totals = [
            r for r in self.sheet.total_rows if not texts.is_average(last_label(self.sheet, r))
        ]
        grand = [row for row in totals if "小计" not in last_label(self.sheet, row)]
        if len(columns) != 1 or len(grand) != 1:
            return None
        place = grand[0], columns[0]
        figure = self.sheet.cells.get(place)
        if figure is None or figure.value is None or self.sheet.unit(*place) in ("%", "‰"):
            return None
        return self._single(place)

    def _printed_column(self, chosen: Selection, rows: list[int]) -> Outcome | None:
        """The printed sum of one row, where no column was named."""
        if chosen.has("c") or len(rows) != 1 or len(self.sheet.total_columns) != 1:
            return None
        place = rows[0], next(iter(self.sheet.total_columns))
        return self._single(place) if place in self.sheet.cells else None

    def _added(self, rows: Sequence[int], columns: Sequence[int], *, mean: bool) -> Outcome:
        places = self._crossed(rows, columns)
        outcome = Outcome("mean" if mean else "sum", self.sheet, self._label(rows, columns))
        if mean:
            filled = [p for p in places if self.sheet.cells[p].value is not None]
            node, unit = _sum_of(self.sheet, filled, outcome, any_unit=True)
            if len(filled) < 2 and not is_average(self.sheet.column_name(places[0][1])):
                raise UnclearError("cell", [self._full(place) for place in places])
            node = Quotient(node, Constant(len(filled))) if len(filled) > 1 else node
            if len(filled) < len(places):
                outcome.notes.append(f"blanks:{len(places) - len(filled)}")
        else:
            node, unit = added(self.sheet, places, outcome.notes)
        outcome.node, outcome.unit = node, unit
        self._note_totals(rows, columns, outcome)
        return outcome

    def _note_totals(self, rows: Sequence[int], columns: Sequence[int], outcome: Outcome) -> None:
        left = [self.sheet.row_name(r) for r in self.sheet.total_rows if r not in rows]
        if left and len(rows) > 1:
            outcome.notes.append(f"totals:{'、'.join(left[:3])}")

    def _label(self, rows: Sequence[int], columns: Sequence[int]) -> str:
        row = "、".join(self.sheet.row_name(row) for row in rows[:4])
        row += f"等{len(rows)}行" if len(rows) > 4 else ""
        column = "、".join(self.sheet.column_name(column) for column in columns[:4])
        column += f"等{len(columns)}列" if len(columns) > 4 else ""
        return f"{row}{linked(column)}"


def _sum_of(
    sheet: Sheet, places: Sequence[Place], outcome: Outcome, *, any_unit: bool
) -> tuple[Node, str]:
    if not places:
        raise UnclearError("blank")
    unit = one_unit(sheet, places)
    del outcome, any_unit
    return Added(tuple(leaf(sheet, place) for place in places)), unit
