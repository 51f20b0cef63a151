"""Ablation of understanding: the lexicon alone, the embeddings alone, both.

    python -m eval.training.score_understanding DATA_DIR GOLD… --known PRACTICE…

Asks the questions of GOLD that are no turns of conversations over the store of DATA_DIR. Lexicon:
the rules without a second opinion. Embeddings: the nearest question of PRACTICE (by the embedding
model) is asked in place of the question. Both: the assistant as it is. Prints a table.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.normalize import normalize
from eval.gold import GoldRow, read_gold
from eval.score import judge
from ingest.settings import Settings

Ask = Callable[[str], Answer]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--known", type=Path, nargs="+", required=True)
    chosen = parser.parse_args()
    settings = Settings.load(None, data_dir=chosen.data_dir)
    both, lexicon = Assistant.open(settings), Assistant.open(settings)
    lexicon._planner = replace(lexicon._planner, embed=None)
    rows = _alone(chosen.gold)
    ways: dict[str, Ask] = {
        "lexicon only": lexicon.ask,
        "embeddings only": _nearest(lexicon, [row.question for row in _alone(chosen.known)]),
        "both": both.ask,
    }
    sys.stdout.write("| | right | wrong figures |\n|---|---:|---:|\n")
    for name, ask in ways.items():
        judged = [judge(row.expect, ask(row.question).record()) for row in rows]
        right = sum(one.right for one in judged)
        wrong = sum(one.wrong_figure for one in judged)
        sys.stdout.write(f"| {name} | {100 * right / len(rows):.1f} % of {len(rows)} | {wrong} |\n")


def _alone(paths: Iterable[Path]) -> list[GoldRow]:
    return [row for path in paths for _, row in read_gold(path) if not row.session]


def _nearest(assistant: Assistant, known: list[str]) -> Ask:
    vectors = np.asarray(assistant.embedder.embed([normalize(one) for one in known]))

    def ask(question: str) -> Answer:
        vector = np.asarray(assistant.embedder.embed([normalize(question)]))[0]
        return assistant.ask(known[int(np.argmax(vectors @ vector))])

    return ask


if __name__ == "__main__":
    main()
