"""Scoring by the contract. Each kind of expectation is seen to hold, and seen to fail when the
answer is changed in just that respect."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from eval.gold import Expect, GoldRow
from eval.score import judge
from eval.taxonomy import CATEGORIES, category

ANSWER: dict[str, Any] = {
    "status": "answered",
    "text": "2024年予以公开374件,占11.48%;最多的是行政执法案卷84件。",
    "value": "11.475913",
    "unit": "%",
    "items": [
        {"label": "行政执法案卷", "value": "84", "unit": "件"},
        {"label": "国家秘密", "value": "2", "unit": "件"},
    ],
    "formula": "374 ÷ 3259 × 100%",
    "citations": [
        {
            "kind": "cell",
            "publisher": "海淀区",
            "year": 2024,
            "section": "三、收到和处理政府信息公开申请情况",
            "row": ["三、本年度办理结果", "(一)予以公开"],
            "column": ["总计"],
            "quote": "374",
        },
        {"kind": "text", "year": 2024, "quote": "共办结 3259 件", "row": [], "column": []},
    ],
}


def expecting(**keys: Any) -> Expect:
    return Expect.model_validate({"status": "answered", **keys})


def changed(**keys: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ANSWER), **keys}


# key of expect → (an expectation that holds for ANSWER, a change of the answer that breaks it)
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "status": ({}, {"status": "refused"}),
    "value": ({"value": "11.475913"}, {"value": "11.49"}),
    "value (none given)": ({"value": "11.475913"}, {"value": None}),
    "value (no number)": ({"value": "11.475913"}, {"value": "不详"}),
    "unit": ({"unit": "%"}, {"unit": "个百分点"}),
    "unit (none given)": ({"unit": "%"}, {"unit": None}),
    "tolerance": ({"value": "11.5", "tolerance": "0.03"}, {"value": "11.54"}),
    "value_any": ({"value": "16", "value_any": ["11.475913"]}, {"value": "15"}),
    "abs": ({"value": "-11.475913", "abs": True}, {"value": "11.6"}),
    "items": (
        {"items": [{"label": ["执法案卷", "案卷"], "value": "84"}, {"label": "国家秘密"}]},
        {"items": ANSWER["items"][:1]},
    ),
    "items (value)": (
        {"items": [{"label": "国家秘密", "value": "2"}]},
        {"items": [{"label": "国家秘密", "value": "3", "unit": "件"}]},
    ),
    "ordered": (
        {"items": [{"label": "执法案卷"}, {"label": "国家秘密"}], "ordered": True},
        {"items": ANSWER["items"][::-1]},
    ),
    "contains": ({"contains": ["374", ["84", "八十四"]]}, {"text": "374件,案卷34件"}),
    "contains (all parts)": ({"contains": [[["11.48", "案卷"]]]}, {"text": "占11.48%"}),
    "not_contains": ({"not_contains": ["146"]}, {"text": "部分公开146件"}),
    "cites": ({"cites": ["予以公开"]}, {"citations": ANSWER["citations"][1:]}),
    "cites (none)": ({"cites": ["374", "146"]}, {"citations": []}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_expectation_can_hold_and_can_fail(kind: str) -> None:
    expect, change = KINDS[kind]
    assert judge(expecting(**expect), ANSWER).right
    broken = judge(expecting(**expect), changed(**change))
    assert broken.graded and not broken.right
    key = kind.split(" ")[0]
    accepted = {"tolerance": "value", "value_any": "value", "abs": "value", "ordered": "items"}
    assert [miss.key for miss in broken.misses] == [accepted.get(key, key)]


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_is_named_is_judged(kind: str) -> None:
    """The same change does no harm where gold names something else."""
    _, change = KINDS[kind]
    if "status" not in change:
        assert judge(expecting(), changed(**change)).right


def test_a_list_of_statuses() -> None:
    expect = Expect.model_validate({"status": ["refused", "clarify"], "contains": ["海淀"]})
    assert judge(expect, changed(status="clarify", value=None, items=[])).right
    assert judge(expect, changed(status="refused")).right
    assert not judge(expect, ANSWER).right


def test_nothing_else_is_judged_where_an_allowed_status_is_not_answered() -> None:
    expect = Expect.model_validate(
        {"status": ["answered", "clarify"], "value": "5", "contains": ["没有的话"], "cites": ["无"]}
    )
    assert judge(expect, changed(status="clarify")).right
    assert not judge(expect, ANSWER).right


def test_money_and_counters() -> None:
    assert judge(
        expecting(value="22010.3538", unit="万元"), changed(value="220103538", unit="元")
    ).right
    assert judge(expecting(value="42", unit="件"), changed(value="42", unit="个")).right
    assert not judge(expecting(value="42", unit="件"), changed(value="42", unit="%")).right


@pytest.mark.parametrize(
    ("expect", "change", "wrong"),
    [
        ({"status": "answered", "value": "11.475913", "unit": "%"}, {}, False),
        ({"status": "answered", "value": "12", "unit": "%"}, {}, True),
        ({"status": "answered", "value": "12"}, {"value": None}, False),
        ({"status": "answered", "value": "11.475913", "unit": "件"}, {}, True),
        ({"status": "answered", "contains": ["没有"]}, {}, False),
        ({"status": "refused"}, {}, True),
        ({"status": ["refused", "clarify"]}, {"value": None}, True),  # items still have values
        ({"status": "refused"}, {"value": None, "items": []}, False),
        ({"status": "refused"}, {"status": "clarify"}, False),
        ({"status": "answered", "value": "12"}, {"status": "refused"}, False),
    ],
)
def test_wrong_figure(expect: dict[str, Any], change: dict[str, Any], wrong: bool) -> None:
    assert judge(Expect.model_validate(expect), changed(**change)).wrong_figure is wrong


def test_an_error_is_never_graded() -> None:
    for expect in (expecting(), Expect.model_validate({"status": "refused"})):
        judged = judge(expect, changed(status="error"))
        assert not judged.graded and not judged.right and not judged.wrong_figure


def test_cells_are_measured_and_do_not_decide() -> None:
    cells = [{"row": ["予以公开"], "column": ["总计"], "year": 2024}, {"row": ["部分公开"]}]
    judged = judge(expecting(cells=cells), ANSWER)
    assert judged.right and judged.cited == (1, 2, 1, 1)
    other_year = judge(expecting(cells=[{"row": ["予以公开"], "year": 2023}]), ANSWER)
    assert other_year.cited == (0, 1, 0, 1)


@pytest.mark.parametrize("field", ["items", "citations", "text", "value", "unit", "warnings"])
@pytest.mark.parametrize("junk", [None, [], "x", 5, {}])
def test_a_misshapen_answer_is_judged_and_does_not_crash(field: str, junk: Any) -> None:
    expect = expecting(
        value="11.475913", items=[{"label": "案卷"}], cites=["374"], contains=["374"]
    )
    assert judge(expect, changed(**{field: junk})).graded


def row(question: str = "2024年予以公开的占多少?", **expect: Any) -> GoldRow:
    return GoldRow.model_validate(
        {"id": "1", "question": question, "expect": {"status": "answered", **expect}}
    )


CELLS = [{"row": ["予以公开"], "column": ["总计"], "year": 2024, "publisher": "海淀区"}]


def cited(**keys: Any) -> list[dict[str, Any]]:
    return [{**copy.deepcopy(ANSWER["citations"][0]), **keys}]


@pytest.mark.parametrize(
    ("name", "gold", "change"),
    [
        ("error", row(), {"status": "error"}),
        ("should_have_refused", row(status="refused"), {}),
        ("should_have_asked", row(status="clarify"), {}),
        ("should_have_answered", row(), {"status": "clarify"}),
        ("refused_or_asked", row(status="refused"), {"status": "clarify"}),
        ("missing_value", row(value="1"), {"value": None}),
        ("place", row(value="1", cells=CELLS), {"citations": cited(publisher="朝阳区")}),
        ("year", row(value="1", unit="%"), {"citations": cited(year=2023)}),
        ("year", row(value="1", cells=CELLS), {"citations": cited(year=2023)}),
        ("unit", row(value="1147.5913", unit="%"), {}),
        ("unit", row(unit="件"), {}),
        ("arithmetic", row(value="11.475913"), {"value": "12", "formula": "374 ÷ 3259 × 100%"}),
        ("operation", row(value="374", unit="件"), {}),
        ("operation", row(value="-11.475913", unit="%"), {}),
        ("cell", row(value="1", cells=CELLS), {"citations": cited(column=["自然人"])}),
        ("measure", row(value="1"), {"citations": cited(row=["(二)部分公开"])}),
        ("items", row(items=[{"label": "无"}]), {}),
        ("citation", row(cites=["无"]), {}),
        ("text", row(contains=["无此"]), {}),
    ],
)
def test_each_kind_of_mistake_is_told(name: str, gold: GoldRow, change: dict[str, Any]) -> None:
    answer = changed(**change)
    assert category(gold, answer, judge(gold.expect, answer)) == name
    assert name in CATEGORIES


def test_a_right_answer_has_no_mistake() -> None:
    gold = row(value="11.475913", unit="%")
    assert category(gold, ANSWER, judge(gold.expect, ANSWER)) is None
