"""Tickets: the help desk as the citizen has it in the chat. Knows no Gradio and no HTML page.

In a conversation the browser's cookie says whose ticket it is; elsewhere number and secret do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from assistant.answer import Answer
from assistant.desk.citizens import LONGEST_CONTACT, LONGEST_MESSAGE, LONGEST_QUESTION
from assistant.desk.handover import handoff, only_asks_for_person, without_address
from assistant.desk.hours import CHINA
from assistant.desk.records import CitizenTicket, Handoff, NewTicket, Receipt
from assistant.desk.service import Desk
from assistant.desk.snapshot import versions_of
from assistant.web.feedback import Feedback
from assistant.web.screen import Held
from assistant.web.texts import Texts
from ingest.errors import NotPossibleError
from ingest.store.library import Library


@dataclass(frozen=True)
class Letter:
    """What stands in the chat at a time: the ticket's opening, or one of its messages."""

    at: float
    ticket: CitizenTicket
    seq: int  # of the message; -1 for the opening
    author: str
    name: str
    body: str
    last: bool  # of its ticket


@dataclass(frozen=True)
class TicketWindow:
    """The citizen's side of `desk`."""

    desk: Desk
    library: Library

    # -- offering ------------------------------------------------------------------------

    def offers(
        self, answers: Sequence[Answer], votes: Mapping[int, Feedback], live: bool
    ) -> dict[int, Handoff]:
        """Turn → the offer of a person: after the last turn, and after each disliked one. None
        while somebody is on it already."""
        found: dict[int, Handoff] = {}
        for place, answer in enumerate(answers, start=1):
            vote = votes.get(answer.turn)
            disliked = vote is not None and vote.vote == "dislike"
            if not live and (disliked or place == len(answers)):
                offer = handoff(answer.question, answers[:place], disliked=disliked)
                found |= {answer.turn: offer} if offer.offered else {}
        return found

    def offer(self, past: Sequence[Answer], votes: Mapping[int, Feedback]) -> Handoff:
        """Why the last of `past` is handed over; without a reason of its own, it was asked for."""
        return self.offers(past, votes, live=False).get(past[-1].turn, Handoff(True, "asked"))

    def subject(self, answers: Sequence[Answer], turn: int) -> str:
        """The question that a ticket about `turn` is about: the last that is not only the wish
        for a person."""
        past = [answer for answer in answers if answer.turn <= turn]
        told = [one.question for one in past if not _wish(one)]
        return told[-1] if told else ""

    # -- a ticket ------------------------------------------------------------------------

    def create(
        self,
        owner: str,
        conversation: str,
        answers: Sequence[Answer],
        offer: Handoff,
        data: Mapping[str, str],
    ) -> Receipt:
        """Raises NotPossibleError, ConflictError, StoreError. `answers` end with the turn that is
        handed over; wishes for a person alone say nothing of it and stay out."""
        told = [answer for answer in answers if not _wish(answer)]
        new = NewTicket(
            question=data["question"],
            contact=data["contact"],
            owner=owner,
            conversation=conversation,
            turns=[answer.record() for answer in told],
            reason=offer.reason or "asked",
            versions=versions_of(self.library),
            key=data["key"],
        )
        return self.desk.citizens.create(new)

    def of(self, owner: str, conversation: str) -> tuple[CitizenTicket, ...]:
        return self.desk.citizens.in_conversation(owner, conversation)

    def replied(self, owner: str) -> frozenset[str]:
        return self.desk.citizens.replied(owner)

    def live(self, tickets: Sequence[CitizenTicket]) -> bool:
        """Whether somebody of the staff is on one of them."""
        return any(self.open(ticket) for ticket in tickets)

    def open(self, ticket: CitizenTicket) -> bool:
        return ticket.state in self.desk.ground.rules.live

    def told(self, owner: str, conversation: str, text: str) -> bool:
        """Gives `text` to the staff where they are on it and the assistant is not spoken to;
        False where the assistant answers. Raises DeskError, StoreError."""
        citizens = self.desk.citizens
        if citizens.bot_speaks(owner, conversation, text):
            return False
        return citizens.add_in_conversation(owner, conversation, text) is not None

    def plain(self, owner: str, conversation: str, question: str) -> str:
        """`question` without the words that speak to the assistant past the staff."""
        live = self.live(self.of(owner, conversation))
        return without_address(question) if live else question

    # -- with number and secret ----------------------------------------------------------

    def find(self, held: Held) -> CitizenTicket:
        """Raises UnknownTicketError."""
        return self.desk.citizens.ticket(held.number, held.secret)

    def act(self, held: Held, name: str, data: Mapping[str, str]) -> CitizenTicket:
        """`name` is say, rate or solve. Raises DeskError, StoreError."""
        citizens, number, secret = self.desk.citizens, held.number, held.secret
        if name == "say":
            return citizens.add(number, secret, data["body"], key=data["key"])
        if name == "rate":
            return citizens.rate(number, secret, stars_of(data), data["comment"])
        return citizens.resolve(number, secret)

    def act_in(
        self, owner: str, conversation: str, name: str, data: Mapping[str, str]
    ) -> CitizenTicket | None:
        """As `act`, to the ticket data["number"] of a conversation."""
        citizens, number = self.desk.citizens, data["number"]
        if name == "say":
            return citizens.add_in_conversation(
                owner, conversation, data["body"], number=number, key=data["key"]
            )
        if name == "rate":
            stars = stars_of(data)
            return citizens.rate_in_conversation(
                owner, conversation, number, stars, data["comment"]
            )
        return citizens.resolve_in_conversation(owner, conversation, number)

    # -- showing -------------------------------------------------------------------------

    def facts(self) -> dict[str, object]:
        """What the forms say of this desk: lengths, working hours, days until it is purged."""
        settings = self.desk.ground.settings
        return {
            "hours": settings.desk_hours,
            "days": settings.desk_retention_days,
            "longest_question": LONGEST_QUESTION,
            "longest_contact": LONGEST_CONTACT,
            "longest_message": LONGEST_MESSAGE,
        }


def letters(tickets: Sequence[CitizenTicket]) -> list[Letter]:
    """Openings and messages of `tickets`, in time."""
    found = []
    for ticket in tickets:
        last = len(ticket.messages)
        opening = Letter(ticket.created_at, ticket, -1, "opening", "", ticket.question, not last)
        found.append(opening)
        for place, one in enumerate(ticket.messages, start=1):
            found.append(
                Letter(one.at, ticket, one.seq, one.author, one.name, one.body, place == last)
            )
    return sorted(found, key=lambda letter: letter.at)


def stamp(tickets: Sequence[CitizenTicket]) -> str:
    """Changes with whatever a citizen sees of `tickets`; tells nothing of it."""
    seen = [(t.number, t.state, t.rating, t.erased, len(t.messages)) for t in tickets]
    return sha256(repr(seen).encode()).hexdigest()[:16] if seen else ""


def moment(at: float, t: Texts) -> str:
    """A time as people say it, in China's time."""
    day = datetime.fromtimestamp(at, CHINA)
    return t("ticket.moment", month=day.month, day=day.day, time=day.strftime("%H:%M"))


def stars_of(data: Mapping[str, str]) -> int:
    """Raises NotPossibleError where no star was chosen."""
    stars = data["stars"]
    if stars not in {"1", "2", "3", "4", "5"}:
        raise NotPossibleError("请选择 1 到 5 星")
    return int(stars)


def _wish(answer: Answer) -> bool:
    return only_asks_for_person(answer.question)
