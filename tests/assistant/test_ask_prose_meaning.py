"""Prose, meaning, reasons and rules: whole sections, items by number, what names mean, fees."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.assistant import Assistant

# Public lessons per year, from the prose of ingest/sample.
LESSONS = {2020: 3, 2021: 4, 2022: 5, 2023: 6, 2024: 8}
EXPLAINED = {2023: 105, 2024: 118}


def test_one_problem_is_asked_for_by_its_number(sample: Assistant) -> None:
    answer = sample.ask("2023年示例区第二个问题是什么")
    assert answer.status == "answered"
    assert "街道之间公开水平差距较大" in answer.text and "格式和用语" not in answer.text


def test_a_problem_that_is_not_there_is_not_told(sample: Assistant) -> None:
    assert sample.ask("2023年示例区第五个问题是什么").status == "refused"


def test_problems_of_all_years_where_none_is_named(sample: Assistant) -> None:
    text = sample.ask("示例区存在哪些问题").text
    for said in ("网站栏目设置过细", "指南更新不及时", "专职人员不足", "格式和用语", "更新不够"):
        assert said in text


def test_plans_for_the_next_year_are_no_forecast(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年报告里明年打算怎么做")
    assert answer.status == "answered" and "责任人" in answer.text
    assert sample.ask("示例区明年会收到多少申请").status == "refused"


@pytest.mark.parametrize("asked", ["有哪些内容", "写了什么"])
def test_a_section_by_its_title(sample: Assistant, asked: str) -> None:
    answer = sample.ask(f"示例区2024年其他需要报告的事项{asked}")
    assert answer.status == "answered" and "1,800元" in answer.text


def test_the_work_done_is_the_first_section(sample: Assistant) -> None:
    text = sample.ask("示例区2024年主要做了哪些工作").text
    assert all(head in text for head in ("主动公开", "依申请公开", "平台建设"))


def test_the_mean_of_a_number_of_the_prose(sample: Assistant) -> None:
    answer = sample.ask("示例区平均每年举办几场培训")
    assert Decimal(str(answer.value)) == Decimal(sum(LESSONS.values())) / len(LESSONS)


def test_growth_of_a_number_of_the_prose(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年政策解读的增长率")
    expected = (Decimal(EXPLAINED[2024]) / EXPLAINED[2023] - 1) * 100
    assert answer.unit == "%" and abs(Decimal(str(answer.value)) - expected) < Decimal("0.001")


def test_number_and_amount_of_one_fact(sample: Assistant) -> None:
    answer = sample.ask("示例区2022年缴费通知发了几件，金额多少")
    assert [item.value for item in answer.items] == ["9", "2700"]
    mean = sample.ask("示例区2022年平均每件缴费通知多少钱")
    assert mean.value == "300" and mean.unit == "元"


def test_two_measures_are_told_apart_by_what_they_mean(sample: Assistant) -> None:
    text = sample.ask("示例区2024年不予处理和不予公开有什么区别").text
    assert "重复、滥用" in text and "依法决定不公开" in text


def test_a_column_is_explained(sample: Assistant) -> None:
    assert "没有改变" in sample.ask("结果维持是什么意思").text


def test_the_cause_of_a_rise_is_quoted(sample: Assistant) -> None:
    text = sample.ask("示例区2022年申请增加的原因").text
    assert "增量主要来自旧城改造片区的征收补偿信息" in text


def test_a_name_with_several_columns_has_its_breakdown(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年规章为什么是0")
    assert answer.status == "answered" and "无法给出" not in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("哪些信息可以不公开", "第十四条"),
        ("当场能给吗", "第三十三条"),
        ("主动公开和依申请公开有什么区别", "第十九条"),
        ("信息公开申请向谁提", "第二十七条"),
        ("部门的年报几月前要公布", "1月31日"),
        ("申请政府信息公开需要什么条件", "第二十九条"),
    ],
)
def test_rules_come_without_a_value(sample: Assistant, question: str, said: str) -> None:
    answer = sample.ask(question)
    assert answer.status == "answered" and said in answer.text and answer.value is None


@pytest.mark.parametrize(
    "question",
    ["3件收费的里面交了几件", "示例区申请人赵某的身份证号", "信息公开谁负责", "公开率算高吗"],
)
def test_no_rule_and_no_figure_for_these(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.status in ("refused", "clarify") and answer.value is None


def test_items_and_years_of_a_list_go_on(sample: Assistant) -> None:
    asked = ["示例区2024年存在哪些问题", "第二个呢", "2023年呢", "改进措施呢"]
    answers = [sample.ask(question, session="list") for question in asked]
    sample.forget("list")
    assert "沟通引导不足" in answers[1].text and "更新不够" not in answers[1].text
    assert "街道之间公开水平差距较大" in answers[2].text
    assert "结对互助" in answers[3].text  # of the year spoken of last


def test_a_number_of_the_prose_is_held_against_a_year_named_later(sample: Assistant) -> None:
    asked = ["示例区2024年培训几场", "2023年呢", "比2022年多几场"]
    answers = [sample.ask(question, session="lessons") for question in asked]
    sample.forget("lessons")
    assert [answer.value for answer in answers] == ["8", "6", str(LESSONS[2023] - LESSONS[2022])]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("企业可以申请吗", "第二十七条"),
        ("不交信息处理费会怎样", "不再处理"),
        ("申请别人的个人隐私可以吗", "第十五条"),
        ("复议要交钱吗", "第八十七条"),
        ("打官司有时间限制吗", "6个月"),
    ],
)
def test_what_may_be_done_is_a_rule_though_a_measure_is_named(
    sample: Assistant, question: str, said: str
) -> None:
    answer = sample.ask(question)
    assert answer.status == "answered" and said in answer.text and answer.value is None


@pytest.mark.parametrize(
    "question", ["示例区2024年图解发布了多少个", "收费最高的一件申请多少钱", "打官司要交钱吗"]
)
def test_what_is_not_told_has_no_figure(sample: Assistant, question: str) -> None:
    assert sample.ask(question).value is None


def test_the_whole_report_is_told_by_what_opens_its_parts(sample: Assistant) -> None:
    text = sample.ask("总结示例区2024年这份报告").text
    assert "6,742条" in text and "更新不够及时" in text and "1,800元" in text


def test_the_reason_of_a_ground_is_what_the_regulations_say_of_it(sample: Assistant) -> None:
    text = sample.ask("示例区2024年为什么行政执法案卷不公开").text
    assert "第十六条" in text and "没有说明原因" in text


def test_a_fee_to_be_paid_is_reckoned_though_a_month_is_named(sample: Assistant) -> None:
    answer = sample.ask("一个月申请25件要交多少")
    assert (answer.value, answer.unit) == (str((25 - 10) * 100), "元")


@pytest.mark.parametrize(
    "question", ["示例区2024年被起诉的是哪个局", "示例区2024年申请公开最多的信息类型是什么"]
)
def test_what_no_column_tells_has_no_figure(sample: Assistant, question: str) -> None:
    assert sample.ask(question).value is None


def test_the_last_year_against_the_first(sample: Assistant) -> None:
    answer = sample.ask("示例区政策解读从2020年到2024年增长了多少篇")
    assert (answer.value, answer.unit) == (str(118 - 71), "篇")


def test_the_last_three_years_are_put_together(sample: Assistant) -> None:
    assert sample.ask("示例区近三年政策解读合计").value == str(92 + 105 + 118)
    assert sample.ask("示例区近三年平均每年发布多少篇政策解读").value == str((92 + 105 + 118) // 3)


def test_kinds_without_a_number_are_listed(sample: Assistant) -> None:
    answer = sample.ask("示例区2021年政策解读有几种形式")
    assert answer.status == "answered" and "形式单一" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "示例区2024年26个专题更新了多少个",  # its own number
        "示例区2022年全区专职人员共多少人",  # one in each street
        "示例区2024年一件事办了多少件",  # the subjects are counted, not what was done
        "示例区2024年收到缴费的件数",  # money only
        "示例区2024年300元没交的有几件",
        "示例区2024年59个事项中企业申请了几个",  # not a whole of anything
        "示例区2024年11件收费申请是哪些人申请的",
    ],
)
def test_a_number_of_something_else_is_no_answer(sample: Assistant, question: str) -> None:
    assert sample.ask(question).value is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("信息公开条例第三十三条说什么", "20个工作日"),
        ("条例第14条规定了什么", "国家秘密"),
        ("第三方不同意公开怎么办", "第三十二条"),
        ("复议60日从哪天算", "行政复议法"),
        ("多久没回应算超期", "第三十三条"),
        ("帮我申请信息公开", "第二十九条"),
    ],
)
def test_rules_by_article_and_by_what_happens(sample: Assistant, question: str, said: str) -> None:
    answer = sample.ask(question)
    assert answer.status == "answered" and said in answer.text and answer.value is None


def test_new_ways_of_replying_are_told_by_the_report_not_the_rules(sample: Assistant) -> None:
    text = sample.ask("海淀区2024年依申请公开的答复有什么新方式").text
    assert "条例" not in text


def test_one_person_is_not_told(sample: Assistant) -> None:
    answer = sample.ask("示例区2024年哪个申请人申请次数最多")
    assert answer.status == "refused" and answer.value is None
    assert sample.ask("示例区2024年个人申请了多少件").value is not None
