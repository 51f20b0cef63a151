"""The built-in embedding: without torch, equal to sentence-transformers, shaped as promised."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.embedding import BUILT_IN, MODEL, Embedder, open_embedder
from ingest.errors import SettingsError

FOLDER = Path(str(files("ingest") / "models" / MODEL))
TEXTS = [
    "2024年海淀区予以公开的占多少?",
    "采取了哪些改进措施",
    "  全角　空格 ＡＢＣ １２３ ",
    "",
    "GDP",
    "龘靐齉",
    "发出缴费通知金额15100元,收到缴费金额10100元。" * 20,
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder(BUILT_IN)


def test_rows_are_unit_vectors_and_an_empty_text_is_zero(embedder: Embedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dimension)
    assert rows.dtype == np.float32
    norms = np.linalg.norm(rows, axis=1)
    assert norms[3] == 0
    assert np.allclose(np.delete(norms, 3), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_same_as_sentence_transformers(embedder: Embedder) -> None:
    theirs = open_embedder(str(FOLDER)).embed(TEXTS)
    assert np.abs(theirs - embedder.embed(TEXTS)).max() < 2e-3  # they pool in half precision


def test_a_paraphrase_is_nearer_than_another_subject(embedder: Embedder) -> None:
    asked, near, far = embedder.embed(["不给公开的有几件", "拒绝公开", "明天北京天气怎么样"])
    assert asked @ near > asked @ far + 0.3


def test_opening_the_built_in_model_does_not_import_torch() -> None:
    code = (
        "import sys; from ingest.embedding import open_embedder; open_embedder().embed(['公开']);"
        "sys.exit(any(m in sys.modules for m in ('torch', 'transformers', 'jieba')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_threads_share_one_embedder(embedder: Embedder) -> None:
    alone = embedder.embed(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        for rows in pool.map(embedder.embed, [TEXTS] * 32):
            assert np.array_equal(rows, alone)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_text_embeds_the_same_alone_and_in_company(texts: list[str]) -> None:
    embedder = open_embedder(BUILT_IN)
    rows = embedder.embed(texts)
    for text, row in zip(texts, rows, strict=True):
        assert np.allclose(embedder.embed([text])[0], row, atol=1e-6)
        assert np.isfinite(row).all()


def test_an_absent_model_is_a_settings_error_that_says_what_to_do() -> None:
    with pytest.raises(SettingsError, match="embedding_model = 'nobody/nothing'"):
        open_embedder("nobody/nothing")


def test_a_folder_that_is_no_model_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=str(tmp_path.name)):
        open_embedder(str(tmp_path))
