"""Where the chat keeps conversations, turns and votes: the tables of the reports' own database."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

from assistant.desk import schema
from assistant.desk.base import desk_engine
from assistant.desk.migrate import to_head
from ingest.errors import StoreError
from ingest.settings import Settings
from ingest.store.sql import reading, writing

OLD_NAME = "chat.sqlite3"  # the file that earlier versions kept beside the database
# Its tables, and ours that they go into; the columns are the same, in this order.
_OLD_TABLES = (
    ("conversation", schema.conversations),
    ("turn", schema.turns),
    ("feedback", schema.feedback),
)


class ChatDatabase:
    """Safe for threads and processes; each transaction has a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, settings: Settings) -> ChatDatabase:
        """The database of `settings`, its tables brought up to date; conversations of an earlier
        version's file are taken over. Raises StoreError."""
        engine = desk_engine(settings)
        database = cls(engine)
        try:
            to_head(engine)
            take_over(database, settings.data_dir / OLD_NAME)
        except StoreError:
            database.close()
            raise
        return database

    def reading(self) -> AbstractContextManager[Connection]:
        return reading(self._engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """Committed at the end, rolled back on an exception."""
        return writing(self._engine)

    def insert(self, table: Table) -> Any:
        """An insert that can say what to do on a conflict."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)

    def close(self) -> None:
        self._engine.dispose()


def take_over(database: ChatDatabase, old: Path) -> None:
    """Copies what `old` holds and takes it away, so that nothing erased later stays in it.

    Interrupted, it is done again; rows that are there already stay as they are. Raises StoreError.
    """
    if not old.is_file():
        return
    try:
        with closing(sqlite3.connect(old, timeout=30)) as source, database.writing() as lent:
            for name, table in _OLD_TABLES:
                _copy(database, source, lent, name, table)
        for suffix in ("", "-wal", "-shm"):
            old.with_name(old.name + suffix).unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{old}：旧版对话记录不能转入：{error}") from error


def _copy(
    database: ChatDatabase, source: sqlite3.Connection, lent: Connection, name: str, table: Table
) -> None:
    columns = [column.name for column in table.columns]
    found = source.execute(f"SELECT {', '.join(columns)} FROM {name}")
    while rows := found.fetchmany(500):
        some = [dict(zip(columns, row, strict=True)) for row in rows]
        lent.execute(database.insert(table).on_conflict_do_nothing(), some)
