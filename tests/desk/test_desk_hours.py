"""Working time: hours, weekends, public holidays and the weekends worked instead."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.hours import CHINA, WorkingHours
from ingest.errors import SettingsError

HOURS = WorkingHours.parse("09:00-12:00,13:30-17:30")
moments = st.floats(
    datetime(2024, 1, 1, tzinfo=CHINA).timestamp(), datetime(2026, 11, 1, tzinfo=CHINA).timestamp()
)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp()


@pytest.mark.parametrize(
    ("begin", "minutes", "end"),
    [
        ("2026-06-08T10:00", 60, "2026-06-08T11:00"),
        ("2026-06-08T11:30", 60, "2026-06-08T14:00"),  # over lunch
        ("2026-06-05T17:00", 60, "2026-06-08T09:30"),  # over a weekend
        ("2026-06-06T03:00", 1, "2026-06-08T09:01"),
        ("2025-09-30T17:00", 60, "2025-10-09T09:30"),  # over National Day
        ("2025-01-26T09:00", 60, "2025-01-26T10:00"),  # a Sunday worked for the Spring Festival
        ("2031-06-06T17:00", 60, "2031-06-09T09:30"),  # no calendar yet: Monday to Friday
    ],
)
def test_working_minutes_later(begin: str, minutes: float, end: str) -> None:
    assert HOURS.after(at(begin), minutes) == at(end)
    assert HOURS.between(at(begin), at(end)) == minutes


@given(moments, st.floats(0.5, 20_000))
def test_after_and_between_agree(begin: float, minutes: float) -> None:
    end = HOURS.after(begin, minutes)
    assert end > begin
    assert HOURS.between(begin, end) == pytest.approx(minutes, abs=1e-4)


@given(moments, st.floats(0, 1e7), st.floats(0, 1e7))
def test_time_adds_up(begin: float, first: float, second: float) -> None:
    middle, end = begin + first, begin + first + second
    whole = HOURS.between(begin, end)
    assert whole == pytest.approx(HOURS.between(begin, middle) + HOURS.between(middle, end), abs=1)
    assert 0 <= whole <= (first + second) / 60 + 1e-3


@pytest.mark.parametrize(
    "text", ["", "9-17", "09:00-25:00", "12:00-09:00", "09:00-12:00,11:00-13:00", "09:60-10:00"]
)
def test_wrong_hours_name_the_setting(text: str) -> None:
    with pytest.raises(SettingsError, match="desk_hours"):
        WorkingHours.parse(text)
