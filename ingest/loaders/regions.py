"""A sheet of cells → blocks: tables between blank rows, headings and notes as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.document import Block, Cell, Paragraph
from ingest.loaders.limits import Limits
from ingest.loaders.spans import gather

# A row that holds one text only, above or below a table, is prose if it reads like one of these.
_SECTION = re.compile(r"[一二三四五六七八九十]{1,2}\s*[、.．]")
_NOTE = re.compile(r"[(（]?\s*(?:注|备注|说明|附注|单位|填报|数据)")
_TITLE = re.compile(r".*(?:年度报告|年报|报告|统计表|情况表)\s*(?:[(（].*[)）])?")
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
    """Prose rows at both ends as paragraphs, section lines cut, the rest as grids."""
    width = _width(rows)
    pending: list[list[Cell]] = []
    for row in rows:
        text = _lone_text(row)
        if text and _is_prose(text, row, width, at_edge=not pending):
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
    if width == 1:
        return True
    full = any(cell.text and cell.colspan >= width for cell in row)
    if _SECTION.match(text):
        return full or at_edge
    if len(text) > _PROSE_LENGTH or _NOTE.match(text):
        return full or at_edge
    return at_edge and bool(_TITLE.fullmatch(text))


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
