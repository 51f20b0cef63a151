"""Figure, Passage, Check, Table and Report: what ingest yields and the stores keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a cell was; only NUMBER and ZERO carry a value."""

    NUMBER = "number"
    ZERO = "zero"
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    TEXT = "text"


class Place(StrEnum):
    TABLE = "table cell"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as printed. `id` is unique and stable for the same report content.

    `table` is "二", "三" or "四" for the national forms, else the table's title or order.
    `row` and `column` are label paths, outermost first, as printed after white space is folded.
    `measure` is "item.aspect" of the form (ingest/forms), None where no form matched.
    `table_key` and `position` (grid row, grid column) find the cell in the stored Table;
    for prose, `sentence` is the sentence it stands in and `position` is the number's
    (start, end) character offsets in that sentence. `clause` is the part of the sentence around
    it, with the subject carried over from earlier parts; `period` is the year the text says it
    is of, None where it names none (then the report's own).
    """

    id: str
    report_id: str
    table: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    raw: str
    value: Decimal | None
    unit: str
    kind: Kind
    place: Place = Place.TABLE
    measure: str | None = None
    section: tuple[str, ...] = ()
    sentence: str = ""
    clause: str = ""
    period: int | None = None
    table_key: str = ""
    position: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of prose cut at sentence ends, with its section path (outermost first)."""

    id: str
    report_id: str
    order: int
    section: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a stored table, for rendering: spans resolved, header or data."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its structure resolved; `key` is unique within its report ("t1", "t2", …).

    `name` is what Figure.table says ("二", "三", "四" or title/order).
    """

    key: str
    name: str
    title: str
    unit: str
    section: tuple[str, ...]
    height: int
    width: int
    cells: tuple[TableCell, ...]
    form: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One identity tried on one report (or across two). `holds` None: could not be judged.

    `figures` are the ids of all figures the identity touches.
    """

    rule: str
    left: Decimal | None
    right: Decimal | None
    holds: bool | None
    detail: str
    report_id: str = ""
    publisher: str = ""
    year: int | None = None
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one source yields, ready to be stored."""

    id: str
    title: str
    publisher: str
    year: int | None
    form: str | None
    source: str
    content_hash: str
    figures: tuple[Figure, ...] = ()
    passages: tuple[Passage, ...] = ()
    tables: tuple[Table, ...] = ()
    checks: tuple[Check, ...] = ()
    warnings: tuple[str, ...] = ()
    links: tuple[str, ...] = field(default_factory=tuple)
