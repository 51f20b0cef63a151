"""Tables of the national form → figures with the right measure, in every layout and when broken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from structure_grids import spanned
from structure_national import (
    COLUMNS,
    HEAD,
    LAYOUTS,
    ORGS,
    Line,
    applications,
    consistent,
    flattened,
    reviews,
)

from ingest.document import Grid
from ingest.figure import Figure, Kind
from ingest.structure.tables import PlacedGrid, Tables, read_tables


def read(*grids: Grid) -> Tables:
    return read_tables([PlacedGrid(grid) for grid in grids], report_id="r", year=2024)


def by_measure(figures: Sequence[Figure]) -> dict[str, str]:
    found = [figure for figure in figures if figure.measure]
    assert len({figure.measure for figure in found}) == len(found)
    assert len({figure.id for figure in figures}) == len(figures)
    return {figure.measure or "": figure.raw for figure in found}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_cell_of_tables_three_and_four_in_every_layout(layout: str) -> None:
    numbers = consistent()
    lay = LAYOUTS[layout]
    result = read(lay(applications(numbers)), lay(reviews(numbers)))
    assert by_measure(result.figures) == numbers
    assert result.warnings == ["表二未找到"] or not [w for w in result.warnings if "表二" not in w]
    assert result.form is not None
    assert result.form.id == "zfxxgk-2021"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_paths_are_the_printed_labels_outermost_first(layout: str) -> None:
    numbers = consistent()
    lay = LAYOUTS[layout]
    figures = read(lay(applications(numbers)), lay(reviews(numbers))).figures
    found = {figure.measure: (figure.table, figure.row, figure.column) for figure in figures}
    assert found["granted.total"] == ("三", ("三、本年度办理结果", "（一）予以公开"), ("总计",))
    assert found["refused_law.charity"] == (
        "三",
        ("三、本年度办理结果", "（三）不予公开", "2.其他法律行政法规禁止公开"),
        ("法人或其他组织", "社会公益组织"),
    )
    assert found["suit_after_review.pending"] == (
        "四",
        (),
        ("行政诉讼", "复议后起诉", "尚未审结"),
    )


def test_blank_zero_and_not_applicable_stay_apart() -> None:
    numbers = consistent() | {"new.research": "", "new.charity": "0", "new.company": "—"}
    figures = {f.measure: f for f in read(spanned(applications(numbers))).figures}
    kinds = [figures[f"new.{a}"].kind for a in ("research", "charity", "company", "natural")]
    assert kinds == [Kind.BLANK, Kind.ZERO, Kind.NOT_APPLICABLE, Kind.NUMBER]
    assert figures["new.research"].value is None
    assert figures["new.company"].value is None


def test_flattened_text_keeps_a_blank_inside_a_row() -> None:
    numbers = consistent() | {"new.research": ""}
    figures = {f.measure: f for f in read(flattened(applications(numbers))).figures}
    assert figures["new.research"].kind is Kind.BLANK
    assert figures["new.charity"].raw == numbers["new.charity"]


def test_flattened_text_that_lost_blank_cells_is_not_guessed_at() -> None:
    numbers = consistent()
    lines = [
        [entry for entry in line if entry != ""]
        for line in applications(numbers | {"new.research": "", "new.charity": ""})
    ]
    result = read(flattened(lines))
    assert not [m for m in by_measure(result.figures) if m.startswith("new.")]
    assert any("本年新收" in warning for warning in result.warnings)
    assert by_measure(result.figures)["carried_in.research"] == numbers["carried_in.research"]


def respan(line: Line, text: str, rows: int, columns: int) -> Line:
    return [(text, rows, columns) if isinstance(e, tuple) and e[0] == text else e for e in line]


@pytest.mark.parametrize(
    ("line", "text", "rows", "columns"),
    [
        (0, HEAD, 3, 2),  # header pushed to the left
        (1, "法人或其他组织", 1, 4),  # 总计 slips before 其他 on the raster
        (1, "法人或其他组织", 1, 6),
        (1, "自然人", 3, 1),  # reaches into the first data row
        (1, "总计", 1, 1),
        (3, "一、本年新收政府信息公开申请数量", 1, 2),
        (5, "三、本年度办理结果", 24, 1),  # covers the row below its own
        (7, "（三）不予公开", 9, 1),
        (7, "（三）不予公开", 7, 1),
    ],
)
def test_a_span_that_is_off_by_one_makes_no_figure_wrong(
    line: int, text: str, rows: int, columns: int
) -> None:
    numbers = consistent()
    lines = applications(numbers)
    lines[line] = respan(lines[line], text, rows, columns)
    found = by_measure(read(spanned(lines)).figures)
    wrong = {m: (raw, numbers.get(m)) for m, raw in found.items() if numbers.get(m) != raw}
    assert wrong == {}
    assert len(found) >= 168  # at most one row is given up


@pytest.mark.parametrize("line", range(3, 28, 4))
def test_a_row_that_lost_a_cell_is_left_out_and_named(line: int) -> None:
    numbers = consistent()
    lines = applications(numbers)
    lines[line].pop(-3)
    result = read(spanned(lines))
    found = by_measure(result.figures)
    assert {m: numbers[m] for m in found} == found
    assert len(found) == 168
    assert any("对不上" in warning for warning in result.warnings)


def test_columns_in_another_order_are_read_by_their_labels() -> None:
    numbers = consistent()
    lines = applications(numbers)
    moved = []
    for place, line in enumerate(lines):
        if place == 1:
            moved.append([("总计", 2, 1), ("自然人", 2, 1), ("法人或其他组织", 1, 5)])
        elif place in (0, 2):
            moved.append(line)
        else:
            moved.append([*line[:-7], line[-1], *line[-7:-1]])
    assert by_measure(read(spanned(moved)).figures) == {
        m: n for m, n in numbers.items() if not m.startswith(("review", "suit"))
    }


def test_a_serial_number_column_is_no_data() -> None:
    numbers = consistent()
    lines = applications(numbers)
    lines[0] = [("序号", 3, 1), *lines[0]]
    for place, line in enumerate(lines[3:], 1):
        line.insert(0, str(place))
        # The row label column follows it: spans of the groups move along.
    found = by_measure(read(spanned(lines)).figures)
    assert {m: numbers[m] for m in found} == found


@pytest.mark.parametrize("repeat", [True, False])
def test_a_table_cut_in_two_is_one_table(repeat: bool) -> None:
    numbers = consistent()
    lines = applications(numbers)
    first, rest = lines[:12], lines[12:]
    first[5] = respan(first[5], "三、本年度办理结果", 7, 1)
    first[7] = respan(first[7], "（三）不予公开", 5, 1)
    rest[0] = [("", 3, 1), ("", 3, 1), *rest[0]]
    grids = [spanned(first), spanned([*(lines[:3] if repeat else []), *rest])]
    result = read(*grids)
    found = by_measure(result.figures)
    assert {m: numbers[m] for m in found} == found
    assert len(found) == 175
    assert {table.name for table in result.tables} == {"三"}


def test_an_extra_row_is_kept_without_a_measure_and_a_missing_row_is_named() -> None:
    numbers = consistent()
    lines = applications(numbers)
    gone = lines.pop(4)  # 上年结转
    lines.insert(4, [("补充：网上提交的申请", 1, 3), *"1234567"])
    result = read(spanned(lines))
    extra = [figure for figure in result.figures if figure.row == ("补充：网上提交的申请",)]
    assert [figure.raw for figure in extra] == list("1234567")
    assert all(figure.measure is None for figure in extra)
    assert extra[-1].column == ("总计",)
    assert not [m for m in by_measure(result.figures) if m.startswith("carried_in.")]
    assert any("上年结转" in warning for warning in result.warnings), gone


def test_an_extra_column_is_kept_without_a_measure() -> None:
    numbers = consistent()
    lines = applications(numbers)
    lines[0][-1] = ("申请人情况", 1, 8)
    lines[1].append(("比上年增减", 2, 1))
    for line in lines[3:]:
        line.append("9")
    figures = read(spanned(lines)).figures
    assert by_measure(figures)["new.total"] == numbers["new.total"]
    extra = [figure for figure in figures if figure.column == ("比上年增减",)]
    assert len(extra) == 25
    assert all(figure.measure is None for figure in extra)


def test_a_printed_subtotal_is_its_group() -> None:
    numbers = consistent()
    lines = applications(numbers)
    lines[7] = respan(lines[7], "（三）不予公开", 9, 1)
    lines[5] = respan(lines[5], "三、本年度办理结果", 23, 1)
    lines.insert(15, ["小计", *"7654321"])
    found = by_measure(read(spanned(lines)).figures)
    assert found["refused.natural"] == "7"
    assert found["refused.total"] == "1"


def test_labels_as_people_retype_them() -> None:
    numbers = consistent()
    lines = applications(numbers)

    def retyped(text: str) -> str:
        swaps = {
            "一、本年新收政府信息公开申请数量": "1.　本年新收政府信息公开 申请数量",
            "（七）总计": "(七) 总 计",
            "商业企业": "商 业\n企业",
            "3.危及“三安全一稳定”": '3、危及"三安全一稳定"',
            "法人或其他组织": "法人或其它组织",
            "1.属于国家秘密": "１．屬於國家秘密",
        }
        return swaps.get(text, text)

    lines = [
        [(retyped(e[0]), *e[1:]) if isinstance(e, tuple) else retyped(e) for e in line]
        for line in lines
    ]
    result = read(spanned(lines))
    assert len(by_measure(result.figures)) == 175
    secret = next(f for f in result.figures if f.measure == "refused_secret.total")
    assert secret.row[-1] == "１．屬於國家秘密"  # as printed


def test_two_copies_of_a_table_that_differ_give_no_measure_where_they_do() -> None:
    numbers = consistent()
    other = numbers | {"new.total": "999999"}
    result = read(spanned(applications(numbers)), spanned(applications(other)))
    found = by_measure(result.figures)
    assert "new.total" not in found
    assert found["granted.total"] == numbers["granted.total"]
    assert any("出现两次" in warning for warning in result.warnings)


def test_a_unit_other_than_the_forms_is_taken_and_said() -> None:
    grid = spanned(
        [
            [("第二十条第（八）项", 1, 2)],
            ["信息内容", "本年收费金额（单位：元）"],
            ["行政事业性收费", "1,234.50"],
        ]
    )
    result = read(grid)
    (figure,) = result.figures
    assert (figure.measure, figure.raw, figure.unit) == ("fees.amount", "1,234.50", "元")
    assert any("元" in warning for warning in result.warnings)


def test_the_form_of_2019_is_told_by_its_columns_whatever_the_year() -> None:
    grid = spanned(
        [
            [("第二十条第（一）项", 1, 4)],
            ["信息内容", "本年新\n制作数量", "本年新公开数量", "对外公开总数量"],
            ["规章", "0", "0", "0"],
            ["规范性文件", "3", "2", "41"],
            [("第二十条第（五）项", 1, 4)],
            ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
            ["行政许可", "120", "-8", "5321"],
            ["其他对外管理服务事项", "77", "+3", "64"],
            [("第二十条第（九）项", 1, 4)],
            ["信息内容", "采购项目数量", ("采购总金额", 1, 2)],
            ["政府集中采购", "8", ("160.5964万元", 1, 2)],
        ]
    )
    result = read_tables([PlacedGrid(grid)], report_id="r", year=2023)
    figures = {figure.measure: figure for figure in result.figures}
    assert result.form is not None
    assert result.form.id == "zfxxgk-2019"
    assert figures["normative.public_total"].raw == "41"
    assert str(figures["licence.change"].value) == "-8"
    assert str(figures["other_service.change"].value) == "3"
    assert (
        str(figures["procurement.procurement_amount"].value),
        figures["procurement.procurement_amount"].unit,
    ) == (
        "160.5964",
        "万元",
    )


def test_other_handling_of_2019_is_one_row() -> None:
    numbers = consistent()
    lines = applications(numbers)
    start = next(i for i, line in enumerate(lines) if line[0] == ("（六）其他处理", 3, 1))
    lines[start : start + 3] = [[("（六）其他处理", 1, 2), *"1234567"]]
    lines[5] = respan(lines[5], "三、本年度办理结果", 20, 1)
    result = read(spanned(lines))
    assert result.form is not None
    assert result.form.id == "zfxxgk-2019"
    found = by_measure(result.figures)
    assert found["other_handling.total"] == "7"
    assert found["handled.total"] == numbers["handled.total"]
    assert len(found) == (25 - 2) * len(COLUMNS)


def test_heads_lost_to_a_page_break_are_completed_only_if_the_sums_prove_it() -> None:
    numbers = consistent()
    lines = applications(numbers)
    lines[:3] = [[("", 1, 3), "", *ORGS, ""]]
    result = read(spanned(lines))
    assert by_measure(result.figures) == {
        measure: raw for measure, raw in numbers.items() if not measure.startswith(("rev", "suit"))
    }
    assert any("补认" in warning for warning in result.warnings)
    lines[0] = [("", 1, 3), "", *ORGS[:-2], "", ORGS[-1], ""]  # 法律服务机构 cannot be proved
    assert by_measure(read(spanned(lines)).figures) == {}
