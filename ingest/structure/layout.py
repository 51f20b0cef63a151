"""A grid on its raster: which cell covers which square, by declared spans only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ingest.document import Cell, Grid
from ingest.structure.text import fold, normal
from ingest.structure.values import Value, parse_value

_NEARLY_ALL = 0.8
_ORDINAL_HEADS = frozenset({"栏次", "行次", "甲"})
_ORDINALS = 6  # numbers from 1 on that are no data though nothing names them so


@dataclass(frozen=True)
class Layout:
    """`rows[r]` lists the cells that cover row r, left to right, those from above included."""

    grid: Grid
    # In flattened text: does a blank stand between filled cells anywhere in the document? Then
    # its writer kept blank cells, and one at the end of a row is a blank cell too.
    keeps_blanks: bool = False

    @cached_property
    def rows(self) -> list[list[Cell]]:
        lines: list[list[Cell]] = [[] for _ in range(self.grid.height)]
        for cell in self.grid.cells:
            for row in range(cell.row, min(cell.row + cell.rowspan, self.grid.height)):
                lines[row].append(cell)
        for line in lines:
            line.sort(key=lambda cell: cell.column)
        return lines

    @cached_property
    def usual_length(self) -> int:
        """How many cells most rows have."""
        return Counter(map(len, self.rows)).most_common(1)[0][0] if self.rows else 0

    @cached_property
    def is_padded(self) -> bool:
        """In flattened text: do (nearly) all rows have as many cells, padded at the end?"""
        usual = sum(len(line) == self.usual_length for line in self.rows)
        return usual >= _NEARLY_ALL * len(self.rows)

    @cached_property
    def blanks_for_spans(self) -> bool:
        """In flattened text: does a label stand behind a blank cell, as if beside a span?"""
        return any(
            not label(line[0]) and is_label(next(filter(label, line), line[0]))
            for line in self.rows
            if line
        )

    def starting(self, row: int) -> list[Cell]:
        """Cells that begin in `row`, left to right."""
        return [cell for cell in self.rows[row] if cell.row == row]


def has_inner_blank(grid: Grid) -> bool:
    """Does a blank cell stand between filled cells of a row?"""
    for line in grid.rows():
        filled = [bool(cell.text.strip()) for cell in line]
        if True in filled:
            last = len(filled) - filled[::-1].index(True)
            if not all(filled[filled.index(True) : last]):
                return True
    return False


def end(cell: Cell) -> int:
    """The first column right of `cell`."""
    return cell.column + cell.colspan


def label(cell: Cell) -> str:
    """The printed text of a cell, white space folded."""
    return fold(cell.text)


def value(cell: Cell) -> Value:
    return parse_value(cell.text)


def is_label(cell: Cell) -> bool:
    """Does the cell hold words rather than a value, a mark or nothing?"""
    return bool(label(cell)) and value(cell).kind.value == "text"


def is_ordinal_line(cells: list[Cell]) -> bool:
    """栏次 1 2 3 …: a line that numbers the columns of a table, no data."""
    filled = [cell for cell in cells if label(cell)]
    words = [cell for cell in filled if is_label(cell)]
    numbers = [label(cell) for cell in filled if not is_label(cell)]
    counted = numbers == [str(number) for number in range(1, len(numbers) + 1)]
    named = bool(words) and all(normal(label(cell)) in _ORDINAL_HEADS for cell in words)
    return counted and ((named and len(numbers) > 1) or (not words and len(numbers) >= _ORDINALS))


def overlaps(cell: Cell, start: int, stop: int) -> bool:
    return cell.column < stop and end(cell) > start
