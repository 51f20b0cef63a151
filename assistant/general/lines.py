"""Lines: counting and listing the lines that meet conditions, and the words in them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.general.conditions import UnclearError, alike
from assistant.general.outcome import (
    Counted,
    Entry,
    Outcome,
    leaf,
)
from assistant.general.reading import Place, linked
from assistant.general.selecting import Selection
from assistant.general.sheet import Attribute
from assistant.general.texts import key, words
from assistant.general.units import counters
from assistant.general.values import Values


class Lines(Values):
    """Counts, lists and texts."""

    def _counts(self) -> bool:
        """多少个/几家: lines are counted, unless a column holds that number."""
        many = self._many
        if many is None or not (many.unit in counters() or many.text.endswith("数")):
            return False
        chosen = self._select(self.left)
        numeric = any(condition.axis == "r" for condition in self.conditions)
        if chosen.has("c") and not self._is_column_condition():
            return self._is_by_the_way(chosen)
        if self._is_column_condition():
            return True
        unit = many.unit or words()["counted"].get(many.text, "")
        own = [c for c in self.sheet.columns if self.sheet.unit_of_column(c) == unit]
        measured = self._in_unit(frozenset(self.sheet.columns), chosen, unit)
        if measured and not numeric and len(chosen.rows or ()) == 1:
            return False
        return not (own and not numeric and many.unit not in ("个", "项", "种", "类"))

    def _is_by_the_way(self, chosen: Selection) -> bool:
        """A piece of a column that measures something else (办理 of 办理时长（天） in 几件)."""
        unit = self._many.unit if self._many is not None else ""
        full = any(group[0] == "c" for group in chosen.full)
        units = {self.sheet.unit_of_column(column) for column in chosen.columns or ()}
        return bool(unit) and not full and all(u and not alike(unit, u) for u in units)

    def _is_column_condition(self) -> bool:
        return any(condition.axis == "c" for condition in self.conditions)

    def _count(self) -> Outcome:
        chosen = self._select(self.left, totals=False)
        unit = self._counted_unit()
        if self._is_column_condition():
            columns = self._columns(chosen, many=True)
            row = next(c.line for c in self.conditions if c.axis == "c")  # type: ignore[union-attr]
            places = [(row, column) for column in columns]
            return self._counted(places, [self.sheet.column_name(c) for c in columns], unit)
        distinct = self._distinct(chosen)
        if distinct is not None:
            return distinct
        if not chosen.has("r") and not self.conditions and self._says_more():
            raise UnclearError("nothing")  # not simply all rows: 签订, 开工 mean something
        rows = self._rows(chosen, many=True)
        if len(rows) == 1 and not self.conditions and self._is_one_row(chosen):
            names = [self.sheet.column_name(column) for column in self.sheet.columns]
            raise UnclearError("column", names)
        return self._counted(self._deciding(rows), [self.sheet.row_name(r) for r in rows], unit)

    def _says_more(self) -> bool:
        return any(len(token.text) > 1 for token in self.asked.gaps)

    def _is_one_row(self, chosen: Selection) -> bool:
        """The row itself is named, not what it is an instance of: nothing is to be counted."""
        naming = self.sheet.naming_column
        return any(group == ("r", naming) for group in chosen.groups)

    def _counted_unit(self) -> str:
        many = self._many
        if many is None:
            return "个"
        return many.unit.replace("个月", "个").replace("个季度", "个") or str(
            words()["counted"].get(many.text, "个")
        )

    def _counted(self, places: Sequence[Place | None], names: list[str], unit: str) -> Outcome:
        figures = [self.sheet.cells[p] for p in places if p is not None and p in self.sheet.cells]
        outcome = Outcome("count", self.sheet, unit=unit)
        outcome.node = Counted(len(names), tuple(figures[:200]))
        outcome.entries = [
            Entry(name, text=" ", place=place) for name, place in zip(names, places, strict=True)
        ]
        return outcome

    def _deciding(self, rows: Sequence[int]) -> list[Place | None]:
        """The cell of each row that shows why it counts."""
        column = next((getattr(c, "line", None) for c in self.conditions if c.axis == "r"), None)
        if column is None:
            column = next(
                (c.attribute.column for c in self.conditions if hasattr(c, "attribute")), None
            )
        if column is None:
            groups = [g[1] for g in self._select(self.left, totals=False).groups if g[0] == "r"]
            column = next((g for g in groups if g >= 0), None)
        return [(row, column) if column is not None else None for row in rows]

    def _distinct(self, chosen: Selection) -> Outcome | None:
        """How many different texts a named column of words has, where they repeat."""
        if chosen.groups or self.conditions or len(chosen.attributes) != 1:
            return None
        attribute = self._attribute(chosen.attributes[0])
        if attribute is None:
            return None
        texts_ = [attribute.texts[r] for r in self.sheet.line_rows if attribute.texts.get(r)]
        different = list(dict.fromkeys(texts_))
        if len(different) == len(texts_):
            return None
        unit = self._many.unit if self._many is not None else "个"
        return self._counted([None] * len(different), different, unit)

    def _listing(self) -> Outcome:
        """The lines that meet the conditions, with the cell that shows it."""
        chosen = self._select(self.left, totals=False)
        outcome = Outcome("filter", self.sheet, listed=True)
        if self._is_column_condition():
            row = next(c.line for c in self.conditions if c.axis == "c")  # type: ignore[union-attr]
            places: list[Place | None] = [(row, c) for c in self._columns(chosen, many=True)]
            names = [self.sheet.column_name(p[1]) for p in places if p]
        else:
            rows = self._rows(chosen, many=True)
            places, names = self._deciding(rows), [self.sheet.row_name(r) for r in rows]
        for name, place in zip(names, places, strict=True):
            outcome.entries.append(self._entry(name, place))
        return outcome

    def _entry(self, name: str, place: Place | None) -> Entry:
        figure = self.sheet.cells.get(place) if place else None
        if place is None or figure is None or figure.value is None:
            return Entry(name, text=" ", place=place)
        return Entry(name, leaf(self.sheet, place), self.sheet.unit(*place), place=place)

    def _asks_text(self) -> bool:
        if self._many is not None or self._has("sum", "mean", "percent", "times", "growth"):
            return False
        chosen = self._select(self.left, totals=False)
        if chosen.columns is not None and chosen.has("c"):
            return False
        asks = any(token.kind == "ask" for token in self.left) or self._who()
        known = chosen.has("r") or bool(self.conditions)
        return known and (asks or bool(set(chosen.attributes) - self._used(chosen)))

    def _who(self) -> bool:
        return any(t.kind == "cue" and t.cue == "which" and ("谁" in t.text or "位" in t.text)
                   for t in self.left)  # fmt: skip

    @staticmethod
    def _used(chosen: Selection) -> set[int]:
        """Columns of words that only head a text named beside them (部门 in 销售部门)."""
        return {group[1] for group in chosen.groups if group[0] == "r"}

    def _text(self) -> Outcome:
        chosen = self._select(self.left, totals=False)
        rows = self._rows(chosen, many=True)
        if not rows:
            raise UnclearError("absent")
        columns = [c for c in chosen.attributes if c not in self._used(chosen)]
        columns = columns or self._asked_columns(chosen)
        if columns:
            return self._texts_of(rows, columns)
        numbers = self._asked_numbers()
        if len(numbers) == 1 and len(rows) == 1 and (rows[0], numbers[0]) in self.sheet.cells:
            return self._single((rows[0], numbers[0]))
        return self._listing()

    def _asked_numbers(self) -> list[int]:
        """Columns of numbers that a question word asks for: 多大 the one of ages."""
        heads = [h for t in self.left if t.kind == "ask" for h in words()["asked"].get(t.text, ())]
        return [
            column
            for column in self.sheet.columns
            if any(head in key(self.sheet.column_name(column)) for head in heads)
        ]

    def _asked_columns(self, chosen: Selection) -> list[int]:
        asks = [t.text for t in self.left if t.kind == "ask"] + (["谁"] if self._who() else [])
        used = self._used(chosen)
        for ask in asks:
            heads = words()["asked"].get(ask, ())
            found = [
                a.column
                for head in heads
                for a in self.sheet.attributes
                if a.column not in used
                and any(key(label).endswith(head) or head in key(label) for label in a.labels)
            ]
            if found:
                return found[:1]
            if self._asked_numbers():
                return []
        return []

    def _texts_of(
        self, rows: Sequence[int], columns: Sequence[int], *, extra: Place | None = None
    ) -> Outcome:
        outcome = Outcome("lookup", self.sheet, listed=len(rows) > 1 or len(columns) > 1)
        for row in rows:
            for column in columns:
                attribute = self._attribute(column)
                text = attribute.texts.get(row, "") if attribute else ""
                if not text:
                    continue
                name = self.sheet.row_name(row)
                head = attribute.name if attribute else ""
                label = head if name == text else f"{name}{linked(head)}"
                outcome.entries.append(Entry(label or name, text=text, place=(row, column)))
        if not outcome.entries:
            raise UnclearError("blank", [self.sheet.row_name(rows[0])])
        if extra is not None:
            outcome.places.append(extra)
        if not outcome.listed:
            outcome.text, outcome.label = outcome.entries[0].text, outcome.entries[0].name
        return outcome

    def _attribute(self, column: int) -> Attribute | None:
        return next((a for a in self.sheet.attributes if a.column == column), None)
