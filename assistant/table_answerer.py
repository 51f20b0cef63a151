"""Table answerer: which cells of one table answer a question, and how sure that is.

`TableAnswerer` is the seam; `LexicalAnswerer` is the plain baseline behind it: it looks for a row
and a column that the question names word for word, and says so when it finds none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CellTable:
    """A table as cell ids: `grid` has rows of ids (a merged cell repeats its id), `cells` texts."""

    grid: tuple[tuple[int, ...], ...]
    cells: tuple[str, ...]

    @property
    def height(self) -> int:
        return len(self.grid)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.grid), default=0)

    def text(self, row: int, column: int) -> str:
        line = self.grid[row]
        return self.cells[line[column]] if column < len(line) else ""


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """The answering cell ids in reading order; `confidence` 0..1; `sure`: may be shown as it is."""

    cells: tuple[int, ...]
    confidence: float
    sure: bool


class TableAnswerer(Protocol):
    def answer(self, table: CellTable, question: str) -> CellAnswer:
        """The cells of `table` that answer `question`; no cells where none is found."""
        ...


# A label is named where this share of its weight stands in the question.
NAMED = 0.5
# Labels nearly as well named as the best are named, too ("期末和期初余额").
NEARLY = 0.85
SURE = 0.9
# … and the next best label must be named less well than this, to be sure of the best.
RIVAL = 0.5


class LexicalAnswerer:
    """Crosses the rows and the columns whose labels the question names.

    A label counts by the pieces of two characters that it shares with the question, each weighted
    by how few labels of the table have it.
    """

    def answer(self, table: CellTable, question: str) -> CellAnswer:
        if table.height < 2 or table.width < 2:
            return CellAnswer((), 0.0, False)
        asked = _pieces(question)
        across = _Labels([table.text(0, column) for column in range(table.width)], asked)
        down = _Labels([_row_label(table, row) for row in range(table.height)], asked)
        columns = [column for column in across.named if column > 0]
        rows = [row for row in down.named if row > 0]
        cells = _crossed(table, rows, columns)
        if not cells:
            return CellAnswer((), 0.0, False)
        confidence = round(min(across.best, down.best), 4)
        alone = len(cells) == 1 and max(across.rival, down.rival) < RIVAL
        return CellAnswer(cells, confidence, alone and confidence >= SURE)


def _row_label(table: CellTable, row: int) -> str:
    """The first cell of a row that is no serial number."""
    for column in range(min(2, table.width)):
        text = table.text(row, column)
        if text.strip() and not text.strip().rstrip(".、").isdigit():
            return text
    return table.text(row, 0)


class _Labels:
    """Labels of one side with how well the question names each of them (0..1)."""

    def __init__(self, texts: Sequence[str], asked: frozenset[str]) -> None:
        pieces = [_pieces(text) for text in texts]
        common: dict[str, int] = {}
        for found in pieces:
            for piece in found:
                common[piece] = common.get(piece, 0) + 1
        self.scores = [_named(found, asked, common) for found in pieces]
        first, *rest = (*sorted(self.scores[1:], reverse=True), 0.0)
        self.best, self.rival = first, rest[0] if rest else 0.0

    @property
    def named(self) -> list[int]:
        if self.best < NAMED:
            return []
        return [place for place, score in enumerate(self.scores) if score >= self.best * NEARLY]


def _named(found: frozenset[str], asked: frozenset[str], common: dict[str, int]) -> float:
    weights = {piece: 1 / common[piece] for piece in found}
    whole = sum(weights.values())
    held = sum(weight for piece, weight in weights.items() if piece in asked)
    return held / whole if whole else 0.0


def _crossed(table: CellTable, rows: list[int], columns: list[int]) -> tuple[int, ...]:
    lines = [table.grid[row] for row in rows]
    found = [line[column] for line in lines for column in columns if column < len(line)]
    return tuple(dict.fromkeys(found))


def _pieces(text: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(character for character in folded if character.isalnum())
    return frozenset(plain[start : start + 2] for start in range(max(1, len(plain) - 1)) if plain)
