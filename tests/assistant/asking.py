"""What the tests of asking share: a reader of shown formulas, and made-up national reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from ingest.figure import Figure, Kind, Report, Table, TableCell

DIGITS = re.compile(r"\d+(?:\.\d+)?")
_SIGNS = re.compile(r"\s*(\d+(?:\.\d+)?%?|[()+\-−×÷])")
_EMPTY = {"": Kind.BLANK, "/": Kind.NOT_APPLICABLE, "—": Kind.NOT_APPLICABLE}


def evaluate(shown: str) -> Fraction:
    """The value of a shown formula by the ordinary rules; "× 100%" is a factor of 100, because a
    value in per cent is given as the number before the sign."""
    signs = _SIGNS.findall(shown)
    assert "".join(signs) == re.sub(r"\s", "", shown), f"cannot be read: {shown}"
    value, rest = _sum(signs)
    assert not rest, f"left over in {shown}: {rest}"
    return value


def _sum(signs: list[str]) -> tuple[Fraction, list[str]]:
    value, rest = _product(signs)
    while rest and rest[0] in "+-−":
        right, after = _product(rest[1:])
        value, rest = (value + right if rest[0] == "+" else value - right), after
    return value, rest


def _product(signs: list[str]) -> tuple[Fraction, list[str]]:
    value, rest = _factor(signs)
    while rest and rest[0] in "×÷":
        right, after = _factor(rest[1:])
        value, rest = (value * right if rest[0] == "×" else value / right), after
    return value, rest


def _factor(signs: list[str]) -> tuple[Fraction, list[str]]:
    first, rest = signs[0], signs[1:]
    if first in "-−":
        value, rest = _factor(rest)
        return -value, rest
    if first == "(":
        value, rest = _sum(rest)
        assert rest[0] == ")", "a bracket is not closed"
        return value, rest[1:]
    return Fraction(first.removesuffix("%")), rest


def figure(
    raw: str,
    measure: str = "new.total",
    *,
    report_id: str = "r1",
    unit: str = "件",
    at: int = 0,
    copy: int = 0,
) -> Figure:
    """A table cell with `raw` in it; what is no number is blank, not applicable or text."""
    number = DIGITS.fullmatch(raw.lstrip("-"))
    kind = _EMPTY.get(raw, Kind.TEXT)
    if number:
        kind = Kind.ZERO if Decimal(raw) == 0 else Kind.NUMBER
    return Figure(
        id=f"{report_id}:{measure}:{copy}",
        report_id=report_id,
        table="三",
        row=(measure.split(".")[0],),
        column=(measure.split(".")[1],),
        raw=raw,
        value=Decimal(raw) if number else None,
        unit=unit,
        kind=kind,
        measure=measure,
        section=("三、收到和处理政府信息公开申请情况",),
        table_key="t1",
        position=(at, 1 + copy),
    )


def national(
    publisher: str,
    year: int,
    cells: Mapping[str, str | tuple[str, ...]],
    *,
    units: Mapping[str, str] | None = None,
    source: str = "",
) -> Report:
    """A report with the given cells, measure → raw text; several texts are several cells that
    the form takes for the same measure."""
    id_ = f"{publisher}-{year}"
    figures = [
        figure(raw, measure, report_id=id_, unit=(units or {}).get(measure, "件"), at=at, copy=copy)
        for at, (measure, raws) in enumerate(cells.items())
        for copy, raw in enumerate((raws,) if isinstance(raws, str) else raws)
    ]
    shown = tuple(TableCell(one.raw, *one.position) for one in figures)
    return Report(
        id=id_,
        title=f"{publisher}{year}年政府信息公开工作年度报告",
        publisher=publisher,
        year=year,
        form="zfxxgk-2021",
        source=source or f"{publisher}{year}.html",
        content_hash=id_,
        figures=tuple(figures),
        tables=(Table("t1", "三", "收到和处理", "件", ("三、",), len(figures), 3, shown),),
    )
