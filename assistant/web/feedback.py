"""Votes on answers, kept beside the conversations."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.web.database import ChatDatabase

Vote = Literal["like", "dislike"]
VOTES: tuple[Vote, ...] = get_args(Vote)
COMMENT_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Feedback:
    session: str
    turn: int
    vote: Vote
    comment: str = ""


class FeedbackBox:
    """One vote a turn; a later one replaces an earlier."""

    def __init__(self, database: ChatDatabase) -> None:
        self._database = database

    def feedback(self, session: str, turn: int, vote: Vote, comment: str = "") -> bool:
        """Stores the vote; False where no such turn was answered."""
        known = "SELECT 1 FROM turn WHERE conversation = ? AND number = ?"
        with self._database.transaction() as connection:
            if connection.execute(known, (session, turn)).fetchone() is None:
                return False
            connection.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?)",
                (session, turn, vote, comment.strip()[:COMMENT_LENGTH], time.time()),
            )
        return True

    def of(self, session: str) -> dict[int, Feedback]:
        """Turn → vote of one conversation."""
        query = "SELECT session, turn, vote, comment FROM feedback WHERE session = ?"
        with self._database.transaction() as connection:
            return {row[1]: Feedback(*row) for row in connection.execute(query, (session,))}
