"""The setting `reranker`, with a tiny cross-encoder built here; nothing is downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant import retriever as module
from assistant.assistant import Assistant
from assistant.retriever import Retriever
from eval.training.corpus import Corpus
from ingest.embedding import CrossEncoderReranker
from ingest.errors import SettingsError
from ingest.settings import Settings

QUERY = "政策解读和培训"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Path:
    """A folder with a one-layer BERT of random weights that scores a pair of texts."""
    torch = pytest.importorskip("torch")
    transformers: Any = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("tiny")
    said = "".join(passage.text for passage in corpus.library.passages()) + QUERY
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = [*special, *sorted({char for char in said if not char.isspace()})]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(7)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=256,
        num_labels=1,
        initializer_range=1.0,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def reranker(tiny: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(str(tiny))


def test_the_best_hits_are_put_in_its_order(
    corpus: Corpus, reranker: CrossEncoderReranker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RERANKED", 4)
    plain = Retriever(corpus.library, lambda: corpus.vectors).search(QUERY, k=50)
    found = Retriever(corpus.library, lambda: corpus.vectors, reranker=lambda: reranker).search(
        QUERY, k=50
    )
    assert {h.passage.id for h in found} == {h.passage.id for h in plain} and len(found) > 5
    best = plain[:4]
    texts = ["\n".join((*hit.passage.section, hit.passage.text)) for hit in best]
    scored = dict(zip([h.passage.id for h in best], reranker.scores(QUERY, texts), strict=True))
    wanted = sorted(scored, key=lambda id_: -scored[id_])
    assert [hit.passage.id for hit in found[:4]] == wanted
    assert wanted != [hit.passage.id for hit in best], "the tiny model agrees by chance: seed"
    assert [hit.passage.id for hit in found[4:]] == [hit.passage.id for hit in plain[4:]]
    assert [hit.score for hit in found] == sorted((h.score for h in found), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in found)


def test_a_score_for_each_text(reranker: CrossEncoderReranker) -> None:
    scores = reranker.scores("培训几次", ["组织培训三次", "", "公众号"])
    assert scores.shape == (3,) and bool((scores >= 0).all()) and bool((scores <= 1).all())
    assert reranker.scores("培训几次", []).shape == (0,)


def test_the_setting_reaches_the_retriever(tiny: Path, tmp_path: Path) -> None:
    assistant = Assistant.open(Settings(data_dir=tmp_path, reranker=str(tiny)))
    assert assistant.retriever._open_reranker is not None
    assert assistant._open_reranker().name == str(tiny)


def test_a_model_that_is_not_here_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="reranker") as raised:
        CrossEncoderReranker(str(tmp_path / "nothing"))
    assert "\n" not in str(raised.value)
