"""`wenbao form draft`: the proposed form loads, and reads the reports it was drafted from."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cli import run
from eval.cli import app
from eval.general.book import LEFT, UP, Book
from ingest.errors import FormError
from ingest.form import load_form
from ingest.loaders.load import load
from ingest.read import read_report
from ingest.structure.draft import draft_form


def _accounts(folder: Path, year: int, *, extra: bool = False) -> Path:
    book = Book(f"accounts-{year}", "practice")
    rows = [["一、财政拨款收入", 900 + year, 880], ["二、上级补助收入", 40, 35.5]]
    rows += [["三、事业收入", 12, 13]] if extra else []
    book.sheet(
        "收入",
        [
            [f"{year}年度收入决算表", LEFT, LEFT],
            ["单位：万元", LEFT, LEFT],
            ["项目", "金额", LEFT],
            [UP, f"{year}年预算数", "决算数"],
            *rows,
            ["本年收入合计", sum(row[1] for row in rows), 928.5],
        ],
    )
    book.sheet(
        "三公",
        [
            [f"{year}年度“三公”经费支出表", LEFT, LEFT, LEFT],
            ["单位：万元", LEFT, LEFT, LEFT],
            ["项目", "因公出国（境）费", "公务用车购置及运行费", "公务接待费"],
            ["预算数", 0, 12.5, 3],
            ["决算数", None, 11.2, 2.4],
        ],
    )
    return book.save(folder)


@pytest.fixture
def examples(tmp_path: Path) -> list[Path]:
    return [_accounts(tmp_path, 2021), _accounts(tmp_path, 2022, extra=True)]


def test_the_draft_reads_its_own_examples(examples: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "accounts.form.yaml"
    command = ["form", "draft", *map(str, examples), "--out", str(target), "--id", "acc"]
    assert run(app, command) == 0
    form = load_form(target)
    assert form.id == "acc"
    assert len(form.tables) == 2
    for path in examples:
        report = read_report(load(path), forms=(form,))
        assert report.form == "acc"
        assert [figure for figure in report.figures if figure.measure is None] == []
        measures = [figure.measure for figure in report.figures]
        assert len(set(measures)) == len(measures)


def test_a_cell_has_the_same_measure_in_every_year(examples: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "accounts.form.yaml"
    text = draft_form([load(path) for path in examples], form_id="acc", name="决算")
    target.write_text(text, encoding="utf-8")
    form = load_form(target)
    reports = [read_report(load(path), forms=(form,)) for path in examples]
    named = [
        {f.measure for f in report.figures if f.row == ("二、上级补助收入",)} for report in reports
    ]
    assert named[0] == named[1]
    labels = {label for f in reports[1].figures if f.row[0].startswith("三、") for label in f.row}
    assert labels == {"三、事业收入"}


def test_what_only_some_reports_have_is_optional(examples: list[Path]) -> None:
    import yaml

    raw = yaml.safe_load(draft_form([load(path) for path in examples], form_id="a", name="决算"))
    rows = {row["labels"][0]: row for row in raw["tables"][0]["blocks"][0]["rows"]}
    assert rows["事业收入"]["optional"] is True
    assert "optional" not in rows["上级补助收入"]


def test_reports_without_a_common_table_are_refused(tmp_path: Path) -> None:
    other = Book("other", "practice")
    other.sheet("a", [["姓名", "年龄"], ["甲", 30], ["乙", 41]])
    documents = [load(_accounts(tmp_path, 2021)), load(other.save(tmp_path))]
    with pytest.raises(FormError, match="没有共同的表"):
        draft_form(documents, form_id="x", name="x")
