"""Colloquial phrases are linked; other subjects are not; typos find their name."""

from importlib.resources import files

import pytest

from assistant.linker import Linker, correct
from eval.training.pairs import trained_texts
from eval.training.score_linker import judged
from ingest.embedding import open_embedder
from ingest.form import built_in_forms, read_yaml

GOLD = files("eval") / "gold" / "retrieval"


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker.of_vocabulary(built_in_forms()[0].vocabulary, open_embedder())


def test_a_colloquial_phrase_is_linked(linker: Linker) -> None:
    assert linker.sure("第三方不同意公开的商业秘密") == "refused_third_party"
    assert linker.link("拒绝公开", 3)[0][0] == "refused"
    assert len(linker.link("拒绝公开", 3)) == 3


@pytest.mark.parametrize("phrase", ["公务员人数", "GDP", "天气", "红烧肉怎么做", ""])
def test_another_subject_is_not_linked(linker: Linker, phrase: str) -> None:
    assert linker.sure(phrase) is None


def test_held_out_phrases_keep_their_floor(linker: Linker) -> None:
    rows = judged(linker, read_yaml(GOLD / "linker.yaml"))
    linked = [(key, linker.sure(phrase)) for key, phrase, _ in rows]
    right = sum(key == got for key, got in linked if got)
    given = sum(got is not None for _, got in linked)
    assert right / given >= 0.9
    assert right / sum(key is not None for key, _ in linked) >= 0.55


def test_what_is_scored_was_not_trained_on(linker: Linker) -> None:
    scored = {phrase for _, phrase, _ in judged(linker, read_yaml(GOLD / "linker.yaml"))}
    assert len(scored) >= 200
    assert not scored & trained_texts()


@pytest.mark.parametrize(
    ("phrase", "name"),
    [("海定区", "海淀区"), ("海淀曲", "海淀区"), ("朝扬区", "朝阳区"), ("丰台区区", "丰台区")],
)
def test_a_typo_finds_its_name(phrase: str, name: str) -> None:
    names = ["海淀区", "朝阳区", "丰台区", "西城区"]
    assert correct(phrase, names)[0].name == name


def test_correction_knows_sound_from_writing() -> None:
    (best, *_) = correct("海电区", ["海淀区", "西城区"])
    assert best.sound
    assert correct("海淀区", ["海淀区"])[0].score == 1
    assert correct("浦东新区", ["海淀区", "西城区"]) == []
