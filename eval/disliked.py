"""Disliked: answers of the web chat that a person voted down, with the turns before them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from eval.asking import Record
from ingest.errors import QuestionError

MAGIC = b"SQLite format 3\0"
TURNS = """
SELECT turn.conversation, turn.number, turn.answer,
       COALESCE(feedback.vote, ''), COALESCE(feedback.comment, '')
FROM chat_turns AS turn
JOIN chat_conversations AS conversation
     ON conversation.id = turn.conversation AND conversation.removed IS NULL
LEFT JOIN chat_feedback AS feedback ON feedback.session = turn.conversation
     AND feedback.turn = turn.number
WHERE turn.number <= (
    SELECT MAX(turn) FROM chat_feedback
    WHERE session = turn.conversation AND vote = 'dislike')
ORDER BY turn.conversation, turn.number
"""


def is_chat_database(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


def disliked_answers(path: Path) -> Iterator[Record]:
    """Answer records by conversation and turn, up to the last disliked one of each conversation.

    A conversation that its owner removed is not read.

    Each has `disliked` (true or false) and the person's `comment`. The database is only read.
    Raises QuestionError where the file is not the chat's database.
    """
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            for session, number, answer, vote, comment in connection.execute(TURNS):
                record = json.loads(answer)
                yield {
                    **record,
                    "id": f"chat-{session}-{number}",
                    "session": session,
                    "source": None,
                    "disliked": vote == "dislike",
                    "comment": comment,
                }
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise QuestionError(f"{path}：不是问答网页的数据库：{error}") from error
