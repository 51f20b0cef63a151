"""Book: sheets written cell by cell from plain rows, and the questions asked about them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LEFT, UP = "<", "^"  # merged with the cell on the left, with the cell above
Row = Sequence[Any]


@dataclass(frozen=True)
class Percent:
    """A share written as a percentage: Percent("12.5") shows 12.5%."""

    points: str

    @property
    def places(self) -> int:
        return len(self.points.partition(".")[2])


@dataclass
class Book:
    """One workbook. `half` is "practice" or "heldout"; `rng` gives the same numbers every time."""

    name: str
    half: str
    sheets: list[tuple[str, list[Row]]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rng(self) -> random.Random:
        return random.Random(self.name)

    def sheet(self, title: str, rows: Iterable[Row]) -> None:
        self.sheets.append((title, [list(row) for row in rows]))

    def ask(self, question: str, value: Any = None, unit: str | None = None, **expect: Any) -> None:
        """A question with its expected value; `kind` (a tag) and any key of a gold row's expect."""
        tags = {"type": expect.pop("kind", "lookup")}
        expect.setdefault("status", "answered")
        if value is not None:
            expect["value"] = _number(value)
            if unit is not None:
                expect["unit"] = unit
            if isinstance(value, float) and "tolerance" not in expect:
                expect["tolerance"] = "0.01"
        self.questions.append({"question": question, "tags": tags, "expect": expect})

    def none(self, question: str, kind: str = "absent") -> None:
        """A question that the workbook cannot answer."""
        self.ask(question, kind=kind, status=["refused", "clarify"])

    def rows(self) -> list[dict[str, Any]]:
        """Gold rows, each limited to this workbook."""
        return [
            {"id": f"{self.name}-{number:02d}", "source": f"{self.name}.xlsx", **row}
            for number, row in enumerate(self.questions, start=1)
        ]

    def save(self, folder: Path) -> Path:
        from openpyxl import Workbook

        book = Workbook()
        book.remove(book.active)
        for title, rows in self.sheets:
            _write(book.create_sheet(title), rows)
        path = folder / f"{self.name}.xlsx"
        book.save(path)
        return path


def _number(value: Any) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _write(sheet: Any, rows: list[Row]) -> None:
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    for y, row in enumerate(rows, start=1):
        for x, value in enumerate(row, start=1):
            if value == LEFT:
                anchors[y, x] = anchors.get((y, x - 1), (y, x - 1))
            elif value == UP:
                anchors[y, x] = anchors.get((y - 1, x), (y - 1, x))
            else:
                _put(sheet.cell(y, x), value)
    _merge(sheet, anchors)


def _merge(sheet: Any, anchors: dict[tuple[int, int], tuple[int, int]]) -> None:
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for place, anchor in anchors.items():
        y, x = ends.get(anchor, anchor)
        ends[anchor] = max(y, place[0]), max(x, place[1])
    for (top, left), (bottom, right) in ends.items():
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def _put(cell: Any, value: Any) -> None:
    if isinstance(value, Percent):
        cell.value = float(value.points) / 100
        cell.number_format = "0%" if not value.places else f"0.{'0' * value.places}%"
    elif isinstance(value, dt.date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    else:
        cell.value = value


def total(values: Iterable[Any]) -> Any:
    """The sum, rounded as money and rates are printed."""
    return round(sum(values), 2)
