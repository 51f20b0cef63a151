"""Tickets over HTTP: leave a question for a person, look it up by number and secret, add, rate."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.callers import Caller
from assistant.api.problems import PROBLEMS
from assistant.desk.citizens import (
    LONGEST_COMMENT,
    LONGEST_CONTACT,
    LONGEST_MESSAGE,
    LONGEST_QUESTION,
)
from assistant.desk.records import CitizenTicket, NewTicket
from assistant.desk.service import Desk
from assistant.desk.snapshot import versions_of
from assistant.desk.tickets import UNKNOWN
from assistant.web.api import caller_of
from assistant.web.page import Page
from ingest.errors import UnknownTicketError

_NUMBER = re.compile(r"[0-9A-Za-z-]{1,40}", re.ASCII)
Secret = Annotated[str, Header(alias="X-Ticket-Secret", max_length=200)]
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TicketBody(Body):
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    session: str | None = Field(None, min_length=1, max_length=120)
    contact: str | None = Field(None, max_length=LONGEST_CONTACT)


class MessageBody(Body):
    message: str = Field(min_length=1, max_length=LONGEST_MESSAGE)


class RatingBody(Body):
    stars: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=LONGEST_COMMENT)


class ReceiptRecord(BaseModel):
    """`secret` is shown only here. Times are seconds since 1970."""

    ticket: str
    secret: str
    expected_at: float


class MessageRecord(BaseModel):
    seq: int
    author: str
    name: str
    body: str
    at: float


class TicketRecord(BaseModel):
    ticket: str
    state: str
    state_name: str
    question: str
    messages: list[MessageRecord]
    created_at: float
    updated_at: float
    expected_at: float
    rating: int | None
    can_rate: bool


def router(desk: Desk, page: Page) -> APIRouter:
    made = APIRouter(prefix="/api/tickets", tags=["tickets"], responses=PROBLEMS)

    @made.post("", status_code=201, responses={200: {"model": ReceiptRecord}})
    def create(
        body: TicketBody, request: Request, response: Response, idempotency_key: Key = ""
    ) -> ReceiptRecord:
        """A new ticket, on the disk when this answers; 200 where the same Idempotency-Key had made
        it before."""
        receipt = desk.citizens.create(_new(page, caller_of(request), body, idempotency_key))
        if not receipt.created:
            response.status_code = 200
        _private(response)
        return ReceiptRecord(
            ticket=receipt.number, secret=receipt.secret, expected_at=receipt.expected_at
        )

    @made.get("/{ticket}")
    def look_up(ticket: str, response: Response, x_ticket_secret: Secret = "") -> TicketRecord:
        _private(response)
        return record(desk.citizens.ticket(_number(ticket), x_ticket_secret))

    @made.post("/{ticket}/messages", status_code=201)
    def add(
        ticket: str,
        body: MessageBody,
        response: Response,
        x_ticket_secret: Secret = "",
        idempotency_key: Key = "",
    ) -> TicketRecord:
        _private(response)
        number = _number(ticket)
        kept = desk.citizens.add(number, x_ticket_secret, body.message, key=idempotency_key)
        return record(kept)

    @made.post("/{ticket}/rating")
    def rate(
        ticket: str, body: RatingBody, response: Response, x_ticket_secret: Secret = ""
    ) -> TicketRecord:
        _private(response)
        number = _number(ticket)
        return record(desk.citizens.rate(number, x_ticket_secret, body.stars, body.comment))

    return made


def record(ticket: CitizenTicket) -> TicketRecord:
    values = asdict(ticket)
    values["ticket"] = values.pop("number")
    return TicketRecord.model_validate(values)


def _new(page: Page, caller: Caller, body: TicketBody, key: str) -> NewTicket:
    """With the turns of `session`, if it is a conversation of this caller."""
    conversation = caller.inner(body.session) if body.session else ""
    turns = page.conversations.turns(caller.owner, conversation) if conversation else ()
    offer = page.offer_of(caller.owner, conversation)
    return NewTicket(
        question=body.question,
        contact=body.contact or "",
        owner=caller.owner,
        conversation=conversation,
        turns=[turn.record() for turn in turns],
        reason=offer.reason or "asked",
        versions=versions_of(page.library),
        key=key,
    )


def _number(ticket: str) -> str:
    """What can be no number is as unknown as what is none."""
    if not _NUMBER.fullmatch(ticket):
        raise UnknownTicketError(UNKNOWN)
    return ticket


def _private(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"
