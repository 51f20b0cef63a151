"""Rows: stream a .jsonl, .csv or .xlsx file of questions, gold or answers as plain dicts.

A row's number is what a person sees: the line of a .jsonl file, the line of a .csv file, the row
of the sheet. Nothing keeps more than one row in memory (an .xlsx keeps its shared strings).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from eval.headings import Headings
from eval.text_file import open_text
from ingest.errors import QuestionError

SUFFIXES = (".jsonl", ".csv", ".xlsx")
LINE_LIMIT = 4 * 1024 * 1024
HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Row:
    """`number` counts from 1 as a person does; `problem` is set where the row could not be read."""

    number: int
    data: dict[str, Any]
    problem: str | None = None


def read_rows(
    path: Path, *, needs: tuple[str, ...] = ("question",), exact: bool = True
) -> Iterator[Row]:
    """Rows of a file by its suffix; `needs` are columns that a .csv or .xlsx must have.

    `exact`: decimals of a .jsonl come as Decimal, else as float.

    Raises QuestionError naming the file for a missing file, a wrong suffix, an encoding that is
    neither UTF-8 nor GB18030, or a sheet without the needed columns.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise QuestionError(f"{path}：问题文件应以 {'、'.join(SUFFIXES)} 结尾")
    if not path.is_file():
        raise QuestionError(f"{path}：没有这个文件")
    if path.suffix.lower() == ".jsonl":
        return _jsonl(path, Decimal if exact else float)
    return _csv(path, needs) if path.suffix.lower() == ".csv" else _xlsx(path, needs)


def _jsonl(path: Path, number_type: Callable[[str], Any]) -> Iterator[Row]:
    with open_text(path) as stream:
        for number, line in enumerate(_lines(stream, path), start=1):
            if line.strip():
                yield _json_row(number, line, number_type)


def _lines(stream: TextIO, path: Path) -> Iterator[str]:
    number = 0
    while line := stream.readline(LINE_LIMIT):
        number += 1
        if len(line) >= LINE_LIMIT and not line.endswith("\n"):
            raise QuestionError(f"{path.name} 第 {number} 行：超过 {LINE_LIMIT} 个字符")
        yield line


def _json_row(number: int, line: str, number_type: Callable[[str], Any]) -> Row:
    try:
        data = json.loads(line, parse_float=number_type, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return Row(number, {}, f"不是 JSON：{error}")
    if not isinstance(data, dict):
        return Row(number, {}, f"每行须是一个 JSON 对象，不能是 {type(data).__name__}")
    return Row(number, data)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} 不能作数值")


def _csv(path: Path, needs: tuple[str, ...]) -> Iterator[Row]:
    with open_text(path, newline="") as stream:
        reader = csv.reader(_lines(stream, path), strict=True)
        yield from _table(path, _csv_rows(path, reader), needs)


def _csv_rows(path: Path, reader: Any) -> Iterator[tuple[int, list[Any]]]:
    # csv.reader's line_num after a row is the row's last line; a cell may hold line breaks.
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise QuestionError(f"{path.name} 第 {before + 1} 行：不是 CSV：{error}") from error
        yield before + 1, cells
        before = reader.line_num


def _xlsx(path: Path, needs: tuple[str, ...]) -> Iterator[Row]:
    from eval.sheet import sheet_rows

    yield from _table(path, sheet_rows(path), needs)


def _table(
    path: Path, rows: Iterable[tuple[int, list[Any]]], needs: tuple[str, ...]
) -> Iterator[Row]:
    """Rows under the heading row, which may stand below a title or blank rows."""
    headings = Headings.load()
    names: list[str | None] | None = None
    for number, cells in rows:
        if names is None:
            names = headings.names(cells, needs)
            if names is None and number >= HEADER_WITHIN:
                break
        elif any(_filled(cell) for cell in cells):
            yield _table_row(number, names, cells)
    if names is None:
        raise QuestionError(
            f"{path.name}：前 {HEADER_WITHIN} 行里没有带 {'、'.join(needs)} 列的表头"
            "（认得的表头写在 eval/headings.yaml）"
        )


def _table_row(number: int, names: list[str | None], cells: list[Any]) -> Row:
    data: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if name is not None and _filled(cell):
            data[name] = plain_cell(cell)
    extra = [cell for cell in cells[len(names) :] if _filled(cell)]
    if extra:
        return Row(number, data, f"比表头多 {len(extra)} 格")
    return Row(number, data)


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def plain_cell(cell: Any) -> str:
    """A cell's text: 3.0 is "3", a neutralised formula loses its apostrophe, a date is ISO."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    text = str(cell)
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@\t\r":
        return text[1:]
    return text.strip()
