"""Brings the tables of the desk to a revision: at opening, to the latest.

All of it is one transaction, also on SQLite; a process that comes second waits for the first and
finds nothing left to do.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.desk.schema import VERSION_TABLE
from ingest.errors import StoreError
from ingest.store.sql import reading, writing

HEAD = "0004"
_LOCK = 0x6465736B  # "desk": one migration at a time in one PostgreSQL database


def to_head(engine: Engine) -> None:
    """Raises StoreError where the database fails, or is newer than this program."""
    found = revision(engine)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise StoreError(f"数据库由更新的版本建立（{found}），请升级本程序")
    move(engine, HEAD)


def revision(engine: Engine) -> str | None:
    """The revision that the tables are at; None before the first."""
    with reading(engine) as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    row = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).first()
    return str(row[0]) if row else None


def move(engine: Engine, target: str) -> None:
    """Up or down to the revision `target` ("base" = none). Raises StoreError."""
    with as_file(files("assistant") / "desk" / "migrations") as folder, writing(engine) as lent:
        if engine.dialect.name == "postgresql":
            lent.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if (now := _revision(lent)) != target:
            _run(lent, str(folder), now, target)


def _run(connection: Connection, folder: str, now: str | None, target: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    down = target == "base" or (now is not None and target < now)
    step: Any = command.downgrade if down else command.upgrade
    try:
        step(config, target)
    except CommandError as error:
        raise StoreError(f"数据库结构不能转到 {target}：{error}") from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise StoreError(f"数据库结构不能转到 {target}：{reason}") from error
