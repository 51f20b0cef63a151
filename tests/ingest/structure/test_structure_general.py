"""Tables of no form: paths from spans, units, titles; and a form that is only a YAML file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structure_grids import spanned

from ingest.document import Grid
from ingest.errors import FormError
from ingest.figure import Figure, Kind
from ingest.form import load_form
from ingest.structure.tables import PlacedGrid, read_tables

Tree = list[tuple[str, list[str]]]


def figures_of(grid: Grid, title: str = "", unit: str = "") -> list[Figure]:
    return read_tables([PlacedGrid(grid, (), title, unit)], report_id="r").figures


@st.composite
def trees(draw: st.DrawFn, prefix: str) -> Tree:
    """Groups with children, or leaves without; at least one group so that there are two levels."""
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=4).filter(any))
    return [
        (f"{prefix}组{g}", [f"{prefix}项{g}之{c}" for c in range(size)])
        for g, size in enumerate(sizes)
    ]


def leaves(tree: Tree) -> list[tuple[str, ...]]:
    return [
        path
        for group, children in tree
        for path in ([(group, child) for child in children] or [(group,)])
    ]


@given(columns=trees("列"), rows=trees("行"), data=st.data())
def test_spans_become_paths(columns: Tree, rows: Tree, data: st.DataObject) -> None:
    above, left = leaves(columns), leaves(rows)
    lines: list[list[str | tuple[str, int, int]]] = [
        [("", 2, 2), *((g, 1, len(c)) if c else (g, 2, 1) for g, c in columns)],
        [child for _, children in columns for child in children],
    ]
    numbers = data.draw(
        st.lists(
            st.lists(st.integers(0, 9999), min_size=len(above), max_size=len(above)),
            min_size=len(left),
            max_size=len(left),
        )
    )
    values = iter(numbers)
    for group, children in rows:
        if not children:
            lines.append([(group, 1, 2), *map(str, next(values))])
        for order, child in enumerate(children):
            head: list[str | tuple[str, int, int]] = [(group, len(children), 1)]
            lines.append([*(head if order == 0 else []), child, *map(str, next(values))])
    found = {(figure.row, figure.column): figure.value for figure in figures_of(spanned(lines))}
    expected = {
        (row, column): number
        for row, line in zip(left, numbers, strict=True)
        for column, number in zip(above, line, strict=True)
    }
    assert found == expected


def test_a_simple_table_with_title_unit_serial_numbers_and_total() -> None:
    grid = spanned(
        [
            [("表1 2024年经费支出情况", 1, 4)],
            [("单位：万元", 1, 4)],
            ["序号", "项目", "2023年", "2024年"],
            ["1", "会议费", "12.5", "1,013.40"],
            ["2", "培训费", "", "/"],
            [("合计", 1, 2), "12.5", "1,013.40"],
        ]
    )
    figures = figures_of(grid)
    found = {(figure.row, figure.column): figure for figure in figures}
    fee = found[(("会议费",), ("2024年",))]
    assert (str(fee.value), fee.unit, fee.measure) == ("1013.40", "万元", None)
    assert fee.table == "表1 2024年经费支出情况"
    assert found[(("培训费",), ("2023年",))].kind is Kind.BLANK
    assert found[(("培训费",), ("2024年",))].kind is Kind.NOT_APPLICABLE
    assert (("合计",), ("2023年",)) in found
    assert len(figures) == 6


def test_units_of_rows_and_columns() -> None:
    grid = spanned(
        [
            ["统计指标", "单位", "统计数"],
            ["收到申请数", "件", "120"],
            ["收取费用", "万元", "3.5"],
        ]
    )
    found = {figure.row: (str(figure.value), figure.unit) for figure in figures_of(grid)}
    assert found == {("收到申请数",): ("120", "件"), ("收取费用",): ("3.5", "万元")}
    grid = spanned([["部门", "金额（元）", "占比"], ["一处", "150", "12.5%"]])
    found_units = {figure.column: figure.unit for figure in figures_of(grid)}
    assert found_units == {("金额（元）",): "元", ("占比",): "%"}


def test_years_as_numbers_are_headers() -> None:
    grid = spanned([["指标", "2022", "2023"], ["受理", "5", "6"], ["办结", "4", "6"]])
    found = {(figure.row, figure.column): figure.raw for figure in figures_of(grid)}
    assert found[("办结",), ("2022",)] == "4"
    assert len(found) == 4


def test_a_header_that_starts_anew_takes_over() -> None:
    grid = spanned(
        [
            ["渠道", "条数", "占比"],
            ["网站", "10", "50%"],
            ["公报", "10", "50%"],
            ["场所", "个数", "面积"],
            ["图书馆", "2", "300"],
        ]
    )
    found = {(figure.row, figure.column): figure.raw for figure in figures_of(grid)}
    assert found[("图书馆",), ("个数",)] == "2"
    assert (("图书馆",), ("条数",)) not in found


def test_a_flattened_table_without_a_form_is_stored_but_gives_no_figure() -> None:
    from structure_grids import ragged

    result = read_tables([PlacedGrid(ragged("|甲|乙|\n|1|2|3||"))], report_id="r")
    assert result.figures == []
    assert len(result.tables) == 1
    assert result.warnings


# A new form is a new file

FORM = """
id: hotline
name: 热线办理情况报告
basis: 示例
vocabulary:
  items:
    calls: {name: 来电}
    visits: {name: 来访}
  aspects:
    received: {name: 收到}
    settled: {name: 办结}
subtotals: [小计]
tables:
  - id: 热线
    title: [热线办理情况]
    unit: 次
    corner: [渠道]
    blocks:
      - columns:
          - labels: [办理]
            children:
              - {id: received, labels: [收到]}
              - {id: settled, labels: [办结]}
        rows:
          - {id: calls, labels: [来电]}
          - {id: visits, labels: [来访, 上门来访]}
identities:
  - {id: all, text: 收到 = 办结, table: 热线, axis: aspects, left: [received], right: [settled]}
"""


def test_a_new_form_needs_no_code(tmp_path: Path) -> None:
    file = tmp_path / "hotline.form.yaml"
    file.write_text(FORM, encoding="utf-8")
    grid = spanned(
        [
            [("渠道", 2, 1), ("办理", 1, 2)],
            ["办结", "收到"],
            ["来 电", "7", "8"],
            ["（二）上门来访", "3", ""],
        ]
    )
    result = read_tables([PlacedGrid(grid)], report_id="r", forms=(load_form(file),))
    found = {figure.measure: (figure.raw, figure.unit) for figure in result.figures}
    assert found == {
        "calls.settled": ("7", "次"),
        "calls.received": ("8", "次"),
        "visits.settled": ("3", "次"),
        "visits.received": ("", "次"),
    }


def test_a_form_may_change_nodes_of_another(tmp_path: Path) -> None:
    (tmp_path / "hotline.form.yaml").write_text(FORM, encoding="utf-8")
    own = tmp_path / "later.form.yaml"
    own.write_text(
        "extends: hotline.form.yaml\nid: later\n"
        "tables: [{id: 热线, changes: {visits: {labels: [走访], optional: true}}}]\n",
        encoding="utf-8",
    )
    later = load_form(own)
    rows = later.tables[0].blocks[0].rows
    assert [row.labels for row in rows] == [("来电",), ("走访",)]
    assert (later.id, rows[1].optional) == ("later", True)


def test_a_broken_form_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.form.yaml"
    file.write_text(FORM.replace("title: [热线办理情况]", "titel: []"), encoding="utf-8")
    with pytest.raises(FormError, match=r"broken\.form\.yaml.*tables"):
        load_form(file)
