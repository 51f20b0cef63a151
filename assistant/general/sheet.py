"""Sheet: one block of a stored table as lines and cells, with what names each line.

A stored table may hold several blocks with headers of their own, and two lists side by side; each
is a sheet. Rows have attributes: the label columns and the columns of words, dates and codes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from assistant.general.texts import is_average, is_code, is_rate, is_total, keys
from assistant.general.units import header_unit, named_unit, unit_of
from ingest.figure import Figure, Table

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
        return frozenset(row for row, path in self.rows.items() if path and sums(path[-1]))

    @cached_property
    def total_columns(self) -> frozenset[int]:
        return frozenset(column for column, path in self.columns.items() if path and sums(path[-1]))

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


def sums(label: str) -> bool:
    return is_total(label) or is_average(label)
