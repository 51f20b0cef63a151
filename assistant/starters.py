"""Starters: questions to begin with, made from what is stored."""

from __future__ import annotations

from assistant.catalog import Catalog, short_name


def starters(catalog: Catalog) -> list[str]:
    """At most six, about the newest report and a place with several years."""
    if not catalog.reports:
        return []
    newest = max(catalog.reports, key=lambda report: report.year or 0)
    place, year = short_name(newest.publisher), newest.year
    found = [
        f"{year}年{place}新收多少件政府信息公开申请？",
        f"{year}年{place}予以公开的占多少？",
        f"{year}年{place}不予公开的理由里哪一种最多？",
        f"{year}年{place}存在哪些问题？",
    ]
    return (found[:2] + _over_years(catalog) + found[2:])[:6]


def _over_years(catalog: Catalog) -> list[str]:
    for publisher in catalog.publishers:
        years = catalog.years_of([publisher])
        if len(years) > 1:
            name = short_name(publisher)
            return [f"{name}{years[-1]}年新收申请比上年增长多少？", f"{name}历年新收申请的趋势"]
    return []
