"""Charts as inline SVG, so that the page needs no script library. All text is escaped here."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

WIDTH, LABEL, ROW = 560, 190, 26
PLOT = WIDTH - LABEL - 110
SHOWN = 30


def bars(counts: Mapping[str, int]) -> str:
    """Horizontal bars, largest first as given."""
    shown = list(counts.items())[:SHOWN]
    top = max(counts.values(), default=1) or 1
    parts = []
    for number, (label, count) in enumerate(shown):
        middle = number * ROW + ROW / 2
        width = PLOT * count / top
        parts.append(_label(label, middle))
        parts.append(
            f'<rect class="bar" x="{LABEL}" y="{middle - 8}" width="{width:.1f}" height="16" '
            f'rx="2"/>{_end(LABEL + width + 8, middle, str(count))}'
        )
    return _svg(parts, len(shown), "错误类型的题数")


def whiskers(rates: Mapping[str, Mapping[str, Any]]) -> str:
    """A dot a group with its 95 % interval, on a scale from 0 to 100 %."""
    shown = list(rates.items())[:SHOWN]
    parts = [_scale(len(shown))]
    for number, (label, rate) in enumerate(shown):
        middle = number * ROW + ROW / 2
        parts.append(_label(label, middle))
        if rate["value"] is None:
            parts.append(_end(LABEL + PLOT + 10, middle, "无可评分题"))
            continue
        low, high = (LABEL + PLOT * end for end in rate["interval95"])
        dot = LABEL + PLOT * rate["value"]
        parts.append(
            f'<line class="range" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
            f'<circle class="dot" cx="{dot:.1f}" cy="{middle}" r="4.5"/>'
            + _end(LABEL + PLOT + 10, middle, _share(rate))
        )
    return _svg(parts, len(shown), "各组正确率与 95% 区间")


def _share(rate: Mapping[str, Any]) -> str:
    return f"{rate['value'] * 100:.1f}% ({rate['hits']}/{rate['n']})"


def _scale(rows: int) -> str:
    lines = [
        f'<line class="grid" x1="{LABEL + PLOT * share}" x2="{LABEL + PLOT * share}" y1="0" '
        f'y2="{rows * ROW}"/>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    return "".join(lines)


def _label(text: str, middle: float) -> str:
    short = text if len(text) <= 16 else f"{text[:15]}…"
    return (
        f'<text class="label" x="{LABEL - 10}" y="{middle + 4}" text-anchor="end">'
        f"<title>{escape(text)}</title>{escape(short)}</text>"
    )


def _end(x: float, middle: float, text: str) -> str:
    return f'<text class="count" x="{x:.1f}" y="{middle + 4}">{escape(text)}</text>'


def _svg(parts: list[str], rows: int, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {max(rows, 1) * ROW}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )
