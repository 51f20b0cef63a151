"""Votes on answers, kept beside the conversations."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import select

from assistant.desk import schema
from assistant.desk.base import cleaned_text
from assistant.web.database import ChatDatabase

Vote = Literal["like", "dislike"]
VOTES: tuple[Vote, ...] = get_args(Vote)
COMMENT_LENGTH = 2000
LARGEST_TURN = 2**31 - 1  # of an integer in every database
F, T = schema.feedback.c, schema.turns.c


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
        if not 0 < turn <= LARGEST_TURN:
            return False
        turn_answered = (T.conversation == session) & (T.number == turn)
        row: dict[str, Any] = {"session": session, "turn": turn, "vote": vote, "at": time.time()}
        row["comment"] = cleaned_text(comment)[:COMMENT_LENGTH]
        made = self._database.insert(schema.feedback).values(row)
        later = {name: made.excluded[name] for name in ("vote", "comment", "at")}
        with self._database.writing() as lent:
            if lent.execute(select(T.number).where(turn_answered)).first() is None:
                return False
            lent.execute(made.on_conflict_do_update(index_elements=[F.session, F.turn], set_=later))
        return True

    def of(self, session: str) -> dict[int, Feedback]:
        """Turn → vote of one conversation."""
        query = select(F.session, F.turn, F.vote, F.comment).where(F.session == session)
        with self._database.reading() as lent:
            return {row.turn: Feedback(*row) for row in lent.execute(query)}
