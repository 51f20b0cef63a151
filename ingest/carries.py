"""Identities across years, over what is stored: last year's 结转 against this year's 上年结转."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ingest.checks import cross_checks
from ingest.figure import Check, Place
from ingest.form import Form, built_in_forms
from ingest.store.library import Library
from ingest.store.rows import ReportInfo


def carried_checks(
    library: Library, *, publisher: str | None = None, year: int | None = None
) -> Iterator[Check]:
    """The carries between every two successive stored years of a publisher.

    A check belongs to the later year; `publisher` and `year` narrow the later report.
    """
    forms = {form.id: form for form in built_in_forms()}
    by_year = _by_year(library, forms)
    for (name, later_year), later_reports in sorted(by_year.items()):
        if publisher not in (None, name) or year not in (None, later_year):
            continue
        for earlier in by_year.get((name, later_year - 1), ()):
            for later in later_reports:
                yield from _between(library, earlier, later, forms)


def _by_year(library: Library, forms: dict[str, Form]) -> dict[tuple[str, int], list[ReportInfo]]:
    """Reports of a known form; others have no measures to carry."""
    found: defaultdict[tuple[str, int], list[ReportInfo]] = defaultdict(list)
    for info in library.reports():
        if info.year is not None and info.form in forms:
            found[info.publisher, info.year].append(info)
    return found


def _between(
    library: Library, earlier: ReportInfo, later: ReportInfo, forms: dict[str, Form]
) -> list[Check]:
    before, after = (
        library.figures(report_ids=[info.id], place=Place.TABLE) for info in (earlier, later)
    )
    return cross_checks(
        before,
        after,
        forms[str(later.form)],
        publisher=later.publisher,
        year=later.year,
        earlier_form=forms[str(earlier.form)],
    )
