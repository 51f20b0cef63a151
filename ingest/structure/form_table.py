"""A grid read through the tables of a form: segments, rows, and which cell is which measure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from ingest.document import Cell
from ingest.figure import Kind
from ingest.structure.align import Aligned, align_row, confirmed
from ingest.structure.form_index import TableIndex
from ingest.structure.header import Header, read_header
from ingest.structure.infer import completed
from ingest.structure.labels import Path
from ingest.structure.layout import Layout, end, is_label, is_ordinal_line, label, value
from ingest.structure.text import normal


@dataclass(frozen=True, slots=True)
class Placed:
    """One data cell with its paths; `measure` None where the form has no such cell."""

    cell: Cell
    row: tuple[str, ...]
    column: tuple[str, ...]
    measure: str | None
    unit: str | None  # what the form says of the cell; None: as its table
    unit_source: str  # printed labels in which a unit may stand


@dataclass(frozen=True)
class Segment:
    """Header rows and the data rows below them, as rows of the grid (stop exclusive).

    An empty header: the rows go on from a table cut in two.
    """

    index: TableIndex
    start: int
    header: tuple[int, ...]
    data: tuple[int, ...]

    @property
    def stop(self) -> int:
        return max((*self.header, *self.data)) + 1


@dataclass
class Reading:
    """What is known of one form table so far, across all the grids it is spread over."""

    index: TableIndex
    headers: dict[int, Header] = field(default_factory=dict)
    printed: dict[object, str] = field(default_factory=dict)  # row group → its printed label
    rows_seen: set[object] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class RowMatch:
    """A data row: its place in the form, None if unknown there, and its cells after the label."""

    row: int
    path: Path | None
    exact: bool
    printed: tuple[str, ...]
    label_end: int
    cells: tuple[Cell, ...]


def find_segments(
    layout: Layout, tables: list[TableIndex], seen: dict[str, Reading]
) -> list[Segment]:
    """The parts of a grid that are tables of the form, top to bottom."""
    heads = [_is_header_of(layout, row, tables) for row in range(layout.grid.height)]
    found: list[Segment] = []
    row = 0
    while row < len(heads):
        header = _run(heads, row, wanted=True)
        data = _run(heads, row + len(header), wanted=False)
        segment = _segment(layout, tables, header, data, seen)
        if segment is not None:
            found.append(segment)
        row += len(header) + len(data)
    return found


def _run(heads: list[bool], start: int, *, wanted: bool) -> tuple[int, ...]:
    stop = start
    while stop < len(heads) and heads[stop] == wanted:
        stop += 1
    return tuple(range(start, stop))


def _is_header_of(layout: Layout, row: int, tables: list[TableIndex]) -> bool:
    cells = [cell for cell in layout.starting(row) if label(cell)]
    if row and is_ordinal_line(cells) and _is_header_of(layout, row - 1, tables):
        return True
    rows = [cell for cell in cells if any(index.rows.find(cell.text) for index in tables)]
    return any(_heads(cells, rows, index) for index in tables)


def _heads(cells: list[Cell], rows: list[Cell], index: TableIndex) -> bool:
    """Is this line part of a header: a label that is of a column only, and no value beside it?

    `rows` are the cells that are labels of rows in some table of the form (总计 is both).
    """
    columns = [cell for cell in cells if index.columns.find(cell.text)]
    only_columns = any(cell not in rows for cell in columns)
    corner = any(normal(cell.text) in index.corner for cell in cells)
    if not only_columns and not (corner and (columns or len(cells) > 1)):
        return False
    return all(cell in columns or is_label(cell) for cell in cells)


def _segment(
    layout: Layout,
    tables: list[TableIndex],
    header: tuple[int, ...],
    data: tuple[int, ...],
    seen: dict[str, Reading],
) -> Segment | None:
    if not data:
        return None
    start = (header or data)[0]
    if header:
        scored = [
            (_score(layout, index, header, data), -place) for place, index in enumerate(tables)
        ]
        (best, place) = max(scored)
        return Segment(tables[-place], start, header, data) if best > 0 else None
    going_on = [index for index in tables if index.table.id in seen and index.rows]
    for index in going_on:
        matched = [row for row in data if _row_paths(layout, row, index)]
        if matched and len(matched) * 2 >= len(data):
            return Segment(index, start, (), data)
    return None


def _score(
    layout: Layout, index: TableIndex, header: tuple[int, ...], data: tuple[int, ...]
) -> int:
    """How much of the header and the rows is this table's; 0 unless half of either is."""
    columns = {
        path.key
        for row in header
        for cell in layout.starting(row)
        for path in index.columns.find(cell.text)
        if not path.node.children or path.node.printed
    }
    wanted = Counter(path.block for path in index.columns.paths if path.is_leaf)
    got = Counter(block for block, _ in columns)
    if not any(got[block] * 2 >= count for block, count in wanted.items()):
        return 0
    if not index.rows:
        return len(columns)
    labelled = [row for row in data if any(is_label(cell) for cell in layout.starting(row)[:3])]
    matched = [row for row in labelled if _row_paths(layout, row, index)]
    with_values = [row for row in labelled if _has_value(layout, row)] or labelled
    return len(columns) + len(matched) if matched and len(matched) * 2 >= len(with_values) else 0


