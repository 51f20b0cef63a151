"""wenbao figures, check: what the reports say, and whether it adds up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.context import USAGE, note, out_json, out_table, settings_of
from assistant.commands.storing import AsJson

if TYPE_CHECKING:
    from ingest.figure import Check
    from ingest.store.library import Library
    from ingest.store.rows import ReportInfo

Publisher = Annotated[
    str | None, typer.Option(metavar="名称", help="只要这个单位的（全称，或其中一部分）。")
]
Year = Annotated[int | None, typer.Option(metavar="年份", help="只要这个年度的。")]


def figures(
    context: typer.Context,
    target: Annotated[
        Path, typer.Option("--out", metavar="文件", help="写到这个文件：.jsonl、.csv 或 .xlsx。")
    ],
    publisher: Publisher = None,
    year: Year = None,
) -> None:
    """导出全部数据，一行一个：所在报告、表、行列标签、原文、精确值、单位。"""
    from assistant.commands.export import SUFFIXES, figure_rows, write_rows
    from ingest.store.library import Library

    if target.suffix.lower() not in SUFFIXES:
        note(f"{target}：后缀须是 {'、'.join(SUFFIXES)} 之一。")
        raise typer.Exit(USAGE)
    with Library.open(settings_of(context)) as library:
        infos = _chosen(library, publisher, year)
        count = write_rows(target, figure_rows(library, infos))
    note(f"{target}：{len(infos)} 份报告，{count} 个数据。")


def check(
    context: typer.Context,
    publisher: Publisher = None,
    year: Year = None,
    as_json: AsJson = False,
) -> None:
    """勾稽：每份报告内的等式，以及同一单位相邻两年的衔接。"""
    from ingest.store.library import Library

    with Library.open(settings_of(context)) as library:
        rows = [_record(entry) for entry in _checks(library, publisher, year)]
    if as_json:
        for row in rows:
            out_json(row)
        return
    verdicts = {True: "相符", False: "不符", None: "无法判断"}
    names = ("publisher", "year", "rule", "left", "right", "detail")
    out_table(
        ("单位", "年度", "等式", "左", "右", "说明", "结果"),
        ((*(row[name] for name in names), verdicts[row["holds"]]) for row in rows),
    )
    failed = sum(row["holds"] is False for row in rows)
    note(f"共 {len(rows)} 项，不符 {failed} 项。")


def _chosen(library: Library, publisher: str | None, year: int | None) -> list[ReportInfo]:
    """By the publisher's full name, or by a part of it where no one is called just that."""
    infos = [info for info in library.reports() if year in (None, info.year)]
    if publisher is None:
        return infos
    exact = [info for info in infos if info.publisher == publisher]
    return exact or [info for info in infos if publisher in info.publisher]


def _checks(library: Library, publisher: str | None, year: int | None) -> list[Check]:
    from ingest.carries import carried_checks

    infos = _chosen(library, publisher, year)
    within = library.checks([info.id for info in infos])
    names = sorted({info.publisher for info in infos})
    across = [
        entry for name in names for entry in carried_checks(library, publisher=name, year=year)
    ]
    return within + across


def _record(entry: Check) -> dict[str, Any]:
    return {
        "publisher": entry.publisher,
        "year": entry.year,
        "rule": entry.rule,
        "left": None if entry.left is None else format(entry.left, "f"),
        "right": None if entry.right is None else format(entry.right, "f"),
        "holds": entry.holds,
        "detail": entry.detail,
        "report_id": entry.report_id,
    }
