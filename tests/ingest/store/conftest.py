"""A library over SQLite and over a real PostgreSQL on loopback; a real Chroma server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
from postgres_server import free_port, postgres_database, postgres_url

from ingest.settings import Settings
from ingest.store.library import Library

__all__ = ["postgres_database", "postgres_url"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def store_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with an empty store of their own, once for each database."""
    if request.param == "sqlite":
        return Settings.load(data_dir=tmp_path / "data")
    return Settings.load(
        data_dir=tmp_path / "data", database_url=request.getfixturevalue("postgres_database")
    )


@pytest.fixture
def library(store_settings: Settings) -> Iterator[Library]:
    with Library.open(store_settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Chroma server that lives as long as the tests."""
    program = Path(sys.executable).with_name("chroma")
    if not program.exists():
        pytest.skip("the chroma program is not installed beside this Python")
    port = free_port()
    folder = tmp_path_factory.mktemp("chroma-server")
    command = [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    direct = build_opener(ProxyHandler({}))
    for _ in range(300):
        try:
            with direct.open(url, timeout=2):
                return
        except (URLError, OSError):
            if process.poll() is not None:
                pytest.fail(f"chroma ended at once with {process.returncode}")
            time.sleep(0.1)
    pytest.fail("chroma does not answer")
