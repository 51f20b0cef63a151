"""Composer (language model): writes a drafted answer more fluently around figures it cannot touch.

Numbers are taken out of the draft and stand as {f1}, {f2} …; the model writes around them; code
checks every sign that it wrote and puts the numbers back. The whole text is checked before any of
it is shown: only at its end is it known that no figure was left out.
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
from assistant.lexicon import Lexicon
from assistant.llm.claims import SLOT, Reader, problem, rules
from assistant.llm.client import Client, Reply
from assistant.llm.ledger import Ledger
from assistant.llm.prompts import prompt
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
        try:
            text = self._written(question, slotted, catalog, ledger)
            if guard.untraced(text, draft.shown, years):
                raise LlmError("untraced", "改写后的数字无法追溯")
        except LlmError as error:
            ledger.gave_up(USE, error.kind)
            _log.info("the plain composer answers: %s", error)
            return draft.lines
        ledger.spoke(USE)
        return [text, *(line for line in draft.lines if is_kept(line))]

    def _written(self, question: str, slotted: Slotted, catalog: Catalog, ledger: Ledger) -> str:
        reader = Reader(self.lexicon, catalog)

        def accepted(reply: Reply) -> str:
            text = plain_text(reply.text)
            wrong = problem(text, slotted.text, reader)
            if wrong:
                raise LlmError("untraced", wrong)
            return slotted.filled(text)

        asked = prompt("compose").render(question=question, draft=slotted.text)
        return self.client.checked(asked, ledger, accepted)


def sentences(text: str) -> Iterator[str]:
    """A checked text in pieces for a stream."""
    return (piece for piece in _SENTENCE.findall(text) if piece)


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
