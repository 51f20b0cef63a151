"""Likely: the cells that the learned finder holds likely, to ask back about where no rule settles
the question. Their labels are offered, never their values."""

from __future__ import annotations

from assistant.general.sheet import Sheet
from assistant.table_answerer import CellTable

OFFERED = 0.6  # confidence from which cells are offered; far below what may be shown as sure
MOST = 6  # cells that are worth offering
_LARGEST = 40_000  # cells of a table that is given to the finder


def cell_table(sheet: Sheet) -> CellTable:
    """The stored table of `sheet` as the finder reads it: merged cells repeat their id."""
    table = sheet.table
    texts = [""]  # id 0: no cell
    grid = [[0] * table.width for _ in range(table.height)]
    for cell in table.cells:
        texts.append(cell.text)
        for row in range(cell.row, min(cell.row + cell.rowspan, table.height)):
            for column in range(cell.column, min(cell.column + cell.colspan, table.width)):
                grid[row][column] = len(texts) - 1
    return CellTable(tuple(map(tuple, grid)), tuple(texts))


def likely_labels(sheet: Sheet, table: CellTable, question: str) -> list[tuple[str, str]]:
    """(row, column) labels of the cells that the finder proposes; [] where it has too little
    confidence, or where they are no numbers of the sheet."""
    from assistant.tableqa.answerer import learned_answerer

    found = learned_answerer().answer(table, question)
    if found.confidence < OFFERED or not found.cells:
        return []
    wanted = set(found.cells)
    places = [place for place in sheet.cells if table.grid[place[0]][place[1]] in wanted]
    if not 0 < len(places) <= MOST or len(places) < len(wanted):
        return []
    labels = [
        ("".join(sheet.rows.get(row, ())), "".join(sheet.columns.get(column, ())))
        for row, column in places
    ]
    return labels if all(row and column for row, column in labels) else []


def is_readable(sheet: Sheet) -> bool:
    return sheet.table.height * sheet.table.width <= _LARGEST
