"""Open questions end to end over the bundled sample: quoted, computed, or refused."""

from assistant.assistant import Assistant


def test_a_cause_that_the_prose_gives_is_quoted_and_cited(sample: Assistant) -> None:
    answer = sample.ask("示例区2022年申请量为什么增加这么多")
    assert answer.status == "answered" and "旧城改造" in answer.text
    assert any("旧城改造" in citation.quote for citation in answer.citations)


def test_no_cause_is_made_up(sample: Assistant) -> None:
    answer = sample.ask("示例区2023年申请量为什么减少")
    assert "来自" not in answer.text and "旧城改造" not in answer.text


def test_quotes_stand_under_their_heading_and_year(sample: Assistant) -> None:
    lines = sample.ask("示例区2023年和2024年的问题有什么不同").text.split("\n")
    at = lines.index("2023年示例区报告写道：")
    assert lines[at + 1] == "（一）存在的主要问题" and "文书" in lines[at + 2]
    assert lines.index("2024年示例区报告写道：") > at


def test_years_that_disagree_are_listed_not_chosen(sample: Assistant) -> None:
    answer = sample.ask("示例区发布政策解读多少篇")
    assert answer.value is None and len(answer.items) == 5


def test_a_sum_over_years_shows_its_parts(sample: Assistant) -> None:
    answer = sample.ask("示例区2022年到2024年政策解读总共多少篇")
    assert (answer.value, answer.unit) == ("315", "篇")
    assert answer.formula is not None and "92 + 105 + 118" in answer.formula
    assert [item.value for item in answer.items] == ["92", "105", "118"]


def test_a_year_without_the_number_is_told_and_no_value_given(sample: Assistant) -> None:
    answer = sample.ask("示例区2021年和2023年实际收到多少信息处理费")
    assert answer.value is None and answer.status == "answered"
    assert {item.value for item in answer.items} == {"0"} and "2个中有1个" in answer.text


def test_a_number_of_another_thing_is_no_answer(sample: Assistant) -> None:
    for question in ("示例区有几个街道", "示例区政务开放日办了多少场", "示例区有几家部门"):
        answer = sample.ask(question)
        assert answer.status != "answered" and answer.value is None, question
