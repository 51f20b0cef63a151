"""Excel workbooks → blocks: each shown sheet under its name, cells as shown, merges as spans."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from ingest.document import Block, Cell, Grid, Heading
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.archive import check_archive
from ingest.loaders.limits import Limits
from ingest.loaders.number_format import shown
from ingest.loaders.parts import Parts
from ingest.loaders.regions import cut
from ingest.loaders.white_space import fold

# openpyxl has no error of its own for a malformed part: these are what its parsers raise.
_DAMAGE = (BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError)


def read_xlsx(data: bytes, source: str, limits: Limits) -> Parts:
    """Blocks of a workbook. Raises LoadError (damaged, oversized), UnsafeSourceError (bombs)."""
    check_archive(data, source, limits)
    book = _open(data, source, values=True)
    blocks: list[Block] = []
    for sheet in _shown_sheets(book):
        found = cut(_cells(sheet, source, limits), source, limits)
        if found and isinstance(found[0], Grid) and len(book.worksheets) > 1:
            blocks.append(Heading(fold(sheet.title), 2))  # the table's only caption
        blocks += found
    title = fold(book.properties.title or "") or None
    return Parts(blocks, title=title, warnings=_unsaved_formulas(data, book, source))


def _open(data: bytes, source: str, *, values: bool) -> Any:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # Styles and extensions that openpyxl does not keep do not matter here.
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(data), data_only=values)
    except (*_DAMAGE, InvalidFileException) as error:
        raise LoadError(source, reasons.DAMAGED) from error


def _shown_sheets(book: Any) -> list[Any]:
    """Worksheets a person sees (charts have no cells); all, if none is visible."""
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return visible or list(book.worksheets)


def _cells(sheet: Any, source: str, limits: Limits) -> list[Cell]:
    """All cells in the used range, blank ones too; those under a merge belong to its anchor."""
    filled = [cell for cell in sheet._cells.values() if cell.value is not None]
    if not filled:
        return []
    height = max(cell.row for cell in filled)
    width = max(cell.column for cell in filled)
    if width > limits.grid_columns * 4 or height * width > limits.grid_cells * 10:
        raise LoadError(source, reasons.TOO_MANY_CELLS)
    spans, covered = _merges(sheet, height, width)
    return list(_raster(sheet, height, width, spans, covered))


def _merges(
    sheet: Any, height: int, width: int
) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """(anchor → rowspan, colspan) and the positions that merges cover, within the used range."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for merge in sheet.merged_cells.ranges:
        top, left = merge.min_row, merge.min_col
        bottom, right = min(merge.max_row, height), min(merge.max_col, width)
        if bottom < top or right < left:
            continue
        spans[top, left] = (bottom - top + 1, right - left + 1)
        covered.update((y, x) for y in range(top, bottom + 1) for x in range(left, right + 1))
        covered.discard((top, left))
    return spans, covered


def _raster(
    sheet: Any,
    height: int,
    width: int,
    spans: dict[tuple[int, int], tuple[int, int]],
    covered: set[tuple[int, int]],
) -> Iterator[Cell]:
    for y in range(1, height + 1):
        for x in range(1, width + 1):
            if (y, x) in covered:
                continue
            rowspan, colspan = spans.get((y, x), (1, 1))
            found = sheet._cells.get((y, x))
            text, form = ("", "") if found is None else _text(found)
            yield Cell(text, y - 1, x - 1, rowspan, colspan, number_format=form)


def _text(cell: Any) -> tuple[str, str]:
    form = cell.number_format or "General"
    text = fold(shown(cell.value, form))
    return text, "" if form == "General" or not text else form


def _unsaved_formulas(data: bytes, book: Any, source: str) -> list[str]:
    """Formulas saved without a result (by a program, not by Excel) read as blank: say so."""
    blank = [
        sheet
        for sheet in book.worksheets
        if any(
            cell.value is None and cell.data_type in ("f", "n") for cell in sheet._cells.values()
        )
    ]
    if not blank:
        return []
    notes = []
    formulas = _open(data, source, values=False)
    for sheet in _shown_sheets(book):
        count = sum(
            cell.data_type == "f" and sheet._cells[place].value is None
            for place, cell in formulas[sheet.title]._cells.items()
            if place in sheet._cells
        )
        if count:
            notes.append(reasons.FORMULA_WITHOUT_VALUE.format(sheet=sheet.title, count=count))
    return notes
