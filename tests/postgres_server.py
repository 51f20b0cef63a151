"""A real PostgreSQL on loopback that lives as long as the tests; a conftest names its fixtures."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

UNPRIVILEGED = ("postgres", "nobody")
_SILENT: dict[str, Any] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.DEVNULL,
    "stderr": subprocess.DEVNULL,
}


@pytest.fixture
def postgres_database(postgres_url: str) -> str:
    """The URL of an empty database."""
    name = f"t{uuid4().hex}"
    with closing(_connected(f"{postgres_url}/postgres")) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}"')
    return f"{postgres_url}/{name}"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL (without database) of a PostgreSQL that lives as long as the tests.

    A child of ours, so that it can always be ended; in a folder of its own directly below the
    temporary one, because the folders of pytest are closed to the user it runs as.
    """
    binaries = _postgres_binaries()
    user = _unprivileged()
    with TemporaryDirectory(prefix="wenbao-postgres-", ignore_cleanup_errors=True) as name:
        data = Path(name) / "data"
        if user is not None:
            entry = pwd.getpwnam(user)
            os.chown(name, entry.pw_uid, entry.pw_gid)
        initdb = [binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8"]
        subprocess.run(initdb, user=user, cwd="/", check=True, timeout=120, **_SILENT)
        port = free_port()
        server = [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port)]
        server += ["-k", "", "-c", "fsync=off"]
        process = subprocess.Popen(server, user=user, cwd="/", **_SILENT)
        try:
            url = f"postgresql://tester@127.0.0.1:{port}"
            _wait_for_postgres(f"{url}/postgres", process)
            yield url
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing in it is wanted any more
            process.wait(timeout=60)


def _wait_for_postgres(url: str, process: subprocess.Popen[bytes]) -> None:
    import pg8000

    for _ in range(600):
        try:
            _connected(url).close()
        except pg8000.Error:
            if process.poll() is not None:
                pytest.fail(f"postgres ended at once with {process.returncode}")
            time.sleep(0.1)
        else:
            return
    pytest.fail("postgres does not answer")


def _connected(url: str) -> Any:
    import pg8000

    parts = urlsplit(url)
    return pg8000.connect(
        parts.username,
        host=parts.hostname,
        port=parts.port,
        database=parts.path.strip("/"),
        timeout=30,
    )


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("no PostgreSQL on this machine (initdb not found)")
    return found[-1].parent if found else Path(str(on_path)).parent


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: whom to run it as instead."""
    if os.getuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("running as root and there is no unprivileged user to run PostgreSQL as")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
