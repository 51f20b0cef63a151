"""Which sets of cells could be the whole answer: cells, lines, and rows crossed with columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from assistant.tableqa.features import NONE, View
from assistant.tableqa.layout import Bools, Floats, Ints
from assistant.tableqa.profile import EMPTY

SINGLE, PREFIX, MIXED, CROSS, LINE, SAME, PARTED = range(7)
SOURCES = 7
_SINGLES, _PREFIXES, _MIXED, _LINES = 8, 12, 6, 4
_KEPT = 120
_LIKELY = 0.15  # a header this likely to be the answer is crossed like a data cell


@dataclass
class Proposals:
    """Sets of cells, each once, with the first source that made it."""

    found: dict[frozenset[int], int] = field(default_factory=dict)

    def add(self, cells: Iterable[int], source: int) -> None:
        chosen = frozenset(cells)
        if chosen:
            self.found.setdefault(chosen, source)


def propose(
    view: View, scores: Floats, named: Floats, unions: Sequence[Sequence[int]]
) -> tuple[Bools, Ints]:
    """Membership [sets, n] and source [sets], from the second ranker's probabilities [n], how
    well each cell is named in the question [n] and the unions of what its parts ask."""
    proposals = Proposals()
    order = np.argsort(-scores, kind="stable")
    for cell in order[:_SINGLES]:
        proposals.add([int(cell)], SINGLE)
    for size in range(2, min(_PREFIXES, len(order)) + 1):
        proposals.add(map(int, order[:size]), PREFIX)
    for size in (2, 3):
        for chosen in combinations(map(int, order[:_MIXED]), size):
            proposals.add(chosen, MIXED)
    _cross(view, scores, named, proposals)
    for union in unions:
        proposals.add(union, PARTED)
    for cell in order[:3]:
        for line in lines_of(view, int(cell)):
            proposals.add(line, LINE)
        for like in same_headers(view, int(cell)):
            proposals.add(like, SAME)
    return _best(proposals, scores)


def _best(proposals: Proposals, scores: Floats) -> tuple[Bools, Ints]:
    """The likeliest sets, and every whole line."""
    sets, sources = list(proposals.found), list(proposals.found.values())
    member = np.zeros((len(sets), len(scores)), dtype=bool)
    for place, cells in enumerate(sets):
        member[place, list(cells)] = True
    source = np.array(sources)
    rank = np.argsort(np.argsort(-likelihood(member, scores), kind="stable"))
    keep = (rank < _KEPT) | (source >= LINE)
    return member[keep], source[keep]


def likelihood(member: Bools, scores: Floats) -> Floats:
    """[sets]: the log odds of the set's cells added up."""
    safe = np.clip(scores, 1e-4, 1 - 1e-4)
    result: Floats = member.astype(np.float32) @ np.log(safe / (1 - safe))
    return result


def _cross(view: View, scores: Floats, named: Floats, proposals: Proposals) -> None:
    spread = view.layout.spread(scores[None])[0]
    likely = (view.roles[:, NONE] >= 0.5) | (scores >= _LIKELY)
    open_to: Bools = np.append(likely, False)[view.layout.grid]
    rows = _groups(spread.max(axis=1))
    columns = _groups(spread.max(axis=0))
    totals: Bools = np.asarray(np.append(view.profile.totals, False)[view.layout.grid].any(axis=1))
    body = np.flatnonzero(open_to.any(axis=1))
    whole: list[Sequence[int]] = [body.tolist(), body[~totals[body]].tolist()]
    best = int(scores.argmax())
    for across in [*rows, *whole, *_spans(view, named, best, 0)]:
        for down in [*columns, *_spans(view, named, best, 2)]:
            if len(across) and len(across) * len(down) > 1:
                block = np.ix_(across, down)
                _add_block(view, view.layout.grid[block], open_to[block], proposals)


def _add_block(view: View, grid: Ints, open_to: Bools, proposals: Proposals) -> None:
    cells = np.unique(grid[open_to])
    proposals.add(cells.tolist(), CROSS)
    filled = cells[view.profile.kinds[cells] != EMPTY]
    if len(filled) < len(cells):
        proposals.add(filled.tolist(), CROSS)


