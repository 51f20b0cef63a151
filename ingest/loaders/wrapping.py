"""Lines cut by a margin → the text that they were: no digit torn off, no paragraph swallowed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ingest.loaders.white_space import CJK, fold

_JOINED = re.compile(rf"[{CJK}0-9]")
_NUMBERED = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.．是]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[.．、](?!\d)|[①-⑳])"
)
_SENTENCE_END = "。！？；：!?;:"
# Text is hard-wrapped if several lines end within this of the longest, which is no longer than
# a page is wide; both in columns, an ideograph counting two.
_SLACK = 3
_PAGE_WIDTH = 160
_MIN_WIDTH = 30
_MIN_FULL_LINES = 3


def join_wrapped(parts: Sequence[str]) -> str:
    """Lines of one wrapped text: no space where a Chinese character or a digit is cut."""
    text = ""
    for part in parts:
        if text and part and not (_JOINED.match(text[-1]) and _JOINED.match(part[0])):
            text += " "
        text += part
    return fold(text)


def is_numbered(text: str) -> bool:
    """Whether a text begins with a number of an outline: 一、 (二) 3."""
    return bool(_NUMBERED.match(text))


def unwrap(lines: Sequence[str]) -> Iterator[str]:
    """Paragraphs of plain text; lines are joined only where the text is plainly hard-wrapped."""
    widths = [_width(line.rstrip()) for line in lines]
    margin = max(widths, default=0)
    longest = max((len(line.rstrip()) for line in lines), default=0)
    full = [
        width >= margin - _SLACK or len(line.rstrip()) >= longest - 1
        for line, width in zip(lines, widths, strict=True)
    ]
    if not _MIN_WIDTH <= margin <= _PAGE_WIDTH or sum(full) < _MIN_FULL_LINES:
        yield from (fold(line) for line in lines if line.strip())
        return
    parts: list[str] = []
    for index, line in enumerate(lines):
        if parts and not (full[index - 1] and _goes_on(lines[index - 1], line)):
            yield join_wrapped(parts)
            parts = []
        if line.strip():
            parts.append(fold(line))
    if parts:
        yield join_wrapped(parts)


def _goes_on(line: str, following: str) -> bool:
    return (
        bool(following.strip())
        and line.rstrip()[-1] not in _SENTENCE_END
        and not following[0].isspace()
        and not is_numbered(following)
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
