"""Agent hands: the road of the assistant from a plan to a guarded answer, lent to the tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.context import Context
from assistant.draft import Draft
from assistant.plan import Plan, Understood


@dataclass(frozen=True)
class AgentHands:
    """`assistant` is the Assistant that answers; typed loosely, since it imports this package."""

    assistant: Any
    catalog: Catalog

    def drafted(self, question: str, plan: Plan, context: Context) -> Draft | None:
        """The draft of a plan over figures; `context` learns what an extreme found."""
        found = self.assistant._drafted(question, plan, self.catalog, context)
        return found[0] if found is not None and not found[1] else None

    def finished(self, question: str, plan: Plan, draft: Draft) -> Answer:
        """The draft checked and cited; no answer where a number in it cannot be traced."""
        answer: Answer = self.assistant._finished(question, plan, draft, [], self.catalog)
        return answer

    def checked(self, question: str, plan: Plan) -> Answer:
        """The identities of the reports of `plan`."""
        understood = Understood((plan,))
        answer: Answer = self.assistant._answered(question, understood, self.catalog, Context())
        return answer

    def hits(self, words: str, report_id: str, k: int) -> Sequence[Any]:
        """The best passages of one report; [] where none."""
        found: Sequence[Any] = self.assistant.retriever.search(words, report_ids=[report_id], k=k)
        return found
