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
        return next((t for t in self.left if t.kind in ("cue", "rank") and t.cue in cues), None)

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
        return {"亿": "亿元", "万": "万元"}.get(unit, unit)

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
            if token.date[0] is None or not said_above(self.sheet, token):
                raise UnclearError("absent", [token.text])

    def _is_sibling_date(self, token: Token) -> bool:
        return bool(token.date[0]) and any(said_above(other, token) for other in self.siblings)

    # ---- lines ----

    def _select(self, tokens: Sequence[Token], *, totals: bool = True) -> Selection:
        totals = totals and not self.conditions
        chosen = select(tokens, self.sheet, dated=self._dated, totals=totals)
        if chosen.empty:
            raise UnclearError("absent")
        return chosen

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
        if self._has("percent"):
            unit = "%"
        pool = frozenset(self.sheet.columns if columns is None else columns)
        return one_column(pool, self.sheet, unit)

    def _names_rows(self) -> bool:
        return self._select(self.left).has("r")


def last_label(sheet: Sheet, row: int) -> str:
    path = sheet.rows.get(row, ())
    return path[-1] if path else ""


def linked(label: str) -> str:
    return f"的{label}" if label else ""
