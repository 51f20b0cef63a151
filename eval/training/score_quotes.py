"""Quotes for open questions: `python -m eval.training.score_quotes`.

right: every expected sentence is quoted, and no more than twice as many; partial: some of it;
wrong: none of it, or something where nothing should be quoted; silent: nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from assistant.quotes import Quote, quote_sentences
from eval.training.corpus import Corpus, gold, open_corpus
from eval.training.score_prose import names_of


def ask(question: str, report: str, corpus: Corpus) -> list[Quote]:
    report_id = corpus.report_ids[report]
    info = corpus.library.report(report_id)
    assert info is not None
    passages = corpus.library.passages(report_id)
    return quote_sentences(question, passages, ignore=names_of(info.publisher))


def verdict(wanted: list[str], found: list[Quote]) -> str:
    if not wanted:
        return "wrong" if found else "refused"
    if not found:
        return "silent"
    held = sum(any(words in quote.sentence for quote in found) for words in wanted)
    if held == len(wanted):
        return "right" if len(found) <= max(2 * len(wanted), 4) else "wide"
    return "partial" if held else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="dev", help="dev or held-out (only for a final score)")
    parser.add_argument("--list", action="store_true", help="show what is not right")
    options = parser.parse_args()
    blocks = gold(options.set)
    out = sys.stdout.write
    marks: Counter[str] = Counter()
    with open_corpus(sorted({block["report"] for block in blocks})) as corpus:
        for block in blocks:
            for question, *wanted in block["open"]:
                found = ask(question, block["report"], corpus)
                mark = verdict(wanted, found)
                marks[mark] += 1
                if options.list and mark not in ("right", "refused"):
                    quoted = "\n    ".join(f"{q.score:.2f} {q.sentence}" for q in found)
                    out(f"{mark}: {block['report']} {question} → {wanted}\n    {quoted}\n")
    out(f"{options.set}: {dict(sorted(marks.items()))}\n")


if __name__ == "__main__":
    main()
