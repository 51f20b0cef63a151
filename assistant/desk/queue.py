"""The queue: which tickets a Filter means, in which order, as SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from assistant.desk import schema
from assistant.desk.base import Ground
from assistant.desk.records import Filter
from assistant.desk.tickets import T
from ingest.errors import NotPossibleError

LARGEST_PAGE = 200
LONGEST_SEARCH = 200


def filtered(ground: Ground, wanted: Filter) -> Select[Any]:
    """The tickets that meet every field of `wanted`."""
    query = select(schema.tickets)
    for condition in _conditions(ground, wanted):
        query = query.where(condition)
    return query


def ordered(query: Select[Any], order: str) -> Select[Any]:
    """`due`: what is live by the next deadline, then the rest. Raises NotPossibleError."""
    orders: dict[str, tuple[Any, ...]] = {
        "due": (T.state == "resolved", _next_due(), T.key),
        "newest": (T.key.desc(),),
        "oldest": (T.key,),
        "updated": (T.updated_at.desc(), T.key.desc()),
    }
    if order not in orders:
        raise NotPossibleError(f"没有这样的次序：{order}；可用的有 {'、'.join(orders)}")
    return query.order_by(*orders[order])


def _next_due() -> ColumnElement[float]:
    return case((T.first_response_at.is_(None), T.first_due), else_=T.resolve_due)


def _conditions(ground: Ground, wanted: Filter) -> list[ColumnElement[bool]]:
    named = ((T.state, wanted.states), (T.priority, wanted.priorities), (T.reason, wanted.reasons))
    found: list[ColumnElement[bool]] = [column.in_(some) for column, some in named if some]
    if wanted.assignee is not None:
        found.append(T.assignee == wanted.assignee if wanted.assignee else T.assignee.is_(None))
    if wanted.since is not None:
        found.append(T.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(T.created_at < wanted.until)
    if wanted.breached:
        found.append(_breached(ground.clock()))
    found += [_tagged(schema.tags.c.tag == tag) for tag in wanted.tags]
    return found + [_says(word) for word in wanted.text[:LONGEST_SEARCH].split()]


def _breached(now: float) -> ColumnElement[bool]:
    """As tickets.breached, in SQL."""
    first = func.coalesce(T.first_response_at, T.resolved_at, now) > T.first_due
    return or_(first, func.coalesce(T.resolved_at, T.waiting_since, now) > T.resolve_due)


def _tagged(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(and_(schema.tags.c.ticket_key == T.key, condition))


def _says(word: str) -> ColumnElement[bool]:
    """The word stands in the number, the question, a message or a tag."""
    word = word.replace("\0", "").lower()

    def has(column: Any) -> ColumnElement[bool]:
        return func.lower(column).contains(word, autoescape=True)

    message = schema.messages.c
    said = exists().where(and_(message.ticket_key == T.key, has(message.body)))
    return or_(has(T.number), has(T.question), said, _tagged(has(schema.tags.c.tag)))
