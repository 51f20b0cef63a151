"""Shelf: the sheets of all stored general tables, and which of them a question may mean."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath

from assistant.general.likely import cell_table
from assistant.general.names import Names, names_of
from assistant.general.sheet import Sheet
from assistant.general.sheet_reading import read_sheets
from assistant.general.texts import keys, levelled
from assistant.table_answerer import CellTable
from ingest.figure import Figure, Place
from ingest.store.library import Library

CANDIDATES = 8  # sheets that a question is worked out on
_LABELS = 20_000  # labels of one sheet that the index knows
_TITLE = 5  # characters of a title that is a name of its own
_DIGITS = 0.3  # how little a pair of digits tells: years stand everywhere
_HEADING = 3.0  # how much more a pair of characters of the title tells than one of a label


@dataclass
class Shelved:
    """A sheet with its names, made when first asked."""

    sheet: Sheet

    @cached_property
    def names(self) -> Names:
        return names_of(self.sheet)

    @cached_property
    def cell_table(self) -> CellTable:
        return cell_table(self.sheet)

    @cached_property
    def heading(self) -> frozenset[str]:
        return frozenset(pair for text in self.sheet.named_by for pair in _pairs(text))

    @cached_property
    def pairs(self) -> frozenset[str]:
        return frozenset(pair for label in self.sheet.labels[:_LABELS] for pair in _pairs(label))

    @cached_property
    def build(self) -> tuple[object, ...]:
        """Sheets of one build have the same columns and kinds of rows."""
        return tuple(self.sheet.columns.values()), tuple(a.labels for a in self.sheet.attributes)


def _pairs(label: str) -> list[str]:
    """Pairs of characters; a label of one character (女) whole."""
    forms = keys(label)
    single = [form for form in forms if len(form) == 1]
    return [*single, *(form[at : at + 2] for form in forms for at in range(len(form) - 1))]


class _Index:
    """Which of some sheets hold a pair of characters."""

    def __init__(self, shelved: Sequence[Shelved]) -> None:
        self.shelved = shelved
        self._in_labels: dict[str, list[int]] = defaultdict(list)
        self._in_heading: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(shelved):
            for pair in entry.pairs:
                self._in_labels[pair].append(number)
            for pair in entry.heading:
                self._in_heading[pair].append(number)

    def find(self, question: str, count: int) -> list[Shelved]:
        """The sheets whose labels say most of the question, best first."""
        text = levelled(question).text
        scores: dict[int, float] = defaultdict(float)
        pairs = [text[at : at + 2] for at in range(len(text) - 1)]
        for pair in dict.fromkeys([*pairs, *text]):
            for postings, times in ((self._in_labels, 1.0), (self._in_heading, _HEADING)):
                found = postings.get(pair, ())
                weight = times * math.log1p(len(self.shelved) / (1 + len(found)))
                weight *= _DIGITS if pair[:1].isdigit() else 1.0
                for number in found:
                    scores[number] += weight
        best = sorted(scores, key=lambda number: (-scores[number], number))[:count]
        return [self.shelved[number] for number in best]


def _titles(entries: Sequence[Shelved]) -> frozenset[str]:
    forms = (form for entry in entries for text in entry.sheet.heading for form in keys(text))
    return frozenset(form for form in forms if len(form) >= _TITLE)


class Shelf:
    """Reads the general tables of reports once for each version of the store."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._version = -1
        self._sheets: dict[str, list[Shelved]] = {}
        self._indexes: dict[tuple[str, ...], _Index] = {}
        self._titles: dict[tuple[str, ...], frozenset[str]] = {}

    def candidates(self, question: str, report_ids: Iterable[str]) -> list[Shelved]:
        """The sheets of these reports that `question` may be about, likeliest first."""
        wanted = tuple(sorted(report_ids))
        with self._lock:
            self._renew()
            index = self._indexes.get(wanted)
            if index is None:
                index = _Index([entry for name in wanted for entry in self._of(name)])
                self._indexes[wanted] = index
        if len(index.shelved) <= CANDIDATES:
            return list(index.shelved)
        return index.find(question, CANDIDATES)

    def has_tables(self, report_id: str) -> bool:
        with self._lock:
            self._renew()
            return bool(self._of(report_id))

    def names_one(self, question: str, report_ids: Iterable[str]) -> bool:
        """Whether the heading of a sheet stands in `question` as it is printed."""
        wanted = tuple(sorted(report_ids))
        text = levelled(question).text
        with self._lock:
            self._renew()
            if wanted not in self._titles:
                entries = [entry for name in wanted for entry in self._of(name)]
                self._titles[wanted] = _titles(entries)
            return any(title in text for title in self._titles[wanted])

    def siblings(self, entry: Shelved) -> list[Sheet]:
        """Sheets of the same report that are built alike."""
        with self._lock:
            same = self._sheets.get(entry.sheet.report_id, [])
        return [e.sheet for e in same if e is not entry and e.build == entry.build]

    def _renew(self) -> None:
        version = self._library.version
        if version != self._version:
            self._version = version
            self._sheets, self._indexes, self._titles = {}, {}, {}

    def _of(self, report_id: str) -> list[Shelved]:
        if report_id not in self._sheets:
            self._sheets[report_id] = self._read(report_id)
        return self._sheets[report_id]

    def _read(self, report_id: str) -> list[Shelved]:
        tables = [table for table in self._library.tables(report_id) if table.form is None]
        if not tables:
            return []
        about = tuple(
            name
            for report in self._library.reports()
            if report.id == report_id
            for name in (report.title, PurePath(report.source).stem, f"{report.year or ''}")
            if name
        )
        by_table: dict[str, list[Figure]] = defaultdict(list)
        for figure in self._library.figures(report_ids=[report_id], place=Place.TABLE):
            by_table[figure.table_key].append(figure)
        return [
            Shelved(replace(sheet, about=about))
            for table in tables
            for sheet in read_sheets(report_id, table, by_table.get(table.key, []))
        ]
