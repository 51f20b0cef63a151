"""Document: what a loader makes of a file, blocks in reading order, before any meaning.

A grid keeps its spans as the source declares them; nothing here guesses by equal text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as the source marks it; `level` 1 is the outermost."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of prose, white space folded."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell: its anchor (top-left, zero-based) and how far it spans."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False  # the source itself marks it so (<th>, header row)
    number_format: str = ""  # of a spreadsheet cell, where the shown text depends on it


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as cells on a `height` × `width` raster, in reading order.

    `ragged` says that the source lost its spans (flattened pipe text): each row lists the cells
    that begin in it, left-aligned, and padding at the end of a row means nothing.
    `page` is the first page of a paged source (1-based), None elsewhere.
    """

    cells: tuple[Cell, ...]
    height: int
    width: int
    caption: str = ""
    ragged: bool = False
    page: int | None = None

    def rows(self) -> list[list[Cell]]:
        """Cells by the row in which they begin, left to right."""
        lines: list[list[Cell]] = [[] for _ in range(self.height)]
        for cell in self.cells:
            lines[cell.row].append(cell)
        for line in lines:
            line.sort(key=lambda cell: cell.column)
        return lines


Block = Heading | Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """One loaded source. `content_hash` is sha256 over the bytes as read, in hex."""

    source: str
    blocks: tuple[Block, ...]
    content_hash: str
    media_type: str = ""
    encoding: str | None = None
    title: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def grids(self) -> list[Grid]:
        return [block for block in self.blocks if isinstance(block, Grid)]
