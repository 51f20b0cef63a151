"""Dates: the day that a question names, plainly or from today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.numbers import read_number

_N = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
_FULL = re.compile(rf"((?:19|20)\d\d)\s*[年./-]\s*{_N}\s*[月./-]\s*{_N}\s*[日号]?")
_MONTH_DAY = re.compile(rf"(?<!\d){_N}\s*月\s*{_N}\s*[日号]?")
_DAY = re.compile(rf"(这个月|本月|上个月|上月)\s*{_N}\s*[日号]")
_AGO = re.compile(rf"(?<![\d]){_N}\s*天(?:前|以前|之前)")
_WEEK = re.compile(r"(上上|上|这|本)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")
_NEAR = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3}
_NEAR_WORD = re.compile("大前天|" + "|".join(word for word in _NEAR if word != "大前天"))
_AHEAD = re.compile("打算|准备|要是|如果|假如|假设|计划")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Named:
    """The day meant by `phrase`; None if there is no such day. `relative`: from today;
    `guessed`: the year was not given."""

    day: date | None
    phrase: str
    relative: bool = False
    guessed: bool = False


def named_day(question: str, today: date) -> Named | None:
    """The first day that `question` names, None if it names none."""
    for found in _FULL.finditer(question):
        return Named(_day(int(found[1]), found[2], found[3]), found[0])
    for found in _MONTH_DAY.finditer(question):
        ahead = bool(_AHEAD.search(question))
        return Named(_nearest(found[1], found[2], today, ahead), found[0], guessed=True)
    return _relative(question, today)


def _relative(question: str, today: date) -> Named | None:
    if found := _DAY.search(question):
        back = found[1].startswith("上")
        first = (today.replace(day=1) - timedelta(days=1 if back else 0)).replace(day=1)
        return Named(_day(first.year, str(first.month), found[2]), found[0], True)
    if found := _AGO.search(question):
        return Named(today - timedelta(days=read_number(found[1]) or 0), found[0], True)
    if found := _NEAR_WORD.search(question):
        return Named(today - timedelta(days=_NEAR[found[0]]), found[0], True)
    if found := _WEEK.search(question):
        return Named(_in_week(found[1] or "", found[2], today), found[0], True)
    return None


def _in_week(which: str, weekday: str, today: date) -> date:
    """上周五 is the Friday of the week before; 周五 alone is the last Friday up to today."""
    index = _WEEKDAYS.index("日" if weekday == "天" else weekday)
    monday = today - timedelta(days=today.weekday())
    back = {"上上": 14, "上": 7}.get(which, 0)
    day = monday + timedelta(days=index - back)
    return day - timedelta(days=7) if not which and day > today else day


def _day(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, read_number(month) or 0, read_number(day) or 0)
    except ValueError:
        return None


def _nearest(month: str, day: str, today: date, ahead: bool) -> date | None:
    """The latest such day up to today; where the asker only plans it, the next from today on."""
    years = range(today.year, today.year + 9) if ahead else range(today.year, today.year - 9, -1)
    for year in years:
        one = _day(year, month, day)
        if one and (one >= today if ahead else one <= today):
            return one
    return None
