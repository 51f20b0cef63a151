"""Two tables learned from words alone: which words head a line, and which words of a question mean
which words of a header."""

from __future__ import annotations

import numpy as np

from assistant.tableqa.layout import Bools, Floats, Ints
from assistant.tableqa.matching import Match
from assistant.tableqa.plain import code, grams
from assistant.tableqa.texts import Texts

ROLE_SLOTS = 1 << 13
LINK_SLOTS = 1 << 18
_MIX = 0x9E3779B1


def role_scores(texts: Texts, table: Floats) -> Floats:
    """[n, 2 × roles]: mean and sum over a text's pairs of `table` [slots, roles]."""
    rows = table[texts.codes % ROLE_SLOTS]
    sums = np.add.reduceat(rows[texts.flat], texts.starts, axis=0)
    whole = table[whole_slots(texts)]
    return np.concatenate([sums / texts.sizes[:, None], whole], axis=1).astype(np.float32)


def whole_slots(texts: Texts) -> Ints:
    """The slots of whole texts, apart from those of pairs."""
    return np.array([code(f"={text}") for text in texts.plain], dtype=np.int64) % ROLE_SLOTS


def unsaid(asked: str, match: Match) -> Ints:
    """Codes of the pairs and characters of the question that no cell of the table has."""
    seen: Bools = np.asarray(match.covered.any(axis=0))
    open_pairs = [asked[i : i + 2] for i in range(len(asked) - 1) if not (seen[i] and seen[i + 1])]
    single = [asked[i] for i in range(len(asked)) if not seen[i]]
    return np.array([code(text) for text in dict.fromkeys([*open_pairs, *single])], dtype=np.int64)


def slots(asked: Ints, held: Ints) -> Ints:
    """[asked, held]: the slot of each pairing."""
    mixed: Ints = ((asked[:, None] * _MIX) ^ (held[None, :] * 31)) >> 7
    return mixed % LINK_SLOTS


def links(asked: Ints, texts: Texts, table: Floats) -> Floats:
    """[n]: the best link of each pair of a text to the question, averaged over the text."""
    if not len(asked):
        return np.zeros(len(texts.plain), dtype=np.float32)
    best = table[slots(asked, texts.codes)].max(axis=0)
    return (texts.sums(best) / texts.sizes).astype(np.float32)


def gram_codes(text: str) -> Ints:
    return np.array([code(gram) for gram in grams(text)], dtype=np.int64)
