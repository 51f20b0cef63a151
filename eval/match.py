"""Match: whether an answer's text, items and citations hold what a gold row names.

Text is compared as people see it: full width as half width, letter case aside, white space aside
(kept between two letters or digits, so that two numbers never become one), thousands separators
taken out of numbers. A number named in gold is a whole number: `33` is not in `3,391` or `33.5`;
a decimal may go on with further decimals (`7.8` is in `7.80%`), as printed digits that agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

Alternative = str | Sequence[str]

_THOUSANDS = re.compile(r"(?<![\d.])(?<!\d,)\d{1,3}(?:,\d{3})+(?!\d|,\d)")
_SPACE = re.compile(r"(?<![0-9a-z])\s+|\s+(?![0-9a-z])")
_RUN = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def seen(text: str) -> str:
    """`text` as it is compared. Thousands separators go before full-width commas are folded,
    because a full-width comma between numbers is punctuation."""
    bare = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), text)
    folded = unicodedata.normalize("NFKC", bare).casefold()
    return _RUN.sub(" ", _SPACE.sub("", folded)).strip()


@lru_cache(maxsize=4096)
def _pattern(needle: str) -> re.Pattern[str]:
    words = seen(needle)
    before = r"(?<![\d])(?<!\d\.)" if words[:1].isdecimal() else ""
    after = ""
    if words[-1:].isdecimal():
        decimals = re.search(r"\d\.\d+$", words)
        after = "" if decimals else r"(?!\d)(?!\.\d*[1-9])"
    return re.compile(before + re.escape(words) + after)


def holds(text: str, needle: str) -> bool:
    """Whether `needle` stands in `text` as people see it."""
    return _pattern(needle).search(seen(text)) is not None


def holds_alternative(text: str, alternative: Alternative) -> bool:
    """A string, or a list that needs all its parts."""
    if isinstance(alternative, str):
        return holds(text, alternative)
    return all(holds(text, part) for part in alternative)


def holds_any(text: str, alternatives: Iterable[Alternative]) -> bool:
    return any(holds_alternative(text, alternative) for alternative in alternatives)


def citation_text(citation: dict[str, Any]) -> tuple[str, ...]:
    """What a citation shows: quote, row and column paths by label and whole, section."""
    row = [str(label) for label in citation.get("row") or ()]
    column = [str(label) for label in citation.get("column") or ()]
    return (
        str(citation.get("quote") or ""),
        *row,
        *column,
        " ".join(row),
        " ".join(column),
        str(citation.get("section") or ""),
    )


def cites(citation: dict[str, Any], alternative: Alternative) -> bool:
    """Whether one citation shows the alternative; a list needs all its parts in that citation."""
    parts = [alternative] if isinstance(alternative, str) else alternative
    shown = citation_text(citation)
    return all(any(holds(text, part) for text in shown) for part in parts)


def first_cited(
    citations: Sequence[dict[str, Any]], alternatives: Sequence[Alternative]
) -> int | None:
    """Rank (from 1) of the first citation that shows one of the alternatives."""
    for rank, citation in enumerate(citations, start=1):
        if any(cites(citation, alternative) for alternative in alternatives):
            return rank
    return None


def assign(edges: Sequence[Sequence[int]]) -> list[int | None]:
    """A largest one-to-one assignment: `edges[i]` are the right-hand numbers that i may take.

    Returns the number taken by each i, None where it got none (augmenting paths).
    """
    taken: dict[int, int] = {}

    def take(left: int, tried: set[int]) -> bool:
        for right in edges[left]:
            if right in tried:
                continue
            tried.add(right)
            if right not in taken or take(taken[right], tried):
                taken[right] = left
                return True
        return False

    for left in range(len(edges)):
        take(left, set())
    owner = {left: right for right, left in taken.items()}
    return [owner.get(left) for left in range(len(edges))]


def in_order(edges: Sequence[Sequence[int]]) -> list[int | None]:
    """As `assign`, with numbers that only grow: the earliest that still fits (a subsequence)."""
    result: list[int | None] = []
    last = -1
    for choices in edges:
        fitting = [right for right in choices if right > last]
        last = min(fitting) if fitting else last
        result.append(last if fitting else None)
    return result
