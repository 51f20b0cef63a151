"""GeneralTables: a question over the stored tables that no form knows, answered or None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import Answer
from assistant.catalog import Catalog, Listed
from assistant.general.conditions import UnclearError
from assistant.general.gaps import blocking, settled
from assistant.general.likely import is_readable, likely_labels
from assistant.general.outcome import Outcome
from assistant.general.shelf import Shelf, Shelved
from assistant.general.solving import Solver
from assistant.general.texts import say
from assistant.general.tokens import Tokens, tokenize
from assistant.general.writing import Writer
from ingest.store.library import Library

_LEFT_OVER = 2.5  # what a character that nothing accounts for takes off a sheet
_NEAR = 0.75  # of the best cover: a sheet this near is as good
_FORMED = 40  # reports of a form whose other tables are looked through, too


@dataclass(frozen=True)
class _Try:
    """A sheet with what the question came to on it."""

    entry: Shelved
    asked: Tokens
    outcome: Outcome | None
    problem: UnclearError | None
    gap: str = ""

    @property
    def cover(self) -> float:
        """What the sheet's names account for, less what nothing accounts for."""
        left = sum(len(token.text) for token in self.asked.gaps)
        return max(self.asked.covered - _LEFT_OVER * left, 0.0)


class GeneralTables:
    """Answers over the general tables of one library. Safe to share between threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._shelf = Shelf(library)
        self._writer = Writer(library)

    def answer(self, question: str, catalog: Catalog, *, sure: bool = False) -> Answer | None:
        """The answer, a question back or a refusal that names the table; None where no general
        table of the catalog's reports has to do with the question.

        With `sure` only an answer: another road has the question otherwise.
        """
        reports = {report.id: report for report in self._scope(catalog)}
        if not reports:
            return None
        version = self._library.version
        tries = [self._try(question, entry) for entry in self._shelf.candidates(question, reports)]
        only = len(tries) == 1 and tries[0].outcome is not None
        tries = sorted((t for t in tries if t.cover > 0 or only), key=lambda t: -t.cover)
        if not tries:
            return None
        solved = [t for t in tries if t.outcome is not None and not t.gap]
        if sure:
            solved = [t for t in solved if settled(t.asked)]
        best = [t for t in solved if t.cover >= solved[0].cover - 0.01]
        if best and solved[0].cover >= _NEAR * tries[0].cover:
            return self._settled(question, best, reports, version, sure=sure)
        return None if sure else self._declined(question, tries[0])

    def names_one(self, question: str, catalog: Catalog) -> bool:
        """Whether the title of some general table stands in the question."""
        return self._shelf.names_one(question, [report.id for report in self._scope(catalog)])

    def has_tables(self, report_id: str) -> bool:
        return self._shelf.has_tables(report_id)

    def _scope(self, catalog: Catalog) -> list[Listed]:
        plain = [r for r in catalog.reports if getattr(r, "form", None) is None]
        formed = [r for r in catalog.reports if getattr(r, "form", None) is not None]
        return plain + (formed if len(formed) <= _FORMED else [])

    def _try(self, question: str, entry: Shelved) -> _Try:
        asked = tokenize(question, entry.names)
        gap = blocking(asked, (attribute.name for attribute in entry.sheet.attributes))
        try:
            outcome = Solver(entry.sheet, asked, self._shelf.siblings(entry)).solve()
        except UnclearError as problem:
            return _Try(entry, asked, None, problem, gap)
        return _Try(entry, asked, outcome, None, gap)

    def _settled(
        self,
        question: str,
        best: Sequence[_Try],
        reports: dict[str, Any],
        version: int,
        *,
        sure: bool,
    ) -> Answer | None:
        answers = [
            self._writer.answer(question, t.outcome, reports[t.entry.sheet.report_id], version)
            for t in best[:8]
            if t.outcome is not None
        ]
        results = {(a.value, a.unit, a.items, a.text if a.value is None else "") for a in answers}
        if len(best) == 1 or len(results) == 1:
            return answers[0]
        if sure:
            return None
        titles = [self._title(t.entry, reports) for t in best[:8]]
        choices = tuple(say("choice_table", table=title, question=question) for title in titles)
        text = "\n".join([say("unclear_table"), *(f"- {title}" for title in titles)])
        return Answer(question, "clarify", text, reason="ambiguous", choices=choices)

    def _title(self, entry: Shelved, reports: dict[str, Any]) -> str:
        report = reports[entry.sheet.report_id]
        title = entry.sheet.title
        return title if report.title in title else f"{report.title} {title}"

    def _declined(self, question: str, tried: _Try) -> Answer:
        """Why the likeliest table gives no answer."""
        table = tried.entry.sheet.title
        if tried.gap:
            text = say("gap", table=table, gap=tried.gap)
            choices = _cell_choices(table, self._likely(question, tried.entry))
            return Answer(question, "refused", text, reason="not_in_corpus", choices=choices)
        problem = tried.problem
        if problem is not None and problem.names and str(problem) in ("column", "cell", "row"):
            names = problem.names[:8]
            text = say("unclear_cell", table=table, names="、".join(names))
            choices = tuple(f"{question.rstrip('？?。')}（{name}）" for name in names)
            return Answer(question, "clarify", text, reason="ambiguous", choices=choices)
        likely = [] if str(problem) == "blank" else self._likely(question, tried.entry)
        text, choices = _reason(problem, table), _cell_choices(table, likely)
        return Answer(question, "refused", text, reason="not_in_corpus", choices=choices)

    @staticmethod
    def _likely(question: str, entry: Shelved) -> list[tuple[str, str]]:
        if not is_readable(entry.sheet):
            return []
        return likely_labels(entry.sheet, entry.cell_table, question)


def _cell_choices(table: str, likely: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Questions after cells by their whole labels, which the rules can answer."""
    return tuple(say("choice_cell", table=table, row=row, column=column) for row, column in likely)


def _reason(problem: UnclearError | None, table: str) -> str:
    names = problem.names if problem is not None else ()
    kind = str(problem) if problem is not None else ""
    messages: dict[str, Callable[[], str]] = {
        "blank": lambda: say("blank", table=table, label="、".join(names)),
        "units": lambda: say("mixed", units="、".join(names)),
        "percent": lambda: say("no_percent_sum"),
        "zero": lambda: say("zero_base"),
        "absent": lambda: say("absent", table=table, names="、".join(names)),
    }
    made = messages.get(kind)
    return made() if made else say("unsure", table=table)
