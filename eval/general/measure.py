"""Measuring: every question of a half over a store that holds all books of that half."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.general import (
    accounting,
    government,
    heldout_a,
    heldout_b,
    office,
    office_more,
    public_more,
    registers,
)
from eval.general.book import Book
from eval.gold import Expect
from eval.score import judge

_PARTS = (accounting, government, office, registers, public_more, office_more, heldout_a, heldout_b)


def books(half: str) -> list[Book]:
    """The books of one half ("practice", "heldout") or of both ("all")."""
    made = [make() for part in _PARTS for make in part.BOOKS]
    return [book for book in made if half in ("all", book.half)]


@dataclass
class Score:
    """Counts of questions. `numeric`: gold has a value. `false`: a wrong value given as sure."""

    asked: int = 0
    right: int = 0
    numeric: int = 0
    numeric_right: int = 0
    false: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    kinds_right: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        return self.numeric_right / max(self.numeric, 1)

    @property
    def false_rate(self) -> float:
        return self.false / max(self.asked, 1)

    def lines(self) -> Iterator[str]:
        yield f"all {self.right}/{self.asked} = {self.right / max(self.asked, 1):.1%}"
        yield f"numeric {self.numeric_right}/{self.numeric} = {self.accuracy:.1%}"
        yield f"wrong numbers given as sure {self.false} = {self.false_rate:.1%}"
        for kind, count in sorted(self.kinds.items()):
            yield f"  {kind}: {self.kinds_right[kind]}/{count}"


def measure(half: str, folder: Path, *, together: bool = False) -> Score:
    """Store the books of `half` under `folder` and ask all their questions, each of its book;
    `together`: of all books at once, so that the table has to be found, too."""
    from assistant.assistant import Assistant
    from ingest.pipeline import ingest
    from ingest.settings import Settings
    from ingest.store.library import Library

    chosen = books(half)
    files = [book.save(folder) for book in chosen]
    settings = Settings(data_dir=folder / "data")
    library = Library.open(settings)
    list(ingest(settings, files, library=library))
    score = Score()
    assistant = Assistant.open(settings)
    for book in chosen:
        for row in book.rows():
            source = None if together else row["source"]
            _judge(row, assistant.ask(row["question"], source=source).record(), score)
    return score


def _judge(row: dict[str, Any], record: dict[str, Any], score: Score) -> None:
    expect = Expect.model_validate({**row["expect"], "status": row["expect"]["status"]})
    found = judge(expect, record)
    kind = row["tags"]["type"]
    score.asked += 1
    score.kinds[kind] += 1
    numeric = expect.value is not None
    score.numeric += numeric
    score.right += found.right
    score.kinds_right[kind] += found.right
    score.numeric_right += numeric and found.right
    score.false += found.wrong_figure
    if not found.right or found.wrong_figure:
        mark = "WRONG " if found.wrong_figure else ""
        given = f"{record['status']} {record['value']} {record['unit']} {record['text'][:90]!r}"
        wanted = {key: str(value) for key, value in row["expect"].items()}
        score.misses.append(f"{mark}{row['id']} {row['question']} | {wanted} | {given}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("practice", "heldout", "all"), default="practice")
    parser.add_argument("--misses", action="store_true", help="print the questions that missed")
    parser.add_argument("--together", action="store_true", help="without naming the book")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        score = measure(arguments.half, Path(folder), together=arguments.together)
    out = [*(score.misses if arguments.misses else ()), *score.lines()]
    sys.stdout.write("\n".join(out) + "\n")
