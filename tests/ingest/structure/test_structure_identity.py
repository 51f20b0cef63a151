"""Publisher, year and title out of what real pages say, and a warning where they disagree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structure_grids import Heading, document

from ingest.document import Document
from ingest.identity import identify

PERIOD = "本报告所列数据的统计期限自2024年1月1日至2024年12月31日止。"
INTRO = "依据《中华人民共和国政府信息公开条例》第五十条规定，编制本报告。"


@pytest.mark.parametrize(
    ("title", "publisher", "year"),
    [
        ("示例市示例区人民政府2024年政府信息公开工作年度报告", "示例市示例区人民政府", 2024),
        ("2024年度示例市财政局政府信息公开工作年度报告", "示例市财政局", 2024),
        ("图解：示例区人民政府2023年政府信息公开年报", "示例区人民政府", 2023),
        ("【解读】示例区教育局2023年政府信息公开工作年度报告", "示例区教育局", 2023),
        ("示例部二〇二二年政府信息公开工作年度报告", "示例部", 2022),
        ("示例县示例镇人民政府关于2021年政府信息公开工作的年度报告", "示例县示例镇人民政府", 2021),
        ("关于示例县2024年政府信息公开工作情况的年度报告", "示例县", 2024),
        ("示例區人民政府2023年政府信息公開工作年度報告", "示例區人民政府", 2023),
        ("示例市交通运输局2020年政务公开工作报告", "示例市交通运输局", 2020),
        (
            "示例市示例街道办事处\u30002019年度\u3000政府信息公开年度报告",
            "示例市示例街道办事处",
            2019,
        ),
    ],
)
def test_titles(title: str, publisher: str, year: int) -> None:
    found = identify(document(Heading(title), INTRO))
    assert (found.publisher, found.year, found.sure) == (publisher, year, True)


def test_a_site_name_behind_the_page_title_is_no_part_of_it() -> None:
    page = document(INTRO, title="示例区人民政府2024年政府信息公开工作年度报告_示例区人民政府网")
    found = identify(page)
    assert found.title == "示例区人民政府2024年政府信息公开工作年度报告"
    assert found.publisher == "示例区人民政府"


@pytest.mark.parametrize(
    "lines",
    [
        ["示例市示例区人民政府", "2024年政府信息公开工作年度报告"],
        ["示例市示例区人民政府", "2024年", "政府信息公开工作年度报告"],
        ["示例市示例区", "人民政府2024年政府信息公开工作年度报告"],
    ],
)
def test_a_title_broken_over_lines(lines: list[str]) -> None:
    found = identify(document(*lines, INTRO))
    assert (found.publisher, found.year) == ("示例市示例区人民政府", 2024)


def test_a_line_of_the_site_above_a_whole_title_is_left_alone() -> None:
    found = identify(document("示例区门户网站", "示例区财政局2024年政府信息公开工作年度报告"))
    assert found.publisher == "示例区财政局"


def test_publisher_from_the_page_where_the_title_has_none() -> None:
    page = document("发布机构：示例区教育局", Heading("2024年政府信息公开工作年度报告"), PERIOD)
    found = identify(page)
    assert (found.publisher, found.year) == ("示例区教育局", 2024)
    assert found.warnings


def test_publisher_from_the_signature() -> None:
    page = document(Heading("政府信息公开工作年度报告"), PERIOD, "示例街道办事处", "2025年1月20日")
    found = identify(page)
    assert (found.publisher, found.year) == ("示例街道办事处", 2024)


def test_the_day_of_publication_is_not_the_year_of_the_report() -> None:
    page = document(Heading("示例区政府信息公开工作年度报告"), "发布日期：2025-01-20", PERIOD)
    assert identify(page).year == 2024


def test_title_and_period_that_disagree_are_both_named() -> None:
    page = document(Heading("示例区2023年政府信息公开工作年度报告"), PERIOD)
    found = identify(page)
    assert found.year in (2023, 2024)
    assert not found.sure
    assert any("2023" in warning and "2024" in warning for warning in found.warnings)


def test_other_signs_decide_between_title_and_period() -> None:
    title = Heading("示例区2023年政府信息公开工作年度报告")
    assert identify(document(title, "发布日期：2025-01-20", PERIOD)).year == 2024
    assert identify(document(title, "发布日期：2024-01-20", PERIOD)).year == 2023


def test_nothing_known_is_said() -> None:
    found = identify(document("一段没有题目的文字。"))
    assert (found.publisher, found.year, found.sure) == ("", None, False)
    assert len(found.warnings) == 2


def test_the_caller_has_the_last_word() -> None:
    page: Document = document(Heading("示例区2023年政府信息公开工作年度报告"), PERIOD)
    found = identify(page, publisher="示例区人民政府", year=2022)
    assert (found.publisher, found.year, found.sure) == ("示例区人民政府", 2022, True)
    assert found.warnings == ()


def test_the_file_name_is_the_last_resort() -> None:
    page = replace(document("没有题目的文字。"), source="upload/示例-2020.html")
    found = identify(page)
    assert found.year == 2020
    assert not found.sure
