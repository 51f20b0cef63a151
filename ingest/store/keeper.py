"""Keeper: both stores as one. SQL leads, vectors follow, and what ends early is made good.

stage (SQL, unseen) → add vectors → publish (SQL: the new seen, the old not)
                    → remove the old one's vectors → purge its rows
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import StoreError
from ingest.figure import Report
from ingest.settings import Settings
from ingest.store.batch import Batch
from ingest.store.library import Library
from ingest.store.writer import PutStatus, Staged, Writer

if TYPE_CHECKING:
    from ingest.store.vectors import Vectors

Checkpoint = Callable[[str], None]  # told the name of each step when it is done

_BATCH_REPORTS = 16


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one report: its status and the sources it pushed out, or the error."""

    status: PutStatus | None
    pushed_out: tuple[str, ...] = ()
    error: str = ""


class Keeper:
    """Writes and removes reports in both stores. Made while Library.writer() holds the lock."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        writer: Writer,
        vectors: Vectors | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self.writer = writer
        self._settings = settings
        self._library = library
        self._vectors = vectors
        self._checkpoint = checkpoint or (lambda step: None)
        self._trusted = False

    def recover(self) -> None:
        """Roll back or finish what an earlier run left; make the vectors that are lacking."""
        self.clear()
        if self._library.reports():
            self.fill(self.writer.lacking_vectors(self.vectors.collection))

    def clear(self) -> None:
        """Delete versions that are not real: half-written, pushed out or removed."""
        self._delete(self.writer.unfinished())

    def write(self, reports: Sequence[Report]) -> list[Written]:
        """Store reports of distinct ids and contents, each wholly or not at all.

        A report that the database refuses has its error in its place. Raises StoreError where
        the stores refuse altogether.
        """
        staged = self._staged(reports)
        good = [entry for entry in staged if isinstance(entry, Staged)]
        self._checkpoint("staged")
        self._trusted_vectors().add(_batch(entry.key, entry.report) for entry in good)
        self._checkpoint("embedded")
        pushed = self.writer.publish(good, self.vectors.collection)
        self._checkpoint("published")
        self._delete(pushed)
        return [
            Written(entry.status, entry.pushed_out)
            if isinstance(entry, Staged)
            else Written(None, error=str(entry))
            for entry in staged
        ]

    def fill(self, keys: Sequence[int]) -> None:
        """Make the vectors of ready versions, a batch at a time."""
        for start in range(0, len(keys), _BATCH_REPORTS):
            few = keys[start : start + _BATCH_REPORTS]
            collection = self.vectors.collection
            self.writer.mark_vectors(collection, few, done=False)
            self.vectors.add(self._stored(few))
            self.writer.mark_vectors(collection, few, done=True)

    @property
    def vectors(self) -> Vectors:
        """The vectors of the model in force; opening them is slow, so only where needed."""
        if self._vectors is None:
            from ingest.embedding import open_embedder
            from ingest.store.vectors import Vectors

            embedder = open_embedder(self._settings.embedding_model)
            self._vectors = Vectors.open(self._settings, embedder, self._library)
        return self._vectors

    def _staged(self, reports: Sequence[Report]) -> list[Staged | StoreError]:
        """All in one transaction; where that fails one at a time, to know which is at fault."""
        collection = self.vectors.collection
        try:
            return [*self.writer.stage(reports, collection)]
        except StoreError as error:
            if len(reports) == 1:
                return [error]
        return [entry for report in reports for entry in self._staged([report])]

    def _delete(self, keys: Sequence[int]) -> None:
        """Vectors first, rows last: while the row is there, an interruption is noticed."""
        bare = set(self.writer.without_vectors(keys))
        dressed = [key for key in keys if key not in bare]
        if dressed:
            self.vectors.remove(dressed)
            self._checkpoint("unembedded")
        if keys:
            self.writer.purge(keys)
            self._checkpoint("purged")

    def _trusted_vectors(self) -> Vectors:
        """The vectors, made again if their folder is not the one that SQL remembers."""
        if not self._trusted:
            self._trusted = True
            collection = self.vectors.collection
            if self.vectors.count() < self.writer.vectors_due(collection):
                self.vectors.drop()
                self.writer.forget_vectors(collection)
                self.fill(self.writer.lacking_vectors(collection))
        return self.vectors

    def _stored(self, keys: Sequence[int]) -> Iterator[Batch]:
        live = self._library.live_keys()
        for key in keys:
            info = self._library.report(live[key])
            assert info is not None, "the writer's lock keeps reports from going"
            passages = self._library.passages(info.id)
            yield Batch(key, info.id, info.publisher, info.year, passages)


def _batch(key: int, report: Report) -> Batch:
    return Batch(key, report.id, report.publisher, report.year, report.passages)
