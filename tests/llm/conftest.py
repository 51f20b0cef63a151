"""What the tests of the language model share: the scripted server and settings that lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from llm_server import ScriptedServer, scripted_server

from assistant.llm import breaker
from assistant.llm.client import Client
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
        known |= {"llm_timeout": 10, "llm_stall": 1, "data_dir": tmp_path / "data"}
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
