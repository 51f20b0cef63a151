"""One line of numbers a proposed set, and what tells how sure the choice among them is."""

from __future__ import annotations

import numpy as np

from assistant.tableqa.features import NONE, Asked, View
from assistant.tableqa.layout import Bools, Floats, Ints
from assistant.tableqa.matching import RECALL, WON
from assistant.tableqa.parts import Parts
from assistant.tableqa.profile import EMPTY, KINDS
from assistant.tableqa.sets import SOURCES, likelihood


def set_lines(
    view: View,
    asked: Asked,
    scores: Floats,
    first: Floats,
    parts: Parts,
    member: Bools,
    source: Ints,
) -> Floats:
    """[sets, features] for the chooser; `scores` and `first` [n] of the two rankers."""
    inside = member.astype(np.float32)
    sizes = inside.sum(axis=1)
    blocks = [
        _by_score(scores, first, member, inside, sizes),
        _by_place(view, member, inside, sizes),
        _by_look(view, inside, sizes),
        _by_words(view, asked, member, inside, sizes),
        parts.set_lines(member),
        np.eye(SOURCES, dtype=np.float32)[source],
    ]
    tops = np.sort(scores)[::-1][:5]
    tops = np.concatenate([tops, np.zeros(5 - len(tops), dtype=np.float32)])
    constant = np.concatenate([asked.cues, tops, [scores.sum(), (scores > 0.3).sum(), len(scores)]])
    blocks.append(np.repeat(constant[None, :], len(member), axis=0))
    return np.concatenate(blocks, axis=1).astype(np.float32)


def _by_score(
    scores: Floats, first: Floats, member: Bools, inside: Floats, sizes: Floats
) -> Floats:
    odds = likelihood(member, scores)
    ranks = np.argsort(np.argsort(-odds, kind="stable"), kind="stable")
    low = np.where(member, scores, 2.0).min(axis=1)
    out = np.where(member, 0.0, scores).max(axis=1)
    mean, mean_first = inside @ scores / sizes, inside @ first / sizes
    low_first = np.where(member, first, 2.0).min(axis=1)
    out_first = np.where(member, 0.0, first).max(axis=1)
    share = inside @ scores / max(float(scores.sum()), 1e-6)
    high = np.where(member, scores, 0.0).max(axis=1)
    return np.column_stack(
        [
            sizes, odds, odds - odds.max(), ranks, low, out, low - out, mean, share, high,
            mean_first, low_first, out_first, low_first - out_first, odds / sizes, high - low,
            abs(sizes - scores.sum()), inside @ (scores > 0.3) - (scores > 0.3).sum(),
        ]
    )  # fmt: skip


def _by_place(view: View, member: Bools, inside: Floats, sizes: Floats) -> Floats:
    """Rows and columns touched, how full the crossing is, and how much of each line is left out."""
    r0, _, c0, _ = view.layout.box
    rows, columns = view.layout.grid.shape
    at_row = np.eye(rows, dtype=np.float32)[r0]
    at_column = np.eye(columns, dtype=np.float32)[c0]
    in_row, in_column = inside @ at_row, inside @ at_column
    data: Bools = np.asarray(view.roles[:, NONE] >= 0.5)
    has_row, has_column = in_row > 0, in_column > 0
    all_rows = (at_row * data[:, None]).sum(axis=0)
    all_columns = (at_column * data[:, None]).sum(axis=0)
    high, wide = has_row.sum(axis=1), has_column.sum(axis=1)
    first_row = np.where(has_row, np.arange(rows), rows).min(axis=1)
    last_row = np.where(has_row, np.arange(rows), -1).max(axis=1)
    first_column = np.where(has_column, np.arange(columns), columns).min(axis=1)
    last_column = np.where(has_column, np.arange(columns), -1).max(axis=1)
    return np.column_stack(
        [
            high, wide, sizes / np.maximum(high * wide, 1),
            (in_row * has_row).sum(axis=1) / np.maximum((has_row * all_rows).sum(axis=1), 1),
            (in_column * has_column).sum(axis=1)
            / np.maximum((has_column * all_columns).sum(axis=1), 1),
            (last_row - first_row + 1) / np.maximum(high, 1),
            (last_column - first_column + 1) / np.maximum(wide, 1),
            first_row, first_column, first_row / rows, first_column / columns,
            high / np.maximum((all_rows > 0).sum(), 1),
            wide / np.maximum((all_columns > 0).sum(), 1),
        ]
    )  # fmt: skip


