"""Pipe tables: Markdown, and the flattened kind that lost its spans."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers_loaders import rows_of, texts
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document, Heading
from ingest.loaders import load, load_bytes
from ingest.loaders.pipes import read_pipes

SHARED = Path(__file__).parents[3] / ".." / "shared" / "reports" / "haidian-2024.txt"


def read(text: str, name: str = "a.txt") -> Document:
    return load_bytes(text.encode(), name)


cell_text = st.text("甲乙1234567890.%件", min_size=1, max_size=6)


@given(st.lists(st.lists(cell_text, min_size=3, max_size=3), min_size=2, max_size=8))
def test_markdown_tables_come_back_cell_by_cell(rows: list[list[str]]) -> None:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "| --- | :--: | ---: |")
    (grid,) = read_pipes(lines, "a.md")
    assert rows_of(grid) == rows
    assert not grid.ragged
    assert {cell.row for cell in grid.cells if cell.header} == {0}


@given(st.lists(st.integers(1, 6), min_size=2, max_size=8))
def test_pads_are_kept_exactly(counts: list[int]) -> None:
    """Each line has its cells, then bare pipes up to the table's width."""
    width = max(counts) + 1
    lines = [
        "|" + "".join(f"   {i}{y} |" for i in range(n)) + " " + "|" * (width - n)
        for y, n in enumerate(counts)
    ]
    (grid,) = read_pipes(lines, "a.txt")
    assert grid.ragged
    assert grid.width == width
    assert rows_of(grid) == [
        [f"{i}{y}" for i in range(n)] + [""] * (width - n) for y, n in enumerate(counts)
    ]


def test_adjacent_tables_of_different_width_are_cut() -> None:
    document = read("| a | b |\n| 1 | 2 |\n| a | b | c |\n| 3 | 4 | 5 |\n")
    assert [(grid.height, grid.width) for grid in document.grids] == [(2, 2), (2, 3)]


def test_a_pipe_in_a_cell_may_be_escaped() -> None:
    assert rows_of(read("| a | b |\n|---|---|\n| x\\|y | 2 |\n", "a.md").grids[0])[1] == [
        "x|y",
        "2",
    ]


def test_markdown_marks_are_read_and_front_matter_is_meta() -> None:
    document = read(
        "---\ntitle: 某区报告\n---\n# 一、总体情况\n\n**共** 12 件，见[网站](http://x)。\n\n- 甲\n",
        "a.md",
    )
    assert document.title == "某区报告"
    assert isinstance(document.blocks[0], Heading)
    assert texts(document) == ["一、总体情况", "共 12 件，见网站。", "甲"]


def test_tab_tables_copied_from_a_page() -> None:
    document = read("二、情况\n项目\t数量\n甲\t1\n乙\t\n三、其他\n")
    assert rows_of(document.grids[0]) == [["项目", "数量"], ["甲", "1"], ["乙", ""]]
    assert texts(document) == ["二、情况", "三、其他"]


def test_prose_with_one_pipe_stays_prose() -> None:
    assert texts(read("甲 | 乙\n\n丙\n")) == ["甲 | 乙", "丙"]


@pytest.mark.skipif(not SHARED.exists(), reason="shared reports are not here")
def test_a_real_report_has_its_three_tables() -> None:
    document = load(SHARED)
    assert [(grid.height, grid.width) for grid in document.grids] == [(14, 4), (28, 10), (4, 15)]
    assert all(grid.ragged for grid in document.grids)
    granted = next(row for row in document.grids[1].rows() if "予以公开" in row[1].text)
    assert [cell.text for cell in granted][2:] == ["353", "14", "1", "0", "0", "6", "374", ""]


def test_html_tables_inside_a_text_are_read_where_they_stand() -> None:
    document = read(
        "# 二、情况\n前文\n<table><tr><td>甲</td><td>1</td></tr>"
        "<tr><td>乙</td><td>2</td></tr></table>\n后文\n",
        "a.md",
    )
    assert texts(document) == ["二、情况", "前文", "后文"]
    assert rows_of(document.grids[0]) == [["甲", "1"], ["乙", "2"]]


def test_hard_wrapped_text_is_joined_and_no_number_torn() -> None:
    text = "本年度共收到政府信息公开申请123456789件，均已按期办结并答复申请人。" * 5
    lines = ["一、总体情况", *[text[i : i + 33] for i in range(0, len(text), 33)], "二、其他"]
    assert texts(read("\n".join(lines))) == ["一、总体情况", text, "二、其他"]


def test_paragraphs_of_a_line_each_are_left_alone() -> None:
    lines = [
        "一、总体情况",
        "公开工作有序推进。" * 12,
        "公开工作有序推进。" * 12,
        "无标点的一行" * 5,
        "六、其他",
    ]
    assert texts(read("\n".join(lines))) == lines


def test_a_cell_a_line_is_put_together_to_rows() -> None:
    """As some pages leave it: a break behind every cell, bare pipes for the places left."""
    lines = ["第一项 |", "|||", "内容 |", "制发 |", "废止 |", "有效 |", "规章 |", "/ |", "|", "0 |"]
    document = read("\n".join(["二、情况", *lines, "三、其他"]))
    assert texts(document) == ["二、情况", "三、其他"]
    (grid,) = document.grids
    assert grid.ragged
    assert rows_of(grid) == [
        ["第一项", "", "", ""],
        ["内容", "制发", "废止", "有效"],
        ["规章", "/", "", "0"],
    ]
