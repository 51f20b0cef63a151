"""Corrected answers and disliked answers become gold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eval_fake import FIGURES, OpenFake
from openpyxl import load_workbook

from assistant.answer import Answer
from assistant.web.conversations import Conversations
from assistant.web.database import ChatDatabase
from assistant.web.feedback import FeedbackBox
from eval.batch import run_batch
from eval.gold import read_gold
from eval.harvest import harvest
from eval.run import evaluate
from ingest.errors import QuestionError
from ingest.settings import Settings
from ingest.store.sql import DATABASE_NAME

QUESTIONS = [
    {"id": "1", "question": "新收几件?", "session": "s"},
    {"id": "2", "question": "它呢?", "session": "s"},
    {"id": "3", "question": "结转几件?"},
    {"id": "4", "question": "天气?"},
    {"id": "5", "question": "公开几件?"},
    {"id": "6", "question": "不予公开几件?"},
]


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in QUESTIONS), encoding="utf-8")
    out = tmp_path / "a.xlsx"
    run_batch(path, out, OpenFake())
    return out


def correct(path: Path, **cells: dict[str, Any]) -> None:
    """Fill in as a person does: `_2={"verdict": "对"}` is the row of id 2."""
    book = load_workbook(path)
    sheet = book["answers"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    rows = {str(sheet.cell(number, 1).value): number for number in range(2, sheet.max_row + 1)}
    for key, entries in cells.items():
        for name, value in entries.items():
            sheet.cell(rows[key.removeprefix("_")], columns[name], value)
    sheet.delete_rows(rows["6"])  # people also delete and sort rows
    book.save(path)


def test_corrections(answers: Path, tmp_path: Path) -> None:
    correct(
        answers,
        _2={"verdict": "对"},
        _3={"verdict": "错", "right_value": 426, "right_unit": "件"},
        _4={"right_status": "反问", "right_not_contains": "没有|查不到"},
        _5={"verdict": "错"},
    )
    target = tmp_path / "gold.jsonl"
    found = harvest(answers, target)
    assert found.problems == ["第 6 行：标为错，但没有写出正确的答案"]
    rows = {row.id: row for _, row in read_gold(target)}
    assert list(rows) == ["1", "2", "3", "4"]
    [cell] = rows["2"].expect.cells
    assert (cell.quote, cell.row, cell.year) == ("3091", ["新收"], 2024)
    assert not rows["3"].expect.cells  # what was wrong names no cell
    assert rows["1"].expect.value is None and rows["1"].expect.status == {"answered"}
    assert rows["2"].expect.value == int(FIGURES["新收"]) and rows["2"].session == "s"
    assert rows["2"].expect.items[0].label == ["新收"]
    assert rows["3"].expect.value == 426 and rows["3"].expect.unit == "件"
    assert rows["4"].expect.status == {"clarify"}
    assert rows["4"].expect.not_contains == [["没有", "查不到"]]
    result = evaluate([target], tmp_path / "out", OpenFake())
    assert result.tally.whole.accuracy.hits == 2


def test_a_verdict_nobody_knows(answers: Path, tmp_path: Path) -> None:
    correct(answers, _3={"verdict": "也许"}, _4={"right_status": "沉默"})
    found = harvest(answers, tmp_path / "gold.jsonl")
    assert len(found.problems) == 2 and found.written == 0


def test_other_files(tmp_path: Path, answers: Path) -> None:
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")
    for source, target in ((tmp_path / "x.txt", "g.jsonl"), (answers, "g.csv")):
        with pytest.raises(QuestionError):
            harvest(source, tmp_path / target)
    with pytest.raises(QuestionError, match="没有工作表 records"):
        book = load_workbook(answers)
        del book["records"]
        book.save(answers)
        harvest(answers, tmp_path / "g.jsonl")


ANSWERED = Answer("新收几件?", "answered", "3091件", value="3091", unit="件")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Path]:
    settings = Settings.load(data_dir=tmp_path / "chat")
    path = settings.data_dir / DATABASE_NAME
    database = ChatDatabase.open(settings)
    conversations, box = Conversations(database), FeedbackBox(database)
    for name, session in (("one", "c1"), ("two", "c2"), ("gone", "c3")):
        conversations.add(
            name, session, Answer("新收几件?", "answered", "3091件", value="3091", unit="件")
        )
        conversations.add(name, session, Answer("那公开呢?", "refused", "没有"))
        conversations.add(name, session, Answer("后来的?", "refused", "没有"))
    box.feedback("c1", 2, "dislike", "=明明有")
    box.feedback("c2", 1, "dislike", "")
    box.feedback("c2", 2, "like", "")
    box.feedback("c3", 1, "dislike", "")
    conversations.remove("gone", "c3")
    database.close()
    yield path


def test_disliked_answers_become_drafts(chat: Path, tmp_path: Path) -> None:
    target = tmp_path / "gold.jsonl"
    found = harvest(chat, target)
    rows = [row for _, row in read_gold(target)]
    assert found.written == 3
    assert [(row.question, sorted(row.expect.status)) for row in rows] == [
        ("新收几件?", ["answered"]),
        ("那公开呢?", ["answered"]),
        ("新收几件?", ["answered", "clarify", "refused"]),
    ]
    assert rows[2].expect.not_contains == [["3091件"]]
    assert rows[0].session == rows[1].session


def test_disliked_answers_become_a_workbook_to_correct(chat: Path, tmp_path: Path) -> None:
    book = tmp_path / "disliked.xlsx"
    assert harvest(chat, book).written == 3
    sheet = load_workbook(book)["answers"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    assert [sheet.cell(n, columns["verdict"]).value for n in (2, 3, 4)] == [None, "错", "错"]
    assert sheet.cell(3, columns["comment"]).value == "=明明有"


def test_a_database_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE a (b)")
    connection.commit()
    connection.close()
    with pytest.raises(QuestionError, match="不是问答网页的数据库"):
        harvest(path, tmp_path / "g.jsonl")