def _groups(values: Floats) -> list[Sequence[int]]:
    """Each of the best lines, the pairs and triples of them, and the first 4, 5, 6."""
    order = np.argsort(-values, kind="stable")[:6].tolist()
    best = order[:_LINES]
    groups: list[Sequence[int]] = [[line] for line in best]
    groups += [list(pair) for pair in combinations(best, 2)]
    groups += [list(triple) for triple in combinations(best, 3)]
    return groups + [order[:size] for size in range(4, len(order) + 1)]


def _spans(view: View, named: Floats, best: int, side: int) -> list[Sequence[int]]:
    """Rows (side 0) or columns (side 2) under merged cells: the two best named of several lines,
    and those that the likeliest cell is in."""
    low, high = view.layout.box[side], view.layout.box[side + 1]
    wide = np.flatnonzero((high > low) & (high - low + 1 < view.layout.grid.shape[side // 2]))
    holding = (low[wide] <= low[best]) & (high[wide] >= high[best]) & (wide != best)
    order = np.argsort(-named[wide], kind="stable")
    chosen = [*wide[holding][:2].tolist(), *wide[order][:2].tolist()]
    return [range(int(low[cell]), int(high[cell]) + 1) for cell in dict.fromkeys(chosen)]


def same_headers(view: View, cell: int) -> Iterator[list[int]]:
    """Cells whose nearest headers read as those of `cell` do (the same label in every block)."""
    texts = [*view.profile.plain, ""]
    left, _, above, _ = view.chains

    def heads(other: int) -> tuple[str, str]:
        return texts[left[other]], texts[above[other]]

    own = heads(cell)
    if not own[0]:
        return
    like = [other for other in range(view.layout.size) if heads(other) == own]
    if len(like) > 1:
        yield like
        yield [other for other in like if view.profile.kinds[other] != EMPTY]


def lines_of(view: View, cell: int) -> Iterator[list[int]]:
    """The cells of the column and of the row of `cell`: all, and those like it (data, or headers of
    its kind) up to the next other cell; each without totals, without empty cells."""
    grid, data = view.layout.grid, view.roles[:, NONE] >= 0.5
    r0, _, c0, _ = (int(side[cell]) for side in view.layout.box)
    for line, place in ((grid[:, c0], r0), (grid[r0, :], c0)):
        yield from _variants(view, list(dict.fromkeys(line[line < view.layout.size].tolist())))
        near = _stretch(line, place, view, data[cell])
        yield from _variants(view, near)
        yield from _variants(view, [c for c in near if view.layout.grid.size and c >= cell])


def _stretch(line: Ints, place: int, view: View, like: bool) -> list[int]:
    role = view.roles.argmax(axis=1)
    data = role == NONE
    own = int(line[place])

    def same(at: int) -> bool:
        other = int(line[at])
        if other >= view.layout.size:
            return False
        return bool(data[other]) if like else bool(role[other] == role[own])

    low = high = place
    while low > 0 and same(low - 1):
        low -= 1
    while high < len(line) - 1 and same(high + 1):
        high += 1
    return list(dict.fromkeys(line[low : high + 1].tolist()))


def _variants(view: View, cells: list[int]) -> Iterator[list[int]]:
    rows_with_total = set(view.layout.box[0][view.profile.totals].tolist())
    columns_with_total = set(view.layout.box[2][view.profile.totals].tolist())
    first_row, _, first_column, _ = view.layout.box
    data = [cell for cell in cells if view.roles[cell, NONE] >= 0.5]
    for chosen in (cells, data):
        if len(chosen) < 2:
            continue
        yield chosen
        filled = [cell for cell in chosen if view.profile.kinds[cell] != EMPTY]
        yield filled
        plainly = [cell for cell in chosen if int(first_row[cell]) not in rows_with_total]
        yield plainly
        yield [cell for cell in plainly if view.profile.kinds[cell] != EMPTY]
        if columns_with_total:
            yield [cell for cell in chosen if int(first_column[cell]) not in columns_with_total]
