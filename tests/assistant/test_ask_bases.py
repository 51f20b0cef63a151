"""What a figure is divided by, held against or taken of is what the asker says, in one question or
over several turns."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant

# 海淀区 2024, typed off the page.
NEW, NATURAL, ORGANISATIONS, COMPANIES = 3091, 3014, 77, 42
HANDLED, HANDLED_NATURAL, HANDLED_COMPANIES, HANDLED_ORGANISATIONS = 3259, 3182, 43, 77
GRANTED_NATURAL, GRANTED_COMPANIES = 353, 14
NOT_HELD, CARRIED_IN, CARRIED_OUT = 2270, 425, 257
LICENCES, PENALTIES = 53994, 60427
PETITIONS, REPEATED, UNPROCESSED = 107, 22, 130
REFUSED, CASES, PROCESS = 170, 84, 47
UPHELD, CORRECTED = 241, 33


def talk(assistant: Assistant, turns: str) -> Answer:
    for question in turns.split("|"):
        answer = assistant.ask(question, session=turns)
    return answer


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("每办一件许可对应几件处罚", Fraction(PENALTIES, LICENCES)),
        ("每做一件处罚对应几件许可", Fraction(LICENCES, PENALTIES)),
        ("每多少件许可对应一件处罚", Fraction(LICENCES, PENALTIES)),
        ("按365天算每天新收多少件", Fraction(NEW, 365)),
        ("平均每天新收多少件", Fraction(NEW, 366)),
        ("办结总数刨去本机关不掌握的,还剩多少件", Fraction(HANDLED - NOT_HELD)),
        (
            "在各自办结的申请里,企业全部公开的比例比自然人高几个百分点",
            100 * Fraction(GRANTED_COMPANIES, HANDLED_COMPANIES)
            - 100 * Fraction(GRANTED_NATURAL, HANDLED_NATURAL),
        ),
        (
            "信访类占不予处理的比例和重复申请占不予处理的比例差几个百分点",
            100 * Fraction(PETITIONS - REPEATED, UNPROCESSED),
        ),
        ("非个人的申请全年办结了多少件(企业、机构、组织等都算)", Fraction(HANDLED_ORGANISATIONS)),
        ("收到的申请比办结的多还是少", Fraction(HANDLED - NEW)),
    ],
)
def test_in_one_question(sample: Assistant, question: str, value: Fraction) -> None:
    answer = sample.ask("2024年海淀区" + question)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        (
            "上年结转多少|今年转到下年的呢|少了多少|少了百分之几",
            100 * Fraction(CARRIED_OUT - CARRIED_IN, CARRIED_IN),
        ),
        (
            "结转下年度多少|上年结转呢|少了百分之几",
            100 * Fraction(CARRIED_OUT - CARRIED_IN, CARRIED_IN),
        ),
        ("复议维持几件|纠正几件|多了百分之几", 100 * Fraction(UPHELD - CORRECTED, CORRECTED)),
        ("法人一共提了多少|企业占几成", 100 * Fraction(COMPANIES, ORGANISATIONS)),
        ("法人一共提了多少|企业占几成|科研机构呢", 100 * Fraction(1, ORGANISATIONS)),
        ("重复申请几件|企业提的占其中多少|那不予处理的全部加起来多少件", Fraction(UNPROCESSED)),
        (
            "不予公开一共多少|主要是因为什么|这一项占了多大比例",
            100 * Fraction(CASES, REFUSED),
        ),
        ("不予公开的理由哪个最多|它占办结多少|其次呢", Fraction(PROCESS)),
    ],
)
def test_over_several_turns(sample: Assistant, turns: str, value: Fraction) -> None:
    answer = talk(sample, "2024年海淀区" + turns)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


def test_per_is_no_slip_of_not(sample: Assistant) -> None:
    answer = sample.ask("2024年海淀区每公开一件要拒绝几件")
    assert answer.value is None


def test_what_is_not_stored_is_refused_in_a_talk_that_got_lost(sample: Assistant) -> None:
    for question in ("2024年海淀区办结几件", "其中啥啥啥的", "朝阳区呢"):
        answer = sample.ask(question, session="lost")
    assert answer.status == "refused" and answer.reason == "not_in_corpus"


def test_a_bare_question_for_the_meaning_is_of_what_was_asked(sample: Assistant) -> None:
    answer = talk(sample, "2024年海淀区本机关不掌握的有几件|是什么意思")
    assert answer.status == "answered" and "没有制作或保存" in answer.text


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("复议总数占办结总数多少,诉讼呢", Fraction(423, HANDLED), Fraction(192, HANDLED)),
        ("每百件办结对应几件复议,几件诉讼", Fraction(423, HANDLED), Fraction(192, HANDLED)),
        (
            "上年结转里企业占比,今年结转里企业占比",
            Fraction(2, CARRIED_IN),
            Fraction(1, CARRIED_OUT),
        ),
    ],
)
def test_the_second_half_is_of_the_same(
    sample: Assistant, question: str, first: Fraction, second: Fraction
) -> None:
    answer = sample.ask("2024年海淀区" + question)
    shown = [f"{float(100 * value):.2f}" for value in (first, second)]
    assert answer.status == "answered" and all(text in answer.text for text in shown), answer.text


def test_a_short_name_counted_twice_is_the_other_row(sample: Assistant) -> None:
    answer = sample.ask("2024年海淀区上年结转几件,今年结转几件")
    assert f"{CARRIED_IN}件" in answer.text and f"{CARRIED_OUT}件" in answer.text


def test_growth_of_a_number_of_the_prose_is_of_the_later_year(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年主动公开信息多少条,比上年增长多少")
    assert answer.value == "724" and "相反" not in answer.text


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        ("示例区2022年不予公开占比|2023年呢|2024年又是多少", 100 * Fraction(40, 327)),
        ("两区2024年新收合计|海淀占多少|示例区占多少", 100 * Fraction(328, 328 + NEW)),
        ("示例区新收最多的一年比最少的一年多百分之几", 100 * Fraction(352 - 184, 184)),
    ],
)
def test_over_years_and_places(sample: Assistant, turns: str, value: Fraction) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        (
            "2024年海淀区办结多少|法人占比|法人里企业的占比",
            100 * Fraction(HANDLED_COMPANIES, HANDLED_ORGANISATIONS),
        ),
        ("2024年海淀区纠错率|败诉率", 100 * Fraction(1, 192)),
        ("2024年示例区新收多少|海淀的几分之几", 100 * Fraction(328, NEW)),
    ],
)
def test_what_is_spoken_of_goes_along(sample: Assistant, turns: str, value: Fraction) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


def test_a_share_of_nothing_said_is_asked_back(sample: Assistant) -> None:
    answer = talk(sample, "2024年示例区新收多少|海淀占多少")
    assert answer.status == "clarify" and answer.value is None
