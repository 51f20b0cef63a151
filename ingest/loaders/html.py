"""HTML pages → blocks in reading order: headings, paragraphs, grids."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.document import Block, Grid, Heading, Paragraph
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.html_guard import check_markup
from ingest.loaders.html_main import main_nodes, page_facts
from ingest.loaders.html_nodes import BLOCKS, CellText, children, is_hidden
from ingest.loaders.html_table import is_layout, is_navigation, read_table
from ingest.loaders.limits import Limits
from ingest.loaders.parts import Parts
from ingest.loaders.span_repair import repair
from ingest.loaders.spans import place
from ingest.loaders.white_space import fold

_HEADINGS = {f"h{level}": level for level in range(1, 7)}


def read_html(html: str, source: str, limits: Limits) -> Parts:
    """Blocks, title and meta of a page.

    Raises UnsafeSourceError for markup beyond the limits, LoadError for oversized tables.
    """
    check_markup(html, source, limits)
    tree = LexborHTMLParser(html.replace("\x00", ""))
    title, meta = page_facts(tree)
    writer = _Writer(source, limits)
    for node in main_nodes(tree):
        writer.walk(node)
    return Parts(writer.finish(), title=title, meta=meta, warnings=writer.warnings())


@dataclass
class _Writer:
    """Turns nodes into blocks; text between two block boundaries is one paragraph."""

    source: str
    limits: Limits
    blocks: list[Block] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _heading: int = 0
    _tables: int = 0
    _text: CellText = field(default_factory=CellText)
    _notes: list[str] = field(default_factory=list)

    def walk(self, root: LexborNode) -> None:
        """Depth first without recursion: a page may nest deeper than Python's stack."""
        stack: list[LexborNode | str] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                self._flush()
                self._heading = 0
            elif node.tag == "-text":
                self._line.append(node.text_content or "")
            elif node.tag != "-comment":
                self._element(node, node.tag or "", stack)
        self._flush()

    def _element(self, node: LexborNode, tag: str, stack: list[LexborNode | str]) -> None:
        if tag == "br":
            self._line.append("\n")
            if not self._heading:
                self._flush()
            return
        if is_hidden(node, tag) or self._text.is_footnote(node, tag, self._line):
            return
        if tag == "table" and self._table(node):
            return
        if tag in BLOCKS:
            self._flush()
            stack.append(tag)
            self._heading = _HEADINGS.get(tag, self._heading)
        stack.extend(reversed(children(node)))

    def _table(self, node: LexborNode) -> bool:
        """Write `node` as a grid; False where it only lays out the page and is to be unpacked."""
        raw = read_table(node, self._text)
        if is_navigation(node, raw):
            return True
        if is_layout(node, raw):
            return False
        self._flush()
        self._tables += 1
        rows, mended = repair(raw.rows, raw.groups, self.source)
        placed = place(
            rows, raw.groups, source=self.source, caption=raw.caption, limits=self.limits
        )
        if mended:
            self._notes.append(reasons.SPANS_REPAIRED.format(table=self._tables))
        elif placed.clamped:
            self._notes.append(reasons.SPANS_CLAMPED.format(table=self._tables))
        self._add(placed.grid)
        return True

    def _flush(self) -> None:
        text = fold("".join(self._line))
        self._line.clear()
        if text:
            self._add(Heading(text, self._heading) if self._heading else Paragraph(text))

    def _add(self, block: Block) -> None:
        if isinstance(block, Grid) and not block.cells:
            return
        if len(self.blocks) >= self.limits.blocks:
            raise LoadError(self.source, reasons.TOO_MANY_BLOCKS)
        self.blocks.append(block)

    def finish(self) -> list[Block]:
        self._flush()
        return self.blocks

    def warnings(self) -> list[str]:
        dropped = [reasons.FOOTNOTES_DROPPED] if self._text.dropped else []
        return [*self._notes, *dropped]
