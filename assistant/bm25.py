"""BM25 over Chinese words (jieba) and character pairs: the lexical half of retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.words import levelled, words_of


def terms_of(text: str) -> list[str]:
    """Index terms: words, and pairs of neighbouring characters for words jieba cuts otherwise."""
    plain = [char for char in levelled(text) if char.isalnum()]
    pairs = [one + two for one, two in pairwise(plain)]
    return words_of(text) + pairs


class LexicalIndex:
    """BM25 scores of a fixed list of term lists. Read-only after construction."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        import bm25s

        self._size = len(documents)
        self._known = {term for terms in documents for term in terms}
        self._index: Any = None
        if self._known:
            self._index = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
            self._index.index([list(terms) for terms in documents], show_progress=False)

    def scores(self, terms: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 [documents], 0 where no term is shared."""
        known = [term for term in terms if term in self._known]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        found: npt.NDArray[np.float32] = self._index.get_scores(known)
        return found
