"""The staff's side: the queue, a ticket with its evidence, replies, notes, changes, export.

Every call names who acts, checks what that role may do, and is audited.
"""

from __future__ import annotations

import json
from typing import Any, cast

from sqlalchemy import Connection, Row, delete, func, insert, select

from assistant.desk import schema, webhooks
from assistant.desk.base import Ground, cleaned, needed
from assistant.desk.citizens import LONGEST_MESSAGE
from assistant.desk.export import write_tickets
from assistant.desk.queue import LARGEST_PAGE, filtered, ordered
from assistant.desk.records import (
    Actor,
    AuditEntry,
    Change,
    Filter,
    Page,
    StaffTicket,
    State,
    Statistics,
)
from assistant.desk.statistics import statistics
from assistant.desk.tickets import (
    CHANGED,
    add_message,
    find,
    first_due,
    history_of,
    lock_unchanged,
    messages_of,
    moved,
    note_event,
    resolution_due,
    save,
    tags_of,
    ticket_row,
    ticket_rows,
)
from ingest.errors import ConflictError, NotPossibleError

MOST_TAGS = 20
LONGEST_TAG = 60
SEEN_AGAIN = 600.0  # seconds within which looking again at a ticket is not audited again


class Staff:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    # -- reading -------------------------------------------------------------------------

    def queue(
        self,
        actor: Actor,
        wanted: Filter = Filter(),  # noqa: B008 - frozen
        *,
        page: int = 1,
        size: int = 50,
        order: str = "due",
    ) -> Page:
        """A page of the tickets that `wanted` means; pages count from 1."""
        self._ground.require(actor, "tickets.read")
        page, size = max(1, page), min(max(1, size), LARGEST_PAGE)
        query = filtered(self._ground, wanted)
        with self._ground.reading() as lent:
            total = lent.execute(select(func.count()).select_from(query.subquery())).scalar_one()
            cut = ordered(query, order).limit(size).offset((page - 1) * size)
            return Page(ticket_rows(lent, self._ground, cut), total, page, size)

    def ticket(self, actor: Actor, number: str) -> StaffTicket:
        """All of it but the contact. Raises UnknownTicketError."""
        self._ground.require(actor, "tickets.read")
        with self._ground.reading() as lent:
            view = self._view(lent, find(lent, number))
            seen = _seen(lent, actor, view.row.number, self._ground.clock() - SEEN_AGAIN)
        if not seen:
            with self._ground.writing() as lent:
                self._ground.audit(lent, actor, "ticket.viewed", view.row.number)
        return view

    def contact(self, actor: Actor, number: str) -> str:
        """The contact as it was left, "" without one; audited each time."""
        self._ground.require(actor, "contact.read")
        with self._ground.writing() as lent:
            row = find(lent, number)
            self._ground.audit(lent, actor, "contact.read", row.number)
        return self._ground.keyring.unseal(row.contact, row.number) if row.contact else ""

    def assignees(self, actor: Actor) -> tuple[str, ...]:
        """Names of the accounts that a ticket may be given to."""
        self._ground.require(actor, "tickets.read")
        with self._ground.reading() as lent:
            return _account_names(lent)

    def statistics(self, actor: Actor, since: float, until: float) -> Statistics:
        """Of the tickets made in [since, until)."""
        self._ground.require(actor, "statistics")
        return statistics(self._ground, since, until)

    def export(self, actor: Actor, wanted: Filter = Filter(), *, kind: str = "csv") -> bytes:  # noqa: B008
        """The tickets that `wanted` means as "csv" or "xlsx", personal data masked, no cell a
        formula. Raises NotPossibleError for another kind."""
        self._ground.require(actor, "export")
        with self._ground.writing() as lent:
            query = ordered(filtered(self._ground, wanted), "oldest")
            rows = ticket_rows(lent, self._ground, query)
            self._ground.audit(lent, actor, "tickets.exported", kind=kind[:8], rows=len(rows))
        return write_tickets(self._ground, rows, kind)

    def audit(self, actor: Actor, *, limit: int = 200, target: str = "") -> tuple[AuditEntry, ...]:
        """The latest entries first, of one target where it is given."""
        self._ground.require(actor, "audit.read")
        column = schema.audit.c
        query = select(schema.audit).order_by(column.key.desc()).limit(min(max(limit, 1), 10_000))
        if target:
            query = query.where(column.target == target)
        with self._ground.reading() as lent:
            return tuple(
                AuditEntry(row.at, row.who, row.what, row.target, row.where, json.loads(row.detail))
                for row in lent.execute(query)
            )

    # -- changing ------------------------------------------------------------------------

    def reply(
        self,
        actor: Actor,
        number: str,
        body: str,
        *,
        version: int,
        resolve: bool = False,
        key: str = "",
    ) -> StaffTicket:
        """A reply that the citizen sees; the ticket then waits for them, or is resolved.

        Raises ConflictError where the ticket is not at `version`, unless `key` tells that this very
        reply was stored before.
        """
        self._ground.require(actor, "tickets.reply")
        body = needed(body, LONGEST_MESSAGE, "回复")
        with self._ground.writing() as lent:
            row = find(lent, number, lock=True)
            self._not_erased(row)
            if not add_message(lent, self._ground, row, "staff", body, key=key):
                return self._view(lent, row)
            if row.version != version:  # takes the message back
                raise ConflictError(CHANGED, row.version)
            self._replied(lent, actor, row, resolve)
            webhooks.announce(lent, self._ground, "ticket.replied", row.number, body)
            return self._view(lent, find(lent, row.number))

    def _replied(self, lent: Connection, actor: Actor, row: Row[Any], resolve: bool) -> None:
        ground = self._ground
        event = "staff_resolve" if resolve else "staff_reply"
        target = ground.rules.after(cast(State, row.state), event)
        changes = moved(ground, row, target)
        if row.first_response_at is None:
            changes["first_response_at"] = ground.clock()
        if row.assignee is None and actor.name in _account_names(lent):
            changes["assignee"] = actor.name
        save(lent, ground, row, **changes)
        note_event(lent, ground, row.key, actor.name, "replied", old=row.state, new=target)
        ground.audit(lent, actor, "ticket.replied", row.number, state=target)

    def note(self, actor: Actor, number: str, body: str) -> StaffTicket:
        """A note that citizens never see. It needs no version: nothing is overwritten."""
        self._ground.require(actor, "tickets.reply")
        body = needed(body, LONGEST_MESSAGE, "备注")
        with self._ground.writing() as lent:
            row = find(lent, number, lock=True)
            self._not_erased(row)
            add_message(lent, self._ground, row, "staff", body, internal=True, name=actor.name)
            note_event(lent, self._ground, row.key, actor.name, "noted")
            self._ground.audit(lent, actor, "ticket.noted", row.number)
            return self._view(lent, row)

    def take(self, actor: Actor, number: str, *, version: int) -> StaffTicket:
        """The ticket becomes the actor's, and open. Raises ConflictError."""
        self._ground.require(actor, "tickets.change")
        with self._ground.writing() as lent:
            row = lock_unchanged(lent, number, version)
            target = self._ground.rules.after(cast(State, row.state), "staff_take")
            changes = moved(self._ground, row, target) | self._assigned(lent, actor.name)
            return self._changed(lent, actor, row, changes, "taken")

    def change(self, actor: Actor, number: str, change: Change, *, version: int) -> StaffTicket:
        """State, priority, assignee, tags. Raises ConflictError where the ticket is not at
        `version`, NotPossibleError for a step or a value that there is not."""
        self._ground.require(actor, "tickets.change")
        with self._ground.writing() as lent:
            row = lock_unchanged(lent, number, version)
            changes = self._changes(lent, row, change)
            tagged: dict[str, Any] = {}
            if change.tags is not None:
                before = tags_of(lent, [row.key])[row.key]
                _set_tags(lent, row.key, change.tags)
                after = tags_of(lent, [row.key])[row.key]
                tagged = {"tags": [len(before), len(after)]} if before != after else {}
            return self._changed(lent, actor, row, changes, "changed", **tagged)

    # -- steps ---------------------------------------------------------------------------

    def _changes(self, lent: Connection, row: Row[Any], change: Change) -> dict[str, Any]:
        ground, changes = self._ground, dict[str, Any]()
        if change.state is not None and change.state != row.state:
            changes |= moved(ground, row, ground.rules.step(cast(State, row.state), change.state))
        if change.priority is not None and change.priority != row.priority:
            changes |= self._prioritized(row, change.priority)
        if change.assignee is not None:
            changes |= self._assigned(lent, change.assignee)
        return changes

    def _prioritized(self, row: Row[Any], priority: str) -> dict[str, Any]:
        """The timers count anew from the day the ticket was made, by the new priority."""
        if priority not in self._ground.rules.priorities:
            raise NotPossibleError(f"没有这样的优先级：{priority}")
        return {
            "priority": priority,
            "first_due": first_due(self._ground, priority, row.created_at),
            "resolve_due": resolution_due(self._ground, priority, row.created_at),
        }

    def _assigned(self, lent: Connection, name: str) -> dict[str, Any]:
        if name and name not in _account_names(lent):
            raise NotPossibleError(f"没有名为 {name} 的账号，或者已停用")
        return {"assignee": name or None}

    def _changed(
        self,
        lent: Connection,
        actor: Actor,
        row: Row[Any],
        changes: dict[str, Any],
        kind: str,
        **more: Any,
    ) -> StaffTicket:
        """`more` is told beside the changes; of tags only how many, for people write them."""
        save(lent, self._ground, row, **changes)
        shown = ("state", "priority", "assignee")
        pairs = {name: [getattr(row, name), changes[name]] for name in shown if name in changes}
        detail = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]} | more
        note_event(lent, self._ground, row.key, actor.name, kind, **detail)
        self._ground.audit(lent, actor, f"ticket.{kind}", row.number, **detail)
        return self._view(lent, find(lent, row.number))

    def _not_erased(self, row: Row[Any]) -> None:
        if row.erased_at is not None:
            raise NotPossibleError("工单内容已按要求删除，不能再写入")

    def _view(self, lent: Connection, row: Row[Any]) -> StaffTicket:
        state = cast(State, row.state)
        return StaffTicket(
            row=ticket_row(self._ground, row, tags_of(lent, [row.key])[row.key]),
            conversation=row.conversation,
            transcript=tuple(json.loads(row.transcript)),
            evidence=json.loads(row.evidence),
            messages=messages_of(lent, row.key, internal=True),
            history=history_of(lent, row.key),
            rating_comment=row.rating_comment,
            steps=self._ground.rules.steps[state],
        )


def _seen(lent: Connection, actor: Actor, number: str, since: float) -> bool:
    column = schema.audit.c
    mine = (column.target == number) & (column.who == actor.name) & (column.at >= since)
    query = select(column.key).where(mine, column.what == "ticket.viewed").limit(1)
    return lent.execute(query).first() is not None


def _account_names(lent: Connection) -> tuple[str, ...]:
    column = schema.accounts.c
    query = select(column.name).where(column.disabled.is_(False)).order_by(column.name)
    return tuple(lent.execute(query).scalars())


def _set_tags(lent: Connection, ticket_key: int, tags: tuple[str, ...]) -> None:
    cleaned_tags = {cleaned(tag, LONGEST_TAG, "标签") for tag in tags} - {""}
    if len(cleaned_tags) > MOST_TAGS:
        raise NotPossibleError(f"标签最多 {MOST_TAGS} 个")
    lent.execute(delete(schema.tags).where(schema.tags.c.ticket_key == ticket_key))
    rows = [{"ticket_key": ticket_key, "tag": tag} for tag in sorted(cleaned_tags)]
    if rows:
        lent.execute(insert(schema.tags), rows)
