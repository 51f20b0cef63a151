"""Help pages and usage errors with Chinese headings, whatever the locale says."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption

_WORDS = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "ERRORS_PANEL_TITLE": "用法有误",
    "REQUIRED_LONG_STRING": "[必填]",
    "DEFAULT_STRING": "[默认:{}]",
    "RICH_HELP": "用 [blue]'{command_path} {help_option}'[/] 查看用法。",
}


@lru_cache(maxsize=1)
def speak_chinese() -> None:
    """Set the headings of typer's help; rich is imported only where help is really shown."""
    from typer import rich_utils

    for name, word in _WORDS.items():
        setattr(rich_utils, name, word)


def _translated(option: Any) -> Any:
    if isinstance(option, TyperOption):
        option.help = "显示帮助。"
    return option


class Command(TyperCommand):
    def get_help_option(self, ctx: Any) -> Any:
        return _translated(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        speak_chinese()
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    def get_help_option(self, ctx: Any) -> Any:
        return _translated(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        speak_chinese()
        super().format_help(ctx, formatter)
