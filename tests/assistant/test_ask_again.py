"""Conversations: how a figure was computed, where it is from, corrections, sides of a comparison,
ends of an order and what was said one by one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant


def talk(assistant: Assistant, turns: str) -> Answer:
    """The answer to the last of the turns, which "|" parts."""
    answer = None
    for turn in turns.split("|"):
        answer = assistant.ask(turn, session=turns)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        ("2024年海淀区无法提供的有多少件|哪来的", 2328),
        ("2024年海淀区办结率是多少|怎么算的", Fraction(325900, 3516)),
        ("2024年海淀区办结率是多少|是怎么算出来的|分母是什么", Fraction(325900, 3516)),
        ("2024年海淀区公开率是多少|数据来源|那没办完的有多少", 257),
    ],
)
def test_how_and_from_where_repeat_the_figure(
    sample: Assistant, turns: str, value: Fraction
) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.citations, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        ("示例区2020年新收多少申请|不是2020,是2021", 184),
        ("2024年海淀区法人新收|不是新收,是办结", 77),
        ("2024年海淀区上年结转多少|结转到下一年的呢|比上一个少多少", 168),
        (
            "2024年海淀区上年结转多少|结转到下一年的呢|比上一个少多少|少了百分之几",
            Fraction(-16800, 425),
        ),
        ("2024年海淀区部分公开几件|比予以公开少几件|是它的百分之多少", Fraction(14600, 374)),
        (
            "2024年海淀区行政处罚多少|行政许可呢|两个加起来|行政强制占三项合计的多少",
            Fraction(32800, 114749),
        ),
        ("2024年海淀区自然人新收多少件|法人呢|是法人的多少倍", Fraction(3014, 77)),
        ("2024年海淀区复议多少件|维持率是多少|纠正的呢", Fraction(3300, 423)),
        ("2024年海淀区复议多少件|维持率是多少|还没审完的有几件", 86),
        ("2024年海淀区不予公开里面最多的三项是什么|三项加起来多少", 84 + 47 + 21),
        ("示例区2020到2024年哪年新收最多|最多和最少差多少", 352 - 184),
        ("示例区2020年新收|2021年|2022年|哪年高", 352),
        ("示例区2024年自然人办结多少件|其中公开的|比例", Fraction(8100, 264)),
        ("海淀区2024年新收|示例区呢|海淀的法人呢|示例区的法人呢|两个一共多少", 77 + 66),
        (
            "示例区从2020年到2024年申请总量是多少|海淀2024一年是示例区五年的几倍",
            Fraction(3091, 1297),
        ),
    ],
)
def test_what_goes_on(sample: Assistant, turns: str, value: Fraction) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6), answer.text


@pytest.mark.parametrize(
    "turns",
    [
        "2024年海淀区企业被拒绝公开的有多少|个人的呢|哪个比例高",
        "示例区2024年行政许可|2020年呢|五年增长了多少|年均增长多少件",
        "示例区2020年新收|占五年总数的多少",
        "2024年海淀区处罚多少件|结果怎么样",
    ],
)
def test_what_is_not_settled_is_asked_back(sample: Assistant, turns: str) -> None:
    answer = talk(sample, turns)
    assert answer.status == "clarify" and answer.value is None, answer.text


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("2024年海淀区和示例区,哪边的行政许可多,多多少件", 53994 - 11890),
        ("两个区2024年谁的办结率高,高几个百分点", Fraction(325900, 3516) - Fraction(32700, 355)),
        ("2024年两个区加起来的新收申请里,示例区占百分之多少", Fraction(32800, 3419)),
        ("示例区2020年新公开的规范性文件占对外公开总数量的百分之几", Fraction(900, 46)),
        ("示例区2021年除了自然人,法人和其他组织一共新提了多少件申请", 184 - 143),
        ("示例区2023年新收比上年降了三成吗", 245 - 352),
    ],
)
def test_places_and_years_beside_one_another(
    sample: Assistant, question: str, value: Fraction
) -> None:
    answer = sample.ask(question, session=question)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6), answer.text


def test_one_order_of_several_places_is_asked_back(sample: Assistant) -> None:
    answer = sample.ask("2024年两区不予公开理由最多的分别是什么", session="两区")
    assert answer.status == "clarify" and answer.value is None
