"""Assistant: a question in, an answer out, with every number computed, cited and guarded."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from assistant import guard
from assistant.answer import Answer, Citation, Status, Verdict
from assistant.catalog import Catalog, Listed, short_name
from assistant.compose import Draft, compose
from assistant.compute import Computer
from assistant.conversation import Conversations
from assistant.explain import explain
from assistant.formula import Node, decimal_of
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.open_questions import ProseReader, Quoted, citation_of
from assistant.plan import Clarify, Plan, Refuse, Understood
from assistant.planner import Planner
from assistant.schema import Schema, built_in_schema
from ingest.errors import StoreError
from ingest.figure import Figure, Place
from ingest.settings import Settings
from ingest.store.library import Library

LONGEST = 2000  # characters of a question
_log = logging.getLogger(__name__)


class Assistant:
    """Answers questions over one library. Safe to share between threads."""

    def __init__(self, settings: Settings, library: Library, schema: Schema) -> None:
        self.settings = settings
        self.library = library
        self._schema = schema
        self._planner = Planner(Lexicon.built_in(), schema)
        self._conversations = Conversations()
        self._catalog_lock = threading.Lock()
        self._catalog: tuple[int, Catalog] | None = None
        self._words_ready = False
        self._prose = ProseReader(library, schema, lambda: self.retriever, lambda: self.embedder)

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Open the library of `settings`; models and vectors are loaded when first needed."""
        return cls(settings, Library.open(settings), built_in_schema())

    @cached_property
    def embedder(self) -> Any:
        from ingest.embedding import open_embedder

        return open_embedder(self.settings.embedding_model)

    def _warm_words(self) -> None:
        """Keep the parsed word list beside the data, so that later starts are quick."""
        from assistant.words import use_cache

        if not self._words_ready:
            use_cache(self.settings.data_dir / "cache")
            self._words_ready = True

    @cached_property
    def linker(self) -> Any:
        from assistant.linker import Linker

        return Linker.of_vocabulary(self._schema.vocabulary, self.embedder)

    @cached_property
    def retriever(self) -> Any:
        from assistant.retriever import Retriever
        from ingest.store.vectors import Vectors

        return Retriever(self.library, lambda: Vectors.open(self.settings, self.embedder))

    @property
    def catalog(self) -> Catalog:
        """What is stored now; read again after every write to the library."""
        version = self.library.version
        with self._catalog_lock:
            if self._catalog is None or self._catalog[0] != version:
                self._catalog = version, Catalog.of(self.library.reports())
            return self._catalog[1]

    def forget(self, session: str) -> None:
        """Drop what a conversation has settled."""
        self._conversations.drop(session)

    def starters(self) -> list[str]:
        """Questions to begin with, made from what is stored."""
        catalog = self.catalog
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
        for publisher in catalog.publishers:
            years = catalog.years_of([publisher])
            if len(years) > 1:
                name = short_name(publisher)
                found.insert(2, f"{name}{years[-1]}年新收申请比上年增长多少？")
                found.insert(3, f"{name}历年新收申请的趋势")
                break
        return found[:6]

    def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer:
        """Answer `question` in the conversation `session`, from the report `source` if given."""
        started = time.perf_counter()
        conversation = self._conversations.get(session)
        with conversation.lock:
            conversation.turns += 1
            answer = self._answer(question, conversation.context, source)
            turn = conversation.turns
        elapsed = (time.perf_counter() - started) * 1000
        return replace(answer, session=session, turn=turn, latency_ms=round(elapsed, 2))

    def _answer(self, question: str, context: Any, source: str | None) -> Answer:
        problem = _unusable(question)
        if problem:
            return Answer(question, "refused", problem, reason="out_of_scope")
        catalog = self.catalog
        if source:
            catalog = catalog.limited(source)
            if not catalog.reports:
                text = message(
                    "not_stored", publisher=source, years="", stored=self.catalog.described()
                )
                return Answer(question, "refused", text, reason="not_in_corpus")
        understood = self._planner.understand(question, catalog, context)
        if understood.problem is not None:
            return _declined(question, understood.problem)
        return self._answered(question, understood, catalog)

    def _answered(self, question: str, understood: Understood, catalog: Catalog) -> Answer:
        answers = []
        for plan in understood.parts:
            one = self._one(question, plan, catalog)
            if one.status != "answered":
                return one
            answers.append(one)
        return _joined(question, answers, understood)

    def _one(self, question: str, plan: Plan, catalog: Catalog) -> Answer:
        if plan.op == "help":
            text = message("help", stored=catalog.described() or "（空）")
            return Answer(question, "answered", text, plan=plan.described())
        if plan.op == "stored":
            text = message("stored", count=len(catalog.reports), described=catalog.described(50))
            return Answer(question, "answered", text, plan=plan.described())
        if plan.op == "handoff":
            return Answer(
                question, "handoff", message("handoff"), reason="asked", plan=plan.described()
            )
        if plan.op == "check":
            return self._check(question, plan, catalog)
        quoted: list[Quoted] = []
        if plan.op == "prose":
            self._warm_words()
            found = self._prose.answer(plan, catalog)
            if found is None:
                return self._not_found(question, plan, catalog)
            draft, quoted = found
        else:
            computer = Computer(self.library, catalog, self._schema, self._prose.fact)
            if plan.op == "explain":
                draft = explain(plan, self._schema, computer)
            else:
                draft = compose(computer.run(plan), computer)
            if plan.op == "why":
                quoted = self._why(question, draft, plan, catalog)
        return self._finished(question, plan, draft, quoted, catalog)

    def _why(self, question: str, draft: Draft, plan: Plan, catalog: Catalog) -> list[Quoted]:
        """What the prose gives as the cause, else that it gives none; before the breakdown."""
        self._warm_words()
        said = self._prose.causes(plan, catalog, question)
        lines = [message("why_prose"), *(draft.shown.say(one.sentence) for one in said)]
        draft.lines[:0] = lines if said else [message("why_none")]
        return said

    def _not_found(self, question: str, plan: Plan, catalog: Catalog) -> Answer:
        guess = self._guess(question, plan, catalog) if plan.count_only else None
        if guess is not None:
            return guess
        gaps = [id_.removeprefix("gap:") for id_ in plan.explain if id_.startswith("gap:")]
        text = message("unknown_question")
        if gaps:
            word = max(gaps, key=len)
            text = message("unknown_subject", word=word, stored=catalog.described())
        return Answer(question, "refused", text, reason="not_in_corpus", plan=plan.described())

    def _guess(self, question: str, plan: Plan, catalog: Catalog) -> Answer | None:
        """Ask back where a name that no list has is close in meaning to a measure; the threshold
        is measured (docs/understanding.md). Never answered straight away: close is not same."""
        phrases = [id_.removeprefix("phrase:") for id_ in plan.explain if id_[:7] == "phrase:"]
        if not phrases or not phrases[0] or not self.library.measures():
            return None
        found = self.linker.sure(phrases[0])
        if found is None:
            return None
        _, _, id_ = found.rpartition(":")
        vocabulary = self._schema.vocabulary
        entry = (
            vocabulary.items.get(id_) or vocabulary.derived.get(id_) or vocabulary.aspects.get(id_)
        )
        if entry is None:
            return None
        scope = "".join(f"{year}年" for year in plan.years[:1])
        scope += "".join(catalog.label(p) for p in plan.publishers[:1])
        return Answer(
            question,
            "clarify",
            message("did_you_mean", phrase=phrases[0], name=entry.name),
            reason="ambiguous",
            plan=plan.described(),
            choices=(message("did_you_mean_choice", scope=scope, name=entry.name),),
        )

    def _check(self, question: str, plan: Plan, catalog: Catalog) -> Answer:
        lines, verdicts = [], []
        for report in catalog.reports:
            if report.publisher not in plan.publishers or report.year not in plan.years:
                continue
            checks = self.library.checks([report.id])
            failed = [check for check in checks if check.holds is False]
            unknown = [check for check in checks if check.holds is None]
            title = f"{report.year}年{short_name(report.publisher)}"
            if failed:
                details = "；".join(check.detail for check in failed[:5])
                lines.append(
                    message("check_failed", title=title, failed=len(failed), details=details)
                )
            else:
                held = len(checks) - len(unknown)
                lines.append(message("check_all_hold", title=title, count=held))
                wanted = plan.query.split()
                told = [c for c in checks if c.holds and any(w in c.detail for w in wanted)]
                told = told or [c for c in checks if c.holds and "总计" in c.rule]
                lines += [c.detail + "。" for c in told[:6]]
            if unknown:
                lines.append(message("check_unknown", count=len(unknown)))
            verdicts += [Verdict(check.rule, check.holds, check.detail) for check in checks]
        return Answer(
            question, "answered", "\n".join(lines), verdicts=tuple(verdicts), plan=plan.described()
        )

    def _finished(
        self, question: str, plan: Plan, draft: Draft, quoted: Sequence[Quoted], catalog: Catalog
    ) -> Answer:
        """Citations, verdicts and the guard; a draft without any value becomes a refusal."""
        figures = list({f.id: f for node in draft.cited for f in node.figures()}.values())
        by_id = {report.id: report for report in catalog.reports}
        verdicts, failed = self._verdicts(figures)
        text = "\n".join([*draft.lines, *failed])
        draft.shown.words += failed
        if not (draft.has_answer or quoted or plan.op == "explain"):
            return Answer(
                question,
                "refused",
                text or message("unknown_question"),
                reason="not_in_corpus",
                plan=plan.described(),
            )
        years = [*catalog.years, *plan.years, *(point.year for point in plan.points)]
        loose = guard.untraced(text, draft.shown, years)
        changed = guard.altered([*draft.cited, *draft.formula_nodes], self.library)
        if loose or changed:
            _log.error("guard refused an answer: untraced %s, altered %s", loose, changed)
            return Answer(question, "error", message("failed_guard"), reason="guard")
        citations = [_cite(figure, by_id[figure.report_id]) for figure in figures]
        citations += [citation_of(one, by_id[one.passage.report_id]) for one in quoted]
        return Answer(
            question,
            "answered",
            text,
            value=_value(draft.node),
            unit=draft.unit if draft.node else None,
            items=tuple(draft.items),
            formula=_formula(draft.formula_nodes),
            citations=tuple(citations),
            warnings=(*plan.notes, *draft.warnings, *failed),
            verdicts=verdicts,
            chart=draft.chart,
            plan=plan.described(),
        )

    def _verdicts(self, figures: Sequence[Figure]) -> tuple[tuple[Verdict, ...], list[str]]:
        """Identities that touch a used figure; failed ones as sentences."""
        if not figures:
            return (), []
        used = {figure.id for figure in figures}
        reports = sorted({figure.report_id for figure in figures})
        if len(reports) > 20:
            return (), []
        touching = [c for c in self.library.checks(reports) if used & set(c.figures)]
        failed = [c for c in touching if c.holds is False]
        lines = [message("identity_fails", detail=check.detail) for check in failed]
        verdicts = tuple(Verdict(c.rule, c.holds, c.detail) for c in touching)
        return verdicts, list(dict.fromkeys(lines))


