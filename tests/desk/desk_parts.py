"""What the tests of the help desk share: a clock that they move, a password, a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.desk.hours import CHINA
from assistant.desk.records import NewTicket, Receipt
from assistant.desk.service import Desk

PASSWORD = "a long enough one"


@dataclass
class Clock:
    """Monday, in working hours, until moved."""

    now: float = datetime(2026, 6, 8, 10, 0, tzinfo=CHINA).timestamp()

    def __call__(self) -> float:
        return self.now

    def pass_by(self, *, seconds: float = 0, minutes: float = 0, days: float = 0) -> None:
        self.now += seconds + minutes * 60 + days * 86_400


def leave(desk: Desk, question: str = "答复不掌握怎么办？", **more: Any) -> Receipt:
    return desk.citizens.create(NewTicket(question=question, **more))
