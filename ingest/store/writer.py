"""Writer: the steps by which reports come and go, each one transaction.

    stage    new versions are written beside the old ones, unseen           (state writing)
    publish  the new are ready and the old no longer seen, in one commit    (ready / removing)
    purge    rows of versions that are gone are deleted

Vectors are made between stage and publish, and deleted between publish and purge (see
ingest/pipeline.py). A process that dies anywhere leaves versions in state writing or removing,
which `unfinished()` lists for the next writer to roll back or to finish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from ingest.figure import Report
from ingest.recipe import recipe
from ingest.store import rows, schema
from ingest.store.sql import reading, writing

PutStatus = Literal["stored", "unchanged", "replaced"]

_CHILDREN: tuple[tuple[Any, Callable[[int, Report], list[dict[str, Any]]]], ...] = (
    (schema.figures, rows.figure_rows),
    (schema.passages, rows.passage_rows),
    (schema.tables, rows.table_rows),
    (schema.checks, rows.check_rows),
)
_MANY = 400  # keys bound into one statement


@dataclass(frozen=True, slots=True)
class Staged:
    """A version that is written and not yet seen.

    `replaces`: keys of the ready versions it will push out; `pushed_out`: their sources.
    """

    key: int
    report: Report
    replaces: tuple[int, ...]
    pushed_out: tuple[str, ...]

    @property
    def status(self) -> PutStatus:
        return "replaced" if self.replaces else "stored"


@dataclass(frozen=True, slots=True)
class Known:
    """A ready report of the same content, and whether today's rules read it."""

    key: int
    id: str
    publisher: str
    year: int | None
    current: bool

    def same_as(self, report: Report) -> bool:
        """Whether reading it again said nothing new: same rules, and the same identity."""
        mine = (self.id, self.publisher, self.year)
        return self.current and mine == (report.id, report.publisher, report.year)


