"""Checking: whether the identities of the form hold, in a report or around some figures."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer, Verdict
from assistant.catalog import Catalog, short_name
from assistant.messages import message
from assistant.plan import Plan
from ingest.figure import Check, Figure
from ingest.store.library import Library

_REPORTS = 20  # beyond so many, the identities around the figures are not looked up


def check_reports(question: str, plan: Plan, catalog: Catalog, library: Library) -> Answer:
    """The identities of every report of the plan, the failed ones spelled out."""
    lines: list[str] = []
    verdicts: list[Verdict] = []
    for report in catalog.reports:
        if report.publisher not in plan.publishers or report.year not in plan.years:
            continue
        checks = library.checks([report.id])
        title = f"{report.year}年{short_name(report.publisher)}"
        lines += _lines(title, checks, plan.query.split())
        verdicts += [Verdict(check.rule, check.holds, check.detail) for check in checks]
    return Answer(
        question, "answered", "\n".join(lines), verdicts=tuple(verdicts), plan=plan.described()
    )


def _lines(title: str, checks: Sequence[Check], wanted: list[str]) -> list[str]:
    """`wanted`: names of the measures asked about."""
    failed = [check for check in checks if check.holds is False]
    unknown = [check for check in checks if check.holds is None]
    if failed:
        details = "；".join(check.detail for check in failed[:5])
        lines = [message("check_failed", title=title, failed=len(failed), details=details)]
    else:
        held = len(checks) - len(unknown)
        lines = [message("check_all_hold", title=title, count=held)]
        told = [c for c in checks if c.holds and any(word in c.detail for word in wanted)]
        told = told or [c for c in checks if c.holds and "总计" in c.rule]
        lines += [check.detail + "。" for check in told[:6]]
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
