"""One number of several reports is put together only where it is the same number in each."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.compose import Draft
from assistant.formula import plain
from assistant.plan import Plan
from assistant.prose_years import Told, across, read_across
from tests.assistant.retrieval.test_prose_answer import figures_of


def told(*sentences: tuple[int, str]) -> list[Told]:
    """The first number of each sentence, in the report of its year."""
    found: list[Told] = []
    for year, sentence in sentences:
        figure = replace(figures_of(sentence)[0], report_id=str(year), id=str(year))
        found.append((Stored(str(year), year), figure))
    return found


@dataclass(frozen=True)
class Stored:
    id: str
    year: int
    title: str = ""
    publisher: str = "南山县人民政府"
    source: str = ""


def asked(question: str, *sentences: tuple[int, str]) -> tuple[str | None, str | None, str]:
    wanted = read_across(question)
    assert wanted is not None
    draft = Draft(Plan("prose"))
    done = across(wanted, told(*sentences), draft)
    assert done == (draft.node is not None)
    value = plain(draft.node.value) if draft.node else None
    return value, draft.unit, "\n".join(draft.lines)


CLASSES = ((2021, "举办培训班12期。"), (2022, "举办培训班15期。"))


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("2021年和2022年一共举办多少期培训班", "27", "期"),
        ("2022年培训班比2021年多几期", "3", "期"),
        ("2021年培训班比2022年少几期", "3", "期"),
        ("2021年培训班比2022年多几期", "-3", "期"),
        ("2022年培训班是2021年的几倍", "1.25", "倍"),
        ("2021年培训班期数是2022年的多少倍", "0.8", "倍"),
        ("培训班最多的是哪一年", "15", "期"),
        ("哪年培训班最少", "12", "期"),
    ],
)
def test_what_is_asked_of_several_years(question: str, value: str, unit: str) -> None:
    assert asked(question, *CLASSES)[:2] == (value, unit)


def test_a_wrong_premise_is_told() -> None:
    line = asked("2021年培训班比2022年多几期", *CLASSES)[2]
    assert line.startswith("与问题的说法相反。2021年（12期）比2022年（15期）少3期。")


def test_years_that_tie_are_all_named() -> None:
    line = asked("培训班最多的是哪一年", (2020, "举办培训班15期。"), *CLASSES)[2]
    assert "2020年、2022年" in line


@pytest.mark.parametrize(
    "sentences",
    [
        ((2021, "举办培训班12期。"), (2022, "培训班学员15人。")),  # another unit
        ((2021, "举办培训班12期。"), (2022, "编印简报15期。")),  # another thing
        ((2021, "满意率为90%。"), (2022, "满意率为95%。")),  # rates do not add up
        ((2021, "粉丝累计达到9万人。"), (2022, "粉丝累计达到12万人。")),  # runs on
        ((2021, "举办培训班12期。"),),
    ],
)
def test_numbers_not_of_a_kind_are_not_added(sentences: tuple[tuple[int, str], ...]) -> None:
    assert asked("2021和2022年培训总共多少", *sentences)[0] is None


@pytest.mark.parametrize(
    "question", ["单篇最高阅读量是多少", "2022年举办了几期培训班", "网站访问量同比增长多少", ""]
)
def test_a_question_about_one_report_sets_nothing_against_another(question: str) -> None:
    assert read_across(question) is None


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=6))
def test_the_sum_is_exact(numbers: list[int]) -> None:
    sentences = [(2015 + at, f"发布简报{number}篇。") for at, number in enumerate(numbers)]
    value, unit, _ = asked("2015年到2020年发布简报总共多少篇", *sentences)
    assert (value, unit) == (str(sum(numbers)), "篇")
