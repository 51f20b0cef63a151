"""Grounding: which digits of an answer's text can be traced to its evidence.

An outside check of the rule about numbers, which asks nothing of the assistant: a number in the
text is traced when it stands in a citation (quote, title, place, labels, year), in the formula, in
the value or an item of an answer that cites, or in the question; or is one of these rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eval.match import seen
from eval.quantity import decimal

# The number of a line in a list says nothing.
ORDINAL = re.compile(r"^\s*\d+[.、)]\s", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Grounding:
    """Digits traced, digits in all, and the numbers that are not traced."""

    traced: int
    digits: int
    untraced: tuple[str, ...]


def ground(answer: dict[str, Any]) -> Grounding:
    """Trace the digits of one answer's text."""
    known = _known(answer)
    text = ORDINAL.sub("", str(answer.get("text") or ""))
    traced = digits = 0
    untraced: list[str] = []
    for number in NUMBER.findall(seen(text)):
        size = sum(character.isdigit() for character in number)
        digits += size
        if number in known or _rounds_to(number, known):
            traced += size
        else:
            untraced.append(number)
    return Grounding(traced, digits, tuple(untraced))


def _known(answer: dict[str, Any]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for text in _evidence(answer):
        for number in NUMBER.findall(seen(text)):
            value = decimal(number)
            if value is not None:
                found[number] = value
    return found


def _evidence(answer: dict[str, Any]) -> Iterator[str]:
    citations = [entry for entry in answer.get("citations") or [] if isinstance(entry, dict)]
    for entry in citations:
        for name in ("quote", "report", "publisher", "year", "section", "table"):
            yield str(entry.get(name) or "")
        yield from (str(label) for label in entry.get("row") or ())
        yield from (str(label) for label in entry.get("column") or ())
    yield str(answer.get("formula") or "")
    yield str(answer.get("question") or "")
    if citations:
        yield str(answer.get("value") or "")
        for item in answer.get("items") or []:
            yield str(item.get("label") or "")
            yield str(item.get("value") or "")


def _rounds_to(number: str, known: dict[str, Decimal]) -> bool:
    wanted = decimal(number)
    if wanted is None:
        return False
    half = Decimal(1).scaleb(-len(number.partition(".")[2])) / 2
    return any(abs(value - wanted) <= (half if "." in number else 0) for value in known.values())
