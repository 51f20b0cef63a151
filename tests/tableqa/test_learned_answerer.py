"""The shipped model: it loads, answers small tables of our own, and takes any table."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from small_tables import BUDGET, CARD, table

from assistant.table_answerer import CellTable
from assistant.tableqa.answerer import LearnedAnswerer, learned_answerer
from assistant.tableqa.ranker import MODEL, Ranker
from eval.tableqa import run_tableqa
from ingest.embedding import open_embedder
from ingest.errors import SettingsError

LETTERS = st.text("甲乙丙0123,.%年月合计 ", max_size=6)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("教育支出的决算数是多少？", {"118.2"}),
        ("卫生健康支出的预算数是多少？", {"88.0"}),
        ("卫生健康支出的预算数和决算数分别是多少？", {"88.0", "90.1"}),
        ("教育支出和卫生健康支出的预算数分别是多少？", {"120.5", "88.0"}),
    ],
)
def test_figures_of_a_plain_table(question: str, expected: set[str]) -> None:
    answer = learned_answerer().answer(BUDGET, question)
    assert {BUDGET.cells[cell] for cell in answer.cells} == expected
    assert 0 < answer.confidence <= 1


def test_a_card_is_read_pair_by_pair() -> None:
    answer = learned_answerer().answer(CARD, "王小明的出生日期是什么时候？")
    assert [CARD.cells[cell] for cell in answer.cells] == ["1990年3月2日"]


def test_the_same_question_has_the_same_answer() -> None:
    fresh = LearnedAnswerer(Ranker.load(), open_embedder())
    for question in ("教育支出的决算数", "各项支出的预算数分别是多少？"):
        assert fresh.answer(BUDGET, question) == learned_answerer().answer(BUDGET, question)


def test_answers_name_the_cells_of_the_table_not_positions() -> None:
    numbered = CellTable(((3, 1), (0, 2)), ("教育支出", "预算数", "120.5", "项目"))
    answer = learned_answerer().answer(numbered, "教育支出的预算数是多少？")
    assert answer.cells == (2,)


@given(st.lists(st.lists(LETTERS, max_size=4), max_size=5), LETTERS)
@examples(max_examples=60, deadline=None)
def test_any_table_is_taken(rows: list[list[str]], question: str) -> None:
    cells = [text for row in rows for text in row]
    start, grid = 0, []
    for row in rows:
        grid.append(tuple(range(start, start + len(row))))
        start += len(row)
    answer = learned_answerer().answer(CellTable(tuple(grid), tuple(cells)), question)
    assert set(answer.cells) <= set(range(len(cells)))
    assert 0 <= answer.confidence <= 1
    assert answer.cells or not answer.sure


def test_a_large_table_is_narrowed_to_what_is_named() -> None:
    rows = ["镇名|户数|人口"] + [
        f"第{number}镇|{number * 3}|{number * 7}" for number in range(2000)
    ]
    answer = learned_answerer().answer(table(*rows), "第1234镇的人口是多少？")
    assert answer.cells == (3 * 1235 + 2,)


def test_a_large_list_is_never_sure() -> None:
    rows = ["镇名|户数"] + [f"第{number}镇|{number * 3}" for number in range(2000)]
    answer = learned_answerer().answer(table(*rows), "各镇的户数分别是多少？")
    assert not answer.sure


def test_the_model_is_small_and_a_broken_one_is_named(tmp_path: Path) -> None:
    packed = files("assistant.tableqa") / "model" / MODEL
    assert len(packed.read_bytes()) <= 6_000_000
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"no model")
    with pytest.raises(SettingsError, match=r"bad\.npz"):
        Ranker.load(bad)
    with pytest.raises(SettingsError, match=r"none\.npz"):
        Ranker.load(tmp_path / "none.npz")


def test_floors_on_the_public_dev_set(shared: Path, tmp_path: Path) -> None:
    source = shared / "tableqa" / "dev.jsonl"
    if not source.is_file():
        pytest.skip("../shared/tableqa/dev.jsonl is not beside this checkout")
    report = run_tableqa(source, tmp_path / "out")
    assert report["exact_match"]["value"] >= 0.88
    assert report["by_table_type"]["complex"]["value"] >= 0.78
    assert report["sure"]["n"] >= 0.65 * report["questions"]
    assert report["sure"]["value"] >= 0.98
