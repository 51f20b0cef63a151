"""Help pages and usage errors in Chinese, whatever the locale says.

The pages are written here and not by typer's own formatter, which breaks lines at spaces only
and cuts a Chinese sentence that is wider than its column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

_ERRORS = Path(__file__).with_name("usage.yaml")
_GAP = 2
HELP_BEGINS = "用法："
Line = tuple[str, str]  # what is typed, what it means


def usage_error(text: str) -> str:
    """The library's message about a wrong call, in Chinese where usage.yaml knows it."""
    from ingest.form import read_yaml

    for pattern, words in read_yaml(_ERRORS):
        if found := re.search(pattern, text):
            return str(words).format(*(group.replace("'", "") for group in found.groups()))
    return text


class _Chinese:
    """The part of the help page that commands and the group share."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if isinstance(option, TyperOption):
            option.help = "显示帮助。"
        return option

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write(f"{HELP_BEGINS}{usage_of(ctx)}\n")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        command = ctx.command
        self.format_usage(ctx, formatter)
        formatter.write(f"\n{_plain(command.help)}\n")
        options = [option for option in _options(ctx) if not option.hidden]
        _section(formatter, "参数", map(_argument_line, _arguments(ctx)))
        _section(formatter, "命令", _command_lines(ctx))
        _section(formatter, "选项", map(_option_line, options))


class Command(_Chinese, TyperCommand):
    pass


class Group(_Chinese, TyperGroup):
    pass


def usage_of(ctx: Any) -> str:
    """ "wenbao batch [选项] 问题文件" """
    words = [ctx.command_path, "[选项]"]
    words += [
        _shown(argument) if argument.required else f"[{_shown(argument)}]"
        for argument in _arguments(ctx)
    ]
    return " ".join([*words, "命令 …"] if _names(ctx) else words)


def _arguments(ctx: Any) -> list[TyperArgument]:
    return [one for one in ctx.command.get_params(ctx) if isinstance(one, TyperArgument)]


def _options(ctx: Any) -> list[TyperOption]:
    return [one for one in ctx.command.get_params(ctx) if isinstance(one, TyperOption)]


def _names(ctx: Any) -> list[str]:
    return ctx.command.list_commands(ctx) if isinstance(ctx.command, TyperGroup) else []


def _shown(argument: TyperArgument) -> str:
    return f"{argument.metavar or argument.name}{' …' if argument.nargs != 1 else ''}"


def _argument_line(argument: TyperArgument) -> Line:
    return _shown(argument), argument.help or ""


def _option_line(option: TyperOption) -> Line:
    typed = "、".join(sorted(option.opts, key=len))
    if not option.is_flag and option.metavar:
        typed += f" {option.metavar}"
    words = option.help or ""
    if option.required:
        words += "必填。"
    elif option.default not in (None, "") and not option.is_flag and not callable(option.default):
        words += f"默认 {option.default}。"
    return typed, words


def _command_lines(ctx: Any) -> list[Line]:
    commands = ((name, ctx.command.get_command(ctx, name)) for name in _names(ctx))
    return [(name, _plain(command.help).splitlines()[0]) for name, command in commands]


def _section(formatter: Any, title: str, lines: Iterable[Line]) -> None:
    lines = list(lines)
    if not lines:
        return
    column = max(_width(typed) for typed, _ in lines) + _GAP
    formatter.write(f"\n{title}\n")
    for typed, words in lines:
        formatter.write(f"  {typed}{' ' * (column - _width(typed))}{words}\n")


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _plain(text: str | None) -> str:
    return "\n".join(line.strip() for line in (text or "").strip().splitlines())
