"""From a stored table to its sheets: blocks, lists side by side, attributes, parts of rows."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from assistant.general.sheet import Attribute, Sheet, sums
from assistant.general.texts import is_code, key
from ingest.figure import Figure, Kind, Table, TableCell
from ingest.structure.general import announces


def read_sheets(report_id: str, table: Table, figures: Sequence[Figure]) -> list[Sheet]:
    """The blocks of a stored table; `figures` are those of that table. A table that lost its rows
    and columns has no figures and no sheet."""
    found: list[Sheet] = []
    last = -1  # the last row of the block above
    for block in _blocks(figures):
        if all(not figure.column for figure in block) and len(block) > 1:
            found.append(_fields(report_id, table, block))
        else:
            parts = [part for part in _sides(block) if part]
            found += [
                _sheet(report_id, table, part, last, right=part is not parts[0]) for part in parts
            ]
        last = max(figure.position[0] for figure in block)
    return found


def _fields(report_id: str, table: Table, figures: list[Figure]) -> Sheet:
    """A filled-in form: each field a row of its own, all in one column without a head."""
    grid = _Grid(table.cells, [figures[0].position[0]], -1)
    rows = {_field_row(figure): figure.row for figure in figures}
    texts = {_field_row(f): f.raw for f in figures if f.kind is Kind.TEXT}
    labels = {row: path[-1] for row, path in rows.items() if path}
    heading = _heading(table, grid, figures[0].position[0])
    cells = {(_field_row(figure), 0): figure for figure in figures}
    attributes = [Attribute(-2, (), labels, True), Attribute(-1, (), texts, False)]
    return Sheet(report_id, table, rows, {0: ()}, attributes, cells, heading, fields=True)


def _field_row(figure: Figure) -> int:
    row, column = figure.position
    return row * 1000 + column


def _blocks(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Runs of rows under one header."""
    by_row: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_row[figure.position[0]].append(figure)
    blocks: list[list[Figure]] = []
    heads: dict[int, tuple[str, ...]] = {}
    for row in sorted(by_row):
        line = by_row[row]
        other = any(heads.get(f.position[1], f.column) != f.column for f in line)
        if not blocks or other or any(heads.values()) != any(f.column for f in line):
            blocks.append([])
            heads = {}
        heads |= {figure.position[1]: figure.column for figure in line}
        blocks[-1] += line
    return blocks


def _sides(block: list[Figure]) -> list[list[Figure]]:
    """Two lists side by side: a column of words behind which the same headers come again."""
    heads: dict[int, tuple[str, ...]] = {f.position[1]: f.column for f in block}
    order = sorted(heads)
    words = {column for column in order if _is_words(f for f in block if f.position[1] == column)}
    cuts = [
        column
        for at, column in enumerate(order)
        if at
        and column in words
        and at + 1 < len(order)
        and heads[order[at + 1]] in [heads[before] for before in order[:at]]
    ]
    if not cuts:
        return [block]
    edges = [0, *cuts, max(order) + 1]
    return [
        [f for f in block if low <= f.position[1] < high] for low, high in itertools.pairwise(edges)
    ]


def _is_words(cells: Iterable[Figure]) -> bool:
    kinds = [figure.kind for figure in cells if figure.kind is not Kind.BLANK]
    return bool(kinds) and sum(kind is Kind.TEXT for kind in kinds) * 2 > len(kinds)


def _sheet(
    report_id: str, table: Table, figures: list[Figure], above: int, *, right: bool
) -> Sheet:
    columns: dict[int, tuple[str, ...]] = {f.position[1]: f.column for f in figures}
    rows = sorted({figure.position[0] for figure in figures})
    by_column: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_column[figure.position[1]].append(figure)
    words = [c for c in columns if _is_words(by_column[c]) or _names_lines(columns[c])]
    grid = _Grid(table.cells, rows, above)
    first = min(columns)
    stubs = [
        attribute
        for column in range(first if right else 0, first)
        if (attribute := grid.attribute(column, rows)).texts
    ]
    inner = [
        Attribute(c, columns[c], {f.position[0]: f.raw for f in by_column[c] if f.raw}, False)
        for c in words
    ]
    numbers = {c: path for c, path in columns.items() if c not in words}
    cells = {f.position: f for f in figures}
    paths = _row_paths(figures, rows, stubs, inner, right=right)
    return Sheet(
        report_id=report_id,
        table=table,
        rows=paths,
        columns=numbers,
        attributes=[*stubs, *inner],
        cells=cells,
        heading=_heading(table, grid, rows[0]),
        parents=_parents(paths),
        notes=grid.lines_below(rows[-1]),
    )


def _names_lines(path: tuple[str, ...]) -> bool:
    return bool(path) and is_code(path[-1])


