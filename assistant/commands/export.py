"""Rows to files: .jsonl, .csv or .xlsx by suffix, without a digit changing on the way."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import StoreError

if TYPE_CHECKING:
    from ingest.figure import Figure
    from ingest.store.library import Library
    from ingest.store.rows import ReportInfo

Row = dict[str, Any]

# A spreadsheet would run a cell that begins like this as a formula; numbers and lone dashes stay.
_FORMULA = re.compile(r"[=+@\t\r]|-(?=[^\d.\s])")
_NUMBER = re.compile(r"[+-]?[\d,.]+%?")
_SHEET_ROWS = 1_000_000  # below the limit of .xlsx; the rest goes on another sheet
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # not allowed in .xlsx
_PATH_JOINT = " > "


def figure_rows(library: Library, infos: Iterable[ReportInfo]) -> Iterator[Row]:
    """The figure rows of the contract, a report at a time."""
    for info in infos:
        for figure in library.figures(report_ids=[info.id]):
            yield figure_row(figure, info)


def figure_row(figure: Figure, info: ReportInfo) -> Row:
    return {
        "report_id": info.id,
        "publisher": info.publisher,
        "year": info.year,
        "title": info.title,
        "table": figure.table,
        "row": list(figure.row),
        "column": list(figure.column),
        "measure": figure.measure,
        "raw": figure.raw,
        "value": None if figure.value is None else format(figure.value, "f"),
        "unit": figure.unit,
        "kind": figure.kind.value,
        "place": figure.place.value,
        "source": info.source,
        "id": figure.id,
        "section": list(figure.section),
        "sentence": figure.sentence,
    }


def write_rows(target: Path, rows: Iterable[Row]) -> int:
    """Write `rows` (all of the same keys) and return how many; `target` appears when complete.

    Raises StoreError naming the file.
    """
    new = target.with_name(f".{target.name}.new")
    try:
        count = _WRITERS[target.suffix.lower()](new, iter(rows))
        new.replace(target)
    except OSError as error:
        raise StoreError(f"{target}：不能写入：{error.strerror}") from error
    finally:
        new.unlink(missing_ok=True)
    return count


def _write_jsonl(path: Path, rows: Iterator[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_csv(path: Path, rows: Iterator[Row]) -> int:
    """With a byte order mark: without it Excel takes the text for GBK."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for count, row in enumerate(rows, 1):
            if count == 1:
                writer.writerow(row)
            writer.writerow(_inert(_flat(value)) for value in row.values())
    return count


def _write_xlsx(path: Path, rows: Iterator[Row]) -> int:
    """Every cell as text: a number cell is a binary float and keeps 15 digits only."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    count = 0
    while chunk := list(islice(rows, _SHEET_ROWS)):
        sheet = book.create_sheet()
        sheet.append(list(chunk[0]))
        for row in chunk:
            cells = []
            for value in row.values():
                cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", _flat(value)))
                cell.data_type, cell.number_format = "s", "@"  # never a formula, never a float
                cells.append(cell)
            sheet.append(cells)
        count += len(chunk)
    if not count:
        book.create_sheet()
    book.save(path)
    return count


_WRITERS: dict[str, Callable[[Path, Iterator[Row]], int]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}
SUFFIXES = tuple(_WRITERS)


def _flat(value: Any) -> str:
    if value is None:
        return ""
    return _PATH_JOINT.join(value) if isinstance(value, list) else str(value)


def _inert(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
