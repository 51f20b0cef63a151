"""ReviewedAsker: where the assistant has no answer, the one that the staff have reviewed."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from assistant.answer import Answer
from assistant.desk.reviewed import ReviewedAnswers
from assistant.web.page import Asker
from ingest.errors import StoreError

LOG = logging.getLogger(__name__)
WITHOUT_ANSWER = frozenset({"refused", "clarify"})


class ReviewedAsker:
    """`inner`; a refusal or a question back gives way to a reviewed answer to the same question.

    What was computed or quoted is never replaced, nor is a failure hidden.
    """

    def __init__(self, inner: Asker, reviewed: ReviewedAnswers) -> None:
        self._inner = inner
        self._reviewed = reviewed

    def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer:
        started = time.perf_counter()
        answer = self._inner.ask(question, session=session, source=source)
        if answer.status not in WITHOUT_ANSWER:
            return answer
        found = self._found(question)
        if found is None:
            return answer
        elapsed = round((time.perf_counter() - started) * 1000, 2)
        return replace(found, session=answer.session, turn=answer.turn, latency_ms=elapsed)

    def _found(self, question: str) -> Answer | None:
        try:
            return self._reviewed.answer(question)
        except StoreError:  # the assistant's own answer is still one
            LOG.exception("reviewed answers could not be read")
            return None

    def starters(self) -> list[str]:
        return self._inner.starters()

    def forget(self, session: str) -> None:
        forget = getattr(self._inner, "forget", None)
        if forget is not None:
            forget(session)
