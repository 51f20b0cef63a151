"""Deadlines by an independent count, and the days that questions name."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.calendar import UnknownYearError, after_days, after_months, after_workdays
from assistant.knowledge.dates import named_day

TODAY = date(2026, 11, 22)  # a Sunday


@given(st.dates(date(2019, 1, 1), date(2026, 9, 1)), st.integers(1, 60))
def test_the_last_day_is_a_working_day_with_the_asked_number_in_between(start, count):
    due = after_workdays(start, count)
    between = [start + timedelta(days=n) for n in range(1, (due.day - start).days + 1)]
    off = set(chinese_calendar.get_holidays(start + timedelta(days=1), due.day))
    assert len([day for day in between if day not in off]) == count
    assert due.day not in off
    assert set(due.skipped) == off
    assert set(due.worked) == {d for d in between if d.weekday() >= 5 and d not in off}


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        # Counted by hand off the yearly notices: 28 September and 11 October 2025 were worked.
        (date(2025, 9, 22), 20, date(2025, 10, 24)),
        (date(2025, 1, 20), 7, date(2025, 2, 5)),
        (date(2024, 4, 26), 20, date(2024, 5, 27)),
    ],
)
def test_known_holidays(start, count, due):
    assert after_workdays(start, count).day == due


def test_a_year_without_a_calendar_is_refused_by_name():
    with pytest.raises(UnknownYearError, match="2031") as refused:
        after_workdays(date(2031, 3, 1), 20)
    assert refused.value.year == 2031


def test_days_and_months_move_off_days_off():
    assert after_days(date(2026, 8, 4), 60).day == date(2026, 10, 8)  # 3 October is a holiday
    assert after_months(date(2025, 8, 31), 6).nominal == date(2026, 2, 28)
    unsure = after_days(date(2030, 1, 1), 60)
    assert not unsure.sure and unsure.day == date(2030, 3, 2)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("11月3日交的", date(2026, 11, 3)),
        ("十一月三号交的", date(2026, 11, 3)),
        ("12月1日交的", date(2025, 12, 1)),
        ("准备12月1日交", date(2026, 12, 1)),
        ("2025年2月28日收到", date(2025, 2, 28)),
        ("2026-03-02收到", date(2026, 3, 2)),
        ("上周五交的", date(2026, 11, 13)),
        ("周五交的", date(2026, 11, 20)),
        ("昨天交的", date(2026, 11, 21)),
        ("10天前交的", date(2026, 11, 12)),
        ("上个月5号交的", date(2026, 10, 5)),
        ("2月30日交的", None),
    ],
)
def test_named_days(question, day):
    named = named_day(question, TODAY)
    assert named is not None and named.day == day


def test_no_day_named():
    assert named_day("多久要给我答复", TODAY) is None
