"""How well each cell of a table is named in a question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.tableqa.layout import Bools, Floats
from assistant.tableqa.plain import grams
from assistant.tableqa.texts import Texts

# Rows of `Match.scores`.
(
    RECALL, PRECISION, RUN_SHARE, RUN, WON_SHARE, WON, ORDERED, WHOLE,
    LETTERS, RARE_LETTER, ALIKE, ALIKE_REST, ALIKE_CLAUSE, LINKED, PARAPHRASED,
) = range(15)  # fmt: skip
SCORES = 15
_DIVISOR = 10.0  # lengths in characters are given as tens


@dataclass(frozen=True)
class Match:
    """`scores` [SCORES, n] and `covered` [n, characters]: which characters of the question stand in
    the cell, too; `won` the same for the cells where such a stretch is longest in the table."""

    scores: Floats
    covered: Bools
    won: Bools

    def __len__(self) -> int:
        return int(self.covered.shape[1])


def match(texts: Texts, asked: str) -> Match:
    """`asked` is the plain question. The scores from ALIKE on are left 0, for others to fill."""
    from rapidfuzz import process
    from rapidfuzz.distance import LCSseq

    sizes = np.maximum(np.array([len(text) for text in texts.plain], dtype=np.float32), 1)
    marks = texts.marked(grams(asked))
    named = texts.sums(texts.weights * marks)
    in_question = max(float((texts.weights * marks).sum()), 1e-6)
    covered, runs = _covered(texts, asked)
    longest = runs.max(axis=1, initial=0)
    best = runs.max(axis=0, initial=0)
    won = covered & (runs == best[None, :])
    sharing = np.maximum(won.sum(axis=0), 1)
    gained = (won / sharing[None, :]).sum(axis=1)
    in_order = process.cdist([asked], texts.plain, scorer=LCSseq.similarity, dtype=np.float32)[0]
    scores = np.stack(
        [
            named / np.maximum(texts.whole, 1e-6),
            named / in_question,
            longest / sizes,
            longest / _DIVISOR,
            won.sum(axis=1) / sizes,
            gained / _DIVISOR,
            in_order / sizes,
            np.where((longest >= sizes) & (texts.whole > 0), sizes / _DIVISOR, 0),
            *_letters(texts, asked),
            *np.zeros((SCORES - ALIKE, len(texts.plain))),
        ]
    ).astype(np.float32)
    return Match(scores, covered, won)


def _letters(texts: Texts, asked: str) -> list[Floats]:
    """Single characters in common: their share of the text's weight, and the rarest of them."""
    marks = texts.letters.marked(sorted(set(asked)))
    weights = texts.letters.weights * marks
    named = texts.letters.sums(weights) / np.maximum(texts.letters.whole, 1e-6)
    return [named, np.maximum.reduceat(weights[texts.letters.flat], texts.letters.starts)]


def _covered(texts: Texts, asked: str) -> tuple[Bools, Floats]:
    """Per cell and character of the question: does it stand in the cell in a stretch of two or
    more (of one, for a cell of one character), and how long is that stretch."""
    length = len(asked)
    pairs = np.zeros((len(texts.plain), max(length - 1, 0)), dtype=bool)
    known = [texts.index.get(asked[place : place + 2], -1) for place in range(length - 1)]
    for place, pair in enumerate(known):
        if pair >= 0:
            pairs[:, place] = np.logical_or.reduceat(texts.flat == pair, texts.starts)
    covered = np.zeros((len(texts.plain), length), dtype=bool)
    covered[:, :-1] |= pairs
    covered[:, 1:] |= pairs
    ahead = np.zeros((len(texts.plain), length + 1), dtype=np.float32)
    for place in range(length - 2, -1, -1):  # characters of the stretch from here to its end
        ahead[:, place] = np.where(pairs[:, place], np.maximum(ahead[:, place + 1], 1) + 1, 0)
    runs = np.zeros((len(texts.plain), length), dtype=np.float32)
    running = np.zeros(len(texts.plain), dtype=np.float32)
    for place in range(length):
        joined = pairs[:, place - 1] if place else np.zeros(len(texts.plain), dtype=bool)
        running = np.where(joined, running, ahead[:, place])
        runs[:, place] = np.where(covered[:, place], running, 0)
    for cell, text in enumerate(texts.plain):
        if len(text) == 1 and text in asked:
            spots = [place for place in range(length) if asked[place] == text]
            covered[cell, spots] = True
            runs[cell, spots] = np.maximum(runs[cell, spots], 1)
    return covered, runs