def _has_value(layout: Layout, row: int) -> bool:
    return any(value(cell).kind in (Kind.NUMBER, Kind.ZERO) for cell in layout.starting(row))


def _row_paths(layout: Layout, row: int, index: TableIndex) -> tuple[Path, ...]:
    for cell in reversed(layout.starting(row)):
        if is_label(cell) and index.rows.find(cell.text):
            return index.rows.find(cell.text)
    return ()


# Reading a segment


def read_segment(
    layout: Layout, segment: Segment, reading: Reading, warnings: list[str]
) -> list[Placed]:
    """The data cells of a segment with paths and measures; what is uncertain is left out and
    said in `warnings`."""
    _read_headers(layout, segment, reading)
    matches = _matched_rows(layout, segment, reading)
    matches = _without_doubles(matches, reading, segment.index, warnings)
    matches = _with_whole_groups(matches, segment.index, warnings)
    _complete_headers(layout, matches, reading, warnings)
    aligned = [(match, _aligned(layout, match, reading)) for match in matches]
    aligned = confirmed(aligned, segment.index, warnings)
    placed: list[Placed] = []
    for match, cells in aligned:
        if cells is None:
            _warn_left_out(match, segment.index, warnings)
        else:
            placed.extend(_placed(match, cells, segment.index))
    return placed


def _read_headers(layout: Layout, segment: Segment, reading: Reading) -> None:
    if not segment.header:
        return
    index = segment.index
    lines = [layout.starting(row) for row in segment.header]
    reading.headers = {
        block: read_header(lines, index.columns, block, index.corner, index.subtotals)
        for block in range(len(index.table.blocks))
    }


def _matched_rows(layout: Layout, segment: Segment, reading: Reading) -> list[RowMatch]:
    if not segment.index.rows:
        return _nameless_rows(layout, segment)
    found = [_match_row(layout, row, segment.index, reading) for row in segment.data]
    return [match for match in found if match is not None]


def _nameless_rows(layout: Layout, segment: Segment) -> list[RowMatch]:
    """Data rows of a table whose form has one nameless row."""
    rows = []
    for row in segment.data:
        line = layout.starting(row)
        leading = 0
        while leading < len(line) and is_label(line[leading]):
            leading += 1
        cells = tuple(line[leading:])
        if cells:
            printed = tuple(label(cell) for cell in line[:leading])
            start = end(line[leading - 1]) if leading else 0
            rows.append(RowMatch(row, None, True, printed, start, cells))
    filled = [match for match in rows if any(label(cell) for cell in match.cells)]
    return filled or rows[:1]


def _match_row(layout: Layout, row: int, index: TableIndex, reading: Reading) -> RowMatch | None:
    line = layout.rows[row]
    own = [place for place, cell in enumerate(line) if cell.row == row]
    place, paths = _label_place(line, own, index, reading)
    if place is None:
        return _unknown_row(line, own, row)
    above = line[:place]
    _remember(line[: place + 1], index, reading)
    path = _chosen(paths, above, index)
    cells = tuple(line[place + 1 :])
    if not cells or path is None:
        return None
    if path.node.children and line[place].rowspan > 1:
        path = None  # it heads rows: the label of this one is lost
    printed = _printed_row(path, line[place], index, reading)
    exact = index.rows.exact(line[place].text)
    return RowMatch(row, path, exact, printed, end(line[place]), cells)


def _label_place(
    line: list[Cell], own: list[int], index: TableIndex, reading: Reading
) -> tuple[int | None, tuple[Path, ...]]:
    """The rightmost label of the row that the form knows, and the paths it may be."""
    for place in reversed(own):
        cell = line[place]
        if not is_label(cell):
            continue
        paths = index.rows.find(cell.text)
        if not paths and normal(cell.text) in index.subtotals and place:
            paths = tuple(p for p in index.rows.find(line[place - 1].text) if p.node.children)
        if paths:
            return place, paths
    return None, ()


