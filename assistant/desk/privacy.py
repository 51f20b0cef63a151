"""Masks: personal data taken out of a text before it is logged, exported, sent or given to a model.

What counts is in privacy.yaml. Figures, years, ticket numbers and 文号 stay as they are. Masking
what is masked changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ingest.form import read_yaml

FILE = files("assistant") / "desk" / "privacy.yaml"
ADDRESS = "住址"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    pattern: re.Pattern[str]
    luhn: bool


@dataclass(frozen=True, slots=True)
class Found:
    """`begin` and `end` count characters of the text."""

    begin: int
    end: int
    name: str


def mask(text: str) -> str:
    """`text` with what is personal replaced by its kind in brackets: 【电话号码】."""
    parts, done = [], 0
    for found in personal(text):
        parts += [text[done : found.begin], f"【{found.name}】"]
        done = found.end
    return "".join(parts) + text[done:]


def mask_deep(value: Any) -> Any:
    """`value` with every string in its dicts, lists and tuples masked; keys stay."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: mask_deep(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [mask_deep(entry) for entry in value]
    if isinstance(value, tuple):
        return tuple(mask_deep(entry) for entry in value)
    return value


def personal(text: str) -> list[Found]:
    """What is personal in `text`, in order, apart from each other."""
    plain = _plain(text)
    taken: list[Span] = [match.span() for match in _kept().finditer(plain)]
    found: list[Found] = []
    for kind in _kinds():
        for begin, end in _matches(kind, plain):
            if all(end <= first or last <= begin for first, last in taken):
                taken.append((begin, end))
                found.append(Found(begin, end, kind.name))
    return sorted(found, key=lambda one: one.begin)


def _matches(kind: Kind, plain: str) -> Iterator[Span]:
    for match in kind.pattern.finditer(plain):
        begin, end = match.span()
        if kind.luhn and not luhn(match.group()):
            continue
        if kind.name == ADDRESS:
            begin += _lead(match.group())
        yield begin, end


def _lead(address: str) -> int:
    """How many characters at its beginning are only talk before the address."""
    ends = [match.end() for match in _begins().finditer(address)]
    return ends[-1] if ends else 0


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B, over the digits in `number`."""
    digits = [int(sign) for sign in number if sign.isdigit()][::-1]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _plain(text: str) -> str:
    """Full-width digits and Latin letters as plain ones, character by character."""
    if text.isascii():
        return text
    return "".join(_plain_sign(sign) for sign in text)


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    code = ord(sign) - 0xFEE0
    return chr(code) if chr(max(code, 0)).isascii() and chr(max(code, 0)).isalpha() else sign


@lru_cache(maxsize=1)
def _kinds() -> tuple[Kind, ...]:
    raw = read_yaml(FILE)
    before, after = r"(?<![0-9A-Za-z_])(?<![0-9]\.)(?<![0-9],)", r"(?![0-9A-Za-z_]|[.,][0-9])"
    unit = rf"(?!\s?(?:{raw['units']}))"
    return tuple(
        Kind(
            entry["name"],
            re.compile(
                f"{before}(?:{entry['pattern']}){after}{unit}"
                if entry.get("whole")
                else entry["pattern"]
            ),
            entry.get("check") == "luhn",
        )
        for entry in raw["kinds"]
    )


@lru_cache(maxsize=1)
def _kept() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in read_yaml(FILE)["keep"]))


@lru_cache(maxsize=1)
def _begins() -> re.Pattern[str]:
    return re.compile(read_yaml(FILE)["address_begins"])
