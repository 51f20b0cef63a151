"""The citizen's side: leave a question, look it up with number and secret, add to it, rate it."""

from __future__ import annotations

import secrets
from typing import Any, cast

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from assistant.desk import schema, webhooks
from assistant.desk.base import Ground, cleaned, needed, packed
from assistant.desk.contacts import contact_indexes
from assistant.desk.handover import addresses_bot
from assistant.desk.keyring import hashed, same
from assistant.desk.records import CitizenTicket, NewTicket, Receipt, State
from assistant.desk.snapshot import evidence_of, topic_of, transcript_of
from assistant.desk.tickets import (
    UNKNOWN,
    T,
    add_message,
    find,
    first_due,
    messages_of,
    moved,
    note_event,
    resolution_due,
    save,
)
from ingest.errors import ConflictError, NotPossibleError, UnknownTicketError
from ingest.store.sql import translated

LONGEST_QUESTION = 2000
LONGEST_MESSAGE = 4000
LONGEST_CONTACT = 200
LONGEST_COMMENT = 1000
LONGEST_NAME = 200
SHORTEST_KEY, LONGEST_KEY = 16, 200
STARS = range(1, 6)
CITIZEN = "citizen"
# Crockford's digits: none is taken for another when read aloud.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TRIES = 5
_NOBODY = hashed("")  # compared with where there is no ticket, so that this takes as long


