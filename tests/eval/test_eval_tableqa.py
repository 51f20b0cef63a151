"""The table-QA adapter and its plain baseline, on tables made up here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.table_answerer import CellAnswer, CellTable, LexicalAnswerer
from eval.tableqa import run_tableqa
from ingest.errors import QuestionError

TABLE: dict[str, Any] = {
    "table_id": "t",
    "table_type": "vertical",
    "grid": [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 9, 10]],
    "cells": ["部门", "申请数", "答复数", "财政局", "12", "11", "教育局", "30", "29", "合计", "40"],
    "labels": {"column_attribute": [0, 1, 2]},
    "questions": [
        {
            "id": "q1",
            "question": "财政局的申请数是多少?",
            "answer_cells": [4],
            "type": "single_cell",
        },
        {"id": "q2", "question": "教育局答复数和申请数各多少?", "answer_cells": [8, 7]},
        {"id": "q3", "question": "天气好吗?", "answer_cells": [0]},
        {"id": "q4", "question": "教育局的答复数"},
    ],
}


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps(TABLE) + "\n", encoding="utf-8")
    return path


def predictions(out: Path) -> list[dict[str, Any]]:
    text = (out / "predictions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_predictions_and_exact_match(tables: Path, tmp_path: Path) -> None:
    report = run_tableqa(tables, tmp_path / "out", LexicalAnswerer())
    found = predictions(tmp_path / "out")
    assert [row["id"] for row in found] == ["q1", "q2", "q3", "q4"]
    assert [row["cells"] for row in found] == [[4], [7, 8], [], [8]]
    assert all(set(row) == {"id", "cells", "confidence", "sure"} for row in found)
    assert found[2] == {"id": "q3", "cells": [], "confidence": 0.0, "sure": False}
    assert all(0 <= row["confidence"] <= 1 for row in found)
    assert (report["exact_match"]["hits"], report["exact_match"]["n"]) == (2, 3)
    assert report == json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))


def test_gold_and_labels_never_reach_the_answerer(tmp_path: Path) -> None:
    plain = {key: value for key, value in TABLE.items() if key != "labels"}
    bare = [{k: v for k, v in q.items() if k != "answer_cells"} for q in TABLE["questions"]]
    for name, table in (("with", TABLE), ("without", {**plain, "questions": bare})):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(table), encoding="utf-8")
        report = run_tableqa(tmp_path / f"{name}.jsonl", tmp_path / name)
    assert predictions(tmp_path / "with") == predictions(tmp_path / "without")
    assert report["exact_match"] is None and report["questions"] == 4


def test_another_answerer_takes_the_seam(tables: Path, tmp_path: Path) -> None:
    class First:
        def answer(self, table: CellTable, question: str) -> CellAnswer:
            return CellAnswer((table.grid[1][1],), 1.0, True)

    report = run_tableqa(tables, tmp_path / "out", First())
    assert report["sure"]["hits"] == 1 and report["sure"]["n"] == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"grid": [[0, 99]]}, "第 1 行：.*cells 里没有的格"),
        ({"grid": "x"}, "第 1 行：grid"),
        ({"cells": [1]}, r"第 1 行：cells\.0"),
        ({"questions": [{"id": "q"}]}, r"第 1 行：questions\.0\.question"),
    ],
)
def test_bad_tables_are_told(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps({**TABLE, **change}), encoding="utf-8")
    with pytest.raises(QuestionError, match=words):
        run_tableqa(path, tmp_path / "out")


@pytest.mark.parametrize("grid", [[], [[]], [[0]], [[0, 1]], [[0], [1]], [[0, 1], [2]]])
def test_tables_of_odd_shape(grid: list[list[int]]) -> None:
    table = CellTable(tuple(map(tuple, grid)), ("甲", "乙", "丙"))
    assert not LexicalAnswerer().answer(table, "甲的乙是多少").sure


def test_the_public_set_is_answered(shared: Path, tmp_path: Path) -> None:
    source = shared / "tableqa" / "dev.jsonl"
    if not source.is_file():
        pytest.skip("../shared/tableqa/dev.jsonl is not beside this checkout")
    report = run_tableqa(source, tmp_path / "out")
    assert report["questions"] == report["exact_match"]["n"] == 464
    assert report["exact_match"]["value"] > 0.85
    assert report["sure"]["value"] > report["exact_match"]["value"]
