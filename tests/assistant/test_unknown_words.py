"""Unknown words: left out only where two witnesses agree, and said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant import gap_words, known_questions
from assistant.assistant import Assistant
from assistant.catalog import Catalog
from assistant.lexicon import Lexicon
from assistant.normalize import normalize
from assistant.planner import Planner
from assistant.schema import built_in_schema
from assistant.tagger import read
from ingest.embedding import open_embedder
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store.library import Library

SAMPLE = Path(__file__).parents[2] / "ingest" / "sample"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    settings = Settings.load(None, environ={}, data_dir=tmp_path_factory.mktemp("data"))
    library = Library.open(settings)
    list(ingest(settings, [SAMPLE / "海淀区2024.html"], library=library))
    library.close()
    return Assistant.open(settings)


def test_words_around_a_question_change_nothing(assistant: Assistant) -> None:
    plain = assistant.ask("2024年海淀区本年新收多少件")
    for chatter in ("我眼神不好，", "材料急用，", "小王，"):
        assert assistant.ask(f"{chatter}2024年海淀区本年新收多少件").value == plain.value


@pytest.mark.parametrize(
    "question",
    [
        "2024年海淀区教育类本年新收多少件",
        "2024年海淀区网上提交的本年新收多少件",
        "涉及拆迁，2024年海淀区本年新收多少件",
        "2024年海淀区夜间提交的新收申请几件",
        "市场监管所2024年罚了几件",
    ],
)
def test_words_that_limit_are_never_left_out(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status in ("refused", "clarify") and answer.value is None


def test_nothing_is_taken_from_a_question_without_answer(assistant: Assistant) -> None:
    assistant.ask("2024年海淀区本年新收多少件", session="谈")
    assert assistant.ask("2024年海淀区的绿化面积多少", session="谈").status == "refused"
    answer = assistant.ask("占多少", session="谈")
    assert answer.status == "clarify" and answer.value is None


def test_weights_are_those_of_the_built_in_model() -> None:
    embedder = open_embedder("built-in")
    reading = read(normalize("嫌慢，新收多少件"), Lexicon.built_in(), Catalog.of([]))
    gaps = gap_words.gap_words(reading)
    assert gaps
    rows = gap_words.features("嫌慢，新收多少件", reading, gaps, embedder.embed)
    assert rows.shape == (len(gaps), gap_words._model()._mean.shape[0])
    assert 0 <= gap_words.chance_harmless("嫌慢，新收多少件", reading, embedder.embed) <= 1


def test_another_embedding_model_gives_no_second_opinion() -> None:
    def other(texts: object) -> np.ndarray:
        return np.zeros((1, 7), dtype=np.float32)

    assert known_questions._nearest("新收多少件", other) == []


def test_known_questions_name_measures_that_exist() -> None:
    with known_questions.FILE.open("rb") as file:
        signatures = json.loads(str(np.load(file)["signatures"]))
    schema = built_in_schema()
    for signature in signatures:
        for part in signature.split(" | "):
            op, _, rest = part.partition(" ")
            terms = [t.lstrip("-") for side in rest.split(" ")[:2] for t in side.split("+") if t]
            assert op == known_questions.REFUSED or all(
                schema.allows(*term.split(".", 1)) for term in terms
            ), signature


def test_rules_alone_refuse_what_they_do_not_know() -> None:
    planner = Planner(Lexicon.built_in(), built_in_schema())
    assert planner.embed is None
