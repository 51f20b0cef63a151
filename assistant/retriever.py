"""Passages for a question: dense (Chroma) and BM25 halves, fused.

Within `FULL_SCOPE` passages BM25 reads the whole scope (one report, or a small library). Beyond,
dense search first draws `DRAW` candidates and BM25 judges those, so that memory and the time of a
question stay bounded however many reports are stored.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from assistant.bm25 import LexicalIndex, terms_of
from ingest.figure import Passage

FULL_SCOPE = 5_000
DRAW = 200
KEPT_SCOPES = 8  # lexical indexes kept, the latest used
KEPT_TERMS = 20_000  # passages whose terms are kept, so that a new report costs only itself
RERANKED = 40  # of the best hits, read again with the question by the reranker
DENSE_WEIGHT = 0.3  # of the fused score; measured on eval/gold/retrieval/dev.yaml


class Source(Protocol):
    """What is needed of ingest.store.library.Library."""

    @property
    def version(self) -> int: ...

    def reports(self) -> Sequence[ReportSize]: ...

    def passages(self, report_id: str | None = None) -> list[Passage]: ...

    def passages_by_id(self, ids: Iterable[str]) -> list[Passage]: ...


class ReportSize(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def passages(self) -> int: ...


class Dense(Protocol):
    """What is needed of ingest.store.vectors.Vectors."""

    def search(
        self, text: str, k: int = 5, *, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]: ...


class Reranker(Protocol):
    """What is needed of ingest.embedding.CrossEncoderReranker."""

    def scores(self, query: str, texts: Sequence[str]) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` is 0..1 within one search; ranks start at 1, None: not found so."""

    passage: Passage
    score: float
    dense_rank: int | None
    bm25_rank: int | None


@dataclass(frozen=True, slots=True)
class _Scope:
    passages: list[Passage]
    index: LexicalIndex


class Retriever:
    """Hybrid search over the stored passages; safe to share between threads."""

    def __init__(
        self,
        library: Source,
        vectors: Callable[[], Dense] | None,
        *,
        mode: str = "hybrid",
        reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        """`vectors` opens the dense half at its first use; None searches by words alone.

        `mode` (the setting `retriever`): hybrid, or one half for comparison: dense, bm25. With
        bm25, more than `FULL_SCOPE` passages are all indexed, which takes memory and time.
        `reranker` opens, at its first use, what puts the best `RERANKED` hits in a new order.
        """
        self._open_reranker = reranker
        self._reranker: Reranker | None = None
        self._library = library
        self._open_vectors = None if mode == "bm25" else vectors
        self._weight = DENSE_WEIGHT if mode == "hybrid" else 1.0
        self._vectors: Dense | None = None
        self._lock = threading.Lock()
        self._scopes: OrderedDict[tuple[int, tuple[str, ...]], _Scope] = OrderedDict()
        self._terms: OrderedDict[str, list[str]] = OrderedDict()

    def search(
        self,
        query: str,
        *,
        report_ids: Sequence[str] | None = None,
        sections: Sequence[str] | None = None,
        k: int = 5,
    ) -> list[Hit]:
        """The `k` best passages, of these reports and of sections whose heading contains one of
        these words. Raises StoreError where a store does not answer."""
        sizes = {report.id: report.passages for report in self._library.reports()}
        chosen = [one for one in (sizes if report_ids is None else report_ids) if one in sizes]
        if not chosen:
            return []
        dense = self._dense(query, None if report_ids is None else chosen)
        small = sum(sizes[one] for one in chosen) <= FULL_SCOPE or self._open_vectors is None
        scope = self._whole(chosen) if small else self._drawn(dense)
        hits = _fused(query, scope, dense, self._weight if self._open_vectors is not None else 0.0)
        found = [hit for hit in hits if _within(hit.passage, sections)]
        return self._reranked(query, found)[:k]

    def _reranked(self, query: str, hits: list[Hit]) -> list[Hit]:
        """The best `RERANKED` in the reranker's order, with its scores, before the others."""
        if self._open_reranker is None or not hits:
            return hits
        with self._lock:
            if self._reranker is None:
                self._reranker = self._open_reranker()
        best, others = hits[:RERANKED], hits[RERANKED:]
        texts = ["\n".join((*hit.passage.section, hit.passage.text)) for hit in best]
        scores = self._reranker.scores(query, texts)
        judged = [replace(hit, score=float(s)) for hit, s in zip(best, scores, strict=True)]
        judged.sort(key=lambda hit: -hit.score)
        floor = judged[-1].score
        return [*judged, *(replace(hit, score=hit.score * floor) for hit in others)]

    def _dense(self, query: str, report_ids: list[str] | None) -> list[tuple[str, float]]:
        if self._open_vectors is None:
            return []
        with self._lock:
            if self._vectors is None:
                self._vectors = self._open_vectors()
        return self._vectors.search(query, DRAW, report_ids=report_ids)

    def _whole(self, report_ids: list[str]) -> _Scope:
        key = (self._library.version, tuple(sorted(report_ids)))
        with self._lock:
            known = self._scopes.get(key)
            if known is not None:
                self._scopes.move_to_end(key)
                return known
        passages = [p for one in key[1] for p in self._library.passages(one)]
        scope = self._indexed(passages)
        with self._lock:
            self._scopes[key] = scope
            while len(self._scopes) > KEPT_SCOPES:
                self._scopes.popitem(last=False)
        return scope

    def _drawn(self, dense: list[tuple[str, float]]) -> _Scope:
        return self._indexed(self._library.passages_by_id([one for one, _ in dense]))

    def _indexed(self, passages: list[Passage]) -> _Scope:
        return _Scope(passages, LexicalIndex([self._terms_of(passage) for passage in passages]))

    def _terms_of(self, passage: Passage) -> list[str]:
        text = " ".join((*passage.section, passage.text))
        with self._lock:
            known = self._terms.get(text)
        if known is None:
            known = terms_of(text)
            with self._lock:
                self._terms[text] = known
                while len(self._terms) > KEPT_TERMS:
                    self._terms.popitem(last=False)
        return known


def _fused(query: str, scope: _Scope, dense: list[tuple[str, float]], weight: float) -> list[Hit]:
    """Both halves scaled to 0..1 and weighed; a passage that neither half finds is left out."""
    lexical = scope.index.scores(terms_of(query))
    words = lexical / max(float(lexical.max(initial=0.0)), 1e-9)
    cosine = dict(dense)
    meaning = np.array([max(cosine.get(passage.id, 0.0), 0.0) for passage in scope.passages])
    meaning = meaning / max(float(meaning.max(initial=0.0)), 1e-9)
    weight = weight if dense or weight == 1.0 else 0.0  # no vectors yet: words alone
    score = weight * meaning + (1 - weight) * words
    dense_rank = {one: rank for rank, (one, _) in enumerate(dense, 1)}
    order = np.argsort(-lexical, kind="stable")
    word_rank = {int(i): rank for rank, i in enumerate(order, 1) if lexical[i] > 0}
    hits = [
        Hit(passage, float(score[i]), dense_rank.get(passage.id), word_rank.get(i))
        for i, passage in enumerate(scope.passages)
        if score[i] > 0
    ]
    return sorted(hits, key=lambda hit: -hit.score)


def _within(passage: Passage, sections: Sequence[str] | None) -> bool:
    return sections is None or any(word in part for word in sections for part in passage.section)
