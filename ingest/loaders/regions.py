"""A sheet of cells → blocks: tables between blank rows, headings and notes as paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.document import Block, Cell, Paragraph
from ingest.loaders.limits import Limits
from ingest.loaders.page_rules import page_rules
from ingest.loaders.spans import gather

# A row that holds one text only is prose, not a table's row, if it is this long.
_PROSE_LENGTH = 60


def cut(cells: Sequence[Cell], source: str, limits: Limits) -> list[Block]:
    """Blocks of one sheet in reading order; cells carry sheet positions, blanks may be absent.

    Raises LoadError for oversized tables.
    """
    blocks: list[Block] = []
    for rows in _between_blank_rows(cells):
        blocks.extend(_region(rows, source, limits))
    return blocks


def _between_blank_rows(cells: Sequence[Cell]) -> Iterator[list[list[Cell]]]:
    """Groups of rows that a blank row separates; a row under a tall printed cell is not blank."""
    by_row: dict[int, list[Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    region: list[list[Cell]] = []
    reach = -1
    for y in sorted(by_row):
        row = sorted(by_row[y], key=lambda cell: cell.column)
        filled = any(cell.text for cell in row)
        if region and not filled and y > reach:
            yield region
            region = []
        if filled or y <= reach:
            if region and y > max(reach, region[-1][0].row) + 1:
                yield region
                region = []
            region.append(row)
            reach = max([reach, *(c.row + c.rowspan - 1 for c in row if c.text)])
    if region:
        yield region


def _region(rows: list[list[Cell]], source: str, limits: Limits) -> Iterator[Block]:
    """Prose rows as paragraphs, the rows between them as grids."""
    width = _width(rows)
    pending: list[list[Cell]] = []
    for row in rows:
        text = _lone_text(row)
        if text and (width == 1 or _is_prose(text, row, width, at_edge=not pending)):
            yield from _table(pending, source, limits)
            pending = []
            yield Paragraph(text)
        else:
            pending.append(row)
    yield from _table(pending, source, limits)


def _width(rows: Sequence[Sequence[Cell]]) -> int:
    filled = [cell for row in rows for cell in row if cell.text]
    left = min(cell.column for cell in filled)
    return max(cell.column + cell.colspan for cell in filled) - left


def _lone_text(row: Sequence[Cell]) -> str:
    """The only text of a row whose other cells are blank, else empty."""
    texts = [cell.text for cell in row if cell.text]
    return texts[0] if len(texts) == 1 else ""


def _is_prose(text: str, row: Sequence[Cell], width: int, at_edge: bool) -> bool:
    """Whether a lone text is a heading, note or sentence; at a table's edge less is asked for.

    A data row whose figures are all blank is a lone text too and must stay in its table.
    """
    rules = page_rules()
    if len(text) > _PROSE_LENGTH or "。" in text or rules.sheet_heading.match(text):
        return True
    full = at_edge or any(cell.text and cell.colspan >= width for cell in row)
    if rules.section_line.match(text) or rules.sheet_note.match(text):
        return full
    return at_edge and bool(rules.sheet_title.fullmatch(text))


def _table(rows: list[list[Cell]], source: str, limits: Limits) -> Iterator[Block]:
    """One grid of `rows`, trimmed to the columns that hold anything."""
    while rows and not any(cell.text for cell in rows[-1]):
        rows.pop()
    if not rows:
        return
    filled = [cell for row in rows for cell in row if cell.text]
    if len(filled) == 1:
        yield Paragraph(filled[0].text)
        return
    left = min(cell.column for cell in filled)
    right = max(cell.column + cell.colspan for cell in filled)
    top = rows[0][0].row
    cells = [
        replace(cell, row=cell.row - top, column=cell.column - left)
        for row in rows
        for cell in row
        if left <= cell.column < right
    ]
    yield gather(cells, source=source, limits=limits)
