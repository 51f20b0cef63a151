"""Library: everything that is stored about reports, except vectors.

Opening is cheap and touches neither Chroma nor a model. Only versions of reports that are ready
are ever seen. A Library may be used by many threads; each call reads one snapshot.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from secrets import randbits
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.exc import IntegrityError

from ingest.errors import StoreError
from ingest.figure import Check, Figure, Passage, Place, Report, Table
from ingest.settings import Settings
from ingest.store import rows, schema
from ingest.store.lock import writer_lock
from ingest.store.query import Query, Snapshot, load_snapshot, number, pieces
from ingest.store.rows import ReportInfo, Value
from ingest.store.sql import create_tables, database_url, open_engine, reading
from ingest.store.writer import PutStatus, Writer


class Library:
    """The stored reports. `open()` makes one; `writer()` gives the only way to change it."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self._engine = engine
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._measures: tuple[int, frozenset[str]] | None = None

    @classmethod
    def open(cls, settings: Settings) -> Library:
        """The library of `settings`; its tables are made if they are not there.

        Raises StoreError where the database cannot be used or was made by another version.
        """
        engine = open_engine(database_url(settings))
        library = cls(settings, engine)
        try:
            library._prepare()
        except StoreError:
            library.close()
            raise
        return library

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what is stored ------------------------------------------------------------------

    @property
    def version(self) -> int:
        """Grows with every change by any process; caches key on it."""
        with reading(self._engine) as connection:
            return number(connection, "version")

    @property
    def store_id(self) -> str:
        """A name of this very store, so that two stores can share one Chroma server."""
        with reading(self._engine) as connection:
            return f"{number(connection, 'store'):08x}"

    def reports(self) -> list[ReportInfo]:
        """All ready reports, by publisher and year."""
        return list(self.snapshot().infos.values())

    def report(self, report_id: str) -> ReportInfo | None:
        return self.snapshot().infos.get(report_id)

    def measures(self) -> frozenset[str]:
        """Measure ids of which at least one figure is stored."""
        with reading(self._engine) as connection:
            snapshot = self._current(connection)
            if self._measures is None or self._measures[0] != snapshot.version:
                column = schema.figures.c
                found = connection.execute(
                    select(column.item, column.aspect).where(column.item.is_not(None)).distinct()
                )
                known = (rows.measure_id(item, aspect) for item, aspect in found)
                self._measures = snapshot.version, frozenset(name for name in known if name)
            return self._measures[1]

    def figures(
        self,
        *,
        report_ids: Iterable[str] | None = None,
        measures: Iterable[str] | None = None,
        items: Iterable[str] | None = None,
        aspects: Iterable[str] | None = None,
        years: Iterable[int] | None = None,
        publishers: Iterable[str] | None = None,
        place: Place | None = None,
    ) -> list[Figure]:
        """Figures that meet every filter given, by year, publisher and order in the report.

        A measure is "item.aspect". An empty filter matches nothing; None does not filter.
        """
        column = schema.figures.c
        with reading(self._engine) as connection:
            query = Query(self._current(connection))
            query.reports(report_ids)
            query.measures(measures)
            query.among(column.item, items)
            query.among(column.aspect, aspects)
            query.years(years)
            query.publishers(publishers)
            query.among(column.place, None if place is None else [place.value])
            return rows.read_figures(query.run(connection, rows.FIGURE_COLUMNS), query.ids)

    def values(
        self,
        measures: Iterable[str],
        *,
        report_ids: Collection[str] | None = None,
        years: Collection[int] | None = None,
        publishers: Collection[str] | None = None,
    ) -> list[Value]:
        """Like figures(), but only what computing needs: for ranks over very many reports."""
        found: list[Value] = []
        with reading(self._engine) as connection:
            snapshot = self._current(connection)
            for measure in dict.fromkeys(measures):
                query = Query(snapshot)
                query.reports(report_ids)
                query.measures([measure])
                query.years(years)
                query.publishers(publishers)
                lines = query.run(connection, rows.VALUE_COLUMNS)
                found += rows.read_values(lines, snapshot.by_key, measure)
        return found

    def figures_by_id(self, ids: Iterable[str]) -> list[Figure]:
        """The figures of these ids, in the order asked; unknown ids are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Figure] = {}
        with reading(self._engine) as connection:
            for few in pieces(wanted):
                query = Query(self._current(connection))
                query.among(schema.figures.c.id, few)
                lines = query.run(connection, rows.FIGURE_COLUMNS, ordered=False)
                found |= {figure.id: figure for figure in rows.read_figures(lines, query.ids)}
        return [found[figure_id] for figure_id in wanted if figure_id in found]

    def tables(self, report_id: str) -> list[Table]:
        """The tables of a report in reading order, spans resolved."""
        return [rows.read_table(row) for row in self._of_report(schema.tables, report_id)]

    def table(self, report_id: str, key: str) -> Table | None:
        named = [row for row in self._of_report(schema.tables, report_id) if row.key == key]
        return rows.read_table(named[0]) if named else None

    def passages(self, report_id: str | None = None) -> list[Passage]:
        """Passages of one report, or of all, in reading order."""
        with reading(self._engine) as connection:
            query = Query(self._current(connection), schema.passages)
            query.reports(None if report_id is None else [report_id])
            return rows.read_passages(query.run(connection, rows.PASSAGE_COLUMNS), query.ids)

    def passage(self, passage_id: str) -> Passage | None:
        found = self.passages_by_id([passage_id])
        return found[0] if found else None

    def passages_by_id(self, ids: Iterable[str]) -> list[Passage]:
        """The passages of these ids, in the order asked; unknown ids are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Passage] = {}
        with reading(self._engine) as connection:
            for few in pieces(wanted):
                query = Query(self._current(connection), schema.passages)
                query.among(schema.passages.c.id, few)
                lines = query.run(connection, rows.PASSAGE_COLUMNS, ordered=False)
                found |= {passage.id: passage for passage in rows.read_passages(lines, query.ids)}
        return [found[passage_id] for passage_id in wanted if passage_id in found]

    def checks(self, report_ids: Iterable[str] | None = None) -> list[Check]:
        """The identities tried on each report when it was read."""
        with reading(self._engine) as connection:
            query = Query(self._current(connection), schema.checks)
            query.reports(report_ids)
            names = [column.name for column in schema.checks.c]
            infos = query.snapshot.infos
            return [
                rows.read_check(row, infos[query.ids[row.report_key]])
                for row in query.run(connection, names)
                if row.report_key in query.ids
            ]

    # -- changing it ---------------------------------------------------------------------

    @contextmanager
    def writer(self, *, command: str = "", wait: float = 0.0) -> Iterator[Writer]:
        """Hold the writer's lock. Raises StoreLockedError after `wait` seconds."""
        with writer_lock(self.settings, self._engine, command=command, wait=wait):
            yield Writer(self._engine)

    def put(self, report: Report) -> PutStatus:
        """Store one report without vectors (the next ingest run makes them).

        Raises StoreError, StoreLockedError.
        """
        with self.writer() as writer:
            return writer.put([report])[0]

    def remove(self, report_id: str) -> bool:
        """Take a report away; its vectors, if any, go with the next run that opens them.

        False if there is none of that id. Raises StoreError, StoreLockedError.
        """
        with self.writer() as writer:
            return writer.remove([report_id]) == [report_id]

    # -- inside --------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        with reading(self._engine) as connection:
            return self._current(connection)

    def live_keys(self) -> dict[int, str]:
        """Keys of the ready report versions with their ids; for the vectors' filter."""
        return self.snapshot().ids

    def _current(self, connection: Connection) -> Snapshot:
        version = number(connection, "version")
        known = self._snapshot
        if known is None or known.version != version:
            known = load_snapshot(connection, version)
            with self._lock:
                self._snapshot = known
        return known

    def _of_report(self, table: SqlTable, report_id: str) -> Sequence[Any]:
        with reading(self._engine) as connection:
            key = self._current(connection).keys.get(report_id)
            if key is None:
                return []
            statement = select(table).where(table.c.report_key == key).order_by(table.c.seq)
            return connection.execute(statement).all()

    def _prepare(self) -> None:
        with reading(self._engine) as connection:
            ready = self._engine.dialect.has_table(connection, schema.meta.name)
            version = number(connection, "schema") if ready else 0
        if not version:
            create_tables(self._engine, schema.metadata)
            self._begin_meta()
            with reading(self._engine) as connection:
                version = number(connection, "schema")
        if version != schema.SCHEMA_VERSION:
            where = self._engine.url.render_as_string(hide_password=True)
            raise StoreError(
                f"数据库 {where} 是第 {version} 版结构，本程序要第 {schema.SCHEMA_VERSION} 版；"
                "请换一个数据目录，重新读入报告"
            )

    def _begin_meta(self) -> None:
        start = {"schema": schema.SCHEMA_VERSION, "version": 1, "store": randbits(31)}
        for name, value in start.items():
            try:
                with self._engine.connect() as plain:
                    connection = plain.execution_options(writing=True)
                    with connection.begin():
                        connection.execute(insert(schema.meta).values(name=name, number=value))
            except IntegrityError:
                continue  # another process began at the same moment
