"""PDF files set with ReportLab: ruled and unruled tables, page breaks, prose, no text."""

from __future__ import annotations

import io
from typing import Any

import pytest
from helpers_loaders import places, rows_of, texts
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from ingest.document import Document
from ingest.errors import LoadError
from ingest.loaders import load_bytes
from ingest.loaders.radicals import unified

FONT = "STSong-Light"


@pytest.fixture(scope="module", autouse=True)
def song() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def para(text: str, size: int = 10) -> Paragraph:
    style = ParagraphStyle("p", fontName=FONT, fontSize=size, leading=size * 1.5, wordWrap="CJK")
    return Paragraph(text, style)


def table(rows: list[list[str]], style: list[Any] = [], **options: Any) -> Table:  # noqa: B006
    cells = [[para(text, 8) if text else "" for text in row] for row in rows]
    grid = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)
    return Table(cells, style=[grid, *style], **options)


def build(*story: Any, **options: Any) -> Document:
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, **options).build(list(story))
    return load_bytes(out.getvalue(), "a.pdf")


HEADER = [["项目", "", "数量", ""], ["", "", "自然人", "法人"]]
HEADER_SPANS = [("SPAN", (0, 0), (1, 1)), ("SPAN", (2, 0), (3, 0))]
WIDTHS = [60, 160, 60, 60]


def test_ruled_table_with_spans_and_blanks() -> None:
    rows = [*HEADER, ["结果", "公开", "374", ""], ["", "不公开", "0", "/"]]
    found = build(
        para("三、收到和处理情况"),
        table(rows, [*HEADER_SPANS, ("SPAN", (0, 2), (0, 3))], colWidths=WIDTHS),
        para("四、其他"),
        title="某区报告",
    )
    assert found.title == "某区报告"
    assert texts(found) == ["三、收到和处理情况", "四、其他"]
    grid = found.grids[0]
    assert grid.page == 1
    assert places(grid)["项目"] == (0, 0, 2, 2)
    assert places(grid)["结果"] == (2, 0, 2, 1)
    assert rows_of(grid)[2:] == [["结果", "公开", "374", ""], ["不公开", "0", "/"]]


@pytest.mark.parametrize("repeat", [0, 2])
def test_a_table_over_pages_is_one_with_its_header_once(repeat: int) -> None:
    body = [
        [f"组{n // 30}" if n % 30 == 0 else "", f"第{n}项", str(n), str(2 * n)] for n in range(60)
    ]
    spans = [("SPAN", (0, 2), (0, 31)), ("SPAN", (0, 32), (0, 61))]
    found = build(
        para("三、情况"),
        table([*HEADER, *body], [*HEADER_SPANS, *spans], colWidths=WIDTHS, repeatRows=repeat),
        para("四、其他"),
    )
    (grid,) = found.grids
    assert grid.height == 62
    assert [[cell.text for cell in row][-3:] for row in grid.rows()[2:]] == [
        row[1:] for row in body
    ]
    assert places(grid)["组0"] == (2, 0, 30, 1)
    assert places(grid)["组1"] == (32, 0, 30, 1)
    assert texts(found) == ["三、情况", "四、其他"]


def test_different_tables_on_two_pages_stay_two() -> None:
    first = table([["甲", "乙"], ["1", "2"]], colWidths=[100, 100])
    second = table([["丙", "丁", "戊"], ["3", "4", "5"]], colWidths=[80, 80, 40])
    found = build(first, PageBreak(), second)
    assert [rows_of(grid)[1] for grid in found.grids] == [["1", "2"], ["3", "4", "5"]]
    assert [grid.page for grid in found.grids] == [1, 2]


def test_wrapped_prose_is_joined_and_numbers_are_not_cut() -> None:
    text = "本年度共收到政府信息公开申请123456789件，均已按期办结。" * 6
    found = build(para("一、总体情况"), para(text), para("二、其他"))
    assert texts(found) == ["一、总体情况", text, "二、其他"]


def test_a_table_without_ruling_lines() -> None:
    rows = [["项目", "自然人", "法人"], ["予以公开", "374", ""], ["不予公开", "1,234", "56"]]
    cells = [[para(text, 9) if text else "" for text in row] for row in rows]
    found = build(para("三、情况"), Spacer(1, 30), Table(cells, colWidths=[150, 100, 100]))
    assert rows_of(found.grids[0]) == rows


def test_page_numbers_are_not_prose() -> None:
    def number(canvas: Canvas, template: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(300, 20, f"- {canvas.getPageNumber()} -")

    out = io.BytesIO()
    story = [para("一、甲"), PageBreak(), para("二、乙")]
    SimpleDocTemplate(out, pagesize=A4).build(story, onFirstPage=number, onLaterPages=number)
    assert texts(load_bytes(out.getvalue(), "a.pdf")) == ["一、甲", "二、乙"]


def test_double_printed_bold_is_read_once() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont(FONT, 12)
    for shift in (0, 0.3):
        canvas.drawString(100 + shift, 700, "共收到374件")
    canvas.save()
    assert texts(load_bytes(out.getvalue(), "a.pdf")) == ["共收到374件"]


def test_a_scan_is_told_apart() -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    with pytest.raises(LoadError, match="没有文字层"):
        load_bytes(out.getvalue(), "a.pdf")


def test_radicals_that_fonts_name_for_characters() -> None:
    assert unified("⽰例区⼈⺠政府⻔⼾⼀") == "示例区人民政府门户一"
