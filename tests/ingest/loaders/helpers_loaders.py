"""Small views of documents that tests compare."""

from __future__ import annotations

from ingest.document import Document, Grid, Heading, Paragraph
from ingest.loaders import load_bytes


def page(body: str, head: str = "") -> bytes:
    return f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def read_html(body: str, head: str = "") -> Document:
    return load_bytes(page(body, head), "页.html")


def texts(document: Document) -> list[str]:
    """Headings and paragraphs in order."""
    return [block.text for block in document.blocks if isinstance(block, Heading | Paragraph)]


def places(grid: Grid) -> dict[str, tuple[int, int, int, int]]:
    """Text → (row, column, rowspan, colspan), for grids whose texts differ."""
    return {cell.text: (cell.row, cell.column, cell.rowspan, cell.colspan) for cell in grid.cells}


def rows_of(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows()]