def _by_look(view: View, inside: Floats, sizes: Floats) -> Floats:
    """Kinds, roles and totals of the cells."""
    kinds = inside @ np.eye(KINDS, dtype=np.float32)[view.profile.kinds]
    totals = view.layout.spread(view.profile.totals.astype(np.float32))
    lines = totals.max(axis=1, keepdims=True)
    on_total = view.layout.gather(
        np.broadcast_to(lines, view.layout.grid.shape).astype(np.float32)[None]
    )[0]
    return np.column_stack(
        [
            kinds / sizes[:, None], (kinds > 0).sum(axis=1), kinds[:, EMPTY],
            inside @ view.roles / sizes[:, None], inside @ view.profile.lengths / sizes,
            inside @ on_total, (inside @ on_total) / sizes,
            np.full(len(sizes), on_total.max(initial=0)),
        ]
    )  # fmt: skip


def _by_words(view: View, asked: Asked, member: Bools, inside: Floats, sizes: Floats) -> Floats:
    """What of the question the headers of the set cover together, what each cell's cover alone, and
    what is covered by cells that are neither the set nor its headers."""
    can: Bools = np.asarray(asked.match.covered.any(axis=0))
    whole = max(int(can.sum()), 1)
    path = inside @ asked.path.astype(np.float32)
    own = inside @ asked.match.covered.astype(np.float32)
    line = inside @ asked.line.astype(np.float32)
    shared = (path == sizes[:, None]) & (path > 0)
    union = path > 0
    counts = asked.path.sum(axis=1) / whole
    low = np.where(member, counts[None, :], 2.0).min(axis=1)
    scores = asked.match.scores
    sides = [_heads(view, member, inside, scores, number) for number in (0, 2)]
    both = union | (own > 0)
    clauses = _by_clause(asked, member, can)
    return np.column_stack(
        [
            union.sum(axis=1) / whole, (own > 0).sum(axis=1) / whole, low, inside @ counts / sizes,
            shared.sum(axis=1) / whole, (union & ~shared).sum(axis=1) / whole,
            both.sum(axis=1) / whole, (can & ~both).sum(axis=1),
            (line > 0).sum(axis=1) / whole, (can[None, :] & ~(line > 0)).sum(axis=1),
            inside @ scores[RECALL] / sizes, clauses, *sides,
        ]
    )  # fmt: skip


def _by_clause(asked: Asked, member: Bools, can: Bools) -> Floats:
    """How much of each clause some cell of the set has in its headers: least, mean, none at all."""
    coverable = can.astype(np.float32) @ asked.clauses
    held = (asked.path.astype(np.float32) @ asked.clauses) / np.maximum(coverable, 1)
    best = np.stack([np.where(member, part, 0.0).max(axis=1) for part in held.T], axis=1)
    best = np.where(coverable > 0, best, 1.0)
    many = np.full(len(member), asked.clauses.shape[1])
    return np.column_stack([best.min(axis=1), best.mean(axis=1), (best <= 0).sum(axis=1), many])


def _heads(view: View, member: Bools, inside: Floats, scores: Floats, number: int) -> Floats:
    """Of the nearest headers on one side: how many, how well the least and the most named are
    named, how many cells have none, and how well the best header left out is named."""
    heads = view.chains[number]
    size = view.layout.size
    to_head = np.zeros((size, size + 1), dtype=np.float32)
    to_head[np.arange(size), heads] = 1
    used = (inside @ to_head) > 0
    real = used[:, :size]
    left_out = np.zeros(size, dtype=bool)
    left_out[heads[heads < size]] = True
    found = [real.sum(axis=1), used[:, size]]
    for score in (scores[RECALL], scores[WON]):
        found += [
            np.where(real, score, 9.0).min(axis=1),
            np.where(real, score, -1.0).max(axis=1),
            np.where(~real & left_out, score, -1.0).max(axis=1),
            np.where(real, score, 0).sum(axis=1) / np.maximum(real.sum(axis=1), 1),
        ]
    return np.column_stack(found)


def trust_line(lines: Floats, chances: Floats) -> Floats:
    """[features] telling how sure the best set is: its own line, and how its chance stands to the
    others. `lines` [sets, features], `chances` [sets] of the chooser."""
    order = np.argsort(-chances, kind="stable")
    top = np.zeros(4, dtype=np.float32)
    top[: min(4, len(order))] = chances[order[:4]]
    best = order[0]
    among = [*top, top[0] - top[1], top[0] / max(float(chances.sum()), 1e-6), chances.sum()]
    return np.concatenate([among, lines[best]]).astype(np.float32)
