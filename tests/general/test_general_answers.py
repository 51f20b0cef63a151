"""Questions over spreadsheets that no form knows, from the file to the cited cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.cli import run
from eval.cli import app


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("卫生健康支出的决算数是多少？", "901.2", "万元"),
        ("教育支出执行率", "98.4", "%"),
        ("教育支出和卫生健康支出的预算数一共多少万元", "2060", "万元"),
        ("决算数合计多少亿元", "0.20817", "亿元"),
        ("卫生健康支出决算数比预算数多多少万元", "41.2", "万元"),
        ("预算数超过400万元的科目有几个", "3", "个"),
        ("预算数最大的科目是哪个", "1200", "万元"),
        ("住房保障支出的决算数", "0", "万元"),
    ],
)
def test_values_are_exact_and_carry_their_unit(
    assistant: Assistant, question: str, value: str, unit: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.value, answer.unit) == ("answered", value, unit)


def test_a_value_is_cited_to_its_cell(assistant: Assistant) -> None:
    (citation,) = assistant.ask("卫生健康支出的决算数是多少？").citations
    assert citation.quote == "901.2"
    assert citation.row == ("卫生健康支出",)
    assert citation.column == ("执行情况", "决算数")
    assert citation.position == (5, 2)


def test_a_blank_cell_is_not_zero(assistant: Assistant) -> None:
    answer = assistant.ask("农林水支出的决算数是多少")
    assert answer.status == "refused"
    assert "没有填写" in answer.text
    assert answer.value is None


def test_a_total_is_not_added_to_its_parts(assistant: Assistant) -> None:
    answer = assistant.ask("各科目预算数的平均值是多少万元")
    assert answer.value == "676.25"


@pytest.mark.parametrize(
    "question", ["科学技术支出的决算数是多少", "2021年教育支出的预算数", "教育支出的满意度"]
)
def test_what_the_table_does_not_have_is_not_answered(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status in ("refused", "clarify")
    assert answer.value is None


def test_a_batch_limited_to_the_file(store: Path, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "question": "教育支出的决算数", "source": "budget-2023.xlsx"},
        {"id": "b", "question": "农林水支出的决算数", "source": "budget-2023.xlsx"},
    ]
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    questions.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    command = ["--data-dir", str(store), "batch", str(questions), "--out", str(answers)]
    assert run(app, command) == 0
    first, second = map(json.loads, answers.read_text(encoding="utf-8").splitlines())
    assert (first["value"], first["unit"]) == ("1180.5", "万元")
    assert first["citations"][0]["column"] == ["执行情况", "决算数"]
    assert (second["status"], second["value"]) == ("refused", None)
