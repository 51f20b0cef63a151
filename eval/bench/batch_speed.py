"""Batch: questions a second of `wenbao batch` in one process, and how its memory grows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from eval.asking import OpenAssistant
from eval.batch import run_batch
from eval.bench.result import Result
from eval.question import read_questions
from ingest.pipeline import ingest
from ingest.settings import Settings

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "ingest" / "sample"
GOLD = ROOT / "eval" / "gold"
# Caches and lazily loaded parts are in place after these many questions.
WARM = 1000


def long_batch(folder: Path, count: int) -> Iterator[Result]:
    """Ask `count` questions (the practice ones over again, in sessions of their own) in one go."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings.load(data_dir=folder / "data", environ={})
    for row in ingest(settings, sorted(SAMPLE.glob("*.html"))):
        if row.status == "failed":
            raise RuntimeError(row.error)
    questions = _write_questions(folder / "questions.jsonl", count)
    watch = _Watch(min(WARM, count // 2))
    started = time.perf_counter()
    out = folder / "answers.jsonl"
    run = run_batch(questions, out, OpenAssistant(settings), on_progress=watch)
    took = time.perf_counter() - started
    yield Result(f"batch of {count:,}, one process", count / took, "questions/s")
    yield Result(f"batch of {count:,}, rows that failed", run.errors, "rows", "0")
    yield Result(f"batch of {count:,}, memory grown", watch.grown, "MB")


def _write_questions(path: Path, count: int) -> Path:
    asked = [
        question
        for file in sorted(GOLD.glob("practice-multi-*.jsonl"))
        for _, question in read_questions(file)
    ]
    with path.open("w", encoding="utf-8") as stream:
        for number, question in enumerate(islice(cycle(asked), count)):
            again = number // len(asked)
            session = f"{again}/{question.session}" if question.session else None
            row = {"id": str(number), "question": question.question, "session": session}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


class _Watch:
    """Resident memory from the `warm`th question on, in MB (Linux)."""

    def __init__(self, warm: int) -> None:
        self._warm, self._first, self._last = warm, 0.0, 0.0

    def __call__(self, done: int, total: int) -> None:
        if done == self._warm:
            self._first = _resident()
        if done == total:
            self._last = _resident()

    @property
    def grown(self) -> float:
        return self._last - self._first


def _resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
