"""A table too large to be ranked cell by cell is narrowed to the rows and columns a question can
mean: the top of the table, and lines with texts that the question names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.tableqa.plain import grams, plain

if TYPE_CHECKING:
    from assistant.table_answerer import CellTable

LARGEST = 700  # cells ranked at once
_TOP = 4  # rows that hold the headers of a large table
_ROWS = 12
_COLUMNS = 30


@dataclass
class Wide:
    """A large table, its texts folded once and found by their pairs of characters."""

    table: CellTable
    _plain: list[str] = field(init=False)
    _holding: dict[str, list[int]] = field(init=False)
    _row: list[int] = field(init=False)

    def __post_init__(self) -> None:
        table = self.table
        self._plain = [plain(text[:60]) for text in table.cells]
        self._row = [-1] * len(table.cells)
        for number, line in enumerate(table.grid):
            for cell in line:
                if self._row[cell] < 0:
                    self._row[cell] = number
        self._holding = {}
        for cell, text in enumerate(self._plain):
            for start in range(max(1, len(text) - 1)) if text else ():
                self._holding.setdefault(text[start : start + 2], []).append(cell)

    def part(self, question: str) -> CellTable:
        """The rows and columns worth ranking, with the table's own cell ids."""
        from assistant.table_answerer import CellTable

        named = self._named(question)
        rows = set(range(min(_TOP, self.table.height)))
        best_rows: dict[int, float] = {}
        for cell, score in named.items():
            row = self._row[cell]
            if row >= 0:
                best_rows[row] = max(best_rows.get(row, 0.0), score)
        for row in sorted(best_rows, key=lambda row: (-best_rows[row], row)):
            if len(rows) >= _TOP + _ROWS:
                break
            rows.add(row)
        lines = [self.table.grid[row] for row in sorted(rows)]
        return CellTable(self._columns(lines, named), self.table.cells)

    def _columns(
        self, lines: list[tuple[int, ...]], named: dict[int, float]
    ) -> tuple[tuple[int, ...], ...]:
        width = max(map(len, lines), default=0)
        if width <= _COLUMNS:
            return tuple(lines)
        best = [0.0] * width
        for line in lines:
            for column, cell in enumerate(line):
                best[column] = max(best[column], named.get(cell, 0.0))
        first = [float(column < 3) for column in range(width)]
        order = sorted(range(width), key=lambda column: (-first[column], -best[column], column))
        chosen = sorted(order[:_COLUMNS])
        return tuple(tuple(line[c] for c in chosen if c < len(line)) for line in lines)

    def _named(self, question: str) -> dict[int, float]:
        """Cells that share pairs with the question, by how much of the text these are."""
        scores: dict[int, float] = {}
        for pair in grams(plain(question)):
            cells = self._holding.get(pair, ())
            if len(cells) > len(self.table.cells) // 10:
                continue
            for cell in cells:
                scores[cell] = scores.get(cell, 0.0) + 1 / max(len(self._plain[cell]) - 1, 1)
        return scores