class Citizens:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def create(self, new: NewTicket) -> Receipt:
        """A new ticket, on the disk when this returns. The same `owner` and `key` with the same
        content give the same receipt again.

        Raises NotPossibleError where something is empty or too long, ConflictError where `key`
        was used for another ticket.
        """
        columns = self._columns(new)
        with translated(self._ground.engine):
            for _ in range(_TRIES):
                try:
                    return self._create(new, columns)
                except IntegrityError:  # the number is taken, or another process had the same key
                    continue
        raise ConflictError("工单未能建立，请再试一次")

    def _columns(self, new: NewTicket) -> dict[str, Any]:
        """The ticket without number and secret."""
        question = needed(new.question, LONGEST_QUESTION, "问题")
        contact = cleaned(new.contact, LONGEST_CONTACT, "联系方式")
        if new.key and not SHORTEST_KEY <= len(new.key) <= LONGEST_KEY:
            raise NotPossibleError(f"幂等键应有 {SHORTEST_KEY} 到 {LONGEST_KEY} 个字符")
        if new.reason not in self._ground.rules.reasons:
            raise NotPossibleError(f"没有这样的转交原因：{new.reason}")
        now = self._ground.clock()
        keyring = self._ground.keyring
        owner = cleaned(new.owner, LONGEST_NAME, "所有者")
        conversation = cleaned(new.conversation, LONGEST_NAME, "会话名")
        joined = "\0".join((question, contact, conversation))
        return {
            "owner": owner, "conversation": conversation, "state": "new",
            "priority": "normal", "reason": new.reason, "topic": topic_of(new.turns),
            "question": question, "contact": contact or None,
            "contact_index": " ".join(contact_indexes(keyring, contact)) or None,
            "transcript": packed(transcript_of(new.turns)),
            "evidence": packed(evidence_of(new.turns, new.versions)),
            "created_at": now, "updated_at": now, "rating_comment": "", "version": 1,
            "first_due": first_due(self._ground, "normal", now),
            "resolve_due": resolution_due(self._ground, "normal", now),
            "idem_key": hashed(f"{new.owner}\0{new.key}") if new.key else None,
            "idem_print": keyring.index(joined) if new.key else None,
        }  # fmt: skip

    def _create(self, new: NewTicket, columns: dict[str, Any]) -> Receipt:
        ground = self._ground
        with ground.engine.connect() as plain:
            lent = plain.execution_options(writing=True)
            with lent.begin():
                if new.key and (receipt := self._earlier(lent, new, columns)) is not None:
                    return receipt
                number = f"WB-{_random_digits()}-{_random_digits()}"
                secret = self._secret(new, number)[0]
                contact = columns["contact"]
                sealed = ground.keyring.seal(contact, number) if contact else None
                made = {"number": number, "secret_hash": hashed(secret), "contact": sealed}
                result = lent.execute(insert(schema.tickets), columns | made)
                [key] = result.inserted_primary_key or (0,)
                note_event(lent, ground, key, CITIZEN, "created", reason=new.reason)
                webhooks.announce(lent, ground, "ticket.created", number, columns["question"])
        return Receipt(number, secret, columns["first_due"], True)

    def _earlier(self, lent: Connection, new: NewTicket, columns: dict[str, Any]) -> Receipt | None:
        """The receipt that the same key was given. Its secret is made again, never stored."""
        query = select(schema.tickets).where(T.idem_key == columns["idem_key"])
        row = lent.execute(query).first()
        if row is None:
            return None
        joined = "\0".join((columns["question"], columns["contact"] or "", columns["conversation"]))
        if row.idem_print not in self._ground.keyring.indexes(joined):
            raise ConflictError("这个幂等键已经用于另一个工单", row.version)
        for secret in self._secret(new, row.number):
            if same(hashed(secret), row.secret_hash):
                return Receipt(row.number, secret, row.first_due, False)
        raise ConflictError("这个工单建立时用的是另一把密钥（设置 desk_key）", row.version)

    def _secret(self, new: NewTicket, number: str) -> list[str]:
        if not new.key:
            return [secrets.token_urlsafe(24)]
        return self._ground.keyring.secrets(number, new.owner, new.key)

    # -- with number and secret ----------------------------------------------------------

    def ticket(self, number: str, secret: str) -> CitizenTicket:
        """Raises UnknownTicketError for a wrong number as for a wrong secret."""
        with self._ground.reading() as lent:
            return self._view(lent, _proved(lent, number, secret))

    def add(self, number: str, secret: str, body: str, *, key: str = "") -> CitizenTicket:
        """A message of the citizen: goes to the staff, and opens a resolved ticket again."""
        body = needed(body, LONGEST_MESSAGE, "留言")
        with self._ground.writing() as lent:
            return self._added(lent, _proved(lent, number, secret, lock=True), body, key)

    def rate(self, number: str, secret: str, stars: int, comment: str = "") -> CitizenTicket:
        """1 to 5 stars, once staff have answered; a later rating replaces an earlier one."""
        with self._ground.writing() as lent:
            return self._rated(lent, _proved(lent, number, secret, lock=True), stars, comment)

    def resolve(self, number: str, secret: str) -> CitizenTicket:
        """The citizen needs nothing more. Raises NotPossibleError where it is resolved already."""
        with self._ground.writing() as lent:
            return self._resolved(lent, _proved(lent, number, secret, lock=True))

    # -- in the chat, where the browser's cookie says who it is --------------------------

    def in_conversation(self, owner: str, conversation: str) -> tuple[CitizenTicket, ...]:
        """The tickets of a conversation, oldest first."""
        with self._ground.reading() as lent:
            return tuple(
                self._view(lent, row) for row in _of_conversation(lent, owner, conversation)
            )

    def replied(self, owner: str) -> frozenset[str]:
        """The conversations of `owner` in which a reply waits for the citizen."""
        query = select(T.conversation).where(T.owner == owner, T.state == "waiting")
        with self._ground.reading() as lent:
            return frozenset(lent.execute(query).scalars()) if owner else frozenset()

    def add_in_conversation(
        self, owner: str, conversation: str, body: str, *, number: str = "", key: str = ""
    ) -> CitizenTicket | None:
        """As `add`, to the ticket `number` of the conversation, else to its latest live one; None
        where there is none. Raises UnknownTicketError for a ticket of another conversation."""
        body = needed(body, LONGEST_MESSAGE, "留言")
        with self._ground.writing() as lent:
            if number:
                return self._added(lent, _own(lent, owner, conversation, number), body, key)
            live = self._live(lent, owner, conversation)
            if live is None:
                return None
            return self._added(lent, find(lent, live.number, lock=True), body, key)

    def resolve_in_conversation(self, owner: str, conversation: str, number: str) -> CitizenTicket:
        """As `resolve`. Raises UnknownTicketError for a ticket of another conversation."""
        with self._ground.writing() as lent:
            return self._resolved(lent, _own(lent, owner, conversation, number))

    def rate_in_conversation(
        self, owner: str, conversation: str, number: str, stars: int, comment: str = ""
    ) -> CitizenTicket:
        """As `rate`. Raises UnknownTicketError for a ticket of another conversation."""
        with self._ground.writing() as lent:
            return self._rated(lent, _own(lent, owner, conversation, number), stars, comment)

    def bot_speaks(self, owner: str, conversation: str, text: str) -> bool:
        """Whether the assistant answers `text`: no ticket is live there, or it is addressed."""
        with self._ground.reading() as lent:
            live = self._live(lent, owner, conversation)
        return live is None or addresses_bot(text)

    # -- steps ---------------------------------------------------------------------------

    def _live(self, lent: Connection, owner: str, conversation: str) -> Row[Any] | None:
        rows = _of_conversation(lent, owner, conversation)
        live = [row for row in rows if row.state in self._ground.rules.live]
        return live[-1] if live else None

    def _added(self, lent: Connection, row: Row[Any], body: str, key: str) -> CitizenTicket:
        ground = self._ground
        if row.erased_at is not None:
            raise NotPossibleError("工单内容已按要求删除，不能再留言")
        if add_message(lent, ground, row, "citizen", body, key=key):
            target = ground.rules.after(cast(State, row.state), "citizen_message")
            save(lent, ground, row, **moved(ground, row, target))
            note_event(lent, ground, row.key, CITIZEN, "message", old=row.state, new=target)
            webhooks.announce(lent, ground, "ticket.added", row.number, body)
        return self._view(lent, find(lent, row.number))

    def _rated(self, lent: Connection, row: Row[Any], stars: int, comment: str) -> CitizenTicket:
        comment = cleaned(comment, LONGEST_COMMENT, "评语")
        if isinstance(stars, bool) or stars not in STARS:
            raise NotPossibleError("评分须是 1 到 5")
        if row.erased_at is not None or not _can_rate(row):
            raise NotPossibleError("工作人员答复之后才能评分")
        save(lent, self._ground, row, rating=stars, rating_comment=comment)
        note_event(lent, self._ground, row.key, CITIZEN, "rated", stars=stars)
        return self._view(lent, find(lent, row.number))

    def _resolved(self, lent: Connection, row: Row[Any]) -> CitizenTicket:
        target = self._ground.rules.after(cast(State, row.state), "citizen_resolve")
        save(lent, self._ground, row, **moved(self._ground, row, target))
        note_event(lent, self._ground, row.key, CITIZEN, "state", old=row.state, new=target)
        return self._view(lent, find(lent, row.number))

    def _view(self, lent: Connection, row: Row[Any]) -> CitizenTicket:
        return CitizenTicket(
            number=row.number,
            state=row.state,
            state_name=self._ground.rules.states[cast(State, row.state)].name,
            question=row.question,
            messages=messages_of(lent, row.key, internal=False),
            created_at=row.created_at,
            updated_at=row.updated_at,
            expected_at=row.first_due,
            rating=row.rating,
            erased=row.erased_at is not None,
            can_rate=row.erased_at is None and _can_rate(row),
        )


def _can_rate(row: Row[Any]) -> bool:
    return row.first_response_at is not None or row.state == "resolved"


def _proved(lent: Connection, number: str, secret: str, *, lock: bool = False) -> Row[Any]:
    """The row of `number`, if `secret` is its secret."""
    try:
        row = find(lent, number, lock=lock)
    except UnknownTicketError:
        same(hashed(secret), _NOBODY)
        raise
    if not same(hashed(secret), row.secret_hash):
        raise UnknownTicketError(UNKNOWN)
    return row


def _own(lent: Connection, owner: str, conversation: str, number: str) -> Row[Any]:
    """The locked row of `number`, if it is a ticket of this conversation of this owner."""
    row = find(lent, number, lock=True)
    if not owner or not conversation or (row.owner, row.conversation) != (owner, conversation):
        raise UnknownTicketError(UNKNOWN)
    return row


def _of_conversation(lent: Connection, owner: str, conversation: str) -> list[Row[Any]]:
    if not owner or not conversation:
        return []
    mine = (T.owner == owner) & (T.conversation == conversation)
    return list(lent.execute(select(schema.tickets).where(mine).order_by(T.key)))


def _random_digits() -> str:
    return "".join(secrets.choice(_DIGITS) for _ in range(4))
