"""A plan answers for every word of the question, or the question is asked back.

Expected figures are computed here from the numbers printed on the pages of ingest/sample.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant

PLACE = "海淀区2024年"


def only(assistant: Assistant, question: str) -> Answer:
    return assistant.ask(question, session=question)


def number(answer: Answer) -> Fraction:
    assert answer.status == "answered" and answer.value is not None, answer.text
    return Fraction(str(answer.value))


def share(part: int, whole: int) -> Fraction:
    return Fraction(part * 100, whole)


@pytest.mark.parametrize(
    "question",
    [
        # an operation that the plan would leave out
        "复议后起诉是直接起诉的几倍,多几件",
        "企业的办理结果里占比最高的是哪一项",
        "不予处理里面第二多的占第一多的多少",
        "企业的上年结转加新收等于办结加结转下年吗",
        # a number that is neither a limit nor a claim
        "十个申请里有几个是不掌握的",
        "再收多少件就到4000",
        "复议总计是不是等于四项之和",
        "不予公开理由多于3少于50的",
        # a part that no table counts, a condition, a formula
        "保护第三方权益5件里商业秘密几件",
        "要是把还没审结的复议都算成维持,维持率是多少",
        "(予以公开+部分公开)/(总计-其他处理)等于多少",
        "缴费通知金额除以收费申请件数",
        # a meaning or a yes where a figure or its opposite is asked for
        "剩下没办的257件中不是自然人的有谁",
        "有人说企业没有人重复申请,真的吗",
        "本机关不掌握是不是等于信息不存在",
    ],
)
def test_what_is_not_put_together_is_asked_back(sample: Assistant, question: str) -> None:
    answer = only(sample, PLACE + question)
    assert answer.status in ("clarify", "refused") and answer.value is None, answer.text


@pytest.mark.parametrize(
    "question",
    [
        "示例区哪几年的新收比上年少",
        "示例区哪年起诉比复议多",
        "两个区加起来2024年不予公开最多的理由",
        "两区2024年许可加处罚加强制各多少",
        "示例区2024年新收比五年平均高百分之几",
        "示例区和海淀区2023年哪个收得多",
        "示例区新收在200到300之间的年份",
        "示例区五年累计不予公开最多的理由",
        "示例区哪年的规范性文件制发数比海淀2024年多",
        "示例区企业从4件涨到50件,涨了百分之多少",
        "示例区每百件办结的诉讼数哪年最高",
        "示例区五年新收的平均值和中位数",
    ],
)
def test_years_and_places_are_not_mixed_up(sample: Assistant, question: str) -> None:
    answer = only(sample, question)
    assert answer.status in ("clarify", "refused") and answer.value is None, answer.text


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # of two years the one said first is the subject
        ("示例区2022年新收比2023年多吗", 352 - 245),
        ("示例区2020年新收比2022年少多少件", 352 - 188),
        ("示例区2022年新收是2023年的几倍", Fraction(352, 245)),
        ("示例区2022年新收比2023年多几成", Fraction((352 - 245) * 100, 245)),
        # what the other is held against may be named first
        ("海淀区2024年和许可比,处罚多多少", 60427 - 53994),
        ("海淀区2024年与个人相比企业申请少多少", 3014 - 42),
        ("跟海淀比,示例区2024年处罚少多少", 60427 - 4709),
        ("海淀区去年罚的件数比批的许可多出几件", 60427 - 53994),
        # years before the one named, a year left out
        ("示例区2024年新收比前四年平均多多少", 328 - Fraction(188 + 184 + 352 + 245, 4)),
        ("示例区不算2020年,四年一共办结多少", 182 + 341 + 251 + 327),
        ("示例区2022年及以后复议合计", 17 + 8 + 19),
        # a rate over closed cases
        ("海淀区2024年去掉未审结的,诉讼维持率是多少", Fraction(163 * 100, 192 - 21)),
        ("海淀区2024年不算未审结,直接起诉胜诉率是多少", Fraction(55 * 100, 65 - 6)),
        # a figure of the year that is found first
        ("示例区处罚最多的那一年新收了多少", 245),
        ("示例区新收最多的那年示例区予以公开率多少", Fraction(121 * 100, 341)),
        # one rate of several years or places: all over all
        ("示例区五年累计诉讼败诉率", Fraction(19 * 100, 202)),
        ("两区2024年合起来的予以公开率", Fraction((374 + 110) * 100, 3259 + 327)),
        # two shares, what is held against first, each, and the rest of a whole
        ("海淀区2024年法人占比比企业占比高几个点", Fraction((77 - 42) * 100, 3091)),
        ("海淀区2024年直接起诉审结率比复议后起诉高几个点", share(59, 65) - share(112, 127)),
        ("海淀区2024年许可每件对应处罚几件", Fraction(60427, 53994)),
        ("海淀区2024年不掌握以外的无法提供占办结的比例", share(58, 3259)),
        # the lower of two, and a share within one kind of applicant
        ("2024年哪个区的无法提供率更低", Fraction(99 * 100, 327)),
        ("海淀区2024年每件收费申请平均收到多少", Fraction(10100, 11)),
    ],
)
def test_the_figure_that_was_asked_for(
    sample: Assistant, question: str, value: int | Fraction
) -> None:
    answer = only(sample, question)
    assert abs(number(answer) - value) < Fraction(1, 10**6)
    assert "相反" not in answer.text


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("示例区新收不低于245的年份", {"2022年", "2023年", "2024年"}),
        ("示例区复议不超过17件的年份", {"2021年", "2022年", "2023年"}),
        ("示例区哪一年收费超过1500万", {"2023年", "2024年"}),
        ("示例区哪些年份的新收申请超过了二百五", {"2022年", "2024年"}),
    ],
)
def test_bounds(sample: Assistant, question: str, labels: set[str]) -> None:
    answer = only(sample, question)
    assert answer.status == "answered"
    assert {item.label for item in answer.items} == labels


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("海淀区2024年许可超过五万五吗", "没有"),
        ("海淀区2024年收费超过两亿吗", "是的"),
        ("海淀区2024年办结率超过九成三吗", "没有"),
        ("海淀区2024年收费金额是2.2亿对吧", "约是"),
        ("海淀区2024年收费有2.5亿吗", "不是2.5亿"),
    ],
)
def test_numbers_as_they_are_spoken(sample: Assistant, question: str, begins: str) -> None:
    assert only(sample, question).text.startswith(begins)


def test_both_ends_of_an_order(sample: Assistant) -> None:
    answer = only(sample, PLACE + "不予公开最多的理由和最少的理由各是啥")
    assert answer.status == "answered"
    values = [item.value for item in answer.items]
    assert values[0] == "84" and "1" in values


def test_a_true_number_of_the_whole_is_not_denied(sample: Assistant) -> None:
    for question in (
        "海淀区2024年共办理申请3259件其中予以公开374件对吗",
        "海淀区2024年行政许可53994件平均每天多少",
    ):
        assert "不是" not in only(sample, question).text
