"""Text as printed and text as compared: folding, and the normal form labels are matched in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ingest.structure.patterns import patterns

# Characters that take no room: zero-width space and joiners, BOM, soft hyphen, direction marks.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SPACE = re.compile(r"\s+")
_WIDE = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…·"
_SPACE_IN_WIDE = re.compile(rf"(?<=[{_WIDE}]) (?=[{_WIDE}])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_HAN_NUMBER = "一二三四五六七八九十"
# （一） (1) 一、 1. 1、 ① 第一项、 and a bare 三 or 3 set off by a space.
_NUMBERING = re.compile(
    rf"^\s*(?:[(〔\[【]\s*(?:[{_HAN_NUMBER}]{{1,3}}|\d{{1,2}})\s*[)〕\]】]\s*[、.,:]?"
    rf"|[{_HAN_NUMBER}]{{1,3}}\s*[、.,:)]|\d{{1,2}}\s*[、.,:)](?!\d)"
    rf"|[{_HAN_NUMBER}]{{1,3}}\s(?=\S)|\d{{1,2}}\s(?=\D)"
    r"|[①-⑳❶-❿⑴-⒇]\s*[、.]?)"
)
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """`text` with white space folded: none between Chinese characters, one blank elsewhere."""
    visible = _INVISIBLE.sub("", text)
    return _SPACE_IN_WIDE.sub("", _SPACE.sub(" ", visible).strip())


def half_width(text: str) -> str:
    """Full-width ASCII and the ideographic space made half-width; nothing else changes.

    Not NFKC: that would turn ① and ¹ into digits and so footnote marks into numbers.
    """
    return text.translate(_FULL_WIDTH)


@lru_cache(maxsize=8192)
def simplified(text: str) -> str:
    """`text` in simplified characters (OpenCC t2s)."""
    return str(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter():  # type: ignore[no-untyped-def]
    import opencc

    return opencc.OpenCC("t2s")


def without_numbering(text: str) -> str:
    """A heading or label without leading （一）, 1., 三、 and the like (half-width result)."""
    bare = half_width(text).strip()
    for _ in range(2):  # 三、（一）予以公开
        stripped = _NUMBERING.sub("", bare, count=1)
        if not stripped.strip():
            return bare
        bare = stripped
    return bare.strip()


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """What labels are compared in: simplified, no numbering, spaces, punctuation or width."""
    return _bare(without_numbering(_INVISIBLE.sub("", text)))


@lru_cache(maxsize=8192)
def normal_without_remarks(text: str) -> str:
    """`normal`, with everything in parentheses left out: 规章（设区的市填写） is 规章."""
    bare = without_numbering(_INVISIBLE.sub("", text))
    return _bare(_PARENTHESES.sub("", bare))


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKC", simplified(text)).casefold()
    for spelling, usual in patterns()["spellings"].items():
        plain = plain.replace(spelling, usual)
    return "".join(char for char in plain if char.isalnum())
