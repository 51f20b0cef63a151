"""Statistics of the tickets of a period: numbers only, also of tickets whose text was erased."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import fmean, median
from typing import Any

from sqlalchemy import Row, select

from assistant.desk import schema
from assistant.desk.base import Ground
from assistant.desk.hours import local_day
from assistant.desk.privacy import mask
from assistant.desk.records import Statistics
from assistant.desk.tickets import T
from assistant.words import segments_of

MOST_TOPICS = 20
MOST_DAYS = 3660
_COLUMNS = (
    T.state, T.reason, T.topic, T.created_at, T.first_due, T.resolve_due, T.first_response_at,
    T.resolved_at, T.rating, T.question,
)  # fmt: skip


def statistics(ground: Ground, since: float, until: float) -> Statistics:
    """Of the tickets made in [since, until); days without a ticket count 0 between the first and
    the last that have one."""
    period = (T.created_at >= since) & (T.created_at < until)
    with ground.reading() as lent:
        found = lent.execute(select(*_COLUMNS).select_from(schema.tickets).where(period))
        rows: list[Row[Any]] = [*found]
    answered = [row for row in rows if row.first_response_at is not None]
    resolved = [row for row in rows if row.resolved_at is not None]
    ratings = Counter(row.rating for row in rows if row.rating is not None)
    return Statistics(
        by_day=_by_day(rows),
        by_state=dict(Counter(row.state for row in rows)),
        by_reason=dict(Counter(row.reason for row in rows)),
        total=len(rows),
        first_response_minutes=_median(
            ground.hours.between(row.created_at, row.first_response_at) for row in answered
        ),
        resolution_minutes=_median(
            ground.hours.between(row.created_at, row.resolved_at) for row in resolved
        ),
        first_response_in_time=(
            sum(row.first_response_at <= row.first_due for row in answered),
            len(answered),
        ),
        resolution_in_time=(
            sum(row.resolved_at <= row.resolve_due for row in resolved),
            len(resolved),
        ),
        satisfaction=fmean(ratings.elements()) if ratings else None,
        ratings={stars: ratings[stars] for stars in range(1, 6)},
        topics=_topics(ground, rows),
    )


def _median(values: Iterable[float]) -> float | None:
    found = list(values)
    return median(found) if found else None


def _by_day(rows: Sequence[Row[Any]]) -> tuple[tuple[str, int], ...]:
    counts = Counter(local_day(row.created_at) for row in rows)
    if not counts:
        return ()
    first = min(counts)
    days = min((max(counts) - first).days + 1, MOST_DAYS)
    every = (first + timedelta(days=offset) for offset in range(days))
    return tuple((day.isoformat(), counts[day]) for day in every)


def _topics(ground: Ground, rows: Sequence[Row[Any]]) -> tuple[tuple[str, int], ...]:
    """What most tickets were about, of those that an answer was lacking for: the measures asked
    about, else the words of the question."""
    missing = ground.rules.unanswered
    counts = Counter(
        topic for row in rows if row.reason in missing for topic in _topics_of(ground, row)
    )
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(ranked[:MOST_TOPICS])


def _topics_of(ground: Ground, row: Row[Any]) -> set[str]:
    if row.topic:
        return set(row.topic.split("、"))
    words = segments_of(re.sub("【.*?】", "", mask(row.question)))
    plain = {word for word in words if len(word) > 1 and not any(map(str.isdigit, word))}
    return plain - ground.rules.no_topics
