"""wenbao sample: the reports that come with the program, to try it at once."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import typer

from assistant.commands.context import FAILED, note, out, settings_of

if TYPE_CHECKING:
    from ingest.settings import Settings

_SUFFIXES = (".html", ".htm", ".txt", ".md", ".docx", ".xlsx", ".pdf", ".csv")


def sample(context: typer.Context) -> None:
    """存入自带的示例报告（海淀区 2024 年的公开数据，和虚构的示例区若干年）。"""
    if load_sample(settings_of(context)):
        raise typer.Exit(FAILED)


def load_sample(settings: Settings) -> int:
    """Store the bundled reports; says what was stored, returns how many failed."""
    from ingest import pipeline

    failed = 0
    with as_file(files("ingest") / "sample") as folder:
        paths = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES)
        for row in pipeline.ingest(settings, paths):
            if row.status == "failed":
                failed += 1
                note(f"示例报告 {row.source}：{row.error}")
            else:
                out(f"{row.publisher} {row.year}：{row.figures} 个数据")
    return failed
