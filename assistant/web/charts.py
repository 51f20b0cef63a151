"""Charts as inline SVG: the geometry is worked out here, drawn by templates/chart.html."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assistant.answer import Answer, Chart

MOST_BARS = 15
MOST_SLICES = 8
PLOT = (52.0, 44.0, 568.0, 190.0)  # left, top, right, bottom of a line chart, in SVG units


@dataclass(frozen=True, slots=True)
class Mark:
    """One datum: `share` 0..1 of the largest (bar) or of the whole (pie); `path` is its arc,
    `x` and `y` its point in a line chart."""

    label: str
    shown: str
    share: float = 0.0
    path: str = ""
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Drawing:
    kind: str
    title: str
    unit: str
    marks: tuple[Mark, ...]
    left_out: int = 0
    line: str = ""

    @property
    def words(self) -> str:
        """What the picture says, for those who cannot see it."""
        return "; ".join(f"{mark.label} {mark.shown}" for mark in self.marks)


def drawing(answer: Answer) -> Drawing | None:
    """What to draw for `answer`; None where a picture would mislead (nothing to compare,
    values that are not finite, a pie of negative parts)."""
    chart = answer.chart
    if chart is None or len(chart.values) < 2 or not all(map(math.isfinite, chart.values)):
        return None
    if chart.kind == "line":
        return _line(chart)
    if chart.kind == "pie" and _is_pie(chart):
        return _pie(chart)
    return _bars(chart)


def _is_pie(chart: Chart) -> bool:
    whole = min(chart.values) >= 0 and sum(chart.values) > 0
    return whole and len(chart.values) <= MOST_SLICES


def shown(value: float, unit: str) -> str:
    """A value as a chart prints it: a rate with two decimals as in the text, others with at most
    two, thousands grouped."""
    if unit == "%":
        return f"{value:,.2f}%"
    digits = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{digits} {unit}".rstrip()


def _bars(chart: Chart) -> Drawing:
    largest = max(abs(value) for value in chart.values) or 1.0
    marks = [
        Mark(label, shown(value, chart.unit), abs(value) / largest)
        for label, value in zip(chart.labels, chart.values, strict=False)
    ]
    left_out = max(0, len(marks) - MOST_BARS)
    return Drawing("bar", chart.title, chart.unit, tuple(marks[:MOST_BARS]), left_out)


def _pie(chart: Chart) -> Drawing:
    whole, start, marks = sum(chart.values), 0.0, []
    for label, value in zip(chart.labels, chart.values, strict=False):
        share = value / whole
        marks.append(Mark(label, shown(value, chart.unit), share, _arc(start, start + share)))
        start += share
    return Drawing("pie", chart.title, chart.unit, tuple(marks))


def _arc(start: float, end: float, outer: float = 90.0, inner: float = 56.0) -> str:
    """A ring segment between two turns (0..1) around (100, 100), as an SVG path."""
    end = min(end, start + 0.9999)  # a full ring would begin where it ends and vanish
    large = 1 if end - start > 0.5 else 0
    (ax, ay), (bx, by) = _point(start, outer), _point(end, outer)
    (cx, cy), (dx, dy) = _point(end, inner), _point(start, inner)
    return (
        f"M{ax:.2f} {ay:.2f}A{outer} {outer} 0 {large} 1 {bx:.2f} {by:.2f}"
        f"L{cx:.2f} {cy:.2f}A{inner} {inner} 0 {large} 0 {dx:.2f} {dy:.2f}Z"
    )


def _point(turn: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * turn - math.pi / 2
    return 100 + radius * math.cos(angle), 100 + radius * math.sin(angle)


def _line(chart: Chart) -> Drawing:
    left, top, right, bottom = PLOT
    low, high = min(0.0, *chart.values), max(0.0, *chart.values)
    reach = (high - low) or 1.0
    step = (right - left) / (len(chart.values) - 1)
    marks = tuple(
        Mark(
            label,
            shown(value, chart.unit),
            x=round(left + index * step, 1),
            y=round(bottom - (value - low) / reach * (bottom - top), 1),
        )
        for index, (label, value) in enumerate(zip(chart.labels, chart.values, strict=False))
    )
    line = " ".join(f"{mark.x},{mark.y}" for mark in marks)
    return Drawing("line", chart.title, chart.unit, marks, line=line)
