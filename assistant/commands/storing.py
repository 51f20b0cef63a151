"""wenbao ingest, list, remove: what is in the library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.context import (
    FAILED,
    INTERRUPTED,
    note,
    out,
    out_json,
    out_table,
    progress_bar,
    settings_of,
)

if TYPE_CHECKING:
    from ingest.pipeline import IngestRow
    from ingest.settings import Settings
    from ingest.store.rows import ReportInfo

_STATUS = {"stored": "已存入", "unchanged": "未变", "replaced": "已替换", "failed": "失败"}

AsJson = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象。")]


def ingest(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="路径或网址",
            help="文件或文件夹（.html .htm .txt .md .docx .pdf .xlsx .csv），或 http(s) 网址。",
        ),
    ],
    publisher: Annotated[
        str | None, typer.Option(metavar="名称", help="发布单位；代替报告中识别出的。")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(metavar="年份", min=1990, max=2100, help="报告年度；代替报告中识别出的。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """读入年度报告：逐个文件解析、校验、存入，每个文件输出一行结果。

    内容没有变化的文件会跳过；同一单位同一年度的新版本会替换旧版本。
    某个文件失败不影响其余文件，但退出码为 1。
    """
    statuses = _ingest(settings_of(context), sources, publisher, year, as_json)
    if "failed" in statuses:
        raise typer.Exit(FAILED)


def _ingest(
    settings: Settings,
    sources: list[str],
    publisher: str | None,
    year: int | None,
    as_json: bool,
) -> list[str]:
    from ingest import pipeline

    statuses: list[str] = []
    try:
        with progress_bar("读入") as on_progress:
            rows = pipeline.ingest(
                settings, sources, publisher=publisher, year=year, on_progress=on_progress
            )
            for row in rows:
                statuses.append(row.status)
                _show(row, as_json)
    except KeyboardInterrupt:
        note(f"已中断：列出的 {len(statuses)} 个都已存好，其余的没有存入；再运行一次即可继续。")
        raise typer.Exit(INTERRUPTED) from None
    _summary(statuses)
    if not statuses:
        note("没有找到可读入的文件。")
        return ["failed"]
    return statuses


def _show(row: IngestRow, as_json: bool) -> None:
    if as_json:
        out_json(row.record())
        return
    if row.status == "failed":
        out(f"{_STATUS[row.status]}\t{row.source}\t{row.error}")
        return
    name = f"{row.publisher or '单位不明'} {row.year or '年度不明'}"
    size = f"{row.figures} 个数据 {row.passages} 段文字"
    out(f"{_STATUS[row.status]}\t{row.source}\t{row.report_id}\t{name}\t{size}")
    for warning in row.warnings:
        note(f"  注意 {Path(row.source).name}：{warning}")


def _summary(statuses: list[str]) -> None:
    counts = [f"{name} {statuses.count(key)}" for key, name in _STATUS.items() if key in statuses]
    if counts:
        note(f"共 {len(statuses)} 个文件：" + "，".join(counts))


def list_reports(context: typer.Context, as_json: AsJson = False) -> None:
    """列出已存入的报告。"""
    from ingest.store.library import Library

    with Library.open(settings_of(context)) as library:
        reports = library.reports()
    if as_json:
        for info in reports:
            out_json(info.record())
        return
    if not reports:
        note("还没有存入任何报告；先运行 wenbao ingest 文件或文件夹。")
        return
    names = ("id", "publisher", "year", "title", "figures", "passages", "source")
    out_table(
        ("编号", "单位", "年度", "标题", "数据", "文字", "来源"),
        ([getattr(info, name) for name in names] for info in reports),
    )


def remove(
    context: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(metavar="编号或文件名", help="wenbao list 第一列的编号，或来源的文件名。"),
    ],
) -> None:
    """删除报告，连同它的数据、文字和向量。"""
    from ingest import pipeline
    from ingest.store.library import Library

    settings = settings_of(context)
    with Library.open(settings) as library:
        reports = library.reports()
    meant = {name: _meant(name, reports) for name in names}
    chosen = [ids[0] for ids in meant.values() if len(ids) == 1]
    there = pipeline.remove(settings, list(dict.fromkeys(chosen))) if chosen else []
    for report_id in there:
        out(f"已删除\t{report_id}")
    unclear = [name for name, ids in meant.items() if len(ids) != 1]
    for name in unclear:
        note(_unclear(name, meant[name]))
    if unclear:
        raise typer.Exit(FAILED)


def _meant(name: str, reports: Sequence[ReportInfo]) -> list[str]:
    """Ids of the reports that `name` may mean: an id, else a source or its file name."""
    if any(info.id == name for info in reports):
        return [name]
    return [info.id for info in reports if name in (info.source, Path(info.source).name)]


def _unclear(name: str, ids: Sequence[str]) -> str:
    if ids:
        return f"{name} 可指 {len(ids)} 份报告，未删除；请用编号：{'、'.join(ids)}"
    return f"没有编号或文件名为 {name} 的报告；用 wenbao list 查看。"
