"""Quantity: an exact number with a unit, and when two of them are the same.

Rules of the contract: money is compared across 元/万元/亿元; counters (件, 个, 项, 次…) are one
kind; tolerance is absolute in the expected unit: 0 for counts, 0.01 for percentages unless given.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("units.yaml")
DIGITS_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's kind and its factor to the kind's base; an unknown unit is a kind of its own."""

    kind: str
    factor: Decimal

    @classmethod
    def of(cls, name: str) -> Unit:
        folded = "".join(unicodedata.normalize("NFKC", name).split())
        units, _ = _table()
        return units.get(folded) or cls(f"unit {folded}", Decimal(1))


@cache
def _table() -> tuple[dict[str, Unit], dict[str, Decimal]]:
    import yaml

    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    tolerances = {kind: Decimal(text) for kind, text in data.pop("default_tolerance").items()}
    units = {
        name: Unit(kind, Decimal(factor))
        for kind, entry in data.items()
        for name, factor in entry["units"].items()
    }
    return units, tolerances


def decimal(text: Any) -> Decimal | None:
    """A finite decimal from a string or number as JSON and Excel give it; None where it is none."""
    if isinstance(text, bool) or text is None or len(str(text)) > DIGITS_LIMIT:
        return None
    folded = unicodedata.normalize("NFKC", str(text)).replace(",", "").replace("−", "-").strip()
    try:
        number = Decimal(folded)
    except InvalidOperation:
        return None
    # 1e999999 would make every later sum slow; no figure is that large.
    return number if number.is_finite() and abs(number.adjusted()) <= DIGITS_LIMIT else None


def same_kind(expected: str, given: str | None) -> bool:
    """Whether `given` may stand for `expected`; no unit at all stands only for no unit."""
    if not expected or not given:
        return (expected or "") == (given or "")
    return Unit.of(expected).kind == Unit.of(given).kind


def default_tolerance(unit: str | None) -> Decimal:
    _, tolerances = _table()
    return tolerances.get(Unit.of(unit).kind, Decimal(0)) if unit else Decimal(0)


def same_value(
    expected: Decimal,
    given: Decimal,
    *,
    unit: str | None = None,
    given_unit: str | None = None,
    tolerance: Decimal | None = None,
    absolute: bool = False,
) -> bool:
    """Whether `given` is `expected` within the tolerance, in `unit` where both units are known.

    Two units of different kinds never compare; a missing one is taken to be the other.
    """
    if tolerance is None:
        tolerance = default_tolerance(unit or given_unit)
    with localcontext() as context:
        context.prec = 4 * DIGITS_LIMIT
        if unit and given_unit:
            wanted, got = Unit.of(unit), Unit.of(given_unit)
            if wanted.kind != got.kind:
                return False
            # Multiply instead of dividing, so that no conversion rounds.
            expected, given = expected * wanted.factor, given * got.factor
            tolerance = tolerance * wanted.factor
        if absolute:
            expected, given = abs(expected), abs(given)
        return abs(expected - given) <= tolerance
