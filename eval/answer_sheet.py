"""Answer sheet: the workbook of answers that staff read and correct."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.asking import Record
from eval.quantity import decimal
from eval.rows import plain_cell
from eval.safe_cell import CELL_LIMIT, link, sheet_text
from ingest.errors import QuestionError

CORRECTIONS = (
    "verdict",
    "right_status",
    "right_value",
    "right_unit",
    "right_contains",
    "right_not_contains",
    "comment",
)
LINKS = ("link_1", "link_2", "link_3")
SHOWN = (
    "id",
    "question",
    "session",
    "source",
    "status",
    "text",
    "value",
    "unit",
    "items",
    "formula",
    *LINKS,
    "citations",
    "warnings",
    "reason",
    "latency_ms",
)
WIDTHS = {"question": 40, "text": 60, "items": 30, "formula": 30, "citations": 50, "warnings": 30}
SOURCES = ("id", "number", "quote", "report", "year", "section", "row", "column", "source")
RECORDS = "records"
# Excel keeps no more hyperlinks than this on one sheet.
LINK_LIMIT = 65_000


def write_workbook(path: Path, records: Iterable[Record]) -> None:
    """Three sheets, streamed: answers (with links and columns to correct in), sources (one row a
    citation), and the hidden whole records."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    answers = _Sheet(book, "answers", (*SHOWN, *CORRECTIONS))
    sources = _Sheet(book, "sources", SOURCES)
    whole = book.create_sheet(RECORDS)
    whole.sheet_state = "hidden"
    answers.offer("verdict", ("对", "错"))
    answers.offer("right_status", ("作答", "拒答", "反问"))
    for record in records:
        answers.add([*_shown(record), *_corrections_so_far(record)])
        for number, citation in enumerate(record.get("citations") or [], start=1):
            sources.add(_source(record, number, citation))
        whole.append([text_cell(whole, part) for part in _parts(record)])
    book.save(path)


def read_records(path: Path) -> Iterator[Record]:
    """The whole records of a workbook written by `write_workbook`, in order."""
    return (record for record, _corrections in read_corrected(path))


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person wrote beside an answer, by column name; `row` as seen in Excel."""

    row: int
    cells: dict[str, str]


def read_corrected(path: Path) -> Iterator[tuple[Record, Corrections]]:
    """Each record with its corrections, matched by id, because people sort and filter sheets.

    Raises QuestionError where the workbook is not one of ours.
    """
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise QuestionError(f"{path}：不是可读的 Excel 工作簿：{error}") from error
    try:
        if RECORDS not in book.sheetnames:
            raise QuestionError(f"{path}：没有工作表 {RECORDS}，不是 `wenbao batch` 写出的")
        corrections = _corrections(path, book[book.sheetnames[0]])
        for cells in book[RECORDS].iter_rows(values_only=True):
            record = json.loads("".join(str(cell) for cell in cells if cell is not None))
            yield record, corrections.get(str(record.get("id")), Corrections(0, {}))
    except ValueError as error:
        raise QuestionError(f"{path}：工作表 {RECORDS} 已损坏：{error}") from error
    finally:
        book.close()


def _corrections(path: Path, sheet: Any) -> dict[str, Corrections]:
    from eval.headings import Headings

    rows = enumerate(sheet.iter_rows(values_only=True), start=1)
    names = Headings.load().names(next(rows, (0, ()))[1], ("id",))
    if names is None:
        raise QuestionError(f"{path}：第一张工作表的首行没有 id 列")
    found: dict[str, Corrections] = {}
    for number, cells in rows:
        named = {
            name: plain_cell(cell)
            for name, cell in zip(names, cells, strict=False)
            if name and cell is not None and str(cell).strip()
        }
        filled = {name: text for name, text in named.items() if name in CORRECTIONS}
        if filled and "id" in named:
            found[named["id"]] = Corrections(number, filled)
    return found


def _parts(record: Record) -> list[str]:
    text = json.dumps(record, ensure_ascii=True, default=str)
    return [text[start : start + CELL_LIMIT] for start in range(0, len(text), CELL_LIMIT)]


def _shown(record: Record) -> list[Any]:
    citations = record.get("citations") or []
    links = [entry.get("source") for entry in _distinct(citations)][: len(LINKS)]
    readable = {
        "items": "\n".join(_item(item) for item in record.get("items") or []),
        "citations": "\n".join(_citation(entry) for entry in citations),
        "warnings": "\n".join(str(entry) for entry in record.get("warnings") or []),
        "value": _number(record.get("value")),
        **dict(zip(LINKS, map(_Link, links), strict=False)),
    }
    return [readable.get(name, record.get(name)) for name in SHOWN]


def _corrections_so_far(record: Record) -> list[Any]:
    """Empty columns to fill in; a disliked chat answer comes with what the person said."""
    known = {
        "verdict": "错" if record.get("disliked") else None,
        "comment": record.get("comment"),
    }
    return [known.get(name) for name in CORRECTIONS]


def _distinct(citations: list[Record]) -> list[Record]:
    return list({entry.get("source"): entry for entry in citations}.values())


def _item(item: Record) -> str:
    return f"{item.get('label')}:{item.get('value')}{item.get('unit') or ''}"


def _citation(entry: Record) -> str:
    path = " / ".join([*(entry.get("row") or []), *(entry.get("column") or [])])
    return (
        f"「{entry.get('quote')}」{entry.get('report')} {entry.get('section') or ''} {path}".strip()
    )


def _source(record: Record, number: int, entry: Record) -> list[Any]:
    cells = {
        **entry,
        "id": record.get("id"),
        "number": number,
        "row": " / ".join(entry.get("row") or []),
        "column": " / ".join(entry.get("column") or []),
        "source": _Link(entry.get("source")),
    }
    return [cells.get(name) for name in SOURCES]


class _Link(str):
    """A cell to click on; shown as the source's own text."""

    __slots__ = ()

    def __new__(cls, source: Any) -> _Link:
        return super().__new__(cls, "" if source is None else str(source))


