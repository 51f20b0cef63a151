"""Conversations of the web chat, kept on the server and owned by one browser each."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from assistant.answer import Answer, Chart, Citation, Item, Verdict
from assistant.desk import schema
from assistant.desk.base import cleaned_text
from assistant.web.database import ChatDatabase
from ingest.errors import StoreError

TITLE_LENGTH = 60
C, T = schema.conversations.c, schema.turns.c


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
        mine = (C.owner == owner) & C.removed.is_(None)
        query = select(C.id, C.title, C.updated).where(mine).order_by(C.updated.desc())
        with self._database.reading() as lent:
            return [Conversation(*row) for row in lent.execute(query)]

    def owns(self, owner: str, conversation: str) -> bool:
        with self._database.reading() as lent:
            query = select(C.id).where(_of(owner, conversation), C.removed.is_(None))
            return lent.execute(query).first() is not None

    def title(self, owner: str, conversation: str) -> str:
        with self._database.reading() as lent:
            row = lent.execute(select(C.title).where(_of(owner, conversation))).first()
        return str(row[0]) if row else ""

    def turns(self, owner: str, conversation: str) -> tuple[Answer, ...]:
        return tuple(answer for _, answer in self.timed(owner, conversation))

    def timed(self, owner: str, conversation: str) -> tuple[tuple[float, Answer], ...]:
        """The turns, each with the seconds since 1970 at which it was kept."""
        joined = schema.turns.join(schema.conversations)
        query = select(T.at, T.answer).select_from(joined).order_by(T.number)
        with self._database.reading() as lent:
            mine = query.where(_of(owner, conversation), C.removed.is_(None))
            rows = lent.execute(mine).all()
        return tuple((float(at), answer_of(json.loads(answer))) for at, answer in rows)

    def add(self, owner: str, conversation: str, answer: Answer) -> Answer:
        """Stores `answer` as the next turn and returns it with its session and turn number.

        Raises StoreError where the conversation is somebody else's.
        """
        now = time.time()
        with self._database.writing() as lent:
            self._touch(lent, owner, conversation, answer.question, now)
            last = select(func.coalesce(func.max(T.number), 0)).where(
                T.conversation == conversation
            )
            number = 1 + int(lent.execute(last).scalar_one())
            kept = replace(answer, session=conversation, turn=number)
            row = {"conversation": conversation, "number": number, "at": now}
            # In ASCII, which every database takes whatever a person typed.
            row["answer"] = json.dumps(kept.record(), default=str)
            lent.execute(insert(schema.turns), row)
        return kept

    def _touch(
        self, lent: Connection, owner: str, conversation: str, question: str, now: float
    ) -> None:
        """Makes the conversation, or says that it was used; either way its row is locked, so that
        turns are numbered one after the other. Raising takes back what was written."""
        row = {"id": conversation, "owner": owner, "title": _title(question), "updated": now}
        made = self._database.insert(schema.conversations).values(row)
        lent.execute(made.on_conflict_do_update(index_elements=[C.id], set_={"updated": now}))
        if lent.execute(select(C.id).where(_of(owner, conversation))).first() is None:
            raise StoreError("这个对话属于另一个浏览器")

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """An empty title changes nothing."""
        cleaned = _title(title)
        if cleaned:
            self._update(owner, conversation, title=cleaned)

    def remove(self, owner: str, conversation: str) -> None:
        self._update(owner, conversation, removed=time.time())

    def restore(self, owner: str, conversation: str) -> None:
        self._update(owner, conversation, removed=None)

    def _update(self, owner: str, conversation: str, **changes: object) -> None:
        with self._database.writing() as lent:
            mine = update(schema.conversations).where(_of(owner, conversation))
            lent.execute(mine.values(changes))


def _of(owner: str, conversation: str) -> ColumnElement[bool]:
    return (C.id == conversation) & (C.owner == owner)


def _title(text: str) -> str:
    return " ".join(cleaned_text(text).split())[:TITLE_LENGTH]


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
