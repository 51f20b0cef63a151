"""Text as the ranker compares it: folded, letters and digits only."""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache
from itertools import pairwise

_BREAK = re.compile(r"[,;?!。:]")
_KEPT_LENGTH = 400  # a cell longer than this is prose: what comes later names nothing


def plain(text: str) -> str:
    """Full width folded, lower case, no punctuation and no white space; at most 400 characters."""
    folded = unicodedata.normalize("NFKC", text[: 2 * _KEPT_LENGTH]).casefold()
    return "".join(character for character in folded if character.isalnum())[:_KEPT_LENGTH]


def clauses(question: str) -> tuple[str, list[int]]:
    """The plain question, and for each of its characters the number of the clause it is in."""
    text = ""
    numbers: list[int] = []
    for clause in _BREAK.split(unicodedata.normalize("NFKC", question)):
        bare = plain(clause)
        if bare:
            numbers += [numbers[-1] + 1 if numbers else 0] * len(bare)
            text += bare
    return text, numbers


def grams(text: str) -> list[str]:
    """Pairs of neighbouring characters, each once, in order; a single character is its own."""
    if len(text) < 2:
        return [text] if text else []
    return list(dict.fromkeys(map("".join, pairwise(text))))


@lru_cache(maxsize=65536)
def code(text: str) -> int:
    """The same number for the same text in every process (Python's hash is salted)."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))
