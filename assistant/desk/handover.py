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
SAYS_MORE = 6  # letters beside the wish for a person that make it a question, too
_APART = " \t\n\u3000,，:：、;；!！。"


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


def only_asks_for_person(text: str) -> bool:
    """Whether `text` says nothing else than that a person is wanted."""
    if not asks_for_person(text):
        return False
    plain = re.sub(r"\s+", "", text).lower()
    for pattern in _patterns()["ask_person"]:
        plain = pattern.sub("", plain)
    return sum(sign.isalnum() for sign in plain) < SAYS_MORE


def addresses_bot(text: str) -> bool:
    """Whether `text` speaks to the assistant although a person has taken over."""
    return _any("address_bot", text)


def without_address(text: str) -> str:
    """`text` without the words that speak to the assistant, where they stand apart from the rest;
    as it was where nothing else is said."""
    for pattern in _patterns()["address_bot"]:
        found = pattern.match(text.strip())
        rest = text.strip()[found.end() :] if found else ""
        if rest and not rest[0].isalnum() and (said := rest.strip(_APART)):
            return said
    return text


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
