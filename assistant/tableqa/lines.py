"""The second look: what the first ranker thought of a cell's row, column and rivals."""

from __future__ import annotations

import numpy as np

from assistant.tableqa.features import Asked, View
from assistant.tableqa.layout import Floats
from assistant.tableqa.parts import Parts


def second_lines(view: View, asked: Asked, first: Floats, parts: Parts) -> Floats:
    """[n, features]: the first lines with the first ranker's probabilities `first` [n] around, and
    those for the parts of the question."""
    layout = view.layout
    spread = layout.spread(first[None])[0]
    total = np.maximum(first.sum(), 1e-6)
    by_row, by_column = spread.max(axis=1), spread.max(axis=0)
    sums_row, sums_column = spread.sum(axis=1), spread.sum(axis=0)
    r0, r1, c0, c1 = layout.box
    ordered = np.sort(first)[::-1]
    ranks = np.searchsorted(-ordered, -first, side="left")
    tops = np.concatenate([ordered[:6], np.zeros(max(0, 6 - len(ordered)), dtype=np.float32)])
    second = tops[1] if len(ordered) > 1 else np.float32(0)
    best = int(first.argmax())
    around = [
        first, first / total, first - tops[0], ranks, first / max(float(tops[0]), 1e-6),
        np.where(np.arange(len(first)) == best, second, tops[0]),
        by_row[r0], by_column[c0], by_row[r0] - by_row.max(), by_column[c0] - by_column.max(),
        _rank(by_row)[r0], _rank(by_column)[c0], sums_row[r0], sums_column[c0],
        sums_row[r0] / total, sums_column[c0] / total,
        _rank(sums_row)[r0], _rank(sums_column)[c0],
        (r0 <= r1[best]) & (r1 >= r0[best]), (c0 <= c1[best]) & (c1 >= c0[best]),
        r0 - r0[best], c0 - c0[best],
        np.full(len(first), total), np.full(len(first), (first > 0.3).sum()),
        np.full(len(first), (by_row > 0.3).sum()), np.full(len(first), (by_column > 0.3).sum()),
        view.profile.kinds == view.profile.kinds[best],
        *[np.full(len(first), top) for top in tops],
    ]  # fmt: skip
    blocks = [asked.lines, np.column_stack(around).astype(np.float32), parts.cell_lines()]
    return np.concatenate(blocks, axis=1)


def _rank(values: Floats) -> Floats:
    ordered = np.sort(values)[::-1]
    return np.searchsorted(-ordered, -values, side="left").astype(np.float32)
