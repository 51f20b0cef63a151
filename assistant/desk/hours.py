"""Working time: the hours of `desk_hours` on working days, in China's time.

Working days are Monday to Friday without public holidays, and the weekends worked instead; a year
without a published calendar counts Monday to Friday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from assistant.knowledge.calendar import UnknownYearError, is_workday
from ingest.errors import SettingsError

CHINA = timezone(timedelta(hours=8), "CST")  # no summer time since 1991
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_FARTHEST = 20_000  # days looked at before a sum is taken to have no end


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    try:
        return is_workday(day)
    except UnknownYearError:  # an expected time is needed all the same
        return day.weekday() < 5


def local_day(at: float) -> date:
    return datetime.fromtimestamp(at, CHINA).date()


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """`spans` are minutes of a day, in order and apart."""

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str) -> WorkingHours:
        """From "09:00-12:00,13:30-17:30". Raises SettingsError."""
        spans = tuple(_span(part.strip()) for part in text.split(","))
        ends = [minute for span in spans for minute in span]
        if ends != sorted(set(ends)) or ends[-1] > 24 * 60:
            raise SettingsError(f"设置 desk_hours：{text} 应是先后相继的时段，如 09:00-17:30")
        return cls(spans)

    def after(self, at: float, minutes: float) -> float:
        """The moment at which `minutes` of working time have passed since `at`."""
        left = minutes * 60
        for begin, end in self._from(at):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise SettingsError("设置 desk_hours：这样的工作时间里到不了期限")

    def between(self, begin: float, end: float) -> float:
        """Minutes of working time from `begin` to `end`, 0 where that is not later."""
        total = 0.0
        for start, stop in self._from(begin):
            if start >= end:
                break
            total += min(stop, end) - start
        return total / 60

    def is_open(self, at: float) -> bool:
        return next(self._from(at))[0] <= at

    def _from(self, at: float) -> Iterator[tuple[float, float]]:
        """The spans of working time from `at` on, the first one cut."""
        day = local_day(at)
        for offset in range(_FARTHEST):
            this = day + timedelta(days=offset)
            if not is_working_day(this):
                continue
            midnight = datetime.combine(this, time(), CHINA).timestamp()
            for first, last in self.spans:
                begin, end = max(at, midnight + first * 60), midnight + last * 60
                if begin < end:
                    yield begin, end


def _span(text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise SettingsError(f"设置 desk_hours：{text} 应写成 09:00-17:30")
    hour, minute, last_hour, last_minute = map(int, found.groups())
    if minute > 59 or last_minute > 59:
        raise SettingsError(f"设置 desk_hours：{text} 里的分钟须小于 60")
    return hour * 60 + minute, last_hour * 60 + last_minute
