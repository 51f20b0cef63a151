"""Calendar: working days in China, with public holidays and the make-up working days.

`chinesecalendar` is used because it holds the State Council's yearly notice both ways: days off
and week-end days worked in exchange. `holidays` has the days off, but its make-up days are sparse.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.errors import KnowledgeError


class UnknownYearError(KnowledgeError):
    """The holidays of `year` have not been announced, or the library has not got them yet."""

    def __init__(self, year: int) -> None:
        super().__init__(f"{year}年的放假安排尚未收录")
        self.year = year


@dataclass(frozen=True, slots=True)
class Due:
    """The last day. `skipped`: days off passed over; `worked`: week-end days that did count;
    `nominal`: the day before it was moved off a day off, `sure` False if that is not known."""

    day: date
    skipped: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    nominal: date | None = None
    sure: bool = True


def is_workday(day: date) -> bool:
    """Raises UnknownYearError where the library does not know the year."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise UnknownYearError(day.year) from error


def after_workdays(start: date, count: int) -> Due:
    """The `count`-th working day after `start` (which itself is not counted)."""
    day, left = start, count
    skipped, worked = [], []
    while left:
        day += timedelta(days=1)
        if not is_workday(day):
            skipped.append(day)
            continue
        left -= 1
        if day.weekday() >= 5:
            worked.append(day)
    return Due(day, tuple(skipped), tuple(worked))


def after_days(start: date, count: int) -> Due:
    """`count` days after `start`, moved to the first working day after days off."""
    return _rolled(start + timedelta(days=count))


def after_months(start: date, count: int) -> Due:
    """The same day `count` months on, or that month's last, moved like `after_days`."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return _rolled(date(year, month + 1, min(start.day, last)))


def _rolled(nominal: date) -> Due:
    day = nominal
    try:
        while not is_workday(day):
            day += timedelta(days=1)
    except UnknownYearError:
        return Due(nominal, nominal=nominal, sure=False)
    return Due(day, nominal=nominal)
