"""wenbao ask, chat: questions in the terminal and in the web chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.context import FAILED, note, out, out_json, settings_of
from assistant.commands.storing import AsJson

if TYPE_CHECKING:
    from assistant.answer import Answer


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="问题", help="用平常的话提问。")],
    source: Annotated[
        str | None,
        typer.Option(metavar="文件名或编号", help="只在这份报告里找。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """回答一个问题，给出算式和出处。"""
    from assistant.assistant import Assistant

    assistant = Assistant.open(settings_of(context))
    answer = assistant.ask(question, source=source)
    if as_json:
        out_json(answer.record())
    else:
        _show(answer)
    if answer.status == "error":
        raise typer.Exit(FAILED)


def _show(answer: Answer) -> None:
    out(answer.text)
    if answer.formula and answer.formula not in answer.text:
        out(f"算式：{answer.formula}")
    for citation in answer.citations:
        where = " ".join((*citation.row, *citation.column)) or citation.section
        out(f"出处：《{citation.report}》{where}：{citation.quote}")
    for warning in answer.warnings:
        note(f"注意：{warning}")


def chat(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="地址", help="监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="端口", min=0, max=65535, help="监听端口。")] = 7860,
    sample: Annotated[
        bool, typer.Option("--sample", help="还没有报告时，先存入自带的示例报告。")
    ] = False,
) -> None:
    """打开网页问答（按 Ctrl-C 结束）。"""
    from assistant.commands.sample import load_sample
    from ingest.store.library import Library

    settings = settings_of(context)
    if sample:
        with Library.open(settings) as library:
            empty = not library.reports()
        if empty:
            note("首次使用：正在存入示例报告…")
            load_sample(settings)
    from assistant.web.serve import serve

    serve(settings, host=host, port=port)
