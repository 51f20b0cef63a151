"""Scope: which publishers and years a question is about, never guessed in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.catalog import Catalog, short_name
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.normalize import normalize
from assistant.plan import Clarify, Refuse
from assistant.slots import Slots


@dataclass
class Scope:
    """Publishers and years of one sub-question; empty until resolved."""

    publishers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    notes: list[str] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    named_publishers: bool = False
    named_years: bool = False
    compares_years: bool = False  # "比上年": the year before is wanted too


class ScopeError(Exception):
    """Carries the Clarify or Refuse that ends the question."""

    def __init__(self, problem: Clarify | Refuse) -> None:
        super().__init__(problem.message)
        self.problem = problem


def publishers_named(slots: Slots, catalog: Catalog) -> tuple[str, ...]:
    """The stored publishers that the question names. Raises ScopeError on an unknown place or on
    a name that several publishers bear."""
    named: list[str] = []
    for tag in slots.all("place"):
        owners = tag.value if isinstance(tag.value, tuple) else ()
        if len(owners) > 1:
            choices = tuple(short_name(owner) for owner in owners)
            raise ScopeError(Clarify(message("which_of_namesakes", name=tag.text), choices))
        named += owners
    for tag in slots.all("unknown_place"):
        core = tag.text.rstrip("市省区县州")
        if not any(core in normalize(owner) for owner in named):
            raise ScopeError(
                Refuse(
                    message("place_not_stored", place=tag.text, stored=catalog.described()),
                    "not_in_corpus",
                )
            )
    return tuple(dict.fromkeys(named))


def years_named(slots: Slots, available: tuple[int, ...]) -> tuple[tuple[int, ...], list[str], bool]:
    """(years, notes, compares): years the question names, resolved against the stored ones.

    去年 means the newest stored year when the calendar leaves doubt, and the note says so;
    beside an explicit year, 上年/去年 is the year before it.
    """
    explicit: list[int] = []
    for value in slots.values("year"):
        explicit += list(value)
    explicit += implied_years(slots)
    words = [(tag.ids("year_word"), tag) for tag in slots.all("year_word")]
    if not words:
        return tuple(sorted(set(explicit))), [], False
    newest = max(available) if available else None
    years, notes, compares = list(explicit), [], False
    has_current = any("current" in ids for ids, _ in words)
    has_than = slots.has("than", "growth", "change", "difference", "points", "compare")
    for ids, tag in words:
        if "all" in ids or "recent" in ids:
            years += _recent(tag.value if "recent" in ids else None, available)
            continue
        if newest is None:
            continue
        if "current" in ids:
            years.append(newest)
            notes.append(message("year_word", word=tag.text, year=newest))
        elif "newest" in ids:
            base = _year_of_last(explicit, has_current, newest, has_than, "previous" in ids)
            if base is None:
                compares = True
                continue
            years.append(base)
            notes.append(message("year_word", word=tag.text, year=base))
        elif "previous" in ids:
            compares = True
        elif "before_newest" in ids:
            years.append(newest - 1)
            notes.append(message("year_word", word=tag.text, year=newest - 1))
        elif "two_before_newest" in ids:
            years.append(newest - 2)
            notes.append(message("year_word", word=tag.text, year=newest - 2))
    return tuple(sorted(set(years))), notes, compares


def implied_years(slots: Slots) -> list[int]:
    """The report years behind names that hold a year: 结转到2025年的 is of the report of 2024."""
    vocabulary = Lexicon.built_in().vocabulary
    found = []
    for tag in slots.all("item"):
        year = re.search(r"(?:19|20)\d\d", tag.text)
        offset = vocabulary.items[tag.senses[0].id].year_offset
        if year and offset:
            found.append(int(year[0]) + offset)
    return found


def _year_of_last(
    explicit: list[int], has_current: bool, newest: int, has_than: bool, is_previous: bool
) -> int | None:
    """What 去年/上年 stands for; None where it only asks for the comparison with the year before."""
    if explicit and is_previous:
        return min(explicit) - 1
    if has_current:
        return newest - 1
    if has_than and is_previous:
        return None
    return newest


def _recent(count: object, available: tuple[int, ...]) -> list[int]:
    if not available:
        return []
    if not isinstance(count, int):
        return list(available)
    newest = max(available)
    return list(range(newest - count + 1, newest + 1))
