"""The character pairs of a table's texts, weighted by how few of its cells have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from assistant.tableqa.layout import Floats, Ints
from assistant.tableqa.plain import code, grams


class Texts:
    """Flat lists over all cells: `flat` numbers the pairs cell by cell, `starts` where each begins.

    An empty text has one pair of no weight, so that every cell has a part of the lists.
    """

    def __init__(self, plain: Sequence[str], pieces: Callable[[str], list[str]] = grams) -> None:
        self.plain = plain
        self.index: dict[str, int] = {}
        flat: list[int] = []
        starts: list[int] = []
        for text in plain:
            starts.append(len(flat))
            found = pieces(text) or [""]
            flat += [self.index.setdefault(gram, len(self.index)) for gram in found]
        self.flat: Ints = np.array(flat, dtype=np.int64)
        self.starts: Ints = np.array(starts, dtype=np.int64)
        distinct = dict.fromkeys(plain)
        counts = np.zeros(len(self.index), dtype=np.float32)
        for text in distinct:
            for gram in pieces(text):
                counts[self.index[gram]] += 1
        weights = np.log1p(len(distinct) / np.maximum(counts, 1)).astype(np.float32)
        if "" in self.index:
            weights[self.index[""]] = 0
        self.weights: Floats = weights
        self.whole: Floats = np.add.reduceat(weights[self.flat], self.starts)
        self.sizes = np.diff(np.append(self.starts, len(self.flat)))
        self.codes: Ints = np.array([code(gram) for gram in self.index], dtype=np.int64)

    @cached_property
    def letters(self) -> Texts:
        """The same of single characters."""
        return Texts(self.plain, lambda text: sorted(set(text)))

    def sums(self, values: Floats) -> Floats:
        """[pairs] → [cells]: the sum over the pairs of each cell."""
        result: Floats = np.add.reduceat(values[self.flat], self.starts)
        return result

    def marked(self, pairs: Sequence[str]) -> Floats:
        """1 for each pair of the table that is among `pairs`, else 0."""
        marks = np.zeros(len(self.index), dtype=np.float32)
        found = [self.index[pair] for pair in pairs if pair in self.index]
        marks[found] = 1
        return marks
