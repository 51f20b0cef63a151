"""What the evidence panel shows for one answer: the plan in words, the source, the verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from assistant.answer import Answer, Citation
from assistant.web.marking import quoted
from assistant.web.tables import Position, TableView, view
from assistant.web.texts import Texts
from ingest.figure import Passage
from ingest.store.library import Library

MOST_PLAN_ROWS = 12
MOST_VALUES = 5  # of one slot
SLOTS = ("op", "measures", "publishers", "years", "threshold", "k", "query")  # in this order


@dataclass(frozen=True, slots=True)
class Source:
    """Where a report came from. `link` is set for http(s) addresses only: any other scheme could
    run in the page. A file is shown by its name, not by its place on the server."""

    name: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    answer: Answer
    index: int
    citation: Citation | None = None
    table: TableView | None = None
    passage: Markup | None = None
    source: Source | None = None
    stored: bool = True  # False: the report has been removed since
    plan: tuple[tuple[str, str], ...] = ()


def evidence(library: Library, answer: Answer, index: int, t: Texts) -> Evidence:
    """The evidence of `answer` with citation `index` (from 0) open."""
    plan = tuple(plan_rows(answer.plan, t))[:MOST_PLAN_ROWS]
    if not answer.citations:
        return Evidence(answer, 0, plan=plan)
    index = min(max(index, 0), len(answer.citations) - 1)
    citation = answer.citations[index]
    return Evidence(
        answer,
        index,
        citation,
        table=cited_table(library, answer, citation),
        passage=cited_passage(library, citation),
        source=source_of(citation.source),
        stored=library.report(citation.report_id) is not None,
        plan=plan,
    )


def cited_table(library: Library, answer: Answer, citation: Citation) -> TableView | None:
    """The cited table with the cited cell current and the answer's other cells of it used."""
    if citation.kind != "cell" or citation.position is None:
        return None
    table = library.table(citation.report_id, citation.table_key)
    if table is None:
        return None
    return view(table, current=citation.position, used=_used(answer, citation))


def _used(answer: Answer, citation: Citation) -> list[Position]:
    here = (citation.report_id, citation.table_key)
    return [
        other.position
        for other in answer.citations
        if (other.report_id, other.table_key) == here and other.position is not None
    ]


def cited_passage(library: Library, citation: Citation) -> Markup | None:
    """The passage with the quoted words marked; the quote alone where no passage is stored."""
    if citation.kind != "text":
        return None
    passage = _passage(library, citation)
    return quoted(passage.text if passage else citation.quote, [citation.quote])


def _passage(library: Library, citation: Citation) -> Passage | None:
    """The passage a citation names, or the one of its report that its quote stands in."""
    if citation.passage_id:
        return library.passage(citation.passage_id)
    words = "".join(citation.quote.split())
    passages = library.passages(citation.report_id)
    return next((p for p in passages if words and words in "".join(p.text.split())), None)


def source_of(source: str) -> Source:
    parts = urlsplit(source) if "://" in source else None
    if parts is not None and parts.scheme in {"http", "https"} and parts.hostname:
        return Source(source, source)
    return Source(PurePath(source.replace("\\", "/")).name or source, None)


def plan_rows(plan: dict[str, Any], t: Texts) -> Iterable[tuple[str, str]]:
    """(label, words) of each slot of a plan that texts.yaml has a label for and that is filled.

    A plan of several parts (`parts`) gives the rows of each part in turn.
    """
    for part in plan.get("parts") or [plan]:
        for slot in SLOTS:
            words = _words(slot, part.get(slot), t)
            if words:
                yield t(f"plan.{slot}"), words


def _words(slot: str, value: Any, t: Texts) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple):
        words = "、".join(_words(slot, entry, t) for entry in value[:MOST_VALUES])
        return words if len(value) <= MOST_VALUES else t("plan.more", words=words, n=len(value))
    if isinstance(value, dict):
        comparison = t.name("comparison", str(value.get("comparison", "")))
        return f"{comparison} {value.get('value', '')}{value.get('unit', '')}"
    return t.name(slot, str(value))
