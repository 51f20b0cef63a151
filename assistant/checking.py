"""Checking: whether the identities of the form hold, in a report or around some figures."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer, Citation, Verdict
from assistant.catalog import Catalog, short_name
from assistant.citing import cite
from assistant.messages import message
from assistant.plan import Plan
from ingest.figure import Check, Figure
from ingest.store.library import Library

_REPORTS = 20  # beyond so many, the identities around the figures are not looked up


def check_reports(question: str, plan: Plan, catalog: Catalog, library: Library) -> Answer:
    """The identities of every report of the plan, the failed ones spelled out."""
    lines: list[str] = []
    verdicts: list[Verdict] = []
    citations: list[Citation] = []
    for report in catalog.reports:
        if report.publisher not in plan.publishers or report.year not in plan.years:
            continue
        checks = library.checks([report.id])
        title = f"{report.year}年{short_name(report.publisher)}"
        told = _told(checks, plan.query.split())
        lines += _lines(title, checks, told)
        used = dict.fromkeys(id_ for check in told for id_ in check.figures)
        citations += [cite(figure, report) for figure in library.figures_by_id(used)]
        verdicts += [Verdict(check.rule, check.holds, check.detail) for check in checks]
    return Answer(
        question,
        "answered",
        "\n".join(lines),
        citations=tuple(citations),
        verdicts=tuple(verdicts),
        plan=plan.described(),
    )


def _told(checks: Sequence[Check], wanted: list[str]) -> list[Check]:
    """The checks whose numbers are written out: those that fail, else those of the measures
    `wanted`, else those of the totals."""
    failed = [check for check in checks if check.holds is False]
    if failed:
        return failed[:5]
    held = [check for check in checks if check.holds]
    named = [check for check in held if any(word in check.detail for word in wanted)]
    totals = [check for check in held if check.rule.startswith("总计")]

    def distance(check: Check) -> tuple[int, bool]:
        return -sum(word in check.detail for word in wanted), check not in totals

    return sorted(named, key=distance)[:6] or totals[:6]


def _lines(title: str, checks: Sequence[Check], told: Sequence[Check]) -> list[str]:
    failed = [check for check in checks if check.holds is False]
    unknown = [check for check in checks if check.holds is None]
    if failed:
        details = "；".join(check.detail for check in told)
        lines = [message("check_failed", title=title, failed=len(failed), details=details)]
    else:
        held = len(checks) - len(unknown)
        lines = [message("check_all_hold", title=title, count=held)]
        lines += [check.detail + "。" for check in told]
    if unknown:
        lines.append(message("check_unknown", count=len(unknown)))
    return lines


def check_figures(
    figures: Sequence[Figure], library: Library
) -> tuple[tuple[Verdict, ...], list[str]]:
    """Identities that touch a used figure; failed ones as sentences."""
    used = {figure.id for figure in figures}
    reports = sorted({figure.report_id for figure in figures})
    if not figures or len(reports) > _REPORTS:
        return (), []
    touching = [c for c in library.checks(reports) if used & set(c.figures)]
    failed = [c for c in touching if c.holds is False]
    lines = [message("identity_fails", detail=check.detail) for check in failed]
    verdicts = tuple(Verdict(c.rule, c.holds, c.detail) for c in touching)
    return verdicts, list(dict.fromkeys(lines))
