"""Embeds: what reviewed answers need of an embedder; the built-in one, loaded when first needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from ingest.embedding import Embedder, Vectors, open_embedder


class Embeds(Protocol):
    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dimension], each row L2-normalised."""


class LazyEmbedder:
    """The built-in model whatever the settings name: the threshold of reviewed answers was
    measured with it."""

    @cached_property
    def _inner(self) -> Embedder:
        return open_embedder()

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._inner.embed(texts)
