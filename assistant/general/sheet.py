"""Sheet: one block of a stored table as lines and cells, with what names each line.

A stored table may hold several blocks with headers of their own, and two lists side by side; each
is a sheet. Rows have attributes: the label columns and the columns of words, dates and codes.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from assistant.general.texts import is_average, is_code, is_rate, is_total, key, keys
from assistant.general.units import header_unit, named_unit, unit_of
from ingest.figure import Figure, Kind, Table, TableCell
from ingest.structure.general import announces

_FILLED = (Kind.NUMBER, Kind.ZERO, Kind.TEXT)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_ROUNDING = Decimal("0.005")  # by how much the parts of a whole may miss it


@dataclass(frozen=True)
class Attribute:
    """A column of words: its header and the text of each row that has one."""

    column: int
    labels: tuple[str, ...]
    texts: dict[int, str]
    stub: bool  # stands left of the data: its texts are labels of the rows

    @property
    def name(self) -> str:
        return self.labels[-1] if self.labels else ""


@dataclass
class Sheet:
    """`cells` by (row, column) of the stored table; `columns` the label path of each column that
    holds numbers; `rows` the label path of each row."""

    report_id: str
    table: Table
    rows: dict[int, tuple[str, ...]]
    columns: dict[int, tuple[str, ...]]
    attributes: list[Attribute]
    cells: dict[tuple[int, int], Figure]
    heading: tuple[str, ...] = ()  # title, section and lines above the block
    parents: dict[int, int] = field(default_factory=dict)  # row → the row it is a part of
    about: tuple[str, ...] = ()  # what the report is called, and its year
    notes: tuple[str, ...] = ()  # lines below the block over the whole width
    fields: bool = False  # a filled-in form: labels beside their values

    @property
    def title(self) -> str:
        return next((text for text in self.heading if text), self.table.name)

    @cached_property
    def named_by(self) -> tuple[str, ...]:
        """Heading, notes and what the report is called; of the latter no year beside others."""
        dated = any(_YEAR.search(text) for text in self.heading)
        about = (text for text in self.about if not (dated and _YEAR.search(text)))
        return (*self.heading, *self.notes, *about)

    # ---- totals ----

    @cached_property
    def total_rows(self) -> frozenset[int]:
        """Rows that sum or average others: by their label, else as the head of a numbered part."""
        return frozenset(row for row, path in self.rows.items() if path and _sums(path[-1]))

    @cached_property
    def total_columns(self) -> frozenset[int]:
        return frozenset(
            column for column, path in self.columns.items() if path and _sums(path[-1])
        )

    @cached_property
    def rate_columns(self) -> frozenset[int]:
        return frozenset(
            column
            for column, path in self.columns.items()
            if any(map(is_rate, path)) or self.unit_of_column(column) in ("%", "‰")
        )

    def children(self, row: int) -> list[int]:
        return [child for child, parent in self.parents.items() if parent == row]

    # ---- numbers ----

    def unit_of_column(self, column: int) -> str:
        return self._units.get(column, "")

    @cached_property
    def _units(self) -> dict[int, str]:
        """The unit that all numbers of a column have."""
        found: dict[int, set[str]] = defaultdict(set)
        for (row, column), figure in self.cells.items():
            if figure.value is not None:
                found[column].add(self.unit(row, column))
        return {column: units.pop() for column, units in found.items() if len(units) == 1}

    def unit(self, row: int, column: int) -> str:
        """The unit of a number: as stored, else as its header or the line above the table says;
        a share has no unit of money."""
        figure = self.cells[row, column]
        path = self.columns.get(column, ()) or figure.column
        found = unit_of(figure.unit, path, self.rows.get(row, ()), self._announced)
        return found or self._inherited.get(row, "")

    @cached_property
    def _inherited(self) -> dict[int, str]:
        """The unit of the row above for rows without one whose label ends alike: 城镇人口 below
        年末常住人口（万人）."""
        found: dict[int, str] = {}
        unit, ends = "", ""
        for row, path in self.rows.items():
            label = path[-1] if path else ""
            own = header_unit(label)
            form = min(keys(label), key=len, default="")
            if own:
                unit, ends = own, form[-2:]
            elif unit and form[-2:] == ends:
                found[row] = unit
            else:
                unit = ""
        return found

    @cached_property
    def _announced(self) -> str:
        return next(
            (unit for text in (*self.heading, *self.notes) if (unit := named_unit(text))), ""
        )

    @cached_property
    def line_rows(self) -> list[int]:
        """Rows that neither sum nor average others and are no part of a row that is kept: a head
        gives way to its parts only where they make up the whole of it."""
        left_out = set(self.total_rows)
        for head in set(self.parents.values()):
            if self._made_up(head):
                left_out.add(head)
            else:
                left_out |= self._below(head)
        return [row for row in self.rows if row not in left_out]

    def _below(self, head: int) -> set[int]:
        found = set(self.children(head))
        for child in list(found):
            found |= self._below(child)
        return found

    def _made_up(self, head: int) -> bool:
        """Do the parts of `head` add up to it in some column (amounts, to within rounding)?"""
        parts = self.children(head)
        for column in self.columns:
            cells = [self.cells.get((row, column)) for row in (head, *parts)]
            values = [cell.value for cell in cells if cell is not None]
            if len(values) != len(cells) or column in self.rate_columns:
                continue
            known = [value for value in values if value is not None]
            if len(known) == len(values) and known[0]:
                return abs(sum(known[1:]) - known[0]) <= abs(known[0]) * _ROUNDING
        return False

    def row_name(self, row: int) -> str:
        """What answers call a row: the column of words that tells the rows apart, else the path."""
        if self._naming is not None and row in self._naming.texts:
            return self._naming.texts[row]
        return " ".join(part for part in self.rows.get(row, ()) if part) or f"第{row + 1}行"

    @cached_property
    def _naming(self) -> Attribute | None:
        """The first column of words, no codes or dates among them, that differs in every row."""
        lines = self.line_rows
        for attribute in self.attributes:
            texts = [attribute.texts.get(row, "") for row in lines]
            words = all(text and not text[:1].isdigit() for text in texts)
            if words and len(set(texts)) == len(texts) and not is_code(attribute.name):
                return attribute
        return None

    @property
    def naming_column(self) -> int | None:
        """The column that tells all rows apart; None where no column does."""
        return self._naming.column if self._naming is not None else None

    def column_name(self, column: int) -> str:
        return "".join(self.columns.get(column, ()))

    @cached_property
    def labels(self) -> list[str]:
        """What the index of tables knows the sheet by."""
        heads = [label for path in self.columns.values() for label in path]
        heads += [label for attribute in self.attributes for label in attribute.labels]
        names = [text for attribute in self.attributes for text in attribute.texts.values()]
        return list(dict.fromkeys([*self.heading, *heads, *names]))


def _sums(label: str) -> bool:
    return is_total(label) or is_average(label)


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
        return cell.colspan >= max(self._width - 1, 2)

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
        if not label or _sums(label):
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


__all__ = ["Attribute", "Sheet", "keys", "read_sheets"]
