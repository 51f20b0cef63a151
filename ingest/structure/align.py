"""Data cells of a row against the columns of its header: by place, else by count, else not."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from ingest.document import Cell
from ingest.figure import Kind
from ingest.structure.form_index import TableIndex
from ingest.structure.header import Header, LeafColumn
from ingest.structure.labels import Path
from ingest.structure.layout import Layout, end, is_label, label, overlaps, value

# A cell, the leaf column it stands in (None: a column the form does not know), printed labels.
Aligned = tuple[Cell, LeafColumn | None, tuple[str, ...]]


class Row(Protocol):
    @property
    def row(self) -> int: ...
    @property
    def path(self) -> Path | None: ...
    @property
    def printed(self) -> tuple[str, ...]: ...


R = TypeVar("R", bound=Row)
Group = tuple[int, tuple[str, ...]]  # Path.key of what stands over columns


def align_row(
    layout: Layout, row: int, label_end: int, cells: Sequence[Cell], header: Header
) -> list[Aligned] | None:
    """Each data cell with its column; None where that is not certain."""
    reaching_in = [cell for cell in cells if cell.row != row]
    if any(not is_label(cell) for cell in reaching_in):
        return None  # a value over several rows
    cells = [cell for cell in cells if cell.row == row]
    if any(cell.rowspan > 1 for cell in cells if label(cell)):
        return None
    if header.placed is not None and not layout.grid.ragged:
        placed = _by_place(layout, label_end, cells, header)
        if placed is not None:
            return placed
    leaves = header.in_order or (header.placed if header.placed and not header.extra else None)
    return _by_count(layout, row, cells, leaves) if leaves else None


def _by_place(
    layout: Layout, label_end: int, cells: Sequence[Cell], header: Header
) -> list[Aligned] | None:
    columns = header.placed or ()
    if label_end > columns[0].start:
        return None
    aligned: list[Aligned] = []
    done: list[Cell] = []
    for column in columns:
        under = [cell for cell in cells if overlaps(cell, column.start, column.stop)]
        copies = len(under) == column.copies and len({label(cell) for cell in under}) == 1
        if not copies or not all(_within(cell, column, columns) for cell in under):
            return None
        aligned.append((under[0], column, column.printed))
        done.extend(under)
    for cell in (cell for cell in cells if not any(cell is one for one in done)):
        heads = [extra for extra in header.extra if overlaps(cell, extra.start, extra.stop)]
        if len(heads) == 1:
            aligned.append((cell, None, heads[0].printed))
        elif label(cell) or not (cell.column < columns[0].start or _is_margin(layout, cell)):
            return None
    return aligned


def _is_margin(layout: Layout, cell: Cell) -> bool:
    """Is a blank cell right of all columns part of an empty column, not one too many in its row?"""
    reaching = [row for row in layout.rows if row and end(row[-1]) >= end(cell)]
    return len(reaching) * 2 > len(layout.rows)


def _within(cell: Cell, column: LeafColumn, columns: Sequence[LeafColumn]) -> bool:
    """Does the cell stand under this column alone? One mark may stand under several."""
    shared = [other for other in columns if overlaps(cell, other.start, other.stop)]
    return len(shared) == 1 or value(cell).kind in (Kind.BLANK, Kind.NOT_APPLICABLE)


def _by_count(
    layout: Layout, row: int, cells: Sequence[Cell], leaves: Sequence[LeafColumn]
) -> list[Aligned] | None:
    """As many cells as columns, in order."""
    if layout.grid.ragged:
        if any(label(cell) for cell in cells[len(leaves) :]):
            return None
        cells = _padded_off(layout, row, cells, len(leaves))
    if len(cells) != len(leaves):
        return None
    return [(cell, leaf, leaf.printed) for cell, leaf in zip(cells, leaves, strict=True)]


def _padded_off(layout: Layout, row: int, cells: Sequence[Cell], count: int) -> Sequence[Cell]:
    """The first `count` cells, or none of them where they may have slipped to a side.

    Text that lost its blank cells looks the same as text whose last cells are blank, so a blank
    at the end counts only if the whole row is blank, or if the document shows that blanks were
    kept (Layout.keeps_blanks) and the row is as long as the others. A blank at the start may be
    what is left of a label's span where blanks stand for spans.
    """
    taken = cells[:count]
    filled = [bool(label(cell)) for cell in taken]
    unpadded = len(cells) == count and not layout.is_padded
    if not unpadded and len(layout.rows[row]) != layout.usual_length:
        return ()  # a cell too many or too few
    if not any(filled):
        return taken
    if not filled[0] and layout.blanks_for_spans:
        return ()
    return taken if filled[-1] or layout.keeps_blanks else ()


# Identities as evidence

_ENOUGH_FAILED = 3


def confirmed(
    rows: list[tuple[R, list[Aligned] | None]], index: TableIndex, warnings: list[str]
) -> list[tuple[R, list[Aligned] | None]]:
    """All rows, or none where most do not fit the header, or where the table's own sums speak
    against the columns: where most fail if columns were only counted, where all of several fail
    if they were placed by their spans."""
    fitting = sum(aligned is not None for _, aligned in rows)
    if fitting * 2 < len(rows):
        return [(match, None) for match, _ in rows]
    verdicts = [verdict for _, aligned in rows for verdict in row_sums(aligned or [], index)]
    failed, held = verdicts.count(False), verdicts.count(True)
    counted = any(
        column is not None and column.start < 0
        for _, aligned in rows
        for _, column, _ in aligned or []
    )
    if failed <= held if counted else held or failed < _ENOUGH_FAILED:
        return rows
    warnings.append(f"表{index.table.id}的列与表头对不上（各行合计多不成立），未采用")
    return [(match, None) for match, _ in rows]


def row_sums(aligned: list[Aligned], index: TableIndex) -> list[bool]:
    """Whether each identity along the columns holds in this row; unjudged ones are left out."""
    verdicts = []
    for identity in index.form.identities:
        along = identity.axis == ("items" if _items_above(index) and index.rows else "aspects")
        if identity.table != index.table.id or not along:
            continue
        for group in {column.path.parent_key for _, column, _ in aligned if column}:
            cells = _under(aligned, group)
            left, right = _sum(cells, identity.left), _sum(cells, identity.right)
            if left is not None and right is not None and (left or right):
                verdicts.append(left == right)
    return verdicts


def _items_above(index: TableIndex) -> bool:
    return any(block.item_axis == "columns" for block in index.table.blocks)


def _under(aligned: list[Aligned], group: Group) -> dict[str, list[Cell]]:
    """The cells that stand below `group`, by the ids of the nodes between."""
    block, labels = group
    depth = len(labels)
    cells: dict[str, list[Cell]] = {}
    for cell, column, _ in aligned:
        if column and column.path.key[0] == block and column.path.key[1][:depth] == labels:
            for node in column.path.nodes[depth:]:
                cells.setdefault(node.id, []).append(cell)
    return cells


def _sum(cells: dict[str, list[Cell]], ids: Sequence[str]) -> Decimal | None:
    """The sum of the cells that stand under these ids; None if one has no value."""
    total = Decimal(0)
    for name in ids:
        numbers = [value(cell).number for cell in cells.get(name, ())]
        if not numbers:
            return None
        for number in numbers:
            if number is None:
                return None
            total += number
    return total
