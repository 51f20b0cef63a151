"""Questions that ask several things, and the second look at header roles."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_tables import BUDGET, view_of

from assistant.tableqa.around import around_lines
from assistant.tableqa.parts import MOST, Parts, split


def test_a_question_is_split_at_punctuation_and_joins() -> None:
    assert split("谁填的词？谁写的曲子？") == ("谁填的词", "谁写的曲子")
    assert split("预算数和决算数分别是多少？") == ("预算数", "决算数分别是多少")
    assert split("教育支出的决算数是多少？") == ()


@given(st.text("甲乙和与、，？ 数", max_size=30))
def test_any_text_is_split_into_a_few_parts_or_none(text: str) -> None:
    parts = split(text)
    assert len(parts) <= MOST and len(parts) != 1
    assert all(part in text.replace("，", ",").replace("？", "?") for part in parts)


def test_the_best_cells_of_each_part_are_joined() -> None:
    layout = view_of(BUDGET).layout
    first = np.full(layout.size, 0.1, dtype=np.float32)
    one, two = first.copy(), first.copy()
    one[4], two[8] = 0.9, 0.8
    parts = Parts.of(layout, first, [one, two])
    assert (4, 8) in parts.unions()
    member = np.zeros((3, layout.size), dtype=bool)
    member[0, [4, 8]] = member[1, 4] = member[2, [4, 5, 8]] = True
    least = parts.set_lines(member)[:, 1]
    assert least[0] == least[2] == 1 and least[1] < 0.5


def test_a_part_that_asks_nothing_is_left_out() -> None:
    layout = view_of(BUDGET).layout
    first = np.full(layout.size, 0.1, dtype=np.float32)
    parts = Parts.of(layout, first, [np.zeros(layout.size, dtype=np.float32)])
    assert parts.alone.shape == (1, layout.size) and parts.unions() == []


def test_roles_around_a_cell_are_those_of_its_neighbours() -> None:
    view = view_of(BUDGET)
    lines = np.zeros((view.layout.size, 1), dtype=np.float32)
    found = around_lines(view.layout, lines, view.roles)
    left, right, over, under = (found[4, 6 + 5 * side : 11 + 5 * side] for side in range(4))
    assert left.argmax() == 4 and over.argmax() == 1
    assert right.argmax() == under.argmax() == 0
    corner = found[0, 6:11]
    assert not corner.any()  # nothing stands left of it
