"""Table QA: answer a file of tables with questions, and score it where gold is there.

One table a line: `grid`, `cells` and `questions`; the keys `labels` and `answer_cells` never reach
the answerer. The metric is the set's own: a question counts where the set of cells is exactly the
gold one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.answers import replacing
from eval.batch import OnProgress
from eval.metrics import Rate
from eval.problems import Problems
from eval.question import sentence
from eval.rows import read_rows
from ingest.errors import QuestionError

if TYPE_CHECKING:
    from assistant.table_answerer import CellAnswer, TableAnswerer

PREDICTIONS, REPORT = "predictions.jsonl", "report.json"
Cell = Annotated[int, Field(ge=0)]


class TableQuestion(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    id: str
    question: str
    answer_cells: list[Cell] | None = None
    type: str | None = None


class QuestionedTable(BaseModel):
    """A line of the file. Cell ids in `grid` and `answer_cells` count from 0 into `cells`."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    grid: list[list[Cell]]
    cells: list[str]
    questions: list[TableQuestion]
    table_type: str | None = None

    @model_validator(mode="after")
    def _cells_exist(self) -> QuestionedTable:
        if any(cell >= len(self.cells) for row in self.grid for cell in row):
            raise ValueError("grid 指向了 cells 里没有的格")
        return self


def read_tables(path: Path) -> Iterator[QuestionedTable]:
    """The tables of a file. Raises QuestionError naming the line."""
    if path.suffix.lower() != ".jsonl":
        raise QuestionError(f"{path}：表格问答文件应以 .jsonl 结尾")
    for row in read_rows(path):
        problems = Problems(path)
        if row.problem:
            problems.add(row.number, row.problem)
            problems.raise_if_any()
        try:
            yield QuestionedTable.model_validate(row.data)
        except ValidationError as error:
            problems.add(row.number, sentence(error.errors(include_url=False)[0]))
            problems.raise_if_any()


def run_tableqa(
    path: Path,
    out: Path,
    answerer: TableAnswerer | None = None,
    *,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Write DIR/predictions.jsonl and DIR/report.json; returns the report."""
    if answerer is None:
        from assistant.tableqa.answerer import learned_answerer

        answerer = learned_answerer()
    total = sum(1 for _ in read_tables(path))
    out.mkdir(parents=True, exist_ok=True)
    score = _Score()
    with (
        replacing(out / PREDICTIONS) as temporary,
        temporary.open("w", encoding="utf-8", errors="backslashreplace") as stream,
    ):
        for done, table in enumerate(read_tables(path), start=1):
            for line in _answered(table, answerer, score):
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            if on_progress is not None:
                on_progress(done, total)
    report = score.plain()
    with replacing(out / REPORT) as temporary:
        text = json.dumps(report, ensure_ascii=False, indent=2)
        temporary.write_text(text + "\n", encoding="utf-8")
    return report


def _answered(
    table: QuestionedTable, answerer: TableAnswerer, score: _Score
) -> Iterator[dict[str, Any]]:
    from assistant.table_answerer import CellTable

    seen = CellTable(tuple(tuple(row) for row in table.grid), tuple(table.cells))
    for question in table.questions:
        answer = answerer.answer(seen, question.question)
        score.add(table, question, answer)
        yield {
            "id": question.id,
            "cells": list(answer.cells),
            "confidence": answer.confidence,
            "sure": answer.sure,
        }


class _Score:
    """Exact match: in all, of the sure answers, and by kind of table and of question."""

    def __init__(self) -> None:
        self.questions = 0
        self.whole, self.sure = Rate(), Rate()
        self.groups: dict[str, dict[str, Rate]] = {
            name: defaultdict(Rate) for name in ("table_type", "type")
        }

    def add(self, table: QuestionedTable, question: TableQuestion, answer: CellAnswer) -> None:
        self.questions += 1
        if question.answer_cells is None:
            return
        hit = set(answer.cells) == set(question.answer_cells)
        self.whole.add(hit)
        self.sure.add(hit if answer.sure else None)
        self.groups["table_type"][table.table_type or "—"].add(hit)
        self.groups["type"][question.type or "—"].add(hit)

    def plain(self) -> dict[str, Any]:
        graded = self.whole.n > 0
        return {
            "questions": self.questions,
            "exact_match": self.whole.plain() if graded else None,
            "sure": self.sure.plain() if graded else None,
            **{
                f"by_{name}": {key: rate.plain() for key, rate in sorted(rates.items())}
                for name, rates in self.groups.items()
            },
        }
