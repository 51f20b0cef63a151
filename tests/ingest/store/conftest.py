"""A library over SQLite and over a real PostgreSQL on loopback; a real Chroma server."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener
from uuid import uuid4

import pytest

from ingest.settings import Settings
from ingest.store.library import Library

UNPRIVILEGED = ("postgres", "nobody")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def store_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with an empty store of their own, once for each database."""
    if request.param == "sqlite":
        return Settings.load(data_dir=tmp_path / "data")
    server: str = request.getfixturevalue("postgres_url")
    name = f"t{uuid4().hex}"
    _sql(f"{server}/postgres", f'CREATE DATABASE "{name}"')
    return Settings.load(data_dir=tmp_path / "data", database_url=f"{server}/{name}")


@pytest.fixture
def library(store_settings: Settings) -> Iterator[Library]:
    with Library.open(store_settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL (without database) of a PostgreSQL that lives as long as the tests."""
    binaries = _postgres_binaries()
    folder = tmp_path_factory.mktemp("postgres")
    as_user = _unprivileged(folder)
    port = _free_port()
    data = folder / "data"
    _run([binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8"], as_user)
    options = f"-h 127.0.0.1 -p {port} -k '' -c fsync=off"
    log = folder / "log"
    _run([binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"], as_user)
    try:
        yield f"postgresql://tester@127.0.0.1:{port}"
    finally:
        _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], as_user)


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("no PostgreSQL on this machine (initdb not found)")
    return found[-1].parent if found else Path(str(on_path)).parent


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: whom to run it as, with `folder` made theirs."""
    if os.getuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        for parent in folder.parents:  # pytest's folders are closed to others
            if parent == Path(parent.anchor) or parent.stat().st_mode & 0o001:
                break
            parent.chmod(parent.stat().st_mode | 0o011)
        return name
    pytest.skip("running as root and there is no unprivileged user to run PostgreSQL as")


def _run(command: list[str | Path], user: str | None) -> None:
    # not captured: the server inherits the pipe and would keep it open for ever
    subprocess.run(
        command,
        user=user,
        cwd="/",
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )


def _sql(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Chroma server that lives as long as the tests."""
    program = Path(sys.executable).with_name("chroma")
    if not program.exists():
        pytest.skip("the chroma program is not installed beside this Python")
    port = _free_port()
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
