"""Reports of a run: page, sheets and JUnit, each written from the scored rows on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.reports.junit import write_junit
from eval.reports.page import write_page
from eval.reports.sheets import write_sheets


def write_reports(out: Path, summary: dict[str, Any], baseline: Path | None = None) -> None:
    """Write report.html, rows.csv, rows.xlsx and junit.xml into `out`."""
    write_page(out, summary, baseline)
    write_sheets(out)
    write_junit(out, summary)
