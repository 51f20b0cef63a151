"""wenbao settings: what is in force, and where it came from."""

from __future__ import annotations

import typer

from assistant.commands.context import out_json, out_table, settings_of
from assistant.commands.storing import AsJson


def settings(context: typer.Context, as_json: AsJson = False) -> None:
    """显示当前生效的设置及其来源；密钥不显示。"""
    from ingest.settings import ORIGIN_NAMES

    shown = settings_of(context).shown()
    if as_json:
        for name, value, origin in shown:
            out_json({"name": name, "value": value, "origin": origin})
        return
    out_table(
        ("设置", "值", "来源"),
        ((name, value, ORIGIN_NAMES[origin]) for name, value, origin in shown),
    )
