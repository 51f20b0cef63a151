"""Cache: accepted replies by the hash of what was asked, in a small SQLite file of their own."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)
_MAKE = """create table if not exists replies
    (key text primary key, reply text not null, used real not null)"""
_TRIM = """delete from replies where key not in
    (select key from replies order by used desc limit ?)"""


def key_of(asked: Any) -> str:
    """The SHA-256 of `asked` (plain data) in one spelling."""
    text = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Cache:
    """At most `limit` replies; the one used longest ago goes first. A broken file costs a warning,
    never an answer."""

    def __init__(self, path: Path, limit: int) -> None:
        self.path = path
        self.limit = limit
        self._lock = threading.Lock()

    def get(self, key: str) -> dict[str, Any] | None:
        rows = self._run([("select reply from replies where key = ?", (key,))])
        if not rows:
            return None
        self._run([("update replies set used = ? where key = ?", (time.time(), key))])
        found = json.loads(rows[0][0])
        return found if isinstance(found, dict) else None

    def put(self, key: str, reply: dict[str, Any]) -> None:
        text = json.dumps(reply, ensure_ascii=False)
        self._run(
            [
                ("insert or replace into replies values (?, ?, ?)", (key, text, time.time())),
                (_TRIM, (self.limit,)),
            ]
        )

    def __len__(self) -> int:
        rows = self._run([("select count(*) from replies", ())])
        return int(rows[0][0]) if rows else 0

    def _run(self, statements: list[tuple[str, tuple[Any, ...]]]) -> list[Any]:
        if self.limit <= 0:
            return []
        try:
            with self._lock:
                return self._ran(statements)
        except (sqlite3.Error, OSError) as error:
            _log.warning("the cache of the language model (%s) is not usable: %s", self.path, error)
            return []

    def _ran(self, statements: list[tuple[str, tuple[Any, ...]]]) -> list[Any]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=2)
        try:
            with connection:
                connection.execute(_MAKE)
                rows: list[Any] = []
                for statement, values in statements:
                    rows = connection.execute(statement, values).fetchall()
                return rows
        finally:
            connection.close()
