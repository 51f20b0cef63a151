"""The HTTP interface: health, ask, feedback."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, StringConstraints

from assistant.answer import Answer
from assistant.web.feedback import COMMENT_LENGTH, Vote
from assistant.web.page import LONGEST_QUESTION, Page
from assistant.web.texts import texts

LOG = logging.getLogger(__name__)
OWNER = "api"  # never a browser's: those are longer

Question = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION)
]
Session = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskBody(Body):
    question: Question
    session: Session | None = None
    source: str | None = None


class FeedbackBody(Body):
    session: Session
    turn: int
    vote: Vote
    comment: Annotated[str, StringConstraints(max_length=COMMENT_LENGTH)] = ""


def router(page: Page) -> APIRouter:
    made = APIRouter(prefix="/api", tags=["wenbao"])

    @made.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "reports": len(page.library.reports())}

    @made.post("/ask")
    def ask(body: AskBody) -> dict[str, Any]:
        session = body.session or page.conversations.new_id()
        answer = _asked(page, body, session)
        # Turns of the API are kept apart from those of browsers, whatever name they bring.
        kept = page.conversations.add(OWNER, _inner(session), answer)
        return replace(kept, session=session).record()

    @made.post("/feedback")
    def feedback(body: FeedbackBody) -> dict[str, str]:
        if not page.votes.feedback(_inner(body.session), body.turn, body.vote, body.comment):
            raise HTTPException(404, "no such turn in this session")
        return {"status": "stored"}

    return made


def _inner(session: str) -> str:
    return f"{OWNER}:{session}"


def _asked(page: Page, body: AskBody, session: str) -> Answer:
    try:
        return page.assistant.ask(body.question, session=_inner(session), source=body.source)
    # As on the page: whatever breaks is logged, and the caller gets a record of status "error".
    except Exception:
        LOG.exception("ask failed")
        text = texts("zh")("error.internal")
        return Answer(body.question, "error", text, reason="internal")
