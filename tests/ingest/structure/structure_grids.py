"""Documents built by hand for the tests of structure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ingest.document import Block, Cell, Document, Grid, Heading, Paragraph


def spanned(rows: Sequence[Sequence[str | tuple[str, int, int]]]) -> Grid:
    """A grid from rows of cells, each a text or (text, rowspan, colspan), placed as HTML does."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row, line in enumerate(rows):
        column = 0
        for entry in line:
            text, rowspan, colspan = (entry, 1, 1) if isinstance(entry, str) else entry
            while (row, column) in taken:
                column += 1
            rowspan = min(rowspan, len(rows) - row)
            cells.append(Cell(text, row, column, rowspan, colspan))
            taken |= {(row + r, column + c) for r in range(rowspan) for c in range(colspan)}
            column += colspan
    width = max((cell.column + cell.colspan for cell in cells), default=0)
    return Grid(tuple(cells), len(rows), width)


def ragged(text: str) -> Grid:
    """A grid from flattened pipe text: each line lists the cells that begin in it."""
    lines = [line.strip().strip("|").split("|") for line in text.strip().splitlines()]
    cells = [
        Cell(part.strip(), row, column)
        for row, line in enumerate(lines)
        for column, part in enumerate(line)
    ]
    return Grid(tuple(cells), len(lines), max(map(len, lines)), ragged=True)


def document(*blocks: Block | str, title: str | None = None, source: str = "test.html") -> Document:
    """Strings become paragraphs."""
    made = tuple(Paragraph(block) if isinstance(block, str) else block for block in blocks)
    digest = hashlib.sha256(repr(made).encode()).hexdigest()
    return Document(source, made, digest, title=title)


def from_text(text: str, source: str = "test.txt") -> Document:
    """Plain text with flattened pipe tables, as a loader would read it."""
    blocks: list[Block] = []
    pipes: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.lstrip().startswith("|"):
            pipes.append(line)
            continue
        if pipes:
            blocks.append(ragged("\n".join(pipes)))
            pipes = []
        if line.strip():
            blocks.append(Paragraph(line.strip()))
    return document(*blocks, source=source)


__all__ = ["Heading", "document", "from_text", "ragged", "spanned"]