def _unknown_row(line: list[Cell], own: list[int], row: int) -> RowMatch | None:
    """A row that the form does not have: its leading words are its path."""
    leading = [place for place in own if is_label(line[place])]
    if not leading or leading[0] != own[0]:
        return None
    last = own[0]
    while last in leading and last + 1 in leading:
        last += 1
    cells = tuple(line[last + 1 :])
    if not any(value(cell).number is not None for cell in cells):
        return None
    printed = tuple(dict.fromkeys(label(cell) for cell in line[: last + 1] if is_label(cell)))
    return RowMatch(row, None, False, printed, end(line[last]), cells)


def _remember(cells: list[Cell], index: TableIndex, reading: Reading) -> None:
    for cell in cells:
        for path in index.rows.find(cell.text) if is_label(cell) else ():
            if path.node.children:
                reading.printed[path.key] = label(cell)


def _chosen(paths: tuple[Path, ...], above: list[Cell], index: TableIndex) -> Path | None:
    """The path whose ancestors are printed to the left; None if that leaves several."""
    if len(paths) == 1:
        return paths[0]
    left = {path.key for cell in above for path in index.rows.find(cell.text)}
    under = [path for path in paths if path.parent_key in left]
    return under[0] if len(under) == 1 else None


def _printed_row(
    path: Path | None, own: Cell, index: TableIndex, reading: Reading
) -> tuple[str, ...]:
    printed = []
    if path is None:
        return (label(own),)
    for depth in range(1, len(path.nodes)):
        key = (path.block, path.key[1][:depth])
        if key in reading.printed:
            printed.append(reading.printed[key])
    if normal(own.text) in index.subtotals and path.key in reading.printed:
        printed.append(reading.printed[path.key])
    return (*printed, label(own))


def _without_doubles(
    matches: list[RowMatch], reading: Reading, index: TableIndex, warnings: list[str]
) -> list[RowMatch]:
    """Of two rows that would be the same row of the form the exact label wins, else neither."""
    kept = []
    for match in matches:
        rivals = [m for m in matches if m.path and match.path and m.path.key == match.path.key]
        sure = [rival for rival in rivals if rival.exact]
        if match.path is None or len(rivals) == 1 or sure == [match]:
            kept.append(match)
        else:
            warnings.append(_say(index, match, "与另一行同名，无法判定，未作指标"))
            kept.append(replace(match, path=None))
    return kept


def _with_whole_groups(
    matches: list[RowMatch], index: TableIndex, warnings: list[str]
) -> list[RowMatch]:
    """A group with figures of its own is its sub-total only if all its rows are there, or none
    (其他处理 of 2019); else it may be a row that lost its label."""
    found = {match.path.key for match in matches if match.path}
    kept = []
    for match in matches:
        children = [
            path.key in found
            for path in index.rows.paths
            if match.path is not None and path.parent_key == match.path.key
        ]
        if any(children) and not all(children):
            warnings.append(_say(index, match, "下的行不全，未作小计"))
            match = replace(match, path=None)
        kept.append(match)
    return kept


def _complete_headers(
    layout: Layout, matches: list[RowMatch], reading: Reading, warnings: list[str]
) -> None:
    """Heads lost to a page break, where the form's order and sums leave no doubt."""
    for block, header in reading.headers.items():
        rows = [
            (match, match.label_end, match.cells)
            for match in matches
            if (match.path.block if match.path else 0) == block
        ]
        whole = completed(layout, rows, header, reading.index, block) if rows else None
        if whole is not None:
            reading.headers[block] = whole
            warnings.append(
                f"表{reading.index.table.id}的表头不全，缺的列按格式次序补认，合计已核对"
            )


def _aligned(layout: Layout, match: RowMatch, reading: Reading) -> list[Aligned] | None:
    blocks = [match.path.block] if match.path else list(reading.headers)
    for block in blocks:
        header = reading.headers.get(block)
        if header is not None and header.leaves:
            return align_row(layout, match.row, match.label_end, match.cells, header)
    return None


def _placed(match: RowMatch, aligned: list[Aligned], index: TableIndex) -> list[Placed]:
    placed = []
    for cell, column, printed in aligned:
        known = column is not None and (match.path is not None or not index.rows)
        measure = index.measure(match.path, column.path) if known and column else None
        units = [path.node.unit for path in (column and column.path, match.path) if path]
        unit = next((unit for unit in units if unit is not None), None)
        source = " ".join((column.unit_source if column else " ".join(printed), *match.printed))
        placed.append(Placed(cell, match.printed, printed, measure, unit, source))
    return placed


def _warn_left_out(match: RowMatch, index: TableIndex, warnings: list[str]) -> None:
    if any(label(cell) for cell in match.cells):
        warnings.append(_say(index, match, "的数据格与表头对不上，未采用"))


def _say(index: TableIndex, match: RowMatch, what: str) -> str:
    row = " ▸ ".join(match.printed) or f"第{match.row + 1}行"
    return f"表{index.table.id}“{row}”{what}"
