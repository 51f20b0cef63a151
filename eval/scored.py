"""Scored: one judged row as plain data, written to and read from DIR/rows.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eval.gold import GoldRow, read_gold
from eval.grounding import ground
from eval.metrics import Tally
from eval.score import Record, judge
from eval.taxonomy import category
from ingest.errors import QuestionError

ROWS = "rows.jsonl"
GOLD = "gold.jsonl"
ANSWERS = "answers.jsonl"
REPORT = "report.json"
# Kept of each answer for the reports; the whole record stands in answers.jsonl.
CARRIED = (
    "status",
    "reason",
    "text",
    "value",
    "unit",
    "formula",
    "warnings",
    "plan",
    "latency_ms",
)
CITATION = ("kind", "report", "publisher", "year", "section", "row", "column", "quote", "source")
CITATIONS_SHOWN = 30


def score_rows(gold: Path, answers: Iterable[Record]) -> Iterator[tuple[Tally, Record]]:
    """Judge answers against gold, in order; yields the growing tally with each scored row.

    Raises QuestionError where an answer is not the one to the gold row in its place.
    """
    tally = Tally()
    given = iter(answers)
    for number, row in read_gold(gold):
        answer = next(given, None)
        if answer is None or str(answer.get("id")) != row.id:
            raise QuestionError(f"{gold.name} 第 {number} 行：相应位置上没有 {row.id} 的答案")
        yield tally, score_row(tally, row, answer)


def score_row(tally: Tally, gold: GoldRow, answer: Record) -> Record:
    judged = judge(gold.expect, answer)
    kind = category(gold, answer, judged)
    grounding = ground(answer) if answer.get("status") == "answered" else None
    tally.add(gold, answer, judged, category=kind, grounding=grounding)
    return {
        "id": gold.id,
        "question": gold.question,
        "session": gold.session,
        "set": gold.set,
        "tags": gold.tags,
        "right": judged.right,
        "graded": judged.graded,
        "wrong_figure": judged.wrong_figure,
        "category": kind,
        "misses": [miss_of(miss) for miss in judged.misses],
        "expected": gold.expect.model_dump(mode="json", exclude_defaults=True),
        "untraced": list(grounding.untraced) if grounding else [],
        **{name: answer.get(name) for name in CARRIED},
        "items": answer.get("items") or [],
        "citations": [
            {name: entry.get(name) for name in CITATION}
            for entry in (answer.get("citations") or [])[:CITATIONS_SHOWN]
        ],
        "cited_cells": judged.cited,
    }


def miss_of(miss: Any) -> dict[str, str]:
    return {"key": miss.key, "expected": miss.expected, "given": miss.given}


def outcome(row: Record) -> str:
    """right, wrong, wrong_figure or error."""
    if not row["graded"]:
        return "error"
    if row["right"]:
        return "right"
    return "wrong_figure" if row["wrong_figure"] else "wrong"


def read_rows_file(folder: Path) -> Iterator[Record]:
    """The scored rows of a run. Raises QuestionError where the folder holds none."""
    path = folder / ROWS
    if not path.is_file():
        raise QuestionError(f"{folder}：这里没有以往 `wenbao eval --out` 写出的 {ROWS}")
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                row = json.loads(line)
                row["id"], row["right"], row["graded"]
            except (ValueError, KeyError, TypeError) as error:
                raise QuestionError(f"{path} 第 {number} 行：不是评过分的记录：{error}") from error
            yield row
