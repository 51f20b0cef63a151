"""A report without tables: numbers of its prose, put together, and what stands instead of cells."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from ingest.pipeline import ingest
from ingest.settings import Settings

REPORT = """样例县人民政府2018年政府信息公开工作年度报告
一、概述
2018年,我县通过县政府网站、样例发布等政务新媒体主动公开政府信息2400余条,其中人事信息30条,公告90条。
全年承办人大代表建议14件、政协委员提案9件,办复率100%。
二、复议和诉讼情况
2018年,没有因政府信息公开被申请行政复议、提起行政诉讼。
三、存在的主要问题及改进情况
(一)存在问题
1.答复文书不规范。
2.政务新媒体互动不足。
(二)改进措施
1.编印文书范本。
2.每季度开展新媒体评比。
"""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("old")
    source = Path(folder / "report.txt")
    source.write_text(REPORT, encoding="utf-8")
    settings = Settings.load(data_dir=folder / "data")
    assert [row.status for row in ingest(settings, [source])] == ["stored"]
    assistant = Assistant.open(settings)
    yield assistant
    assistant.library.close()


def test_means_before_the_verb_are_no_part_of_what_is_counted(old: Assistant) -> None:
    assert old.ask("样例县2018年主动公开了多少条政府信息").value == "2400"


def test_a_sum_of_two_numbers_is_made_and_never_one_of_them(old: Assistant) -> None:
    answer = old.ask("样例县人大代表建议和政协委员提案一共多少件")
    assert (answer.value, answer.unit) == ("23", "件") and "14 + 9" in str(answer.formula)
    assert old.ask("样例县人大代表建议和群众来信一共多少件").value is None


def test_a_share_of_two_numbers_is_never_the_part_itself(old: Assistant) -> None:
    answer = old.ask("样例县人事信息占主动公开政府信息的百分之几")
    assert answer.value is None or abs(Decimal(answer.value) - Decimal("1.25")) < Decimal("0.01")


def test_what_no_table_has_is_looked_for_in_words(old: Assistant) -> None:
    answer = old.ask("样例县2018年有没有被复议")
    assert answer.status == "answered" and "没有因政府信息公开" in answer.text
    assert old.ask("样例县2018年被复议多少件").value is None


def test_items_numbered_in_digits(old: Assistant) -> None:
    text = old.ask("样例县2018年第二个问题是什么").text
    assert "互动不足" in text and "文书" not in text


def test_plans_of_the_next_year_stand_in_this_one(old: Assistant) -> None:
    answer = old.ask("样例县2019年打算怎么做")
    assert answer.status == "answered" and "评比" in answer.text and "2018年报告" in answer.text
    assert old.ask("样例县2019年收到多少申请").status == "refused"


def test_the_sentence_of_a_number_that_is_named(old: Assistant) -> None:
    answer = old.ask("样例县2018年90条是什么")
    assert answer.status == "answered" and "公告90条" in answer.text
    assert old.ask("样例县2018年91条是什么").status != "answered"


def test_one_of_several_channels_has_not_their_number(old: Assistant) -> None:
    assert old.ask("样例县2018年政务新媒体公开了多少条信息").value is None
