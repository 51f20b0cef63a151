"""What the tests of the language model share: the scripted server and settings that lead to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from llm_server import ScriptedServer, scripted_server

from assistant.assistant import Assistant
from assistant.llm import breaker
from assistant.llm.client import Client
from ingest.pipeline import ingest
from ingest.settings import Settings


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as started:
        yield started


@pytest.fixture(autouse=True)
def _fresh_breakers() -> Iterator[None]:
    breaker.forget_all()
    yield
    breaker.forget_all()


@pytest.fixture
def llm_settings(server: ScriptedServer, tmp_path: Path) -> Callable[..., Settings]:
    """Settings that lead to the scripted server; short times, further ones by keyword."""

    def made(**changes: Any) -> Settings:
        known: dict[str, Any] = {"llm": "openai:scripted", "llm_base_url": server.url}
        known |= {"llm_timeout": 30, "llm_stall": 10, "data_dir": tmp_path / "data"}
        return Settings.load(environ={}, **{**known, **changes})

    return made


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that a client waited between tries; it never really waits."""
    return []


@pytest.fixture
def client(
    llm_settings: Callable[..., Settings], pauses: list[float]
) -> Iterator[Callable[..., Client]]:
    opened: list[Client] = []

    def made(**changes: Any) -> Client:
        opened.append(Client.open(llm_settings(**changes), sleep=pauses.append))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the bundled sample; tests only read it."""
    settings = Settings.load(environ={}, data_dir=tmp_path_factory.mktemp("sample") / "data")
    with as_file(files("ingest") / "sample") as folder:
        rows = list(ingest(settings, [folder]))
    assert [row.status for row in rows] == ["stored"] * 6
    return settings.data_dir


@pytest.fixture(scope="session")
def untouched(sample_data: Path) -> Path:
    """The same, made before anyone opens it. A database that is open here must not be copied as a
    file: closing a file drops every lock that this process holds on it (POSIX), and the next
    process then removes the write-ahead log under us."""
    return Path(shutil.copytree(sample_data, sample_data.parent / "untouched"))


@pytest.fixture
def own_data(untouched: Path, tmp_path: Path) -> Path:
    """A copy of the sample's data directory that the test may change."""
    return Path(shutil.copytree(untouched, tmp_path / "own"))


@pytest.fixture(scope="session")
def sample(sample_data: Path, untouched: Path) -> Iterator[Assistant]:
    """Over the bundled sample, without a language model."""
    assistant = Assistant.open(Settings.load(environ={}, data_dir=sample_data))
    yield assistant
    assistant.library.close()


@pytest.fixture
def asking(
    llm_settings: Callable[..., Settings], sample_data: Path, untouched: Path
) -> Iterator[Callable[..., Assistant]]:
    """asking(**settings) → an assistant over the sample whose model is the scripted server."""
    opened: list[Assistant] = []

    def made(**changes: Any) -> Assistant:
        known: dict[str, Any] = {"data_dir": sample_data, "llm_cache": 0, "llm_retries": 0}
        opened.append(Assistant.open(llm_settings(**{**known, **changes})))
        return opened[-1]

    yield made
    for assistant in opened:
        assistant.library.close()
        if "llm" in assistant.__dict__ and assistant.llm is not None:
            assistant.llm.client.close()
