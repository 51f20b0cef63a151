"""Extremes: the highest, the lowest, the latest, and places in an order."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.general.conditions import UnclearError
from assistant.general.dates import date_attributes, day_of
from assistant.general.lines import Lines
from assistant.general.outcome import (
    Entry,
    Outcome,
    leaf,
    one_unit,
)
from assistant.general.reading import Place
from assistant.general.selecting import Selection, merged, select
from assistant.general.texts import words
from assistant.general.tokens import Token
from assistant.general.units import counters


class Extremes(Lines):
    """Extremes and ranks."""

    def _extreme(self) -> Outcome:
        if self._has("latest", "earliest") and date_attributes(self.sheet):
            return self._extreme_date()
        token = self._cue("max", "min")
        if token is None:
            raise UnclearError("nothing")
        places, after = self._ranked_places(token)
        best = self._at_extreme(places, token.cue)
        if after:
            return self._of_winner(best, after)
        first = leaf(self.sheet, best[0])
        outcome = Outcome("maximum" if token.cue == "max" else "minimum", self.sheet)
        outcome.label = token.text
        outcome.node, outcome.unit = first, self.sheet.unit(*best[0])
        outcome.entries = [self._entry(self._winner(p, places), p) for p in best]
        return outcome

    def _winner(self, place: Place, among: Sequence[Place]) -> str:
        if len({p[0] for p in among}) == 1 and len(among) > 1:
            return self.sheet.column_name(place[1])
        path = " ".join(part for part in self.sheet.rows.get(place[0], ()) if part)
        name = self.sheet.row_name(place[0])
        return name if name in path.split(" ")[:1] or not path or name not in path else path

    def _at_extreme(self, places: Sequence[Place], cue: str) -> list[Place]:
        filled = [p for p in places if self.sheet.cells[p].value is not None]
        if not filled:
            raise UnclearError("blank")
        units = {self.sheet.unit(*p) for p in filled}
        if not units <= counters() | set(words()["measures"]):
            one_unit(self.sheet, filled)
        numbers = {place: self.sheet.cells[place].value for place in filled}
        top = (max if cue == "max" else min)(numbers.values())  # type: ignore[type-var]
        return [place for place in filled if numbers[place] == top]

    def _ranked_places(self, token: Token) -> tuple[list[Place], list[Token]]:
        """The cells that are compared, and the tokens behind that ask something of the winner."""
        at = self.left.index(token)
        before, behind = self.left[:at], self.left[at + 1 :]
        chosen = self._select([t for t in self.left if t is not token], totals=False)
        ahead = select(before, self.sheet, totals=False)
        after: list[Token] = []
        if ahead.has("c"):
            asked = select(behind, self.sheet, totals=False)
            if asked.has("c") and asked.columns and not asked.columns <= (ahead.columns or set()):
                after = behind
                chosen = merged(ahead, _rows_only(asked))
            elif asked.attributes and not asked.has("r"):
                after = [t for t in behind if t.kind == "name"]
        return self._comparable(chosen), after if self._asks_more(after) else []

    def _asks_more(self, after: Sequence[Token]) -> bool:
        """What is named behind the extreme is a further column, not the head of the winner."""
        named = select(after, self.sheet, totals=False)
        naming = {g for g in named.attributes if self._is_name(g)}
        return bool(named.columns) or bool(set(named.attributes) - naming)

    def _is_name(self, column: int) -> bool:
        path_columns = [a.column for a in self.sheet.attributes if a.stub]
        return column in path_columns

    def _comparable(self, chosen: Selection) -> list[Place]:
        rows = self._rows(chosen, many=True)
        columns = self._columns(chosen, many=True)
        if len(rows) > 1 and len(columns) > 1:
            columns = [self._column(chosen)]
        elif len(rows) == 1 and len(columns) > 1:
            columns = [c for c in columns if c not in self.sheet.rate_columns] or columns
        return self._crossed(rows, columns)

    def _of_winner(self, best: Sequence[Place], after: Sequence[Token]) -> Outcome:
        if len(best) != 1:
            raise UnclearError("row", [self.sheet.row_name(place[0]) for place in best])
        asked = self._select(after, totals=False)
        row = best[0][0]
        if asked.has("c"):
            columns = self._columns(asked, many=False)
            column = columns[0] if len(columns) == 1 else self._column(asked)
            outcome = self._single((row, column))
            outcome.places.append(best[0])
            return outcome
        return self._texts_of([row], asked.attributes, extra=best[0])

    def _extreme_date(self) -> Outcome:
        token = self._cue("latest", "earliest")
        assert token is not None
        chosen = self._select([t for t in self.left if t is not token], totals=False)
        dates = date_attributes(self.sheet)
        named = [a for a in dates if a.column in chosen.attributes]
        attribute = (named or dates)[0]
        if len(dates) > 1 and not named:
            raise UnclearError("column", [a.name for a in dates])
        days = {
            row: day
            for row in self._rows(chosen, many=True)
            if (day := day_of(attribute.texts.get(row, ""))) is not None
        }
        if not days or len({tuple(p is None for p in day) for day in days.values()}) > 1:
            raise UnclearError("blank")
        pick = max if token.cue == "latest" else min
        best = pick(days.values())
        outcome = Outcome("maximum" if token.cue == "latest" else "minimum", self.sheet)
        for row in (row for row, day in days.items() if day == best):
            entry = Entry(
                self.sheet.row_name(row), text=attribute.texts[row], place=(row, attribute.column)
            )
            outcome.entries.append(entry)
        outcome.label, outcome.listed = token.text, True
        return outcome

    def _ranked(self) -> Outcome:
        token = next(t for t in self.left if t.kind == "rank")
        places, _ = self._ranked_places(token)
        filled = [p for p in places if self.sheet.cells[p].value is not None]
        one_unit(self.sheet, filled)
        order = sorted(
            filled, key=lambda p: self.sheet.cells[p].value or 0, reverse=token.cue != "last"
        )
        place = int(token.number)
        if place > len(order):
            raise UnclearError("absent", [token.text])
        outcome = Outcome("rank", self.sheet, label=token.text)
        if token.unit == "top":
            kept = [p for p in order if self._beats(p, order[place - 1], token.cue)]
            outcome.entries = [self._entry(self._winner(p, places), p) for p in kept]
            outcome.listed = True
            return outcome
        best = order[place - 1]
        same = [p for p in order if self.sheet.cells[p].value == self.sheet.cells[best].value]
        outcome.node, outcome.unit = leaf(self.sheet, best), self.sheet.unit(*best)
        outcome.entries = [self._entry(self._winner(p, places), p) for p in same]
        if len(same) > 1:
            outcome.notes.append(f"ties:{len(same)}")
        return outcome

    def _beats(self, place: Place, last: Place, cue: str) -> bool:
        own, limit = self.sheet.cells[place].value, self.sheet.cells[last].value
        assert own is not None and limit is not None
        return own <= limit if cue == "last" else own >= limit


def _rows_only(chosen: Selection) -> Selection:
    return Selection({group: lines for group, lines in chosen.groups.items() if group[0] == "r"})
