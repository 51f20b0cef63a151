"""What an open question asks for decides which sentences may answer it."""

import pytest

from assistant.quote_question import read_open
from assistant.quotes import quote_sentences
from ingest.figure import Passage


def passage(order: int, section: tuple[str, ...], *sentences: str) -> Passage:
    return Passage(f"p{order}", "r", order, section, "\n".join(sentences))


GENERAL = "一、总体情况"
LEFT = "五、存在的主要问题及改进情况"
REPORT = [
    passage(
        0,
        (GENERAL, "(一)以数据治理促进阳光透明"),
        "一是梳理数据目录,按月更新目录清单。",
        "二是推行数据治理联席会议。",
    ),
    passage(
        1,
        (GENERAL, "(二)依申请公开"),
        "全年申请大幅增长,增量主要来自轨道交通沿线的拆迁信息;答复文书由专人审核。",
        "在“渝窗”平台开设专区,方便群众递交申请。",
    ),
    passage(
        2,
        (LEFT, "(一)存在的主要问题"),
        "一是栏目更新滞后。二是答复文书不规范。三是基层人员流动频繁。",
    ),
    passage(
        3,
        (LEFT, "(二)改进情况"),
        "一是逐项明确责任人。二是统一格式并交法制科审核。三是每季度轮训新人。",
    ),
]


def quoted(question: str) -> list[str]:
    return [quote.sentence for quote in quote_sentences(question, REPORT)]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("针对栏目更新滞后的问题,有何改进", ["一是栏目更新滞后。", "一是逐项明确责任人。"]),
        ("答复文书不规范怎么改", ["二是答复文书不规范。", "二是统一格式并交法制科审核。"]),
        ("怎么解决人员流动频繁", ["三是基层人员流动频繁。", "三是每季度轮训新人。"]),
    ],
)
def test_the_remedy_of_a_problem_is_the_one_of_its_number(question: str, wanted: list[str]) -> None:
    assert quoted(question) == wanted


def test_all_remedies_where_the_numbers_do_not_pair() -> None:
    uneven = [*REPORT[:3], passage(3, (LEFT, "(二)改进情况"), "一是开展培训。二是约谈。")]
    sentences = [q.sentence for q in quote_sentences("答复文书不规范怎么改", uneven)]
    assert sentences == ["二是答复文书不规范。", "一是开展培训。", "二是约谈。"]


def test_problems_and_remedies_are_both_told_where_both_are_asked() -> None:
    both = quoted("存在哪些问题,采取了哪些改进措施")
    assert both[0] == "一是栏目更新滞后。" and both[-1] == "三是每季度轮训新人。"
    assert quoted("针对存在的问题采取了哪些措施") == both[3:]


@pytest.mark.parametrize("question", ["数据治理透明方面做了哪两件事", "数据治理透明有哪些举措"])
def test_a_heading_that_the_question_names_gives_its_section(question: str) -> None:
    assert quoted(question) == ["一是梳理数据目录,按月更新目录清单。", "二是推行数据治理联席会议。"]


def test_one_common_word_of_a_long_heading_is_not_its_section() -> None:
    assert quoted("联席会议怎么样") == ["二是推行数据治理联席会议。"]


def test_how_often_is_answered_by_a_time_or_not_at_all() -> None:
    assert quoted("目录清单多久更新一次") == ["一是梳理数据目录,按月更新目录清单。"]
    assert quoted("联席会议多久开一次") == []


def test_why_is_answered_by_a_cause_or_not_at_all() -> None:
    assert quoted("申请为什么激增")[0].startswith("全年申请大幅增长,增量主要来自轨道交通")
    assert quoted("为什么申请减少了") == []
    assert quoted("为什么答复文书由专人审核") == []


def test_a_name_that_the_dictionary_lacks_is_one_word() -> None:
    assert read_open("渝窗平台做了什么").words == ("渝窗",)
    assert quoted("渝窗平台做了什么") == ["在“渝窗”平台开设专区,方便群众递交申请。"]
    assert quoted("蜀窗平台做了什么") == []


def test_the_number_of_things_asked_for_is_no_subject() -> None:
    assert read_open("存在的三个问题分别是什么").words == ()
    assert read_open("哪几方面的不足").parts == ("problems",)


def test_units_found_wanting_are_no_question_about_problems() -> None:
    assert read_open("对发现问题的单位怎么处理").parts == ()


def test_measures_about_another_part_are_quoted_from_there() -> None:
    assert quoted("联席会议方面有什么措施") == ["二是推行数据治理联席会议。"]
