"""PostgreSQL and a Chroma server instead of the embedded stores: the same reports, the same way."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from ingest import pipeline
from ingest.embedding import open_embedder
from ingest.settings import Settings
from ingest.store.library import Library
from ingest.store.vectors import Vectors

SAMPLE = Path(str(files("ingest") / "sample"))

pytestmark = pytest.mark.server


@pytest.fixture
def server_settings(tmp_path: Path, postgres_database: str, chroma_url: str) -> Settings:
    return Settings.load(
        data_dir=tmp_path / "server",
        database_url=postgres_database,
        chroma_url=chroma_url,
    )


def test_the_same_reports_in_both_profiles(settings: Settings, server_settings: Settings) -> None:
    for profile in (settings, server_settings):
        rows = list(pipeline.ingest(profile, [SAMPLE]))
        assert {row.status for row in rows} == {"stored"}
        again = list(pipeline.ingest(profile, [SAMPLE]))
        assert {row.status for row in again} == {"unchanged"}

    with Library.open(settings) as embedded, Library.open(server_settings) as server:
        assert server.figures() == embedded.figures()
        assert server.passages() == embedded.passages()
        assert server.checks() == embedded.checks()
        assert server.measures() == embedded.measures()
        for info in embedded.reports():
            assert server.tables(info.id) == embedded.tables(info.id)
        question = "存在哪些问题"
        found = [
            Vectors.open(profile, open_embedder(), library).search(question, 3)
            for profile, library in ((settings, embedded), (server_settings, server))
        ]
        scores = [[score for _, score in hits] for hits in found]
        assert scores[0] == pytest.approx(scores[1], abs=1e-4)

        [first, *_] = embedded.reports()
        assert pipeline.remove(server_settings, [first.id]) == [first.id]
        assert server.report(first.id) is None
        assert server.figures(report_ids=[first.id]) == []
    assert not server_settings.data_dir.exists()  # nothing is left on this machine
