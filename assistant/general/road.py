"""Road: when a question goes to the general tables, before or after the forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.general.answering import GeneralTables
from assistant.plan import Understood
from ingest.store.library import Library

# What is asked of the assistant or of the law, not of a table.
_ELSEWHERE = {"help", "stored", "handoff", "check", "explain"}
_LOOKED_AT = 40  # reports of a form in which general tables are looked for
_FIGURES_A_PASSAGE = 8  # a report with more figures to each passage of prose is a sheet


class GeneralRoad:
    """Questions of forms keep their road: where reports of a form are in scope, other tables
    answer only what names one of them, or what the forms refuse and a table settles."""

    def __init__(self, library: Library) -> None:
        self._tables = GeneralTables(library)
        self._reduced: tuple[Catalog, Catalog] | None = None

    def formed(self, catalog: Catalog) -> Catalog:
        """`catalog` for the questions of forms: without spreadsheets and nameless papers, which
        would stand in it as publishers of nothing, where reports of a form are there."""
        if self._reduced is None or self._reduced[0] is not catalog:
            kept = [report for report in catalog.reports if not _is_sheet(report)]
            whole = len(kept) == len(catalog.reports) or not any(map(_has_form, kept))
            self._reduced = catalog, catalog if whole else Catalog.of(kept)
        return self._reduced[1]

    def first(self, question: str, understood: Understood, catalog: Catalog) -> Answer | None:
        """The answer from general tables where the forms have no say: none of the reports has a
        form, or the question names a table. None where another road has the question."""
        if any(plan.op in _ELSEWHERE for plan in understood.parts):
            return None
        formed = [report for report in catalog.reports if _has_form(report)]
        mixed = self._is_mixed(formed)
        if mixed and len(formed) == len(catalog.reports):
            return None
        if mixed and not self._tables.names_one(question, catalog):
            return None
        if formed and any(plan.points for plan in understood.parts):
            return None
        answer = self._tables.answer(question, catalog, sure=mixed)
        return answer if answer is not None and answer.status in ("answered", "clarify") else None

    def instead(self, question: str, answer: Answer, catalog: Catalog) -> Answer:
        """`answer`, or what the general tables say where it is a refusal: their answer, or in
        reports without a form why there is none."""
        if answer.status != "refused" or answer.reason == "out_of_scope":
            return answer
        if answer.plan.get("measures"):
            return answer  # a form has the cell, and says why it has no value
        mixed = self._is_mixed([report for report in catalog.reports if _has_form(report)])
        return self._tables.answer(question, catalog, sure=mixed) or answer

    def _is_mixed(self, formed: Sequence[Any]) -> bool:
        """Is there a report that is wholly of a form? One that also has tables of its own (final
        accounts) is asked by the labels of those like a spreadsheet."""
        if len(formed) > _LOOKED_AT:
            return True
        return any(not self._tables.has_tables(report.id) for report in formed)


def _has_form(report: Any) -> bool:
    return getattr(report, "form", None) is not None


def _is_sheet(report: Any) -> bool:
    if _has_form(report):
        return False
    figures, passages = getattr(report, "figures", 0), getattr(report, "passages", 0)
    return not report.publisher or bool(figures >= _FIGURES_A_PASSAGE * max(passages, 1))
