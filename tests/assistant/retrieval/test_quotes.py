"""Open questions are answered with whole sentences of the right part, or not at all."""

import pytest

from assistant.quotes import quote_sentences
from eval.training.corpus import Corpus
from ingest.figure import Passage
from tests.assistant.retrieval.conftest import BING, JIA, YI


def quoted(corpus: Corpus, report: str, question: str) -> list[str]:
    passages = corpus.library.passages(corpus.report_ids[report])
    return [quote.sentence for quote in quote_sentences(question, passages)]


def test_problems_are_the_list_of_their_section(corpus: Corpus) -> None:
    sentences = quoted(corpus, JIA, "2022年存在哪些问题")
    assert [sentence[:2] for sentence in sentences] == ["一是", "二是", "三是"]
    assert "主动公开意识不强" in sentences[0]
    assert not any("台账" in sentence for sentence in sentences)


def test_improvements_of_a_section_that_holds_both(corpus: Corpus) -> None:
    sentences = quoted(corpus, YI, "采取了哪些改进措施")
    assert any("校务公开专项检查" in sentence for sentence in sentences)
    assert not any("更新滞后;" in sentence for sentence in sentences)


def test_plans_stand_in_where_there_are_no_improvements(corpus: Corpus) -> None:
    assert any("法制审核" in sentence for sentence in quoted(corpus, BING, "怎么改进的"))


def test_a_heading_gives_its_section(corpus: Corpus) -> None:
    sentences = quoted(corpus, JIA, "监督保障做了什么")
    assert any("业务培训5期" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    "question", ["明天北京天气怎么样", "给我写一首诗", "房价存在什么问题", "", "？"]
)
def test_another_subject_is_not_quoted(corpus: Corpus, question: str) -> None:
    assert quoted(corpus, JIA, question) == []


def test_no_passages_no_quotes() -> None:
    assert quote_sentences("存在哪些问题", []) == []


def test_list_items_stay_whole_and_carry_their_passage() -> None:
    text = "存在的问题：一是甲事不足；二是乙事不足。改进措施：一是办丙事；二是办丁事。"
    passage = Passage("p", "r", 0, ("五、存在的主要问题及改进情况",), text)
    problems = quote_sentences("有什么问题", [passage])
    assert [quote.sentence for quote in problems] == ["一是甲事不足；", "二是乙事不足。"]
    assert {quote.passage for quote in problems} == {passage}
    improved = quote_sentences("怎么改进", [passage])
    assert [quote.sentence for quote in improved] == ["一是办丙事；", "二是办丁事。"]
