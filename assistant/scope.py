"""Scope: which publishers and years a question is about, never guessed in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.catalog import Catalog
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
    pairs: tuple[tuple[str, int], ...] = ()  # places each with a year of its own
    notes: list[str] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    named_publishers: bool = False
    named_years: bool = False
    compares_years: bool = False  # "比上年": the year before is wanted too


class ScopeError(Exception):
    """Carries the Clarify or Refuse that ends the question; `absent` is "place" or "year" where
    the measure was understood and no report of that place or year is stored."""

    def __init__(self, problem: Clarify | Refuse, absent: str = "") -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.absent = absent
        self.scope = Scope()  # what was settled before it was raised


def publishers_named(slots: Slots, catalog: Catalog) -> tuple[str, ...]:
    """The stored publishers that the question names. Raises ScopeError on an unknown place or on
    a name that several publishers bear."""
    named: list[str] = []
    for tag in slots.all("place"):
        owners = tag.value if isinstance(tag.value, tuple) else ()
        if len(owners) > 1:
            choices = tuple(catalog.label(owner) for owner in owners)
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


def years_named(
    slots: Slots,
    available: tuple[int, ...],
    anchor: int | None = None,
    latest: int | None = None,
) -> tuple[tuple[int, ...], list[str], bool]:
    """(years, notes, compares): years the question names, resolved against the stored ones.

    去年 means the newest stored year when the calendar leaves doubt, and the note says so; beside
    an explicit year (or the conversation's, `anchor`), 上年/去年 is the year before it.
    `compares` says that the year before is wanted only to compare with.
    """
    return _YearWords(slots, available, anchor, latest).resolve()


PRECEDING = "前"  # 前四年 beside a named year; alone the newest ones


class _YearWords:
    """The years of one question on their way to numbers."""

    def __init__(
        self, slots: Slots, available: tuple[int, ...], anchor: int | None, latest: int | None
    ) -> None:
        self.tags = slots.tags
        self.available = available
        self.newest = max(available) if available else None
        self.compared = slots.has(
            "than", "growth", "change", "difference", "points", "compare", "more", "less"
        )
        # "2023年是不是五年里最少的": the year's place among those years.
        self.placed = slots.has("whether") and slots.has("maximum", "minimum")
        # 去年 beside 前年 names a year of its own, not the one to compare with.
        if any("before_newest" in tag.ids("year_word") for tag in self.tags):
            self.compared = False
        self.years: list[int] = implied_years(slots)
        self.notes: list[str] = []
        self.compares = False
        self.explicit = False
        self._read_numbers()
        self.anchor = min(self.years) if self.years else anchor
        self.latest = max(self.years) if self.years else latest or anchor
        self.has_current = any("current" in tag.ids("year_word") for tag in self.tags)

    def _read_numbers(self) -> None:
        denials = Lexicon.built_in().words["denials"]
        years = [at for at, tag in enumerate(self.tags) if tag.kind == "year"]
        denied = {at for at in years if at and self.tags[at - 1].text in denials}
        for at, tag in enumerate(self.tags):
            if tag.kind != "year" or (at in denied and len(denied) < len(years)):
                continue  # "不是2020年，是2021年"
            if tag.senses[0].id == "since" and isinstance(tag.value, int):
                self.years += [y for y in self.available if y >= tag.value] or [tag.value]
            elif isinstance(tag.value, tuple):
                self.years += tag.value

    def resolve(self) -> tuple[tuple[int, ...], list[str], bool]:
        explicit = self.explicit = bool(self.years)
        for at, tag in enumerate(self.tags):
            ids = tag.ids("year_word")
            if not ids or self.newest is None:
                continue
            if at and "recent" in ids and "rest" in self.tags[at - 1].ids("op"):
                continue  # "除了2022年，其余四年"
            if "all" in ids and "recent" not in ids and self._counts_recent():
                continue  # "近三年各年"
            if "all" in ids or ("recent" in ids and isinstance(tag.value, int)):
                count = tag.value if "recent" in ids else None
                before = self._years_before(count, tag.text)
                if before:
                    self.years += before
                elif not explicit or self.placed or self._leaves_out(tag.text):
                    self.years += _recent(count, self.available)
            else:
                self._one(at, ids, tag.text)
        return tuple(sorted(set(self.years))), self.notes, self.compares

    def _leaves_out(self, word: str) -> bool:
        """ "近三年除2023年外": the year named is one that is left out."""
        cues = {"except_before", "except_after"}
        recent = bool(Lexicon.built_in().pattern("recently").search(word))
        return recent and any(cues & {*tag.ids("op")} for tag in self.tags)

    def _counts_recent(self) -> bool:
        return any(
            "recent" in tag.ids("year_word") and isinstance(tag.value, int) for tag in self.tags
        )

    def _years_before(self, count: object, word: str) -> list[int]:
        """ "2024年比前四年平均": the four years before the one named."""
        one = len(set(self.years)) < 2 and self.anchor is not None
        if not (one and isinstance(count, int) and word.startswith(PRECEDING)):
            return []
        assert self.anchor is not None
        return list(range(self.anchor - count, self.anchor))

    def _one(self, at: int, ids: tuple[str, ...], word: str) -> None:
        assert self.newest is not None
        back = 1 if {"newest", "previous"} & set(ids) else 2 if "before_newest" in ids else 3
        if "oldest" in ids:
            self._add(min(self.available), word)
        elif "following" in ids:
            self._add((self.latest or self.newest) + 1, word)
        elif "current" in ids:
            if not self.explicit:  # beside a named year, 本年 and 当年 are that year
                self._add(self.newest, word)
        elif self._belongs_to_year(at):
            self.years = [year for year in self.years if year != self.anchor]
            self._add((self.anchor or self.newest) - back, word)
        elif self.anchor is not None and (self.compared or "previous" in ids or back > 1):
            self._add(self.anchor - (1 if "前一年" in word else back), word)
        elif self.has_current and not self.explicit:
            self._add(self.newest - back, word)
        elif self.compared and "previous" in ids and not self._opens(at):
            self.compares = True
        elif "newest" in ids:
            self._add(self.newest, word)
        else:
            self._add(self.newest - back + 1, word)

    def _opens(self, at: int) -> bool:
        """ "去年罚的比批的多几件": the year asked about, where what is compared comes later."""
        behind = any("than" in tag.ids("op") for tag in self.tags[at + 1 :])
        held = any(
            "than" in tag.ids("op") or tag.of("and") for tag in self.tags[max(at - 1, 0) : at]
        )
        return behind and "newest" in self.tags[at].ids("year_word") and not held

    def _belongs_to_year(self, at: int) -> bool:
        """ "2023年的前年": the word stands right behind a year and 的."""
        before = self.tags[max(0, at - 2) : at]
        return len(before) == 2 and before[0].kind == "year" and before[1].text == "的"

    def _add(self, year: int, word: str) -> None:
        self.years.append(year)
        self.notes.append(message("year_word", word=word, year=year))


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


def _recent(count: object, available: tuple[int, ...]) -> list[int]:
    if not available:
        return []
    if not isinstance(count, int):
        return list(available)
    newest = max(available)
    return list(range(newest - count + 1, newest + 1))
