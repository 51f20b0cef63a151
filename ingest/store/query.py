"""Query: one select over a table that hangs on reports, of the versions that are ready."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy import Table as SqlTable

from ingest.store import rows, schema
from ingest.store.rows import ReportInfo

_FEW = 300  # more values than this are filtered here, not bound into the statement


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which reports are ready, at one version of the store."""

    version: int
    infos: dict[str, ReportInfo]  # by report id, in listing order
    keys: dict[str, int]  # report id → key
    ids: dict[int, str]  # key → report id
    by_key: dict[int, ReportInfo]


class Query:
    """One select over a table that hangs on reports: conditions, and which reports count."""

    def __init__(self, snapshot: Snapshot, table: SqlTable = schema.figures) -> None:
        self.snapshot = snapshot
        self.table = table
        self.ids = snapshot.ids  # rows of other keys are dropped: not ready, or filtered out
        self._conditions: list[ColumnElement[bool]] = []

    def among(self, column: Any, values: Iterable[Any] | None) -> None:
        if values is not None:
            self._conditions.append(column.in_(list(dict.fromkeys(values))))

    def reports(self, report_ids: Iterable[str] | None) -> None:
        if report_ids is None:
            return
        keys = [self.snapshot.keys[name] for name in report_ids if name in self.snapshot.keys]
        self._only(keys)
        few = len(keys) <= _FEW
        if few:
            self.among(self.table.c.report_key, keys)
        if self.table is schema.figures:
            self._said_again([self.snapshot.by_key[key] for key in keys], few)

    def _said_again(self, infos: Sequence[ReportInfo], few: bool) -> None:
        """Year and publisher follow from the report. With them the index of a measure leads
        straight to its rows; without, SQLite goes through that measure in every report."""
        years = {info.year for info in infos}
        if None in years or len(years) > _FEW:
            return
        self.years(sorted(year for year in years if year is not None))
        if few:
            self.among(self.table.c.publisher, (info.publisher for info in infos))

    def years(self, years: Iterable[int] | None) -> None:
        self.among(self.table.c.year, years)

    def publishers(self, publishers: Iterable[str] | None) -> None:
        if publishers is None:
            return
        names = set(publishers)
        if len(names) <= _FEW:
            self.among(self.table.c.publisher, sorted(names))
        else:
            infos, keys = self.snapshot.infos, self.snapshot.keys
            self._only([keys[name] for name in self.ids.values() if infos[name].publisher in names])

    def measures(self, measures: Iterable[str] | None) -> None:
        """Pairs as item IN … AND aspect IN …, which the index serves; the rest drops here."""
        if measures is None:
            return
        pairs = [tuple(measure.partition(".")[::2]) for measure in dict.fromkeys(measures)]
        column = self.table.c
        if len(pairs) == 1:
            item, aspect = pairs[0]
            self._conditions.append(column.item == item)
            self._conditions.append(column.aspect == aspect)
            return
        by_item: dict[str, list[str]] = {}
        for item, aspect in pairs:
            by_item.setdefault(item, []).append(aspect)
        branches = [
            (column.item == item) & column.aspect.in_(aspects) for item, aspects in by_item.items()
        ]
        condition = branches[0] if branches else column.item.in_([])
        for branch in branches[1:]:
            condition = condition | branch
        self._conditions.append(condition)

    def run(
        self, connection: Connection, names: Sequence[str], *, ordered: bool = True
    ) -> Sequence[Any]:
        """Rows in column order `names`, of reports that count, in a settled order if `ordered`."""
        column = self.table.c
        statement = select(*(column[name] for name in names)).where(*self._conditions)
        if ordered:
            statement = statement.order_by(*self._order())
        found = connection.execute(statement).all()
        ids = self.ids
        return [row for row in found if row[0] in ids]

    def _order(self) -> list[Any]:
        column = self.table.c
        first = [column.year, column.publisher] if self.table is schema.figures else []
        return [*first, column.report_key, column.seq]

    def _only(self, keys: Iterable[int]) -> None:
        self.ids = {key: self.ids[key] for key in keys if key in self.ids}


def pieces(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _FEW):
        yield values[start : start + _FEW]


def number(connection: Connection, name: str) -> int:
    statement = select(schema.meta.c.number).where(schema.meta.c.name == name)
    return connection.execute(statement).scalar() or 0


def load_snapshot(connection: Connection, version: int) -> Snapshot:
    table = schema.reports
    statement = (
        select(table)
        .where(table.c.state == schema.READY)
        .order_by(table.c.publisher, table.c.year, table.c.id)
    )
    by_key = {row.key: rows.report_info(row) for row in connection.execute(statement)}
    return Snapshot(
        version=version,
        infos={info.id: info for info in by_key.values()},
        keys={info.id: key for key, info in by_key.items()},
        ids={key: info.id for key, info in by_key.items()},
        by_key=by_key,
    )
