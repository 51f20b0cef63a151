"""Prose with facts: sentences whose numbers are known, in the ways that numbers are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Fact:
    """A number in a sentence: as printed (without its unit), its exact value, its unit."""

    raw: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    facts: tuple[Fact, ...]


def chinese_year(year: int) -> str:
    """2023 → 二〇二三."""
    return "".join(DIGITS[int(digit)] for digit in str(year))


def chinese_number(number: int) -> str:
    """1 … 9999 in Chinese numerals: 120 → 一百二十, 15 → 十五, 1005 → 一千零五."""
    text, gap = "", False
    for place, unit in zip((1000, 100, 10, 1), ("千", "百", "十", ""), strict=True):
        digit = number // place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if text.startswith("一十") else text


def _wan(rng: Random) -> tuple[str, Decimal]:
    tenths = rng.randint(11, 998)
    return f"{Decimal(tenths).scaleb(-1)}万", Decimal(tenths) * 1000


def _comma(rng: Random) -> tuple[str, Decimal]:
    number = rng.randint(1000, 98_000)
    return f"{number:,}", Decimal(number)


def _count(rng: Random) -> tuple[str, Decimal]:
    number = rng.randint(2, 8000)
    return str(number), Decimal(number)


def _chinese(rng: Random) -> tuple[str, Decimal]:
    number = rng.choice([rng.randint(2, 99), rng.randint(100, 2000)])
    return chinese_number(number), Decimal(number)


def _decimal(rng: Random) -> tuple[str, Decimal]:
    value = Decimal(rng.randint(1, 99_999)).scaleb(-rng.choice([1, 2, 4]))
    return str(value), value


def _percent(rng: Random) -> tuple[str, Decimal]:
    value = Decimal(rng.randint(1, 999)).scaleb(-1)
    return f"{value}%", value


WRITERS: dict[str, Callable[[Random], tuple[str, Decimal]]] = {
    "count": _count,
    "comma": _comma,
    "chinese": _chinese,
    "wan": _wan,
    "decimal": _decimal,
    "percent": _percent,
}


def write_sentences(
    rng: Random, templates: Sequence[Mapping[str, Any]], slots: Mapping[str, Any]
) -> tuple[Sentence, ...]:
    """Each template (words.yaml) with numbers written into its `{}` slots."""
    return tuple(_write(rng, template, slots) for template in templates)


def _write(rng: Random, template: Mapping[str, Any], slots: Mapping[str, Any]) -> Sentence:
    pieces = template["text"].split("{}")
    text = pieces[0]
    facts = []
    for style, after in zip(template["slots"], pieces[1:], strict=True):
        raw, value = WRITERS[style](rng)
        unit = "%" if style == "percent" else _unit(after)
        facts.append(Fact(raw.removesuffix("%"), value, unit))
        text += raw + after
    return Sentence(text.format(**slots), tuple(facts))


def _unit(after: str) -> str:
    """The unit is what follows the number: one counter, or 万元, 人次."""
    for unit in ("万元", "人次"):
        if after.startswith(unit):
            return unit
    return after[:1]
