"""Automatic paragraph numbers of Word (一、 (二) 3.), which are printed but stand in no text.

Source of the rule: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from __future__ import annotations

import re
from typing import Any

from ingest.loaders.docx_text import W, attribute

_DIGITS = "〇一二三四五六七八九"
_LEVEL = re.compile(r"%([1-9])")
_CHINESE = frozenset(
    [
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographDigital",
    ]
)


class Numbering:
    """Counters over a document; `label` must be asked for each paragraph in order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        """`numbering` and `styles` are the root elements of those parts, or None."""
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._instances: dict[str, str] = {}
        self._by_style: dict[str, Any] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            for style in styles.iter(f"{W}style"):
                properties = style.find(f"{W}pPr/{W}numPr")
                if properties is not None:
                    self._by_style[attribute(style, "styleId")] = properties

    def _read(self, numbering: Any) -> None:
        for abstract in numbering.iter(f"{W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{W}lvl"):
                start = attribute(level.find(f"{W}start"), "val", "1")
                levels[int(attribute(level, "ilvl", "0"))] = (
                    attribute(level.find(f"{W}numFmt"), "val", "decimal"),
                    attribute(level.find(f"{W}lvlText"), "val"),
                    int(start) if start.isdigit() else 1,
                )
            self._levels[attribute(abstract, "abstractNumId")] = levels
        for instance in numbering.iter(f"{W}num"):
            self._instances[attribute(instance, "numId")] = attribute(
                instance.find(f"{W}abstractNumId"), "val"
            )

    def label(self, paragraph: Any) -> str:
        """The number printed before `paragraph`, empty for none or a bullet."""
        properties = paragraph.find(f"{W}pPr/{W}numPr")
        if properties is None and self._by_style:
            style = attribute(paragraph.find(f"{W}pPr/{W}pStyle"), "val")
            properties = self._by_style.get(style)
        if properties is None:
            return ""
        abstract = self._instances.get(attribute(properties.find(f"{W}numId"), "val"))
        depth = attribute(properties.find(f"{W}ilvl"), "val", "0")
        levels = self._levels.get(abstract or "", {})
        return self._next(abstract or "", levels, int(depth) if depth.isdigit() else 0)

    def _next(self, abstract: str, levels: dict[int, tuple[str, str, int]], depth: int) -> str:
        if depth not in levels or levels[depth][0] in ("bullet", "none"):
            return ""
        counters = self._counters.setdefault(abstract, {})
        counters[depth] = counters.get(depth, levels[depth][2] - 1) + 1
        for deeper in [level for level in counters if level > depth]:
            del counters[deeper]

        def number(found: re.Match[str]) -> str:
            level = int(found[1]) - 1
            kind, _, start = levels.get(level, ("decimal", "", 1))
            return _written(counters.get(level, start), kind)

        return _LEVEL.sub(number, levels[depth][1])


def _written(number: int, kind: str) -> str:
    if kind in _CHINESE:
        return _chinese(number)
    if kind == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if kind in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr((97 if kind == "lowerLetter" else 65) + number - 1)
    if kind == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return str(number)


def _chinese(number: int) -> str:
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
