"""The console script `wenbao`: the assistant's commands, and those that drive it with files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import app, run
from assistant.commands.context import FAILED, USAGE, note, progress_bar, settings_of
from ingest.settings import Settings


def batch(
    context: typer.Context,
    questions: Annotated[
        Path, typer.Argument(metavar="问题文件", help="每行一个问题:.jsonl、.csv 或 .xlsx。")
    ],
    target: Annotated[
        Path, typer.Option("--out", metavar="答案文件", help="写到这里:.jsonl、.csv 或 .xlsx。")
    ],
    jobs: Annotated[int, typer.Option(metavar="进程数", min=1, help="同时用几个进程。")] = 1,
    restart: Annotated[
        bool, typer.Option("--restart", help="从头开始,不接着上次中断的地方。")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry-failed", help="只重答答案文件中出错的行。")
    ] = False,
) -> None:
    """批量回答:每个问题一条答案记录,次序不变;同一 session 的行是一次连续对话。"""
    from eval.asking import OpenAssistant
    from eval.batch import retry_failed, run_batch

    settings = settings_of(context)
    opened = OpenAssistant(settings)
    with progress_bar("回答") as on_progress:
        if retry:
            run = retry_failed(questions, target, opened, jobs=jobs, on_progress=on_progress)
        else:
            run = run_batch(
                questions,
                target,
                opened,
                jobs=jobs,
                restart=restart,
                context=_answering(settings),
                on_progress=on_progress,
            )
    note(f"{target}:{run.total} 个问题,出错 {run.errors} 个。")
    if run.errors:
        raise typer.Exit(FAILED)


def _answering(settings: Settings) -> str:
    """What the answers depend on; a partial file made under other settings is not continued."""
    return "\n".join(f"{name}={value}" for name, value, _ in settings.shown())


def evaluate(
    context: typer.Context,
    target: Annotated[Path, typer.Option("--out", metavar="文件夹", help="报告写到这个文件夹。")],
    gold: Annotated[
        Path | None, typer.Argument(metavar="标准答案", help="带 expect 的问题文件。")
    ] = None,
    tableqa: Annotated[
        Path | None, typer.Option(metavar="文件", help="表格问答格式的问题文件。")
    ] = None,
) -> None:
    """评测:回答标准问题并打分,写出 report.json 和 report.html;低于下限时退出码 100。"""
    if (gold is None) == (tableqa is None):
        note("须给出标准答案文件,或者 --tableqa 文件,二者取一。")
        raise typer.Exit(USAGE)
    from eval.run import evaluate_file, evaluate_tableqa

    settings = settings_of(context)
    with progress_bar("评测") as on_progress:
        if tableqa is not None:
            code = evaluate_tableqa(settings, tableqa, target, on_progress=on_progress)
        else:
            assert gold is not None
            code = evaluate_file(settings, gold, target, on_progress=on_progress)
    raise typer.Exit(code)


app.command()(batch)
app.command("eval")(evaluate)


def main() -> None:
    sys.exit(run(app))
