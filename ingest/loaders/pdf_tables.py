"""Tables of a PDF page with ruling lines → grids on the raster that the lines draw."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.document import Cell, Grid
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.limits import Limits
from ingest.loaders.pdf_text import lines_of
from ingest.loaders.spans import gather
from ingest.loaders.wrapping import join_wrapped

Box = tuple[float, float, float, float]  # x0, top, x1, bottom in points
_TOLERANCE = 3.0
_FULL_LINE = 1.6  # of the font size: a line that leaves less room than this was wrapped
_COVERED = 0.995  # share of a table's box that its closed cells cover
_NUMERIC = re.compile(r"[-+\d.,,%]+")


@dataclass(frozen=True, slots=True)
class PageTable:
    """A grid with the column edges it was drawn by and its box on the page.

    `wrapped` holds the (row, column) of cells whose last line is full.
    """

    grid: Grid
    edges: tuple[float, ...]
    box: Box
    wrapped: frozenset[tuple[int, int]]


def ruled_tables(
    page: Any, chars: list[dict[str, Any]], source: str, limits: Limits
) -> list[PageTable]:
    """Tables drawn with lines, from top to bottom; `chars` are those of the whole page."""
    tables = []
    for found in _found(page):
        cells = [box for box in found.cells if box is not None]
        if len(cells) > limits.grid_cells:
            raise LoadError(source, reasons.TOO_MANY_CELLS)
        table = _table(cells, chars, page.page_number, source, limits)
        if table is not None:
            tables.append(table)
    return sorted(tables, key=lambda table: table.box[1])


def _found(page: Any) -> Iterator[Any]:
    """Tables that the library finds, each looked at alone, those that a page break left open
    closed first. Alone, because lines of all tables on a page are snapped to each other."""
    tables = page.find_tables()
    for table in tables:
        part = page if len(tables) == 1 else _strip(page, table.bbox)
        missing = [line for again in part.find_tables() for line in _open_ends(part, again)]
        settings = {"explicit_horizontal_lines": missing} if missing else None
        yield from part.find_tables(settings)


def _strip(page: Any, box: Box) -> Any:
    """The page's full width, from just above to just below the table at `box`."""
    _, high, _, low = _reach(page, box)
    top, bottom = page.bbox[1], page.bbox[3]
    above, below = max(top, high - _TOLERANCE), min(bottom, low + _TOLERANCE)
    return page.crop((page.bbox[0], above, page.bbox[2], below))


def _reach(page: Any, box: Box) -> Box:
    """How far the uprights that touch `box` go, also beside it: a label that spans the whole
    page has no rule at either end."""
    x0, top, x1, bottom = box
    uprights = [
        edge
        for edge in page.edges
        if edge["orientation"] == "v"
        and edge["top"] - _TOLERANCE < bottom
        and edge["bottom"] + _TOLERANCE > top
    ]
    return (
        min([x0, *(edge["x0"] for edge in uprights)]),
        min([top, *(edge["top"] for edge in uprights)]),
        max([x1, *(edge["x1"] for edge in uprights)]),
        max([bottom, *(edge["bottom"] for edge in uprights)]),
    )


def _open_ends(page: Any, table: Any) -> list[dict[str, Any]]:
    """Horizontal lines at both ends of a table whose uprights run on beyond its last rules."""
    box = table.bbox
    x0, high, x1, low = _reach(page, box)
    grown = max(box[0] - x0, box[1] - high, x1 - box[2], low - box[3]) > 2 * _TOLERANCE
    is_open = grown or sum(map(_area, table.cells)) < _area(box) * _COVERED
    return [_rule(page, x0, x1, y) for y in (high, low)] if is_open else []


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _rule(page: Any, x0: float, x1: float, y: float) -> dict[str, Any]:
    line = {"object_type": "line", "x0": x0, "x1": x1, "width": x1 - x0, "height": 0}
    return line | {
        "top": y,
        "bottom": y,
        "doctop": y,
        "y0": page.height - y,
        "y1": page.height - y,
    }


def _table(
    boxes: Sequence[Box], chars: list[dict[str, Any]], page: int, source: str, limits: Limits
) -> PageTable | None:
    xs = _edges([value for box in boxes for value in (box[0], box[2])])
    ys = _edges([value for box in boxes for value in (box[1], box[3])])
    inside: dict[int, list[dict[str, Any]]] = {}
    finder = _Finder(boxes)
    for char in chars:
        index = finder.find((char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2)
        if index is not None:
            inside.setdefault(index, []).append(char)
    if len(inside) < 2:  # a frame around prose, or lines that are only ornament
        return None
    cells, wrapped = [], set()
    for index, box in enumerate(boxes):
        text, full = _cell_text(inside.get(index, []), box)
        row, column = _nearest(ys, box[1]), _nearest(xs, box[0])
        cell = Cell(text, row, column, _nearest(ys, box[3]) - row, _nearest(xs, box[2]) - column)
        if cell.rowspan > 0 and cell.colspan > 0:
            cells.append(cell)
            if full:
                wrapped.add((row, column))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    grid = gather(cells, source=source, page=page, limits=limits)
    if (grid.height, grid.width) != (len(ys) - 1, len(xs) - 1):
        wrapped = set()
    return PageTable(grid, tuple(xs), (xs[0], ys[0], xs[-1], ys[-1]), frozenset(wrapped))


def _edges(values: Sequence[float]) -> list[float]:
    """Positions of lines, those closer than the tolerance taken as one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _TOLERANCE:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return max(bisect_right(edges, value + 0.01) - 1, 0)


class _Finder:
    """Which box a point lies in, by boxes sorted by their top."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self._boxes = boxes
        self._order = sorted(range(len(boxes)), key=lambda index: boxes[index][1])
        self._tops = [boxes[index][1] for index in self._order]

    def find(self, x: float, y: float) -> int | None:
        for place in range(bisect_right(self._tops, y) - 1, -1, -1):
            x0, _, x1, bottom = self._boxes[self._order[place]]
            if x0 <= x < x1 and y < bottom:
                return self._order[place]
        return None


def _cell_text(chars: list[dict[str, Any]], box: Box) -> tuple[str, bool]:
    """(text, whether its last line fills the cell)."""
    lines = lines_of(chars)
    if not lines:
        return "", False
    texts = [line.text for line in lines]
    last = lines[-1]
    full = box[2] - box[0] - (last.x1 - last.x0) < _FULL_LINE * last.size + 8
    if len(lines) > 1 and all(_NUMERIC.fullmatch(text) for text in texts):
        # Two numbers below each other stay two, unless the first had no room to go on.
        room = box[2] - box[0] - (lines[0].x1 - lines[0].x0)
        joiner = "" if room < _FULL_LINE * lines[0].size + 8 else " "
        return joiner.join(texts), full
    return join_wrapped(texts), full