def _unusable(question: str) -> str:
    if not question.strip():
        return message("empty")
    if len(question) > LONGEST:
        return message("too_long", limit=LONGEST)
    return ""


def _declined(question: str, problem: Clarify | Refuse) -> Answer:
    status: Status = "clarify" if isinstance(problem, Clarify) else "refused"
    return Answer(question, status, problem.message, reason=problem.reason, choices=problem.choices)


def _joined(question: str, answers: list[Answer], understood: Understood) -> Answer:
    """Several sub-answers as one: the texts in order, the value only where one part has one."""
    notes = [*understood.notes]
    notes += [message("carried", what=what) for what in understood.carried]
    first = answers[0]
    if len(answers) > 1:
        valued = [answer for answer in answers if answer.value is not None]
        items = tuple(item for answer in answers for item in _as_items(answer))
        first = replace(
            valued[-1] if len(valued) == 1 else answers[0],
            text="\n".join(answer.text for answer in answers),
            value=valued[0].value if len(valued) == 1 else None,
            unit=valued[0].unit if len(valued) == 1 else None,
            items=items,
            formula="；".join(a.formula for a in answers if a.formula) or None,
            citations=tuple(dict.fromkeys(c for a in answers for c in a.citations)),
            warnings=tuple(dict.fromkeys(w for a in answers for w in a.warnings)),
            verdicts=tuple(dict.fromkeys(v for a in answers for v in a.verdicts)),
            plan={"parts": [answer.plan for answer in answers]},
        )
    warnings = tuple(dict.fromkeys([*notes, *first.warnings]))
    text = first.text
    # Disclosures are part of what a person reads, not only of the record.
    told = [note for note in warnings if note not in text]
    if told:
        text += "\n" + "\n".join(f"（{note.rstrip('。')}）" for note in told)
    return replace(
        first, question=question, text=text, warnings=warnings, carried=understood.carried
    )


def _as_items(answer: Answer) -> tuple[Any, ...]:
    from assistant.answer import Item

    if answer.value is None or answer.items:
        return answer.items
    measures = answer.plan.get("measures") or [""]
    return (Item("、".join(measures), answer.value, answer.unit),)


def _value(node: Node | None) -> str | None:
    return None if node is None else format(decimal_of(node.value).normalize(), "f")


def _formula(nodes: Sequence[Node]) -> str | None:
    shown = [node.show() for node in nodes]
    return "；".join(dict.fromkeys(shown)) or None


def _cite(figure: Figure, report: Listed) -> Citation:
    if figure.place is Place.PROSE:
        return Citation(
            "text",
            report.title,
            report.id,
            report.publisher,
            report.year,
            " ▸ ".join(figure.section),
            figure.sentence,
            report.source,
            figure_id=figure.id,
            position=figure.position,
        )
    return Citation(
        "cell",
        report.title,
        report.id,
        report.publisher,
        report.year,
        " ▸ ".join(figure.section),
        figure.raw,
        report.source,
        figure.row,
        figure.column,
        figure.table,
        figure.table_key,
        figure.position,
        figure.id,
    )


__all__ = ["Assistant", "StoreError"]
