"""Reading: one question over one sheet, its cue words and which lines it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.general.conditions import (
    AnyCondition,
    UnclearError,
    one_column,
    said_above,
    take_conditions,
)
from assistant.general.selecting import Selection, select
from assistant.general.sheet import Sheet
from assistant.general.texts import listed
from assistant.general.tokens import Token, Tokens

Place = tuple[int, int]


@dataclass
class Reading:
    """`siblings` are sheets of the same build for other years."""

    sheet: Sheet
    asked: Tokens
    siblings: Sequence[Sheet] = ()

    @cached_property
    def _parts(self) -> tuple[list[AnyCondition], list[Token]]:
        return take_conditions(self.asked.tokens, self.sheet)

    @property
    def conditions(self) -> list[AnyCondition]:
        return self._parts[0]

    @property
    def left(self) -> list[Token]:
        return self._parts[1]

    def _cue(self, *cues: str) -> Token | None:
        return next((t for t in self.left if t.cue in cues and self._is_said(t)), None)

    def _is_said(self, token: Token) -> bool:
        """A cue word, or the label 合计 beside another label of a row."""
        if token.kind in ("cue", "rank"):
            return True
        others = (t for t in self.left if t is not token and t.whole)
        return token.cue == "sum" and any(
            name.kind == "row" and not name.total for other in others for name in other.names
        )

    def _has(self, *cues: str) -> bool:
        return self._cue(*cues) is not None

    @cached_property
    def _many(self) -> Token | None:
        return next((token for token in self.left if token.kind == "many"), None)

    @cached_property
    def _wanted_unit(self) -> str:
        """The unit that the answer is asked in, where it is one that numbers are turned into."""
        into = next((token.unit for token in self.left if token.kind == "into"), "")
        unit = into or (self._many.unit if self._many is not None else "")
        return "" if unit in ("亿", "万", "年", "月", "季度") else unit.removeprefix("个") or unit

    @property
    def _said_unit(self) -> str:
        unit = self._wanted_unit
        return "" if unit == "钱" else unit

    @cached_property
    def _dated(self) -> bool:
        asks = {"什么时候", "何时", "哪天", "几号"}
        return self._has("latest", "earliest") or any(
            token.kind == "ask" and token.text in asks for token in self.left
        )

    def _check_dates(self) -> None:
        """A year that neither the sheet nor a date in it has cannot be answered from it."""
        for token in self.left:
            if token.kind != "date" or self._is_sibling_date(token):
                continue
            if not said_above(self.sheet, token):
                raise UnclearError("absent", [token.text])

    def _is_sibling_date(self, token: Token) -> bool:
        return bool(token.date[0]) and any(said_above(other, token) for other in self.siblings)

    # ---- lines ----

    def _select(self, tokens: Sequence[Token], *, totals: bool = True) -> Selection:
        totals = totals and not self.conditions
        chosen = select(tokens, self.sheet, dated=self._dated, totals=totals)
        if self._has("sum", "mean", "max", "min", "many"):
            self._fill_spans(tokens, chosen)
        if chosen.empty:
            raise UnclearError("absent")
        return chosen

    def _fill_spans(self, tokens: Sequence[Token], chosen: Selection) -> None:
        """1月到6月: also the lines between the two that are named."""
        for before, joint, behind in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if joint.text not in listed("spans") or not (before.names and behind.names):
                continue
            for group, lines in chosen.groups.items():
                ends = [_of_group(token, group) for token in (before, behind)]
                if all(len(end) == 1 for end in ends):
                    low, high = sorted(min(end) for end in ends)
                    pool = self.sheet.rows if group[0] == "r" else self.sheet.columns
                    span = frozenset(line for line in pool if low <= line <= high)
                    chosen.groups[group] = lines | span
                    chosen.together |= {group[0]}

    def _rows(self, chosen: Selection, *, many: bool) -> list[int]:
        """The rows meant, in order. With `many`, sums and the heads of parts are left out unless
        they alone were named."""
        rows = chosen.rows
        if rows is None:
            pool = self.sheet.line_rows if many else list(self.sheet.rows)
        else:
            pool = sorted(rows)
            if many and self._has("inside") and len(pool) == 1 and self.sheet.children(pool[0]):
                pool = self.sheet.children(pool[0])
            if many and len(pool) > 1:
                pool = [row for row in pool if row in self.sheet.line_rows] or pool
        return [row for row in pool if self._meets("r", row)]

    def _columns(self, chosen: Selection, *, many: bool) -> list[int]:
        columns = chosen.columns
        pool = sorted(self.sheet.columns if columns is None else columns)
        if many and len(pool) > 1:
            pool = [column for column in pool if column not in self.sheet.total_columns] or pool
        return [column for column in pool if self._meets("c", column)]

    def _meets(self, axis: str, line: int) -> bool:
        return all(c.holds(self.sheet, line) for c in self.conditions if c.axis == axis)

    def _column(self, chosen: Selection) -> int:
        """The one column of numbers that is asked for. Raises UnclearError."""
        columns = chosen.columns
        unit = self._many.unit if self._many is not None else ""
        if self._has("percent") and not self._has("share"):
            unit = "%"
        if columns is None and unit and self.asked.gaps and len(self.sheet.columns) > 1:
            names = [self.sheet.column_name(column) for column in self.sheet.columns]
            raise UnclearError("column", names)  # a word that no column has may name one
        pool = frozenset(self.sheet.columns if columns is None else columns)
        pool = self._in_unit(pool, chosen, unit) or pool
        if self._has("sum"):
            pool = frozenset(c for c in pool if not _is_price(self.sheet.column_name(c))) or pool
        return one_column(pool, self.sheet, unit)

    def _in_unit(self, pool: frozenset[int], chosen: Selection, unit: str) -> frozenset[int]:
        """The columns whose cells in the chosen rows have the unit asked for, row by row."""
        rows = chosen.rows or frozenset()
        places = {column: [(row, column) for row in rows] for column in pool}
        return frozenset(
            column
            for column, own in places.items()
            if unit and own and all(self._unit_at(place) == unit for place in own)
        )

    def _unit_at(self, place: Place) -> str:
        return self.sheet.unit(*place) if place in self.sheet.cells else ""

    def _names_rows(self) -> bool:
        return self._select(self.left).has("r")


def _of_group(token: Token, group: tuple[str, int]) -> frozenset[int]:
    return frozenset().union(*(name.lines for name in token.names if name.group == group))


def _is_price(label: str) -> bool:
    return any(word in label for word in listed("prices"))


def last_label(sheet: Sheet, row: int) -> str:
    path = sheet.rows.get(row, ())
    return path[-1] if path else ""


def linked(label: str) -> str:
    return f"的{label}" if label else ""
