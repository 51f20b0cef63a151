"""A question that asks several things, part by part (谁填的词？谁写的曲子？, 风量和功率是多大)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from assistant.tableqa.layout import Bools, Floats, Layout
from assistant.tableqa.plain import plain

MOST = 4  # parts looked at
_CLAUSE = re.compile(r"[,;?!。:]")
_JOIN = re.compile(r"以及|还有|[和与及跟、]")
_SHORTEST = 2
_FLOOR = 0.02  # a cell the whole question does not see may still be the best of a part
_NEAR = 0.5  # of the best of a part
_TOPS = 2
_FAINT = 0.05  # a part whose best cell is less likely asks nothing (请问, 你知道)


def split(question: str) -> tuple[str, ...]:
    """The parts of a question by its punctuation and joins, at most MOST; none where it has one."""
    folded = unicodedata.normalize("NFKC", question)
    held = [
        part
        for clause in _CLAUSE.split(folded)
        for part in _JOIN.split(clause)
        if len(plain(part)) >= _SHORTEST
    ]
    return tuple(held[-MOST:]) if len(held) > 1 else ()


@dataclass(frozen=True)
class Parts:
    """`alone` [parts, n]: the first ranker's probabilities for each part as a question of its own;
    `joint` the same weighed with those for the whole question."""

    alone: Floats
    joint: Floats

    @classmethod
    def of(cls, layout: Layout, first: Floats, parts: Sequence[Floats]) -> Parts:
        """One part, the whole question, where there are none."""
        kept = [part for part in parts if part.max(initial=0) >= _FAINT]
        if not kept:
            return cls(first[None], first[None])
        alone = np.stack(kept)
        spread = layout.spread(first[None])[0]
        r0, _, c0, _ = layout.box
        line = np.maximum(spread.max(axis=1)[r0], spread.max(axis=0)[c0])
        return cls(alone, alone * (first + line / 4 + np.float32(_FLOOR)))

    def cell_lines(self) -> Floats:
        """[n, features] for the second ranker."""
        found = [np.full(self.alone.shape[1], len(self.alone))]
        for chances in (self.alone, self.joint):
            to_best = chances / np.maximum(chances.max(axis=1, keepdims=True), 1e-6)
            ranks = np.argsort(np.argsort(-chances, axis=1, kind="stable"), axis=1)
            best = chances.max(axis=1)[to_best.argmax(axis=0)]
            found += [
                chances.max(axis=0), to_best.max(axis=0), to_best.min(axis=0),
                ranks.min(axis=0), (ranks == 0).sum(axis=0), best, to_best.argmax(axis=0),
            ]  # fmt: skip
        return np.column_stack(found).astype(np.float32)

    def set_lines(self, member: Bools) -> Floats:
        """[sets, features] for the chooser: how well a set serves each part, and what it has that
        serves none."""
        found = [np.full(len(member), len(self.alone))]
        sizes = member.sum(axis=1)
        for chances in (self.alone, self.joint):
            to_best = chances / np.maximum(chances.max(axis=1, keepdims=True), 1e-6)
            held = np.where(member[:, None, :], to_best[None], np.float32(-1))
            served = held.max(axis=2)
            firsts = held.argmax(axis=2)
            distinct = np.array([len(set(line)) for line in firsts.tolist()])
            near = to_best.max(axis=0) >= _NEAR
            found += [
                served.min(axis=1), served.mean(axis=1), (served >= 1).sum(axis=1),
                distinct, sizes - distinct, (member & ~near).sum(axis=1),
                (~member & near).sum(axis=1),
            ]  # fmt: skip
        return np.column_stack(found).astype(np.float32)

    def unions(self) -> list[tuple[int, ...]]:
        """Sets of one of the best cells of every part."""
        found: list[tuple[int, ...]] = []
        if len(self.alone) < 2:
            return found
        for chances in (self.joint, self.alone):
            tops = np.argsort(-chances, axis=1, kind="stable")[:, :_TOPS].tolist()
            found += [tuple(sorted(set(cells))) for cells in product(*tops)]
        return list(dict.fromkeys(found))
