"""Sheet: stream the first worksheet of an .xlsx, with its merged cells made plain.

People merge one session cell over several questions: a cell merged downwards in one column
repeats its text in each row it covers. A merge over several columns below the heading leaves
questions without an owner and is an error that names the range.
"""

from __future__ import annotations

import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ingest.errors import QuestionError

UNPACKED_LIMIT = 1 << 30
COLUMN_LIMIT = 256


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; all four are counted from 1 and inclusive."""

    left: int
    top: int
    right: int
    bottom: int
    name: str


def sheet_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of the first sheet, wholly blank rows included as they stand.

    Raises QuestionError for a file that is no workbook, is encrypted, or unpacks to too much.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_archive(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise QuestionError(f"{path.name}：不是可读的 Excel 工作簿：{error}") from error
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        merges = _Merges(path, _merges(path, sheet._worksheet_path))
        for number, cells in enumerate(_cells(path, sheet), start=1):
            yield number, merges.fill(number, list(cells[:COLUMN_LIMIT]))
    finally:
        book.close()


def _cells(path: Path, sheet: Any) -> Iterator[tuple[Any, ...]]:
    try:
        yield from sheet.iter_rows(values_only=True)
    except (ValueError, KeyError, ElementTree.ParseError, zipfile.BadZipFile) as error:
        raise QuestionError(f"{path.name}：工作表已损坏：{error}") from error


def _check_archive(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        raise QuestionError(f"{path.name}：不是 Excel 工作簿（.xlsx），或设了打开密码")
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > UNPACKED_LIMIT:
        raise QuestionError(f"{path.name}：解开后超过 {UNPACKED_LIMIT >> 20} MiB")


def _merges(path: Path, part: str) -> list[Merge]:
    """Merged ranges stand after the rows, so that they are read in a pass of their own."""
    found: list[Merge] = []
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as stream:
        try:
            for _event, element in ElementTree.iterparse(stream, events=("end",)):
                if element.tag.endswith("}mergeCell"):
                    found.append(_merge(element.get("ref", "")))
                elif element.tag.endswith("}row"):
                    element.clear()
        except (ElementTree.ParseError, ValueError) as error:
            raise QuestionError(f"{path.name}：工作表已损坏：{error}") from error
    return found


def _merge(name: str) -> Merge:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(name)
    if not (left and top and right and bottom):
        raise ValueError(f"merged range {name}")
    return Merge(left, top, right, bottom, name)


class _Merges:
    """Fills merged cells while rows stream by; keeps only the ranges still open."""

    def __init__(self, path: Path, merges: list[Merge]) -> None:
        self._path = path
        self._merges = sorted(merges, key=lambda merge: merge.top)
        self._tops = [merge.top for merge in self._merges]
        self._open: list[tuple[Merge, Any]] = []
        self._past_heading = False

    def fill(self, number: int, cells: list[Any]) -> list[Any]:
        self._open = [(merge, text) for merge, text in self._open if merge.bottom >= number]
        for merge, text in self._open:
            if merge.left == merge.right <= COLUMN_LIMIT:
                cells.extend([None] * (merge.left - len(cells)))
                cells[merge.left - 1] = text
        first = bisect_right(self._tops, number - 1)
        for merge in self._merges[first : bisect_right(self._tops, number)]:
            self._check(merge, number)
            text = cells[merge.left - 1] if merge.left <= len(cells) else None
            self._open.append((merge, text))
        self._past_heading = self._past_heading or sum(cell is not None for cell in cells) > 1
        return cells

    def _check(self, merge: Merge, number: int) -> None:
        if self._past_heading and merge.right > merge.left:
            raise QuestionError(
                f"{self._path.name} 第 {number} 行：{merge.name} 跨列合并；"
                "请取消合并，让每个问题各占一行"
            )
