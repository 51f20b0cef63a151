"""Whole conversations: the figure of the last turn, or a question back, never another figure.

Expected figures are computed here from the numbers printed on the pages of ingest/sample.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant

Value = int | Fraction


def last(assistant: Assistant, talk: str) -> Answer:
    """The answer to the last turn of `talk`, its turns apart by "|"."""
    return [assistant.ask(turn, session=talk) for turn in talk.split("|")][-1]


def share(part: int, whole: int) -> Fraction:
    return Fraction(part * 100, whole)


@pytest.mark.parametrize(
    ("talk", "value"),
    [
        # the former, the latter, which of them
        (
            "海淀区2024年收到多少份申请|那法人呢|占比多少|自然人的呢|是前者的几倍",
            Fraction(3014, 77),
        ),
        ("海淀区2024年国家秘密几件|内部事务几件|后者是前者的几倍", 21),
        ("海淀区2024年行政处罚多少件|许可呢|哪个多 多多少", 60427 - 53994),
        ("海淀区2024年不予公开里法律禁止的|安全稳定的呢|查询事项|哪个最多", 8),
        # a sum just said, and what is part of it
        (
            "海淀区2024年行政处罚|许可呢|强制呢|三个加一块儿|处罚占了几成",
            share(60427, 60427 + 53994 + 328),
        ),
        (
            "海淀区2024年新收的里面商业企业有几件|再加上科研机构|再加上社会公益组织|占法人的多少"
            "|占全部的呢",
            share(49, 3091),
        ),
        ("海淀区2024年法人申请|里面企业占多大比例", share(42, 77)),
        # rates go on: of another item, of closed cases, of a kind of applicant
        ("海淀区2024年复议纠错率|那诉讼呢|为什么|那复议的维持率呢", share(241, 423)),
        (
            "海淀区2024年复议纠错率|那诉讼呢|那复议的维持率呢|如果只看已经审完的呢",
            share(241, 423 - 86),
        ),
        ("示例区2024年复议后起诉多少件|维持几件|维持率", share(25, 42)),
        ("示例区2023年诉讼维持率|纠正率", share(4, 38)),
        ("海淀区2024年科研机构新收多少|予以公开呢|公开率", 100),
        ("海淀区2024年公开率|法律服务机构的呢", 0),
        ("海淀区2024年行政复议里面纠正的占比|那已审结的占比", share(337, 423)),
        # years spoken of, not the newest ones
        (
            "示例区2021年规范性文件制发几件|废止呢|2022年呢|加起来两年一共制发多少",
            12 + 9,
        ),
        ("示例区哪几年新收超过300|那几年一共", 352 + 328),
        (
            "示例区2023年收到多少申请|上一年呢|再上一年呢|三年加一起|平均每年多少",
            Fraction(781, 3),
        ),
        (
            "示例区2023年收到多少申请|上一年呢|再上一年呢|三年加一起|哪年最多",
            352,
        ),
        ("示例区2023年复议|比2024年少吗", 19 - 8),
        # the operation goes along
        ("示例区2024年行政许可|比去年多多少|增长率呢|处罚的呢", share(4709 - 4714, 4714)),
        ("示例区2024年复议平均每月几件|诉讼呢", Fraction(74, 12)),
        ("2024年海淀区不予处理里面最多的是哪项|示例区呢", 16),
        ("示例区2024年结转到下年的几件|占新收的多少|2023年的呢", share(27, 245)),
        ("示例区2024年现行有效的规范性文件多少|海淀区的是它几倍", 2),
        # what fees leave unsaid
        ("示例区2023年缴费通知金额多少|收到多少", 0),
        ("海淀区2024年收到缴费多少|通知金额是多少|收到占通知的多少", share(10100, 15100)),
    ],
)
def test_the_figure_of_the_last_turn(sample: Assistant, talk: str, value: Value) -> None:
    answer = last(sample, talk)
    assert answer.status == "answered" and answer.value is not None, answer.text
    assert abs(Fraction(str(answer.value)) - value) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    "talk",
    [
        "海淀区2024年公开率|科研机构的呢|示例区2024年新收|这四类占多少",
        "2023年示例区不予公开几件|国家秘密的几件|2024呢|海淀区有吗|一共几件",
        "示例区2022年新收|2023年呢|差多少|海淀区2024年比它们加起来还多吗",
        "示例区这几年新收最多的是哪年|那年法人占多少|自然人呢|最少的那年呢",
        "示例区2023年复议|比2024少吗|比2021年呢",
        "示例区2021年结转到2022年几件|2022年结转到2023年|2024年结转出去的|最多和最少差多少",
        "海淀区2024年新收多少|其中大学生的|占多少",
    ],
)
def test_what_is_not_sure_is_asked_back(sample: Assistant, talk: str) -> None:
    answer = last(sample, talk)
    assert answer.status in ("clarify", "refused") and answer.value is None, answer.text
