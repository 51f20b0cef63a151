"""Characters of a PDF page → lines → paragraphs, by position alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.loaders.radicals import unified
from ingest.loaders.white_space import fold
from ingest.loaders.wrapping import is_numbered, join_wrapped

# Fractions of the font size.
_SAME_LINE = 0.5
_SPACE_GAP = 0.28
_CELL_GAP = 1.6
_INDENT = 0.8
_FULL_LINE = 2.2
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?\s*(?:[/／共,,]\s*(?:共\s*)?\d{1,4}\s*(?:页)?)?[-—–·\s]*"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Text without a wide gap in it, with its place on the page (points, top down)."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. `size` is its font size in points."""

    segments: tuple[Segment, ...]
    top: float
    bottom: float
    size: float

    @property
    def text(self) -> str:
        return fold(" ".join(segment.text for segment in self.segments))

    @property
    def x0(self) -> float:
        return self.segments[0].x0

    @property
    def x1(self) -> float:
        return self.segments[-1].x1


def lines_of(chars: Iterable[dict[str, Any]]) -> list[Line]:
    """Lines from top to bottom; characters belong together if their middles are level."""
    rows: list[list[dict[str, Any]]] = []
    for char in sorted(chars, key=_middle):
        if rows and _middle(char) - _middle(rows[-1][0]) < _SAME_LINE * char["size"]:
            rows[-1].append(char)
        else:
            rows.append([char])
    lines = (_line(row) for row in rows)
    return [line for line in lines if line is not None]


def _middle(char: dict[str, Any]) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _line(row: list[dict[str, Any]]) -> Line | None:
    row.sort(key=lambda char: char["x0"])
    inked = [char for char in row if char["text"].strip()]
    if not inked:
        return None
    segments: list[Segment] = []
    text, start, end = "", inked[0]["x0"], inked[0]["x0"]
    blank = False
    for char in row:
        if not char["text"].strip():
            blank = True
            continue
        gap = char["x0"] - end
        if text and gap > _CELL_GAP * char["size"]:
            segments.append(Segment(fold(unified(text)), start, end))
            text, start = "", char["x0"]
        elif text and (gap > _SPACE_GAP * char["size"] or (blank and gap > 0)):
            text += " "
        text += char["text"]
        end = max(end, char["x1"])
        blank = False
    segments.append(Segment(fold(unified(text)), start, end))
    return Line(
        tuple(segments),
        min(char["top"] for char in inked),
        max(char["bottom"] for char in inked),
        max(char["size"] for char in inked),
    )


def without_running_lines(
    pages: Sequence[Sequence[Line]], heights: Sequence[float]
) -> list[list[Line]]:
    """Page numbers and lines repeated at the top or foot of most pages taken out."""
    edges: dict[str, int] = {}
    for lines, height in zip(pages, heights, strict=True):
        for key in {_running_key(line) for line in lines if _at_edge(line, height)}:
            edges[key] = edges.get(key, 0) + 1
    often = max(3, len(pages) * 0.6)
    return [
        [
            line
            for line in lines
            if not (
                _at_edge(line, height)
                and (_PAGE_NUMBER.fullmatch(line.text) or edges[_running_key(line)] >= often)
            )
        ]
        for lines, height in zip(pages, heights, strict=True)
    ]


def _running_key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _at_edge(line: Line, height: float) -> bool:
    return line.bottom < height * 0.09 or line.top > height * 0.91


def paragraphs(lines: Sequence[Line], left: float, right: float) -> Iterator[str]:
    """Wrapped lines joined: a line goes on if it reaches the right margin and the next begins at
    the left one (points)."""
    parts: list[str] = []
    for index, line in enumerate(lines):
        parts.append(line.text)
        following = lines[index + 1] if index + 1 < len(lines) else None
        if following is None or _ends(line, following, left, right):
            yield join_wrapped(parts)
            parts = []


def _ends(line: Line, following: Line, left: float, right: float) -> bool:
    if line.x1 < right - _FULL_LINE * line.size or is_numbered(following.text):
        return True
    centred = line.x0 > left + 3 * line.size
    return (
        centred
        or following.x0 > left + _INDENT * following.size
        or (abs(following.size - line.size) > 0.15 * line.size)
    )
