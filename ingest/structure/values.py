"""What a cell says: its exact value, unit and kind. Anything not certain is text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ingest.figure import Kind
from ingest.structure.patterns import patterns
from ingest.structure.text import fold, half_width

_MINUS = "-−–﹣"  # first in its character class, so that it makes no range
_GROUP = "[,'’\u00a0\u2009\u202f ]"
# 1,234 or 1 234 or 1'234 (one kind of separator throughout), else plain digits.
_DIGITS = rf"\d{{1,3}}(?:(?P<sep>{_GROUP})\d{{3}}(?:(?P=sep)\d{{3}})*)|\d+"
_NUMBER = re.compile(
    rf"(?P<sign>[{_MINUS}+])?\s?(?P<whole>{_DIGITS})(?P<fraction>\.\d+)?\s?(?P<rest>[^\d\s].*)?"
)
_FOOTNOTE = re.compile(
    r"(?:[①-⑳¹²³⁴-⁹⁰*＊※†‡#]+|[\[〔【(](?:注|註)?\s?\d{0,2}[\]〕】)]|注\d{0,2})$"
)
# Accountants write a negative amount in brackets. Only with separators or two decimals: (3) may
# be a note or a number of a list.
_BRACKETED = re.compile(r"\((?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d{2})\)")
_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Value:
    """`number` is set for NUMBER and ZERO only; `unit` only if the cell itself names one."""

    kind: Kind
    number: Decimal | None = None
    unit: str = ""


BLANK = Value(Kind.BLANK)
NOT_APPLICABLE = Value(Kind.NOT_APPLICABLE)
TEXT = Value(Kind.TEXT)


@lru_cache(maxsize=8192)
def parse_value(raw: str) -> Value:
    """The value of one cell text."""
    text = half_width(fold(raw)).strip()
    if not text:
        return BLANK
    if text in _not_applicable():
        return NOT_APPLICABLE
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        text = f"-{bracketed['amount']}"
    return _number(text) or _number(_FOOTNOTE.sub("", text).strip()) or TEXT


@lru_cache(maxsize=1)
def _not_applicable() -> frozenset[str]:
    return frozenset(half_width(mark) for mark in patterns()["not_applicable"])


@lru_cache(maxsize=1)
def units() -> frozenset[str]:
    """Every unit that may follow a number."""
    return frozenset(patterns()["units"])


def scaled(number: Decimal, unit: str) -> tuple[Decimal, str] | None:
    """`number` with the 万 or 亿 before a counter multiplied in; money keeps it in the unit.

    1.2 万件 → 12000 件; 1.2 万元 → 1.2 万元. None if the unit is unknown.
    """
    if not unit or unit in units():
        return number, unit
    scale, counter = _SCALE.get(unit[0]), unit[1:]
    if unit[:2] == "万亿":
        scale, counter = 10**12, unit[2:]
    if scale is None or scale < 10**4 or (counter and counter not in units()):
        return None
    if counter in patterns()["money"]:
        return number, unit
    product = number * scale
    return (Decimal(int(product)) if product == int(product) else product), counter


def _number(text: str) -> Value | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    separator = found["sep"] or ""
    whole = found["whole"].replace(separator, "") if separator else found["whole"]
    if len(whole) > 1 and whole[0] == "0":
        return None  # 007 is a code, 00 a slip
    number = Decimal(whole + (found["fraction"] or ""))
    if found["sign"] and found["sign"] in _MINUS:
        number = -number
    known = scaled(number, (found["rest"] or "").strip())
    if known is None:
        return None
    return Value(Kind.ZERO if known[0] == 0 else Kind.NUMBER, *known)