class Writer:
    """Changes to the SQL side. Made by Library.writer(), which holds the lock meanwhile."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, content_hash: str) -> Known | None:
        """The ready report made from the same bytes, if any."""
        table = schema.reports
        statement = (
            select(table)
            .where(table.c.content_hash == content_hash, table.c.state == schema.READY)
            .order_by(table.c.key.desc())
        )
        with reading(self._engine) as connection:
            row = connection.execute(statement).first()
        if row is None:
            return None
        return Known(
            key=row.key,
            id=row.id,
            publisher=row.publisher,
            year=row.year,
            current=row.recipe == recipe(),
        )

    def put(self, reports: Sequence[Report]) -> list[PutStatus]:
        """Store reports without vectors, one transaction each step."""
        statuses: list[PutStatus] = []
        for report in reports:
            known = self.known(report.content_hash)
            if known and known.same_as(report):
                statuses.append("unchanged")
                continue
            staged = self.stage([report])
            self.purge(self.without_vectors(self.publish(staged)))
            statuses.append(staged[0].status)
        return statuses

    def stage(self, reports: Sequence[Report], collection: str | None = None) -> list[Staged]:
        """Write new versions, unseen. `collection`: where their vectors are about to be put."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with writing(self._engine) as connection:
            staged = [_insert(connection, report, now) for report in reports]
            if collection is not None:
                _mark(connection, collection, [entry.key for entry in staged], done=False)
        return staged

    def publish(self, staged: Sequence[Staged], collection: str | None = None) -> list[int]:
        """Make staged versions the real ones. Returns the keys that they pushed out."""
        pushed = list(dict.fromkeys(key for entry in staged for key in entry.replaces))
        keys = [entry.key for entry in staged]
        with writing(self._engine) as connection:
            _set_state(connection, pushed, schema.REMOVING)
            _set_state(connection, keys, schema.READY)
            if collection is not None:
                _mark(connection, collection, keys, done=True)
            _grow_version(connection)
        return pushed

    def remove(self, report_ids: Sequence[str]) -> list[str]:
        """Stop showing reports; the rest is for purge(). Returns the ids that there were."""
        table = schema.reports
        with writing(self._engine) as connection:
            found = connection.execute(
                select(table.c.key, table.c.id).where(
                    table.c.id.in_(report_ids), table.c.state == schema.READY
                )
            ).all()
            _set_state(connection, [row.key for row in found], schema.REMOVING)
            if found:
                _grow_version(connection)
        self.purge(self.without_vectors([row.key for row in found]))
        there = {row.id for row in found}
        return [name for name in dict.fromkeys(report_ids) if name in there]

    def unfinished(self) -> list[int]:
        """Keys left by a run that ended early, and of removed reports not yet purged."""
        table = schema.reports
        statement = select(table.c.key).where(table.c.state != schema.READY)
        with reading(self._engine) as connection:
            return list(connection.execute(statement).scalars())

    def without_vectors(self, keys: Iterable[int]) -> list[int]:
        """Those of `keys` that never had a vector anywhere: their rows can go at once."""
        wanted = list(keys)
        if not wanted:
            return []
        column = schema.embedded.c.report_key
        with reading(self._engine) as connection:
            having = {
                key
                for few in _pieces(wanted)
                for key in connection.execute(select(column).where(column.in_(few))).scalars()
            }
        return [key for key in wanted if key not in having]

    def purge(self, keys: Iterable[int]) -> None:
        """Delete versions with all their rows. Never a ready one."""
        table = schema.reports
        with writing(self._engine) as connection:
            for few in _pieces(list(keys)):
                connection.execute(
                    delete(table).where(table.c.key.in_(few), table.c.state != schema.READY)
                )

    def lacking_vectors(self, collection: str) -> list[int]:
        """Keys of ready versions whose vectors are not (wholly) in `collection`."""
        done = select(schema.embedded.c.report_key).where(
            schema.embedded.c.collection == collection, schema.embedded.c.done.is_(True)
        )
        table = schema.reports
        statement = (
            select(table.c.key)
            .where(table.c.state == schema.READY, table.c.key.not_in(done))
            .order_by(table.c.key)
        )
        with reading(self._engine) as connection:
            return list(connection.execute(statement).scalars())

    def vectors_due(self, collection: str) -> int:
        """How many vectors `collection` should hold at least: those of versions marked done."""
        marks, table = schema.embedded, schema.reports
        statement = (
            select(func.coalesce(func.sum(table.c.passages), 0))
            .join(marks, marks.c.report_key == table.c.key)
            .where(marks.c.collection == collection, marks.c.done.is_(True))
        )
        with reading(self._engine) as connection:
            return int(connection.execute(statement).scalar_one())

    def mark_vectors(self, collection: str, keys: Sequence[int], *, done: bool) -> None:
        """Say that vectors of `keys` are about to be, or wholly are, in `collection`."""
        with writing(self._engine) as connection:
            _mark(connection, collection, keys, done=done)
            if done:
                _grow_version(connection)

    def forget_vectors(self, collection: str) -> None:
        """Say that `collection` has nothing any more."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(schema.embedded).where(schema.embedded.c.collection == collection)
            )


def _insert(connection: Connection, report: Report, now: str) -> Staged:
    table = schema.reports
    pushed = connection.execute(
        select(table.c.key, table.c.source).where(
            (table.c.id == report.id) | (table.c.content_hash == report.content_hash),
            table.c.state == schema.READY,
        )
    ).all()
    row = rows.report_row(report, state=schema.WRITING, recipe=recipe(), now=now)
    key = connection.execute(insert(table).values(row).returning(table.c.key)).scalar_one()
    for child, make in _CHILDREN:
        children = make(key, report)
        if children:
            connection.execute(insert(child), children)
    return Staged(
        key, report, tuple(old.key for old in pushed), tuple(old.source for old in pushed)
    )


def _set_state(connection: Connection, keys: Sequence[int], state: str) -> None:
    table = schema.reports
    for few in _pieces(keys):
        connection.execute(update(table).where(table.c.key.in_(few)).values(state=state))


def _mark(connection: Connection, collection: str, keys: Sequence[int], *, done: bool) -> None:
    table = schema.embedded
    for few in _pieces(keys):
        connection.execute(
            delete(table).where(table.c.collection == collection, table.c.report_key.in_(few))
        )
        connection.execute(
            insert(table),
            [{"report_key": key, "collection": collection, "done": done} for key in few],
        )


def _grow_version(connection: Connection) -> None:
    table = schema.meta
    connection.execute(
        update(table).where(table.c.name == "version").values(number=table.c.number + 1)
    )


def _pieces(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _MANY):
        yield keys[start : start + _MANY]
