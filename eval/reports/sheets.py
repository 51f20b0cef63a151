"""rows.csv and rows.xlsx of a run: one row a question, for people who filter in Excel."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.answers import replacing
from eval.safe_cell import safe_text
from eval.score import Record
from eval.scored import outcome, read_rows_file

COLUMNS = (
    "outcome",
    "change",
    "category",
    "id",
    "question",
    "expected",
    "status",
    "value",
    "unit",
    "text",
    "misses",
    "formula",
    "citations",
    "set",
    "tags",
    "latency_ms",
)


def write_sheets(out: Path) -> None:
    with replacing(out / "rows.csv") as temporary:
        _write_csv(temporary, _lines(out))
    with replacing(out / "rows.xlsx") as temporary:
        _write_xlsx(temporary, _lines(out))


def _lines(out: Path) -> Iterator[list[Any]]:
    for row in read_rows_file(out):
        shown = {
            **row,
            "outcome": outcome(row),
            "expected": expected_text(row["expected"]),
            "misses": "\n".join(
                f"{miss['key']}: {miss['expected']} ≠ {miss['given']}" for miss in row["misses"]
            ),
            "citations": "\n".join(str(entry.get("quote")) for entry in row["citations"]),
            "tags": " ".join(f"{name}={value}" for name, value in row["tags"].items()),
        }
        yield [shown.get(name) for name in COLUMNS]


def expected_text(expect: Record, names: Mapping[str, str] | None = None) -> str:
    """An `expect` on one line; `names` says what its keys are called."""
    shown = {name: value for name, value in expect.items() if name != "unit"}
    if "value" in shown:
        shown["value"] = f"{shown['value']}{expect.get('unit') or ''}"
    called = names or {}
    parts = (_part(called.get(name, name), name, value) for name, value in shown.items())
    return "; ".join(parts)


def _part(called: str, name: str, value: Any) -> str:
    if name == "items":
        value = [" / ".join(item["label"]) + _value(item) for item in value]
    if isinstance(value, list):
        value = ", ".join(_alternatives(entry) for entry in value)
    return called if value is True else f"{called}: {value}"


def _value(item: Record) -> str:
    return f"={item['value']}" if item.get("value") is not None else ""


def _cell(cell: Record) -> str:
    """A cell to cite as a person reads it: 「3014」本年新收 / 自然人 2024."""
    quote = f"「{cell['quote']}」" if cell.get("quote") else ""
    labels = " / ".join([*(cell.get("row") or []), *(cell.get("column") or [])])
    return f"{quote}{labels} {cell.get('year') or ''}".rstrip()


def _alternatives(entry: Any) -> str:
    if isinstance(entry, dict):
        return _cell(entry)
    if not isinstance(entry, list):
        return str(entry)
    return " / ".join("+".join(part) if isinstance(part, list) else str(part) for part in entry)


def _write_csv(path: Path, lines: Iterator[list[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for line in lines:
            writer.writerow(["" if cell is None else safe_text(str(cell)) for cell in line])


def _write_xlsx(path: Path, lines: Iterator[list[Any]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    for line in lines:
        sheet.append([_sheet_cell(sheet, value) for value in line])
    book.save(path)


def _sheet_cell(sheet: Any, value: Any) -> Any:
    from eval.answer_sheet import text_cell

    if value is None or isinstance(value, int | float):
        return value
    return text_cell(sheet, str(value))
