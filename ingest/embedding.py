"""Text → vector, and pairs of texts → how well they fit. The built-in embedding model needs numpy
and tokenizers only; any other name is a sentence-transformers model. This is the only module that
imports sentence_transformers."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ingest.errors import SettingsError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUILT_IN = "built-in"
MODEL = "wenbao-static-zh"
_CHUNK = 256  # texts pooled at once: bounds the scratch matrix of token rows

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Embeds texts. `name` tells two models apart (it becomes part of a collection's name)."""

    name: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dimension], each row L2-normalised (all zero for an empty text)."""

    def __hash__(self) -> int:
        """By identity: what is derived from an embedder is cached with it."""


def open_embedder(name: str = BUILT_IN) -> Embedder:
    """The embedder called `name`: "built-in", a folder, or a sentence-transformers model that is
    already on this machine. Raises SettingsError naming the setting and the command that mends it.
    """
    if name == BUILT_IN:
        with as_file(files("ingest") / "models" / MODEL) as folder:
            return StaticEmbedder.load(folder)
    return SentenceTransformerEmbedder(name)


class StaticEmbedder:
    """Mean of token rows, L2-normalised: what sentence-transformers' StaticEmbedding computes.

    Safe to share between threads: it only reads after construction.
    """

    def __init__(self, tokenizer: Tokenizer, rows: Vectors, name: str) -> None:
        self.name = name
        self.dimension = int(rows.shape[1])
        self._tokenizer = tokenizer
        self._rows = rows

    @classmethod
    def load(cls, folder: Path) -> StaticEmbedder:
        """From a folder with tokenizer.json and model.safetensors. Raises SettingsError."""
        from safetensors import SafetensorError
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        try:
            data = (folder / "model.safetensors").read_bytes()
            rows = load(data)["embedding.weight"]
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (OSError, KeyError, SafetensorError) as error:
            raise SettingsError(f"{folder}：不是静态向量模型：{error}") from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        digest = hashlib.sha256(data).hexdigest()[:8]
        return cls(tokenizer, rows.astype(np.float32), f"{folder.name}-{digest}")

    def embed(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            chunk = list(texts[start : start + _CHUNK])
            encodings = self._tokenizer.encode_batch_fast(chunk, add_special_tokens=False)
            out[start : start + len(chunk)] = self._pooled([e.ids for e in encodings])
        return out

    def _pooled(self, ids: list[list[int]]) -> Vectors:
        """Mean direction of the rows of each list; the length drops out by normalising."""
        sums = np.zeros((len(ids), self.dimension), dtype=np.float32)
        filled = [index for index, tokens in enumerate(ids) if tokens]
        if filled:
            flat = np.fromiter((t for tokens in ids for t in tokens), dtype=np.int64)
            lengths = np.array([len(ids[index]) for index in filled])
            starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
            sums[filled] = np.add.reduceat(self._rows[flat], starts, axis=0) / lengths[:, None]
        return _normalised(sums)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model of this machine; nothing is downloaded."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load_sentence_transformer(name)
        self.dimension = int(self._model.get_embedding_dimension())
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            found = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        # Half-precision models give NaN for a text without tokens: it has no direction.
        return _normalised(np.nan_to_num(np.asarray(found, dtype=np.float32)))


class CrossEncoderReranker:
    """Any cross-encoder of this machine (the setting `reranker`); nothing is downloaded.

    Raises SettingsError naming the setting where the library or the model is missing.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load("reranker", name, "CrossEncoder", "不设 reranker")
        self._lock = threading.Lock()

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts)], 0..1: how well each text answers `query`."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        pairs = [(query, text) for text in texts]
        with self._lock:
            found = self._model.predict(pairs, convert_to_numpy=True, show_progress_bar=False)
        found = np.nan_to_num(np.asarray(found, dtype=np.float32))
        if found.ndim != 1:
            raise SettingsError(
                f"设置 reranker = {self.name!r}：这个模型对每一对文本给出的不是一个分数"
            )
        if found.size and (found.min() < 0 or found.max() > 1):  # logits: no activation of its own
            found = 1 / (1 + np.exp(-found))
        scored: Vectors = found.astype(np.float32)
        return scored


def _load_sentence_transformer(name: str) -> Any:
    instead = f"改用 embedding_model = {BUILT_IN!r}"
    return _load("embedding_model", name, "SentenceTransformer", instead)


def _load(setting: str, name: str, kind: str, instead: str) -> Any:
    """The class `kind` of sentence-transformers, loaded with the model that `setting` names."""
    try:
        import sentence_transformers
    except ImportError as error:
        raise SettingsError(
            f"设置 {setting} = {name!r} 需要 sentence-transformers："
            f"请运行 pip install 'wenbao[models]'，或{instead}"
        ) from error
    try:
        return getattr(sentence_transformers, kind)(name, local_files_only=True)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"设置 {setting} = {name!r}：本机没有这个模型"
            f"（先运行一次 hf download {name}，或写模型所在的文件夹）"
        ) from error


def _normalised(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Vectors = rows / np.maximum(norms, 1e-12)
    return result
