"""The small database of the web chat: conversations, turns and votes, one file in data_dir."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import StoreError

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL,
    updated REAL NOT NULL, removed REAL);
CREATE INDEX IF NOT EXISTS conversation_owner ON conversation (owner, updated);
CREATE TABLE IF NOT EXISTS turn (
    conversation TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, answer TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (conversation, number));
CREATE TABLE IF NOT EXISTS feedback (
    session TEXT NOT NULL, turn INTEGER NOT NULL, vote TEXT NOT NULL,
    comment TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (session, turn));
"""


class ChatDatabase:
    """One SQLite file shared by all threads; each transaction holds the lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> ChatDatabase:
        """Opens or creates `path`. Raises StoreError naming the file."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.executescript(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path}: the chat database cannot be opened: {error}") from error
        return cls(connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection, alone; committed at the end, rolled back on an exception."""
        with self._lock, self._connection:
            yield self._connection

    def close(self) -> None:
        with self._lock:
            self._connection.close()
