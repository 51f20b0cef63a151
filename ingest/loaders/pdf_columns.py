"""Tables of a PDF page without ruling lines → grids, by the gaps between columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Cell, Grid
from ingest.loaders.limits import Limits
from ingest.loaders.pdf_text import Line, Segment
from ingest.loaders.spans import gather
from ingest.loaders.wrapping import join_wrapped

_MIN_ROWS = 2
_MIN_COLUMNS = 2
_LINE_GAP = 1.9  # line heights between rows of one table
_TEMPLATE_SHARE = 0.7
_WRAP_GAP = 0.75  # font sizes between the lines of one wrapped cell


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that stand together: prose, or the rows of a table without lines."""

    lines: tuple[Line, ...]
    is_table: bool


def stretches(lines: Sequence[Line]) -> list[Stretch]:
    """Cut lines into prose and tables; a table has several lines of several columns."""
    found: list[Stretch] = []
    prose: list[Line] = []
    index = 0
    while index < len(lines):
        end = _table_end(lines, index)
        if end is None:
            prose.append(lines[index])
            index += 1
            continue
        if prose:
            found.append(Stretch(tuple(prose), False))
            prose = []
        found.append(Stretch(tuple(lines[index:end]), True))
        index = end
    if prose:
        found.append(Stretch(tuple(prose), False))
    return found


def _table_end(lines: Sequence[Line], start: int) -> int | None:
    """The index behind the table that begins at `start`, None if none does."""
    if len(lines[start].segments) < _MIN_COLUMNS:
        return None
    end, rows, index = start + 1, 1, start + 1
    while index < len(lines):
        line, before = lines[index], lines[index - 1]
        if line.top - before.bottom > _LINE_GAP * line.size:
            break
        if len(line.segments) >= _MIN_COLUMNS:
            rows, end = rows + 1, index + 1
        elif index - end >= 3:
            break
        index += 1
    return end if rows >= _MIN_ROWS else None


def column_grid(lines: Sequence[Line], page: int, source: str, limits: Limits) -> Grid:
    """A grid whose columns are the places where the fullest rows have text."""
    columns = _columns(lines)
    rows = _rows(lines)
    cells = []
    for y, row in enumerate(rows):
        taken: dict[int, list[str]] = {}
        spans: dict[int, int] = {}
        for segment in row:
            first, last = _covered(segment, columns)
            taken.setdefault(first, []).append(segment.text)
            spans[first] = max(spans.get(first, 1), last - first + 1)
        x = 0
        while x < len(columns):
            span = spans.get(x, 1)
            cells.append(Cell(join_wrapped(taken.get(x, [])), y, x, 1, span))
            x += span
    return gather(cells, source=source, page=page, limits=limits)


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """x-ranges of columns: the texts of the fullest rows, those that overlap taken together."""
    most = max(len(line.segments) for line in lines)
    full = [line for line in lines if len(line.segments) >= most * _TEMPLATE_SHARE]
    ranges = sorted((segment.x0, segment.x1) for line in full for segment in line.segments)
    columns: list[tuple[float, float]] = []
    for x0, x1 in ranges:
        if columns and x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _rows(lines: Sequence[Line]) -> list[list[Segment]]:
    """Segments by printed row; a lone text close below belongs to the row above it."""
    rows: list[list[Segment]] = []
    before: Line | None = None
    for line in lines:
        close = before is not None and line.top - before.bottom < _WRAP_GAP * line.size
        if rows and close and len(line.segments) == 1:
            rows[-1].extend(line.segments)
        else:
            rows.append(list(line.segments))
        before = line
    return rows


def _covered(segment: Segment, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """First and last column that `segment` stands over; the nearest if it stands over none."""
    hit = [
        index
        for index, (x0, x1) in enumerate(columns)
        if min(segment.x1, x1) - max(segment.x0, x0) > 0
    ]
    if hit:
        return hit[0], hit[-1]
    middle = (segment.x0 + segment.x1) / 2
    nearest = min(range(len(columns)), key=lambda i: abs(sum(columns[i]) / 2 - middle))
    return nearest, nearest
