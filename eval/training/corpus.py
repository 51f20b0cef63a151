"""The reports of the retrieval questions, read by the real road into a store of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.embedding import open_embedder
from ingest.errors import LoadError
from ingest.form import read_yaml
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store.library import Library
from ingest.store.vectors import Vectors

GOLD = files("eval") / "gold" / "retrieval"
SHARED = Path(__file__).parents[3] / "shared" / "reports"


@dataclass(frozen=True, slots=True)
class Corpus:
    library: Library
    vectors: Vectors
    report_ids: dict[str, str]  # file name → report id


def gold(name: str) -> list[Any]:
    """The question blocks of `dev` or `held-out`, without reports that are not on this machine."""
    blocks: list[Any] = read_yaml(GOLD / f"{name}.yaml")
    return [block for block in blocks if _source(block["report"]) is not None]


def _source(name: str) -> Path | None:
    with as_file(GOLD / "texts" / name) as path:
        own = path if path.exists() else SHARED / name
    return own if own.exists() else None


@contextmanager
def open_corpus(names: list[str]) -> Iterator[Corpus]:
    """A store with these files in it; gone afterwards."""
    with TemporaryDirectory() as folder:
        settings = Settings.load(None, data_dir=Path(folder))
        sources = {name: path for name in names if (path := _source(name)) is not None}
        library = Library.open(settings)
        vectors = Vectors.open(settings, open_embedder(settings.embedding_model), library)
        ids = {}
        for row in ingest(settings, list(sources.values())):
            if row.report_id is None:
                raise LoadError(row.source, row.error or "nothing was stored")
            ids[Path(row.source).name] = row.report_id
        yield Corpus(library, vectors, ids)
        vectors.close()
        library.close()
