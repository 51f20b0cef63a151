"""One line of numbers a cell: the cell, its headers, its row and column, against a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assistant.tableqa.cues import Paraphrases
from assistant.tableqa.layout import Bools, Floats, Ints, Layout
from assistant.tableqa.matching import (
    ALIKE,
    ALIKE_CLAUSE,
    ALIKE_REST,
    LETTERS,
    LINKED,
    ORDERED,
    PARAPHRASED,
    RARE_LETTER,
    RECALL,
    RUN,
    WHOLE,
    WON,
    Match,
)  # fmt: skip
from assistant.tableqa.profile import Profile
from assistant.tableqa.texts import Texts

ROLES = ("none", "column_attribute", "row_attribute", "column_index", "row_index")
NONE, COLUMN_ATTRIBUTE, ROW_ATTRIBUTE, COLUMN_INDEX, ROW_INDEX = range(5)
HEADER = 0.5  # a cell at least this likely to be a header is one in a chain


@dataclass(frozen=True)
class View:
    """A table as the ranker sees it; made once a table. `roles` is [n, 5], shares of ROLES."""

    layout: Layout
    profile: Profile
    texts: Texts
    paraphrases: Paraphrases
    roles: Floats

    @cached_property
    def heads_row(self) -> Floats:
        return self.roles[:, ROW_ATTRIBUTE] + self.roles[:, ROW_INDEX]

    @cached_property
    def heads_column(self) -> Floats:
        return self.roles[:, COLUMN_ATTRIBUTE] + self.roles[:, COLUMN_INDEX]

    @cached_property
    def heads(self) -> Floats:
        return 1 - self.roles[:, NONE]

    @cached_property
    def chains(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Per cell the nearest header on the left, the one left of that, the nearest header above
        and the one above that; n for none."""
        left, _ = self.layout.nearest(self.heads_row >= HEADER)
        _, above = self.layout.nearest(self.heads_column >= HEADER)
        return left, np.append(left, self.layout.size)[left], above, self._next(above)

    def _next(self, above: Ints) -> Ints:
        result: Ints = np.append(above, self.layout.size)[above]
        return result

    @cached_property
    def fixed(self) -> Floats:
        """[n, …]: what does not depend on the question."""
        left, left2, above, above2 = self.chains
        kinds = np.append(self.profile.kinds, -1)
        lengths = np.append(self.profile.lengths, 0)
        chain = [kinds[left], kinds[above], lengths[left], lengths[above]]
        chain += [left2 < self.layout.size, above2 < self.layout.size]
        return np.concatenate(
            [self.profile.shape, self.roles, np.column_stack(chain).astype(np.float32)], axis=1
        )


@dataclass(frozen=True)
class Asked:
    """A question over a view: `lines` [n, features] for the first ranker and what sets need."""

    lines: Floats
    match: Match
    cues: Floats
    clauses: Floats  # [characters, clauses] 1 where a character is in a clause
    path: Bools  # [n, characters] covered by the headers of the cell
    line: Bools  # [n, characters] covered by any cell of its row or column


def ask(view: View, match: Match, cues: Floats, numbers: Ints) -> Asked:
    """The features of every cell of `view` for one question."""
    scores, layout = match.scores, view.layout
    left = layout.left(scores * view.heads_row)
    above = layout.above(scores * view.heads_column)
    chosen = scores[[RECALL, RUN, WON, WHOLE, ORDERED, ALIKE, LETTERS, PARAPHRASED]]
    row, column = _beside(layout, chosen)
    row_data, column_data = _beside(layout, chosen[:4] * view.roles[:, NONE])
    chain = [_at(scores, cells) for cells in view.chains]
    path, line = _paths(view, match)
    parts = np.eye(int(numbers.max()) + 1, dtype=np.float32)[numbers]
    cover = np.concatenate([_coverage(view, match, path, line), _by_clause(match, path, parts)])
    blocks = [scores, left, above, row, column, row_data, column_data, *chain, cover]
    main = np.concatenate(
        [block[_MAIN] for block in (scores, left, above)] + [row[:3], column[:3], cover]
    )
    top = main.max(axis=1, keepdims=True)
    lines = np.concatenate([*blocks, main - top, _standing(main)]).T
    constant = np.repeat(
        np.concatenate([cues, [len(match), parts.shape[1]]])[None, :], layout.size, axis=0
    )
    lines = np.concatenate([lines, view.fixed, constant], axis=1).astype(np.float32)
    return Asked(lines, match, cues, parts, path, line)


