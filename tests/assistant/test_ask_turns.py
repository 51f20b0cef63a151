"""Turns of a conversation: what is added, compared or refused on the ground of earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant

# 示例区, from the pages of ingest/sample: penalties, reviews, and refusals over results.
PENALTIES = {2020: 4236, 2021: 4145, 2022: 4110, 2023: 4714, 2024: 4709}
REVIEWS = {2020: 18, 2024: 19}
RESULTS = ("结果维持", "结果纠正", "其他结果")
REFUSED_SHARE = Fraction(37, 251)  # of 2023, the largest of five years


def last(assistant: Assistant, turns: Sequence[str]) -> Answer:
    """The answer to the last of `turns`, asked in one conversation of its own."""
    session = "/".join(turns)
    return [assistant.ask(turn, session=session) for turn in turns][-1]


def test_a_kind_behind_both_is_taken_of_both(sample: Assistant) -> None:
    whole = sample.ask("示例区2024年自然人新收和上年结转合计多少件")
    answer = last(sample, ["示例区2024年新收多少", "上年结转的呢", "这两个加一起有多少是自然人的"])
    assert answer.value is not None and answer.value == whole.value


def test_what_follows_is_at_the_start_is_the_whole(sample: Assistant) -> None:
    direct = sample.ask("示例区2024年法人或其他组织新收占自然人新收的百分之几")
    turns = ["示例区2024年新收里法人或其他组织几件", "是自然人的百分之几"]
    answer = last(sample, turns)
    assert answer.unit == "%" and answer.value == direct.value


@pytest.mark.parametrize("question", ["示例区哪一年不予公开占比最高", "不予公开占比最大的是哪年"])
def test_the_largest_share_is_not_the_largest_number(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.unit == "%" and "2023年" in answer.text
    assert abs(Fraction(str(answer.value)) - REFUSED_SHARE * 100) < Fraction(1, 10**6)
    assert "占本年度办理结果总计的比例" in answer.text  # of what it is a share


def test_growth_after_a_row_of_years_is_from_its_first_to_its_last(sample: Assistant) -> None:
    answer = last(sample, ["示例区历年行政复议多少件", "涨了百分之几"])
    growth = Fraction(REVIEWS[2024] - REVIEWS[2020], REVIEWS[2020]) * 100
    assert abs(Fraction(str(answer.value)) - growth) < Fraction(1, 10**6)


def test_year_on_year_is_against_the_year_before_all_the_same(sample: Assistant) -> None:
    answer = last(sample, ["示例区历年行政处罚多少件", "同比增长率呢"])
    growth = Fraction(PENALTIES[2024] - PENALTIES[2023], PENALTIES[2023]) * 100
    assert abs(Fraction(str(answer.value)) - growth) < Fraction(1, 10**6)


def test_the_gap_is_that_of_the_pair_answered_last(sample: Assistant) -> None:
    turns = ["示例区2024年和2023年的公开率差多少", "示例区2024年和2023年不予公开率各多少"]
    direct = sample.ask("示例区2024年和2023年不予公开率差几个百分点")
    answer = last(sample, [*turns, "差距多大"])
    assert direct.value is not None and answer.value is not None
    assert abs(Fraction(str(answer.value))) == abs(Fraction(str(direct.value)))


def test_after_a_question_without_an_answer_nothing_is_compared(sample: Assistant) -> None:
    turns = ["示例区2024年许可几件", "处罚几件", "哪个街道的吐槽率高", "高多少"]
    assert last(sample, turns).status != "answered"


@pytest.mark.parametrize("follow_up", ["2024年呢", "那许可呢"])
def test_a_place_not_stored_stays_meant(sample: Assistant, follow_up: str) -> None:
    answer = last(sample, ["宿迁2023年行政处罚多少件", follow_up])
    assert answer.status == "refused" and "宿迁" in answer.text


def test_what_was_asked_of_it_is_asked_of_the_place_named_next(sample: Assistant) -> None:
    answer = last(sample, ["宿迁2023年行政处罚多少件", "那示例区呢"])
    assert str(answer.value) == str(PENALTIES[2023])


def test_a_year_not_stored_stays_meant(sample: Assistant) -> None:
    turns = ["示例区2018年行政处罚多少件", "那许可呢"]
    assert last(sample, turns).status == "refused"
    assert str(last(sample, [*turns, "处罚2022年呢"]).value) == str(PENALTIES[2022])


def test_how_many_tenths_more_is_no_number_of_cases(sample: Assistant) -> None:
    turns = ["示例区五年一共处罚多少件", "最高的比最低的多几成"]
    assert last(sample, turns).unit != "件"


# ---- single questions that were answered with another figure ----


@pytest.mark.parametrize(
    "question",
    [
        "示例区2024年平均每个工作日收到多少申请",  # no report counts working days
        "示例区2024年新收申请的三分之一是多少",
        "示例区2024年不予公开各理由的方差是多少",
        "示例区2020年哪类处理结果增长最快",  # nothing stored to grow from
        "示例区2020年予以公开翻番了吗",
    ],
)
def test_what_cannot_be_computed_is_no_plain_count(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.status != "answered" and answer.value is None


def test_what_is_left_out_is_not_among_the_largest(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年除自然人外哪类申请最多")
    assert str(answer.value) == "50" and "自然人）：" not in answer.text


def test_concluded_cases_are_those_with_a_result(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年复议结案了多少件")
    parts = [sample.ask(f"示例区2024年复议{result}多少件").value for result in RESULTS]
    assert Fraction(str(answer.value)) == sum(Fraction(str(part)) for part in parts)


def test_a_part_larger_than_its_whole_is_asked_back(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年行政处罚占行政强制的百分之几")
    assert answer.status == "clarify" and answer.value is None and "几倍" in answer.text
    assert sample.ask("示例区2024年行政处罚是行政强制的百分之几").unit == "%"


# ---- follow-ups that were answered with the figure before ----


def test_another_verb_is_not_the_same_question_again(sample: Assistant) -> None:
    assert last(sample, ["示例区2024年新收多少申请", "给了多少"]).status == "clarify"
    again = last(sample, ["示例区2024年新收多少申请", "一共是多少"])
    assert str(again.value) == "328"


def test_a_sum_is_not_held_against_one_of_its_parts(sample: Assistant) -> None:
    turns = ["示例区2024年予以公开的比例", "不予公开的比例", "这两个加起来占多少", "还差多少"]
    assert last(sample, turns).value is None


def test_how_many_kinds_is_no_number_of_cases(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年不予处理的有几类")
    assert answer.value is None and "重复申请" in answer.text


def test_all_kinds_together_are_all_kinds(sample: Assistant) -> None:
    turns = ["示例区2024年商业企业不予公开的各种理由各几件", "总体呢"]
    answer = last(sample, turns)
    whole = sample.ask("示例区2024年不予公开的各种理由各几件")
    assert {item.value for item in answer.items} == {item.value for item in whole.items}
    assert "商业企业" not in answer.text.split("沿用上文")[0]


def test_which_is_higher_claims_neither(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年复议维持率和诉讼维持率哪个高")
    assert answer.status == "answered" and "相反" not in answer.text


# ---- rows of years, shares and places spoken of ----


def test_each_year_is_no_mean(sample: Assistant) -> None:
    answer = sample.ask("示例区每年行政处罚多少件")
    assert [item.value for item in answer.items] == [str(n) for n in PENALTIES.values()]
    assert answer.value is None


def test_that_year_is_the_one_just_found(sample: Assistant) -> None:
    answer = last(sample, ["示例区历年行政处罚多少件", "哪年最多", "那一年行政许可呢"])
    assert str(answer.value) == "10816"


def test_the_highest_of_shares_is_a_share(sample: Assistant) -> None:
    turns = ["示例区2024年自然人占比", "2023年呢", "2022年呢", "三年里哪年最高"]
    answer = last(sample, turns)
    assert answer.unit == "%" and "2022年" in answer.text


def test_this_kind_is_the_one_just_found_in_another_year_too(sample: Assistant) -> None:
    turns = ["示例区2021年无法提供有哪几种情形", "哪一种最多", "2022年这一种多少"]
    assert str(last(sample, turns).value) == "86"
