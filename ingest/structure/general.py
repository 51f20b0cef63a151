"""Tables of no known form: header area, row and column paths, units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from ingest.document import Cell, Grid
from ingest.figure import Kind
from ingest.structure.layout import end, is_label, is_ordinal_line, label, overlaps, value
from ingest.structure.patterns import compiled, patterns
from ingest.structure.text import half_width, normal
from ingest.structure.units import printed_unit

_YEAR = re.compile(r"(?:19|20)\d{2}(?:年度?)?")
_ORDINAL = re.compile(r"\d{1,4}")
_FILLED = (Kind.NUMBER, Kind.ZERO, Kind.NOT_APPLICABLE)
_ORDER_LABELS = frozenset({"序号", "编号"})
_LONGEST_FIELD = 14  # characters of a label beside its value
_UNIT_LABELS = frozenset({"单位", "计量单位"})


@dataclass(frozen=True, slots=True)
class GeneralCell:
    """One data cell with its label paths and the unit printed for it."""

    cell: Cell
    row: tuple[str, ...]
    column: tuple[str, ...]
    unit: str


def general_tables(grid: Grid, rows: list[list[Cell]]) -> list[GeneralTable]:
    """The grid as one table, or as several where a line of labels starts a header anew."""
    starts = [0]
    for row in range(2, len(rows) - 1):
        if starts[-1] < row - 1 and _is_announced(grid, rows, row):
            starts.append(row)
            continue
        if row - 1 in starts:
            continue  # the header of a table that has just been announced
        own = [cell for cell in rows[row] if label(cell)]
        fresh = all(cell.row == row and is_label(cell) for cell in own) and len(own) > 1
        values = [_has_figures(rows[row - 1]), _has_figures(rows[row + 1])]
        if fresh and all(values) and len(own) * 2 > len(rows[row]):
            starts.append(row)
    stops = [*starts[1:], len(rows)]
    return [
        GeneralTable(grid, rows[start:stop], start)
        for start, stop in zip(starts, stops, strict=True)
    ]


def _is_announced(grid: Grid, rows: list[list[Cell]], row: int) -> bool:
    """A title over the whole width between rows, above a line of labels and a line of figures."""
    if row + 2 >= len(rows) or not rows[row]:
        return False
    title, own = rows[row][0], [cell for cell in rows[row] if label(cell)]
    below = [cell for cell in rows[row + 1] if label(cell)]
    return (
        own == [title]
        and is_label(title)
        and title.row == row
        and title.colspan >= grid.width > 1
        and len(below) > 1
        and all(is_label(cell) for cell in below)
        and _has_figures(rows[row + 2])
    )


def _has_figures(line: list[Cell]) -> bool:
    return any(value(cell).number is not None for cell in line[1:])


@lru_cache(maxsize=4096)
def announces(text: str) -> bool:
    """单位：万元, 填报部门：某局, 2023年12月: a line of these above the header is none of it."""
    plain = half_width(text).strip()
    return any(pattern.search(plain) for pattern in compiled("announcements"))


def _is_field(cell: Cell) -> bool:
    return any(word in label(cell) for word in patterns()["field_labels"])


@dataclass(frozen=True)
class GeneralTable:
    """A run of rows with one header. `rows[r]` lists the cells covering row r + `offset` of the
    grid."""

    grid: Grid
    rows: list[list[Cell]]
    offset: int = 0

    @cached_property
    def top(self) -> list[Cell]:
        """Cells of lines that are one label over the whole width: titles and units."""
        return [
            cell
            for row, line in enumerate(self.rows[: self.first])
            for cell in line
            if label(cell) and cell.row - self.offset == row
        ]

    @cached_property
    def first(self) -> int:
        """The first row below the title lines."""
        row = 0
        while row < len(self.rows) - 1 and self._is_title(row):
            row += 1
        return row

    def _is_title(self, row: int) -> bool:
        """One label over the whole width, or alone in its line above a line of labels."""
        line = self.rows[row]
        filled = [cell for cell in line if label(cell)]
        if not filled or self._whole_width_label(line):
            return True
        if all(announces(label(cell)) for cell in filled):
            return True
        below = [cell for cell in self.rows[row + 1] if label(cell)]
        alone = len(filled) == 1 and is_label(filled[0]) and filled[0] is line[0]
        if alone and row + 2 < len(self.rows) and self._whole_width_label(self.rows[row + 1]):
            return True
        return alone and len(below) > 1 and all(is_label(cell) for cell in below)

    @cached_property
    def pairs(self) -> tuple[tuple[Cell, Cell], ...]:
        """(label, value) of every field, where the table is a filled-in form; else nothing."""
        fields = tuple(
            pair for row in range(self.first, len(self.rows)) for pair in self._fields(row)
        )
        lines = len(self.rows) - self.first
        filled = [(head, one) for head, one in fields if label(one)]
        named = sum(_is_field(head) for head, _ in fields)
        values = sum(_is_field(one) for _, one in filled)
        alternating = all(self._fields(row) for row in range(self.first, len(self.rows)))
        if lines < 2 or not alternating or named * 2 < len(fields) or values * 4 > len(filled):
            return ()
        return fields

    def _fields(self, row: int) -> list[tuple[Cell, Cell]]:
        """The line as labels each followed by a value; nothing where it is not of that kind."""
        own = [cell for cell in self.rows[row] if cell.row - self.offset == row]
        heads, values = own[::2], own[1::2]
        if len(own) != len(self.rows[row]) or len(own) % 2 or not own:
            return []
        if not all(is_label(head) and len(label(head)) <= _LONGEST_FIELD for head in heads):
            return []
        return list(zip(heads, values, strict=True))

    @cached_property
    def header_rows(self) -> int:
        if self.pairs:
            return self.first
        return self._header_rows

    @cached_property
    def _header_rows(self) -> int:
        """The row below the header: the first with data in it, or the first that no span of the
        header reaches down to or divides."""
        stop = self.first
        while stop < len(self.rows) and not self._is_data(stop):
            if stop > self.first and not self._goes_on(stop):
                break
            stop += 1
        return min(stop, len(self.rows))

    def _goes_on(self, row: int) -> bool:
        """Does the header go on in `row`: marked so, or below a label that spans or is copied?"""
        own = [cell for cell in self.rows[row] if cell.row - self.offset == row]
        if own and all(cell.header for cell in own):
            return True
        if is_ordinal_line(own):
            return True
        above = self.rows[row - 1]
        texts = [label(cell) for cell in above]
        copied = any(text and text == right for text, right in pairwise(texts))
        return (
            copied
            or "" in texts[1:]
            or any(
                cell.colspan > 1 or cell.row - self.offset + cell.rowspan > row for cell in above
            )
        )

    def _is_data(self, row: int) -> bool:
        line = self.rows[row]
        own = [cell for cell in line if cell.row - self.offset == row]
        if own and all(cell.header for cell in own):
            return False
        if is_ordinal_line(own):
            return False
        figures = [cell for cell in line[1:] if value(cell).kind in _FILLED]
        if not figures:
            return False
        return not self._is_line_of_years(figures, row)

    def _is_line_of_years(self, figures: list[Cell], row: int) -> bool:
        """2022 2023 2024 above other numbers are labels."""
        years = all(_YEAR.fullmatch(half_width(label(cell))) for cell in figures)
        return years and row == self.first and row + 1 < len(self.rows)

    @cached_property
    def stub_columns(self) -> int:
        """How many columns on the left are labels of rows."""
        body = self.rows[self.header_rows :]
        column = self._corner_columns
        while column < self.grid.width - 1 and self._is_stub(column, body):
            column += 1
        return max(column, 1 if self.grid.width > 1 else 0)

    @cached_property
    def _corner_columns(self) -> int:
        """How many columns the cell at the top left spans, if it is as high as the header."""
        line = self.rows[self.first] if self.first < len(self.rows) else []
        deep = self.header_rows - self.first
        if deep > 1 and line and line[0].column == 0 and line[0].rowspan >= deep:
            return min(line[0].colspan, self.grid.width - 1)
        return 0

    def _is_stub(self, column: int, body: list[list[Cell]]) -> bool:
        head = normal(" ".join(self._head_labels(column)))
        if head in _ORDER_LABELS or head in _UNIT_LABELS:
            return True
        cells = [cell for line in body for cell in line if overlaps(cell, column, column + 1)]
        if cells and all(cell.header for cell in cells if label(cell)) and any(map(label, cells)):
            return True
        filled = [cell for cell in cells if label(cell)]
        words = [cell for cell in filled if is_label(cell)]
        if column == 0:
            return len(words) * 2 >= len(filled) or self._counts_up(filled)
        repeats = any(cell.rowspan > 1 for line in body for cell in line if cell.column < column)
        spans_over = any(cell.column < column < end(cell) for cell in cells)
        return (
            len(words) == len(filled)
            and bool(words)
            and (repeats or spans_over or self._counts(0, body))
        )

    def _counts(self, column: int, body: list[list[Cell]]) -> bool:
        cells = [cell for line in body for cell in line if cell.column == column and label(cell)]
        return self._counts_up(cells)

    @staticmethod
    def _counts_up(cells: list[Cell]) -> bool:
        """1, 2, 3 …: a column of serial numbers."""
        texts = [half_width(label(cell)) for cell in cells]
        numbers = [int(text) for text in texts if _ORDINAL.fullmatch(text)]
        return (
            len(numbers) > 1
            and len(numbers) == len(texts)
            and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        )

    def _head_labels(self, column: int) -> tuple[str, ...]:
        """Labels above `column`, outermost first, a copied label once."""
        labels: list[str] = []
        for line in self.rows[self.first : self.header_rows]:
            for cell in () if is_ordinal_line(line) else line:
                if (
                    overlaps(cell, column, column + 1)
                    and label(cell)
                    and label(cell) not in labels[-1:]
                ):
                    labels.append(label(cell))
        return tuple(labels)

    def cells(self, unit: str = "") -> list[GeneralCell]:
        """Every data cell; `unit` is the unit announced for the whole table."""
        if self.pairs:
            return [
                GeneralCell(one, (label(head),), (), value(one).unit or printed_unit(label(head)))
                for head, one in self.pairs
            ]
        found: list[GeneralCell] = []
        section: tuple[str, ...] = ()
        table_unit = next((u for cell in self.top if (u := printed_unit(label(cell)))), unit)
        for row in range(self.header_rows, len(self.rows)):
            line = self.rows[row]
            if self._is_section(line):
                section = (label(next(cell for cell in line if label(cell))),)
                continue
            path, row_unit = self._row_path(line)
            for cell in line:
                if cell.row - self.offset == row and cell.column >= self.stub_columns:
                    column = self._head_labels(cell.column)
                    own = value(cell).unit or printed_unit(" ".join(column[-1:]))
                    own = own or row_unit or printed_unit(" ".join(path[-1:])) or table_unit
                    found.append(GeneralCell(cell, (*section, *path), column, own))
        return found

    def _is_section(self, line: Sequence[Cell]) -> bool:
        return self._whole_width_label(line) and len(self.rows) > self.header_rows + 1

    def _whole_width_label(self, line: Sequence[Cell]) -> bool:
        filled = [cell for cell in line if label(cell)]
        if not filled or not is_label(filled[0]):
            return False
        whole = filled[0].colspan >= self.grid.width > 1
        return whole or (len(line) > 2 and all(cell.text == filled[0].text for cell in line))

    def _row_path(self, line: Sequence[Cell]) -> tuple[tuple[str, ...], str]:
        labels: list[str] = []
        unit = ""
        for cell in line:
            if cell.column >= self.stub_columns or not label(cell):
                continue
            head = normal(" ".join(self._head_labels(cell.column)))
            if head in _UNIT_LABELS:
                unit = label(cell)
            elif head in _ORDER_LABELS and not is_label(cell):
                continue
            elif label(cell) not in labels[-1:]:
                labels.append(label(cell))
        return tuple(labels), unit
