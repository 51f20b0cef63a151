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
        (
            "2024年海淀区除掉无法提供,剩下的结果里公开(含部分)的占多少",
            100 * Fraction(374 + 146, 3259 - 2328),
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


# 示例区, typed off its pages.
RECEIVED = {2020: 188, 2021: 184, 2022: 352, 2023: 245, 2024: 328}


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("2024年海淀区办结率按新收算是多少", 100 * Fraction(3259, NEW), "%"),
        ("2024年海淀区部分公开不算,公开率多少", 100 * Fraction(374, 3259), "%"),
        ("2024年海淀区除了自然人和企业,其余申请人有几件", NEW - NATURAL - COMPANIES, "件"),
        ("2024年海淀区申请人平均每天递交多少件", Fraction(NEW, 366), "件"),
        ("2024年海淀区国家秘密和三安全共几件", 1 + SAFETY, "件"),
        ("示例区2023年和2024年共新收多少件", RECEIVED[2023] + RECEIVED[2024], "件"),
        ("示例区2021至2023年共新收多少", sum(RECEIVED[y] for y in (2021, 2022, 2023)), "件"),
        ("2024年海淀区非企业申请人提了多少", NEW - COMPANIES, "件"),
        ("2024年海淀区败诉几件", 1 + 0, "件"),
        ("示例区近三年各年共新收多少", sum(RECEIVED[y] for y in (2022, 2023, 2024)), "件"),
        ("示例区2023年之后新收总数", RECEIVED[2024], "件"),
        ("示例区近三年除2023年外新收合计", RECEIVED[2022] + RECEIVED[2024], "件"),
        ("示例区后三年新收合计", sum(RECEIVED[y] for y in (2022, 2023, 2024)), "件"),
        ("2024年海淀区法人组织里除了企业占多少", 100 * Fraction(35, 77), "%"),
    ],
)
def test_bases_sums_and_years_as_they_are_said(
    sample: Assistant, question: str, value: Fraction, unit: str
) -> None:
    answer = talk(sample, question)
    assert answer.status == "answered" and answer.unit == unit, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6), answer.text


def test_a_list_of_the_others_shows_none_of_what_is_left_out(sample: Assistant) -> None:
    answer = talk(sample, "2024年海淀区行政诉讼里头除了维持的都有哪些,各多少")
    assert answer.status == "clarify" and answer.value is None, answer.text


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        (
            "2024年海淀区公开率多少|企业的呢|比自然人高多少",
            100 * (Fraction(15, 43) - Fraction(496, 3182)),
        ),
        ("2024年海淀区复议多少件|纠正了几件|诉讼呢|它们加起来", Fraction(CORRECTED + 1)),
        (
            "2024年海淀区结转下年多少|上年结转呢|少了多少|少了百分之几",
            100 * Fraction(257 - 425, 425),
        ),
        ("2024年海淀区重复申请多少|信访呢|哪个多|是几倍", Fraction(107, 22)),
        ("2024年海淀区个人申请被不予处理几件|重复的占多少", 100 * Fraction(17, 125)),
        ("2024年海淀区不予公开几件|执法案卷占多少|国家秘密占百分之几", 100 * Fraction(1, REFUSED)),
        ("2024年海淀区企业新收几件、办结几件、结转几件|上年结转的呢", Fraction(2)),
        ("示例区2021年新收|2022年呢|一共", Fraction(184 + 352)),
        ("示例区2024年新收|去年|前年", Fraction(RECEIVED[2022])),
        ("示例区去年新收多少|前年呢|大前年呢", Fraction(RECEIVED[2022])),
        ("示例区五年新收一共|2024年占多少", 100 * Fraction(328, sum(RECEIVED.values()))),
        ("2024年海淀区无法提供多少|除了不掌握还有多少", Fraction(57 + 1)),
        ("2024年海淀区公开率|不算部分公开呢", 100 * Fraction(374, 3259)),
        ("2024年海淀区公开率|不算部分公开呢|企业的呢", 100 * Fraction(14, 43)),
        ("2024年海淀区不予公开最多的是哪种|最少的呢|差多少", Fraction(CASES - 1)),
        ("示例区2022年收费的申请几件|通知了多少钱|收了多少", Fraction(900)),
        ("2024年各区新收|最多的是哪|占总数多少", 100 * Fraction(3091, 3091 + 328)),
        ("示例区2024年复议多少|海淀呢|多多少|多几倍", Fraction(423, 19)),
        ("示例区2024年新收多少|比上年多多少|百分之几", 100 * Fraction(328 - 245, 245)),
    ],
)
def test_what_is_spoken_of_stays_what_it_was(
    sample: Assistant, turns: str, value: Fraction
) -> None:
    answer = talk(sample, turns)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6), answer.text


def test_money_in_hundred_millions_is_a_limit(sample: Assistant) -> None:
    answer = talk(sample, "2024年海淀区行政事业性收费超过2亿元吗")
    assert answer.text.startswith("是的") and answer.value is not None, answer.text


@pytest.mark.parametrize("question", ["结转多少件", "结转比例", "企业结转了几件"])
def test_a_name_of_two_rows_is_asked_back(sample: Assistant, question: str) -> None:
    answer = talk(sample, "2024年海淀区" + question)
    assert answer.status == "clarify" and answer.value is None, answer.text
    assert len(answer.choices) == 2


@pytest.mark.parametrize(
    "turns",
    [
        "示例区2021年企业申请|2022年呢|一共",
        "示例区2024年规范性文件制发|废止|净增多少",
        "示例区2024年诉讼|其中复议后",
        "示例区近三年新收|哪年最多|占多少",
        "示例区前三年复议平均",
        "示例区前两年新收合计",
        "示例区2023年比2022年少的申请占2022年多少",
        "示例区2024年新收同比增速比2023年高几个百分点",
    ],
)
def test_what_may_be_meant_in_two_ways_is_asked_back(sample: Assistant, turns: str) -> None:
    answer = talk(sample, turns)
    assert answer.status == "clarify" and answer.value is None, answer.text


def test_beside_another_row_it_is_the_one_of_that_sum(sample: Assistant) -> None:
    answer = talk(sample, "2024年海淀区新收、办结、结转情况")
    assert {"3091", "3259", "257"} <= {one.quote for one in answer.citations}
