"""The second look at header roles: what the first thinks of a cell's neighbours and lines."""

from __future__ import annotations

import numpy as np

from assistant.tableqa.layout import Floats, Layout


def around_lines(layout: Layout, lines: Floats, roles: Floats) -> Floats:
    """[n, features]: the first `lines` [n, …] with the first `roles` [n, roles] of the cell, its
    four neighbours and the next but one, and how they spread along its row and its column."""
    rows, columns = layout.grid.shape
    padded = np.concatenate([roles, np.zeros((1, roles.shape[1]), dtype=np.float32)])
    framed = np.full((rows + 4, columns + 4), layout.size)
    framed[2:-2, 2:-2] = layout.grid
    r0, r1, c0, c1 = (side + 2 for side in layout.box)
    sides = [
        framed[r0, c0 - 1], framed[r0, c1 + 1], framed[r0 - 1, c0], framed[r1 + 1, c0],
        framed[r0, c0 - 2], framed[r0, c1 + 2], framed[r0 - 2, c0], framed[r1 + 2, c0],
    ]  # fmt: skip
    spread = padded[layout.grid]
    along, down = spread.mean(axis=1), spread.mean(axis=0)
    parts = [lines, roles, *(padded[side] for side in sides), along[r0 - 2], down[c0 - 2]]
    parts += [_before(spread, axis)[r0 - 2, c0 - 2] for axis in (0, 1)]
    return np.concatenate(parts, axis=1).astype(np.float32)


def _before(spread: Floats, axis: int) -> Floats:
    """[rows, columns, roles]: sums over the positions before each along `axis`."""
    sums: Floats = np.cumsum(spread, axis=axis) - spread
    return sums
