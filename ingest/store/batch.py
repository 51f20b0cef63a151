"""Batch: what the vector store needs to know of one report version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.figure import Passage


@dataclass(frozen=True, slots=True)
class Batch:
    """The passages of a report version (`key` of schema.reports), with what a search filters by."""

    key: int
    report_id: str
    publisher: str
    year: int | None
    passages: Sequence[Passage]
