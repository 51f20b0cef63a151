"""When a person is offered: a pure function of the conversation; words and offers are data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.answer import Answer
from assistant.desk.records import Handoff, HandoverReason
from ingest.form import read_yaml

FILE = files("assistant") / "desk" / "handover.yaml"
CLARIFICATIONS = 2  # in a row


def handoff(question: str, answers: Sequence[Answer], *, disliked: bool = False) -> Handoff:
    """Whether a person is offered after `answers`, the answers of one conversation, the last of
    which is the one to `question`; `disliked` where that one was voted down."""
    reason = _reason(question, answers, disliked)
    return Handoff(reason is not None, reason, _rules()["offers"][reason] if reason else "")


def _reason(question: str, answers: Sequence[Answer], disliked: bool) -> HandoverReason | None:
    if asks_for_person(question) or (answers and answers[-1].status == "handoff"):
        return "asked"
    if disliked:
        return "dislike"
    if answers and answers[-1].status == "refused":
        return "refused"
    last = [answer.status for answer in answers[-CLARIFICATIONS:]]
    return "clarify_twice" if last == ["clarify"] * CLARIFICATIONS else None


def asks_for_person(text: str) -> bool:
    """Whether `text` asks for a person instead of the assistant."""
    return _any("ask_person", text) and not _any("not_ask_person", text)


def addresses_bot(text: str) -> bool:
    """Whether `text` speaks to the assistant although a person has taken over."""
    return _any("address_bot", text)


def _any(name: str, text: str) -> bool:
    plain = re.sub(r"\s+", "", text).lower()
    return any(pattern.search(plain) for pattern in _patterns()[name])


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    return dict(read_yaml(FILE))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    names = ("ask_person", "not_ask_person", "address_bot")
    return {name: tuple(re.compile(one) for one in _rules()[name]) for name in names}
