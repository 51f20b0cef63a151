"""Retention: what a person asks to have erased, and what is older than it has to be kept.

Erasing leaves the ticket's numbers (times, state, rating, measures asked about) for statistics,
and no text: question, contact, conversation, messages, tags, rating words. What was masked and
approved as a reviewed answer stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, or_, select, update

from assistant.desk import schema, webhooks
from assistant.desk.base import Ground
from assistant.desk.contacts import searched_indexes
from assistant.desk.records import Actor
from assistant.desk.tickets import T, find, note_event
from ingest.errors import NotPossibleError

DAY = 86_400.0
SHORTEST_CONTACT = 5
_GONE: dict[str, Any] = {
    "question": "", "contact": None, "contact_index": None, "transcript": "[]", "evidence": "{}",
    "rating_comment": "", "owner": "", "conversation": "", "idem_key": None, "idem_print": None,
}  # fmt: skip


class Retention:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def erase(
        self, *, by: Actor, ticket: str = "", conversation: str = "", contact: str = ""
    ) -> int:
        """Erases what one person left, given one of the three; returns how many tickets it was.
        With a ticket goes the conversation that it came from, and the other way round; a contact
        is looked for in the contacts left and in what was written.

        Raises NotPossibleError where not exactly one is given, UnknownTicketError.
        """
        self._ground.require(by, "erase")
        given = [name for name in (ticket, conversation, contact) if name.strip()]
        if len(given) != 1:
            raise NotPossibleError("请给出工单号、会话、联系方式三者之一")
        with self._ground.writing() as lent:
            if ticket:
                rows: Sequence[Row[Any]] = [find(lent, ticket, lock=True)]
            elif conversation:
                rows = _rows(lent, T.conversation == conversation)
            else:
                rows = self._of_contact(lent, contact.strip())
            talks = {row.conversation for row in rows} | {conversation}
            erased = self._erase(lent, rows, talks - {""}, by)
        self._forget_pages()
        return erased

    def purge(self, *, by: Actor) -> int:
        """Erases the tickets resolved, and deletes the conversations last used, more than
        desk_retention_days ago; returns how many tickets it was."""
        self._ground.require(by, "erase")
        before = self._ground.clock() - self._ground.settings.desk_retention_days * DAY
        with self._ground.writing() as lent:
            old = (T.resolved_at < before) & T.erased_at.is_(None)
            rows = _rows(lent, old)
            erased = self._erase(lent, rows, {row.conversation for row in rows} - {""}, by)
            _delete_talks(lent, _unused(lent, before, self._ground.rules.live))
            webhooks.forget_delivered(lent, before)
        self._forget_pages()
        return erased

    def _of_contact(self, lent: Connection, contact: str) -> Sequence[Row[Any]]:
        if len(contact) < SHORTEST_CONTACT:
            raise NotPossibleError(f"联系方式至少要 {SHORTEST_CONTACT} 个字符")
        names = searched_indexes(self._ground.keyring, contact)
        message = schema.messages.c
        said = exists().where(
            (message.ticket_key == T.key) & message.body.contains(contact, autoescape=True)
        )
        return _rows(
            lent,
            or_(
                *(T.contact_index.contains(name, autoescape=True) for name in names),
                T.question.contains(contact, autoescape=True),
                said,
            ),
        )

    def _erase(self, lent: Connection, rows: Iterable[Row[Any]], talks: set[str], by: Actor) -> int:
        """The tickets of `rows`, the conversations `talks` and the other tickets of those."""
        found = {row.key: row for row in rows}
        for talk in talks:
            found |= {row.key: row for row in _rows(lent, T.conversation == talk)}
        for row in found.values():
            self._erase_ticket(lent, row)
            note_event(lent, self._ground, row.key, by.name, "erased")
            self._ground.audit(lent, by, "ticket.erased", row.number)
        _delete_talks(lent, talks)
        self._ground.audit(lent, by, "erased", tickets=len(found), conversations=len(talks))
        return len(found)

    def _erase_ticket(self, lent: Connection, row: Row[Any]) -> None:
        """Nothing is left to do for it, so it is resolved too."""
        now = self._ground.clock()
        gone = _GONE | {"erased_at": now, "updated_at": now, "version": row.version + 1}
        gone |= {"state": "resolved", "resolved_at": row.resolved_at or now}
        lent.execute(update(schema.tickets).where(T.key == row.key).values(gone))
        mine = schema.messages.c.ticket_key == row.key
        lent.execute(update(schema.messages).where(mine).values(body="", idem_key=None))
        lent.execute(delete(schema.tags).where(schema.tags.c.ticket_key == row.key))
        told = schema.outbox.c.payload.contains(row.number, autoescape=True)
        lent.execute(delete(schema.outbox).where(told))

    def _forget_pages(self) -> None:
        """On SQLite, the log of changes still has what was there before: write it back."""
        engine = self._ground.engine
        if engine.dialect.name != "sqlite":
            return
        with engine.connect() as lent:
            lent.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows(lent: Connection, condition: Any) -> Sequence[Row[Any]]:
    return lent.execute(select(schema.tickets).where(condition).with_for_update()).all()


def _unused(lent: Connection, before: float, live: tuple[str, ...]) -> set[str]:
    """Conversations that nobody used since `before` and that no live ticket came from."""
    column = schema.conversations.c
    asked = exists().where((T.conversation == column.id) & T.state.in_(live))
    return set(lent.execute(select(column.id).where(column.updated < before, ~asked)).scalars())


def _delete_talks(lent: Connection, talks: Iterable[str]) -> None:
    """With their turns and votes."""
    for talk in talks:
        feedback = schema.feedback.c.session == talk
        lent.execute(delete(schema.feedback).where(feedback))
        lent.execute(delete(schema.conversations).where(schema.conversations.c.id == talk))
