"""Core: what the assistant asks of the language model, and the ledger of the answer in work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.context import Context
from assistant.draft import Draft
from assistant.llm import counters
from assistant.llm.agent import LlmAgent
from assistant.llm.agent_hands import AgentHands
from assistant.llm.candidates import Links
from assistant.llm.client import Client
from assistant.llm.composer import LlmComposer
from assistant.llm.ledger import Ledger
from assistant.llm.open_answers import LlmOpen
from assistant.llm.planner import LlmPlanner
from assistant.llm.tracing import answer_span
from assistant.plan import Understood
from assistant.planner import Planner
from ingest.settings import Settings

UNLESS_TOLD = ("plan", "compose")  # what a model is used for where llm_uses is empty
_ledger: ContextVar[Ledger | None] = ContextVar("llm_ledger", default=None)


@dataclass(frozen=True)
class Llm:
    """The model of the settings. Made only where `settings.llm` is set."""

    client: Client
    planner: LlmPlanner
    composer: LlmComposer
    agent: LlmAgent
    opened: LlmOpen

    @classmethod
    def open(
        cls,
        settings: Settings,
        planner: Planner,
        links: Callable[[], Links],
        retriever: Callable[[], Any],
    ) -> Llm:
        client = Client.open(settings)
        reader = LlmPlanner(client, planner, links)
        composer = LlmComposer(client, planner.lexicon)
        opened = LlmOpen(client, planner.lexicon, retriever)
        return cls(client, reader, composer, LlmAgent(client, reader, links), opened)

    def uses(self, use: str) -> bool:
        return use in (self.client.settings.llm_uses or UNLESS_TOLD)

    # ---- the ledger of the answer in work ----

    @contextmanager
    def answering(self) -> Iterator[Ledger]:
        """Around one answer: all that is asked of the model meanwhile goes into one ledger."""
        ledger = self.client.ledger()
        token = _ledger.set(ledger)
        try:
            with answer_span(self.client.settings.llm_tracing, ledger):
                yield ledger
        finally:
            _ledger.reset(token)

    def noted(self, answer: Answer, ledger: Ledger) -> Answer:
        """`answer` with the record of which path spoke."""
        counters.count("paths", ledger.path)
        return replace(answer, llm=ledger.record())

    # ---- hooks ----

    def second_reading(
        self, question: str, answer: Answer, catalog: Catalog, context: Context
    ) -> Understood | None:
        """Another understanding where the rules were not sure; None where `answer` stands."""
        ledger = _ledger.get()
        if ledger is None or not self.uses("plan"):
            return None
        return self.planner.plan(question, answer, catalog, context, ledger)

    def by_steps(
        self, question: str, answer: Answer, catalog: Catalog, context: Context, assistant: Any
    ) -> Answer:
        """The answer by steps that the model arranges, only where `llm_uses` names agent; else
        `answer`. `assistant` lends its road from a plan to a guarded answer."""
        ledger = _ledger.get()
        if ledger is None or not self.uses("agent"):
            return answer
        hands = AgentHands(assistant, catalog)
        return self.agent.answer(question, answer, catalog, context, hands, ledger)

    def from_passages(
        self, question: str, answer: Answer, catalog: Catalog, context: Context
    ) -> Answer:
        """Sentences of the reports where the rules found none, only where `llm_uses` names open;
        else `answer`."""
        ledger = _ledger.get()
        if ledger is None or not self.uses("open"):
            return answer
        return self.opened.answer(question, answer, catalog, context, ledger)

    def rewritten(
        self, question: str, draft: Draft, catalog: Catalog, years: Sequence[int]
    ) -> list[str]:
        """The lines of a draft that has passed the guard, in better prose where that is safe."""
        ledger = _ledger.get()
        if ledger is None or not self.uses("compose"):
            return draft.lines
        return self.composer.lines(question, draft, catalog, years, ledger)


@contextmanager
def silent() -> Iterator[None]:
    """Inside, the model is asked nothing: for values that are only looked up on the way."""
    token = _ledger.set(None)
    try:
        yield
    finally:
        _ledger.reset(token)


def current_ledger() -> Ledger | None:
    """The ledger of the answer in work; None where there is none, or no model may be asked."""
    return _ledger.get()
