"""Known questions: what the nearest of our practice questions ask for.

A second opinion on a question with words that no list explains: the rules read it without those
words, and the embedding of the whole question, those words included, looks for the questions that
it resembles. Only where both come to the same measures is it answered. Made with the planner by
eval/training/train_gap_words.py; a stale file can only make the assistant more careful.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from assistant import gap_words
from assistant.normalize import normalize
from assistant.plan import Plan, Understood
from assistant.tagger import Reading

FILE = files("assistant") / "models" / "known-questions.npz"
REFUSED = "refused"
# Fitted on practice questions (each without itself), see docs/understanding.md: the nearest known
# question asks for the same and each unknown word is harmless rather than not, or two of the five
# nearest do and it may be harmless.
NEAREST, NEAREST_CHANCE = 1, 0.5
MOST_REFUSED = 1  # of the SEVERAL_OF nearest; one more where the words are surely harmless
SURELY = 0.9
SEVERAL, SEVERAL_OF, SEVERAL_CHANCE = 2, 5, 0.3

Embed = Callable[[Sequence[str]], Any]


def signature(understood: Understood) -> str:
    """What a question asks for, without place and year; REFUSED where it was not understood."""
    if understood.problem is not None:
        return REFUSED
    return " | ".join(_asked(plan) for plan in understood.parts)


def _asked(plan: Plan) -> str:
    terms = {_term(t) for point in plan.points for t in point.quantity.terms}
    whole = {_term(t) for point in plan.points for t in point.quantity.whole}
    sides = "+".join(sorted(terms)), "+".join(sorted(whole)), "+".join(plan.explain)
    return " ".join((plan.op, *sides)) if plan.points or plan.op == "explain" else plan.op


def _term(term: Any) -> str:
    return f"{'-' if term.sign < 0 else ''}{term.item}.{term.aspect}"


def confirms(question: str, reading: Reading, understood: Understood, embed: Embed) -> bool:
    """Whether known questions bear out `understood`, the reading without its unknown words."""
    asked = signature(understood)
    if not any(plan.points for plan in understood.parts) or asked == REFUSED:
        return False
    nearest = _nearest(question, embed)
    near = [found == asked for found in nearest]
    refused = nearest.count(REFUSED)
    if sum(near) < 1 or refused > MOST_REFUSED + 1:
        return False
    chance = gap_words.chance_harmless(question, reading, embed)
    if refused > MOST_REFUSED and chance < SURELY:
        return False
    if near[0] and chance >= NEAREST_CHANCE:
        return True
    return sum(near) >= SEVERAL and chance >= SEVERAL_CHANCE


def _nearest(question: str, embed: Embed) -> list[str]:
    """The signatures of the SEVERAL_OF nearest known questions, nearest first."""
    known = _known()
    vector = np.asarray(embed([normalize(question)]), dtype=np.float32)[0]
    if known.vectors.shape[1] != vector.shape[0]:
        return []  # another embedding model: no second opinion
    order = np.argsort(-(known.vectors @ vector), kind="stable")[:SEVERAL_OF]
    return [known.signatures[known.asked[at]] for at in order]


class _Known:
    def __init__(self, loaded: Any) -> None:
        self.vectors = loaded["vectors"].astype(np.float32)
        self.asked = loaded["asked"]
        self.signatures: list[str] = json.loads(str(loaded["signatures"]))


@lru_cache(maxsize=1)
def _known() -> _Known:
    with FILE.open("rb") as file:
        return _Known(np.load(file))
