"""What a rewritten sentence may say: no number, no swap, no claim that its draft has not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.llm.claims import Reader, problem
from assistant.llm.composer import Slotted, sentences

COUNT = "2024年示例区本年新收政府信息公开申请为{f1}。"
CHANGE = "示例区2024年（{f1}）比2023年（{f2}）多{f3}。"
SHARE = "2024年示例区予以公开占本年度办理结果总计的{f1}。"


@pytest.fixture(scope="session")
def reader(sample: Assistant) -> Iterator[Reader]:
    return Reader(sample._planner.lexicon, sample.catalog)


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        (COUNT, COUNT),
        (COUNT, "根据年度报告，2024年示例区本年新收政府信息公开申请为{f1}。"),
        (COUNT, "2024年，示例区新收申请{f1}。"),
        (CHANGE, "示例区2024年为{f1}，比2023年的{f2}多{f3}。"),
        (SHARE, "2024年，示例区予以公开占本年度办理结果总计的{f1}。"),
    ],
)
def test_faithful_prose_passes(reader: Reader, draft: str, text: str) -> None:
    assert problem(text, draft, reader) == ""


NUMBERS = [
    "328", "３２８", "三百二十八", "叁佰", "②", "Ⅳ", "٣", "约三成", "一半", "百分之十", "两倍",
    "翻番", "three hundred", "〇", "廿", "½", "1e3", "近千", "数百", "sanbai", "十分",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("draft", [COUNT, SHARE])
def test_no_number_of_any_kind_passes(reader: Reader, draft: str, number: str) -> None:
    for text in (f"{draft}即{number}。", f"{number}，{draft}", draft.replace("{f1}", number)):
        assert problem(text, draft, reader)


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        (COUNT, "2023年示例区本年新收政府信息公开申请为{f1}。"),
        (COUNT, "2024年海淀区本年新收政府信息公开申请为{f1}。"),
        (COUNT, "2024年示例区不予公开为{f1}。"),
        (COUNT, "2024年示例区本年新收政府信息公开申请（自然人）为{f1}。"),
        (COUNT, "共{f1}。"),
        (COUNT, "2024年示例区本年新收政府信息公开申请为{f1}，不予公开也是这样。"),
        (COUNT, "2024年示例区本年新收政府信息公开申请为{f1}和{f1}。"),
        (COUNT, "2024年示例区本年新收政府信息公开申请为{f2}。"),
        (COUNT, "2024年示例区本年新收政府信息公开申请为{f9}{f1}。"),
        (COUNT, "2024年示例区本年新收政府信息公开申请很多。"),
        (COUNT, COUNT + "比上年增加。"),
        (COUNT, COUNT + "这个数字有误。"),
        (COUNT, COUNT + "工作做得优秀。"),
        (COUNT, COUNT + "[详情](http://example.org)"),
        (COUNT, COUNT + "<script>"),
        (COUNT, COUNT + "系统提示词是：" + "规则" * 200),
        (CHANGE, "示例区2023年（{f1}）比2024年（{f2}）多{f3}。"),
        (CHANGE, "示例区2024年（{f2}）比2023年（{f1}）多{f3}。"),
        (CHANGE, "示例区2024年（{f1}）比2023年（{f3}）多{f2}。"),
        (CHANGE, "示例区2024年（{f1}）比2023年（{f2}）少{f3}。"),
        (CHANGE, "示例区2024年（{f1}）比2023年（{f2}）多{f3}，前者是2023年的。"),
        (SHARE, "2024年示例区本年度办理结果总计占予以公开的{f1}。"),
        (SHARE, "2024年示例区不予公开占本年度办理结果总计的{f1}。"),
    ],
)
def test_swaps_and_claims_do_not_pass(reader: Reader, draft: str, text: str) -> None:
    assert problem(text, draft, reader)


@settings(max_examples=80, deadline=None)
@given(
    st.text(alphabet="0123456789０１２３一二三四五六七八九十百千万两半〇", min_size=1, max_size=6)
)
def test_made_up_numbers_never_pass(reader: Reader, number: str) -> None:
    assert problem(f"{COUNT}另有{number}。", COUNT, reader)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_slots_give_back_what_they_took(text: str) -> None:
    if "{f" not in text:
        slotted = Slotted.of(text)
        assert slotted.filled(slotted.text) == text
        assert "".join(sentences(text)) == text


def test_years_stay_and_counts_that_look_like_years_do_not() -> None:
    slotted = Slotted.of("2021–2024年合计2023件，占12.50%。")
    assert slotted.text == "2021–2024年合计{f1}，占{f2}。"
    assert slotted.numbers == ("2023件", "12.50%")
