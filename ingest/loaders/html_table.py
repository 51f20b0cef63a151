"""<table> → Grid, and telling tables of data from tables that only lay out the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from ingest.loaders.html_nodes import CellText, children, elements, is_hidden
from ingest.loaders.spans import RawCell
from ingest.loaders.white_space import fold

_INTEGER = re.compile(r"\s*\+?(\d{1,9})")
# A cell longer than this is prose; a table whose text is mostly prose is layout.
PROSE_CELL = 220
PROSE_SHARE = 0.6
# A nested table this small is a wrapper around one value, read as part of the outer cell.
_NESTED_CELLS = 2
_NESTED_SHARE = 0.5
_LINKED_SHARE = 0.8
_MAX_SPAN = 65_534  # HTML standard's bound for rowspan; colspan is bounded by Limits


@dataclass
class RawTable:
    """A table as declared. `groups` are the row indexes at which row groups end."""

    caption: str = ""
    rows: list[list[RawCell]] = field(default_factory=list)
    nodes: list[list[LexborNode]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)


def read_table(table: LexborNode, text: CellText) -> RawTable:
    """Cells of `table` with their declared spans; hidden rows and cells left out."""
    raw = RawTable()
    for caption in elements(table, "caption"):
        raw.caption = text.read(caption)
    for in_head, rows in _row_groups(table):
        for row in rows:
            cells = [c for c in elements(row, "td", "th") if not is_hidden(c, "td")]
            raw.nodes.append(cells)
            raw.rows.append([_raw_cell(cell, in_head, text) for cell in cells])
        raw.groups.append(len(raw.rows))
    return raw


def _row_groups(table: LexborNode) -> Iterator[tuple[bool, list[LexborNode]]]:
    """Row groups as shown: foot last. Yields (is the head, rows)."""
    feet = []
    for group in elements(table, "thead", "tbody", "tfoot"):
        if is_hidden(group, "tbody"):
            continue
        rows = [row for row in elements(group, "tr") if not is_hidden(row, "tr")]
        if group.tag == "tfoot":
            feet.append(rows)
        else:
            yield group.tag == "thead", rows
    yield from ((False, rows) for rows in feet)


def _raw_cell(cell: LexborNode, in_head: bool, text: CellText) -> RawCell:
    attributes = cell.attributes
    return RawCell(
        text.read(cell),
        _span(attributes.get("rowspan"), zero_allowed=True) if "rowspan" in attributes else 1,
        _span(attributes.get("colspan")) if "colspan" in attributes else 1,
        in_head or cell.tag == "th",
    )


def _span(value: str | None, zero_allowed: bool = False) -> int:
    found = _INTEGER.match(value or "")
    number = min(int(found[1]), _MAX_SPAN) if found else 1
    return number if number or zero_allowed else 1


def is_navigation(table: LexborNode, raw: RawTable) -> bool:
    """Whether nearly all text of `table` is links and none of it a number: a menu, not data."""
    links = table.css("a")
    if not links:
        return False
    texts = [cell.text for row in raw.rows for cell in row if cell.text]
    linked = sum(len(fold(link.text() or "")) for link in links)
    numbers = any(text.isdigit() for text in texts)
    return linked >= _LINKED_SHARE * sum(map(len, texts)) and not numbers


def is_layout(table: LexborNode, raw: RawTable) -> bool:
    """Whether `table` lays out the page: one column, mostly prose, or around data tables."""
    texts = [cell.text for row in raw.rows for cell in row if cell.text]
    if len(texts) < 2 or max(map(len, raw.rows)) < 2:
        return True
    total = sum(map(len, texts))
    if sum(len(text) for text in texts if len(text) > PROSE_CELL) > total * PROSE_SHARE:
        return True
    nested = sum(len(inner.text() or "") for inner in _nested_data_tables(table))
    return nested > len(table.text() or "") * _NESTED_SHARE


def _nested_data_tables(table: LexborNode) -> Iterator[LexborNode]:
    """Outermost tables inside `table` that have at least two cells."""
    stack = children(table)
    while stack:
        node = stack.pop()
        if node.tag == "table" and len(node.css("td, th")) >= _NESTED_CELLS:
            yield node
        else:
            stack.extend(children(node))
