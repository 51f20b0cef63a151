"""Spans are resolved as a browser lays out a table, whatever a page declares."""

from __future__ import annotations

from helpers_loaders import places, read_html, rows_of
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Grid
from ingest.loaders.span_repair import repair
from ingest.loaders.spans import RawCell, place

spans = st.integers(0, 6)
raw_rows = st.lists(
    st.lists(st.builds(RawCell, st.text("甲乙12", max_size=2), spans, spans), max_size=5),
    max_size=6,
)


def slots(grid: Grid) -> list[tuple[int, int]]:
    return [
        (y, x)
        for cell in grid.cells
        for y in range(cell.row, cell.row + cell.rowspan)
        for x in range(cell.column, cell.column + cell.colspan)
    ]


@given(raw_rows)
def test_any_spans_give_a_sound_raster(rows: list[list[RawCell]]) -> None:
    grid = place(rows).grid
    assert [cell.text for cell in grid.cells] == [cell.text for row in rows for cell in row]
    covered = slots(grid)
    assert len(covered) == len(set(covered)), "two cells share a slot"
    assert all(y < grid.height and x < grid.width for y, x in covered)
    assert {cell.row for cell in grid.cells} == set(range(grid.height))
    assert {cell.column for cell in grid.cells} == set(range(grid.width))


@given(raw_rows)
def test_repair_keeps_every_cell_in_its_row(rows: list[list[RawCell]]) -> None:
    mended, _ = repair(rows, ())
    assert [[cell.text for cell in row] for row in mended] == [
        [cell.text for cell in row] for row in rows
    ]


@st.composite
def tilings(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """A rectangle cut into cells: (row, column, rowspan, colspan), no two sharing a slot."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    free = {(y, x) for y in range(height) for x in range(width)}
    cells = []
    while free:
        y, x = min(free)
        wide = next(n for n in range(width + 1) if (y, x + n) not in free)
        colspan = draw(st.integers(1, wide))
        rowspan = 1
        while rowspan < draw(st.integers(1, height)) and all(
            (y + rowspan, x + n) in free for n in range(colspan)
        ):
            rowspan += 1
        cells.append((y, x, rowspan, colspan))
        free -= {(y + i, x + n) for i in range(rowspan) for n in range(colspan)}
    return cells


@given(tilings())
def test_declared_spans_give_the_raster_they_were_cut_from(
    cells: list[tuple[int, int, int, int]],
) -> None:
    height = max(y + tall for y, _, tall, _ in cells)
    rows = [
        [RawCell(f"{y},{x}", tall, wide) for y, x, tall, wide in sorted(cells) if y == row]
        for row in range(height)
    ]
    placed = place(rows)
    ys = sorted({y for y, *_ in cells})
    xs = sorted({x for _, x, *_ in cells})
    found = {(c.text, c.row, c.column) for c in placed.grid.cells}
    assert found == {(f"{y},{x}", ys.index(y), xs.index(x)) for y, x, *_ in cells}
    assert not placed.clamped


def test_rowspan_zero_reaches_to_the_end_of_its_group() -> None:
    grid = read_html(
        "<table><tbody><tr><td rowspan=0>甲<td>1<tr><td>2</tbody><tbody><tr><td>乙<td>3</table>"
    ).grids[0]
    assert places(grid)["甲"] == (0, 0, 2, 1)
    assert places(grid)["乙"] == (2, 0, 1, 1)


def test_spans_are_never_taken_from_equal_texts() -> None:
    grid = read_html("<table><tr><td>5<td>5<td>5<tr><td>5<td>5<td>甲</table>").grids[0]
    assert len(grid.cells) == 6


def test_colspan_beyond_all_bounds_is_cut_to_the_table() -> None:
    document = read_html(
        "<table><tr><td colspan=100000000 rowspan=99999>表头</td></tr>"
        "<tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"
    )
    grid = document.grids[0]
    assert grid.width <= 4
    assert len(slots(grid)) == len(set(slots(grid)))


def table_three(first_rowspan: int, colspan: int = 2) -> str:
    values = "<td>{0}</td><td>{1}</td><td>{2}</td>"
    rows = [
        "<tr><td colspan=2>项目</td><td>自然人</td><td>法人</td><td>总计</td></tr>",
        f"<tr><td colspan={colspan}>一、新收</td>{values.format(11, 12, 23)}</tr>",
        f"<tr><td rowspan={first_rowspan}>不予公开</td><td>1.甲</td>{values.format(1, 2, 3)}</tr>",
        f"<tr><td>2.乙</td>{values.format(4, 5, 9)}</tr>",
        f"<tr><td>3.丙</td>{values.format(6, 7, 13)}</tr>",
        f"<tr><td rowspan=2>无法提供</td><td>1.丁</td>{values.format(8, 9, 17)}</tr>",
        f"<tr><td>2.戊</td>{values.format(20, 21, 41)}</tr>",
    ]
    return f"<table>{''.join(rows)}</table>"


def test_a_label_that_spans_one_row_too_few_or_too_many_is_mended() -> None:
    right = read_html(table_three(3))
    assert not right.warnings
    for wrong in (2, 4):
        document = read_html(table_three(wrong))
        assert places(document.grids[0]) == places(right.grids[0])
        assert any("合并" in warning for warning in document.warnings)


def test_a_label_that_spans_one_column_too_few_or_too_many_is_mended() -> None:
    right = read_html(table_three(3)).grids[0]
    for wrong in (1, 3, 100_000_000):
        document = read_html(table_three(3, colspan=wrong))
        assert places(document.grids[0]) == places(right)
        assert any("合并" in warning for warning in document.warnings)


def test_a_table_with_missing_trailing_cells_is_left_as_declared() -> None:
    grid = read_html(
        "<table><tr><td>甲<td>乙<td>丙<tr><td>x<td>1<td>2<tr><td>y<td>3<tr><td>z<td>4<td>5</table>"
    ).grids[0]
    assert rows_of(grid)[2] == ["y", "3"]
    assert grid.rows()[2][1].column == 1
