"""Sections: which section of the form a question asks for as a whole, by number, title or name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.lexicon import FOLDER
from assistant.normalize import normalize
from assistant.numbers import YEAR
from ingest.form import built_in_forms, read_yaml

NUMERALS = "一二三四五六"


@dataclass(frozen=True)
class Section:
    """A section of the form, by its numeral and the titles it may bear; `asked` matches what
    people call it ("主要做了哪些工作")."""

    numeral: str
    titles: tuple[str, ...]
    asked: re.Pattern[str] | None = None

    def holds(self, heading: str) -> bool:
        return heading.startswith(self.numeral) or any(t in heading for t in self.titles)


def section_asked(question: str, ignore: Sequence[str] = ()) -> Section | None:
    """The section that a question asks for whole; `ignore` are names of places."""
    text = normalize(question)
    for section in _sections():
        number = NUMERALS.index(section.numeral) + 1
        by_number = re.search(rf"第[{section.numeral}{number}](?:部分|章|节|大项)", text)
        by_title = any(title in text for title in section.titles)
        if by_number or (by_title and _whole().search(text)) or _named(section, text, ignore):
            return section
    return None


def report_asked(question: str, ignore: Sequence[str] = ()) -> bool:
    """Whether the report as a whole is to be told ("总结这份报告"), nothing of it by name."""
    from assistant.quote_question import read_open, says_nothing, without

    text = YEAR.sub("", without(normalize(question), ignore)).replace(" ", "")
    if not re.search(_raw()["report"], text):
        return False
    rest = read_open(re.sub(_raw()["report"], " ", text), ignore)
    return not rest.parts and all(map(says_nothing, rest.words))


def names_section(question: str) -> bool:
    """Whether the words of a question are those of a section ("其他需要报告的事项有哪些")."""
    text = normalize(question)
    return any(
        (section.asked and section.asked.search(text))
        or any(title in text and _whole().search(text) for title in section.titles)
        for section in _sections()
    )


def _named(section: Section, text: str, ignore: Sequence[str]) -> bool:
    """By a name that people give it, with no other subject beside it."""
    if section.asked is None or not section.asked.search(text):
        return False
    from assistant.quote_question import read_open, says_nothing

    rest = read_open(section.asked.sub(" ", text), ignore)
    return not rest.parts and all(map(says_nothing, rest.words))


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    return dict(read_yaml(FOLDER / "topics.yaml")["sections"])


@lru_cache(maxsize=1)
def _whole() -> re.Pattern[str]:
    return re.compile(_raw()["whole"])


@lru_cache(maxsize=1)
def _sections() -> tuple[Section, ...]:
    names = _raw()["names"]
    return tuple(
        Section(
            numeral,
            tuple(normalize(title) for title in titles),
            re.compile(names[numeral]) if numeral in names else None,
        )
        for numeral, titles in built_in_forms()[0].sections.items()
    )
