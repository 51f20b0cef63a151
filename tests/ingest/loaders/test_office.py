"""Word, Excel and CSV files, written by the usual libraries and read back."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from helpers_loaders import places, rows_of, texts

from ingest.document import Document, Heading
from ingest.loaders import load_bytes
from ingest.loaders.number_format import shown


def read(book_or_document: Any, name: str) -> Document:
    out = io.BytesIO()
    book_or_document.save(out)
    return load_bytes(out.getvalue(), name)


def word_table(document: Any) -> Any:
    table = document.add_table(4, 4)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "项目"
    table.cell(0, 2).merge(table.cell(0, 3)).text = "申请\n人"
    table.cell(1, 2).text, table.cell(1, 3).text = "自然人", "法人"
    table.cell(2, 0).merge(table.cell(3, 0)).text = "结果"
    table.cell(2, 1).text, table.cell(3, 1).text = "公开", "不公开"
    table.cell(2, 2).text = "374"
    table.cell(3, 3).text = "0"
    return table


def test_word_merges_are_spans_and_blanks_stay() -> None:
    document = docx.Document()
    document.add_heading("某区2024年报告", 1)
    document.add_paragraph("一、总体情况")
    word_table(document)
    found = read(document, "a.docx")
    assert isinstance(found.blocks[0], Heading)
    grid = found.grids[0]
    assert (grid.height, grid.width) == (4, 4)
    assert places(grid)["项目"] == (0, 0, 2, 2)
    assert places(grid)["申请人"] == (0, 2, 1, 2)
    assert places(grid)["结果"] == (2, 0, 2, 1)
    assert rows_of(grid)[2:] == [["结果", "公开", "374", ""], ["不公开", "", "0"]]


def test_word_prints_what_a_reader_sees() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("收到申请12")
    paragraph.add_run("1").font.superscript = True
    paragraph.add_run("件")
    paragraph.add_run("隐藏").font.hidden = True
    paragraph.add_run("删去").font.strike = True
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "旧"
    run.append(text)
    deleted.append(run)
    paragraph._p.append(deleted)
    assert texts(read(document, "a.docx")) == ["收到申请12件"]


def test_word_counts_automatic_numbers() -> None:
    document = docx.Document()
    for text in ("甲", "乙"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("丙", style="List Bullet")
    assert texts(read(document, "a.docx")) == ["1.甲", "2.乙", "丙"]


def test_word_chinese_numbers() -> None:
    document = docx.Document()
    document.add_paragraph("总体情况", style="List Number")
    numbering = document.part.numbering_part.element
    for level in numbering.iter(qn("w:lvl")):
        level.find(qn("w:numFmt")).set(qn("w:val"), "chineseCounting")
        level.find(qn("w:lvlText")).set(qn("w:val"), "%1、")
    assert texts(read(document, "a.docx")) == ["一、总体情况"]


def test_word_layout_table_is_unpacked() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "一、总体情况"
    inner = cell.add_table(2, 2)
    for index, text in enumerate(("项目", "数量", "甲", "374")):
        inner.cell(index // 2, index % 2).text = text
    found = read(document, "a.docx")
    assert texts(found) == ["一、总体情况"]
    assert rows_of(found.grids[0]) == [["项目", "数量"], ["甲", "374"]]


def sheet_three() -> Any:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "三、收到和处理政府信息公开申请情况"
    sheet.merge_cells("A1:E1")
    sheet["A2"], sheet["C2"], sheet["E2"] = "项目", "申请人", "总计"
    for merge in ("A2:B3", "C2:D2", "E2:E3", "A4:A5"):
        sheet.merge_cells(merge)
    sheet["C3"], sheet["D3"] = "自然人", "法人"
    sheet["A4"], sheet["B4"], sheet["C4"], sheet["E4"] = "结果", "公开", 374, 374.0
    sheet["B5"], sheet["C5"] = "不公开", 0
    sheet["A7"] = "注：统计到年底"
    return book


def test_excel_merges_are_spans_and_blanks_stay() -> None:
    found = read(sheet_three(), "a.xlsx")
    assert texts(found) == ["三、收到和处理政府信息公开申请情况", "注：统计到年底"]
    grid = found.grids[0]
    assert places(grid)["项目"] == (0, 0, 2, 2)
    assert places(grid)["结果"] == (2, 0, 2, 1)
    assert rows_of(grid)[2:] == [["结果", "公开", "374", "", "374"], ["不公开", "0", "", ""]]


def test_a_data_row_of_blanks_stays_in_its_table() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["项目", "数量"], ["一、本年新收申请数量", None], ["二、上年结转", 3]):
        sheet.append(row)
    assert rows_of(read(book, "a.xlsx").grids[0]) == [
        ["项目", "数量"],
        ["一、本年新收申请数量", ""],
        ["二、上年结转", "3"],
    ]


def test_excel_formula_without_a_saved_result_is_blank_and_told() -> None:
    book = sheet_three()
    book.active["E5"] = "=SUM(C5:D5)"
    found = read(book, "a.xlsx")
    assert rows_of(found.grids[0])[3] == ["不公开", "0", "", ""]
    assert any("公式" in warning for warning in found.warnings)


def test_excel_shows_sheet_names_and_no_hidden_sheets() -> None:
    book = openpyxl.Workbook()
    for name in ("表二", "表三", "草稿"):
        sheet = book.create_sheet(name)
        sheet.append(["项目", "数量"])
        sheet.append([name, 1])
    book.remove(book.worksheets[0])
    book["草稿"].sheet_state = "hidden"
    found = read(book, "a.xlsx")
    assert [block.text for block in found.blocks if isinstance(block, Heading)] == ["表二", "表三"]
    assert len(found.grids) == 2


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (374, "General", "374"),
        (374.0, "General", "374"),
        (22010.3538, "General", "22010.3538"),
        (0.1 + 0.2, "General", "0.3"),
        (0.11475913, "0.00%", "11.48%"),
        (0.5, "0%", "50%"),
        (1234567, "#,##0", "1,234,567"),
        (1234.5, '#,##0.00"万元"', "1,234.50万元"),
        (2.345, "0.00", "2.35"),
        (-3, "0;[Red]-0", "-3"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "0"),
        (7, "000", "007"),
        (12000, "0,", "12"),
        (1.5, "0.##", "1.5"),
        (2, "0.##", "2"),
        (3, '0"件"', "3件"),
        (float("nan"), "General", "nan"),
        (float("inf"), "0.00", "inf"),
        (True, "General", "TRUE"),
        (dt.datetime(2024, 3, 1), 'yyyy"年"m"月"d"日"', "2024年3月1日"),
        (dt.datetime(2024, 3, 1), "yyyy-mm-dd", "2024-03-01"),
        (dt.datetime(2024, 3, 1, 9, 5), "yyyy/m/d h:mm", "2024/3/1 9:05"),
        (None, "General", ""),
        ("NaN", "General", "NaN"),
    ],
)
def test_values_are_shown_as_a_person_sees_them(
    value: object, number_format: str, text: str
) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize("mark", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_delimited_text(mark: str, encoding: str) -> None:
    rows = [
        ["二、主动公开情况", "", ""],
        ["项目", "件数", "金额"],
        ["规章", '"1,234"', ""],
        ["许可", "/", "5"],
    ]
    text = "\r\n".join(mark.join(row) for row in rows)
    found = load_bytes(text.encode(encoding), "a.csv")
    assert texts(found) == ["二、主动公开情况"]
    assert rows_of(found.grids[0]) == [
        ["项目", "件数", "金额"],
        ["规章", "1,234", ""],
        ["许可", "/", "5"],
    ]


def test_csv_in_a_text_file_is_seen_by_content() -> None:
    found = load_bytes("项目,数量\n甲,1\n乙,2\n".encode(), "a.dat")
    assert rows_of(found.grids[0]) == [["项目", "数量"], ["甲", "1"], ["乙", "2"]]


def test_office_files_under_another_suffix() -> None:
    out = io.BytesIO()
    sheet_three().save(out)
    found = load_bytes(out.getvalue(), "报告.docx")
    assert found.media_type.endswith("spreadsheetml.sheet")
    assert any(".docx" in warning for warning in found.warnings)
