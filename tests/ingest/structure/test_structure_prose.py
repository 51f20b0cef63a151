"""Numbers in sentences: what counts, what does not, for which year, in which clause."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structure_grids import Heading, document, spanned

from ingest.document import Paragraph
from ingest.figure import Figure, Kind, Place
from ingest.passages import read_passages, sentences
from ingest.prose import mentions, read_prose
from ingest.structure.outline import Outlined, outline

Found = list[tuple[str, str | None, str]]


def prose(text: str, year: int | None = 2024) -> list[Figure]:
    return read_prose([Outlined(Paragraph(text), ("一、总体情况",))], "r", year)


def numbers(text: str) -> Found:
    return [
        (figure.raw, None if figure.value is None else str(figure.value), figure.unit)
        for figure in prose(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年受理1,234件。", [("1,234件", "1234", "件")]),
        ("办结一百二十件。", [("一百二十件", "120", "件")]),
        ("公开信息1.2万条。", [("1.2万条", "12000", "条")]),
        ("收到缴费15100元。", [("15100元", "15100", "元")]),
        ("支出2.5万元，合计0.3亿元。", [("2.5万元", "2.5", "万元"), ("0.3亿元", "0.3", "亿元")]),
        ("发布59个兑现类政策事项。", [("59个", "59", "个")]),
        ("同比增长70.3%。", [("70.3%", "70.3", "%")]),
        ("提高11.2个百分点。", [("11.2个百分点", "11.2", "个百分点")]),
        ("办结率百分之九十八点五。", [("百分之九十八点五", "98.5", "%")]),
        ("举办３次培训。", [("３次", "3", "次")]),
        ("约１２０人次参加。", [("约１２０人次", "120", "人次")]),
        ("发布1万余条。", [("1万余条", "10000", "条")]),
        ("阅读近120万次。", [("近120万次", "1200000", "次")]),
        ("须在3至5个工作日内答复。", [("3至5个工作日", None, "个工作日")]),
        ("11—30件收费。", [("11—30件", None, "件")]),
        ("信息 1 234 条。", [("1 234 条", "1234", "条")]),
        ("公開信息三十個。", [("三十個", "30", "个")]),
    ],
)  # fmt: skip
def test_numbers_that_count(text: str, expected: Found) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "依据《条例》第五十条和国办公开办函〔2021〕30号。",
        "统计期限自2024年1月1日至2024年12月31日。",
        "电话：010-12345678，邮编100000，网址http://www.example.cn/2024/12345.html。",
        "一是统一部署，二是进一步落实两级责任，做到一图读懂、点对点督促。",
        "（一）加强组织领导。",
        "1.完善机制。",
        "第三次会议、第12期简报、第二季度。",
        "二〇二四年，12345热线平台。",
        "高效办成一件事，推行一次性告知和一站式服务。",
        "占三分之二。",
        "十四五规划。",
        "9:30开会，邮箱a12@example.cn。",
    ],
)
def test_numbers_that_count_nothing(text: str) -> None:
    assert numbers(text) == []


def test_each_year_keeps_its_own_number() -> None:
    found = prose("2022年收到80件，2023年收到95件，较2022年增加15件，同比增长18.75%。")
    assert [(str(f.value), f.period) for f in found] == [
        ("80", 2022),
        ("95", 2023),
        ("15", 2023),
        ("18.75", 2023),
    ]


def test_a_year_carries_to_the_next_sentence_of_the_paragraph() -> None:
    found = prose("二〇二三年共收到80件。其中自然人60件。")
    assert [f.period for f in found] == [2023, 2023]


@pytest.mark.parametrize(("word", "period"), [("去年", 2023), ("上年", 2023), ("今年", 2024)])
def test_words_for_years(word: str, period: int) -> None:
    assert prose(f"{word}受理80件。")[0].period == period
    assert prose("上年结转5件。")[0].period is None


def test_a_clause_carries_its_subject() -> None:
    found = prose("收到涉及收费的申请11件，其中自然人8件，占72.7%；发布解读3篇。")
    assert [figure.clause for figure in found] == [
        "收到涉及收费的申请11件",
        "收到涉及收费的申请，其中自然人8件",
        "自然人，占72.7%" if found[2].clause.startswith("自然人") else found[2].clause,
        "发布解读3篇",
    ]
    assert "占72.7%" in found[2].clause
    assert len(found[2].clause) > len("占72.7%")


def test_a_figure_points_into_its_sentence() -> None:
    found = prose("前一句没有数。“京策”专区发布59个事项！后一句3条。")
    assert [figure.place for figure in found] == [Place.PROSE, Place.PROSE]
    for figure in found:
        start, end = figure.position
        assert figure.sentence[start:end] == figure.raw
    assert found[0].sentence == "“京策”专区发布59个事项！"
    assert found[0].section == ("一、总体情况",)
    assert found[0].kind is Kind.NUMBER


@given(
    st.integers(0, 10**9),
    st.sampled_from(["件", "个", "条", "次", "人次", "元", "万元", "%"]),
    st.sampled_from(["{:,}", "{}"]),
    st.sampled_from(["受理{}。", "其中{}；", "“{}”", "共{}左右，", "（{}）"]),
)
def test_any_number_with_a_unit_is_found_once(
    number: int, unit: str, style: str, frame: str
) -> None:
    sentence = "全年" + frame.format(style.format(number) + unit) + "完毕"
    (found,) = mentions(sentence)
    assert (found.value, found.unit) == (Decimal(number), unit)


@given(
    st.text(
        alphabet="0123456789一二三十百千万亿零点年月日件个元%,，。.-—第〔〕()（）约余 ", max_size=30
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    for figure in prose(text):
        start, end = figure.position
        assert figure.sentence[start:end] == figure.raw
        assert (figure.value is None) == (figure.kind is Kind.TEXT)


# Passages and sections


def test_sections_and_passages() -> None:
    long = "本段说明公开工作的做法与成效。" * 30
    page = document(
        Heading("示例区2024年政府信息公开工作年度报告"),
        "依据条例编制本报告。",
        "一、总体情况",
        "（一）主动公开",
        long,
        "二、主动公开政府信息情况",
        spanned([["信息内容", "本年制发件数"], ["规章", "0"]]),
        "五、存在的主要问题及改进情况",
        "（一）存在的主要问题。一是推送不够。二是培训不足。",
        "扫一扫在手机打开当前页",
        "【打印】 【关闭】",
    )
    passages = read_passages(outline(page), "r")
    assert [passage.section for passage in passages][:2] == [
        (),
        ("一、总体情况", "（一）主动公开"),
    ]
    assert passages[-1].section == ("五、存在的主要问题及改进情况", "（一）存在的主要问题")
    assert passages[-1].text.endswith("二是培训不足。")
    assert all("扫一扫" not in p.text and "打印" not in p.text for p in passages)
    assert all(len(p.text) <= 300 and p.text.endswith("。") for p in passages)
    assert "".join(p.text for p in passages if p.section[1:] == ("（一）主动公开",)) == long
    assert [p.order for p in passages] == list(range(len(passages)))


def test_sentences_keep_their_closing_quotes() -> None:
    assert sentences("他说“好。”然后走了。真的？！") == ["他说“好。”", "然后走了。", "真的？！"]
