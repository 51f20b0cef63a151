"""The HTTP interface: health, ask, feedback."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from assistant.answer import Answer
from assistant.api.callers import Caller
from assistant.api.problems import PROBLEMS
from assistant.desk.base import cleaned_text
from assistant.desk.records import Handoff
from assistant.web.feedback import COMMENT_LENGTH, Vote
from assistant.web.page import LONGEST_QUESTION, Page
from assistant.web.texts import texts

LOG = logging.getLogger(__name__)


def _kept(text: str) -> str:
    """Without what no answer can be written with: control characters and half characters."""
    cleaned = cleaned_text(text)
    if not cleaned:
        raise ValueError("must not be empty")
    return cleaned


Question = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION),
    AfterValidator(_kept),
]
Session = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(_kept)]
Source = Annotated[str, StringConstraints(max_length=500), AfterValidator(cleaned_text)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskBody(Body):
    question: Question
    session: Session | None = None
    source: Source | None = None


class FeedbackBody(Body):
    session: Session
    turn: int
    vote: Vote
    comment: Annotated[str, StringConstraints(max_length=COMMENT_LENGTH)] = ""


def router(page: Page) -> APIRouter:
    made = APIRouter(prefix="/api", tags=["wenbao"], responses=PROBLEMS)

    @made.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "reports": len(page.library.reports())}

    @made.post("/ask")
    def ask(body: AskBody, request: Request) -> dict[str, Any]:
        session = body.session or page.conversations.new_id()
        # Turns of the API are kept apart from those of browsers, whatever name they bring, and
        # those of one key from those of all others.
        caller = caller_of(request)
        return _answered(page, caller, body, session)

    @made.post("/feedback")
    def feedback(body: FeedbackBody, request: Request) -> dict[str, Any]:
        """`handoff` says whether a person is offered: after a dislike, for one."""
        caller = caller_of(request)
        session = caller.inner(body.session)
        if not page.votes.feedback(session, body.turn, body.vote, body.comment):
            raise HTTPException(404, "no such turn in this session")
        return {
            "status": "stored",
            "handoff": page.offer_of(caller.owner, session, body.turn).record(),
        }

    return made


def caller_of(request: Request) -> Caller:
    """Whom the gate let in; nobody in particular where no gate stands."""
    caller = getattr(request.state, "caller", None)
    return caller if isinstance(caller, Caller) else Caller()


def _answered(page: Page, caller: Caller, body: AskBody, session: str) -> dict[str, Any]:
    """The answer record with `handoff`: whether a person is offered. While staff are on it, the
    question goes to them and is no turn."""
    inner = caller.inner(session)
    told = page.silent(caller.owner, inner, body.question)
    if told is not None:
        return replace(told, session=session).record() | {"handoff": Handoff(False).record()}
    kept = page.conversations.add(caller.owner, inner, _asked(page, body, inner))
    offer = page.offer_of(caller.owner, inner)
    return replace(kept, session=session).record() | {"handoff": offer.record()}


def _asked(page: Page, body: AskBody, session: str) -> Answer:
    try:
        return page.assistant.ask(body.question, session=session, source=body.source)
    # As on the page: whatever breaks is logged, and the caller gets a record of status "error".
    except Exception:
        LOG.exception("ask failed")
        text = texts("zh")("error.internal")
        return Answer(body.question, "error", text, reason="internal")
