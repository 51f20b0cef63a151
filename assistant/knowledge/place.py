"""Place: the one stored place a question is about, and the question for its newest figure."""

from __future__ import annotations

from assistant.catalog import Catalog, names_of, short_name
from assistant.normalize import normalize


def newest_figure(measure: str, question: str, catalog: Catalog) -> str:
    """A question for `measure` of the newest year, "" where the place is not settled."""
    publishers = {report.publisher for report in catalog.reports if report.publisher}
    text = normalize(question)
    named = {one for one in publishers if any(name in text for name in names_of(one))}
    if len(named or publishers) != 1:
        return ""
    place = next(iter(named or publishers))
    years = [r.year for r in catalog.reports if r.publisher == place and r.year is not None]
    return f"{max(years)}年{short_name(place)}{measure}多少件" if years else ""
