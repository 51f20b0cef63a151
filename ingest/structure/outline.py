"""The section path of every block of a document, from headings and from printed numbering."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.document import Block, Document, Grid, Heading, Paragraph
from ingest.structure.patterns import compiled
from ingest.structure.text import fold, half_width, normal

_RANKS = (
    re.compile(r"[一二三四五六七八九十]{1,3}\s?[、.]"),
    re.compile(r"[(〔]\s?[一二三四五六七八九十]{1,3}\s?[)〕]"),
    re.compile(r"\d{1,2}\s?[、.](?!\d)"),
    re.compile(r"[(]\d{1,2}[)]"),
)
_LONGEST_HEADING = 45
_LONGEST_RUN_IN = 25
_SENTENCE_END = "。；;！!？?，,：:"


@dataclass(frozen=True, slots=True)
class Outlined:
    """A block and the headings it stands under, outermost first (printed, white space folded)."""

    block: Block
    section: tuple[str, ...]
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    text: str
    rank: int  # 1 for 一、, 2 for （一）, …; unnumbered headings go by their place
    level: int | None  # as the source marks it


def outline(document: Document) -> list[Outlined]:
    """Blocks in reading order with section paths; page noise (print, share, copyright) left out."""
    placed: list[Outlined] = []
    opened: list[_Open] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            placed.append(Outlined(block, _path(opened)))
            continue
        text = fold(block.text)
        if not text or is_noise(text):
            continue
        found = _heading(block, text)
        if found is not None:
            opened = _under(opened, found)
            whole = found.text == text
            placed.append(Outlined(block, _path(opened), is_heading=whole))
        elif _is_title(block):
            opened = []
            placed.append(Outlined(block, (), is_heading=True))
        else:
            placed.append(Outlined(block, _path(opened), not opened and is_title_line(text)))
    return placed


def is_noise(text: str) -> bool:
    """Is the line part of the page rather than of the report?"""
    return any(pattern.search(text) for pattern in compiled("noise"))


def is_title_line(text: str) -> bool:
    """Does the line read as a title of such a report, not as a sentence about it?"""
    return (
        len(text) <= 2 * _LONGEST_HEADING
        and not any(char in "。；;" for char in text)
        and any(pattern.search(normal(text)) for pattern in compiled("titles"))
    )


def _path(opened: list[_Open]) -> tuple[str, ...]:
    return tuple(entry.text for entry in opened)


def _is_title(block: Block) -> bool:
    return isinstance(block, Heading) and not _rank(half_width(block.text))


def _heading(block: Heading | Paragraph, text: str) -> _Open | None:
    """The heading that opens with this block; a paragraph may begin with one (run-in)."""
    plain = half_width(text)
    rank = _rank(plain)
    level = block.level if isinstance(block, Heading) else None
    if level is not None:
        if rank == 0 and (level == 1 or any(p.search(normal(text)) for p in compiled("titles"))):
            return None
        return _Open(text, rank, level)
    if rank == 0:
        return None
    if len(text) <= _LONGEST_HEADING and not any(char in plain for char in "。；;！!？?"):
        return None if plain[-1] in _SENTENCE_END and rank > 2 else _Open(text, rank, None)
    first = text.split("。", 1)[0]
    if rank <= 2 and len(first) <= _LONGEST_RUN_IN and not re.search(r"\d", _unnumbered(first)):
        return _Open(first, rank, None)
    return None


def _unnumbered(text: str) -> str:
    plain = half_width(text)
    return next((p.sub("", plain, count=1) for p in _RANKS if p.match(plain)), plain)


def _rank(text: str) -> int:
    return next((rank for rank, pattern in enumerate(_RANKS, 1) if pattern.match(text)), 0)


def _under(opened: list[_Open], found: _Open) -> list[_Open]:
    if found.rank:
        return [*(e for e in opened if e.rank < found.rank and not _below(e, found)), found]
    kept = [
        e
        for e in opened
        if e.level is not None and found.level is not None and e.level < found.level
    ]
    rank = kept[-1].rank if kept else 0
    return [*kept, _Open(found.text, rank, found.level)]


def _below(entry: _Open, found: _Open) -> bool:
    """An unnumbered heading closes when a heading of its level or above begins."""
    return entry.level is not None and found.level is not None and entry.level >= found.level
