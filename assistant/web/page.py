"""Page: what each gesture on the page does. Knows no Gradio; a gesture in, a Screen out.

`data` is what the browser sent with the gesture: strings, none of them trusted.
"""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Protocol

from markupsafe import Markup

from assistant.answer import Answer
from assistant.hearing import hearing
from assistant.web.conversations import Conversations
from assistant.web.evidence import evidence
from assistant.web.feedback import VOTES, FeedbackBox
from assistant.web.handing import Handing, with_problem
from assistant.web.marking import body
from assistant.web.render import render
from assistant.web.screen import Place, Screen, Tab
from assistant.web.tables import view
from assistant.web.texts import language_of
from assistant.web.tickets import TicketWindow, stamp
from assistant.web.uploads import SUFFIXES, Ingest, Outcome, Uploads
from ingest.errors import DeskError, StoreError
from ingest.figure import Table
from ingest.store.library import Library

LOG = logging.getLogger(__name__)
LONGEST_QUESTION = 500  # characters
MOST_FILES = 10
STEPS = 24  # a text is shown in about so many pieces …
PAUSE = 0.02  # … so many seconds apart
MOST_STARTERS = 6
MOST_TABLES = 40

Data = Mapping[str, object]


class Asker(Protocol):
    """What the page needs of the Assistant."""

    def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer: ...

    def starters(self) -> list[str]: ...


