"""Prose to passages: cut at sentence ends, never across sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.document import Grid
from ingest.figure import Passage
from ingest.structure.outline import Outlined
from ingest.structure.text import fold

# A passage is closed at a paragraph end from _ENOUGH characters on, and before it would
# outgrow _MOST; only a single sentence may be longer.
_ENOUGH = 100
_MOST = 300
_SENTENCE = re.compile(r".+?(?:[。！？!?]+[”’」』）)\]】》\"]*|$)", re.DOTALL)


def sentences(text: str) -> list[str]:
    """`text` cut after 。！？ and the quotes that close with them."""
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def read_passages(outlined: Sequence[Outlined], report_id: str) -> list[Passage]:
    """All prose in reading order, each passage with the section path it stands under."""
    passages: list[Passage] = []
    for section, texts in _by_section(outlined):
        for text in _pieces(texts):
            order = len(passages)
            passages.append(Passage(f"{report_id}-p{order + 1}", report_id, order, section, text))
    return passages


def _by_section(outlined: Iterable[Outlined]) -> list[tuple[tuple[str, ...], list[str]]]:
    runs: list[tuple[tuple[str, ...], list[str]]] = []
    for entry in outlined:
        if entry.is_heading or isinstance(entry.block, Grid):
            continue
        if not runs or runs[-1][0] != entry.section:
            runs.append((entry.section, []))
        runs[-1][1].append(fold(entry.block.text))
    return runs


def _pieces(paragraphs: Sequence[str]) -> list[str]:
    pieces: list[str] = []
    open_piece = ""
    for paragraph in paragraphs:
        for sentence in sentences(paragraph):
            if open_piece and len(open_piece) + len(sentence) > _MOST:
                pieces.append(open_piece)
                open_piece = ""
            open_piece += sentence
        if len(open_piece) >= _ENOUGH:
            pieces.append(open_piece)
            open_piece = ""
        elif open_piece:
            open_piece += "\n"
    return [piece.strip() for piece in (*pieces, open_piece) if piece.strip()]
