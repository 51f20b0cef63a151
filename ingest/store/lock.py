"""One writer at a time: a lock that the system frees when its holder dies, and says who holds it.

Embedded stores (SQLite file, Chroma folder) are guarded by a lock file in their folder, a
PostgreSQL database by an advisory lock in it. Readers take no lock.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text

from ingest.errors import StoreError, StoreLockedError
from ingest.settings import Settings

LOCK_NAME = "writer.lock"
HOLDER_NAME = "writer.json"
_ADVISORY_KEY = 0x77656E62616F  # "wenbao"
_POLL_SECONDS = 0.2
_BUSY = "{} 正在写入，等它结束后再试"
_SOMEONE = "另一个进程"


@contextmanager
def writer_lock(
    settings: Settings, engine: Engine, *, command: str = "", wait: float = 0.0
) -> Iterator[None]:
    """Hold every lock that the stores in force need. `wait` in seconds.

    Raises StoreLockedError naming the holder, StoreError where a lock file cannot be made.
    """
    command = command or _this_command()
    with ExitStack() as stack:
        for folder in _embedded_folders(settings, engine):
            stack.enter_context(_folder_lock(folder, command, wait))
        if engine.dialect.name == "postgresql":
            stack.enter_context(_database_lock(engine, command, wait))
        yield


def _embedded_folders(settings: Settings, engine: Engine) -> list[Path]:
    """In a fixed order, so that two writers cannot hold one each."""
    folders = set()
    if engine.dialect.name == "sqlite":
        folders.add(Path(engine.url.database or "").parent.resolve())
    if settings.chroma_url is None:
        folders.add(settings.data_dir.resolve())
    return sorted(folders)


@contextmanager
def _folder_lock(folder: Path, command: str, wait: float) -> Iterator[None]:
    holder = folder / HOLDER_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # not thread-local: an ingest may be begun in one thread and closed in another
        lock = FileLock(folder / LOCK_NAME, thread_local=False)
        lock.acquire(timeout=wait, poll_interval=_POLL_SECONDS)
    except Timeout as error:
        raise StoreLockedError(f"{folder}：{_described(holder)}") from error
    except OSError as error:
        raise StoreError(f"{folder}：数据目录不能写入：{error.strerror}") from error
    try:
        _write_holder(holder, command)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _write_holder(path: Path, command: str) -> None:
    entry = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": command,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    new = path.with_suffix(".new")  # replaced in one step: who reads it never sees half of it
    new.write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
    new.replace(path)


def _described(path: Path) -> str:
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        who = "{command}（pid {pid}，主机 {host}，自 {since}）".format(**entry)
    except (OSError, ValueError, KeyError, TypeError):
        who = _SOMEONE
    return _BUSY.format(who)


@contextmanager
def _database_lock(engine: Engine, command: str, wait: float) -> Iterator[None]:
    deadline = monotonic() + wait
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = f"{command} pid {os.getpid()} on {socket.gethostname()}"[:60]
        connection.execute(
            text("SELECT set_config('application_name', :name, false)"), {"name": name}
        )
        while not _advisory(connection, "pg_try_advisory_lock"):
            if monotonic() >= deadline:
                raise StoreLockedError(
                    f"数据库 {engine.url.database}：{_database_holder(connection)}"
                )
            sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            _advisory(connection, "pg_advisory_unlock")


def _advisory(connection: Connection, function: str) -> bool:
    return bool(
        connection.execute(text(f"SELECT {function}(:key)"), {"key": _ADVISORY_KEY}).scalar()
    )


def _database_holder(connection: Connection) -> str:
    row = connection.execute(
        text(
            "SELECT a.application_name, a.backend_start FROM pg_locks l "
            "JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted "
            "AND (l.classid::bigint << 32 | l.objid::bigint) = :key LIMIT 1"
        ),
        {"key": _ADVISORY_KEY},
    ).first()
    who = f"{row[0]}，自 {row[1]:%Y-%m-%dT%H:%M:%S}" if row else _SOMEONE
    return _BUSY.format(who)


def _this_command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]).strip() or "python"
