"""Between the nouns and their SQL rows. Rows are plain tuples in column order: they are many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from ingest.errors import StoreError
from ingest.figure import Check, Figure, Kind, Passage, Place, Report, Table, TableCell

_KINDS = {kind.value: kind for kind in Kind}
_PLACES = {place.value: place for place in Place}
_LARGEST_EXPONENT = 60  # no printed number is longer; 1E+999999 would be a megabyte of zeros


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """A stored report without its contents. `ingested_at` is ISO 8601 in UTC."""

    id: str
    title: str
    publisher: str
    year: int | None
    form: str | None
    source: str
    content_hash: str
    figures: int
    passages: int
    warnings: tuple[str, ...]
    ingested_at: str
    links: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """As plain data; tuples become lists."""
        return {**asdict(self), "warnings": list(self.warnings), "links": list(self.links)}


class Value(NamedTuple):
    """A figure without its text, for reading one measure of very many reports."""

    report_id: str
    publisher: str
    year: int | None
    measure: str
    figure_id: str
    value: Decimal | None
    unit: str
    kind: Kind


def storable(text: str) -> str:
    """`text` without what a database refuses: NUL, and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    text = text.replace("\0", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def packed(values: Iterable[str]) -> str:
    """A label path as JSON text."""
    return json.dumps([storable(value) for value in values], ensure_ascii=False)


@lru_cache(maxsize=65536)  # the same few hundred paths stand in every report of a form
def unpacked(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def decimal_text(value: Decimal | None) -> str | None:
    """The exact value without exponent. Raises StoreError where it is no plausible number."""
    if value is None:
        return None
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise StoreError(f"数值不能存储：{str(value)[:40]}")
    return format(value, "f")


def report_row(report: Report, *, state: str, recipe: str, now: str) -> dict[str, Any]:
    return {
        "id": storable(report.id),
        "state": state,
        "title": storable(report.title),
        "publisher": storable(report.publisher),
        "year": report.year,
        "form": report.form,
        "source": storable(report.source),
        "content_hash": report.content_hash,
        "recipe": recipe,
        "figures": len(report.figures),
        "passages": len(report.passages),
        "warnings": packed(report.warnings),
        "links": packed(report.links),
        "ingested_at": now,
    }


def report_info(row: Any) -> ReportInfo:
    return ReportInfo(
        id=row.id,
        title=row.title,
        publisher=row.publisher,
        year=row.year,
        form=row.form,
        source=row.source,
        content_hash=row.content_hash,
        figures=row.figures,
        passages=row.passages,
        warnings=unpacked(row.warnings),
        ingested_at=row.ingested_at,
        links=unpacked(row.links),
    )


def figure_rows(key: int, report: Report) -> list[dict[str, Any]]:
    publisher = storable(report.publisher)
    paths: dict[tuple[str, ...], str] = {}

    def path(labels: tuple[str, ...]) -> str:
        if labels not in paths:
            paths[labels] = packed(labels)
        return paths[labels]

    rows = []
    for seq, figure in enumerate(report.figures):
        item, dot, aspect = (figure.measure or "").partition(".")
        rows.append(
            {
                "report_key": key,
                "seq": seq,
                "id": storable(figure.id),
                "table_name": storable(figure.table),
                "row_path": path(figure.row),
                "column_path": path(figure.column),
                "raw": storable(figure.raw),
                "value": decimal_text(figure.value),
                "unit": storable(figure.unit),
                "kind": figure.kind.value,
                "place": figure.place.value,
                "item": item or None,
                "aspect": aspect if dot else None,
                "section": path(figure.section),
                "sentence": storable(figure.sentence),
                "clause": storable(figure.clause),
                "period": figure.period,
                "table_key": figure.table_key,
                "position_a": figure.position[0],
                "position_b": figure.position[1],
                "publisher": publisher,
                "year": report.year,
            }
        )
    return rows


# The order in which figure() takes a row.
FIGURE_COLUMNS = (
    "report_key",
    "id",
    "table_name",
    "row_path",
    "column_path",
    "raw",
    "value",
    "unit",
    "kind",
    "place",
    "item",
    "aspect",
    "section",
    "sentence",
    "clause",
    "period",
    "table_key",
    "position_a",
    "position_b",
)


def read_figures(rows: Iterable[Sequence[Any]], ids: Mapping[int, str]) -> list[Figure]:
    """Figures from rows in FIGURE_COLUMNS order; `ids` maps report keys to report ids."""
    return [
        Figure(
            figure_id,
            ids[key],
            table,
            unpacked(row),
            unpacked(column),
            raw,
            None if value is None else Decimal(value),
            unit,
            _KINDS[kind],
            _PLACES[place],
            measure_id(item, aspect),
            unpacked(section),
            sentence,
            clause,
            period,
            table_key,
            (first, second),
        )
        for (
            key,
            figure_id,
            table,
            row,
            column,
            raw,
            value,
            unit,
            kind,
            place,
            item,
            aspect,
            section,
            sentence,
            clause,
            period,
            table_key,
            first,
            second,
        ) in rows
    ]


VALUE_COLUMNS = ("report_key", "id", "value", "unit", "kind")


def read_values(
    rows: Iterable[Sequence[Any]], infos: Mapping[int, ReportInfo], measure: str
) -> list[Value]:
    """Values of one measure from rows in VALUE_COLUMNS order; `infos` by report key."""
    values = []
    for key, figure_id, value, unit, kind in rows:
        info = infos[key]
        exact = None if value is None else Decimal(value)
        values.append(
            Value(info.id, info.publisher, info.year, measure, figure_id, exact, unit, _KINDS[kind])
        )
    return values


@lru_cache(maxsize=4096)
def measure_id(item: str | None, aspect: str | None) -> str | None:
    """ "item.aspect" as the form writes it; None where no form matched."""
    if item is None:
        return None
    return item if aspect is None else f"{item}.{aspect}"


def passage_rows(key: int, report: Report) -> list[dict[str, Any]]:
    return [
        {
            "report_key": key,
            "seq": seq,
            "id": storable(passage.id),
            "order": passage.order,
            "section": packed(passage.section),
            "text": storable(passage.text),
        }
        for seq, passage in enumerate(report.passages)
    ]


PASSAGE_COLUMNS = ("report_key", "id", "order", "section", "text")


def read_passages(rows: Iterable[Sequence[Any]], ids: Mapping[int, str]) -> list[Passage]:
    return [
        Passage(passage_id, ids[key], order, unpacked(section), text)
        for key, passage_id, order, section, text in rows
    ]


def table_rows(key: int, report: Report) -> list[dict[str, Any]]:
    return [
        {
            "report_key": key,
            "seq": seq,
            "key": table.key,
            "name": storable(table.name),
            "title": storable(table.title),
            "unit": storable(table.unit),
            "form": table.form,
            "height": table.height,
            "width": table.width,
            "section": packed(table.section),
            "notes": packed(table.notes),
            "cells": _packed_cells(table.cells),
        }
        for seq, table in enumerate(report.tables)
    ]


def _packed_cells(cells: Iterable[TableCell]) -> str:
    return json.dumps(
        [
            [
                storable(cell.text),
                cell.row,
                cell.column,
                cell.rowspan,
                cell.colspan,
                int(cell.header),
            ]
            for cell in cells
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read_table(row: Any) -> Table:
    cells = tuple(
        TableCell(text, line, column, rowspan, colspan, bool(header))
        for text, line, column, rowspan, colspan, header in json.loads(row.cells)
    )
    return Table(
        key=row.key,
        name=row.name,
        title=row.title,
        unit=row.unit,
        section=unpacked(row.section),
        height=row.height,
        width=row.width,
        cells=cells,
        form=row.form,
        notes=unpacked(row.notes),
    )


def check_rows(key: int, report: Report) -> list[dict[str, Any]]:
    return [
        {
            "report_key": key,
            "seq": seq,
            "rule": storable(check.rule),
            "left": decimal_text(check.left),
            "right": decimal_text(check.right),
            "holds": check.holds,
            "detail": storable(check.detail),
            "figures": packed(check.figures),
        }
        for seq, check in enumerate(report.checks)
    ]


def read_check(row: Any, info: ReportInfo) -> Check:
    return Check(
        rule=row.rule,
        left=None if row.left is None else Decimal(row.left),
        right=None if row.right is None else Decimal(row.right),
        holds=row.holds,
        detail=row.detail,
        report_id=info.id,
        publisher=info.publisher,
        year=info.year,
        figures=unpacked(row.figures),
    )
