"""Drawing: bars of the statistics page, as lengths for the template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """`percent` of the longest bar, 0..100."""

    label: str
    count: int
    percent: float


def bars(counted: Iterable[tuple[str, int]]) -> tuple[Bar, ...]:
    rows = list(counted)
    most = max((count for _, count in rows), default=0) or 1
    return tuple(Bar(label, count, round(100 * count / most, 1)) for label, count in rows)


def named(counted: Mapping[str, int], names: Mapping[str, str]) -> tuple[Bar, ...]:
    return bars((names.get(key, key), count) for key, count in counted.items())


def minutes(value: float | None) -> str:
    """Working minutes as people say them."""
    if value is None:
        return "—"
    if value < 60:
        return f"{value:.0f} 分钟"
    return f"{value / 60:.1f} 小时"