def _row_paths(
    figures: list[Figure],
    rows: list[int],
    stubs: list[Attribute],
    inner: list[Attribute],
    *,
    right: bool,
) -> dict[int, tuple[str, ...]]:
    """The stored label path; of a right-hand list, its own first column of words."""
    first = min(figure.position[1] for figure in figures)
    own = next((a for a in inner if a.column == first and not is_code(a.name)), None)
    stored = {figure.position[0]: figure.row for figure in figures}
    if own is not None and own.column > 0 and (right or (stubs and not _is_left(stubs, own))):
        return {row: (own.texts.get(row, ""),) for row in rows}
    if any(stored.values()):
        return stored
    named = own or next((a for a in inner), None)
    return {row: (named.texts.get(row, ""),) if named else () for row in rows}


def _is_left(stubs: list[Attribute], own: Attribute) -> bool:
    return stubs[-1].column + 1 == own.column


def _heading(table: Table, grid: _Grid, first: int) -> tuple[str, ...]:
    above = grid.titles_above(first)
    texts = dict.fromkeys([*above[-1:], table.title, *above, *table.section[::-1]])
    return tuple(sorted(texts, key=announces))  # what only announces a unit is no title


class _Grid:
    """The stored cells by place, for the columns left of the data and the lines above it."""

    def __init__(self, cells: Sequence[TableCell], rows: list[int], last: int) -> None:
        """`rows` of a block; `last`: the last row of the block above it."""
        self._cells = cells
        self._last = last
        self._first = rows[0]
        self._width = max(cell.column + cell.colspan for cell in cells)
        self._by_column: dict[int, list[TableCell]] = defaultdict(list)
        for cell in cells:
            for column in range(cell.column, cell.column + cell.colspan):
                self._by_column[column].append(cell)

    def attribute(self, column: int, rows: list[int]) -> Attribute:
        wanted = set(rows)
        texts: dict[int, str] = {}
        labels: list[str] = []
        for cell in sorted(self._by_column[column], key=lambda cell: cell.row):
            for row in range(cell.row, cell.row + cell.rowspan):
                if row in wanted and cell.text:
                    texts[row] = cell.text
            stop = cell.row + cell.rowspan
            above = self._last < cell.row and stop <= self._first
            if announces(cell.text) or self._is_title(cell):
                continue
            if above and cell.text and cell.text not in labels:
                labels.append(cell.text)
        return Attribute(column, tuple(labels[-2:]), texts, True)

    def _is_title(self, cell: TableCell) -> bool:
        """One label over (nearly) the whole width, with no other beside it."""
        return cell.colspan >= max(self._width - 1, 2) and not any(
            other.text and other is not cell for other in self._in_row[cell.row]
        )

    @cached_property
    def _in_row(self) -> dict[int, list[TableCell]]:
        found: dict[int, list[TableCell]] = defaultdict(list)
        for cell in self._cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                found[row].append(cell)
        return found

    def titles_above(self, first: int) -> list[str]:
        """Texts over the whole width that stand above the block, nearest last."""
        lines = sorted(self._cells, key=lambda cell: cell.row)
        return [c.text for c in lines if c.row < first and c.text and self._is_title(c)]

    def lines_below(self, last: int) -> tuple[str, ...]:
        return tuple(c.text for c in self._cells if c.row > last and c.text and self._is_title(c))


# ---- which row is a part of which ----

_LEVELS = (("一", "二", "三", "四", "五", "六", "七", "八", "九", "十"),)


def _level(label: str) -> int | None:
    """1 for 一、, 2 for （一）, 3 for 1.; None where a label has no number."""
    plain = label.lstrip()
    if plain[:1] in _LEVELS[0] and "、" in plain[:4]:
        return 1
    if plain[:1] in "(（" and plain[1:2] in _LEVELS[0]:
        return 2
    if plain[:1].isdigit() and plain.lstrip("0123456789")[:1] in "..、．":
        return 3
    return None


def _parents(rows: dict[int, tuple[str, ...]]) -> dict[int, int]:
    """Row → the row above it that it is a part of, by numbering and by 其中."""
    found: dict[int, int] = {}
    open_: list[tuple[int, int]] = []  # (level, row)
    last: int | None = None
    numbered = any(_level(path[-1]) for path in rows.values() if path)
    for row, path in rows.items():
        label = path[-1] if path else ""
        if not label or sums(label):
            open_, last = [], None
            continue
        level = _level(label)
        if key(label) != label and label.lstrip().startswith("其中") and last is not None:
            found[row] = last
            continue
        if level is not None:
            open_ = [entry for entry in open_ if entry[0] < level]
        if numbered and open_:
            found[row] = open_[-1][1]
        if level is not None:
            open_.append((level, row))
        last = row
    return found
