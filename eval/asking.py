"""Asking: whoever answers questions, and one question turned into one record, come what may."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from assistant.answer import Answer

if TYPE_CHECKING:
    from ingest.settings import Settings

Record = dict[str, Any]
log = logging.getLogger(__name__)


class Asked(Protocol):
    """What the batch drives: the assistant, as a user does."""

    def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer: ...


OpenAsked = Callable[[], Asked]


@dataclass(frozen=True, slots=True)
class OpenAssistant:
    """Opens the real assistant; can be sent to another process, where it opens one of its own."""

    settings: Settings

    def __call__(self) -> Asked:
        from assistant.assistant import Assistant

        return Assistant.open(self.settings)


def answer_one(
    asked: Asked, *, id: str, question: str, session: str | None, source: str | None
) -> Record:
    """The answer record of one question. A failure is a record with the status "error"."""
    started = time.perf_counter()
    try:
        record = asked.ask(question, session=session or "", source=source).record()
    except Exception as error:
        # The row itself says what failed; the run says how many did.
        log.info("question %s failed", id, exc_info=error)
        record = _failed(question, error)
    record.setdefault("latency_ms", None)
    record["latency_ms"] = record["latency_ms"] or _milliseconds(started)
    return {"id": id, **record, "question": question, "session": session, "source": source}


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


def _failed(question: str, error: Exception) -> Record:
    answer = Answer(
        question=question,
        status="error",
        reason=type(error).__name__,
        text=f"处理这个问题时出错，没有得到答案：{error}",
    )
    return answer.record()
