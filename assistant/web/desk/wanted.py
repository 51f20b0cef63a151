"""Wanted: the filter of the queue as it stands in the address, and back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from assistant.desk.records import Filter, HandoverReason, Priority, State

STATES: tuple[State, ...] = ("new", "open", "waiting", "reopened", "resolved")
LIVE: tuple[State, ...] = ("new", "open", "waiting", "reopened")
PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "normal", "low")
REASONS: tuple[HandoverReason, ...] = ("refused", "dislike", "clarify_twice", "asked")
ORDERS = ("due", "newest", "oldest", "updated")
LONGEST = 200


@dataclass(frozen=True)
class Wanted:
    """What was chosen; unknown values count as not chosen."""

    text: str = ""
    state: str = "live"
    priority: str = ""
    assignee: str = ""
    reason: str = ""
    breached: str = ""
    order: str = "due"
    page: int = 1

    def filter(self, me: str) -> Filter:
        states = LIVE if self.state == "live" else (self.state,)
        return Filter(
            text=self.text[:LONGEST],
            states=tuple(s for s in STATES if s in states),
            priorities=tuple(p for p in PRIORITIES if p == self.priority),
            assignee={"me": me, "nobody": ""}.get(self.assignee),
            reasons=tuple(r for r in REASONS if r == self.reason),
            breached=self.breached == "1",
        )

    @property
    def sorted_by(self) -> str:
        return self.order if self.order in ORDERS else "due"

    def query(self, **changed: object) -> str:
        """The address of the same choice, with what is changed in it."""
        fields = {**self.__dict__, "page": 1, **changed}
        defaults = Wanted().__dict__
        return urlencode({k: v for k, v in fields.items() if v != defaults.get(k)})


# Choices that are wanted again and again: the key of their name, and what is chosen.
QUICK = {
    "live": Wanted(),
    "mine": Wanted(assignee="me"),
    "nobody": Wanted(assignee="nobody"),
    "late": Wanted(breached="1"),
    "disliked": Wanted(reason="dislike"),
}


def state_of(value: str) -> State | None:
    return next((state for state in STATES if state == value), None)


def priority_of(value: str) -> Priority | None:
    return next((one for one in PRIORITIES if one == value), None)
