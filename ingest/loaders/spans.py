"""Spans: rows of cells as declared → a Grid on a raster, by the HTML table algorithm.

Source of the rule: HTML Living Standard, "Forming a table". Where declared spans overlap or run
out of the table they are clamped; columns and rows in which no cell begins carry no data and are
folded away, so a colspan that is too large does no harm.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.document import Cell, Grid
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.limits import DEFAULT_LIMITS, Limits

# A raster may be this many times wider than a grid before its empty columns are folded away.
_RASTER_FACTOR = 20


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as the source declares it, before it has a place. `rowspan` 0: to the group's end."""

    text: str
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A resolved grid and whether spans had to be clamped to get it."""

    grid: Grid
    clamped: bool


def place(
    rows: Sequence[Sequence[RawCell]],
    groups: Sequence[int] = (),
    *,
    source: str = "",
    caption: str = "",
    page: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Placed:
    """Give each cell its raster place; `groups` are the row indexes at which row groups end.

    Raises LoadError where the table is larger than the limits allow.
    """
    if len(rows) > limits.grid_rows or sum(map(len, rows)) > limits.grid_cells:
        raise LoadError(source, reasons.TOO_MANY_CELLS)
    cells, clamped = raster(rows, group_ends(len(rows), groups), source, limits)
    return Placed(gather(cells, source=source, caption=caption, page=page, limits=limits), clamped)


def gather(
    cells: Sequence[Cell],
    *,
    source: str = "",
    caption: str = "",
    page: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Grid:
    """A Grid of cells that have their places, rows and columns without a beginning folded away.

    Raises LoadError where the grid is larger than the limits allow.
    """
    placed, height, width = _without_empty_lines(cells)
    if width > limits.grid_columns or len(placed) > limits.grid_cells:
        raise LoadError(source, reasons.TOO_MANY_CELLS)
    return Grid(tuple(placed), height, width, caption=caption, page=page)


def group_ends(height: int, groups: Sequence[int]) -> list[int]:
    """For each row, the index of the row behind its group."""
    ends = sorted({end for end in groups if 0 < end < height} | {height})
    return [ends[bisect_left(ends, y + 1)] for y in range(height)]


def raster(
    rows: Sequence[Sequence[RawCell]],
    ends: Sequence[int],
    source: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[list[Cell], bool]:
    """(cells at their places in the order of `rows`, whether a span had to be clamped)."""
    cells: list[Cell] = []
    clamped = False
    busy: list[int] = []  # by column: the first row in which it is free again
    for y, row in enumerate(rows):
        x = 0
        for raw in row:
            x = _next_free(busy, x, y)
            if x >= _RASTER_FACTOR * limits.grid_columns:
                raise LoadError(source, reasons.TOO_MANY_CELLS)
            room = _free_run(busy, x, y, min(max(raw.colspan, 1), limits.grid_columns))
            tall = ends[y] - y if raw.rowspan == 0 else max(raw.rowspan, 1)
            rowspan = min(tall, ends[y] - y)
            clamped |= room < raw.colspan or rowspan < tall
            busy.extend([0] * (x + room - len(busy)))
            busy[x : x + room] = [y + rowspan] * room
            cells.append(Cell(raw.text, y, x, rowspan, room, raw.header, raw.number_format))
            x += room
    return cells, clamped


def _next_free(busy: Sequence[int], x: int, y: int) -> int:
    while x < len(busy) and busy[x] > y:
        x += 1
    return x


def _free_run(busy: Sequence[int], x: int, y: int, wanted: int) -> int:
    """How many columns from `x` on are free in row `y`, at most `wanted`."""
    stop = min(x + wanted, len(busy))
    for column in range(x + 1, stop):
        if busy[column] > y:
            return column - x
    return wanted


def _without_empty_lines(cells: Sequence[Cell]) -> tuple[list[Cell], int, int]:
    """Fold rows and columns in which no cell begins; returns cells, height, width."""
    row_starts = sorted({cell.row for cell in cells})
    column_starts = sorted({cell.column for cell in cells})
    if row_starts == list(range(len(row_starts))) and all(
        cell.row + cell.rowspan <= len(row_starts)
        and cell.column + cell.colspan <= len(column_starts)
        for cell in cells
    ):
        return list(cells), len(row_starts), len(column_starts)
    folded = []
    for cell in cells:
        top, bottom = _between(row_starts, cell.row, cell.rowspan)
        left, right = _between(column_starts, cell.column, cell.colspan)
        folded.append(
            replace(cell, row=top, rowspan=bottom - top, column=left, colspan=right - left)
        )
    return folded, len(row_starts), len(column_starts)


def _between(starts: Sequence[int], first: int, span: int) -> tuple[int, int]:
    return bisect_left(starts, first), bisect_left(starts, first + span)
