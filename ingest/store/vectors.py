"""Vectors of passages in Chroma, through langchain-chroma.

Derived data: SQL says which report versions exist, and vectors can always be made again from its
passages. The collection's name carries the store and the embedding model, so that two models (or
two stores on one server) never mix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings

from ingest.figure import Passage
from ingest.settings import Settings
from ingest.store.batch import Batch
from ingest.store.chroma import ChromaSource, source_of
from ingest.store.library import Library

if TYPE_CHECKING:
    from langchain_chroma import Chroma

    from ingest.embedding import Embedder

_PREFIX = "wenbao"
_PIECE = 256  # passages embedded and written while the folder's lock is held
_SPARE = 8  # extra hits fetched for those of versions that are no longer, or not yet, ready


class Vectors:
    """Nearest passages by meaning. Made by `open()`; nothing is connected until first used."""

    def __init__(self, source: ChromaSource, library: Library, embedder: Embedder | None) -> None:
        self._source = source
        self._library = library
        self._embedder = embedder
        self._store_prefix = f"{_PREFIX}-{library.store_id}-"
        self._chroma: tuple[int, Chroma] | None = None

    @classmethod
    def open(
        cls, settings: Settings, embedder: Embedder | None, library: Library | None = None
    ) -> Vectors:
        """The vectors of a data directory. Without `embedder` they can only be removed."""
        library = library or Library.open(settings)
        return cls(source_of(settings), library, embedder)

    def close(self) -> None:
        self._source.close()

    @property
    def collection(self) -> str:
        """Store, model and dimension as a name that Chroma allows."""
        assert self._embedder is not None, "opened without an embedder"
        name = self._embedder.name
        plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40] or "model"
        mark = sha256(name.encode()).hexdigest()[:8]
        return f"{self._store_prefix}{plain}-{mark}-{self._embedder.dimension}"

    def add(self, batches: Iterable[Batch]) -> None:
        """Embed and write passages; writing the same again changes nothing. Raises StoreError."""
        entries = [
            (f"{batch.key}:{number}", passage.text, _metadata(batch, passage))
            for batch in batches
            for number, passage in enumerate(batch.passages)
        ]
        for start in range(0, len(entries), _PIECE):
            ids, texts, metadatas = zip(*entries[start : start + _PIECE], strict=True)
            with self._source.client(writing=True) as client:
                self._open_chroma(client).add_texts(
                    list(texts), metadatas=list(metadatas), ids=list(ids)
                )

    def remove(self, keys: Sequence[int]) -> None:
        """Delete the vectors of report versions from every model's collection of this store."""
        if not keys:
            return
        with self._source.client(writing=True) as client:
            for collection in self._collections(client):
                for start in range(0, len(keys), _PIECE):
                    few = list(keys[start : start + _PIECE])
                    collection.delete(where={"report_key": {"$in": few}})

    def search(
        self,
        text: str,
        k: int = 5,
        *,
        report_ids: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """(passage id, cosine similarity) of the nearest passages of ready reports, best first.

        Raises StoreError.
        """
        live = self._library.live_keys()
        chosen = None if report_ids is None else set(report_ids)
        keys = [key for key, name in live.items() if chosen is None or name in chosen]
        if not keys:
            return []
        where: Any = None if chosen is None else {"report_key": {"$in": keys}}
        with self._source.client() as client:
            found = self._open_chroma(client).similarity_search_with_score(
                text, k=k + _SPARE, filter=where
            )
        hits = [
            (str(document.metadata["passage_id"]), 1.0 - distance)
            for document, distance in found
            if document.metadata["report_key"] in live
        ]
        return hits[:k]

    def count(self) -> int:
        """Vectors in the collection of the model in force."""
        with self._source.client() as client:
            self._open_chroma(client)
            return int(client.get_collection(self.collection, embedding_function=None).count())

    def drop(self) -> None:
        """Delete the collection of the model in force; it is made again when next used."""
        with self._source.client(writing=True) as client:
            self._chroma = None
            for collection in self._collections(client):
                if collection.name == self.collection:
                    client.delete_collection(collection.name)

    def _collections(self, client: Any) -> list[Any]:
        names = [entry.name for entry in client.list_collections()]
        return [
            client.get_collection(name, embedding_function=None)
            for name in names
            if name.startswith(self._store_prefix)
        ]

    def _open_chroma(self, client: Any) -> Chroma:
        from langchain_chroma import Chroma

        if self._chroma is None or self._chroma[0] != self._source.number:
            assert self._embedder is not None, "opened without an embedder"
            chroma = Chroma(
                client=client,
                collection_name=self.collection,
                collection_configuration={"hnsw": {"space": "cosine"}},
                embedding_function=_Adapter(self._embedder),
            )
            self._chroma = self._source.number, chroma
        return self._chroma[1]


class _Adapter(Embeddings):
    """Our Embedder as LangChain's Embeddings."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def _metadata(batch: Batch, passage: Passage) -> dict[str, str | int]:
    metadata: dict[str, str | int] = {
        "report_key": batch.key,
        "report_id": batch.report_id,
        "passage_id": passage.id,
        "publisher": batch.publisher,
        "section": " › ".join(passage.section),
        "order": passage.order,
    }
    if batch.year is not None:  # Chroma has no null
        metadata["year"] = batch.year
    return metadata
