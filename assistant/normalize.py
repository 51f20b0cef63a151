"""Level a question before matching: width, script, case, white space and punctuation.

The same question with other punctuation, in full or half width, in traditional characters or
with spaces between words becomes the same string, so that it gets the same figure.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

_DASHES = re.compile(r"[—–―−‐‑~～∼〜]+")
# Between names a minus sign is a word; between numbers it is a dash.
_MINUS = re.compile(r"(?<=[\u4e00-\u9fff)])(?:\s*−\s*|\s+-\s+)(?=[\u4e00-\u9fff(])")
_NUMERALS = "〇零一二三四五六七八九十"
_RANGE = re.compile(rf"(?<=[\d{_NUMERALS}])(年?)\s*-+\s*(?=[\d{_NUMERALS}])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PUNCTUATION = re.compile(r"(?<!\d)\.|\.(?!\d)|[^\w.%+]|_")
_LOOSE_SPACE = re.compile(r"(?<![0-9a-z.%])\s+|\s+(?![0-9a-z])")
# Pinyin typed with its tone marks is read without them, ü as v.
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü", "aaaaeeeeiiiioooouuuuvvvvv")


@lru_cache(maxsize=1)
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional characters to simplified; text without any is returned as it is."""
    if text.isascii():
        return text
    return str(_simplifier().convert(text))


@lru_cache(maxsize=4096)
def normalize(text: str) -> str:
    """The matching form of `text`: NFKC, simplified, lower case, no punctuation or loose spaces.

    Tone marks on Latin letters go. A space stays only between two Latin words or numbers; a dash
    between numbers becomes 到.
    """
    text = unicodedata.normalize("NFKC", text)
    text = simplify(text).lower().translate(_TONES)
    text = _MINUS.sub("减", text.replace("÷", "除以"))
    text = _THOUSANDS.sub("", _DASHES.sub("-", text))
    text = _RANGE.sub(r"\1到", text)
    text = _PUNCTUATION.sub(" ", text)
    return _LOOSE_SPACE.sub("", re.sub(r"\s+", " ", text)).strip()