@dataclass(frozen=True)
class Page(Handing):
    """The chat page over its parts; one for all tabs, safe for many threads. `desk` is where
    questions are handed over to; without one nothing is offered. `admit` (address of the peer,
    headers) raises TooManyError for a client that does too much."""

    assistant: Asker
    library: Library
    conversations: Conversations
    votes: FeedbackBox
    uploads: Uploads
    ingest: Ingest
    pause: float = PAUSE
    desk: TicketWindow | None = None
    admit: Callable[[str, Mapping[str, str]], None] = lambda peer, headers: None

    def close(self) -> None:
        self.conversations.close()

    # -- gestures ------------------------------------------------------------------------

    def arrive(self, owner: str, tab: Tab, data: Data) -> Screen:
        """A page load: the conversation this tab had, or a new one."""
        wanted = _text(data, "conversation")
        kept = wanted if self.conversations.owns(owner, wanted) else self.conversations.new_id()
        return self._whole(owner, Tab(kept, language_of(data.get("language"))))

    def create(self, owner: str, tab: Tab, data: Data) -> Screen:
        fresh = Tab(self.conversations.new_id(), tab.language)
        return self._whole(owner, fresh)

    def open(self, owner: str, tab: Tab, data: Data) -> Screen:
        wanted = _text(data, "conversation")
        if not self.conversations.owns(owner, wanted):
            return self._whole(owner, tab)
        return self._whole(owner, Tab(wanted, tab.language))

    def rename(self, owner: str, tab: Tab, data: Data) -> Screen:
        self.conversations.rename(owner, _text(data, "conversation"), _text(data, "title"))
        return Screen(tab, sidebar=self._sidebar(owner, tab))

    def remove(self, owner: str, tab: Tab, data: Data) -> Screen:
        """Takes a conversation away; it can be brought back until the next one goes."""
        gone = _text(data, "conversation")
        self.conversations.remove(owner, gone)
        tab = replace(tab, removed=gone)
        if gone != tab.conversation:
            return Screen(tab, sidebar=self._sidebar(owner, tab))
        fresh = Tab(self.conversations.new_id(), tab.language, removed=gone)
        return self._whole(owner, fresh)

    def restore(self, owner: str, tab: Tab, data: Data) -> Screen:
        self.conversations.restore(owner, tab.removed)
        return self.open(owner, tab, {"conversation": tab.removed})

    def ask(self, owner: str, tab: Tab, data: Data) -> Iterator[Screen]:
        """Reads what was uploaded with the question, answers, and shows the text bit by bit."""
        question = _text(data, "text").strip()
        tokens = [token for token in _text(data, "files").split() if token][:MOST_FILES]
        if (not question and not tokens) or len(question) > LONGEST_QUESTION:
            yield Screen(tab, thread=self._thread(owner, tab))
            return
        tab = replace(tab, place="chat", removed="", commenting=0, handing=0, problem="", failed="")
        if question:
            tab, question = self._told(owner, tab, question)
            if not question and not tokens:
                yield self._asked(owner, tab)
                return
        past = self._turns(owner, tab)
        waiting = question or tab.t("upload.reading")
        yield self._live(tab, past, Answer(waiting, "answered", ""))
        kept, told = None, ""
        for answer in self._answers(tab, question, tokens):
            if isinstance(answer, str):  # a sentence, verified before the rest is written
                told += answer
                begun = Answer(question, "answered", told)
                yield self._live(tab, past, begun, len(body(begun)))
                continue
            kept = self.conversations.add(owner, tab.conversation, answer)
            tab = replace(tab, turn=kept.turn, cite=0)
            yield from self._stream(tab, past, kept, len(told.strip()))
            told = ""
            past += self._turn_html(tab, kept)
        yield self._asked(owner, self._offered(owner, tab, kept))

    def cite(self, owner: str, tab: Tab, data: Data) -> Screen:
        """Opens the evidence of a turn, at one of its citations."""
        tab = replace(tab, turn=_number(data, "turn"), cite=_number(data, "cite"))
        return Screen(tab, thread=self._thread(owner, tab), evidence=self._evidence(owner, tab))

    def vote(self, owner: str, tab: Tab, data: Data) -> Screen:
        """Keeps the vote; a dislike opens the form that asks what was wrong."""
        turn, vote = _number(data, "turn"), _text(data, "vote")
        known = vote in VOTES and self.conversations.owns(owner, tab.conversation)
        if known:
            self.votes.feedback(tab.conversation, turn, "like" if vote == "like" else "dislike")
        tab = replace(tab, commenting=turn if known and vote == "dislike" else 0)
        return Screen(tab, thread=self._thread(owner, tab))

    def comment(self, owner: str, tab: Tab, data: Data) -> Screen:
        turn, words = _number(data, "turn"), _text(data, "comment")
        if words.strip() and self.conversations.owns(owner, tab.conversation):
            self.votes.feedback(tab.conversation, turn, "dislike", words)
        tab = replace(tab, commenting=0)
        return Screen(tab, thread=self._thread(owner, tab))

    def language(self, owner: str, tab: Tab, data: Data) -> Screen:
        return self._whole(owner, replace(tab, language=language_of(data.get("language"))))

    def show(self, owner: str, tab: Tab, data: Data) -> Screen:
        """Switches between the chat and the tables; with a report, opens that report."""
        places: dict[object, Place] = {"browse": "browse", "ticket": "ticket"}
        place = places.get(data.get("place"), "chat")
        report = _text(data, "report") or tab.report
        tab = replace(tab, place=place, report=report, search="", looked=None, problem="")
        return self._whole(owner, tab)

    def search(self, owner: str, tab: Tab, data: Data) -> Screen:
        tab = replace(tab, search=_text(data, "search")[:LONGEST_QUESTION])
        return Screen(tab, browse=self._browse(tab, owner))

    def refused(self, owner: str, tab: Tab, error: DeskError) -> Screen:
        """A gesture that was not let in: too many of one client."""
        return self._failed(owner, tab, "lookup" if tab.place == "ticket" else "chat", error)

    # -- answering -----------------------------------------------------------------------

    def _told(self, owner: str, tab: Tab, question: str) -> tuple[Tab, str]:
        """What is left to answer of `question`: nothing where the staff are on it and it went to
        them, all but the address where the assistant was spoken to past them."""
        if self.desk is None:
            return tab, question
        try:
            if self.desk.told(owner, tab.conversation, question):
                return tab, ""
            return tab, self.desk.plain(owner, tab.conversation, question)
        except (DeskError, StoreError) as error:
            return with_problem(tab, "chat", error), ""

    def _answers(self, tab: Tab, question: str, tokens: list[str]) -> Iterator[Answer | str]:
        """One answer about the uploaded files, if any, then one to the question, if any; before
        that its sentences, where a language model writes it."""
        outcomes = self._read_files(tokens)
        if outcomes:
            yield self._upload_answer(tab, outcomes)
        if question:
            stored = [outcome.report_id for outcome in outcomes if outcome.report_id]
            yield from self._heard(tab, question, stored[0] if len(stored) == 1 else None)

    def _heard(self, tab: Tab, question: str, source: str | None) -> Iterator[Answer | str]:
        """Sentences that are told while the answer is made in another thread, then the answer."""
        told: SimpleQueue[Answer | str] = SimpleQueue()

        def work() -> None:
            with hearing(told.put):
                answer = self._answer(tab, question, source)
            told.put(answer)

        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(work,), daemon=True).start()
        while isinstance(piece := told.get(), str):
            yield piece
        yield piece

    def _answer(self, tab: Tab, question: str, source: str | None) -> Answer:
        try:
            return self.assistant.ask(question, session=tab.conversation, source=source)
        # The one boundary of the page: whatever breaks, the person gets a sentence and the tab
        # stays usable; the log gets the traceback.
        except Exception:
            LOG.exception("ask failed")
            return Answer(question, "error", tab.t("error.internal"), reason="internal")

    def _read_files(self, tokens: list[str]) -> list[Outcome]:
        paths = [path for path in map(self.uploads.path, tokens) if path is not None]
        return self.ingest(paths) if paths else []

    def _upload_answer(self, tab: Tab, outcomes: list[Outcome]) -> Answer:
        """What was read, as a turn of the conversation."""
        good = [outcome for outcome in outcomes if not outcome.error]
        lines = [_outcome_line(tab, outcome) for outcome in outcomes]
        warnings = [f"{o.title or o.name}: {words}" for o in good for words in o.warnings]
        names = ", ".join(outcome.name for outcome in outcomes)
        return Answer(
            tab.t("upload.question", names=names),
            "answered" if good else "error",
            "\n".join(lines),
            reason=None if good else "upload_failed",
            warnings=tuple(warnings),
            choices=tuple(self._starters()) if good else (),
        )

    def _stream(self, tab: Tab, past: Markup, answer: Answer, begun: int = 0) -> Iterator[Screen]:
        """Screens with more and more of a text that is finished: guard has passed all of it."""
        length = len(body(answer))
        step = max(2, -(-length // STEPS))
        for upto in range(begun + step, length, step):
            yield self._live(tab, past, answer, upto)
            time.sleep(self.pause)

    def _live(self, tab: Tab, past: Markup, answer: Answer, upto: int = 0) -> Screen:
        return Screen(tab, thread=self._log(tab, past=past, live=answer, upto=upto))

    def _asked(self, owner: str, tab: Tab) -> Screen:
        return Screen(
            tab,
            sidebar=self._sidebar(owner, tab),
            thread=self._thread(owner, tab),
            evidence=self._evidence(owner, tab),
        )

    # -- parts ---------------------------------------------------------------------------

    def _whole(self, owner: str, tab: Tab) -> Screen:
        answers = self.conversations.turns(owner, tab.conversation)
        if answers and not tab.turn:
            tab = replace(tab, turn=answers[-1].turn, cite=0)
        return Screen(
            tab,
            sidebar=self._sidebar(owner, tab),
            thread=self._thread(owner, tab),
            composer=self._composer(tab),
            evidence=self._evidence(owner, tab),
            browse=self._browse(tab, owner),
        )

    def _sidebar(self, owner: str, tab: Tab) -> str:
        return render(
            "sidebar",
            t=tab.t,
            tab=tab,
            conversations=self.conversations.list(owner),
            removed=self.conversations.title(owner, tab.removed) if tab.removed else "",
            reports=len(self.library.reports()),
            desk=self.desk is not None,
            replied=self._replied(owner),
        )

    def _thread(self, owner: str, tab: Tab) -> str:
        past = self._turns(owner, tab)
        empty = None if past else {"reports": self._shelf(), "starters": self._starters()}
        tickets = self._tickets(owner, tab)
        return self._log(tab, past=past, empty=empty, stamp=stamp(tickets))

    def _log(self, tab: Tab, **values: object) -> str:
        given = {"live": None, "upto": 0, "empty": None, "stamp": ""} | values
        return render("thread", t=tab.t, tab=tab, **given)

    def _turns(self, owner: str, tab: Tab) -> Markup:
        """The turns, and between them what citizen and staff wrote to each other, in time."""
        timed = self.conversations.timed(owner, tab.conversation)
        answers = [answer for _, answer in timed]
        votes = self.votes.of(tab.conversation)
        tickets = self._tickets(owner, tab)
        offers = self._offers(timed, votes, tickets)
        parts = self._letters(owner, tab, tickets)
        for at, answer in timed:
            vote, offer = votes.get(answer.turn), offers.get(answer.turn)
            form = self._form(owner, tab, answers) if answer.turn == tab.handing else None
            parts.append((at, self._turn_html(tab, answer, vote, offer, form)))
        return Markup("").join(html for _, html in sorted(parts, key=lambda part: part[0]))

    def _turn_html(
        self,
        tab: Tab,
        answer: Answer,
        vote: object = None,
        offer: object = None,
        form: object = None,
    ) -> Markup:
        html = render("turn", t=tab.t, tab=tab, answer=answer, vote=vote, offer=offer, form=form)
        return Markup(html)  # a template's output, escaped there

    def _shelf(self) -> list[str]:
        """Who is stored with which years, for the empty state."""
        years: dict[str, list[int]] = {}
        for info in self.library.reports():
            years.setdefault(info.publisher or info.title, []).append(info.year or 0)
        return [f"{name} {_span(found)}".strip() for name, found in years.items()]

    def _starters(self) -> list[str]:
        try:
            return self.assistant.starters()[:MOST_STARTERS]
        # A page without suggestions is still a page.
        except Exception:
            LOG.exception("starters failed")
            return []

    def _composer(self, tab: Tab) -> str:
        return render(
            "composer", t=tab.t, tab=tab, longest=LONGEST_QUESTION, suffixes=",".join(SUFFIXES)
        )

    def _evidence(self, owner: str, tab: Tab) -> str:
        answers = self.conversations.turns(owner, tab.conversation)
        chosen = next((answer for answer in answers if answer.turn == tab.turn), None)
        shown = evidence(self.library, chosen, tab.cite, tab.t) if chosen else None
        return render("evidence", t=tab.t, tab=tab, shown=shown)

    def _browse(self, tab: Tab, owner: str) -> str:
        if tab.place == "ticket":
            return self._looked(owner, tab)
        if tab.place != "browse":
            return render("browse", t=tab.t, tab=tab, reports=[], report=None, tables=[], more=0)
        reports = self.library.reports()
        report = next((info for info in reports if info.id == tab.report), None)
        report = report or (reports[0] if reports else None)
        tables = self.library.tables(report.id) if report else []
        found = [table for table in tables if _holds(table, tab.search)]
        return render(
            "browse",
            t=tab.t,
            tab=tab,
            reports=reports,
            report=report,
            tables=[view(table) for table in found[:MOST_TABLES]],
            more=max(0, len(found) - MOST_TABLES),
        )


def _outcome_line(tab: Tab, outcome: Outcome) -> str:
    if outcome.error:
        return tab.t("upload.failed", name=outcome.name, error=outcome.error)
    return tab.t(
        "upload.stored",
        title=outcome.title or outcome.name,
        figures=outcome.figures,
        passages=outcome.passages,
    )


def _holds(table: Table, search: str) -> bool:
    """Every searched word stands in some cell or in the title."""
    words = search.split()
    texts = [table.title, table.name, *(cell.text for cell in table.cells)] if words else []
    return all(any(word in text for text in texts) for word in words)


def _span(years: list[int]) -> str:
    known = sorted({year for year in years if year})
    if not known:
        return ""
    unbroken = len(known) > 2 and known[-1] - known[0] == len(known) - 1
    return f"{known[0]}–{known[-1]}" if unbroken else "、".join(map(str, known))


def _text(data: Data, name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _number(data: Data, name: str) -> int:
    text = str(data.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
