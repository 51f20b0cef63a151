"""Handing over: the gestures of the chat page that concern the staff and their tickets."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from assistant.answer import Answer
from assistant.desk.handover import asks_for_person
from assistant.desk.records import CitizenTicket, Handoff
from assistant.web.conversations import Conversations
from assistant.web.feedback import Feedback, FeedbackBox
from assistant.web.render import render
from assistant.web.screen import Held, Screen, Tab
from assistant.web.texts import texts
from assistant.web.tickets import TicketWindow, letters, moment, stamp
from ingest.errors import DeskError, StoreError, UnknownTicketError

LOG = logging.getLogger(__name__)
FIELDS = ("number", "question", "contact", "body", "comment", "stars", "key", "secret")
LONGEST_SECRET = 200
LONGEST_NUMBER = 40


class Handing:
    """What Page does at the desk. Each gesture names the browser; what belongs to another does
    not exist for it. Without a desk nothing is offered and nothing happens."""

    if TYPE_CHECKING:  # the fields of Page
        desk: TicketWindow | None
        conversations: Conversations
        votes: FeedbackBox

    def _thread(self, owner: str, tab: Tab) -> str:
        raise NotImplementedError

    def _whole(self, owner: str, tab: Tab) -> Screen:
        raise NotImplementedError

    def _browse(self, tab: Tab, owner: str) -> str:
        raise NotImplementedError

    def _sidebar(self, owner: str, tab: Tab) -> str:
        raise NotImplementedError

    # -- gestures ------------------------------------------------------------------------

    def handover(self, owner: str, tab: Tab, data: Mapping[str, object]) -> Screen:
        """Opens the form below a turn; turn 0 closes it."""
        turn = _whole_number(data.get("turn"))
        tab = replace(_calm(tab), handing=turn, key=secrets.token_urlsafe(18))
        return Screen(tab, thread=self._thread(owner, tab))

    def send(self, owner: str, tab: Tab, data: Mapping[str, object]) -> Screen:
        """Makes the ticket: on the disk when the number is shown."""
        found = _fields(data)
        turn = _whole_number(data.get("turn"))
        answers = self.conversations.turns(owner, tab.conversation)
        past = [answer for answer in answers if answer.turn <= turn]
        if self.desk is None or not past or past[-1].turn != turn:
            return Screen(tab, thread=self._thread(owner, tab))
        votes = self.votes.of(tab.conversation)
        offer = self.desk.offer(past, votes)
        try:
            made = self.desk.create(owner, tab.conversation, past, offer, found)
        except (DeskError, StoreError) as error:
            return self._failed(owner, tab, "send", error)
        held = Held(owner, made.number, made.secret, tab.conversation, made.expected_at)
        tab = replace(_calm(tab), handing=0, key="", receipt=held, commenting=0)
        return Screen(tab, thread=self._thread(owner, tab))

    def stow(self, owner: str, tab: Tab, data: Mapping[str, object]) -> Screen:
        """Puts the receipt away; the secret is not shown again."""
        tab = replace(_calm(tab), receipt=None)
        return Screen(tab, thread=self._thread(owner, tab))

    def refresh(self, owner: str, tab: Tab, data: Mapping[str, object]) -> Screen:
        """The staff have written."""
        return replace(self._redrawn(owner, tab), sidebar=self._sidebar(owner, tab))

    def say(self, owner: str, tab: Tab, data: Mapping[str, object]) -> Screen:
        return self._act(owner, tab, "say", _fields(data))

    def rate(self, owner: str, tab: Tab, data: Mapping[str, object]) -> Screen:
        return self._act(owner, tab, "rate", _fields(data))

    def solve(self, owner: str, tab: Tab, data: Mapping[str, object]) -> Screen:
        return self._act(owner, tab, "solve", _fields(data))

    def lookup(self, owner: str, tab: Tab, data: Mapping[str, object]) -> Screen:
        """Opens a ticket by number and secret; without a number, goes back to the form."""
        found = _fields(data)
        number = "".join(found["number"].split()).upper()[:LONGEST_NUMBER]
        secret = "".join(found["secret"].split())[:LONGEST_SECRET]
        tab = replace(_calm(tab), looked=None)
        if self.desk is not None and (number or secret):
            held = Held(owner, number, secret)
            try:
                self.desk.find(held)
                tab = replace(tab, looked=held)
            except (DeskError, StoreError) as error:
                tab = with_problem(tab, "lookup", error)
        return Screen(tab, browse=self._browse(tab, owner))

    def news(self, owner: str, conversation: str) -> str:
        """The stamp of the tickets of a conversation. Raises StoreError."""
        return stamp(self.desk.of(owner, conversation)) if self.desk else ""

    # -- for programs --------------------------------------------------------------------

    def offer_of(self, owner: str, conversation: str, turn: int = 0) -> Handoff:
        """Whether a person is offered after a turn of a conversation, by default its last."""
        timed = self.conversations.timed(owner, conversation)
        if self.desk is None or not timed:
            return Handoff(False)
        tickets = self.desk.of(owner, conversation)
        offers = self._offers(timed, self.votes.of(conversation), tickets)
        return offers.get(turn or timed[-1][1].turn, Handoff(False))

    def silent(self, owner: str, conversation: str, question: str) -> Answer | None:
        """That `question` went to the staff, where they are on it and the assistant is not spoken
        to; None where it answers. Raises DeskError, StoreError."""
        if self.desk is None or not self.desk.told(owner, conversation, question):
            return None
        text = texts("zh")("ticket.told")
        return Answer(question, "handoff", text, reason="with_staff", session=conversation)

    # -- steps ---------------------------------------------------------------------------

    def _act(self, owner: str, tab: Tab, name: str, found: Mapping[str, str]) -> Screen:
        """`name` (say, rate, solve) on a ticket of the chat or, there, on the one looked up."""
        if self.desk is None:
            return Screen(tab)
        held = looked_up(tab, owner)
        try:
            if tab.place != "ticket":
                self.desk.act_in(owner, tab.conversation, name, found)
            elif held is not None:
                self.desk.act(held, name, found)
        except (DeskError, StoreError) as error:
            return self._failed(owner, tab, f"{name}:{found['number']}", error)
        return self._redrawn(owner, _calm(tab))

    def _failed(self, owner: str, tab: Tab, form: str, error: Exception) -> Screen:
        return self._redrawn(owner, with_problem(tab, form, error))

    def _redrawn(self, owner: str, tab: Tab) -> Screen:
        if tab.place == "ticket":
            return Screen(tab, browse=self._browse(tab, owner))
        return Screen(tab, thread=self._thread(owner, tab))

    # -- parts ---------------------------------------------------------------------------

    def _tickets(self, owner: str, tab: Tab) -> tuple[CitizenTicket, ...]:
        """Those of the conversation; none where the database fails, for the answers stay."""
        if self.desk is None:
            return ()
        try:
            return self.desk.of(owner, tab.conversation)
        except StoreError:
            LOG.exception("tickets of a conversation could not be read")
            return ()

    def _replied(self, owner: str) -> frozenset[str]:
        """The conversations to mark in the list; none where the database fails."""
        try:
            return self.desk.replied(owner) if self.desk else frozenset()
        except StoreError:
            LOG.exception("replies could not be looked for")
            return frozenset()

    def _offers(
        self,
        timed: Sequence[tuple[float, Answer]],
        votes: Mapping[int, Feedback],
        tickets: Sequence[CitizenTicket],
    ) -> dict[int, Handoff]:
        """Turn → offer; none for what was handed over already."""
        if self.desk is None:
            return {}
        handed = max((ticket.created_at for ticket in tickets), default=0.0)
        answers = [answer for _, answer in timed]
        fresh = {answer.turn for at, answer in timed if at > handed}
        offers = self.desk.offers(answers, votes, self.desk.live(tickets))
        return {turn: offer for turn, offer in offers.items() if turn in fresh}

    def _offered(self, owner: str, tab: Tab, answer: Answer | None) -> Tab:
        """Who asked for a person finds the form open."""
        if self.desk is None or answer is None:
            return tab
        wanted = asks_for_person(answer.question) or answer.status == "handoff"
        if not wanted or self.desk.live(self._tickets(owner, tab)):
            return tab
        return replace(tab, handing=answer.turn, key=secrets.token_urlsafe(18))

    def _form(self, owner: str, tab: Tab, answers: Sequence[Answer]) -> dict[str, Any]:
        """What the form for the staff shows."""
        subject = self.desk.subject(answers, tab.handing) if self.desk else ""
        return {"question": subject, **self._shown(owner, tab)}

    def _letters(
        self, owner: str, tab: Tab, tickets: tuple[CitizenTicket, ...]
    ) -> list[tuple[float, Markup]]:
        """(time, HTML) of what citizen and staff wrote to each other in this conversation."""
        if self.desk is None:
            return []
        shown = self._shown(owner, tab)
        return [
            (one.at, Markup(render("letter", letter=one, open=self.desk.open(one.ticket), **shown)))
            for one in letters(tickets)
        ]

    def _shown(self, owner: str, tab: Tab) -> dict[str, Any]:
        receipt = tab.receipt
        mine = receipt is not None and (receipt.owner, receipt.conversation) == (
            owner,
            tab.conversation,
        )
        facts = self.desk.facts() if self.desk else {}
        when: Callable[[float], str] = lambda at: moment(at, tab.t)  # noqa: E731
        key = secrets.token_urlsafe(18)
        return {"t": tab.t, "tab": tab, "facts": facts, "moment": when, "key": key} | {
            "receipt": receipt if mine else None
        }

    def _looked(self, owner: str, tab: Tab) -> str:
        """The page on which a ticket is looked up, as HTML."""
        held, ticket = looked_up(tab, owner), None
        if self.desk is not None and held is not None:
            try:
                ticket = self.desk.find(held)
            except UnknownTicketError:
                ticket = None
        opened = bool(ticket and self.desk and self.desk.open(ticket))
        rows = letters([ticket]) if ticket else []
        return render(
            "lookup", ticket=ticket, letters=rows, open=opened, desk=self.desk is not None,
            **self._shown(owner, tab),
        )  # fmt: skip


def looked_up(tab: Tab, owner: str) -> Held | None:
    """The ticket that this browser, and no other, has proved to know."""
    return tab.looked if tab.looked is not None and tab.looked.owner == owner else None


def _calm(tab: Tab) -> Tab:
    return replace(tab, problem="", failed="")


def with_problem(tab: Tab, form: str, error: Exception) -> Tab:
    """What a person did wrong is told as it is; a database that fails only that it does."""
    if isinstance(error, DeskError):
        return replace(tab, problem=str(error), failed=form)
    LOG.error("the desk failed: %s", error)
    return replace(tab, problem=tab.t("ticket.unavailable"), failed=form)


def _fields(data: Mapping[str, object]) -> dict[str, str]:
    """Every field of the forms, "" where none or something else came."""
    return {name: value if isinstance(value := data.get(name), str) else "" for name in FIELDS}


def _whole_number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
