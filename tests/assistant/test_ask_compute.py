"""Figures of a real library: sub-totals that are not printed, blanks, conflicts, units, zeros."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asking import DIGITS, evaluate, national

from assistant.answer import Answer
from assistant.assistant import Assistant

Asking = Callable[..., Assistant]
REFUSED = (
    "refused_secret", "refused_law", "refused_security", "refused_third_party",
    "refused_internal", "refused_process", "refused_enforcement", "refused_query",
)  # fmt: skip
ORGS = ("company", "research", "charity", "legal_service", "other_org")
PLACE = "示例市甲县人民政府"


def has_no_value(answer: Answer) -> bool:
    return answer.value is None and not any(item.value for item in answer.items)


def told(answer: Answer) -> str:
    return "\n".join([answer.text, *answer.warnings])


def test_a_printed_cell(asking: Asking) -> None:
    answer = asking(national(PLACE, 2024, {"new.total": "374"})).ask("2024年甲县新收申请多少件")

    assert (answer.status, answer.value, answer.unit) == ("answered", "374", "件")
    assert answer.citations[0].quote == "374"


@pytest.mark.parametrize(
    ("question", "measures"),
    [
        ("2024年甲县不予公开多少件", [f"{item}.total" for item in REFUSED]),
        ("2024年甲县法人或其他组织新收多少件", [f"new.{aspect}" for aspect in ORGS]),
        ("2024年甲县行政诉讼总计多少件", ["suit_direct.total", "suit_after_review.total"]),
    ],
)
def test_sub_totals_that_are_not_printed(
    asking: Asking, question: str, measures: list[str]
) -> None:
    cells = {measure: str(3**at) for at, measure in enumerate(measures)}
    answer = asking(national(PLACE, 2024, cells)).ask(question)

    assert answer.value == str(sum(map(int, cells.values())))
    assert answer.formula == " + ".join(cells.values())
    assert [citation.quote for citation in answer.citations] == list(cells.values())


def test_a_sub_total_of_a_sub_total(asking: Asking) -> None:
    """不予公开 of all organisations: eight rows by five columns."""
    cells = {
        f"{item}.{aspect}": str(at * 7 + column)
        for at, item in enumerate(REFUSED)
        for column, aspect in enumerate(ORGS)
    }
    answer = asking(national(PLACE, 2024, cells)).ask("2024年甲县法人或其他组织不予公开多少件")

    assert answer.value == str(sum(map(int, cells.values())))
    assert len(answer.citations) == 40


@pytest.mark.parametrize("raw", ["", "/", "—", "详见附件"])
def test_what_is_not_filled_in_is_no_zero(asking: Asking, raw: str) -> None:
    cells = {"new.total": raw, "carried_in.total": "5"}
    answer = asking(national(PLACE, 2024, cells)).ask("2024年甲县新收申请多少件")

    assert has_no_value(answer)
    assert "为0件" not in answer.text
    assert any(word in told(answer) for word in ("空白", "不适用", "未填报", "不是数字"))


def test_a_zero_is_a_zero(asking: Asking) -> None:
    answer = asking(national(PLACE, 2024, {"new.total": "0"})).ask("2024年甲县新收申请多少件")

    assert (answer.status, answer.value) == ("answered", "0")
    assert answer.citations[0].quote == "0"


@pytest.mark.parametrize("blanks", [1, 2, 7])
def test_a_sum_says_how_many_of_its_cells_are_blank(asking: Asking, blanks: int) -> None:
    cells = {f"{item}.total": "" if at < blanks else "10" for at, item in enumerate(REFUSED)}
    answer = asking(national(PLACE, 2024, cells)).ask("2024年甲县不予公开多少件")

    assert answer.value == str(10 * (8 - blanks))
    said = [line for line in (*answer.warnings, answer.text) if "空白" in line]
    assert any(str(blanks) in DIGITS.findall(line) for line in said)


def test_a_sum_of_blanks_has_no_value(asking: Asking) -> None:
    cells = {f"{item}.total": "" for item in REFUSED}
    answer = asking(national(PLACE, 2024, cells)).ask("2024年甲县不予公开多少件")

    assert has_no_value(answer)
    assert "空白" in told(answer)


def test_a_share_with_a_blank_part_has_no_value(asking: Asking) -> None:
    cells = {"granted.total": "", "handled.total": "10"}
    answer = asking(national(PLACE, 2024, cells)).ask("2024年甲县予以公开占办理结果总计的比例")

    assert has_no_value(answer)


def test_a_growth_from_a_blank_has_no_value(asking: Asking) -> None:
    assistant = asking(
        national(PLACE, 2023, {"new.total": ""}), national(PLACE, 2024, {"new.total": "8"})
    )
    answer = assistant.ask("甲县2024年新收申请比2023年增长百分之几")

    assert answer.value is None
    assert "空白" in told(answer)


def test_cells_that_contradict_are_refused(asking: Asking) -> None:
    answer = asking(national(PLACE, 2024, {"new.total": ("374", "375")})).ask(
        "2024年甲县新收申请多少件"
    )

    assert has_no_value(answer)
    assert "矛盾" in told(answer)


def test_cells_that_repeat_are_one(asking: Asking) -> None:
    answer = asking(national(PLACE, 2024, {"new.total": ("374", "374")})).ask(
        "2024年甲县新收申请多少件"
    )

    assert answer.value == "374"


def test_units_are_not_mixed(asking: Asking) -> None:
    cells = {"new.total": "10", "carried_in.total": "5"}
    units = {"carried_in.total": "万元"}
    answer = asking(national(PLACE, 2024, cells, units=units)).ask(
        "2024年甲县新收申请和上年结转合计多少件"
    )

    assert answer.value is None
    assert "15" not in DIGITS.findall(answer.text)


@pytest.mark.parametrize(
    "question", ["2024年甲县予以公开占办理结果总计的比例", "2024年甲县予以公开率"]
)
def test_a_share_of_nothing_is_not_computed(asking: Asking, question: str) -> None:
    cells = {"granted.total": "0", "partial.total": "0", "handled.total": "0"}
    answer = asking(national(PLACE, 2024, cells)).ask(question)

    assert answer.value is None
    assert "无法计算" in told(answer)


def test_growth_from_zero_is_not_computed(asking: Asking) -> None:
    assistant = asking(
        national(PLACE, 2023, {"new.total": "0"}), national(PLACE, 2024, {"new.total": "8"})
    )
    answer = assistant.ask("甲县2024年新收申请比2023年增长百分之几")

    assert answer.unit != "%"
    assert "无法计算增长率" in told(answer)


def test_a_cell_that_the_report_lacks(asking: Asking) -> None:
    answer = asking(national(PLACE, 2024, {"new.total": "3"})).ask("2024年甲县上年结转多少件")

    assert has_no_value(answer)
    assert answer.status == "refused"


def test_two_units_asked_together(asking: Asking) -> None:
    """A conversion keeps the brackets: (a + b) × 10000, not a + b × 10000."""
    fees, units = "2.5", {"fees.amount": "万元"}
    assistant = asking(
        national(PLACE, 2024, {"fees.amount": fees}, units=units),
        national("示例市乙县人民政府", 2024, {"fees.amount": "4.25"}, units=units),
    )
    answer = assistant.ask("2024年甲县和乙县行政事业性收费合计折合多少元")

    scale = {"元": 1, "万元": 10_000}[answer.unit or ""]
    assert evaluate(answer.value or "") * scale == 67_500
    assert evaluate((answer.formula or "").split("；")[-1]) * scale == 67_500


@pytest.mark.parametrize(
    ("unit", "value"), [("元", "123456.7"), ("万元", "12.34567"), ("亿元", "0.001234567")]
)
def test_money_in_the_unit_asked_for(asking: Asking, unit: str, value: str) -> None:
    report = national(PLACE, 2024, {"fees.amount": "12.34567"}, units={"fees.amount": "万元"})
    answer = asking(report).ask(f"2024年甲县行政事业性收费折合多少{unit}")

    assert (answer.value, answer.unit) == (value, unit)
    assert evaluate(answer.formula or "") == evaluate(value)


def test_ranks_name_everyone_and_ties(asking: Asking) -> None:
    numbers = {"甲县": "5", "乙县": "9", "丙县": "9", "丁县": "1"}
    assistant = asking(
        *(national(f"示例市{n}人民政府", 2024, {"new.total": v}) for n, v in numbers.items())
    )
    answer = assistant.ask("2024年各单位新收申请数量排名")

    assert [item.value for item in answer.items] == ["9", "9", "5", "1"]
    assert all(any(name in item.label for item in answer.items) for name in numbers)


def test_a_rank_says_who_has_no_figure(asking: Asking) -> None:
    numbers = {"甲县": "5", "乙县": "", "丙县": "9"}
    assistant = asking(
        *(national(f"示例市{n}人民政府", 2024, {"new.total": v}) for n, v in numbers.items())
    )
    answer = assistant.ask("2024年各单位新收申请数量排名")

    assert [item.value for item in answer.items] == ["9", "5"]
    assert "乙县" in told(answer) or {"3", "2"} <= set(DIGITS.findall(told(answer)))


def test_namesakes_are_asked_back(asking: Asking) -> None:
    assistant = asking(
        national("甲市城关区人民政府", 2024, {"new.total": "5"}),
        national("乙市城关区人民政府", 2024, {"new.total": "9"}),
    )

    assert assistant.ask("2024年城关区新收申请多少件").status == "clarify"
    assert assistant.ask("2024年甲市城关区新收申请多少件").value == "5"
    assert assistant.ask("2024年乙市城关区新收申请多少件").value == "9"


def test_an_exact_name_beats_namesakes(asking: Asking) -> None:
    assistant = asking(
        national("清溪区人民政府", 2024, {"new.total": "5"}),
        national("石桥市清溪区人民政府", 2024, {"new.total": "9"}),
    )

    assert assistant.ask("2024年清溪区人民政府新收申请多少件").value == "5"
    assert assistant.ask("2024年石桥市清溪区人民政府新收申请多少件").value == "9"


def test_a_removed_report_is_not_answered_from(asking: Asking) -> None:
    assistant = asking(
        national(PLACE, 2023, {"new.total": "4"}), national(PLACE, 2024, {"new.total": "374"})
    )
    assert assistant.ask("2024年甲县新收申请多少件").value == "374"

    assistant.library.remove(f"{PLACE}-2024")
    answer = assistant.ask("2024年甲县新收申请多少件")

    assert answer.status == "refused"
    assert "374" not in answer.text


def test_a_source_limits_the_question(asking: Asking) -> None:
    assistant = asking(
        national(PLACE, 2023, {"new.total": "4"}, source="/data/old.html"),
        national(PLACE, 2024, {"new.total": "7"}, source="/data/new.html"),
    )

    assert assistant.ask("新收申请多少件", source="old.html").value == "4"
    assert assistant.ask("新收申请多少件", source="new.html").value == "7"
    assert assistant.ask("新收申请多少件", source="other.html").status == "refused"


def test_nothing_stored(asking: Asking) -> None:
    answer = asking().ask("2024年甲县新收申请多少件")

    assert answer.status in ("refused", "clarify")
    assert has_no_value(answer)
