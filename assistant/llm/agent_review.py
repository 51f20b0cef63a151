"""Agent review: whether the text that the model wrote over its results may stand.

It is checked as the composer's is (claims.py): the sentences of the results that it uses, one after
the other, are the draft that it must keep to. Beyond that the steps must answer all that the rules
did recognise in the question (agent_fit.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.lexicon import Lexicon
from assistant.llm.agent_fit import Fit
from assistant.llm.agent_results import BLOCK, Result, Results
from assistant.llm.agent_scope import Asked, refused, rules
from assistant.llm.claims import SLOT, Reader, problem
from ingest.errors import LlmError

_ANY_SLOT = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Written:
    """A text that may stand: its lines with their slots, and the results that it uses."""

    text: str
    used: tuple[Result, ...]
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    asked: Asked
    results: Results
    lexicon: Lexicon

    def read(self, text: str) -> Written:
        """Raises LlmError: untraced, that says why the text may not stand; refused where the
        model gives up."""
        if text.strip("。！ \n") in rules()["gives_up"]:
            raise LlmError("refused", "语言模型：做不到")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        blocks = [found[1] for line in lines if (found := BLOCK.fullmatch(line))]
        spoken = "\n".join(line for line in lines if not BLOCK.fullmatch(line))
        slots = SLOT.findall(spoken)
        wrong = self._unknown(spoken, slots, blocks)
        if wrong:
            raise LlmError("untraced", wrong)
        used = self.results.used(slots, blocks)
        if not used:
            raise LlmError("untraced", refused("no_slot"))
        draft = "\n".join(one.text for one in used if one.text)
        wrong = self._kept(slots, used) if slots else ""
        wrong = wrong or (problem(spoken, draft, Reader(self.lexicon, self.asked.catalog)))
        wrong = wrong or Fit(self.asked, self.results).problem(used)
        if wrong:
            raise LlmError("untraced", wrong)
        return Written("\n".join(lines), tuple(used), tuple(blocks))

    def _unknown(self, spoken: str, slots: Sequence[str], blocks: Sequence[str]) -> str:
        known = {f"{{f{slot}}}" for slot in self.results.numbers()}
        wrong = [slot for slot in _ANY_SLOT.findall(spoken) if slot not in known]
        inside = [slot for slot in wrong if BLOCK.fullmatch(slot)]
        if inside or len(set(blocks)) < len(blocks):
            return refused("own_line", slots="、".join(inside or [f"{{b{one}}}" for one in blocks]))
        wrong += [f"{{b{one}}}" for one in blocks if one not in self.results.blocks]
        return refused("unknown_slot", slots="、".join(wrong[:3])) if wrong else ""

    def _kept(self, slots: Sequence[str], used: Sequence[Result]) -> str:
        meant = [slot for one in used for slot in one.slots]
        left = [slot for slot in meant if slot not in slots]
        if left or list(slots) != meant:
            return refused("not_kept", slots="、".join(f"{{f{one}}}" for one in left or meant))
        return ""
