"""Parts of a whole: the first few of an order, exact limits, the basis of a share, wholes that are
named by their number, and words that narrow a measure to what no cell counts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant

PLACE = "2024年海淀区"
# 海淀区 2024, typed off the page.
GROUNDS = (1, 3, 1, 5, 21, 47, 84, 8)
ORDER = sorted(GROUNDS, reverse=True)
NEW, WORKLOAD, HANDLED = 3091, 3091 + 425, 3259
GRANTED, UNABLE = 374, 2270 + 57 + 1


def ask(assistant: Assistant, question: str) -> Answer:
    return assistant.ask(question, session=question)


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("不予公开理由前三名合计多少件", Fraction(sum(ORDER[:3])), "件"),
        ("最少的三项不予公开理由共几件", Fraction(sum(ORDER[-3:])), "件"),
        ("不予公开最多的三个理由加起来占多少", Fraction(sum(ORDER[:3]) * 100, sum(ORDER)), "%"),
        ("最多的两类申请人加起来几件", Fraction(3014 + 42), "件"),
        ("不予公开最多的两个理由差多少", Fraction(ORDER[0] - ORDER[1]), "件"),
    ],
)
def test_the_first_few_of_an_order_are_taken_together(
    sample: Assistant, question: str, value: Fraction, unit: str
) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered" and answer.unit == unit, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)
    assert answer.citations and answer.formula


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("申请人类型里只有1件的有哪些", [1, 1]),
        ("不予公开理由里恰好1件的", [1, 1]),
        ("不予公开理由里哪个是84件", [84]),
        ("不予处理五种里为0的有几种", [0, 0]),
        ("哪些处理结果不到200件", [170, 146, 130, 111]),
        ("许可、处罚、强制哪个没过一千", [328]),
        ("不予公开理由里大于等于8件的有哪些", [84, 47, 21, 8]),
    ],
)
def test_limits_are_met_exactly(sample: Assistant, question: str, values: list[int]) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered", answer.text
    assert [Fraction(str(item.value)) for item in answer.items] == values


@pytest.mark.parametrize(
    ("question", "part", "whole"),
    [
        ("按新收算,无法提供占多少", UNABLE, NEW),
        ("以新收为分母,无法提供占多少", UNABLE, NEW),
        ("无法提供占比(分母用新收)", UNABLE, NEW),
        ("用新收做分母,予以公开的比例", GRANTED, NEW),
        ("按应办总数算,予以公开占百分之几", GRANTED, WORKLOAD),
        ("有结果的复议里维持几成", 241, 423 - 86),
        ("判了的官司里赢了几成", 55 + 108, 65 + 127 - 6 - 15),
        ("企业重复率", 5, 43),
        ("自然人被无法提供的比例", 2227 + 57 + 1, 3182),
        ("3259件里予以公开占几成", GRANTED, HANDLED),
    ],
)
def test_a_share_is_of_the_whole_that_was_said(
    sample: Assistant, question: str, part: int, whole: int
) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered" and answer.unit == "%", answer.text
    assert abs(Fraction(str(answer.value)) - Fraction(part * 100, whole)) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    "question",
    [
        "146件里面企业几件",  # 146 is 部分公开, which is not said
        "257件结转里自然人占比",  # 257 is 结转下年, 结转 alone is 上年结转
        "受理率多少",
        "企业占新收比和企业占予以公开比差几个百分点",
        "自然人占不予处理的比例与占不予公开的比例",
    ],
)
def test_what_does_not_fit_together_is_asked_back(sample: Assistant, question: str) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "clarify" and answer.value is None, answer.text


@pytest.mark.parametrize(
    "narrowed",
    [
        "补正后予以公开的有几件",
        "第一批公开的有几件",
        "新规实施后予以公开多少件",
        "紧急申请处理了几件",
        "其他处理里逾期的有几件",
        "同一人最多申请了几件",
    ],
)
def test_a_part_that_no_cell_counts_has_no_figure(sample: Assistant, narrowed: str) -> None:
    answer = ask(sample, PLACE + narrowed)
    assert answer.status in ("refused", "clarify") and answer.value is None, answer.text


@pytest.mark.parametrize(
    ("question", "granted"), [("科研机构的申请都是什么结果", 1), ("企业的申请结果如何", 14)]
)
def test_results_of_a_kind_of_applicant(sample: Assistant, question: str, granted: int) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered" and len(answer.items) == 6, answer.text
    assert Fraction(str(answer.items[0].value)) == granted


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("收到多少申请,处理了多少", [NEW, HANDLED]),
        ("收到了几件,办了几件", [NEW, HANDLED]),
        ("一共收了多少件,答复了多少件,还有多少没办完", [NEW, HANDLED, 257]),
        ("行政复议案件总数及纠正数", [423, 33]),
        ("直接起诉总共几件,结果如何", [65, 55, 1, 3, 6]),
    ],
)
def test_every_number_asked_for_is_given(
    sample: Assistant, question: str, values: list[int]
) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered", answer.text
    for value in values:
        assert f"{value}件" in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("新收有没有超过三千", "是的"),
        ("复议纠错率有没有超过10%", "没有"),
        ("处罚过没过六万", "是的"),
        ("诉讼有没有低于两百件", "是的"),
        ("行政许可没有超过五万吗", "没有"),
    ],
)
def test_has_it_passed_the_limit(sample: Assistant, question: str, said: str) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered" and answer.text.startswith(said), answer.text


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("答复了多少件政府信息公开申请", Fraction(HANDLED), "件"),
        ("应办总量里面办结的比例", Fraction(HANDLED * 100, WORKLOAD), "%"),
        ("商业企业结转了几件到下一年", Fraction(1), "件"),
        ("一年收费两亿多,具体是多少元", Fraction(220103538), "元"),
        ("法人里面哪类申请最少", Fraction(1), "件"),
        ("申请人中占比第二高的是哪一类", Fraction(4200, NEW), "%"),
        ("占比最高的处理结果是哪种", Fraction(UNABLE * 100, HANDLED), "%"),
        ("哪类申请人的公开率最低", Fraction(0), "%"),
        ("年末结转比年初结转减少多少", Fraction(425 - 257), "件"),
        ("打官司的结果里其他结果有几件", Fraction(3 + 4), "件"),
        ("自然人结转下年的占结转总数的多少", Fraction(25500, 257), "%"),
    ],
)
def test_plain_questions_of_one_number(
    sample: Assistant, question: str, value: Fraction, unit: str
) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered" and answer.unit == unit, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("老百姓打官司赢了几件", 1),  # 结果纠正: the form counts as the government sees it
        ("老百姓打官司输了几件", 55 + 108),
        ("政府打官司赢了几件", 55 + 108),
        ("不再有效的规范性文件有几件", 0),
        ("申请人没有按要求补正的有多少", 20),
    ],
)
def test_who_wins_and_what_is_no_longer_so(sample: Assistant, question: str, value: int) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert Fraction(str(answer.value)) == value


def test_the_rate_of_the_other_side_is_asked_back(sample: Assistant) -> None:
    answer = ask(sample, PLACE + "老百姓的胜诉率是多少")
    assert answer.status == "clarify" and answer.value is None


@pytest.mark.parametrize(
    ("question", "said", "part", "whole"),
    [
        ("重复申请是不是都来自企业", "不全是", 5, 22),
        ("信访类申请全是自然人提的吗", "是的", 107, 107),
        ("不予处理的都是信访吗", "不全是", 107, 130),
        ("所有复议都维持了吗", "不全是", 241, 423),
    ],
)
def test_whether_a_part_is_all(
    sample: Assistant, question: str, said: str, part: int, whole: int
) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered" and answer.text.startswith(said), answer.text
    assert abs(Fraction(str(answer.value)) - Fraction(part * 100, whole)) < Fraction(1, 10**6)
    assert f"{part}件" in answer.text and f"{whole}件" in answer.text


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("如果把无法提供去掉,公开的占剩下的多少", Fraction(GRANTED * 100, HANDLED - UNABLE), "%"),
        ("除无法提供外,予以公开占比", Fraction(GRANTED * 100, HANDLED - UNABLE), "%"),
        ("复议诉讼合计中被纠正的比例", Fraction(34 * 100, 423 + 192), "%"),
        ("每千件申请对应几件诉讼", Fraction(192 * 1000, NEW), "件"),
        ("处罚比许可多几成", Fraction((60427 - 53994) * 100, 53994), "%"),
        ("处罚加强制是许可的几倍", Fraction(60427 + 328, 53994), "倍"),
        ("复议维持和纠正总计多少", Fraction(241 + 33), "件"),
    ],
)
def test_computed_of_several(sample: Assistant, question: str, value: Fraction, unit: str) -> None:
    answer = ask(sample, PLACE + question)
    assert answer.status == "answered" and answer.unit == unit, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


def test_calendar_words_in_a_talk_count_from_the_same_day(sample: Assistant) -> None:
    sample.ask("示例区去年新收多少", session="去年")
    answer = sample.ask("前年呢", session="去年")
    assert answer.value is not None and Fraction(str(answer.value)) == 245, answer.text