_MAIN = [
    RECALL, RUN, WON, ORDERED, LETTERS, RARE_LETTER, ALIKE, ALIKE_REST, ALIKE_CLAUSE, LINKED,
    PARAPHRASED,
]  # fmt: skip


def _by_clause(match: Match, path: Bools, parts: Floats) -> Floats:
    """[3, n]: the largest share of a clause that the headers cover, which clause, and own text."""
    can = np.maximum(match.covered.any(axis=0).astype(np.float32) @ parts, 1)
    shares = (path.astype(np.float32) @ parts) / can
    own = (match.covered.astype(np.float32) @ parts) / can
    which = shares.argmax(axis=1)
    return np.stack([shares.max(axis=1), which, own.max(axis=1)]).astype(np.float32)


def _at(values: Floats, cells: Ints) -> Floats:
    padded = np.concatenate([values, np.zeros((len(values), 1), dtype=values.dtype)], axis=1)
    result: Floats = padded[:, cells]
    return result


def _standing(main: Floats) -> Floats:
    """The share of the cells that have more: a rank that does not depend on the table's size."""
    ordered = np.sort(main, axis=1)
    ranks = [
        line.size - np.searchsorted(held, line, side="right")
        for line, held in zip(main, ordered, strict=True)
    ]
    result: Floats = (np.array(ranks) / max(main.shape[1], 1)).astype(np.float32)
    return result


def _beside(layout: Layout, scores: Floats) -> tuple[Floats, Floats]:
    """The largest score among the other cells of the row, and of the column."""
    spread = layout.spread(scores)
    return layout.gather(_others(spread, layout, 2)), layout.gather(_others(spread, layout, 1))


def _others(spread: Floats, layout: Layout, axis: int) -> Floats:
    """Per position the largest value along `axis` among cells with another id."""
    top = spread.max(axis=axis, keepdims=True)
    where = spread.argmax(axis=axis, keepdims=True)
    grid = np.broadcast_to(layout.grid[None], spread.shape)
    owner = np.take_along_axis(grid, where, axis=axis)
    rest = np.where(grid == owner, np.float32(0), spread).max(axis=axis, keepdims=True)
    result: Floats = np.where(grid == owner, rest, top)
    return result


def _paths(view: View, match: Match) -> tuple[Bools, Bools]:
    """Characters of the question covered by a cell's headers; by all of its row and column."""
    layout = view.layout
    heads = match.covered & (view.heads >= HEADER)[:, None]
    values = heads.T.astype(np.float32)
    path = (layout.left(values) > 0) | (layout.above(values) > 0)
    spread = layout.spread(match.covered.T.astype(np.float32))
    across = np.broadcast_to(spread.max(axis=2, keepdims=True), spread.shape)
    down = np.broadcast_to(spread.max(axis=1, keepdims=True), spread.shape)
    line = layout.gather(np.maximum(across, down)) > 0
    return path.T, line.T


def _coverage(view: View, match: Match, path: Bools, line: Bools) -> Floats:
    """[6, n]: shares of the question's coverable characters that path, line and chain cover."""
    can = match.covered.any(axis=0)
    whole = max(int(can.sum()), 1)
    padded = np.concatenate([match.covered, np.zeros((1, len(match)), dtype=bool)])
    left, left2, above, above2 = view.chains
    chain = padded[left] | padded[above] | padded[left2] | padded[above2]
    wins = np.concatenate([match.won, np.zeros((1, len(match)), dtype=bool)])
    won = wins[left] | wins[above] | wins[left2] | wins[above2]
    counts = [path, line, chain, won, path | match.covered, chain & ~match.covered]
    return np.stack([held.sum(axis=1) / whole for held in counts]).astype(np.float32)
