"""Flat gold: the `expect` of a gold row as columns of a sheet.

One cell holds several entries with `;` (or ；) between them, alternatives with `|` between them,
parts that are all needed with `&` between them: `行政执法案卷;84|八十四;公开&占比`.
"""

from __future__ import annotations

import re
from typing import Any

PREFIX = "expect."
_ENTRIES = re.compile(r"[;；\n]")
_ALTERNATIVES = re.compile(r"[|｜]")
_PARTS = re.compile(r"[&＆]")
NESTED = ("contains", "not_contains")
LISTED = ("status", "value_any", "cites")


def unflatten(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its `expect.*` columns gathered into `expect`; other rows as they are."""
    if "expect" in row or not any(name.startswith(PREFIX) for name in row):
        return row
    plain = {name: value for name, value in row.items() if not name.startswith(PREFIX)}
    expect = {
        name.removeprefix(PREFIX): _value(name.removeprefix(PREFIX), str(value))
        for name, value in row.items()
        if name.startswith(PREFIX)
    }
    return {**plain, "expect": expect}


def _value(name: str, text: str) -> Any:
    if name in NESTED:
        return nested(text)
    if name in LISTED:
        return split(_ENTRIES, text)
    return text


def nested(text: str) -> list[Any]:
    """`a;b|c&d` as ["a", ["b", ["c", "d"]]]."""
    entries: list[Any] = []
    for entry in split(_ENTRIES, text):
        alternatives = [_parts(alternative) for alternative in split(_ALTERNATIVES, entry)]
        entries.append(alternatives if len(alternatives) > 1 else _single(alternatives[0]))
    return entries


def _single(alternative: Any) -> Any:
    return [alternative] if isinstance(alternative, list) else alternative


def _parts(text: str) -> Any:
    parts = split(_PARTS, text)
    return parts if len(parts) > 1 else parts[0]


def split(pattern: re.Pattern[str], text: str) -> list[str]:
    return [part.strip() for part in pattern.split(text) if part.strip()]
