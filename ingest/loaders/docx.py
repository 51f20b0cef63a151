"""Word documents (.docx) → blocks in reading order, merges as declared in the file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zipfile import BadZipFile

from ingest.document import Block, Cell, Grid, Heading, Paragraph
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.archive import check_archive
from ingest.loaders.docx_numbering import Numbering
from ingest.loaders.docx_text import W, attribute, is_on, paragraph_text, text_boxes
from ingest.loaders.limits import Limits
from ingest.loaders.parts import Parts
from ingest.loaders.spans import gather
from ingest.loaders.white_space import fold

# Containers that are transparent to the reader.
_WRAPPERS = frozenset(
    W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")
)
_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLE_NAMES = ("title", "标题")
# A cell longer than this is prose; a table whose text is mostly prose only lays out the page.
_PROSE_CELL = 220
_PROSE_SHARE = 0.6
_BODY_LEVEL = 9  # outline level 9 is body text


def read_docx(data: bytes, source: str, limits: Limits) -> Parts:
    """Blocks of a document. Raises LoadError (damaged, oversized), UnsafeSourceError (bombs)."""
    check_archive(data, source, limits)
    document = _open(data, source)
    reader = _Reader(document, source, limits)
    try:
        blocks = list(reader.blocks(document.element.body))
    except (ValueError, RecursionError) as error:
        raise LoadError(source, reasons.DAMAGED) from error
    if len(blocks) > limits.blocks:
        raise LoadError(source, reasons.TOO_MANY_BLOCKS)
    return Parts(blocks, title=fold(document.core_properties.title or "") or None)


def _open(data: bytes, source: str) -> Any:
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    try:
        return Document(io.BytesIO(data))
    except (OpcError, XMLSyntaxError, BadZipFile, KeyError, ValueError, AttributeError) as error:
        raise LoadError(source, reasons.DAMAGED) from error


def _part(document: Any, kind: str) -> Any:
    """Root element of a related part, None where the document has none."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            return getattr(relation.target_part, "element", None)
    return None


class _Reader:
    def __init__(self, document: Any, source: str, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        styles = _part(document, "styles")
        self._numbering = Numbering(_part(document, "numbering"), styles)
        self._levels = _heading_levels(styles)

    def blocks(self, container: Any) -> Iterator[Block]:
        """Blocks of the body or of a cell that is unpacked, in order."""
        for node in container:
            if node.tag == f"{W}p":
                yield from self._paragraph(node)
            elif node.tag == f"{W}tbl":
                yield from self._table(node)
            elif node.tag in _WRAPPERS:
                yield from self.blocks(node)

    def _paragraph(self, node: Any) -> Iterator[Block]:
        level = self._level(node)
        text = self._numbering.label(node) + paragraph_text(node)
        lines = [text] if level else text.split("\n")
        for line in map(fold, lines):
            if line:
                yield Heading(line, level) if level else Paragraph(line)
        for box in text_boxes(node):
            yield from self.blocks(box)

    def _level(self, paragraph: Any) -> int:
        """Heading level, 0 for body text."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return 0
        outline = attribute(properties.find(f"{W}outlineLvl"), "val")
        if outline.isdigit():
            return 0 if int(outline) >= _BODY_LEVEL else int(outline) + 1
        return self._levels.get(attribute(properties.find(f"{W}pStyle"), "val"), 0)

    def _table(self, table: Any) -> Iterator[Block]:
        rows = list(_rows(table))
        if self._is_layout(table, rows):
            for row in rows:
                for cell in _row_cells(row):
                    yield from self.blocks(cell)
            return
        grid = self._grid(rows)
        if grid.cells:
            yield grid

    def _is_layout(self, table: Any, rows: list[Any]) -> bool:
        cells = [cell for row in rows for cell in _row_cells(row)]
        texts = [text for cell in cells if (text := fold(_plain(cell)))]
        if len(texts) < 2:
            return True
        total = sum(map(len, texts))
        nested = sum(len(_plain(inner)) for inner in table.iter(f"{W}tbl") if inner is not table)
        prose = sum(len(text) for text in texts if len(text) > _PROSE_CELL)
        return prose > total * _PROSE_SHARE or nested > total * 0.5

    def _grid(self, rows: list[Any]) -> Grid:
        cells: list[Cell] = []
        above: dict[int, int] = {}  # by column: index in `cells` of the merge that reaches down
        for y, row in enumerate(rows):
            header = is_on(row.find(f"{W}trPr/{W}tblHeader"))
            x = _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
            reaching: dict[int, int] = {}
            for node in _row_cells(row):
                colspan = max(
                    1, min(_number(node.find(f"{W}tcPr/{W}gridSpan"), 1), self._limits.grid_columns)
                )
                merge = node.find(f"{W}tcPr/{W}vMerge")
                if merge is not None and attribute(merge, "val") != "restart" and x in above:
                    index = above[x]
                    cells[index] = replace(cells[index], rowspan=y - cells[index].row + 1)
                    reaching[x] = index
                else:
                    if merge is not None:
                        reaching[x] = len(cells)
                    cells.append(Cell(self._cell_text(node), y, x, 1, colspan, header))
                x += colspan
            above = reaching
            if len(cells) > self._limits.grid_cells:
                raise LoadError(self._source, reasons.TOO_MANY_CELLS)
        return gather(cells, source=self._source, limits=self._limits)

    def _cell_text(self, cell: Any) -> str:
        parts = [
            self._numbering.label(paragraph) + paragraph_text(paragraph)
            for paragraph in cell.iter(f"{W}p")
        ]
        return fold("\n".join(parts))


def _heading_levels(styles: Any) -> dict[str, int]:
    """Style id → heading level, by outline level or name, inherited from base styles."""
    levels: dict[str, int] = {}
    bases: dict[str, str] = {}
    for style in () if styles is None else styles.iter(f"{W}style"):
        identity = attribute(style, "styleId")
        bases[identity] = attribute(style.find(f"{W}basedOn"), "val")
        name = attribute(style.find(f"{W}name"), "val")
        outline = attribute(style.find(f"{W}pPr/{W}outlineLvl"), "val")
        if outline.isdigit() and int(outline) < _BODY_LEVEL:
            levels[identity] = int(outline) + 1
        elif found := _HEADING_NAME.fullmatch(name):
            levels[identity] = int(found[1])
        elif name.lower() in _TITLE_NAMES:
            levels[identity] = 1
    for identity in bases:
        base, steps = identity, 0
        while base and base not in levels and steps < 20:
            base, steps = bases.get(base, ""), steps + 1
        if base in levels:
            levels.setdefault(identity, levels[base])
    return levels


def _rows(table: Any) -> Iterator[Any]:
    """Rows that are neither deleted by a tracked change nor inside a nested table."""
    for node in table:
        if node.tag == f"{W}tr":
            if node.find(f"{W}trPr/{W}del") is None:
                yield node
        elif node.tag in _WRAPPERS:
            yield from _rows(node)


def _row_cells(row: Any) -> Iterator[Any]:
    for node in row:
        if node.tag == f"{W}tc":
            yield node
        elif node.tag in _WRAPPERS:
            yield from _row_cells(node)


def _plain(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def _number(element: Any, default: int) -> int:
    value = attribute(element, "val")
    return int(value) if value.isdigit() and len(value) < 7 else default
