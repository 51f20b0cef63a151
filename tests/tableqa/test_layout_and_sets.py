"""Cells of small tables: boxes, what stands left and above, kinds, proposed sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tables import BUDGET, view_of

from assistant.table_answerer import CellTable
from assistant.tableqa.layout import Layout
from assistant.tableqa.plain import clauses, grams, plain
from assistant.tableqa.profile import DATE, EMPTY, MARK, NUMBER, PERCENT, TEXT, is_total, kind
from assistant.tableqa.sets import propose
from assistant.tableqa.texts import Texts


def test_boxes_of_merged_cells_and_short_rows() -> None:
    layout = Layout.of(CellTable(((7, 7, 3), (7, 7), (5, 6, 4)), tuple("abcdefgh")))
    assert layout.ids == (7, 3, 5, 6, 4) and layout.texts == tuple("hdfge")
    assert [side.tolist() for side in layout.box] == [
        [0, 0, 2, 2, 2],
        [1, 0, 2, 2, 2],
        [0, 2, 0, 1, 2],
        [1, 2, 0, 1, 2],
    ]
    assert layout.grid[1, 2] == layout.size


def test_left_and_above_leave_out_the_cell_itself() -> None:
    layout = Layout.of(CellTable(((0, 0, 1), (2, 3, 4)), tuple("abcde")))
    values = np.array([[5, 1, 2, 3, 4]], dtype=np.float32)
    assert layout.left(values).tolist() == [[0, 5, 0, 2, 3]]
    assert layout.above(values).tolist() == [[0, 0, 5, 5, 1]]


def test_nearest_header_is_the_next_one_on_the_way() -> None:
    layout = Layout.of(CellTable(((0, 1), (2, 3), (4, 5), (6, 7)), tuple("abcdefgh")))
    heads = np.array([True, True, True, False, True, True, True, False])
    left, above = layout.nearest(heads)
    assert left.tolist() == [8, 0, 8, 2, 8, 4, 8, 6]
    assert above.tolist() == [8, 8, 0, 1, 2, 1, 4, 5]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.50", NUMBER),
        ("(1,234.50)", NUMBER),
        ("－", EMPTY),
        ("", EMPTY),
        ("12.5%", PERCENT),
        ("2023年5月1日", DATE),
        ("√是 □否", MARK),
        ("营业收入", TEXT),
    ],
)
def test_kinds_of_cells(text: str, expected: int) -> None:
    assert kind(text) == expected


def test_totals_are_told_from_what_only_speaks_of_them() -> None:
    assert is_total("合 计") and is_total("资产总计") and is_total("3. 小计")
    assert not is_total("占应收账款期末余额合计数的比例说明如下文所述") and not is_total("合同")


def test_clauses_number_every_letter_of_the_plain_question() -> None:
    text, numbers = clauses("谁生产的？ 型号，是什么")
    assert text == "谁生产的型号是什么"
    assert numbers == [0, 0, 0, 0, 1, 1, 2, 2, 2]


@given(st.text(max_size=60))
def test_plain_text_is_stable_and_keeps_no_marks(text: str) -> None:
    once = plain(text)
    assert plain(once) == once and " " not in once and "，" not in once
    question, numbers = clauses(text)
    assert len(question) == len(numbers) and numbers == sorted(numbers)


@given(st.lists(st.text("甲乙丙丁", max_size=5), min_size=1, max_size=8))
def test_sums_of_pairs_are_those_of_each_text(texts: list[str]) -> None:
    held = Texts(texts)
    sums = held.sums(np.ones(len(held.index), dtype=np.float32))
    assert sums.tolist() == [max(len(grams(text)), 1) for text in texts]


def test_proposed_sets_hold_cells_lines_and_crossings() -> None:
    view = view_of(BUDGET)
    scores = np.full(view.layout.size, 0.01, dtype=np.float32)
    scores[[5, 8]] = 0.9  # the two figures of 教育
    member, _ = propose(view, scores, np.zeros_like(scores), [])
    found = {frozenset(np.flatnonzero(row).tolist()) for row in member}
    assert {frozenset({5}), frozenset({5, 8}), frozenset({4, 5})} <= found
    assert len(found) == len(member), "each set once"
    assert all(found), "no empty set"
