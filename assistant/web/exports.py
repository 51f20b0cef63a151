"""Files a person takes along: a conversation as Markdown or JSON, a table as CSV or XLSX."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer
from assistant.web.evidence import source_of
from assistant.web.marking import place
from assistant.web.tables import plain_rows
from assistant.web.texts import Texts
from ingest.figure import Figure, Kind, Place, Table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PLAIN_NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%?")
FLOAT_DIGITS = 15  # a spreadsheet keeps no more; a longer number stays text
SHEET_NAME = re.compile(r"[\\/?*\[\]:]")


def conversation_json(title: str, answers: Sequence[Answer]) -> str:
    record = {"title": title, "turns": [answer.record() for answer in answers]}
    return json.dumps(record, ensure_ascii=False, indent=2, default=str)


def conversation_markdown(title: str, answers: Sequence[Answer], t: Texts) -> str:
    """The conversation as Markdown; signs that Markdown or HTML would read are escaped."""
    parts = [f"# {_plain(title)}", *(_turn(answer, t) for answer in answers)]
    return "\n\n".join(parts) + "\n"


def _turn(answer: Answer, t: Texts) -> str:
    lines = [f"## {_plain(answer.question)}", _plain(answer.text)]
    if answer.formula:
        lines.append(f"{t('formula')}: {_plain(answer.formula)}")
    lines += [f"> {t('note')}: {_plain(warning)}" for warning in answer.warnings]
    cited = [_citation(n, c) for n, c in enumerate(answer.citations, start=1)]
    return "\n\n".join([*lines, *cited])


def _citation(number: int, citation: Any) -> str:
    where = _plain(f"{citation.report} · {place(citation)}")
    return f"\\[{number}\\] {where}: “{_plain(citation.quote)}” ({_plain(_source(citation))})"


def _source(citation: Any) -> str:
    return source_of(citation.source).name


def _plain(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def table_csv(table: Table) -> bytes:
    """The table as printed, UTF-8 with a mark so that spreadsheets read it as such."""
    stream = io.StringIO()
    csv.writer(stream).writerows([_harmless(text) for text in row] for row in plain_rows(table))
    return stream.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """`text`, kept from being run as a formula by the spreadsheet that opens it."""
    if text.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def tables_xlsx(tables: Sequence[Table], figures: Sequence[Figure]) -> bytes:
    """A workbook, one sheet a table, spans merged; numbers are numbers, a blank stays blank."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    values = _values(figures)
    for number, table in enumerate(tables, start=1):
        _fill(book.create_sheet(_sheet_name(number, table)), table, values)
    if not book.sheetnames:
        book.create_sheet()
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _values(figures: Sequence[Figure]) -> dict[tuple[str, int, int], Decimal]:
    return {
        (figure.table_key, *figure.position): figure.value
        for figure in figures
        if figure.place is Place.TABLE
        and figure.value is not None
        and figure.kind in (Kind.NUMBER, Kind.ZERO)
        and len(figure.value.as_tuple().digits) <= FLOAT_DIGITS
        and PLAIN_NUMBER.fullmatch(figure.raw)
        and not figure.raw.endswith("%")
    }


def _sheet_name(number: int, table: Table) -> str:
    return SHEET_NAME.sub(" ", f"{number} {table.name or table.title}")[:31].strip("'")


def _fill(sheet: Worksheet, table: Table, values: dict[tuple[str, int, int], Decimal]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    for cell in table.cells:
        target = sheet.cell(cell.row + 1, cell.column + 1)
        value = values.get((table.key, cell.row, cell.column))
        if value is not None:
            target.value = value
        elif cell.text:
            target.value = ILLEGAL_CHARACTERS_RE.sub("", cell.text)
            target.data_type = "s"  # a text that begins with "=" must not become a formula
        if cell.rowspan > 1 or cell.colspan > 1:
            sheet.merge_cells(
                start_row=cell.row + 1,
                start_column=cell.column + 1,
                end_row=min(cell.row + cell.rowspan, table.height),
                end_column=min(cell.column + cell.colspan, table.width),
            )
