"""Finding: the entry that a question is about: by name, by pattern, then by meaning and words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from assistant.knowledge.pack import Pack

# Set by hand after a look at the practice questions that must be refused (docs/knowledge.md);
# not yet fitted to questions that must be answered.
SURE = 0.80  # at or above: answered, if AHEAD of the second
CLOSE = 0.50  # at or above: asked back with choices
AHEAD = 0.04
_DENSE = 0.7  # of the fused score; the rest is BM25 over the best BM25 score possible
_ARTICLE = re.compile(r"第([一二三四五六七八九十百]+|\d{1,2})条")
_SAYS = re.compile(r"说|讲|规定|什么|啥|内容|哪些")
_LOOSE = re.compile(r"[\s\W_]+")


def plain(text: str) -> str:
    """Without punctuation and white space, in half width."""
    return _LOOSE.sub("", unicodedata.normalize("NFKC", text)).lower()


def chinese(number: int) -> str:
    """Below 100: 33 is 三十三."""
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    head = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    return head + (digits[ones] if ones else "")


class Finder:
    """Entries of one pack for a question. Safe to share between threads."""

    def __init__(self, pack: Pack, embedder: Callable[[], Any]) -> None:
        self._pack = pack
        self._embedder = embedder
        self._patterns = [
            (id_, re.compile(pattern))
            for id_, entry in pack.entries.items()
            for pattern in entry.patterns
        ]
        self._asks = [
            (id_, ask) for id_, entry in pack.entries.items() for ask in (entry.name, *entry.asks)
        ]

    def by_name(self, question: str) -> list[str]:
        """Ids whose question or pattern matches; the longest match first."""
        text = plain(question)
        exact = [id_ for id_, ask in self._asks if plain(ask) == text]
        if exact:
            return exact[:1]
        found: dict[str, int] = {}
        for id_, pattern in self._patterns:
            if any(re.search(other, text) for other in self._pack.entries[id_].unless):
                continue
            for match in pattern.finditer(text):
                found[id_] = max(found.get(id_, 0), len(match[0]))
        return sorted(found, key=lambda id_: -found[id_])

    def by_firm_words(self, question: str) -> list[str]:
        """Ids asked for by words that only a rule answers, whatever measure they name."""
        text = plain(question)
        return [
            id_
            for id_, entry in self._pack.entries.items()
            if any(re.search(pattern, text) for pattern in entry.firm)
        ]

    def by_article(self, question: str) -> list[str]:
        """Ids of the entries on the article that the question names ("条例第三十三条说什么"); the
        one that rests on the fewest articles first."""
        text = plain(question)
        named = _ARTICLE.search(text)
        if not named or not _SAYS.search(text):
            return []
        number = named[1] if not named[1].isdigit() else chinese(int(named[1]))
        law = "review" if "复议法" in text else "suit" if "诉讼法" in text else "decree711"
        found = [
            (sum(article.at.count("第") for article in entry.articles), id_)
            for id_, entry in self._pack.entries.items()
            if any(a.law == law and f"第{number}条" in a.at for a in entry.articles)
        ]
        return [id_ for _, id_ in sorted(found)]

    def by_meaning(self, question: str, k: int = 3) -> list[tuple[str, float]]:
        """The `k` nearest entries with a score of about 0..1, best first."""
        from assistant.bm25 import terms_of

        embedder, rows, index, self_scores = self._index
        dense = rows @ embedder.embed([question])[0]
        words = np.clip(index.scores(terms_of(question)) / self_scores, 0, 1)
        scores = _DENSE * dense + (1 - _DENSE) * words
        best: dict[str, float] = {}
        for (id_, _), score in zip(self._asks, scores.tolist(), strict=True):
            best[id_] = max(score, best.get(id_, -1.0))
        return sorted(best.items(), key=lambda pair: -pair[1])[:k]

    @cached_property
    def _index(self) -> tuple[Any, Any, Any, Any]:
        from assistant.bm25 import LexicalIndex, terms_of

        embedder = self._embedder()
        texts = [ask for _, ask in self._asks]
        terms = [terms_of(text) for text in texts]
        index = LexicalIndex(terms)
        own = np.array([index.scores(one)[at] for at, one in enumerate(terms)])
        return embedder, embedder.embed(texts), index, np.maximum(own, 1e-6)
