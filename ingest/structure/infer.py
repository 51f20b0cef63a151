"""Heads that a page break took away: columns known by the form's order and proved by its sums.

Only where exactly the missing leaves fit the columns without a head, at most one on either side
of the identity that is to prove it, and every row that can be judged agrees.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.document import Cell
from ingest.structure.align import Row, align_row, row_sums
from ingest.structure.form_index import TableIndex
from ingest.structure.header import Header, LeafColumn
from ingest.structure.labels import Path
from ingest.structure.layout import Layout, end, label


def completed(
    layout: Layout,
    rows: Sequence[tuple[Row, int, Sequence[Cell]]],
    header: Header,
    index: TableIndex,
    block: int,
) -> Header | None:
    """`header` with its missing leaves, or None. `rows` are (row, end of label, data cells)."""
    placed = header.placed
    if not placed or header.extra or layout.grid.ragged:
        return None
    wanted = [path for path in index.columns.paths if path.block == block and path.is_leaf]
    known = {column.path.key for column in placed}
    missing = [path for path in wanted if path.key not in known]
    columns = _headless(rows, placed)
    if not missing or len(columns) != len(missing) or not _provable(missing, index):
        return None
    found = [_column(path, *span) for path, span in zip(missing, columns, strict=True)]
    whole = sorted((*placed, *found), key=lambda column: column.start)
    if [column.path.key for column in whole] != [path.key for path in wanted]:
        return None
    proposed = Header(tuple(whole), None)
    verdicts = [
        verdict
        for match, label_end, cells in rows
        if (aligned := align_row(layout, match.row, label_end, cells, proposed))
        for verdict in row_sums(aligned, index)
    ]
    return proposed if verdicts and all(verdicts) else None


def _headless(
    rows: Sequence[tuple[Row, int, Sequence[Cell]]], placed: Sequence[LeafColumn]
) -> list[tuple[int, int]]:
    """The columns, left to right, in which rows have cells but the header has no leaf."""
    spans = {
        (cell.column, end(cell))
        for match, _, cells in rows
        for cell in cells
        if cell.row == match.row
        and label(cell)
        and not any(cell.column < c.stop and end(cell) > c.start for c in placed)
    }
    return sorted(spans)


def _provable(missing: Sequence[Path], index: TableIndex) -> bool:
    """Is there an identity with at most one missing leaf on each of its sides?"""
    names = [{node.id for node in path.nodes} for path in missing]
    for identity in index.form.identities:
        sides = [
            sum(bool(ids & set(side)) for ids in names) for side in (identity.left, identity.right)
        ]
        if identity.table == index.table.id and sum(sides) == len(names) and max(sides) <= 1:
            return True
    return False


def _column(path: Path, start: int, stop: int) -> LeafColumn:
    printed = tuple(node.labels[0] for node in path.nodes)
    return LeafColumn(path, start, stop, printed)
