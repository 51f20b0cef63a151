"""Column headers of a form table: which column holds which leaf, and how sure that is.

Two independent readings: by the raster (declared spans), and by reading order (each group takes
its children from the next line). The first is used only if its tree agrees with the form.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.document import Cell
from ingest.structure.labels import Axis, Key, Path
from ingest.structure.layout import end, label, overlaps
from ingest.structure.text import normal


@dataclass(frozen=True, slots=True)
class LeafColumn:
    """A leaf of the column axis, the squares it heads, and its printed labels."""

    path: Path
    start: int
    stop: int
    printed: tuple[str, ...]
    unit_source: str = ""  # the labels in which a unit may stand
    copies: int = 1  # squares that were filled by copying one cell that spanned them


@dataclass(frozen=True, slots=True)
class ExtraColumn:
    """A printed column that the form does not know."""

    start: int
    stop: int
    printed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """Columns of one block. `placed` where the raster can be trusted, else None;
    `in_order` where the reading order is complete, else None."""

    placed: tuple[LeafColumn, ...] | None
    in_order: tuple[LeafColumn, ...] | None
    extra: tuple[ExtraColumn, ...] = ()

    @property
    def leaves(self) -> tuple[LeafColumn, ...]:
        return self.placed or self.in_order or ()


@dataclass(frozen=True, slots=True)
class _Hit:
    cell: Cell
    paths: tuple[Path, ...]


def read_header(
    lines: list[list[Cell]],
    axis: Axis,
    block: int,
    corner: frozenset[str],
    subtotals: frozenset[str],
) -> Header:
    """The header of `block` from its `lines` (the cells that begin in each header row)."""
    hits: list[_Hit] = []
    unknown: list[Cell] = []
    for line in lines:
        for cell in line:
            paths = tuple(path for path in axis.find(cell.text) if path.block == block)
            if paths:
                hits.append(_Hit(cell, paths))
            elif normal(cell.text) in subtotals:
                hits.append(_Hit(cell, tuple(_groups_above(cell, hits))))
            elif label(cell) and normal(cell.text) not in corner:
                unknown.append(cell)
    hits = [hit for hit in hits if hit.paths]
    placed = _by_raster(hits, lines)
    extra = tuple(
        ExtraColumn(cell.column, end(cell), (label(cell),))
        for cell in unknown
        if hits and cell.column >= min(hit.cell.column for hit in hits)
    )
    in_order = None if extra else _by_reading_order(hits, lines, block)
    if placed is not None and not (
        _orders_agree(placed, in_order, hits, axis) and _no_leaf_lost(placed, extra, axis)
    ):
        placed = None
    return Header(placed, in_order, extra)


def _orders_agree(
    placed: tuple[LeafColumn, ...],
    in_order: tuple[LeafColumn, ...] | None,
    hits: list[_Hit],
    axis: Axis,
) -> bool:
    """Sound spans put the leaves in reading order. Without one to compare with, either every
    group is printed above its leaves or the leaves follow the order of the form."""
    keys = [column.path.key for column in placed]
    if in_order is not None:
        return keys == [column.path.key for column in in_order]
    printed = {path.key for hit in hits for path in hit.paths}
    parents = {column.path.parent_key for column in placed if len(column.path.nodes) > 1}
    order = [axis.order[key] for key in keys]
    return parents <= printed or order == sorted(order)


def _no_leaf_lost(
    placed: tuple[LeafColumn, ...], extra: tuple[ExtraColumn, ...], axis: Axis
) -> bool:
    """A square without a head between the leaves, and a leaf of the form missing: its
    neighbours may have moved into its place."""
    found = {column.path.key for column in placed}
    block = placed[0].path.block
    wanted = {path.key for path in axis.paths if path.is_leaf and path.block == block}
    spans = [(column.start, column.stop) for column in placed]
    spans += [(column.start, column.stop) for column in extra]
    headed = {square for start, stop in spans for square in range(start, stop)}
    whole = headed >= set(range(placed[0].start, placed[-1].stop))
    return whole or wanted <= found


def _groups_above(cell: Cell, hits: list[_Hit]) -> list[Path]:
    return [
        path
        for hit in hits
        if hit.cell.row < cell.row and overlaps(hit.cell, cell.column, end(cell))
        for path in hit.paths
        if path.node.children and path.node.id
    ]


# By raster


def _by_raster(hits: list[_Hit], lines: list[list[Cell]]) -> tuple[LeafColumn, ...] | None:
    tips, copies = _without_copies([hit for hit in hits if not _has_hit_below(hit, hits)], hits)
    chains = [_chain(tip, hits) for tip in tips]
    fitting = [_fitting(tip, chain) for tip, chain in zip(tips, chains, strict=True)]
    paths = _settled(fitting)
    if paths is None or len({path.key for path in paths}) < len(paths):
        return None
    columns = [
        LeafColumn(
            path,
            tip.cell.column,
            end(tip.cell) + count - 1,
            _printed(path, chain, tip, hits),
            " ".join(label(hit.cell) for hit in (*chain, tip)),
            count,
        )
        for path, tip, chain, count in zip(paths, tips, chains, copies, strict=True)
    ]
    columns.sort(key=lambda column: column.start)
    return tuple(columns) if columns and _tree_agrees(columns, hits, lines) else None


def _without_copies(tips: list[_Hit], hits: list[_Hit]) -> tuple[list[_Hit], list[int]]:
    """Leaf cells, those that repeat their left neighbour under the same head taken together.

    Writers of plain tables fill a cell that spanned several squares by copying it.
    """
    kept: list[_Hit] = []
    copies: list[int] = []
    for tip in tips:
        last = kept[-1] if kept else None
        if last is not None and _repeats(tip, last, copies[-1], hits):
            copies[-1] += 1
        else:
            kept.append(tip)
            copies.append(1)
    return kept, copies


def _repeats(tip: _Hit, last: _Hit, count: int, hits: list[_Hit]) -> bool:
    next_to = last.cell.row == tip.cell.row and last.cell.column + count == tip.cell.column
    plain = last.cell.colspan == tip.cell.colspan == 1
    heads = [[label(up.cell) for up in _chain(hit, hits)] for hit in (last, tip)]
    return next_to and plain and last.cell.text == tip.cell.text and heads[0] == heads[1]


def _has_hit_below(hit: _Hit, hits: list[_Hit]) -> bool:
    return any(
        other.cell.row > hit.cell.row and overlaps(other.cell, hit.cell.column, end(hit.cell))
        for other in hits
    )


def _chain(tip: _Hit, hits: list[_Hit]) -> list[_Hit]:
    """The hits above `tip`, outermost first, copies of the same label left out."""
    above = [
        hit
        for hit in hits
        if hit.cell.row < tip.cell.row and overlaps(hit.cell, tip.cell.column, end(tip.cell))
    ]
    return [hit for hit in sorted(above, key=lambda hit: hit.cell.row) if hit.paths != tip.paths]


def _fitting(tip: _Hit, chain: list[_Hit]) -> list[Path]:
    """The paths of `tip` of which every printed ancestor is an ancestor in the form."""
    return [
        path
        for path in tip.paths
        if all(any(up.above(path) or up == path for up in hit.paths) for hit in chain)
    ]


def _settled(fitting: list[list[Path]]) -> list[Path] | None:
    """One path for each column, or None. Repeated labels (结果维持 under three heads) are told
    apart by what is printed above them, else by their order if all of them are there."""
    settled: list[Path] = []
    sure = {paths[0].key for paths in fitting if len(paths) == 1}
    fitting = [[p for p in paths if len(paths) == 1 or p.key not in sure] for paths in fitting]
    for place, paths in enumerate(fitting):
        if len(paths) == 1:
            settled.append(paths[0])
            continue
        alike = [index for index, other in enumerate(fitting) if other == paths]
        if not paths or len(alike) != len(paths):
            return None
        settled.append(paths[alike.index(place)])
    return settled


def _printed(path: Path, chain: list[_Hit], tip: _Hit, hits: list[_Hit]) -> tuple[str, ...]:
    """The labels of `path` as printed: from the cells above, else wherever the group stands."""
    printed: list[str] = []
    for depth in range(1, len(path.nodes)):
        key = (path.block, path.key[1][:depth])
        heads = [hit for hit in (*chain, *hits) if any(up.key == key for up in hit.paths)]
        printed.extend(label(hit.cell) for hit in heads[:1])
    return (*printed, label(tip.cell))


def _tree_agrees(columns: list[LeafColumn], hits: list[_Hit], lines: list[list[Cell]]) -> bool:
    """Does every leaf stand below its group, wherever that group is printed?"""
    reach: dict[Key, list[tuple[int, int]]] = {}
    for hit in hits:
        for path in hit.paths:
            if path.node.children:
                span = hit.cell.column, _reach(hit.cell, lines)
                reach.setdefault(path.key, []).append(span)
    return all(
        any(start <= column.start and column.stop <= stop for start, stop in spans)
        for column in columns
        if (spans := reach.get(column.path.parent_key)) and len(column.path.nodes) > 1
    )


def _reach(cell: Cell, lines: list[list[Cell]]) -> int:
    """How far a group reaches: its span, or the blank or equal cells that stand in for one."""
    stop = end(cell)
    line = next(line for line in lines if cell in line)
    for other in line[line.index(cell) + 1 :] if cell.colspan == 1 else ():
        if other.column != stop or (label(other) and other.text != cell.text):
            break
        stop = end(other)
    return stop


# By reading order


def _by_reading_order(
    hits: list[_Hit], lines: list[list[Cell]], block: int
) -> tuple[LeafColumn, ...] | None:
    """Leaves in the order in which they are read, None where a label finds no group."""
    by_cell = {id(hit.cell): hit for hit in hits}
    root: Key = (block, ())
    open_groups = [root]
    children: dict[Key, list[tuple[Path, Cell]]] = {}
    for line in lines:
        here = [by_cell[id(cell)] for cell in line if id(cell) in by_cell]
        if not here:
            continue
        opened = _assign_line(here, open_groups, children)
        if opened is None:
            return None
        open_groups = opened
    return _leaves_of(root, children, ())


def _assign_line(
    here: list[_Hit],
    groups: list[Key],
    children: dict[Key, list[tuple[Path, Cell]]],
) -> list[Key] | None:
    opened: list[Key] = []
    place = 0
    for hit in here:
        path = None
        while place < len(groups) and path is None:
            taken = {known.key for known, _ in children.get(groups[place], [])}
            path = next(
                (p for p in hit.paths if p.parent_key == groups[place] and p.key not in taken), None
            )
            if path is None:
                place += 1
        if path is None:
            return None
        children.setdefault(groups[place], []).append((path, hit.cell))
        if path.node.children:
            opened.append(path.key)
    return opened


def _leaves_of(
    group: Key,
    children: dict[Key, list[tuple[Path, Cell]]],
    above: tuple[str, ...],
) -> tuple[LeafColumn, ...] | None:
    leaves: list[LeafColumn] = []
    for path, cell in children.get(group, []):
        printed = (*above, label(cell))
        if path.key in children:
            below = _leaves_of(path.key, children, printed)
            if below is None:
                return None
            leaves.extend(below)
        elif path.is_leaf:
            leaves.append(LeafColumn(path, -1, -1, printed, " ".join(printed)))
        else:
            return None
    return tuple(leaves)
