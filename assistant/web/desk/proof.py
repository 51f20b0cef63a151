"""Proof: the evidence of a ticket as the console shows it, with each source table highlighted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from assistant.desk.records import StaffTicket
from assistant.web.evidence import plan_rows
from assistant.web.marking import quoted
from assistant.web.tables import Position, TableView, view
from assistant.web.texts import texts
from ingest.store.library import Library

MOST_TABLES = 6
MOST_QUOTES = 12


@dataclass(frozen=True, slots=True)
class Proof:
    """`missing` counts cited tables that are no longer stored (a report was replaced since)."""

    answer: Mapping[str, Any]
    plan: tuple[tuple[str, str], ...]
    tables: tuple[tuple[str, TableView], ...]
    quotes: tuple[tuple[str, Markup], ...]
    missing: int


def proof_of(ticket: StaffTicket, library: Library) -> Proof:
    answer = ticket.evidence
    citations = [one for one in answer.get("citations", ()) if isinstance(one, Mapping)]
    tables, missing = _tables(citations, library)
    quotes = [
        (str(one.get("report", "")), quoted(str(one.get("quote", "")), []))
        for one in citations
        if one.get("kind") == "text"
    ]
    plan = answer.get("plan")
    rows = plan_rows(dict(plan), texts("zh")) if isinstance(plan, Mapping) else ()
    return Proof(answer, tuple(rows), tuple(tables), tuple(quotes[:MOST_QUOTES]), missing)


def _tables(
    citations: Iterable[Mapping[str, Any]], library: Library
) -> tuple[list[tuple[str, TableView]], int]:
    """Each cited table once, the first cited cell current and the others of it used."""
    cells: dict[tuple[str, str], list[Position]] = {}
    titles: dict[tuple[str, str], str] = {}
    for one in citations:
        position = one.get("position")
        if one.get("kind") == "cell" and isinstance(position, list | tuple) and len(position) == 2:
            key = str(one.get("report_id", "")), str(one.get("table_key", ""))
            cells.setdefault(key, []).append((int(position[0]), int(position[1])))
            titles[key] = str(one.get("report", ""))
    shown, missing = [], 0
    for (report_id, table_key), used in list(cells.items())[:MOST_TABLES]:
        table = library.table(report_id, table_key)
        if table is None:
            missing += 1
            continue
        shown.append((titles[report_id, table_key], view(table, current=used[0], used=used[1:])))
    return shown, missing
