"""Answers: write and read answer files (.jsonl, .csv, .xlsx), one record a question.

A .jsonl holds the records as they are. A .csv holds the contract's keys, with lists as JSON. An
.xlsx is for people: readable cells, clickable sources, empty columns to correct an answer in, and
a hidden sheet with the whole records, so that nothing is lost on the way back.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.asking import Record
from eval.rows import read_rows
from eval.safe_cell import safe_text
from ingest.errors import QuestionError

COLUMNS = (
    "id",
    "question",
    "session",
    "source",
    "status",
    "reason",
    "text",
    "value",
    "unit",
    "items",
    "formula",
    "citations",
    "warnings",
    "latency_ms",
)
LISTS = ("items", "citations", "warnings")


def write_answers(out: Path, records: Iterable[Record]) -> None:
    """Write the records by the suffix of `out`, in one step at the end."""
    with replacing(out) as temporary:
        {".jsonl": _write_jsonl, ".csv": _write_csv, ".xlsx": _write_xlsx}[out.suffix.lower()](
            temporary, records
        )


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A temporary file beside `out` that takes its place when the block ends well."""
    temporary = out.with_name(f".{out.name}.tmp{out.suffix}")
    try:
        yield temporary
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)


def read_answers(path: Path) -> Iterator[Record]:
    """The records of an answer file. Raises QuestionError naming the row."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        from eval.answer_sheet import read_records

        yield from read_records(path)
        return
    for row in read_rows(path, needs=("id", "status"), exact=False):
        if row.problem:
            raise QuestionError(f"{path.name} 第 {row.number} 行：{row.problem}")
        yield _from_csv(path, row.number, row.data) if suffix == ".csv" else row.data


def _write_jsonl(path: Path, records: Iterable[Record]) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace") as stream:
        for record in records:
            stream.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")


def _write_csv(path: Path, records: Iterable[Record]) -> None:
    # With a BOM, because Excel takes a .csv without one for GBK.
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for record in records:
            writer.writerow([_csv_cell(record.get(name), name) for name in COLUMNS])


def _csv_cell(value: Any, name: str) -> str:
    if name in LISTS:
        return json.dumps(value or [], ensure_ascii=False, default=str)
    return "" if value is None else safe_text(str(value))


def _from_csv(path: Path, number: int, data: dict[str, Any]) -> Record:
    record: Record = {name: data.get(name) for name in COLUMNS}
    try:
        record.update({name: json.loads(data.get(name) or "[]") for name in LISTS})
        record["latency_ms"] = float(data["latency_ms"]) if data.get("latency_ms") else None
    except ValueError as error:
        raise QuestionError(f"{path.name} 第 {number} 行：不是答案记录：{error}") from error
    return record


def _write_xlsx(path: Path, records: Iterable[Record]) -> None:
    from eval.answer_sheet import write_workbook

    write_workbook(path, records)
