"""What the learned finder proposes is offered as a question, never shown as a value."""

from __future__ import annotations

import pytest

from assistant.assistant import Assistant
from ingest.pipeline import ingest
from ingest.settings import Settings

SHEET = """街道,常住人口(人),绿地面积(公顷),卫生站(个)
东山街道,31200,12.5,3
西河街道,28750,9.1,2
南湖街道,40110,20.3,5
"""


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("streets")
    path = folder / "街道基本情况.csv"
    path.write_text(SHEET, "utf-8")
    settings = Settings(data_dir=folder / "data")
    assert [row.status for row in ingest(settings, [str(path)])] == ["stored"]
    return Assistant.open(settings)


def test_a_word_that_the_table_lacks_is_offered_as_the_cell_it_may_mean(streets: Assistant) -> None:
    answer = streets.ask("东山街道的绿化面积是多少公顷")
    assert answer.status in ("refused", "clarify")
    assert answer.value is None and "12.5" not in answer.text
    assert answer.choices and "绿地面积" in answer.choices[0]
    clicked = streets.ask(answer.choices[0])
    assert clicked.status == "answered" and clicked.value == "12.5" and clicked.citations


def test_nothing_is_offered_for_another_subject(streets: Assistant) -> None:
    answer = streets.ask("东山街道的房价是多少")
    assert answer.status != "answered" and answer.value is None
