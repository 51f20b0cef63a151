"""Tickets in the database: the steps that citizens and staff alike take inside a transaction.

A ticket's row is locked before it is changed, so that its messages count on without gaps and its
version tells whether somebody else was there in between.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from assistant.desk import schema
from assistant.desk.base import Ground, packed
from assistant.desk.keyring import hashed
from assistant.desk.records import Author, Event, Message, State, TicketRow
from ingest.errors import ConflictError, UnknownTicketError

T = schema.tickets.c
UNKNOWN = "没有这个工单，或者查询码不对"
_NOT_OF_NUMBERS = re.compile(r"[^0-9A-Z-]")
CHANGED = "工单刚被别人改过，请看过最新内容再提交"


def find(lent: Connection, number: str, *, lock: bool = False) -> Row[Any]:
    """The ticket's row. Raises UnknownTicketError."""
    plain = _NOT_OF_NUMBERS.sub("", number.upper())[:20]
    query = select(schema.tickets).where(T.number == plain)
    row = lent.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise UnknownTicketError(UNKNOWN)
    return row


def lock_unchanged(lent: Connection, number: str, version: int) -> Row[Any]:
    """The locked row. Raises ConflictError where it is not at `version` any more."""
    row = find(lent, number, lock=True)
    if row.version != version:
        raise ConflictError(CHANGED, row.version)
    return row


def save(lent: Connection, ground: Ground, row: Row[Any], **changes: Any) -> None:
    """Writes `changes` of a locked row and counts its version on."""
    changes |= {"version": row.version + 1, "updated_at": ground.clock()}
    lent.execute(update(schema.tickets).where(T.key == row.key).values(changes))


def note_event(
    lent: Connection, ground: Ground, ticket_key: int, actor: str, kind: str, **detail: Any
) -> None:
    """A line of history; `detail` must have no text that a person wrote."""
    row = {"ticket_key": ticket_key, "at": ground.clock(), "actor": actor, "kind": kind}
    lent.execute(insert(schema.events), row | {"detail": packed(detail)})


def moved(ground: Ground, row: Row[Any], target: State) -> dict[str, Any]:
    """What of a ticket's columns changes when it goes to `target`: its state and its timers.

    The resolution timer rests while the ticket waits for its citizen, and starts anew when it is
    opened again."""
    now, state = ground.clock(), cast(State, row.state)
    changes: dict[str, Any] = {}
    if target == state:
        return changes
    changes["state"] = target
    if state == "waiting" and row.waiting_since is not None:
        waited = ground.hours.between(row.waiting_since, now)
        changes |= {
            "resolve_due": ground.hours.after(row.resolve_due, waited)
            if waited
            else row.resolve_due,
            "waiting_since": None,
        }
    if target == "waiting":
        changes["waiting_since"] = now
    if target == "resolved":
        changes["resolved_at"] = now
    if target == "reopened":
        due = resolution_due(ground, row.priority, now)
        changes |= {"resolved_at": None, "resolve_due": due}
    return changes


def first_due(ground: Ground, priority: str, at: float) -> float:
    hours = ground.settings.desk_first_response_hours * _factor(ground, priority)
    return ground.hours.after(at, hours * 60)


def resolution_due(ground: Ground, priority: str, at: float) -> float:
    hours = ground.settings.desk_resolution_hours * _factor(ground, priority)
    return ground.hours.after(at, hours * 60)


def _factor(ground: Ground, priority: str) -> float:
    return next(share for name, share in ground.rules.priorities.items() if name == priority)


def add_message(
    lent: Connection,
    ground: Ground,
    row: Row[Any],
    author: Author,
    body: str,
    *,
    internal: bool = False,
    key: str = "",
    name: str = "",
) -> bool:
    """A message on a locked row; False where the same `key` had brought the same one before.

    Raises ConflictError where `key` was used for another text."""
    column = schema.messages.c
    mine = column.ticket_key == row.key
    once = hashed(f"{author}\0{key}") if key else None
    if once is not None:
        earlier = select(column.body).where(mine, column.idem_key == once)
        if (found := lent.execute(earlier).first()) is not None:
            if found.body != body:
                raise ConflictError("这个幂等键已经用于另一条留言", row.version)
            return False
    last = lent.execute(select(func.coalesce(func.max(column.seq), 0)).where(mine)).scalar_one()
    made = {
        "ticket_key": row.key, "seq": last + 1, "author": author, "body": body,
        "name": name or ground.rules.names[author], "internal": internal,
        "at": ground.clock(), "idem_key": once,
    }  # fmt: skip
    lent.execute(insert(schema.messages), made)
    return True


def messages_of(lent: Connection, ticket_key: int, *, internal: bool) -> tuple[Message, ...]:
    """In order; with the notes of the staff where `internal`."""
    column = schema.messages.c
    query = select(schema.messages).where(column.ticket_key == ticket_key).order_by(column.seq)
    if not internal:
        query = query.where(column.internal.is_(False))
    return tuple(
        Message(row.seq, row.author, row.name, row.body, row.at, row.internal)
        for row in lent.execute(query)
    )


def history_of(lent: Connection, ticket_key: int) -> tuple[Event, ...]:
    column = schema.events.c
    query = select(schema.events).where(column.ticket_key == ticket_key).order_by(column.key)
    return tuple(
        Event(row.at, row.actor, row.kind, json.loads(row.detail)) for row in lent.execute(query)
    )


def tags_of(lent: Connection, keys: list[int]) -> Mapping[int, tuple[str, ...]]:
    """Ticket key → its tags, sorted."""
    found: dict[int, tuple[str, ...]] = dict.fromkeys(keys, ())
    column = schema.tags.c
    for begin in range(0, len(keys), 500):  # databases limit the values of one statement
        some = column.ticket_key.in_(keys[begin : begin + 500])
        for row in lent.execute(select(schema.tags).where(some).order_by(column.tag)):
            found[row.ticket_key] += (row.tag,)
    return found


def ticket_rows(lent: Connection, ground: Ground, query: Select[Any]) -> tuple[TicketRow, ...]:
    """The rows of `query`, which selects from desk_tickets, as records."""
    found = lent.execute(query).all()
    tags = tags_of(lent, [row.key for row in found])
    return tuple(ticket_row(ground, row, tags[row.key]) for row in found)


def ticket_row(ground: Ground, row: Row[Any], tags: tuple[str, ...]) -> TicketRow:
    state = cast(State, row.state)
    return TicketRow(
        number=row.number, state=state, state_name=ground.rules.states[state].name,
        priority=row.priority, assignee=row.assignee, tags=tags, question=row.question,
        topic=row.topic, reason=row.reason, created_at=row.created_at, updated_at=row.updated_at,
        first_due=row.first_due, resolve_due=row.resolve_due,
        first_response_at=row.first_response_at, resolved_at=row.resolved_at,
        breached=breached(row, ground.clock()), rating=row.rating,
        has_contact=row.contact is not None, erased=row.erased_at is not None, version=row.version,
    )  # fmt: skip


def breached(row: Row[Any], now: float) -> tuple[str, ...]:
    """Which timers ran out: the first response, the resolution (resting while waiting)."""
    first = (row.first_response_at or row.resolved_at or now) > row.first_due
    until = row.resolved_at or row.waiting_since or now
    names = {"first": first, "resolution": until > row.resolve_due}
    return tuple(name for name, late in names.items() if late)
