"""Safe cells: text that a spreadsheet program must show, never run.

A cell that begins with = + - @ or a tab is a formula to Excel when a .csv is opened. Plain
negative numbers stay as they are.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from eval.quantity import decimal

RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
CELL_LIMIT = 32_000
# Control characters that XML 1.0 cannot hold.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe_text(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would run it."""
    text = UNPRINTABLE.sub("", text)
    if text.startswith(RISKY) and decimal(text) is None:
        return f"'{text}"
    return text


def sheet_text(text: str) -> str:
    """`text` as a cell of a workbook can hold it (written as a string, so nothing runs)."""
    text = UNPRINTABLE.sub("", text)
    return text if len(text) <= CELL_LIMIT else f"{text[: CELL_LIMIT - 1]}…"


def link(source: str | None) -> str | None:
    """A source as something to click: a web address, or the address of a file that exists.

    A relative path counts from the current folder, as it did when the report was stored.
    """
    if not source:
        return None
    if urlsplit(source).scheme in ("http", "https"):
        return source if len(source) <= 2000 else None
    try:
        path = Path(source).resolve()
        return path.as_uri() if path.is_file() else None
    except (OSError, ValueError):  # too long for a path, or a NUL in it
        return None
