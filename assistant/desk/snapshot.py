"""What a ticket keeps of the conversation: transcript, evidence, topic, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.store.library import Library

LONGEST_TRANSCRIPT = 50  # turns; the last ones count
_EVIDENCE = (
    "question", "status", "reason", "value", "unit", "items", "formula", "plan", "citations",
    "verdicts", "warnings", "carried",
)  # fmt: skip


def evidence_of(turns: Sequence[Mapping[str, Any]], versions: Mapping[str, str]) -> dict[str, Any]:
    """Plan, formula, cells and passages (citations) and checks (verdicts) of the last turn.

    `citations` carry report ids, quotes and places, so that the evidence can still be read after
    a report was replaced."""
    last = turns[-1] if turns else {}
    return {name: last[name] for name in _EVIDENCE if name in last} | {"versions": dict(versions)}


def transcript_of(turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The last turns as answer records."""
    return [dict(turn) for turn in turns[-LONGEST_TRANSCRIPT:]]


def topic_of(turns: Sequence[Mapping[str, Any]]) -> str:
    """The measures that the last question was about, "" where it was about none."""
    plan = turns[-1].get("plan") if turns else None
    measures = plan.get("measures") if isinstance(plan, Mapping) else None
    return "、".join(str(name) for name in measures)[:200] if isinstance(measures, list) else ""


def versions_of(library: Library) -> dict[str, str]:
    """Versions of the program and of the data, for NewTicket.versions."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        software = version("wenbao")
    except PackageNotFoundError:  # run from a checkout that is not installed
        software = ""
    return {"software": software, "store": library.store_id, "data": str(library.version)}
