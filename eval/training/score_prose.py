"""Prose figures and quotes on our questions: `python -m eval.training.score_prose`.

right: the number meant (every one of several); wrong: another number, or a number where there is
none; silent: no number where there is one.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from assistant.prose_answer import THRESHOLD, ProseMatch, find_prose_figures
from eval.training.corpus import Corpus, gold, open_corpus
from ingest.embedding import Embedder, open_embedder
from ingest.figure import Figure, Place


@dataclass(frozen=True, slots=True)
class Case:
    report: str
    question: str
    quotes: tuple[str, ...]  # with the [number] meant; empty: nothing may be answered


def cases(name: str) -> list[Case]:
    return [
        Case(block["report"], question, tuple(quotes))
        for block in gold(name)
        for question, *quotes in block["figures"]
    ]


def holds(quote: str, figure: Figure) -> bool:
    """The figure is the number in brackets of the quote."""
    place = figure.sentence.find(quote.replace("[", "").replace("]", ""))
    number = place + quote.index("[")
    return place >= 0 and figure.position[0] <= number < figure.position[1]


def ask(case: Case, corpus: Corpus, embedder: Embedder | None) -> list[ProseMatch]:
    report_id = corpus.report_ids[case.report]
    info = corpus.library.report(report_id)
    assert info is not None
    figures = corpus.library.figures(report_ids=[report_id], place=Place.PROSE)
    return find_prose_figures(
        case.question,
        figures,
        years={report_id: info.year},
        embedder=embedder,
        threshold=0.0,
        ignore=names_of(info.publisher),
    )


def names_of(publisher: str) -> list[str]:
    """A publisher as people shorten it: 示例市丁区人民政府 → 示例市丁区, 丁区, 丁."""
    short = publisher.removesuffix("人民政府")
    parts = [short[start:] for start in range(len(short) - 1)]
    return [publisher, *(part for part in parts if part[-1] in "市区县镇省局" or len(part) > 3)]


def verdict(case: Case, found: list[ProseMatch], threshold: float) -> str:
    sure = [match for match in found if match.confidence >= threshold]
    if not case.quotes:
        return "wrong" if sure else "refused"
    if len(sure) != len(case.quotes):
        wrong = [m for m in sure if not any(holds(q, m.figure) for q in case.quotes)]
        return "wrong" if wrong else "silent"
    pairs = zip(case.quotes, sure, strict=True)
    return "right" if all(holds(quote, match.figure) for quote, match in pairs) else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="dev", help="dev or held-out (only for a final score)")
    parser.add_argument("--no-embedding", action="store_true")
    parser.add_argument("--list", action="store_true", help="show what is not right")
    options = parser.parse_args()
    asked = cases(options.set)
    out = sys.stdout.write
    embedder = None if options.no_embedding else open_embedder()
    with open_corpus(sorted({case.report for case in asked})) as corpus:
        found = [(case, ask(case, corpus, embedder)) for case in asked]
    answerable = sum(bool(case.quotes) for case in asked)
    out(f"{options.set}: {answerable} answerable, {len(asked) - answerable} not\n")
    out("threshold  right  wrong  silent  refused  precision  recall\n")
    for threshold in sorted({0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, THRESHOLD}):
        marks = [verdict(case, matches, threshold) for case, matches in found]
        right, wrong = marks.count("right"), marks.count("wrong")
        precision = right / max(right + wrong, 1)
        out(
            f"{threshold:9.2f}  {right:5d}  {wrong:5d}  {marks.count('silent'):6d}"
            f"  {marks.count('refused'):7d}  {precision:9.3f}  {right / answerable:6.3f}\n"
        )
    if options.list:
        for case, matches in found:
            mark = verdict(case, matches, THRESHOLD)
            if mark not in ("right", "refused"):
                out(f"{mark}: {case.report[:14]} {case.question} → {'; '.join(case.quotes)}\n")
                for match in matches:
                    out(
                        f"    {match.confidence:.2f} {match.score:.2f} {match.figure.raw}"
                        f" | {match.asked} | {' '.join(match.reasons)}\n"
                    )


if __name__ == "__main__":
    main()
