"""Fees: the steps at their edges, and that more never costs less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.fees import charge
from assistant.knowledge.pack import built_in

FEES = built_in().fees


@pytest.mark.parametrize(
    ("count", "yuan"),
    [(0, 0), (10, 0), (11, 100), (30, 2000), (31, 2200), (35, 3000), (40, 4000), (41, 4300)],
)
def test_items(count, yuan):
    assert charge(count, FEES["items"]).yuan == yuan


@pytest.mark.parametrize(
    ("count", "yuan"),
    [(30, 0), (31, 10), (100, 700), (101, 720), (200, 2700), (201, 2740)],
)
def test_pages(count, yuan):
    assert charge(count, FEES["pages"]).yuan == yuan


@given(st.sampled_from(["items", "pages"]), st.integers(0, 3000))
def test_more_never_costs_less_and_parts_make_the_whole(kind, count):
    here, more = charge(count, FEES[kind]), charge(count + 1, FEES[kind])
    assert more.yuan >= here.yuan
    assert more.yuan - here.yuan >= here.parts[-1][1] if here.parts else True
    assert sum(many for many, _ in here.parts) == count
    assert eval(here.formula.replace("×", "*")) == here.yuan


def test_the_formula_is_written_out():
    assert charge(35, FEES["items"]).formula == "10×0 + 20×100 + 5×200"
