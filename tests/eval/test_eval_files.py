"""Question and gold files as people make them: encodings, headings, merged cells, mistakes."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from eval.gold import read_gold
from eval.question import check_questions, read_questions
from eval.rows import read_rows
from ingest.errors import QuestionError


def lines(path: Path, *rows: Any) -> Path:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def workbook(path: Path, rows: list[list[Any]], *merged: str) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return path


def gold(**keys: Any) -> dict[str, Any]:
    return {"id": "1", "question": "几件?", "expect": {"status": "answered", **keys}}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings_of_csv(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "q.csv"
    path.write_text(
        '编号,问题,会话\r\n1,新收几件?,甲\r\n2,"那,公开呢\n?",甲\r\n', encoding=encoding
    )
    found = [(number, row.id, row.question, row.session) for number, row in read_questions(path)]
    assert found == [(2, "1", "新收几件?", "甲"), (3, "2", "那,公开呢\n?", "甲")]


def test_gbk_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": 7, "question": "新收几件"}\n', encoding="gbk")
    assert [row.id for _, row in read_questions(path)] == ["7"]


def test_undecodable_bytes_name_the_row(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes('{"question": "甲"}\n{"question": "'.encode() + b"\xff\xff" + b'"}\n')
    with pytest.raises(QuestionError, match=r"q\.jsonl 第 2 行：既不是 UTF-8 也不是 GB18030"):
        check_questions(path)


def test_binary_is_told(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_bytes(b"\x00\x01\x02question")
    with pytest.raises(QuestionError, match="二进制"):
        check_questions(path)


def test_every_bad_row_is_told_with_its_number(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "q.jsonl",
        {"id": "1", "question": "好"},
        {"id": "2"},
        "{not json",
        "",
        [1, 2],
        {"id": "1", "question": "重复"},
        {"id": "3", "question": 5},
        {"id": "4", "question": "  "},
        {"id": "5", "question": "好", "session": ["x"]},
        '{"id": "6", "question": "\\ud800"}',
        '{"id": "7", "question": "x", "source": NaN}',
    )
    with pytest.raises(QuestionError) as caught:
        check_questions(path)
    told = str(caught.value)
    for row, words in {
        2: "question：缺少",
        3: "不是 JSON",
        5: "每行须是一个 JSON 对象",
        6: "id 1 与第 1 行重复",
        7: "question：须是文字",
        8: "question：不能为空",
        9: "session：须是文字",
        10: "半个字符",
        11: "NaN",
    }.items():
        assert any(f"第 {row} 行：" in line and words in line for line in told.splitlines()), row
    assert "第 1 行：" not in told and "第 4 行：" not in told


def test_only_the_first_problems_are_listed(tmp_path: Path) -> None:
    path = lines(tmp_path / "q.jsonl", *({"id": str(n)} for n in range(100)))
    with pytest.raises(QuestionError) as caught:
        check_questions(path)
    told = str(caught.value).splitlines()
    assert len(told) == 21 and told[-1].endswith("另有 80 行有误，未一一列出")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": "1", "question": "x"}, "expect：缺少"),
        ({"question": "x", "expect": {"status": "answered"}}, "id：缺少"),
        (gold(status="answerd"), "expect.status：须是 answered、clarify、refused、handoff 之一"),
        (gold(status=[]), "expect.status"),
        (gold(tolerence="1"), "expect.tolerence：没有这个键"),
        (gold(value="many"), "expect.value：many 不是十进制数"),
        (gold(value=True), "expect.value"),
        (gold(value=[1]), "expect.value"),
        (gold(value="1", tolerance=-1), "expect.tolerance"),
        (gold(unit=5), "expect.unit"),
        (gold(ordered="yes"), "expect.ordered"),
        (gold(items=[{"value": "1"}]), "expect.items.0.label：缺少"),
        (gold(items={"label": "x"}), "expect.items"),
        (gold(contains=[""]), "expect.contains.0.0：不能为空"),
        (gold(contains=[[]]), "expect.contains.0"),
        (gold(contains=[[["a", 5]]]), "expect.contains.0"),
        (gold(cites=5), "expect.cites"),
        ({"id": "1", "question": "x", "expect": "answered"}, "expect：须是一个对象"),
    ],
)
def test_bad_gold_is_told_with_its_line(tmp_path: Path, row: dict[str, Any], words: str) -> None:
    path = lines(tmp_path / "g.jsonl", {**gold(), "id": "0"}, row)
    with pytest.raises(QuestionError) as caught:
        list(read_gold(path))
    assert f"g.jsonl 第 2 行：{words}" in str(caught.value) or words in str(caught.value)
    assert "第 2 行：" in str(caught.value)


def test_gold_of_the_contract(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "g.jsonl",
        {
            **gold(
                value=11.475913,
                unit="%",
                tolerance=0.02,
                value_any=["11.5", 11],
                contains="占",
                not_contains=["x"],
                cites=["374"],
                items=[{"label": "甲", "value": "1"}],
                ordered=True,
                abs=True,
            ),
            "set": "s",
            "voice": "citizen",
            "tags": {"type": "share"},
            "note": "further keys are ignored",
        },
    )
    [(number, row)] = list(read_gold(path))
    assert number == 1 and row.set == "s" and row.tags == {"voice": "citizen", "type": "share"}
    assert row.expect.values == (Decimal("11.475913"), Decimal("11.5"), Decimal(11))
    assert row.expect.contains == [["占"]] and row.expect.items[0].label == ["甲"]


def test_gold_in_a_sheet(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "g.xlsx",
        [
            ["编号", "问题", "期望状态", "期望值", "期望单位", "应包含", "不应包含", "题型"],
            [1, "几件?", "answered", 374, "件", "公开;84|八十四;a&b", None, "lookup"],
            [2, "天气?", "refused;clarify", None, None, None, "9999", None],
        ],
    )
    first, second = (row for _, row in read_gold(path))
    assert first.expect.value == 374 and first.tags == {"type": "lookup"}
    assert first.expect.contains == [["公开"], ["84", "八十四"], [["a", "b"]]]
    assert second.expect.status == {"refused", "clarify"}
    assert second.expect.not_contains == [["9999"]]


def test_sheet_with_a_title_blank_rows_and_merged_sessions(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "q.xlsx",
        [
            ["咨询问题汇总", None, None],
            [None, None, None],
            ["编号", "问题", "会话"],
            [1, "新收几件?", "甲"],
            [2.0, "那公开呢?", None],
            [None, None, None],
            ["003", "一加一?", None],
        ],
        "A1:C1",
        "C4:C5",
    )
    found = [(number, row.id, row.session) for number, row in read_questions(path)]
    assert found == [(4, "1", "甲"), (5, "2", "甲"), (7, "003", None)]


def test_cells_merged_across_columns_are_told(tmp_path: Path) -> None:
    rows = [["id", "question"], [1, "甲"], [2, "乙"]]
    path = workbook(tmp_path / "q.xlsx", rows, "A3:B3")
    with pytest.raises(QuestionError, match=r"第 3 行：A3:B3 跨列合并"):
        check_questions(path)


def test_a_merged_id_is_told_as_a_duplicate(tmp_path: Path) -> None:
    rows = [["id", "question"], [1, "甲"], [None, "乙"]]
    path = workbook(tmp_path / "q.xlsx", rows, "A2:A3")
    with pytest.raises(QuestionError, match="第 3 行：id 1 与第 2 行重复"):
        check_questions(path)


def test_a_sheet_without_a_question_column(tmp_path: Path) -> None:
    path = workbook(tmp_path / "q.xlsx", [["甲", "乙"], [1, 2]])
    with pytest.raises(QuestionError, match="没有带 question 列的表头"):
        check_questions(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"\xd0\xcf\x11\xe0 old"])
def test_a_broken_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "q.xlsx"
    path.write_bytes(content)
    with pytest.raises(QuestionError, match=r"q\.xlsx：不是 Excel 工作簿"):
        check_questions(path)


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(QuestionError, match=r"q\.xlsx：不是可读的 Excel 工作簿"):
        check_questions(path)


def test_a_csv_row_with_more_cells_than_headings(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text("id,question\n1,a\n2,b,c,d\n", encoding="utf-8")
    with pytest.raises(QuestionError, match=r"第 3 行：比表头多 2 格"):
        check_questions(path)


@pytest.mark.parametrize("name", ["q.txt", "q.xls", "missing.jsonl"])
def test_other_files_are_told(tmp_path: Path, name: str) -> None:
    if name != "missing.jsonl":
        (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(QuestionError, match=name):
        check_questions(tmp_path / name)


@pytest.mark.parametrize("name", ["q.jsonl", "q.csv"])
def test_an_empty_file_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("id,question\n" if name.endswith("csv") else "", encoding="utf-8")
    with pytest.raises(QuestionError, match="没有一行"):
        check_questions(tmp_path / name)


def test_an_endless_line_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"question": "')
        for _ in range(6):
            stream.write("a" * (1 << 20))
    with pytest.raises(QuestionError, match="第 1 行：超过"):
        list(read_rows(path))


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_many_rows_take_little_memory(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"q.{suffix}"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("" if suffix == "jsonl" else "id,question\n")
        for number in range(30_000):
            question = f"2024年第{number}个区新收了多少件政府信息公开申请?" * 5
            row = {"id": str(number), "question": question}
            stream.write(json.dumps(row) + "\n" if suffix == "jsonl" else f"{number},{question}\n")
    size = path.stat().st_size
    tracemalloc.start()
    assert check_questions(path) == 30_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 9 * 2**20 and peak < 9 * 2**20
