"""Where the cells of a table stand: a full rectangle of local cell numbers and their boxes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from assistant.table_answerer import CellTable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """`grid` [rows, columns] numbers cells 0…n-1 in reading order; n stands where a short row has
    no cell. `ids[i]` is the table's own id of cell i, `texts[i]` its text."""

    grid: Ints
    ids: tuple[int, ...]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, table: CellTable) -> Layout:
        lines = table.grid
        width = max((len(line) for line in lines), default=0)
        local: dict[int, int] = {}
        for line in lines:
            for cell in line:
                local.setdefault(cell, len(local))
        grid = np.full((len(lines), width), len(local), dtype=np.int64)
        for row, line in enumerate(lines):
            grid[row, : len(line)] = [local[cell] for cell in line]
        return cls(grid, tuple(local), tuple(table.cells[cell] for cell in local))

    @property
    def size(self) -> int:
        return len(self.ids)

    @cached_property
    def _order(self) -> tuple[Ints, Ints]:
        """Positions of the grid sorted by cell, and where each cell's positions start."""
        flat = self.grid.ravel()
        order = np.argsort(flat, kind="stable")
        starts = np.searchsorted(flat[order], np.arange(self.size))
        return order[: int((flat < self.size).sum())], starts

    @cached_property
    def box(self) -> tuple[Ints, Ints, Ints, Ints]:
        """First row, last row, first column, last column of each cell."""
        order, starts = self._order
        row, column = np.divmod(order, self.grid.shape[1])
        low, high = np.minimum.reduceat, np.maximum.reduceat
        return low(row, starts), high(row, starts), low(column, starts), high(column, starts)

    def spread(self, values: Floats, blank: float = 0.0) -> Floats:
        """[…, n] → […, rows, columns]: each position holds its cell's value."""
        pad = np.full((*values.shape[:-1], 1), blank, dtype=values.dtype)
        spread: Floats = np.concatenate([values, pad], axis=-1)[..., self.grid]
        return spread

    def gather(self, values: Floats) -> Floats:
        """[…, rows, columns] → […, n]: the largest value over the positions of each cell."""
        order, starts = self._order
        flat = values.reshape(*values.shape[:-2], -1)[..., order]
        gathered: Floats = np.maximum.reduceat(flat, starts, axis=-1)
        return gathered

    @cached_property
    def _starts_column(self) -> Bools:
        """Positions in the first column of their cell."""
        first = np.append(self.box[2], -1)
        starts: Bools = first[self.grid] == np.arange(self.grid.shape[1])[None, :]
        return starts

    @cached_property
    def _starts_row(self) -> Bools:
        first = np.append(self.box[0], -1)
        starts: Bools = first[self.grid] == np.arange(self.grid.shape[0])[:, None]
        return starts

    def left(self, values: Floats) -> Floats:
        """[k, n] → [k, n]: the largest value among the cells left of each cell."""
        return self._before(self.spread(values), axis=2, own=self._starts_column)

    def above(self, values: Floats) -> Floats:
        """[k, n] → [k, n]: the largest value among the cells above each cell."""
        return self._before(self.spread(values), axis=1, own=self._starts_row)

    def _before(self, spread: Floats, axis: int, own: Bools) -> Floats:
        running = np.zeros_like(spread)
        if axis == 2:
            running[:, :, 1:] = np.maximum.accumulate(spread, axis=2)[:, :, :-1]
        else:
            running[:, 1:, :] = np.maximum.accumulate(spread, axis=1)[:, :-1, :]
        return self.gather(np.where(own, running, np.float32(-1)))

    def nearest(self, flags: Bools) -> tuple[Ints, Ints]:
        """The nearest flagged cell to the left of, and above, each cell (n where there is none)."""
        spread = np.append(flags, False)[self.grid]
        rows, columns = self.grid.shape
        r0, _, c0, _ = self.box
        across = _latest(spread, axis=1)
        down = _latest(spread, axis=0)
        left = np.where(c0 > 0, across[r0, np.maximum(c0 - 1, 0)], -1)
        above = np.where(r0 > 0, down[np.maximum(r0 - 1, 0), c0], -1)
        padded = np.append(self.grid.ravel(), self.size)
        left_at = np.where(left >= 0, r0 * columns + left, rows * columns)
        above_at = np.where(above >= 0, above * columns + c0, rows * columns)
        return padded[left_at], padded[above_at]


def _latest(flags: Bools, axis: int) -> Ints:
    """The index along `axis` of the last true flag up to each position, -1 before the first."""
    length = flags.shape[axis]
    index = np.arange(length)[None, :] if axis == 1 else np.arange(length)[:, None]
    latest: Ints = np.maximum.accumulate(np.where(flags, index, -1), axis=axis)
    return latest
