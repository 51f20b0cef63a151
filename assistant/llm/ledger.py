"""Ledger: what the model was asked for one answer, what it cost, and how long it may still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assistant.llm import counters

RULES = "rules"
_MILLION = 1_000_000


@dataclass
class Ledger:
    """Made once an answer and passed to every call; `record()` is the answer's key `llm`.

    `seconds` is the time that all calls may take together, counted from the first of them, so
    that an answer never waits longer; `price_in` and `price_out` are yuan a million tokens.
    """

    model: str
    seconds: float
    price_in: Decimal = Decimal(0)
    price_out: Decimal = Decimal(0)
    clock: Callable[[], float] = time.monotonic
    uses: list[str] = field(default_factory=list)  # whose text or plan stands in the answer
    failed: dict[str, str] = field(default_factory=dict)  # use → kind of the failure
    prompts: dict[str, str] = field(default_factory=dict)  # name → version
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False
    calls: int = 0
    cached: int = 0
    spent: float = 0.0
    _deadline: float | None = None

    def deadline(self) -> float:
        """The moment, on `clock`, when this answer stops waiting for the model."""
        if self._deadline is None:
            self._deadline = self.clock() + self.seconds
        return self._deadline

    def left(self) -> float:
        return self.deadline() - self.clock()

    def spoke(self, use: str) -> None:
        """The model's part was accepted: plan, compose, open or agent."""
        if use not in self.uses:
            self.uses.append(use)

    def gave_up(self, use: str, kind: str) -> None:
        """The model's part was not usable; the answer was made without it."""
        self.failed[use] = kind

    def add_tokens(self, tokens_in: int, tokens_out: int, *, estimated: bool) -> None:
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.estimated = self.estimated or estimated
        counters.count("tokens_in", by=tokens_in)
        counters.count("tokens_out", by=tokens_out)

    @property
    def path(self) -> str:
        return "+".join(self.uses) or RULES

    def record(self) -> dict[str, Any]:
        cost = (self.tokens_in * self.price_in + self.tokens_out * self.price_out) / _MILLION
        found: dict[str, Any] = {
            "path": self.path,
            "model": self.model,
            "prompts": dict(self.prompts),
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "calls": self.calls,
            "cached": self.cached,
            "ms": round(self.spent * 1000, 1),
        }
        if self.failed:
            found["failed"] = dict(self.failed)
        if self.estimated:
            found["estimated"] = True
        if self.price_in or self.price_out:
            found["cost"] = format(cost.normalize(), "f")
        return found
