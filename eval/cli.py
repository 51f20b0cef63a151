"""The console script `wenbao`: the assistant's commands, and those that drive it with files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import add, app, run
from assistant.commands.context import FAILED, INTERRUPTED, note, progress_bar, settings_of
from eval.evaluate_command import evaluate
from ingest.settings import Settings


def batch(
    context: typer.Context,
    questions: Annotated[
        Path, typer.Argument(metavar="问题文件", help="每行一个问题：.jsonl、.csv 或 .xlsx。")
    ],
    target: Annotated[
        Path, typer.Option("--out", metavar="答案文件", help="写到这里：.jsonl、.csv 或 .xlsx。")
    ],
    jobs: Annotated[int, typer.Option(metavar="进程数", min=1, help="同时用几个进程。")] = 1,
    restart: Annotated[
        bool, typer.Option("--restart", help="从头开始，不接着上次中断的地方。")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry-failed", help="只重答答案文件中出错的行。")
    ] = False,
) -> None:
    """批量回答：每个问题一条答案记录，次序不变；同一 session 的行是一次连续对话。"""
    from eval.asking import OpenAssistant
    from eval.batch import retry_failed, run_batch

    settings = settings_of(context)
    opened = OpenAssistant(settings)
    try:
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
    except KeyboardInterrupt:
        note("已中断；再运行同一条命令，就从中断的地方接着回答。")
        raise typer.Exit(INTERRUPTED) from None
    note(f"{target}：{run.total} 个问题，出错 {run.errors} 个。")
    if run.errors:
        raise typer.Exit(FAILED)


def _answering(settings: Settings) -> str:
    """What the answers depend on; a partial file made under other settings is not continued."""
    return "\n".join(f"{name}={value}" for name, value, _ in settings.shown())


add("batch", batch)
add("eval", evaluate)


def main() -> None:
    sys.exit(run(app))
