"""Agent results: what the steps have found, with every number behind a slot.

A result is an answer of the rules to one step. Its sentences become one text with slots, which is
all that the model sees of it; its lists, formulas and disclosures stay code's and are put under the
text. A quotation or the outcome of a check is a block, which code writes whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.answer import Answer, Citation
from assistant.draft import Draft
from assistant.formula import Node
from assistant.llm.agent_scope import error, rules
from assistant.llm.claims import SLOT
from assistant.llm.composer import Slotted, is_kept
from assistant.llm.plan_draft import Wanted
from assistant.plan import Plan, Point

BLOCK = re.compile(r"\{b(\d{1,3})\}")


@dataclass(frozen=True)
class Result:
    """One step done. `text` has slots, "" where its values are only a list; `numbers` are those
    of its slots by name; `node` in `unit` is its one value; `label` how it is called beside
    another; `points` what it rests on and `winners` those that it found."""

    id: str
    op: str
    step: str
    answer: Answer
    plans: tuple[Plan, ...]
    text: str
    numbers: dict[str, str]
    kept: tuple[str, ...]
    label: str
    node: Node | None
    unit: str
    points: tuple[Point, ...]
    winners: tuple[Point, ...] = ()
    wanted: Wanted | None = None
    parents: tuple[str, ...] = ()  # results that it was computed from

    @property
    def slots(self) -> list[str]:
        return SLOT.findall(self.text)


@dataclass(frozen=True)
class Block:
    """Lines that code writes: a list of a result, a quotation, the outcome of a check."""

    id: str
    lines: str
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
    result: str = ""


@dataclass
class Results:
    """All that the steps of one answer have found, in order."""

    results: dict[str, Result] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    _slots: int = 0

    def of(self, id_: str) -> Result:
        """Raises LlmError for one that there is not."""
        if id_ not in self.results:
            raise error("unknown_result", id=id_[:20])
        return self.results[id_]

    def add(
        self,
        op: str,
        step: str,
        answer: Answer,
        label: str,
        draft: Draft,
        lead: str = "",
        **more: Any,
    ) -> Result:
        """The answer of one step as a result. Raises LlmError where there are enough of them.

        Lists beside a sentence are left to the items of the answer."""
        if len(self.results) >= rules()["results"]:
            raise error("too_many")
        lines = answer.text.splitlines()
        spoken = [line for line in lines if _is_spoken(line)]
        kept = tuple(line for line in lines if is_kept(line))
        slotted = Slotted.of("\n".join(spoken))
        first, self._slots = self._slots, self._slots + len(slotted.numbers)
        text = SLOT.sub(lambda found: f"{{f{first + int(found[1])}}}", slotted.text)
        numbers = {str(first + at): number for at, number in enumerate(slotted.numbers, 1)}
        known: dict[str, Any] = {"points": draft.plan.points, "plans": (draft.plan,), **more}
        if lead and lead not in text:
            text = f"{lead}：{text}"  # the rules leave out what the question had just named
        if not numbers:
            text, kept = "", ()
        result = Result(
            id=f"r{len(self.results) + 1}",
            op=op,
            step=step,
            answer=answer,
            text=text,
            numbers=numbers,
            kept=kept,
            label=label,
            node=draft.node,
            unit=draft.unit or "",
            **known,
        )
        self.results[result.id] = result
        if not text:
            self.add_block("\n".join(lines), result=result.id)
        return result

    def add_block(self, lines: str, **more: Any) -> Block:
        """Lines of code's. Raises LlmError where there are enough of them."""
        if len(self.blocks) >= 2 * rules()["results"]:
            raise error("too_many")
        block = Block(str(len(self.blocks) + 1), lines, **more)
        self.blocks[block.id] = block
        return block

    def block_of(self, result: Result) -> Block | None:
        return next((one for one in self.blocks.values() if one.result == result.id), None)

    def used(self, slots: Sequence[str], blocks: Sequence[str]) -> list[Result]:
        """The results that a text uses, in the order of their first slot, then those whose list
        it shows."""
        by_slot = {slot: one for one in self.results.values() for slot in one.slots}
        found = [by_slot[slot] for slot in slots if slot in by_slot]
        found += [self.results[one] for id_ in blocks if (one := self.blocks[id_].result)]
        return list({one.id: one for one in found}.values())

    def numbers(self) -> dict[str, str]:
        return {slot: text for one in self.results.values() for slot, text in one.numbers.items()}


def _is_spoken(line: str) -> bool:
    """A sentence with figures in it; lists, formulas and notes stay as they are."""
    return line.endswith("。") and not is_kept(line) and not line.startswith("（")
