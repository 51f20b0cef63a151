"""Lexicon: every name and cue word of the YAML files as matchers that mark spans of a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.normalize import normalize
from assistant.notation import expand, is_plain, to_regex
from ingest.form import Form, Vocabulary, built_in_forms, read_yaml

FOLDER = files("assistant") / "lexicon"


@dataclass(frozen=True, slots=True)
class Sense:
    """What a span may mean: a kind (item, aspect, op, filler …) and an id or value in it."""

    kind: str
    id: str = ""
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A span [start, end) of the normalized question with one sense."""

    start: int
    end: int
    sense: Sense
    corrected_from: str = ""  # the words as typed, where a slip was mended
    value: Any = None  # years, numbers, publishers: what the span stands for


class Lexicon:
    """Names (literals in a table by text, patterns as regular expressions)."""

    def __init__(self, vocabulary: Vocabulary, cues: dict[str, Any], words: dict[str, Any]) -> None:
        self.vocabulary = vocabulary
        self.words = words
        self._literals: dict[str, list[Sense]] = {}
        self._patterns: list[tuple[re.Pattern[str], Sense]] = []
        self._plain_names: dict[str, Sense] = {}
        self._joined: dict[str, re.Pattern[str]] = {}
        self._add_vocabulary()
        for op, aliases in cues.items():
            self._add(aliases, Sense("op", op))
        self._add_words()
        self._longest = max(map(len, self._literals))

    @classmethod
    def built_in(cls) -> Lexicon:
        return _built_in()

    @property
    def chatter(self) -> tuple[str, ...]:
        """Words of small talk."""
        return tuple(word for alias in self.words["chatter"] for word in expand(alias, 500))

    def pattern(self, name: str) -> re.Pattern[str]:
        """The aliases of `words.yaml` under `name` as one regular expression; ^ and $ stand for
        the ends of the text."""
        if name not in self._joined:
            found = "|".join(to_regex(alias) for alias in self.words[name])
            self._joined[name] = re.compile(found.replace(r"\^", "^").replace(r"\$", "$"))
        return self._joined[name]

    def names(self) -> dict[str, Sense]:
        """Names of items, aspects, derived measures and groups without notation, for mending
        typing slips; the most exact sense of each."""
        return self._plain_names

    def matches(self, text: str) -> Iterator[Match]:
        """Every span of `text` (normalized) that some name or cue matches."""
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                for sense in self._literals.get(text[start:end], ()):
                    if _whole_word(text, start, end):
                        yield Match(start, end, sense)
        for pattern, sense in self._patterns:
            for found in pattern.finditer(text):
                start, end = found.span(1)
                if end > start and _whole_word(text, start, end):
                    yield Match(start, end, sense)

    def _add_vocabulary(self) -> None:
        kinds = (
            ("item", self.vocabulary.items),
            ("aspect", self.vocabulary.aspects),
            ("derived", self.vocabulary.derived),
            ("group", self.vocabulary.groups),
            ("prose", self.vocabulary.prose),
            ("topic", self.vocabulary.topics),
        )
        for kind, entries in kinds:
            for id_, entry in entries.items():
                self._add((entry.name, *entry.aliases), Sense(kind, id_), named=True)
                self._add(getattr(entry, "weak", ()), Sense(kind, id_, weak=True))

    def _add_words(self) -> None:
        words = self.words
        for entry in words["quantity"]:
            self._add(entry["patterns"], Sense("quantity", entry["unit"]))
        for name, aliases in words["years"].items():
            if name != "recent":
                self._add(aliases, Sense("year_word", name))
        for name, aliases in words["pronouns"].items():
            self._add(aliases, Sense("pronoun", name))
        self._add(words.get("narrowing", ()), Sense("narrowing"))
        for kind in words["single"]:
            self._add(words[kind], Sense(kind))

    def _add(self, aliases: Iterable[str], sense: Sense, named: bool = False) -> None:
        for alias in aliases:
            if is_plain(alias):
                self._add_literal(normalize(alias), sense, named)
                continue
            strings = expand(alias)
            if strings:
                for text in strings:
                    self._add_literal(normalize(text), sense, named)
            else:
                # In a lookahead, so that a match is found at every position, overlapping or not.
                self._patterns.append((re.compile(f"(?=({to_regex(alias.lower())}))"), sense))

    def _add_literal(self, text: str, sense: Sense, named: bool) -> None:
        if not text:
            return
        senses = self._literals.setdefault(text, [])
        if sense not in senses:
            senses.append(sense)
        if named and not sense.weak:
            self._plain_names.setdefault(text, sense)


def _whole_word(text: str, start: int, end: int) -> bool:
    """Latin words match whole words only; Chinese has no word boundary."""

    def inside(at: int) -> bool:
        left, right = text[at - 1 : at], text[at : at + 1]
        return left.isascii() and right.isascii() and left.isalpha() and right.isalpha()

    return not inside(start) and not inside(end)


def merged_vocabulary(forms: Iterable[Form]) -> Vocabulary:
    """One vocabulary of all forms; of two entries with one id the newest form's stays."""
    merged: dict[str, dict[str, Any]] = {}
    for form in forms:
        for part in ("items", "aspects", "derived", "groups", "prose", "topics"):
            for id_, entry in getattr(form.vocabulary, part).items():
                merged.setdefault(part, {}).setdefault(id_, entry)
    parts: dict[str, Any] = {"prose": {}, "topics": {}, "groups": {}, "derived": {}, **merged}
    return Vocabulary.model_construct(None, **parts)


@lru_cache(maxsize=1)
def _built_in() -> Lexicon:
    cues = read_yaml(FOLDER / "operations.yaml")
    words = read_yaml(FOLDER / "words.yaml")
    return Lexicon(merged_vocabulary(built_in_forms()), cues, words)
