"""Units of cells in tables of no known form, and how one is turned into another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from assistant.formula import Constant, Node, Quotient, closed
from assistant.general.texts import is_rate, keys, words
from ingest.figure import Figure
from ingest.structure.units import printed_unit

_ANNOUNCED = re.compile(r"单位\s*[::]\s*([^\s,;。、)(]{1,10})")
_BRACKETED = re.compile(r"[(\[]\s*([^()\[\]:]{1,12})\s*[)\]]\s*$")
_UNITLIKE = re.compile(
    r"[a-zμ°℃㎡㎥%‰/²³.]{1,10}|[^\d]{0,6}[米方克吨升时度瓦秒天年月亩元次]|[^\d]{1,5}/[^\d]{1,6}",
    re.IGNORECASE,
)
_MONEY = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8, "万亿元": 10**12}
_SCALES = {"万": 10**4, "亿": 10**8}


def named_unit(text: str) -> str:
    """The unit that a line such as 计量单位：万千瓦时 announces, "" if none or several."""
    known = printed_unit(text)
    if known:
        return known
    found = _ANNOUNCED.search(unicodedata.normalize("NFKC", text))
    return found[1] if found else ""


@lru_cache(maxsize=8192)
def header_unit(label: str) -> str:
    """The unit at the end of a label: 浓度（微克/立方米）, 完成预算%."""
    plain = unicodedata.normalize("NFKC", label).strip()
    known = printed_unit(label)
    if known:
        return known
    if plain.endswith(("%", "‰")):
        return plain[-1]
    found = _BRACKETED.search(plain)
    unit = found[1].strip().replace("°C", "℃") if found else ""
    if unit in words()["no_units"]:
        return ""
    counted = unit.removesuffix("次").lstrip("百千万亿") in counters() | set(words()["measures"])
    return unit if counted or _UNITLIKE.fullmatch(unit) else ""


def unit_of(stored: str, column: Sequence[str], row: Sequence[str], announced: str) -> str:
    """The unit of one cell. `stored` is what reading the table settled on; `announced` what stands
    above the table. A label of a share or of a count has no unit of money from above the table."""
    own = next((u for label in reversed(column) if (u := header_unit(label))), "")
    own = own or next((u for label in reversed(row) if (u := header_unit(label))), "")
    if own:
        return stored if stored and not _is_money(stored) and stored != announced else own
    given = stored or announced or _implied(column, row)
    if _is_money(given) and given == announced and _has_no_money(column, row):
        return "%" if any(is_rate(label) for label in (*column, *row)) else _implied(column, row)
    return given


def _implied(column: Sequence[str], row: Sequence[str]) -> str:
    """What a label counts by its own word: 天 in 出勤天数."""
    ends = words()["implied"]
    for label in (*column[-1:], *row[-1:]):
        form = min(keys(label), key=len, default="")
        unit = next((unit for end, unit in ends.items() if form.endswith(end)), "")
        if unit:
            return str(unit)
    return ""


def _has_no_money(column: Sequence[str], row: Sequence[str]) -> bool:
    labels = (*column[-1:], *row[-1:])
    counts = words()["countlike"]
    return any(is_rate(label) or any(word in label for word in counts) for label in labels)


def _is_money(unit: str) -> bool:
    return unit in _MONEY


@cache
def counters() -> frozenset[str]:
    return frozenset(words()["counters"])


def scale(unit: str) -> tuple[str, int]:
    """("元", 10000) for 万元, ("人", 10000) for 万人; (unit, 1) where it has no scale."""
    if unit in _MONEY:
        return "元", _MONEY[unit]
    if len(unit) > 1 and unit[0] in _SCALES:
        return unit[1:], _SCALES[unit[0]]
    return unit, 1


def factor(given: str, wanted: str) -> Fraction | None:
    """What turns a number in `given` into one in `wanted`; None where they are of other kinds."""
    base, size = scale(given)
    other, other_size = scale(wanted)
    if base == other or {base, other} <= counters():
        return Fraction(size, other_size)
    return None


@dataclass(frozen=True)
class Scaled:
    """`node` × a whole number."""

    node: Node
    times: int

    @property
    def value(self) -> Fraction:
        return self.node.value * self.times

    def show(self) -> str:
        return f"{closed(self.node)} × {self.times}"

    def figures(self) -> Iterator[Figure]:
        return self.node.figures()


def converted(node: Node, by: Fraction) -> Node:
    """`node` × `by`, where `by` or its inverse is whole."""
    if by == 1:
        return node
    if by.denominator == 1:
        return Scaled(node, by.numerator)
    return Quotient(node, Constant(by.denominator))
