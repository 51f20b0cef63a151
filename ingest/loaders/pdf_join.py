"""A table that a page break cut → one grid again, where its columns prove that it is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Cell, Grid
from ingest.loaders.pdf_tables import PageTable
from ingest.loaders.wrapping import is_numbered, join_wrapped

_TOLERANCE = 3.0
_NUMERIC = re.compile(r"[-+]?[\d,,.]+%?|[/—-]")


def continues(upper: PageTable, lower: PageTable) -> bool:
    """Whether both have the same columns on the page, or one of them the other's with some not
    drawn: on a page of headings alone the labels' inner columns do not show."""
    if any(len(part.edges) - 1 != part.grid.width for part in (upper, lower)):
        return False
    few, many = sorted((upper.edges, lower.edges), key=len)
    ends = abs(few[0] - many[0]) <= _TOLERANCE and abs(few[-1] - many[-1]) <= _TOLERANCE
    return ends and all(min(abs(x - edge) for edge in many) <= _TOLERANCE for x in few)


def _on_edges(table: PageTable, edges: tuple[float, ...]) -> PageTable:
    """`table` on the columns of `edges`, which hold all of its own."""
    if len(edges) == len(table.edges):
        return table

    def place(index: int) -> int:
        own = table.edges[index]
        return min(range(len(edges)), key=lambda column: abs(edges[column] - own))

    cells = [
        replace(
            cell,
            column=place(cell.column),
            colspan=place(cell.column + cell.colspan) - place(cell.column),
        )
        for cell in table.grid.cells
    ]
    grid = replace(table.grid, cells=tuple(cells), width=len(edges) - 1)
    wrapped = frozenset((row, place(column)) for row, column in table.wrapped)
    return PageTable(grid, edges, table.box, wrapped)


def join(upper: PageTable, lower: PageTable) -> PageTable:
    """One table of both: a repeated header dropped, a cell or row cut by the break mended."""
    edges = max(upper.edges, lower.edges, key=len)
    upper, lower = _on_edges(upper, edges), _on_edges(lower, edges)
    below = _without_rows(lower.grid, _repeated_rows(upper.grid, lower.grid))
    cells = list(upper.grid.cells)
    height = upper.grid.height
    first = [cell for cell in below.cells if cell.row == 0]
    if first and _is_cut_row(upper, first):
        cells, skip = _mended(cells, height, first), 1
    else:
        cells, skip = cells, 0
    labels = _label_columns(upper.grid, below)
    for cell in below.cells:
        if skip and cell.row == 0 and cell.rowspan == 1:
            continue
        moved = replace(cell, row=cell.row + height - skip)
        if cell.row == 0 and not skip and _extend(cells, moved, upper, labels):
            continue
        if skip and cell.row == 0:
            moved = replace(moved, row=height - 1)
            if _extend(cells, moved, upper, labels):
                continue
        cells.append(moved)
    cells.sort(key=lambda cell: (cell.row, cell.column))
    grid = replace(upper.grid, cells=tuple(cells), height=height + below.height - skip)
    box = (*upper.box[:3], lower.box[3])
    offset = grid.height - lower.grid.height
    wrapped = frozenset((row + offset, column) for row, column in lower.wrapped)
    return PageTable(grid, upper.edges, box, wrapped)


def _repeated_rows(upper: Grid, lower: Grid) -> int:
    """How many rows at the top of `lower` repeat those of `upper`, spans and all."""
    count = 0
    for above, below in zip(_shapes(upper), _shapes(lower), strict=False):
        if above != below or not any(text for text, *_ in above):
            break
        count += 1
    # A header reaches to where its tallest cell ends; without digits it is no data.
    rows = lower.rows()[:count]
    while rows and any(_NUMERIC.fullmatch(cell.text) for cell in rows[-1]):
        rows.pop()
    whole = max((cell.row + cell.rowspan for row in rows for cell in row), default=0)
    return len(rows) if whole <= len(rows) and len(rows) < lower.height else 0


def _shapes(grid: Grid) -> list[list[tuple[str, int, int, int]]]:
    return [
        [(cell.text, cell.column, cell.rowspan, cell.colspan) for cell in row]
        for row in grid.rows()
    ]


def _without_rows(grid: Grid, count: int) -> Grid:
    cells = tuple(replace(cell, row=cell.row - count) for cell in grid.cells if cell.row >= count)
    return replace(grid, cells=cells, height=grid.height - count)


def _is_cut_row(upper: PageTable, first: Sequence[Cell]) -> bool:
    """Whether `first` is the rest of the row above: no column has text in both, but a label
    that ran out of room; at least one text stands above and one below."""
    height = upper.grid.height
    above = {
        cell.column: cell
        for cell in upper.grid.cells
        if cell.row + cell.rowspan == height and cell.rowspan == 1
    }
    rest = [cell for cell in first if cell.rowspan == 1 and cell.text]
    if not rest or not any(cell.text for cell in above.values()):
        return False
    grown = False
    for cell in rest:
        upper_cell = above.get(cell.column)
        if upper_cell is None or upper_cell.colspan != cell.colspan:
            return False
        if upper_cell.text:
            wrapped = (upper_cell.row, upper_cell.column) in upper.wrapped
            if not wrapped or is_numbered(cell.text) or _NUMERIC.fullmatch(cell.text):
                return False
            grown = True
    return grown


def _mended(cells: list[Cell], height: int, first: Sequence[Cell]) -> list[Cell]:
    rest = {cell.column: cell.text for cell in first if cell.rowspan == 1}
    return [
        replace(cell, text=join_wrapped([cell.text, rest[cell.column]]))
        if cell.row + cell.rowspan == height and cell.rowspan == 1 and rest.get(cell.column)
        else cell
        for cell in cells
    ]


def _label_columns(*grids: Grid) -> set[int]:
    """Columns that hold no number at all, in which a blank at the top of a page is a label's
    continuation and not a blank figure."""
    numeric = {
        cell.column for grid in grids for cell in grid.cells if _NUMERIC.fullmatch(cell.text)
    }
    columns = {cell.column for grid in grids for cell in grid.cells}
    first_number = min(numeric, default=0)
    return {column for column in columns if column < first_number}


def _extend(cells: list[Cell], piece: Cell, upper: PageTable, labels: set[int]) -> bool:
    """Let the label above `piece` reach down over it, if it is that label's second half."""
    if piece.column not in labels or (piece.text and is_numbered(piece.text)):
        return False
    for index, cell in enumerate(cells):
        cut = not (piece.text and cell.text) or (
            (cell.row, cell.column) in upper.wrapped and min(cell.rowspan, piece.rowspan) > 1
        )
        if (
            cut
            and cell.row + cell.rowspan == upper.grid.height
            and (cell.column, cell.colspan) == (piece.column, piece.colspan)
        ):
            reach = piece.row + piece.rowspan - cell.row
            text = join_wrapped([cell.text, piece.text])
            cells[index] = replace(cell, rowspan=reach, text=text)
            return True
    return False
