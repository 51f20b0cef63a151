"""One document to one report: the whole of reading, in its steps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from ingest.checks import check_report
from ingest.document import Document, Grid
from ingest.figure import Check, Report
from ingest.form import Form
from ingest.identity import Identity, identify
from ingest.passages import read_passages
from ingest.prose import read_prose
from ingest.structure.outline import Outlined, is_title_line, outline
from ingest.structure.patterns import compiled
from ingest.structure.tables import PlacedGrid, read_tables
from ingest.structure.text import fold
from ingest.structure.units import printed_unit

_LONGEST_TABLE_TITLE = 45


def read_report(
    document: Document,
    *,
    publisher: str | None = None,
    year: int | None = None,
    forms: tuple[Form, ...] | None = None,
) -> Report:
    """Everything a document yields: figures, passages, tables, checks and warnings.

    `publisher` and `year` override what the document says; `forms` are the known forms,
    by default the built-in ones. Raises FormError if a built-in form file is malformed.
    """
    outlined = outline(document)
    identity = identify(document, publisher=publisher, year=year)
    report_id = _report_id(document, identity)
    tables = read_tables(
        _placed_grids(outlined), report_id=report_id, year=identity.year, forms=forms
    )
    prose = read_prose(outlined, report_id, identity.year)
    figures = (*tables.figures, *prose)
    checks = check_report(
        figures,
        tables.form,
        report_id=report_id,
        publisher=identity.publisher,
        year=identity.year,
    )
    warnings = (*document.warnings, *identity.warnings, *tables.warnings, *_failed(checks))
    return Report(
        id=report_id,
        title=identity.title,
        publisher=identity.publisher,
        year=identity.year,
        form=tables.form.id if tables.form else None,
        source=document.source,
        content_hash=document.content_hash,
        figures=figures,
        passages=tuple(read_passages(outlined, report_id)),
        tables=tuple(tables.tables),
        checks=tuple(checks),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _report_id(document: Document, identity: Identity) -> str:
    """The same for every publication of an organ's annual report of a year, so that a new one
    replaces the old; by content where publisher or year is in doubt or it is another paper."""
    if identity.sure and is_title_line(identity.title):
        key = f"annual|{identity.publisher}|{identity.year}"
    else:
        key = document.content_hash
    return "r" + hashlib.sha256(key.encode()).hexdigest()[:15]


def _placed_grids(outlined: Sequence[Outlined]) -> list[PlacedGrid]:
    """Grids with section, and the short line and the unit that may stand right above them."""
    placed: list[PlacedGrid] = []
    above: list[str] = []
    for entry in outlined:
        if not isinstance(entry.block, Grid):
            if placed and not above and not placed[-1].unit and _is_note(fold(entry.block.text)):
                placed[-1] = replace(placed[-1], unit=printed_unit(fold(entry.block.text)))
            above = [] if entry.is_heading else [*above[-1:], fold(entry.block.text)]
            continue
        unit = next((unit for line in above if (unit := printed_unit(line))), "")
        titles = [line for line in above if _may_be_title(line)]
        placed.append(PlacedGrid(entry.block, entry.section, titles[-1] if titles else "", unit))
        above = []
    return placed


def _is_note(line: str) -> bool:
    """注：单位：万元 right below a table."""
    return bool(compiled("notes")[0].search(line)) and bool(printed_unit(line))


def _may_be_title(line: str) -> bool:
    ends = line[-1] in "。；;！!？?，,"
    return len(line) <= _LONGEST_TABLE_TITLE and not ends and not printed_unit(line)


def _failed(checks: Sequence[Check]) -> list[str]:
    return [f"勾稽不符：{check.detail}" for check in checks if check.holds is False]
