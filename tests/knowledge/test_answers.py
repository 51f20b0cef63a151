"""Answers of the pack through the assistant, over stored reports and a stored guide."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from ingest.pipeline import ingest
from ingest.settings import Settings

GUIDE = """<html><head><meta charset="utf-8"><title>示例市示例区政府信息公开指南</title></head>
<body><h1>示例市示例区政府信息公开指南</h1><h2>一、受理机构</h2>
<p>办公地址：幸福路8号201室。联系电话：010-00000000。办公时间：工作日9时至17时。传真：010-11111111。邮政编码：100000。</p></body></html>"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("help")
    guide = folder / "指南.html"
    guide.write_text(GUIDE, "utf-8")
    settings = Settings.load(data_dir=folder / "data")
    sample = Path(str(files("ingest") / "sample"))
    list(ingest(settings, [str(sample / "示例区2024.html"), str(guide)]))
    made = Assistant.open(settings)
    made.knowledge.clock = lambda: date(2026, 11, 22)
    return made


def test_a_rule_stands_with_its_article_this_places_figure_and_the_next_steps(assistant):
    answer = assistant.ask("我的申请被答复“本机关不掌握”，怎么办？")
    assert answer.status == "answered" and answer.value is None
    kinds = {citation.kind for citation in answer.citations}
    assert kinds == {"text", "cell"}
    law = next(c for c in answer.citations if c.kind == "text")
    assert "政府信息公开条例" in law.report and law.section.startswith("第三十六条")
    cell = next(c for c in answer.citations if c.kind == "cell")
    assert answer.items[0].value == cell.quote == "89"
    assert "下一步" in answer.text and "概括" in answer.text and "法律意见" in answer.text


def test_a_deadline_is_reckoned_from_today_and_says_so(assistant):
    answer = assistant.ask("上周五交的申请，最晚哪天答复？")
    assert "2026年12月11日" in answer.text and "今天是2026年11月22日" in answer.text
    assert answer.formula == "2026-11-13 + 20个工作日 = 2026-12-11"
    assert answer.value is None


def test_a_year_without_a_calendar_is_refused(assistant):
    answer = assistant.ask("2031年3月1日收到的申请最晚哪天答复")
    assert answer.status == "refused" and "2031年" in answer.text


@pytest.mark.parametrize(
    ("question", "yuan", "formula"),
    [
        ("申请了35件要交多少", "3000", "10×0 + 20×100 + 5×200"),
        ("给我的材料有二百零一页要交多少钱", "2740", "30×0 + 70×10 + 100×20 + 1×40"),
    ],
)
def test_a_fee_has_its_formula(assistant, question, yuan, formula):
    answer = assistant.ask(question)
    assert (answer.value, answer.unit, answer.formula) == (yuan, "元", formula)


@pytest.mark.parametrize("question", ["2024年不予公开多少件", "2024年本机关不掌握的几件"])
def test_a_figure_question_stays_one(assistant, question):
    answer = assistant.ask(question)
    assert answer.value is not None and answer.plan["op"] == "lookup"


def test_a_guide_is_quoted_and_is_no_report(assistant):
    answer = assistant.ask("受理机构的办公地址在哪")
    assert answer.status == "answered" and answer.citations[0].quote == "办公地址：幸福路8号201室。"
    assert answer.citations[0].passage_id
    fax = assistant.ask("公开办的传真号码是多少").citations[0].quote
    post = assistant.ask("公开办的邮编号码是多少").citations[0].quote
    assert fax == "传真：010-11111111。" and post == "邮政编码：100000。"
    assert len(assistant.catalog.reports) == 1
    assert assistant.ask("新收申请多少件").value == "328"
