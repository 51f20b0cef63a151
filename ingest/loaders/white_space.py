"""White space as printed text needs it: folded, but never a digit moved or a character changed."""

from __future__ import annotations

import re

# Characters that print as nothing: soft hyphen, zero-width, direction marks, BOM, controls.
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    "\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]"
)
# Ideographs and the punctuation written without spaces around it.
CJK = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003ffff“”‘’…—·"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{CJK}])\s*[\n\r\x0b\x0c\x85\u2028\u2029]\s*(?=[{CJK}])")
_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """One line: invisible characters out, runs of white space to one space.

    A line break between two Chinese characters is layout and goes; any other becomes a space, so
    that two numbers never grow together.
    """
    if text.isascii() and text.isalnum():
        return text
    text = _INVISIBLE.sub("", text).strip()
    if "\n" in text or "\r" in text:
        text = _BREAK_IN_CHINESE.sub("", text)
    return _SPACE.sub(" ", text)
