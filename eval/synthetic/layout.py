"""Layout: what the two national forms print, and the rasters of their tables.

A raster is the table as an organ fills it in before any page makes a mess of it: cells with
their spans and, for data cells, the measure they hold. Renderers turn rasters into files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
INNER_TOTAL = "（七）总计"


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a raster; `measure` is set on data cells only."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    measure: str = ""
    header: bool = False

    @property
    def is_data(self) -> bool:
        return bool(self.measure)


@dataclass(frozen=True, slots=True)
class Raster:
    """One table: `name` 二, 三 or 四; `head` counts its header rows (0: headers all over)."""

    name: str
    height: int
    width: int
    head: int
    slots: tuple[Slot, ...]

    def rows(self) -> list[list[Slot]]:
        lines: list[list[Slot]] = [[] for _ in range(self.height)]
        for slot in sorted(self.slots, key=lambda slot: (slot.row, slot.column)):
            lines[slot.row].append(slot)
        return lines

    def part(self, first: int, last: int, *, again: bool = True) -> Raster:
        """Rows first … last − 1 as a raster of their own; spans that cross the cut are cut.

        The lower piece of a cut cell shows its text again, or nothing where not `again`.
        """
        kept = []
        for slot in self.slots:
            top, bottom = max(slot.row, first), min(slot.row + slot.rowspan, last)
            if top < bottom:
                text = slot.text if again or top == slot.row else ""
                kept.append(replace(slot, row=top - first, rowspan=bottom - top, text=text))
        return replace(self, height=last - first, slots=tuple(kept))


@lru_cache(maxsize=1)
def layouts() -> dict[str, Any]:
    """layouts.yaml, parsed once."""
    return dict(yaml.safe_load((HERE / "layouts.yaml").read_text(encoding="utf-8")))


def result_rows(form: str) -> list[list[str]]:
    """[item, label, label …] of table 三, top to bottom."""
    data = layouts()
    return [*data["results"], *data["forms"][form]["tail"]]


def applicant_aspects() -> list[str]:
    people = layouts()["applicants"]
    return ["natural", *(name for name, _ in people["members"]), "total"]


def outcome_aspects() -> list[str]:
    return [name for name, _ in layouts()["outcomes"]]


def measures(form: str) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """(table, measure, row path, column path) of every printed cell of `form`."""
    data = layouts()
    for block in data["forms"][form]["blocks"]:
        for item, label in block["rows"]:
            for aspect, column in block["columns"]:
                yield "二", f"{item}.{aspect}", (block["title"], label), (column,)
    people = data["applicants"]
    columns: list[tuple[str, tuple[str, ...]]] = [("natural", (people["natural"],))]
    columns += [(name, (people["group"], label)) for name, label in people["members"]]
    columns += [("total", (people["total"],))]
    for item, *path in result_rows(form):
        for aspect, column_path in columns:
            yield "三", f"{item}.{aspect}", tuple(path), column_path
    for aspect, label in data["outcomes"]:
        yield "四", f"review.{aspect}", (), (data["review"], label)
    for item, parent in data["suits"]:
        for aspect, label in data["outcomes"]:
            yield "四", f"{item}.{aspect}", (), (data["suit"], parent, label)


def rasters(form: str, printed: dict[str, str]) -> list[Raster]:
    """Tables 二, 三 and 四 of `form` filled with `printed` (measure → text)."""
    return [_table_two(form, printed), _table_three(form, printed), _table_four(printed)]


def _table_two(form: str, printed: dict[str, str]) -> Raster:
    slots: list[Slot] = []
    row = 0
    for block in layouts()["forms"][form]["blocks"]:
        slots.append(Slot(block["title"], row, 0, colspan=4, header=True))
        row += 1
        slots.append(Slot("信息内容", row, 0, header=True))
        columns = block["columns"]
        places = _spread(len(columns))
        for (_, label), (column, span) in zip(columns, places, strict=True):
            slots.append(Slot(label, row, column, colspan=span, header=True))
        row += 1
        for item, label in block["rows"]:
            slots.append(Slot(label, row, 0, header=True))
            for (aspect, _), (column, span) in zip(columns, places, strict=True):
                measure = f"{item}.{aspect}"
                slots.append(Slot(printed[measure], row, column, 1, span, measure))
            row += 1
    return Raster("二", row, 4, 0, tuple(slots))


def _spread(count: int) -> list[tuple[int, int]]:
    """(column, colspan) of `count` data columns over the three to the right of the labels."""
    return {1: [(1, 3)], 2: [(1, 1), (2, 2)], 3: [(1, 1), (2, 1), (3, 1)]}[count]


def _table_three(form: str, printed: dict[str, str]) -> Raster:
    data, people = layouts(), layouts()["applicants"]
    slots = [
        Slot(data["note"], 0, 0, 3, 3, header=True),
        Slot(data["corner"], 0, 3, 1, 7, header=True),
        Slot(people["natural"], 1, 3, 2, 1, header=True),
        Slot(people["group"], 1, 4, 1, 5, header=True),
        Slot(people["total"], 1, 9, 2, 1, header=True),
    ]
    slots += [Slot(label, 2, 4 + n, header=True) for n, (_, label) in enumerate(people["members"])]
    lines = result_rows(form)
    for offset, (item, *path) in enumerate(lines):
        row = 3 + offset
        slots += _row_labels(lines, offset, path)
        slots += [
            Slot(printed[f"{item}.{aspect}"], row, 3 + n, measure=f"{item}.{aspect}")
            for n, aspect in enumerate(applicant_aspects())
        ]
    return Raster("三", 3 + len(lines), 10, 3, tuple(slots))


def _row_labels(lines: list[list[str]], offset: int, path: list[str]) -> Iterator[Slot]:
    """The label cells that begin in this row: each outer one spans its run of rows."""
    for depth, label in enumerate(path):
        if offset and lines[offset - 1][1 : depth + 2] == path[: depth + 1]:
            continue
        run = sum(line[1 : depth + 2] == path[: depth + 1] for line in lines)
        last = depth == len(path) - 1
        yield Slot(label, 3 + offset, depth, run, 3 - depth if last else 1, header=True)


def _table_four(printed: dict[str, str]) -> Raster:
    data = layouts()
    outcomes = data["outcomes"]
    slots = [
        Slot(data["review"], 0, 0, 1, 5, header=True),
        Slot(data["suit"], 0, 5, 1, 10, header=True),
    ]
    slots += [Slot(label, 1, n, 2, 1, header=True) for n, (_, label) in enumerate(outcomes)]
    for number, (_, label) in enumerate(data["suits"]):
        slots.append(Slot(label, 1, 5 + 5 * number, 1, 5, header=True))
        slots += [
            Slot(text, 2, 5 + 5 * number + n, header=True) for n, (_, text) in enumerate(outcomes)
        ]
    items = ["review", *(item for item, _ in data["suits"])]
    for block, item in enumerate(items):
        for n, (aspect, _) in enumerate(outcomes):
            measure = f"{item}.{aspect}"
            slots.append(Slot(printed[measure], 3, 5 * block + n, measure=measure))
    return Raster("四", 4, 15, 3, tuple(slots))
