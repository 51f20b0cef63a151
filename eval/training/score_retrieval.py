"""hit@1, hit@5 and MRR of dense, BM25 and hybrid: `python -m eval.training.score_retrieval`.

A question is asked of its own report, as the assistant does once place and year are known, and of
all reports together (`--all`). A passage is right when it holds the words that answer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant import retriever
from assistant.retriever import Hit, Retriever
from eval.training.corpus import Corpus, gold, open_corpus

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Asked:
    report: str
    question: str
    words: str  # that the right passage holds


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares of questions whose right passage came first, among five, and mean 1/rank."""

    first: float
    five: float
    mrr: float

    @classmethod
    def of(cls, ranks: list[int | None]) -> Scores:
        """From the rank (from 1) of the right passage of each question, None: not found."""
        count = max(len(ranks), 1)
        found = [rank for rank in ranks if rank is not None]
        return cls(
            sum(rank == 1 for rank in found) / count,
            sum(rank <= 5 for rank in found) / count,
            sum(1 / rank for rank in found) / count,
        )


def questions(name: str) -> Iterator[Asked]:
    """Questions for passages and for prose figures (the passage that holds the number)."""
    for block in gold(name):
        for question, words in block["passages"]:
            yield Asked(block["report"], question, words)
        for question, *answers in block["figures"]:
            if answers:
                yield Asked(block["report"], question, answers[0].replace("[", "").replace("]", ""))


def rank_of(asked: Asked, hits: list[Hit]) -> int | None:
    for rank, hit in enumerate(hits, 1):
        if asked.words in hit.passage.text:
            return rank
    return None


def ways(corpus: Corpus) -> dict[str, Callable[[str, list[str] | None], list[Hit]]]:
    """The three ways to search, each (question, report ids) → hits."""
    both = Retriever(corpus.library, lambda: corpus.vectors)
    words = Retriever(corpus.library, None)

    def dense(question: str, report_ids: list[str] | None) -> list[Hit]:
        found = dict(corpus.vectors.search(question, DEPTH, report_ids=report_ids))
        passages = corpus.library.passages_by_id(found)
        return [Hit(passage, found[passage.id], None, None) for passage in passages]

    return {
        "dense": dense,
        "BM25": lambda q, ids: words.search(q, report_ids=ids, k=DEPTH),
        "hybrid": lambda q, ids: both.search(q, report_ids=ids, k=DEPTH),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="dev", help="dev or held-out (only for a final score)")
    parser.add_argument("--all", action="store_true", help="search all reports, not the one asked")
    parser.add_argument("--weight", type=float, default=retriever.DENSE_WEIGHT)
    options = parser.parse_args()
    retriever.DENSE_WEIGHT = options.weight
    asked = list(questions(options.set))
    with open_corpus(sorted({one.report for one in asked})) as corpus:
        out = sys.stdout.write
        out(f"{options.set}: {len(asked)} questions, {len(corpus.report_ids)} reports\n")
        out("           hit@1   hit@5     MRR\n")
        for name, search in ways(corpus).items():
            ranks = []
            for one in asked:
                ids = None if options.all else [corpus.report_ids[one.report]]
                ranks.append(rank_of(one, search(one.question, ids)))
            scores = Scores.of(ranks)
            out(f"{name:8s} {scores.first:7.3f} {scores.five:7.3f} {scores.mrr:7.3f}\n")


if __name__ == "__main__":
    main()
