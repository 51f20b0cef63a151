"""The command line: puts the commands together and turns what goes wrong into exit codes.

Nothing heavy is imported here; a command imports what it needs when it runs.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.commands import asking, figures, sample, settings, storing
from assistant.commands.context import DONE, FAILED, INTERRUPTED, USAGE, Globals, note, out

app = typer.Typer(
    name="wenbao",
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


app.command()(storing.ingest)
app.command("list")(storing.list_reports)
app.command()(storing.remove)
app.command()(figures.figures)
app.command()(figures.check)
app.command()(asking.ask)
app.command()(asking.chat)
app.command()(sample.sample)
app.command()(settings.settings)


def run(program: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run one command line; returns its exit code. What is meant for people is one line."""
    from ingest.errors import SettingsError, WenbaoError

    _speak_utf8()
    try:
        result: Any = program(arguments, standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except SettingsError as error:
        note(f"错误:{error}")
        return USAGE
    except WenbaoError as error:
        note(f"错误:{error}")
        return FAILED
    except BrokenPipeError:
        return _pipe_closed()
    except KeyboardInterrupt:
        note("已中断;已完成的都已存好。")
        return INTERRUPTED
    return result if isinstance(result, int) else DONE


def _speak_utf8() -> None:
    """JSON is UTF-8 whatever the locale; a file name that is not is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _pipe_closed() -> int:
    """The reader (`head`) has enough; keep the interpreter from complaining when it flushes."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return DONE
