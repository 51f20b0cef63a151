"""The command line: puts the commands together and turns what goes wrong into exit codes.

Nothing heavy is imported here; a command imports what it needs when it runs.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands import asking, figures, sample, settings, storing
from assistant.commands.chinese import Command, Group
from assistant.commands.context import DONE, FAILED, USAGE, Globals, note, out

app = typer.Typer(
    name="wenbao",
    cls=Group,
    help="问报:读懂政府信息公开工作年度报告,精确计算,逐格给出出处。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        out(f"wenbao {version('wenbao')}")
        raise typer.Exit


@app.callback()
def _globals(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="文件夹", help="数据目录(也可用 WENBAO_DATA_DIR);默认是用户数据目录。"
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="文件", help="配置文件 wenbao.toml(也可用 WENBAO_CONFIG)。"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本。")
    ] = False,
) -> None:
    context.obj = Globals(data_dir, config)


def add(name: str, function: Callable[..., None]) -> None:
    """Make `function` the command `name`."""
    app.command(name, cls=Command)(function)


for _name, _function in (
    ("ingest", storing.ingest),
    ("list", storing.list_reports),
    ("remove", storing.remove),
    ("figures", figures.figures),
    ("check", figures.check),
    ("ask", asking.ask),
    ("chat", asking.chat),
    ("sample", sample.sample),
    ("settings", settings.settings),
):
    add(_name, _function)


def run(program: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run one command line; returns its exit code. An error is one line for a person.

    Typer itself ends quietly on a closed pipe (exit code 1) and on Ctrl-C (130).
    """
    from ingest.errors import SettingsError, WenbaoError

    _speak_utf8()
    try:
        program(arguments, prog_name="wenbao")
    except SystemExit as end:  # how typer ends, whatever the outcome
        return end.code if isinstance(end.code, int) else FAILED
    except SettingsError as error:
        note(f"错误:{error}")
        return USAGE
    except WenbaoError as error:
        note(f"错误:{error}")
        return FAILED
    return DONE


def _speak_utf8() -> None:
    """JSON is UTF-8 whatever the locale; a file name that is not is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
