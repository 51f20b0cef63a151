"""Which of several reports a question to the prose is answered from."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import Listed, short_name
from assistant.messages import message
from assistant.plan import Plan
from assistant.prose_topics import asks_topic

MOST_QUOTED = 6  # reports that are quoted side by side


def first_and_last(reports: Sequence[Listed]) -> list[Listed]:
    """ "2020到2024年增加了多少": of each place the first and the last of the years named."""
    ordered = sorted(reports, key=lambda report: (report.publisher, report.year or 0))
    if len({report.publisher for report in ordered}) > 1:
        return ordered
    return [ordered[0], ordered[-1]]


def narrowed(plan: Plan, reports: Sequence[Listed]) -> tuple[Sequence[Listed], str]:
    """The reports to quote from, and the question back where a place must be named first: of too
    many reports of no named year the newest of each place."""
    if len(reports) > MOST_QUOTED and not plan.years:
        newest: dict[str, Listed] = {}
        for report in sorted(reports, key=lambda report: report.year or 0):
            newest[report.publisher] = report
        reports = list(newest.values())
    if len(reports) <= MOST_QUOTED:
        return reports, ""
    if not asks_topic(plan.query):
        return [], ""
    names = "、".join(sorted({short_name(report.publisher) for report in reports})[:MOST_QUOTED])
    return [], message("which_place", names=names)
