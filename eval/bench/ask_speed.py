"""Asking: warm p50/p95 and cold start, with one report and with very many."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from eval.bench.result import Result, latency, seconds, timed
from eval.synthetic.asreport import fill
from eval.synthetic.corpus import make_series
from eval.synthetic.questions import Corpus, make_questions
from eval.synthetic.spec import Spec
from ingest.settings import Settings

SAMPLE = Path(__file__).parents[2] / "ingest" / "sample"
YEARS = range(2019, 2026)
ONE_REPORT = (
    "2024年海淀区予以公开的占多少？",
    "海淀区2024年新收了多少件申请？",
    "不予公开的一共多少件？",
    "行政复议纠错率是多少？",
    "自然人新收申请有多少件",
    "结转下年度继续办理的有多少",
    "行政许可处理决定数量",
    "科研机构新收的申请有几件",
)
CLI = (sys.executable, "-c", "from eval.cli import main; main()")


def one_report(data_dir: Path, rounds: int) -> Iterator[Result]:
    """Latency with the bundled report of 海淀区 alone."""
    from ingest.pipeline import ingest

    settings = Settings.load(None, data_dir=data_dir)
    list(ingest(settings, [SAMPLE / "海淀区2024.html"]))
    yield from _warm(settings, "ask, 1 report", list(ONE_REPORT) * rounds)
    yield from _cold(data_dir, "ask from cold, 1 report", ONE_REPORT[0])


def many_reports(data_dir: Path, count: int, asked: int) -> Iterator[Result]:
    """Latency with `count` reports of about 200 figures, filled straight into the store."""
    settings = Settings.load(None, data_dir=data_dir)
    name = f"{count:,} reports"
    taken, (figures, rows) = seconds(lambda: _fill(settings, count, asked))
    yield Result(f"make and fill {name}", count / taken, "reports/s")
    yield Result(f"figures in {name}", figures, "figures")
    for kind in ("lookup", "growth", "top", "total"):
        questions = [row["question"] for row in rows if row["set"] == kind]
        yield from _warm(settings, f"ask, {name}, {kind}", questions, "p95 ≤ 60")
    yield from _warm(settings, f"ask, {name}, all kinds", [row["question"] for row in rows], "")
    yield from _cold(data_dir, f"ask from cold, {name}", rows[0]["question"])


def _fill(settings: Settings, count: int, asked: int) -> tuple[int, list[dict[str, Any]]]:
    """How many figures were stored, and questions about them. What they were made from is let go:
    the collector would go through it while questions are timed, which no user's process does."""
    specs: list[Spec] = list(islice(make_series(9, -(-count // len(YEARS)), YEARS), count))
    fill(settings, specs)
    complete = _complete([spec for spec in specs if spec.year >= 2021])
    return sum(len(spec.cells) for spec in specs), list(make_questions(Corpus(complete), asked, 9))


def _complete(specs: Sequence[Spec]) -> list[Spec]:
    """Specs of publishers that have every year, so that any year may be asked for."""
    years = {spec.year for spec in specs}
    held: dict[str, set[int]] = {}
    for spec in specs:
        held.setdefault(spec.publisher, set()).add(spec.year)
    return [spec for spec in specs if held[spec.publisher] == years]


def _warm(
    settings: Settings, name: str, questions: Sequence[str], aim: str = "p95 ≤ 30"
) -> list[Result]:
    from assistant.assistant import Assistant

    assistant = Assistant.open(settings)
    assistant.ask(questions[0])
    return latency(f"{name}, warm", timed(assistant.ask, questions), aim)


def _cold(data_dir: Path, name: str, question: str, times: int = 5) -> list[Result]:
    command = [*CLI, "--data-dir", str(data_dir), "ask", question]

    def run(_: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"wenbao ask ended with {done.returncode}: {done.stderr[-500:]}")

    return latency(name, timed(run, [""] * times), "≤ 2000")
