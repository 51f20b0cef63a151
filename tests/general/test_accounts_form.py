"""The second built-in form: final accounts of a department, a new file and no code."""

from __future__ import annotations

import pytest

from assistant.assistant import Assistant
from eval.general.book import LEFT, UP, Book, Row
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store.library import Library

PUBLISHER = "某市水务局"
PLANNED = [42.5, 0, 36, 0, 36, 6.5]
SPENT = [35.18, 0, 31.02, 0, 31.02, 4.16]


def _official() -> list[Row]:
    heads = ["合计", "因公出国（境）费", "公务用车购置及运行费", LEFT, LEFT, "公务接待费"]
    below = [UP, UP, "小计", "公务用车购置费", "公务用车运行费", UP]
    return [
        ["财政拨款“三公”经费支出决算表", *[LEFT] * 11],
        [f"公开部门：{PUBLISHER}", *[""] * 10, "金额单位：万元"],
        ["预算数", *[LEFT] * 5, "决算数", *[LEFT] * 5],
        heads * 2,
        below * 2,
        list(range(1, 13)),
        [*PLANNED, *SPENT],
    ]


def _expenses() -> list[Row]:
    return [
        ["支出决算表", LEFT, LEFT, LEFT, LEFT],
        [f"公开部门：{PUBLISHER}", "", "", "", "金额单位：万元"],
        ["项目", LEFT, "本年支出合计", "基本支出", "项目支出"],
        ["科目编码", "科目名称", UP, UP, UP],
        ["栏次", LEFT, 1, 2, 3],
        ["合计", LEFT, 8390.1, 5210.6, 3179.5],
        ["213", "农林水支出", 7970.1, 4790.6, 3179.5],
        ["221", "住房保障支出", 420, 420, None],
    ]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("accounts")
    book = Book("2023年度部门决算公开", "practice")
    book.sheet("公开03表", _expenses())
    book.sheet("公开07表", _official())
    settings = Settings(data_dir=folder / "data")
    rows = list(ingest(settings, [book.save(folder)], publisher=PUBLISHER, year=2023))
    assert [row.status for row in rows] == ["stored"]
    return Library.open(settings)


@pytest.fixture(scope="module")
def accounts(library: Library) -> Assistant:
    return Assistant.open(library.settings)


def test_every_cell_is_a_measure_and_the_numbers_of_columns_are_none(library: Library) -> None:
    (report,) = library.reports()
    assert report.form == "bmjs"
    figures = [f for f in library.figures(report_ids=[report.id]) if f.table == "三公经费"]
    assert [float(f.value or 0) for f in figures] == [*PLANNED, *SPENT]
    assert len({figure.measure for figure in figures}) == 12
    assert {figure.unit for figure in figures} == {"万元"}


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("2023年公务接待费决算数是多少", "4.16", "万元"),
        ("三公经费预算数", "42.5", "万元"),
        ("公务用车购置及运行费决算数", "31.02", "万元"),
        ("公务接待费决算比预算少多少", "2.34", "万元"),
        ("农林水支出的基本支出是多少", "4790.6", "万元"),
        ("住房保障支出占本年支出合计的比重是多少", None, None),
    ],
)
def test_questions_of_the_form_and_of_the_other_tables(
    accounts: Assistant, question: str, value: str | None, unit: str | None
) -> None:
    answer = accounts.ask(question)
    if value is not None:
        assert (answer.status, answer.value, answer.unit) == ("answered", value, unit)
    else:  # 420 ÷ 8390.1, or a question back; never another number
        assert answer.value is None or answer.value.startswith("5.0059")


def test_the_sum_is_checked(library: Library) -> None:
    (report,) = library.reports()
    found = {check.rule: check.holds for check in library.checks([report.id])}
    assert found and all(found.values())
