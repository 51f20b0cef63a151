"""Agent: questions of several steps, planned by the model and answered by the rules, step by step.

The model chooses the steps; each is a plan of the rules with exact arithmetic; what the model
writes over their results is checked like the composer's text. Whatever fails leaves the answer of
the rules. Which questions may come here, and the bounds, are data (agent.yaml).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from assistant import guard
from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.context import Context
from assistant.joining import joined
from assistant.llm import agent_scope
from assistant.llm.agent_results import BLOCK, Results
from assistant.llm.agent_review import Review, Written
from assistant.llm.agent_scope import Asked, rules
from assistant.llm.agent_tools import Hands, Tools
from assistant.llm.candidates import Links
from assistant.llm.claims import SLOT
from assistant.llm.client import Client
from assistant.llm.ledger import Ledger
from assistant.llm.planner import LlmPlanner
from assistant.llm.prompts import prompt
from assistant.plan import Understood
from assistant.scope import ScopeError
from assistant.wording import Shown
from ingest.errors import LlmError

_log = logging.getLogger(__name__)
USE = "agent"


@dataclass(frozen=True)
class LlmAgent:
    client: Client
    planner: LlmPlanner
    links: Callable[[], Links]

    def answer(
        self,
        question: str,
        answer: Answer,
        catalog: Catalog,
        context: Context,
        hands: Hands,
        ledger: Ledger,
    ) -> Answer:
        """The answer by steps, or `answer` where that stands. On success the conversation has
        nothing to lean on: a follow-up is asked back rather than read on an older question."""
        if not agent_scope.may_go_on(answer):
            return answer
        try:
            asked = agent_scope.asked_of(question, answer, catalog, self.planner.rules)
            if asked is None:
                return answer
            found = _Run(self, asked, catalog, hands).answered(ledger)
        except LlmError as problem:
            ledger.gave_up(USE, problem.kind)
            _log.info("no steps of the language model: %s", problem)
            return answer
        except ScopeError as problem:
            _log.info("the language model is not asked: %s", problem)
            return answer
        ledger.spoke(USE)
        context.pending, context.lost = "", True
        return found


@dataclass
class _Run:
    """The steps of one answer."""

    agent: LlmAgent
    asked: Asked
    catalog: Catalog
    hands: Hands
    results: Results = field(default_factory=Results)

    def answered(self, ledger: Ledger) -> Answer:
        """Raises LlmError."""
        from assistant.llm.agent_graph import run

        planner = self.agent.planner
        measures, places, years = self.asked.listed(lambda one: planner.name(one, self.catalog))
        rendered = prompt("agent").render(
            question=self.asked.question, measures=measures, places=places, years=years
        )
        tools = Tools(
            self.asked,
            self.catalog,
            planner,
            self.hands,
            self.agent.links,
            self.results,
            rendered.nonce,
        )
        review = Review(self.asked, self.results, planner.rules.lexicon)
        written: list[Written] = []
        replies = run(
            self.agent.client,
            ledger,
            rendered,
            tools.all(),
            lambda text: written.append(review.read(text)),
        )
        found = self._put_together(written[-1])
        for reply in replies:
            self.agent.client.keep(reply)
        return found

    def _put_together(self, written: Written) -> Answer:
        """The text with its numbers, under it what code says to the results, and their citations.
        Raises LlmError (untraced) where a number in it is of no result."""
        answers = [result.answer for result in written.used]
        blocks = [self.results.blocks[id_] for id_ in written.blocks]
        answers += [block.answer for block in blocks if block.answer is not None]
        note = str(rules()["note"]).format(steps="；".join(self._steps(written)))
        whole = joined(self.asked.question, answers, Understood(notes=(note,)))
        lines = [self._filled(line) for line in written.text.splitlines()]
        lines += [line for one in written.used if one.text for line in one.kept]
        text = "\n".join(dict.fromkeys(lines))
        text += "".join(f"\n（{told.rstrip('。')}）" for told in whole.warnings if told not in text)
        known = Shown(words=[note, *whole.warnings, *(one.text for one in answers)])
        known.words += [block.lines for block in blocks]
        if guard.untraced(text, known, self.catalog.years):
            raise LlmError("untraced", "答复里的数字无法追溯")
        quoted = [citation for block in blocks for citation in block.citations]
        citations = tuple(dict.fromkeys([*whole.citations, *quoted]))
        return replace(whole, text=text, citations=citations)

    def _steps(self, written: Written) -> list[str]:
        """The steps that the answer rests on, as questions: what was really asked is told."""
        used = {id_ for one in written.used for id_ in (one.id, *one.parents)}
        return [one.step for one in self.results.results.values() if one.id in used]

    def _filled(self, line: str) -> str:
        found = BLOCK.fullmatch(line)
        if found:
            return self.results.blocks[found[1]].lines
        numbers = self.results.numbers()
        return SLOT.sub(lambda slot: numbers[slot[1]], line)
