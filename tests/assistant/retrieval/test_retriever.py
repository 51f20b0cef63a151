"""Hybrid retrieval over a real store."""

from collections.abc import Sequence

import pytest

from assistant import retriever as module
from assistant.retriever import Retriever
from eval.training.corpus import Corpus
from tests.assistant.retrieval.conftest import BING, JIA, YI


@pytest.fixture
def retriever(corpus: Corpus) -> Retriever:
    return Retriever(corpus.library, lambda: corpus.vectors)


@pytest.mark.parametrize(
    ("question", "report", "words"),
    [
        ("公众号有多少粉丝", JIA, "“甲区发布”微信公众号"),
        ("学区划分的申请", YI, "学区划分"),
        ("在哪里可以查公报", BING, "政府信息查阅点3处"),
    ],
)
def test_the_passage_that_answers_comes_first(
    retriever: Retriever, corpus: Corpus, question: str, report: str, words: str
) -> None:
    hits = retriever.search(question)
    assert words in hits[0].passage.text
    assert hits[0].passage.report_id == corpus.report_ids[report]
    assert hits == sorted(hits, key=lambda hit: -hit.score)
    assert hits[0].dense_rank is not None
    assert hits[0].bm25_rank is not None


def test_only_the_reports_asked_for(retriever: Retriever, corpus: Corpus) -> None:
    hits = retriever.search("培训", report_ids=[corpus.report_ids[YI]], k=50)
    assert hits
    assert {hit.passage.report_id for hit in hits} == {corpus.report_ids[YI]}
    assert retriever.search("培训", report_ids=["nothing of this id"]) == []
    assert retriever.search("培训", report_ids=[]) == []


def test_only_the_sections_asked_for(retriever: Retriever) -> None:
    hits = retriever.search("政策解读", sections=["改进情况"], k=50)
    assert hits
    assert all("改进情况" in "".join(hit.passage.section) for hit in hits)


def test_words_alone_find_without_vectors(corpus: Corpus) -> None:
    hits = Retriever(corpus.library, None).search("自助查询机")
    assert "自助查询机34台" in hits[0].passage.text
    assert {hit.dense_rank for hit in hits} == {None}


def test_one_half_alone_is_a_setting(corpus: Corpus) -> None:
    def found(mode: str) -> list[module.Hit]:
        return Retriever(corpus.library, lambda: corpus.vectors, mode=mode).search("政策培训", k=50)

    assert {hit.dense_rank for hit in found("bm25")} == {None}
    dense = [hit.dense_rank for hit in found("dense")]
    assert dense == sorted(dense, key=lambda rank: rank or 0) and None not in dense
    assert [hit.passage.id for hit in found("hybrid")] != [hit.passage.id for hit in found("dense")]


def test_beyond_the_full_scope_dense_draws_and_words_judge(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FULL_SCOPE", 1)
    monkeypatch.setattr(module, "DRAW", 4)
    hits = Retriever(corpus.library, lambda: corpus.vectors).search("自助查询机有几台", k=50)
    assert "自助查询机34台" in hits[0].passage.text
    assert len(hits) <= 4


def test_vectors_are_opened_once_and_only_for_a_search(corpus: Corpus) -> None:
    opened = []

    class Counted:
        def search(
            self, text: str, k: int = 5, *, report_ids: Sequence[str] | None = None
        ) -> list[tuple[str, float]]:
            return corpus.vectors.search(text, k, report_ids=report_ids)

    def open_vectors() -> Counted:
        opened.append(1)
        return Counted()

    retriever = Retriever(corpus.library, open_vectors)
    assert not opened
    retriever.search("培训")
    retriever.search("收费")
    assert len(opened) == 1
