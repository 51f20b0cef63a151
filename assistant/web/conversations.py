"""Conversations of the web chat, kept on the server and owned by one browser each."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from dataclasses import dataclass, replace
from typing import Any

from assistant.answer import Answer, Chart, Citation, Item, Verdict
from assistant.web.database import ChatDatabase
from ingest.errors import StoreError

TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Conversation:
    """`updated` is seconds since 1970."""

    id: str
    title: str
    updated: float


class Conversations:
    """The list of conversations of each owner, with their turns.

    Every method that names a conversation also names its owner; a conversation of somebody
    else does not exist for it.
    """

    def __init__(self, database: ChatDatabase) -> None:
        self._database = database

    def close(self) -> None:
        self._database.close()

    def new_id(self) -> str:
        return secrets.token_urlsafe(16)

    def list(self, owner: str) -> list[Conversation]:
        """Not removed ones, the latest first."""
        query = (
            "SELECT id, title, updated FROM conversation"
            " WHERE owner = ? AND removed IS NULL ORDER BY updated DESC"
        )
        with self._database.transaction() as connection:
            return [Conversation(*row) for row in connection.execute(query, (owner,))]

    def owns(self, owner: str, conversation: str) -> bool:
        query = "SELECT 1 FROM conversation WHERE id = ? AND owner = ? AND removed IS NULL"
        with self._database.transaction() as connection:
            return connection.execute(query, (conversation, owner)).fetchone() is not None

    def title(self, owner: str, conversation: str) -> str:
        query = "SELECT title FROM conversation WHERE id = ? AND owner = ?"
        with self._database.transaction() as connection:
            row = connection.execute(query, (conversation, owner)).fetchone()
        return str(row[0]) if row else ""

    def turns(self, owner: str, conversation: str) -> tuple[Answer, ...]:
        query = (
            "SELECT turn.answer FROM turn JOIN conversation ON conversation.id = turn.conversation"
            " WHERE conversation.id = ? AND owner = ? AND removed IS NULL ORDER BY number"
        )
        with self._database.transaction() as connection:
            rows = connection.execute(query, (conversation, owner)).fetchall()
        return tuple(answer_of(json.loads(row[0])) for row in rows)

    def add(self, owner: str, conversation: str, answer: Answer) -> Answer:
        """Stores `answer` as the next turn and returns it with its session and turn number.

        Raises StoreError where the conversation is somebody else's.
        """
        now = time.time()
        title = " ".join(answer.question.split())[:TITLE_LENGTH]
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO conversation VALUES (?, ?, ?, ?, NULL)"
                " ON CONFLICT (id) DO UPDATE SET updated = excluded.updated",
                (conversation, owner, title, now),
            )
            _must_own(connection, owner, conversation)
            last = "SELECT coalesce(max(number), 0) FROM turn WHERE conversation = ?"
            number = 1 + int(connection.execute(last, (conversation,)).fetchone()[0])
            kept = replace(answer, session=conversation, turn=number)
            record = json.dumps(kept.record(), ensure_ascii=False, default=str)
            connection.execute(
                "INSERT INTO turn VALUES (?, ?, ?, ?)", (conversation, number, record, now)
            )
        return kept

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """An empty title changes nothing."""
        cleaned = " ".join(title.split())[:TITLE_LENGTH]
        if cleaned:
            self._update("title = ?", cleaned, owner, conversation)

    def remove(self, owner: str, conversation: str) -> None:
        self._update("removed = ?", time.time(), owner, conversation)

    def restore(self, owner: str, conversation: str) -> None:
        self._update("removed = ?", None, owner, conversation)

    def _update(self, change: str, value: object, owner: str, conversation: str) -> None:
        query = f"UPDATE conversation SET {change} WHERE id = ? AND owner = ?"
        with self._database.transaction() as connection:
            connection.execute(query, (value, conversation, owner))


def _must_own(connection: sqlite3.Connection, owner: str, conversation: str) -> None:
    """Inside a transaction: raising takes back what it wrote."""
    query = "SELECT 1 FROM conversation WHERE id = ? AND owner = ?"
    if connection.execute(query, (conversation, owner)).fetchone() is None:
        raise StoreError(f"conversation {conversation} belongs to another browser")


def answer_of(record: dict[str, Any]) -> Answer:
    """The Answer that `Answer.record` made, back from JSON."""
    made = {
        **record,
        "items": tuple(Item(**entry) for entry in record["items"]),
        "citations": tuple(_citation(entry) for entry in record["citations"]),
        "verdicts": tuple(Verdict(**entry) for entry in record["verdicts"]),
        "chart": _chart(record["chart"]) if record["chart"] else None,
        **{name: tuple(record[name]) for name in ("warnings", "choices", "carried")},
    }
    return Answer(**made)


def _citation(entry: dict[str, Any]) -> Citation:
    position = tuple(entry["position"]) if entry["position"] else None
    paths = {"row": tuple(entry["row"]), "column": tuple(entry["column"]), "position": position}
    return Citation(**{**entry, **paths})


def _chart(entry: dict[str, Any]) -> Chart:
    series = {"labels": tuple(entry["labels"]), "values": tuple(entry["values"])}
    return Chart(**{**entry, **series})
