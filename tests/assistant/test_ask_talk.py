"""Conversations: an operation goes on to another measure, a year that was found, sums whose parts
are spoken of, the same here and there."""

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
        ("2024年海淀区和示例区行政许可一共|行政处罚呢", 60427 + 4709),
        ("示例区2024年新收是海淀的百分之几|许可呢", Fraction(1189000, 53994)),
        ("海淀区2024年予以公开比示例区多几件|部分公开呢", 146 - 31),
        ("示例区2020到2024年行政复议一共|诉讼呢", 28 + 19 + 43 + 38 + 74),
        (
            "示例区2022年办结率|哪年最低|海淀2024年的比它高吗",
            Fraction(325900, 3516) - Fraction(18200, 204),
        ),
        ("示例区哪年新收最多|最少的那年办结多少", 182),
        ("2024年海淀区复议和诉讼一共多少件|其中复议呢|占多少", Fraction(42300, 615)),
        ("2024年海淀区复议维持的几件|纠正的呢|其他结果呢|未审结的呢|四个加起来是多少", 423),
        (
            "海淀2024年自然人新收占比多少|示例区的呢|法人呢|两地差几个百分点",
            Fraction(6600, 328) - Fraction(7700, 3091),
        ),
    ],
)
def test_follow_ups_compute(sample: Assistant, turns: str, value: Fraction) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("turns", "figures"),
    [
        ("海淀区2024年诉讼多少|输了几件|那示例区呢|败诉率分别多少", ("0.52%", "8.11%")),
        ("示例区2024年本机关不掌握|海淀区呢|各占办结的多少", ("27.22%", "69.65%")),
        ("2024年海淀和示例区结转下年度占应办总数的比例各是多少", ("7.31%", "7.89%")),
    ],
)
def test_each_of_two_places_is_answered(
    sample: Assistant, turns: str, figures: tuple[str, ...]
) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.value is None, answer.text
    assert all(figure in answer.text for figure in figures)


@pytest.mark.parametrize(
    "turns",
    ["示例区最少的那年办结多少", "2024年海淀区处罚和许可一共多少|许可占多少|强制呢"],
)
def test_what_is_not_said_is_asked_back(sample: Assistant, turns: str) -> None:
    answer = talk(sample, turns)
    assert answer.status == "clarify" and answer.value is None, answer.text


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        ("2024年海淀区自然人和法人的结转下年分别多少|占各自新收|谁的比例高", Fraction(25500, 3014)),
        ("示例区近三年信访举报投诉类申请|最多的是哪年", 25),
        (
            "示例区哪年无法提供率最高|海淀比它高还是低",
            Fraction(232800, 3259) - Fraction(7700, 251),
        ),
        ("示例区2024年复议跟诉讼哪个多，多几件|上一年呢", 38 - 8),
        (
            "2024年海淀区无法提供的占了多少|不予公开的呢|不予处理的呢|最大的是哪类",
            Fraction(232800, 3259),
        ),
    ],
)
def test_what_was_listed_is_ordered(sample: Assistant, turns: str, value: Fraction) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    "turns",
    [
        "示例区2024年收费多少|2023年收到多少",
        "2024年海淀区不予公开里超过二十件的理由|超过二十件的加起来",
        "2024年海淀区直接起诉和复议后起诉 维持的|维持率分别|合计维持率",
        "示例区前三年的新收合计 后两年的新收合计",
    ],
)
def test_what_would_be_another_figure_is_asked_back(sample: Assistant, turns: str) -> None:
    answer = talk(sample, turns)
    assert answer.status == "clarify" and answer.value is None, answer.text


def test_years_without_any_are_those_that_are_spoken_of(sample: Assistant) -> None:
    answer = talk(sample, "示例区哪几年复议纠错率为0|那两年诉讼纠正几件")
    assert [(item.label, item.value) for item in answer.items] == [("2021年", "2"), ("2022年", "3")]
