"""A table too large to be ranked cell by cell is narrowed to the rows and columns a question can
mean: the top of the table, and lines with texts that the question names."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from assistant.tableqa.layout import Floats, Ints
from assistant.tableqa.plain import grams, plain

if TYPE_CHECKING:
    from assistant.table_answerer import CellTable

LARGEST = 700  # cells ranked at once
_TOP = 4  # rows that hold the headers of a large table
_ROWS = 12
_COLUMNS = 30
_LENGTH = 60  # characters of a cell that are searched
_CHECKED = 5000  # best texts that are compared letter by letter
_COMMON = 0.1  # a pair in more of the cells than this tells nothing
_UNSAID = re.compile(r"[^\w\n]+|_+")


class Wide:
    """A large table, its texts folded into one string that is searched for pairs of characters."""

    def __init__(self, table: CellTable) -> None:
        self._table = table
        self._text = _folded(table.cells)
        lengths = np.fromiter(map(len, self._text.split("\n")), dtype=np.int64)
        self._lengths: Floats = lengths.astype(np.float32)
        self._ends: Ints = np.cumsum(lengths + 1)
        self._row: Ints = np.full(len(table.cells), -1, dtype=np.int64)
        for number in range(table.height - 1, -1, -1):  # a merged cell: its first row
            self._row[list(table.grid[number])] = number

    def part(self, question: str) -> CellTable:
        """The rows and columns worth ranking, with the table's own cell ids."""
        from assistant.table_answerer import CellTable

        named = self._named(question)
        best = np.zeros(self._table.height, dtype=np.float32)
        held = np.flatnonzero((named > 0) & (self._row >= 0))
        np.maximum.at(best, self._row[held], named[held])
        order = np.argsort(-best[_TOP:], kind="stable")[:_ROWS] + _TOP
        rows = [*range(min(_TOP, self._table.height)), *sorted(r for r in order if best[r] > 0)]
        return CellTable(self._columns([self._table.grid[row] for row in rows], named),
                         self._table.cells)  # fmt: skip

    def _columns(self, lines: list[tuple[int, ...]], named: Floats) -> tuple[tuple[int, ...], ...]:
        width = max(map(len, lines), default=0)
        if width <= _COLUMNS:
            return tuple(lines)
        best = np.zeros(width, dtype=np.float32)
        for line in lines:
            best[: len(line)] = np.maximum(best[: len(line)], named[list(line)])
        best[:3] = np.inf  # names and numbers of the rows
        chosen = np.sort(np.argsort(-best, kind="stable")[:_COLUMNS]).tolist()
        return tuple(tuple(line[c] for c in chosen if c < len(line)) for line in lines)

    def _named(self, question: str) -> Floats:
        """[cells]: the share of each text's pairs that the question has; more where it has all."""
        scores = np.zeros(len(self._table.cells), dtype=np.float32)
        asked = plain(question)
        for pair in grams(asked):
            if not 0 < self._text.count(pair) <= len(scores) * _COMMON:
                continue
            found = [hit.start() for hit in re.finditer(re.escape(pair), self._text)]
            cells = np.unique(np.searchsorted(self._ends, found, side="right"))
            scores[cells] += 1 / np.maximum(self._lengths[cells] - 1, 1)
        for cell in np.argsort(-scores, kind="stable")[:_CHECKED].tolist():
            end = int(self._ends[cell]) - 1
            text = self._text[end - int(self._lengths[cell]) : end]
            if scores[cell] and text in asked:
                scores[cell] += len(text)
        return scores


def _folded(cells: tuple[str, ...]) -> str:
    """Every text as `plain` makes it, a line each; all at once, which is ten times as fast."""
    joined = "\n".join([text[:_LENGTH].replace("\n", " ") for text in cells])
    folded = _UNSAID.sub("", unicodedata.normalize("NFKC", joined).casefold())
    if folded.count("\n") == len(cells) - 1:
        return folded
    return "\n".join([plain(text[:_LENGTH]) for text in cells])
