"""Figures computed from what a ranking finds, and what a follow-up computes from what was said."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.assistant import Assistant

# 海淀区 2024, typed off the page.
GROUNDS = {
    "秘密": 1,
    "法律": 3,
    "安全": 1,
    "第三方": 5,
    "内部": 21,
    "过程": 47,
    "案卷": 84,
    "查询": 8,
}
KINDS = {"自然人": 3014, "商业企业": 42, "科研": 1, "公益": 6, "法律服务": 1, "其他": 27}
ORDER = sorted(GROUNDS.values(), reverse=True)


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("最多的不予公开理由与第二多的差多少件", Fraction(ORDER[0] - ORDER[1]), "件"),
        ("第一大拒绝理由的件数是第三大理由的几倍", Fraction(ORDER[0], ORDER[2]), "倍"),
        ("最多的那类申请人比最少的多多少件", Fraction(3014 - 1), "件"),
        ("不予公开理由里最多的占几成", Fraction(ORDER[0] * 100, sum(ORDER)), "%"),
        ("哪类申请人最多，占比多少", Fraction(3014 * 100, sum(KINDS.values())), "%"),
        ("除了个人，哪类申请人最多", Fraction(42), "件"),
    ],
)
def test_figures_of_an_order(sample: Assistant, question: str, value: Fraction, unit: str) -> None:
    answer = sample.ask(f"海淀区2024年{question}")
    assert answer.status == "answered" and answer.unit == unit
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)
    assert answer.citations


@pytest.mark.parametrize(
    ("turns", "value", "unit"),
    [
        (["行政强制有多少", "处罚是它的几倍"], Fraction(60427, 328), "倍"),
        (["上年结转多少件", "转到下年的呢", "少了百分之几"], Fraction((257 - 425) * 100, 425), "%"),
        (["商业企业新收几件", "办完几件"], Fraction(43), "件"),
        (["信访类被拒的多少件", "那个占不予处理的几成"], Fraction(107 * 100, 130), "%"),
        (["新收多少件申请", "其中来自企业的有多少", "占总数的百分之几"], Fraction(4200, 3091), "%"),
        (["行政处罚多少件", "是行政许可的几倍"], Fraction(60427, 53994), "倍"),
        (
            ["复议纠正率是多少", "诉讼的呢", "高几个百分点"],
            Fraction(3300, 423) - Fraction(100, 192),
            "个百分点",
        ),
        (["结转到下年的有多少", "比上年结转少多少", "下降了百分之几"], Fraction(-16800, 425), "%"),
        (["不予公开理由最多的是哪个", "其次呢"], Fraction(47), "件"),
        (["法人或其他组织最多的是哪类", "它的办结情况", "其中予以公开的"], Fraction(14), "件"),
        (["新收申请多少", "月均"], Fraction(3091, 12), "件"),
        (["不予公开里执法案卷多少件", "过程性信息呢", "哪个多"], Fraction(84), "件"),
    ],
)
def test_follow_ups(sample: Assistant, turns: list[str], value: Fraction, unit: str) -> None:
    session = "-".join(turns)
    first, *rest = turns
    sample.ask(f"海淀区2024年{first}", session=session)
    for turn in rest:
        answer = sample.ask(turn, session=session)
    assert answer.status == "answered" and answer.unit == unit
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)
    sample.forget(session)


def test_years_spoken_of_and_not_the_newest(sample: Assistant) -> None:
    for turn in ("示例区2021年行政许可多少件", "次年", "两年之和"):
        answer = sample.ask(turn, session="years")
    assert answer.value == str(9184 + 9712)
    sample.forget("years")


@pytest.mark.parametrize(
    "question",
    [
        "部分公开里面因为第三方权益的有几件",  # no table crosses two results
        "复议纠正的都是什么案子",  # single cases are not in a report
        "每个月各新收几件",  # nor are months
        "哪位申请人申请得最多",
    ],
)
def test_what_no_report_counts(sample: Assistant, question: str) -> None:
    answer = sample.ask(f"海淀区2024年{question}")
    assert answer.status == "refused" and answer.value is None and not answer.items


def test_a_story_before_the_question(sample: Assistant) -> None:
    told = "我老伴住院这几天一直在医院陪床，无聊翻报告。海淀区2024年的行政强制一共做了多少件"
    assert sample.ask(told).value == "328"


@pytest.mark.parametrize("limit", ["教育类的。", "网上提交的。", "关于拆迁的申请。"])
def test_a_sentence_that_limits_is_no_story(sample: Assistant, limit: str) -> None:
    assert sample.ask(f"{limit}海淀区2024年新收多少件申请").value is None
