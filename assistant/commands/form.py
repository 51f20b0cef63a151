"""wenbao form draft: a form file proposed from a few reports of one kind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.chinese import Group
from assistant.commands.context import USAGE, note, out

app = typer.Typer(cls=Group, help="表式：由几份同类报告起草一个表式文件，供人核对修改。")


@app.callback()
def form() -> None:
    """表式：由几份同类报告起草一个表式文件，供人核对修改。"""


@app.command("draft")
def draft(
    files: Annotated[
        list[Path], typer.Argument(metavar="文件...", help="同一种报告，两份以上为好。")
    ],
    target: Annotated[
        Path | None, typer.Option("--out", metavar="文件", help="写到这个文件；不写则输出到屏幕。")
    ] = None,
    form_id: Annotated[str, typer.Option("--id", metavar="标识", help="表式的标识。")] = "draft",
    name: Annotated[str, typer.Option("--name", metavar="名称", help="表式的名称。")] = "",
) -> None:
    """起草表式：读几份同类报告，写出共同的表、行、列及其标识（YAML）。"""
    from ingest.loaders.load import load
    from ingest.structure.draft import draft_form

    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        note(f"没有这个文件：{'、'.join(missing)}")
        raise typer.Exit(USAGE)
    documents = [load(str(path)) for path in files]
    text = draft_form(documents, form_id=form_id, name=name or files[0].stem)
    if target is None:
        out(text)
        return
    target.write_text(text, encoding="utf-8")
    note(f"{target}：由 {len(documents)} 份报告起草，请核对后使用。")
