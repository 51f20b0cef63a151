"""Assistant: a question in, an answer out, with every number computed, cited and guarded."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property
from typing import Any

from assistant import guard
from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.checking import check_figures, check_reports
from assistant.citing import cite, formula_text, value_text
from assistant.compose import compose
from assistant.compute import Computer
from assistant.context import Context, note_numbers, note_winners, of_winners
from assistant.conversation import Conversations
from assistant.draft import Draft
from assistant.explain import explain, grounds
from assistant.hearing import hearing, listener
from assistant.joining import declined, joined
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.open_questions import ProseReader, Quoted, citation_of, told_by
from assistant.plan import Plan, Understood
from assistant.planner import Planner
from assistant.prose_plan import BESIDE, in_words
from assistant.schema import Schema, built_in_schema
from assistant.starters import starters
from ingest.errors import StoreError
from ingest.settings import Settings
from ingest.store.library import Library

_SAID_IN_WORDS = ("lookup", "growth", "difference", "breakdown", "explain")
LONGEST = 2000  # characters of a question
_log = logging.getLogger(__name__)


class Assistant:
    """Answers questions over one library. Safe to share between threads."""

    def __init__(self, settings: Settings, library: Library, schema: Schema) -> None:
        self.settings = settings
        self.library = library
        self._schema = schema
        self._planner = Planner(
            Lexicon.built_in(), schema, lambda texts: self.embedder.embed(texts)
        )
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

    def _embed(self, texts: Sequence[str]) -> Any:
        self._warm_words()
        return self.embedder.embed(texts)

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

        return Retriever(
            self.library,
            lambda: Vectors.open(self.settings, self.embedder),
            mode=self.settings.retriever,
            reranker=self._open_reranker if self.settings.reranker else None,
        )

    def _open_reranker(self) -> Any:
        from ingest.embedding import CrossEncoderReranker

        return CrossEncoderReranker(str(self.settings.reranker))

    @cached_property
    def knowledge(self) -> Any:
        """What the regulations say; its `clock` gives today's date."""
        from assistant.knowledge.answering import Knowledge

        return Knowledge(lambda: self.embedder)

    @cached_property
    def general(self) -> Any:
        """Answers over tables that no form knows."""
        from assistant.general.road import GeneralRoad

        return GeneralRoad(self.library)

    @cached_property
    def llm(self) -> Any:
        """The language model of the settings; None where none is set."""
        if not self.settings.llm:
            return None
        from assistant.llm.core import Llm

        return Llm.open(self.settings, self._planner, lambda: self.linker, lambda: self.retriever)

    @property
    def catalog(self) -> Catalog:
        """What is stored now; read again after every write to the library."""
        version = self.library.version
        with self._catalog_lock:
            if self._catalog is None or self._catalog[0] != version:
                self._catalog = version, Catalog.of(_annual(self.library.reports()))
            return self._catalog[1]

    def forget(self, session: str) -> None:
        """Drop what a conversation has settled."""
        self._conversations.drop(session)

    def starters(self) -> list[str]:
        """Questions to begin with, made from what is stored."""
        return starters(self.catalog)

    def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer:
        """Answer `question` in the conversation `session`, from the report `source` if given."""
        started = time.perf_counter()
        conversation = self._conversations.get(session)
        with conversation.lock:
            conversation.turns += 1
            answer = self._spoken(question, conversation.context, source)
            turn = conversation.turns
        elapsed = (time.perf_counter() - started) * 1000
        return replace(answer, session=session, turn=turn, latency_ms=round(elapsed, 2))

    def _spoken(self, question: str, context: Any, source: str | None) -> Answer:
        """The answer; with a language model set, also the record of which path spoke."""
        if self.llm is None:
            return self._answer(question, context, source)
        with self.llm.answering() as ledger:
            return self.llm.noted(self._answer(question, context, source), ledger)  # type: ignore[no-any-return]

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
        whole, catalog = catalog, self.general.formed(catalog)
        understood = self._planner.understand(question, catalog, context)
        figure = lambda item: self._newest(item, question, catalog)  # noqa: E731
        known: Answer | None = self.knowledge.guide(question, self.library.reports(), self.library)
        if not _dictated(understood):
            known = known or self.knowledge.answer(question, understood, figure)
        if known is not None:
            return known
        found: Answer | None = self.general.first(question, understood, whole)
        if found is not None:
            return found
        if understood.problem is not None:
            answer = declined(question, understood.problem)
        else:
            answer = self._answered(question, understood, catalog, context)
        answer = self.general.instead(question, answer, whole)
        answer = self._read_again(question, answer, catalog, context)
        if self.llm is not None:
            with hearing(None):  # what is found on the way is not the answer
                answer = self.llm.by_steps(question, answer, catalog, context, self)
            answer = self.llm.from_passages(question, answer, catalog, context)
        return self.knowledge.nearest(question, answer, figure)  # type: ignore[no-any-return]

    def _read_again(
        self, question: str, answer: Answer, catalog: Catalog, context: Context
    ) -> Answer:
        """Where the rules were not sure: the answer to what a language model understood."""
        if self.llm is None:
            return answer
        understood = self.llm.second_reading(question, answer, catalog, context)
        if understood is None:
            return answer
        if understood.problem is not None:
            return declined(question, understood.problem)
        return self._answered(question, understood, catalog, context)

    def _newest(self, item: str, question: str, catalog: Catalog) -> Answer | None:
        """The newest figure of `item` at the one place that is stored or named; None if unsure."""
        from assistant.knowledge.place import newest_figure

        asked = newest_figure(self._schema.vocabulary.items[item].name, question, catalog)
        if not asked:
            return None
        fresh = Context()
        understood = self._planner.understand(asked, catalog, fresh)
        if understood.problem is not None:
            return None
        with self._unwritten():
            answer = self._answered(asked, understood, catalog, fresh)
        return answer if answer.status == "answered" and answer.value is not None else None

    def _unwritten(self) -> Any:
        """Inside, no language model is asked: the value alone is wanted."""
        if self.llm is None:
            return nullcontext()
        from assistant.llm.core import silent

        return silent()

    def _answered(
        self, question: str, understood: Understood, catalog: Catalog, context: Context
    ) -> Answer:
        answers = []
        # Of several parts one may still be refused, and then all are: none is told beforehand.
        told = listener() if len(understood.parts) == 1 else None
        for part in understood.parts:
            plan = of_winners(part, context)
            with hearing(told):
                one = self._one(question, plan, catalog, context)
            if one.status != "answered":
                context.lost = context.lost or plan.op == "prose"
                return one
            answers.append(one)
        return joined(question, answers, understood)

    def _one(self, question: str, plan: Plan, catalog: Catalog, context: Context) -> Answer:
        if plan.op == "check":
            return check_reports(question, plan, catalog, self.library)
        talk = _talked(question, plan, catalog)
        if talk is not None:
            return talk
        drafted = None
        if BESIDE not in plan.explain:
            drafted = self._drafted(question, plan, catalog, context)
        if drafted is None and not context.lost:
            drafted = self._prose.beside(plan, catalog, context.told)
        if drafted is None:
            return self._not_found(question, plan, catalog)
        draft, quoted = drafted
        context.told = told_by(plan, draft, quoted)
        told = self._said_instead(question, plan, draft, catalog)
        if told is not None:
            return told
        return self._finished(question, plan, draft, quoted, catalog)

    def _said_instead(
        self, question: str, plan: Plan, draft: Draft, catalog: Catalog
    ) -> Answer | None:
        """What the prose says of a measure that no table of the reports has (forms before 2019
        have none); None where it says nothing."""
        if draft.has_answer or not draft.unprinted or plan.op not in _SAID_IN_WORDS:
            return None
        self._warm_words()
        open_plan = in_words(question, plan)
        told = self._prose.answer(open_plan, catalog)
        return self._finished(question, open_plan, *told, catalog) if told else None

    def _drafted(
        self, question: str, plan: Plan, catalog: Catalog, context: Context
    ) -> tuple[Draft, list[Quoted]] | None:
        """The draft of an answer and the sentences it quotes; None where the prose has none."""
        if plan.op == "prose":
            self._warm_words()
            return self._prose.answer(plan, catalog)
        computer = Computer(self.library, catalog, self._schema, self._prose.fact)
        if plan.op == "explain":
            return explain(plan, self._schema, computer), []
        result = computer.run(plan)
        note_numbers(context, result.values)
        note_winners(context, plan, [value.point for value in result.chosen])
        draft = compose(result, computer)
        quoted = self._why(question, draft, plan, catalog) if plan.op == "why" else []
        return draft, quoted

    def _why(self, question: str, draft: Draft, plan: Plan, catalog: Catalog) -> list[Quoted]:
        """What the prose gives as the cause, else that it gives none; before the breakdown."""
        self._warm_words()
        said = self._prose.causes(plan, catalog, question)
        lines = [message("why_prose"), *(draft.shown.say(one.sentence) for one in said)]
        draft.lines[:0] = lines if said else [message("why_none")]
        draft.lines[:0] = [draft.shown.say(line) for line in grounds(plan, self._schema)]
        return said

    def _not_found(self, question: str, plan: Plan, catalog: Catalog) -> Answer:
        guess = self._guess(question, plan, catalog) if plan.count_only else None
        if guess is not None:
            return guess
        gaps = [id_.removeprefix("gap:") for id_ in plan.explain if id_.startswith("gap:")]
        text = message("unknown_question")
        if gaps:
            said = self._prose.said_without_number(gaps, plan, catalog)
            word, key = said or max(gaps, key=len), "no_number_said" if said else "unknown_subject"
            text = message(key, word=word, stored=catalog.described())
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

    def _finished(
        self, question: str, plan: Plan, draft: Draft, quoted: Sequence[Quoted], catalog: Catalog
    ) -> Answer:
        """Citations, verdicts and the guard; a draft without any value becomes a refusal."""
        figures = list({f.id: f for node in draft.cited for f in node.figures()}.values())
        by_id = {report.id: report for report in catalog.reports}
        verdicts, failed = check_figures(figures, self.library)
        text = "\n".join([*draft.lines, *failed])
        draft.shown.words += failed
        if draft.doubt:
            return Answer(
                question, "clarify", draft.doubt, reason="ambiguous", plan=plan.described()
            )
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
        if self.llm is not None and not quoted:
            written = self.llm.rewritten(question, draft, catalog, years)
            text = "\n".join([*written, *failed])
        citations = [cite(figure, by_id[figure.report_id]) for figure in figures]
        citations += [citation_of(one, by_id[one.passage.report_id]) for one in quoted]
        return Answer(
            question,
            "answered",
            text,
            value=value_text(draft.node),
            unit=draft.unit if draft.node else None,
            items=tuple(draft.items),
            formula=formula_text(draft.formula_nodes),
            citations=tuple(citations),
            warnings=(*plan.notes, *draft.warnings, *failed),
            verdicts=verdicts,
            chart=draft.chart,
            plan=plan.described(),
        )


def _talked(question: str, plan: Plan, catalog: Catalog) -> Answer | None:
    """What needs no figure: help, what is stored, a person asked for."""
    described = plan.described()
    if plan.op == "help":
        text = message("help", stored=catalog.described() or "（空）")
        return Answer(question, "answered", text, plan=described)
    if plan.op == "stored":
        text = message("stored", count=len(catalog.reports), described=catalog.described(50))
        return Answer(question, "answered", text, plan=described)
    if plan.op == "handoff":
        return Answer(question, "handoff", message("handoff"), reason="asked", plan=described)
    return None


def _dictated(understood: Understood) -> bool:
    """Whether the question was refused because it commands an answer."""
    problem = understood.problem
    return problem is not None and problem.message == message("no_dictated")


def _annual(reports: Sequence[Any]) -> list[Any]:
    """Guides are read from, never counted among the reports."""
    from assistant.knowledge.guides import is_guide

    return [report for report in reports if not is_guide(report)]


def _unusable(question: str) -> str:
    if not question.strip():
        return message("empty")
    if len(question) > LONGEST:
        return message("too_long", limit=LONGEST)
    return ""


__all__ = ["Assistant", "StoreError"]
