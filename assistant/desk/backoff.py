"""Back-off: after some failures an account or an address must wait, twice as long each time.

An account is never locked for good, so that nobody can shut its owner out for longer than
LONGEST_WAIT.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from assistant.desk import schema
from assistant.desk.base import Ground
from assistant.desk.keyring import hashed
from assistant.desk.records import Actor
from ingest.errors import TooManyError

FREE_TRIES = {"name": 5, "from": 20}  # before the first wait
FIRST_WAIT, LONGEST_WAIT = 30.0, 3600.0  # seconds
FORGOTTEN = 24 * 3600.0  # seconds after the last failure
F = schema.failures.c


class Backoff:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def check(self, name: str, where: str) -> None:
        """Raises TooManyError while `name` or `where` has to wait."""
        with self._ground.reading() as lent:
            waits = [self._wait(lent, kind, bucket) for kind, bucket in _buckets(name, where)]
        if (wait := max(waits)) > 0:
            raise TooManyError(f"失败次数太多，请 {int(wait) + 1} 秒后再试", int(wait) + 1)

    def failed(self, name: str, where: str) -> None:
        now = self._ground.clock()
        with self._ground.writing() as lent:
            lent.execute(delete(schema.failures).where(F.at < now - FORGOTTEN))
            for _, bucket in _buckets(name, where):
                if (row := _find(lent, bucket)) is None:
                    lent.execute(insert(schema.failures), {"bucket": bucket, "tries": 1, "at": now})
                else:
                    more = update(schema.failures).where(F.bucket == row.bucket)
                    lent.execute(more.values(tries=F.tries + 1, at=now))
            self._ground.audit(lent, Actor(0, name[:60], "staff", where), "login.failed", name[:60])

    def succeeded(self, name: str) -> None:
        """The account's failures are forgotten, the address's not: it may be trying others."""
        with self._ground.writing() as lent:
            lent.execute(delete(schema.failures).where(F.bucket == _bucket("name", name)))

    def _wait(self, lent: Connection, kind: str, bucket: str) -> float:
        row = _find(lent, bucket)
        if row is None or row.tries < FREE_TRIES[kind]:
            return 0.0
        doublings = min(row.tries - FREE_TRIES[kind], 30)
        until: float = row.at + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
        return until - self._ground.clock()


def _buckets(name: str, where: str) -> list[tuple[str, str]]:
    return [("name", _bucket("name", name)), ("from", _bucket("from", where))]


def _bucket(kind: str, value: str) -> str:
    return f"{kind}:{hashed(value)[:40]}"


def _find(lent: Connection, bucket: str) -> Row[Any] | None:
    return lent.execute(select(schema.failures).where(F.bucket == bucket)).first()
