"""Composer (language model): writes a drafted answer more fluently around figures it cannot touch.

Numbers are taken out of the draft and stand as {f1}, {f2} …; the model writes around them; code
checks every sign that it wrote and puts the numbers back. Where somebody listens
(assistant/hearing.py), a sentence is told as soon as it holds by itself; what was told stays, and
where the rest fails the draft's own sentences follow for the figures that are still missing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant import guard
from assistant.catalog import Catalog
from assistant.draft import Draft
from assistant.hearing import Listener, listener
from assistant.lexicon import Lexicon
from assistant.llm.claims import SLOT, Reader, problem, rules, unfit_beginning
from assistant.llm.client import Client, Reply
from assistant.llm.ledger import Ledger
from assistant.llm.prompts import Rendered, prompt
from assistant.llm.shape import plain_text
from assistant.messages import _messages
from ingest.errors import LlmError

_log = logging.getLogger(__name__)
USE = "compose"
_UNITS = "个百分点|万元|亿元|元|件|个|次|条|项|倍|份|人|宗|家|%"
_NUMBER = re.compile(
    rf"(?P<year>(?:19|20)\d\d(?=(?:[–、至到—-](?:19|20)\d\d)*年))|-?\d+(?:\.\d+)?(?:{_UNITS})?"
)
_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")


@dataclass(frozen=True)
class Slotted:
    """A text with its numbers taken out: "{f1}" stands for `numbers[0]`."""

    text: str
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Slotted:
        numbers: list[str] = []

        def taken(found: re.Match[str]) -> str:
            if found["year"]:
                return found[0]
            numbers.append(found[0])
            return f"{{f{len(numbers)}}}"

        return cls(_NUMBER.sub(taken, text), tuple(numbers))

    def filled(self, text: str) -> str:
        """`text` with the numbers in its slots."""
        return SLOT.sub(lambda found: self.numbers[int(found[1]) - 1], text)


@dataclass(frozen=True)
class LlmComposer:
    client: Client
    lexicon: Lexicon

    def lines(
        self, question: str, draft: Draft, catalog: Catalog, years: Sequence[int], ledger: Ledger
    ) -> list[str]:
        """The lines of `draft`, rewritten where the model kept to them, else as they are."""
        spoken = [line for line in draft.lines if not is_kept(line)]
        if not _worth(draft, spoken):
            return draft.lines
        slotted = Slotted.of("\n".join(spoken))
        told = listener()
        try:
            if told is None:
                text = self._written(question, slotted, catalog, ledger)
            else:
                text = self._aloud(question, slotted, catalog, ledger, told)
            if guard.untraced(text, draft.shown, years):
                raise LlmError("untraced", "改写后的数字无法追溯")
        except LlmError as error:
            ledger.gave_up(USE, error.kind)
            _log.info("the plain composer answers: %s", error)
            return draft.lines
        ledger.spoke(USE)
        return [text, *(line for line in draft.lines if is_kept(line))]

    def _aloud(
        self, question: str, slotted: Slotted, catalog: Catalog, ledger: Ledger, told: Listener
    ) -> str:
        """The text, its sentences told as they come. Raises LlmError where none could be told."""
        reader = Reader(self.lexicon, catalog)
        asked = prompt("compose").render(question=question, draft=slotted.text)
        begun, reply = "", Reply("")
        try:
            for piece in self.client.stream(asked, ledger):
                if isinstance(piece, Reply):
                    reply = piece
                    continue
                reply = Reply(reply.text + piece)
                ready = _ended(reply.text.lstrip())
                if len(ready) > len(begun) and not unfit_beginning(ready, slotted.text, reader):
                    told(slotted.filled(ready[len(begun) :]))
                    begun = ready
            text = plain_text(reply.text)
            wrong = problem(text, slotted.text, reader)
            if wrong or not text.startswith(begun.rstrip()):
                raise LlmError("untraced", wrong or "前后不一")
            self.client.keep(reply)
            return slotted.filled(text)
        except LlmError as error:
            if begun:
                ledger.gave_up(USE, error.kind)
                return slotted.filled(_completed(begun, slotted.text))
            if error.kind != "untraced":
                raise
            asked = self.client.repaired(asked, reply, error, ledger)
        return self._checked(asked, slotted, reader, ledger, repairs=0)

    def _written(self, question: str, slotted: Slotted, catalog: Catalog, ledger: Ledger) -> str:
        asked = prompt("compose").render(question=question, draft=slotted.text)
        return self._checked(asked, slotted, Reader(self.lexicon, catalog), ledger, repairs=1)

    def _checked(
        self, asked: Rendered, slotted: Slotted, reader: Reader, ledger: Ledger, *, repairs: int
    ) -> str:
        def accepted(reply: Reply) -> str:
            text = plain_text(reply.text)
            wrong = problem(text, slotted.text, reader)
            if wrong:
                raise LlmError("untraced", wrong)
            return slotted.filled(text)

        return self.client.checked(asked, ledger, accepted, repairs=repairs)


def sentences(text: str) -> Iterator[str]:
    """A checked text in pieces for a stream."""
    return (piece for piece in _SENTENCE.findall(text) if piece)


def _ended(text: str) -> str:
    """The whole sentences at the beginning of a text that is still arriving."""
    last = max(text.rfind(sign) for sign in "。！？\n")
    return text[: last + 1]


def _completed(begun: str, draft: str) -> str:
    """What was told, and the draft's own sentences for the figures that it has not."""
    have = set(SLOT.findall(begun))
    missing = [one.strip() for one in sentences(draft) if set(SLOT.findall(one)) - have]
    return "\n".join([begun.strip(), *missing])


def _worth(draft: Draft, spoken: list[str]) -> bool:
    """A few sentences with figures; lists read better as they are, and quotations are not ours."""
    plan = draft.plan
    return (
        draft.has_answer
        and 0 < len(spoken) <= rules()["most_lines"]
        and plan.op not in ("explain", "why", "prose", "passage", "check")
        and bool(Slotted.of("\n".join(spoken)).numbers)
    )


def is_kept(line: str) -> bool:
    return any(pattern.fullmatch(line) for pattern in _kept_lines())


@lru_cache(maxsize=1)
def _kept_lines() -> tuple[re.Pattern[str], ...]:
    found = []
    for key in rules()["kept"]:
        parts = re.split(r"\{\w+\}", _messages()[key])
        # A message that begins with a slot would match any sentence.
        if parts[0]:
            found.append(re.compile(".*".join(map(re.escape, parts)), re.DOTALL))
    return tuple(found)
