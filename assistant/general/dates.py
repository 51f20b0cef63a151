"""Dates in cells, and whether one lies in the span that a question names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.general.sheet import Attribute, Sheet

Day = tuple[int | None, int | None, int | None]  # year, month, day
_FULL = re.compile(r"((?:19|20)\d{2})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2}))?")
_SHORT = re.compile(r"(\d{1,2})月(?:(\d{1,2})[日号])?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_YEAR = re.compile(r"((?:19|20)\d{2})年?")


@lru_cache(maxsize=65536)
def day_of(text: str) -> Day | None:
    """The date a cell holds: 2023-03-05, 2023年3月, 3月5日, 20230305; None where it is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _FULL.match(plain) or _COMPACT.fullmatch(plain)
    if found:
        return int(found[1]), int(found[2]), int(found[3]) if found[3] else None
    short = _SHORT.fullmatch(plain)
    if short:
        return None, int(short[1]), int(short[2]) if short[2] else None
    year = _YEAR.fullmatch(plain)
    return (int(year[1]), None, None) if year else None


def is_dates(attribute: Attribute) -> bool:
    texts = [text for text in attribute.texts.values() if text][:50]
    return bool(texts) and sum(day_of(text) is not None for text in texts) * 2 > len(texts)


def date_attributes(sheet: Sheet) -> list[Attribute]:
    return [attribute for attribute in sheet.attributes if is_dates(attribute)]


def matches(day: Day, asked: Day, comparison: str) -> bool | None:
    """Whether `day` is in (or before, after) what was `asked`; None where it cannot be said."""
    parts = [(own, want) for own, want in zip(day, asked, strict=True) if want is not None]
    if not parts or any(own is None for own, _ in parts):
        return None
    own, want = tuple(p[0] for p in parts), tuple(p[1] for p in parts)
    if comparison == "=":
        return own == want
    assert all(part is not None for part in own)
    low, same = own < want, own == want
    return {"<": low, "<=": low or same, ">": not (low or same), ">=": not low}[comparison]
