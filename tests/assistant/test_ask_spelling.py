"""The same question, otherwise spelt, gets the same figure."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import opencc
import pytest
from asking import evaluate
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.assistant import Assistant

# Place, year and the rest; a space marks where words end.
HAIDIAN = """
新收 了 多少件 政府信息公开申请|上年 结转 多少件|结转下年度 继续办理 多少件|予以公开 多少件
部分公开 多少件|不予公开 一共 多少件|无法提供 多少件|不予处理 总共 几件|其他处理 多少件
办理结果 总计 多少件|自然人 新收 多少件|商业企业 新收 多少件|科研机构 新收 几件
社会公益组织 新收 多少件|法律服务机构 新收 多少件|法人或其他组织 新收 合计 多少
行政许可 处理决定 多少件|行政处罚 处理决定 多少件|行政强制 处理决定数 是 多少
行政事业性收费 多少 万元|现行有效 的 行政规范性文件 有 多少件|行政复议 总计 多少件
行政复议 结果纠正 多少件|行政复议 结果维持 多少件|行政诉讼 总共 多少件
未经复议直接起诉 总计 多少件|复议后起诉 总计 多少件|本机关不掌握 多少件
信访举报投诉类 多少件|重复申请 多少件|行政执法案卷 多少件|予以公开率 是 多少|办结率 是 多少
不予公开率 是 多少|无法提供率 是 多少|行政复议 纠错率 是 多少|自然人 占 新收申请 的 比重
予以公开 占 办理结果总计 的 比例|予以公开 和 部分公开 合计 多少件
予以公开 比 部分公开 多 多少件|新收申请 月均 多少件
"""
SHOWN = """
新收 了 多少件 申请|予以公开 多少件|不予公开 多少件|部分公开 多少件|无法提供 多少件
行政诉讼 多少件|行政复议 总计 多少件|予以公开率 是 多少|办结率 是 多少|自然人 新收 多少件
行政许可 处理决定 多少件|行政处罚 处理决定 多少件|法人或其他组织 新收 多少件|重复申请 多少件
结转下年度 继续办理 多少件|办理结果 总计 多少件|商业企业 占 新收申请 的 比例
不予处理 多少件|其他处理 几件|上年 结转 多少件|信访举报投诉类 多少件
"""
BASES = [("海淀区", 2024, rest) for rest in HAIDIAN.replace("\n", "|").split("|") if rest] + [
    ("示例区", 2021 + at % 4, rest)
    for at, rest in enumerate(SHOWN.replace("\n", "|").split("|"))
    if rest
]
MARKS = ("", "", " ", "　", "，", ",", "、", "？", "！", "“", "”", "：", "；", "…", "《", "】")
_WIDE = str.maketrans("0123456789,?!()", "０１２３４５６７８９，？！（）")
_HAN = str.maketrans("0123456789", "〇一二三四五六七八九")
Base = tuple[str, int, str]


@cache
def traditional(text: str) -> str:
    return str(opencc.OpenCC("s2t").convert(text))


@st.composite
def spelt(draw: st.DrawFn, base: Base) -> str:
    """`base` with marks between its words, in another script or width, place and year moved."""
    place, year, rest = base
    figures = str(year).translate(_HAN) if draw(st.booleans()) else str(year)
    when = figures + draw(st.sampled_from(("年", "年度")))
    words = rest.split()
    order = draw(st.sampled_from(("when place", "place when", "end", "around")))
    if order == "when place":
        words = [when, place, *words]
    elif order == "place when":
        words = [place, when, *words]
    elif order == "end":
        words = [*words, "，", place, when]
    else:
        words = [place, *words, "，", when]
    text = "".join(word + draw(st.sampled_from(MARKS)) for word in words)
    if draw(st.booleans()):
        text = traditional(text)
    return text.translate(_WIDE) if draw(st.booleans()) else text


@pytest.fixture(scope="module")
def values(sample: Assistant) -> dict[Base, tuple[str | None, str | None]]:
    plain = {}
    for base in BASES:
        place, year, rest = base
        answer = sample.ask(f"{year}年{place}{rest.replace(' ', '')}？")
        assert answer.value is not None, (base, answer.text)
        plain[base] = answer.value, answer.unit
    return plain


def test_there_are_enough(values: dict[Base, tuple[str | None, str | None]]) -> None:
    assert len(values) >= 60


@given(data=st.data())
@settings(max_examples=250)
def test_spelling_does_not_matter(
    sample: Assistant, values: dict[Base, tuple[str | None, str | None]], data: st.DataObject
) -> None:
    base = data.draw(st.sampled_from(BASES))
    question = data.draw(spelt(base))

    answer = sample.ask(question)

    assert (answer.value, answer.unit) == values[base], (question, answer.text)


LINES = (
    "2024年 2023年 2019年 二〇二二年 去年 今年 历年 近三年 24年 海淀区 示例区 海淀 朝阳区",
    "两区 各单位 它 这个 新收 予以公开 部分公开 不予公开 无法提供 行政复议 行政诉讼",
    "行政许可 收费 自然人 企业 法人 其他 总计 结转 纠错率 办结率 规章 占 多少 几件 比 和",
    "与 除 的 最多 最少 前3名 第2 排名 平均 合计 相差 增长 百分之几 几倍 哪个 是不是",
    "超过100件 100 3259 一千 0 % 万元 亿元 折合 每月 为什么 什么意思 怎么办 趋势 吗 ？ ，",
    "、 都 不 没有 呢 那 上文",
)
WORDS = tuple(word for line in LINES for word in line.split())


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), min_size=1, max_size=3))
@settings(max_examples=150)
def test_any_row_of_words_is_answered_or_declined(
    sample: Assistant, turns: list[list[str]]
) -> None:
    """However the words fall, over several turns: no failure, no digit that the guard has to hold
    back, and a value only with its formula and the cells behind it."""
    sample.forget("words")
    for words in turns:
        answer = sample.ask("".join(words), session="words")

        assert answer.status in ("answered", "clarify", "refused", "handoff"), answer.text
        if answer.value is not None:
            assert answer.status == "answered"
            assert answer.citations
            if {"filter", "rank"} & {
                part["op"] for part in answer.plan.get("parts", [answer.plan])
            }:
                continue  # how many are above a limit, or the place in a list of formulas
            # Of several parts one may have a single value; their formulas stand side by side.
            shown = [evaluate(one) for one in (answer.formula or "").split("；")]
            value = Fraction(answer.value)
            assert any(abs(one - value) <= abs(one) / 10**8 for one in shown), answer


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_any_text_is_answered_or_declined(sample: Assistant, text: str) -> None:
    answer = sample.ask(text)

    assert answer.status in ("answered", "clarify", "refused", "handoff")
    assert answer.value is None or answer.citations
