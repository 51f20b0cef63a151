"""What a question leaves out is left out of the figure, or asked back; never passed over."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant

# 海淀区 2024, typed off the page.
REVIEWS, PENDING, UPHELD, CORRECTED = 423, 86, 241, 33
NEW, NATURAL, COMPANIES = 3091, 3014, 42
LAW, SAFETY, PRIVATE, AFFAIRS, PROCESS, CASES = 3, 1, 5, 21, 47, 84
REFUSED = 1 + LAW + SAFETY + PRIVATE + AFFAIRS + PROCESS + CASES + 8


def talk(assistant: Assistant, turns: str) -> Answer:
    for question in turns.split("|"):
        answer = assistant.ask(question, session=turns)
    return answer


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        (
            "2024年海淀区行政复议去掉没审结的,结果纠正的占多少",
            100 * Fraction(CORRECTED, REVIEWS - PENDING),
        ),
        ("2024年海淀区复议不算没审结的,维持占比多少", 100 * Fraction(UPHELD, REVIEWS - PENDING)),
        ("2024年海淀区没审结的不算,复议维持率多少", 100 * Fraction(UPHELD, REVIEWS - PENDING)),
        ("除自然人外,2024年海淀区企业新收占多少", 100 * Fraction(COMPANIES, NEW - NATURAL)),
        (
            "2024年海淀区行政复议案件总共有多少件|其中还没有审结的呢|去掉没审结的再算,结果纠正的占多少",
            100 * Fraction(CORRECTED, REVIEWS - PENDING),
        ),
        ("2024年海淀区自然人不算,新收几件", Fraction(NEW - NATURAL)),
        ("2024年海淀区不算自然人,新收几件", Fraction(NEW - NATURAL)),
        (
            "2024年海淀区不予公开的八种情形,数量前三名分别是|这三种合起来占不予公开的多少",
            100 * Fraction(CASES + PROCESS + AFFAIRS, REFUSED),
        ),
        (
            "2024年海淀区起诉的案件多少件|没经过复议直接起诉的|不对,要复议之后再起诉的|两种哪个多,多多少",
            127 - 65,
        ),
        (
            "2024年海淀区新收多少|其中自然人|和法人组织的相差多少",
            Fraction(NATURAL - (NEW - NATURAL)),
        ),
    ],
)
def test_it_counts_in_the_figure(sample: Assistant, turns: str, value: Fraction) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6), answer.text


def test_either_side_is_asked_back(sample: Assistant) -> None:
    answer = talk(sample, "2024年海淀区复议里没审结的不算,维持占比多少")
    assert answer.status == "clarify" and answer.value is None, answer.text


def test_as_many_as_were_said(sample: Assistant) -> None:
    answer = talk(sample, "2024年海淀区不予公开理由前三名|八种里最少的又是哪种")
    assert answer.status == "answered" and "最少" in answer.text.splitlines()[0]
    assert "国家秘密" in answer.text and "三安全" in answer.text
