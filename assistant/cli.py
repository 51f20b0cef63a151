"""The command line: puts the commands together and turns what goes wrong into exit codes.

Nothing heavy is imported here; a command imports what it needs when it runs.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from assistant.commands import asking, desk, figures, form, sample, settings, storing
from assistant.commands.chinese import HELP_BEGINS, Command, Group, usage_error, usage_of
from assistant.commands.context import DONE, FAILED, INTERRUPTED, USAGE, Globals, note, out

app = typer.Typer(
    name="wenbao",
    cls=Group,
    help="问报：读懂政府信息公开工作年度报告，精确计算，逐格给出出处。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
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
            metavar="文件夹", help="数据目录（也可用 WENBAO_DATA_DIR）；默认是用户数据目录。"
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="文件", help="配置文件 wenbao.toml（也可用 WENBAO_CONFIG）。"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本。")
    ] = False,
) -> None:
    context.obj = Globals(data_dir, config)


class _Command(Command):
    """A command that Ctrl-C ends with one line; one with more to say raises typer.Exit itself."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            note("已中断；已经存好的不受影响。")
            raise typer.Exit(INTERRUPTED) from None


def add(name: str, function: Callable[..., None]) -> None:
    """Make `function` the command `name`."""
    app.command(name, cls=_Command)(function)


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
app.add_typer(desk.app, name="desk")
app.add_typer(form.app, name="form")


def run(program: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run one command line; returns its exit code. An error is one line for a person.

    A closed pipe ends quietly with 1, Ctrl-C with 130.
    """
    from ingest.errors import SettingsError, WenbaoError

    _speak_utf8()
    try:
        code = program(arguments, prog_name="wenbao", standalone_mode=False)
    except TyperException as error:
        return _wrong_usage(error)
    except SystemExit as end:  # how typer ends on a closed pipe
        return end.code if isinstance(end.code, int) else FAILED
    except SettingsError as error:
        note(f"错误：{error}")
        return USAGE
    except WenbaoError as error:
        note(f"错误：{error}")
        return FAILED
    return code if isinstance(code, int) else DONE


def _wrong_usage(error: TyperException) -> int:
    """Say what is wrong with the call, in one line and a hint. Without a message the library has
    shown the help page itself, because nothing was asked."""
    context = getattr(error, "ctx", None)
    text = error.format_message()
    if text.startswith(HELP_BEGINS):
        note(text.rstrip())
    elif text:
        note(f"用法有误：{usage_error(text)}")
        if context is not None:
            note(f"用法：{usage_of(context)}（详见 {context.command_path} --help）")
    return error.exit_code


def _speak_utf8() -> None:
    """JSON is UTF-8 whatever the locale; a file name that is not is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
