"""The bundled sample in a store of its own, and an assistant over made-up reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from assistant.assistant import Assistant
from ingest.figure import Report
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store.library import Library

# No test fails for being slow; a shared machine would make that a matter of luck.
hypothesis.settings.register_profile(
    "asking", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("asking")


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data directory with the six bundled reports; tests only read it."""
    settings = Settings.load(data_dir=tmp_path_factory.mktemp("sample") / "data")
    with as_file(files("ingest") / "sample") as folder:
        rows = list(ingest(settings, [folder]))
    assert [row.status for row in rows] == ["stored"] * 6
    return settings


@pytest.fixture(scope="session")
def sample(sample_settings: Settings) -> Iterator[Assistant]:
    """Numeric questions only: each test that needs vectors opens an assistant of its own."""
    assistant = Assistant.open(sample_settings)
    yield assistant
    assistant.library.close()


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Callable[..., Assistant]]:
    """asking(report, …) → an assistant over just these reports."""
    opened: list[Library] = []

    def over(*reports: Report, name: str = "made") -> Assistant:
        settings: Any = Settings.load(data_dir=tmp_path / name)
        assistant = Assistant.open(settings)
        opened.append(assistant.library)
        with assistant.library.writer() as writer:
            writer.put(list(reports))
        return assistant

    yield over
    for library in opened:
        library.close()