class _Sheet:
    """One streamed sheet with a heading that stays in view."""

    def __init__(self, book: Any, title: str, columns: tuple[str, ...]) -> None:
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        self._sheet = book.create_sheet(title)
        self._columns = columns
        self._links = 0
        # A style is worked out once and shared: doing so for each cell takes most of the time.
        # quotePrefix: Excel goes on taking a cell for text after a person edited it.
        wrapped = Alignment(wrap_text=True, vertical="top")
        self._text_style = self._style(quotePrefix=True, alignment=wrapped)
        self._link_style = self._style(font=Font(color="0563C1", underline="single"))
        self._heading_style = self._style(font=Font(bold=True))
        self._sheet.freeze_panes = "A2"
        for number, name in enumerate(columns, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 14)
        self._sheet.append([text_cell(self._sheet, name, self._heading_style) for name in columns])

    def offer(self, column: str, choices: tuple[str, ...]) -> None:
        """A list to choose from in the cells of a column; anything else may be typed."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        letter = get_column_letter(self._columns.index(column) + 1)
        offered = DataValidation(
            type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=False
        )
        offered.add(f"{letter}2:{letter}1048576")
        self._sheet.data_validations.append(offered)

    def add(self, cells: list[Any]) -> None:
        self._sheet.append([self._cell(cell) for cell in cells])

    def _style(self, **parts: Any) -> Any:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._sheet)
        for name, value in parts.items():
            setattr(cell, name, value)
        return cell._style

    def _cell(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, _Link):
            return self._link(value)
        if isinstance(value, int | float):
            return value
        return text_cell(self._sheet, str(value), self._text_style)

    def _link(self, source: _Link) -> Any:
        target = link(str(source))
        if not target or self._links >= LINK_LIMIT:
            return text_cell(self._sheet, str(source), self._text_style)
        self._links += 1
        cell = text_cell(self._sheet, str(source), self._link_style)
        shown = cell.value
        cell.hyperlink = target
        # Setting a link changes what the cell shows.
        cell.value, cell.data_type = shown, "s"
        return cell


def text_cell(sheet: Any, text: str, style: Any = None) -> Any:
    """A cell of a streamed sheet that holds `text` as text, even where it begins with "="."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=sheet_text(text))
    cell.data_type = "s"
    if style is not None:
        cell._style = style
    return cell


def _number(value: Any) -> Any:
    """A figure as a number where Excel's doubles hold it exactly as printed; else as it is."""
    number = decimal(value) if isinstance(value, str) else None
    if number is None or len(number.as_tuple().digits) > 15:
        return value
    return float(number) if "." in str(value) else int(number)
