"""Spans that are off: found by rows of the wrong width, mended where the numbers then line up.

A page that declares rowspan="7" for eight rows shifts the eighth row's figures under the wrong
heading. A span is only changed if that gives its row the table's width and puts more of the row's
numbers under numbers and texts under texts than before; else everything stays as declared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document import Cell
from ingest.loaders.spans import RawCell, group_ends, raster

_NUMERIC = re.compile(r"[-+−]?[\d０-９][\d０-９,，.．]*[%％]?[件个项条次]?")
_NEUTRAL = frozenset(("", "/", "-", "—", "——", "／"))
_USUAL_SHARE = 0.5  # of the rows must have the table's width before it is trusted
_MAX_ROWS = 400
_MAX_REPAIRS = 12

Rows = list[list[RawCell]]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the cells of `rows` fall. `ends` is the right end of each row, holes counted out."""

    rows: Rows
    cells: list[Cell]
    index: list[tuple[int, int]]  # of each cell: its row and place in `rows`
    ends: list[int]

    def width(self) -> int:
        """The right end that most rows share, 0 if none is usual."""
        usual, count = Counter(self.ends).most_common(1)[0]
        return usual if count >= len(self.ends) * _USUAL_SHARE else 0


def repair(
    rows: Sequence[Sequence[RawCell]], groups: Sequence[int], source: str = ""
) -> tuple[Rows, int]:
    """(rows with mended spans, how many were mended). Raises LoadError for oversized tables."""
    mended = [list(row) for row in rows]
    if not 2 < len(rows) <= _MAX_ROWS or max(map(len, rows)) < 2:
        return mended, 0
    count = 0
    while count < _MAX_REPAIRS:
        layout = _layout(mended, groups, source)
        better = _better(layout, groups)
        if better is None:
            break
        mended, count = better, count + 1
    return mended, count


def _layout(rows: Rows, groups: Sequence[int], source: str = "") -> _Layout:
    cells, _ = raster(rows, group_ends(len(rows), groups), source)
    index = [(y, i) for y, row in enumerate(rows) for i in range(len(row))]
    filled = [0] * len(rows)
    for cell in cells:
        for y in range(cell.row, min(cell.row + cell.rowspan, len(rows))):
            filled[y] += cell.colspan
    return _Layout(rows, cells, index, filled)


def _better(layout: _Layout, groups: Sequence[int]) -> Rows | None:
    """Rows with the first row of a wrong width mended, None where nothing is to be gained."""
    width = layout.width()
    if not width:
        return None
    kinds = _column_kinds(layout, width)
    for y, end in enumerate(layout.ends):
        if end == width or not layout.rows[y]:
            continue
        before = _fit(layout, y, kinds)
        best: tuple[int, Rows] | None = None
        for rows in _candidates(layout, y, width - end):
            tried = _layout(rows, groups)
            if tried.ends[y] != width or _off(tried, width) >= _off(layout, width):
                continue
            fit = _fit(tried, y, kinds)
            if fit > before and (best is None or fit > best[0]):
                best = (fit, rows)
        if best is not None:
            return best[1]
    return None


def _off(layout: _Layout, width: int) -> int:
    return sum(end != width for end in layout.ends)


def _column_kinds(layout: _Layout, width: int) -> dict[int, int]:
    """By column, above 0 if numbers prevail in rows of the right width, below 0 if texts do."""
    kinds: dict[int, int] = {}
    for cell in layout.cells:
        if layout.ends[cell.row] == width:
            kinds[cell.column] = kinds.get(cell.column, 0) + _kind(cell.text)
    return kinds


def _kind(text: str) -> int:
    if text in _NEUTRAL:
        return 0
    return 1 if _NUMERIC.fullmatch(text) else -1


def _fit(layout: _Layout, y: int, kinds: dict[int, int]) -> int:
    """Cells of row `y` that stand among their kind, less those that do not."""
    score = 0
    for cell in layout.cells:
        if cell.row == y:
            product = _kind(cell.text) * kinds.get(cell.column, 0)
            score += (product > 0) - (product < 0)
    return score


def _candidates(layout: _Layout, y: int, missing: int) -> Iterator[Rows]:
    """Changes of one span that could give row `y` its `missing` columns (negative: too many)."""
    for cell, (row, place) in zip(layout.cells, layout.index, strict=True):
        is_label = cell.colspan > 1 or _kind(cell.text) < 0
        if row == y and is_label and cell.colspan + missing >= 1:
            yield _changed(layout.rows, row, place, colspan=cell.colspan + missing)
        ends = row + cell.rowspan
        if row < y and cell.rowspan > 1 and ends == y and cell.colspan == missing:
            yield _changed(layout.rows, row, place, rowspan=cell.rowspan + 1)
        if row < y and ends == y + 1 and cell.colspan == -missing:
            yield _changed(layout.rows, row, place, rowspan=cell.rowspan - 1)


def _changed(
    rows: Rows, row: int, place: int, *, rowspan: int | None = None, colspan: int | None = None
) -> Rows:
    changed = list(rows)
    changed[row] = list(rows[row])
    cell = rows[row][place]
    changed[row][place] = replace(
        cell, rowspan=rowspan or cell.rowspan, colspan=colspan or cell.colspan
    )
    return changed
