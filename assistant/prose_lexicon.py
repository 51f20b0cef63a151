"""The patterns and word lists behind answers from prose, read once from lexicon/prose.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ingest.form import read_yaml

LEXICON = files("assistant") / "lexicon" / "prose.yaml"


@dataclass(frozen=True, slots=True)
class ProseLexicon:
    asks: tuple[re.Pattern[str], ...]
    no_number: re.Pattern[str]
    quantity: re.Pattern[str]
    kinds: re.Pattern[str]
    measured: re.Pattern[str]
    counted: re.Pattern[str]
    breaks: re.Pattern[str]
    each_of_two: re.Pattern[str]
    counters: dict[str, frozenset[str]]  # class → counters
    no_counter: tuple[str, ...]
    mix: dict[frozenset[str], float]
    expects: dict[str, re.Pattern[str]]  # class → what in a question calls for it
    growth_figure: re.Pattern[str]
    growth_question: re.Pattern[str]
    growth_words: frozenset[str]
    increment_figure: re.Pattern[str]
    increment_question: re.Pattern[str]
    negation_figure: re.Pattern[str]
    negation_question: re.Pattern[str]
    means: re.Pattern[str]
    channels: re.Pattern[str]
    media: tuple[str, ...]
    media_together: re.Pattern[str]
    telling: re.Pattern[str]
    aspects: re.Pattern[str]
    each: re.Pattern[str]
    whole: re.Pattern[str]
    planned: re.Pattern[str]
    plan_question: re.Pattern[str]
    span: str
    joined: frozenset[str]
    stop: frozenset[str]
    light: frozenset[str]
    generic: frozenset[str]
    abstract: frozenset[str]  # classes of counters of which the thing is seldom named after
    synonyms: dict[str, frozenset[str]]  # word → the others of its groups

    def classes(self, counter: str) -> frozenset[str]:
        """The classes a counter belongs to; 万条 counts as 条. Empty for an unknown counter."""
        plain = counter.lstrip("多余")
        plain = plain if plain in self._known() else plain.lstrip("百千万亿余多")
        return frozenset(name for name, words in self.counters.items() if plain in words)

    def names_counter(self, text: str) -> bool:
        """Whether a counter of more than one character stands in `text` ("方面的")."""
        return any(len(word) > 1 and word in text for word in self._known())

    def _known(self) -> frozenset[str]:
        return frozenset().union(*self.counters.values())


@lru_cache(maxsize=1)
def prose_lexicon() -> ProseLexicon:
    raw = read_yaml(LEXICON)
    counters = {name: frozenset(words) for name, words in raw["counters"].items()}
    units = sorted({unit for words in counters.values() for unit in words}, key=len, reverse=True)
    alternatives = "|".join(re.escape(unit) for unit in units)
    return ProseLexicon(
        asks=tuple(re.compile(text.replace("{units}", alternatives)) for text in raw["asks"]),
        no_number=re.compile(raw["no_number"]),
        quantity=re.compile(raw["quantity"]),
        kinds=re.compile(raw["kinds"]),
        measured=re.compile(raw["measured"]),
        counted=re.compile(raw["counted"].replace("{units}", alternatives)),
        breaks=re.compile(raw["breaks"]),
        each_of_two=re.compile(raw["each_of_two"].replace("{units}", alternatives)),
        counters=counters,
        no_counter=tuple(raw["no_counter"]),
        mix={frozenset(pair[:2]): float(pair[2]) for pair in raw["mix"]},
        expects={name: re.compile(text) for name, text in raw["expects"].items()},
        growth_figure=re.compile(raw["growth"]["figure"]),
        growth_question=re.compile(raw["growth"]["question"]),
        growth_words=frozenset(raw["growth"]["words"]),
        increment_figure=re.compile(raw["increment"]["figure"]),
        increment_question=re.compile(raw["increment"]["question"]),
        negation_figure=re.compile(raw["negation"]["figure"]),
        negation_question=re.compile(raw["negation"]["question"]),
        means=re.compile(raw["means"]),
        channels=re.compile(raw["channels"]),
        media=tuple(raw["media"]),
        media_together=_together(raw["media"]),
        telling=re.compile(raw["telling"]),
        aspects=re.compile(raw["aspects"]),
        each=re.compile(raw["each"]),
        whole=re.compile(raw["whole"]),
        planned=re.compile(raw["planned"]),
        plan_question=re.compile(raw["plan_question"]),
        span=raw["span"],
        joined=frozenset(raw["joined"]),
        stop=frozenset(raw["stop"]),
        light=frozenset(raw["light"]),
        generic=frozenset(raw["generic"]),
        abstract=frozenset(raw["abstract"]),
        synonyms=_synonyms(raw["synonyms"]),
    )


def _together(names: list[str]) -> re.Pattern[str]:
    """Two or more of `names` in a row, joined or not."""
    one = "(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + ")"
    return re.compile(f"{one}(?:(?:、|和|与|及|以及|平台)?{one})+")


def _synonyms(groups: list[list[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in groups:
        for word in group:
            found.setdefault(word, set()).update(other for other in group if other != word)
    return {word: frozenset(others) for word, others in found.items()}
