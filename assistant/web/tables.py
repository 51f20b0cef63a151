"""A stored table as rows for the page: spans clipped, used cells classed, long ones windowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.figure import Table, TableCell

Position = tuple[int, int]
WINDOW = 60  # rows shown at once; a general table may have thousands
WIDTH = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as the page shows it; `mark` is "", "head", "used" or "current". `label`: it is
    the header next to the data of its row, which needs the room to be read."""

    text: str
    rowspan: int
    colspan: int
    header: bool
    mark: str = ""
    label: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """Rows `first` to `last` (from 1) of `height`, ready for the template."""

    table: Table
    rows: tuple[tuple[Shown, ...], ...]
    first: int
    last: int
    columns: int

    @property
    def cut(self) -> bool:
        return self.last - self.first + 1 < self.table.height or self.columns < self.table.width


def view(
    table: Table, *, current: Position | None = None, used: Iterable[Position] = ()
) -> TableView:
    """The rows around `current` (else from the top) with the used cells and their labels marked."""
    first = 0 if current is None else max(0, min(current[0] - WINDOW // 2, table.height - WINDOW))
    last, width = min(table.height, first + WINDOW), min(table.width, WIDTH)
    marks = _marks(table.cells, current, frozenset(used))
    lines: list[list[tuple[int, Shown]]] = [[] for _ in range(last - first)]
    for cell in table.cells:
        shown = _shown(cell, first, last, width, marks.get((cell.row, cell.column), ""))
        if shown is not None:
            lines[max(cell.row, first) - first].append((cell.column, shown))
    rows = tuple(_labelled([shown for _, shown in sorted(line, key=_column)]) for line in lines)
    return TableView(table, rows, first + 1, last, width)


def _column(entry: tuple[int, Shown]) -> int:
    return entry[0]


def _labelled(line: list[Shown]) -> tuple[Shown, ...]:
    """The row with its last header before the first data cell made its label."""
    first = next((n for n, shown in enumerate(line) if not shown.header), 0)
    if first and line[first - 1].rowspan == 1:
        line[first - 1] = replace(line[first - 1], label=True)
    return tuple(line)


def _shown(cell: TableCell, first: int, last: int, width: int, mark: str) -> Shown | None:
    top, bottom = max(cell.row, first), min(cell.row + cell.rowspan, last)
    right = min(cell.column + cell.colspan, width)
    if bottom <= top or right <= cell.column:
        return None
    return Shown(cell.text, bottom - top, right - cell.column, cell.header, mark)


def _marks(
    cells: Sequence[TableCell], current: Position | None, used: frozenset[Position]
) -> dict[Position, str]:
    """Anchor → mark. A header is marked where it heads the row or the column of `current`."""
    marks: dict[Position, str] = {}
    top = 0 if current is None else _top_of_header(cells, current)
    for cell in cells:
        anchor = (cell.row, cell.column)
        if current is not None and _covers(cell, current):
            marks[anchor] = "current"
        elif any(_covers(cell, position) for position in used):
            marks[anchor] = "used"
        elif current is not None and cell.header and _heads(cell, current, top):
            marks[anchor] = "head"
    return marks


def _top_of_header(cells: Sequence[TableCell], current: Position) -> int:
    """The first row of the header block that stands nearest above `current` in its column: a
    table may have several blocks, each with its own header."""
    row, column = current
    here = [cell for cell in cells if cell.column <= column < cell.column + cell.colspan]
    headers = sorted(
        (cell for cell in here if cell.header and cell.row < row), key=lambda cell: -cell.row
    )
    top = row
    for cell in headers:
        data_between = any(
            not other.header and cell.row < other.row < top for other in here if other.row < row
        )
        if top < row and data_between:
            break
        top = cell.row
    return top


def _covers(cell: TableCell, position: Position) -> bool:
    row, column = position
    return (
        cell.row <= row < cell.row + cell.rowspan
        and cell.column <= column < cell.column + cell.colspan
    )


def _heads(cell: TableCell, position: Position, top: int) -> bool:
    row, column = position
    beside = cell.row <= row < cell.row + cell.rowspan and cell.column < column
    above = cell.column <= column < cell.column + cell.colspan and top <= cell.row < row
    return beside or above


def plain_rows(table: Table) -> list[list[str]]:
    """The table as rows of text, as printed; a spanning cell's text stands in its first place."""
    rows = [[""] * table.width for _ in range(table.height)]
    for cell in table.cells:
        if cell.row < table.height and cell.column < table.width:
            rows[cell.row][cell.column] = cell.text
    return rows
