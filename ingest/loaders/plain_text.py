"""Plain text and Markdown → blocks: paragraphs line by line, pipe and tab tables, # headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.document import Block, Cell, Grid, Heading, Paragraph
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.limits import Limits
from ingest.loaders.parts import Parts
from ingest.loaders.pipes import is_pipe_row, is_rule, read_pipes
from ingest.loaders.white_space import fold
from ingest.loaders.wrapping import unwrap

_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_HTML_TABLE = re.compile(r"(<table\b(?:(?!<table\b).)*?</table\s*>)", re.IGNORECASE | re.DOTALL)
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_][\w:-]*)\s*:\s*(.+)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_MARKER = re.compile(r"^\s*(?:[-*+]|>)\s+")


def read_text(text: str, source: str, limits: Limits, *, markdown: bool) -> Parts:
    """Blocks of a text; with `markdown` its marks are read instead of shown.

    Raises LoadError for oversized tables or too many lines.
    """
    meta, text = _front_matter(text) if markdown else ({}, text)
    if text.count("\n") > limits.blocks:
        raise LoadError(source, reasons.TOO_MANY_BLOCKS)
    blocks: list[Block] = []
    warnings: list[str] = []
    for part in _HTML_TABLE.split(text) if "</" in text else [text]:
        if _HTML_TABLE.fullmatch(part):
            from ingest.loaders.html import read_html

            table = read_html(part, source, limits)
            blocks.extend(table.blocks)
            warnings.extend(table.warnings)
        else:
            blocks.extend(_blocks(part.splitlines(), source, limits, markdown))
    return Parts(blocks, title=meta.get("title"), meta=meta, warnings=warnings)


def _blocks(lines: Sequence[str], source: str, limits: Limits, markdown: bool) -> Iterator[Block]:
    for kind, run in _runs(lines):
        if kind == "pipe":
            yield from read_pipes(run, source, limits)
        elif kind == "tab":
            yield read_tabs(run, source, limits)
        elif markdown:
            yield from _marked(run)
        else:
            yield from (Paragraph(text) for text in unwrap(run) if text)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    fields = (_FIELD.fullmatch(line.strip()) for line in found[1].splitlines())
    meta = {field[1]: field[2].strip().strip("\"'") for field in fields if field}
    return meta, text[found.end() :]


def _runs(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Consecutive lines of one kind: "pipe", "tab" or "prose"."""
    start = 0
    kinds = _kinds(lines)
    while start < len(lines):
        end = start + 1
        while end < len(lines) and kinds[end] == kinds[start]:
            end += 1
        kind = kinds[start]
        lone = end - start == 1 and kind != "prose"
        # One line alone is a table only if it has borders on both sides.
        text = lines[start].strip()
        if lone and not (kind == "pipe" and text.startswith("|") and text.strip("| \t")):
            kind = "prose"
        yield kind, list(lines[start:end])
        start = end


def _kinds(lines: Sequence[str]) -> list[str]:
    """The kind of each line; one with a tab at its end only (a blank cell, or a slip) is taken
    for a table's row beside another row."""
    kinds = [_kind(line) for line in lines]
    for index, kind in enumerate(kinds):
        if kind == "edge":
            beside = kinds[index - 1] if index else ""
            following = kinds[index + 1] if index + 1 < len(kinds) else ""
            kinds[index] = "tab" if "tab" in (beside, following) else "prose"
    return kinds


def _kind(line: str) -> str:
    if "|" in line and (is_pipe_row(line) or is_rule(line)):
        return "pipe"
    if "\t" not in line.strip(" ") or not line.strip():
        return "prose"
    return "tab" if "\t" in line.strip() else "edge"


def read_tabs(lines: Sequence[str], source: str, limits: Limits) -> Grid:
    """Lines with tabs, as a table copied from a page gives them: spans lost, so ragged."""
    rows = [line.rstrip("\r\n").split("\t") for line in lines]
    width = max(map(len, rows))
    if width > limits.grid_columns or len(rows) * width > limits.grid_cells:
        raise LoadError(source, reasons.TOO_MANY_CELLS)
    cells = tuple(
        Cell(fold(text), y, x) for y, row in enumerate(rows) for x, text in enumerate(row)
    )
    return Grid(cells, len(rows), width, ragged=len({len(row) for row in rows}) > 1)


def _marked(lines: Sequence[str]) -> Iterator[Block]:
    """Markdown prose: headings, and the paragraphs between them with their marks taken off."""
    paragraph: list[str] = []
    for line in [*lines, ""]:
        heading = _HEADING.fullmatch(line)
        starts = bool(_MARKER.match(line) or _FENCE.match(line) or not line.strip())
        if heading or starts:
            yield from (Paragraph(text) for text in unwrap(paragraph) if text)
            paragraph = []
        if heading:
            yield Heading(_unmarked(heading[2]), len(heading[1]))
        elif line.strip() and not _FENCE.match(line):
            paragraph.append(_unmarked(_MARKER.sub("", line, count=1)))


def _unmarked(text: str) -> str:
    return fold(_EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text)))
