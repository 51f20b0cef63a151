"""The training pairs: composed from our own phrases, frames, synonyms and sentences.

Every pair carries a group; two texts of one group are never each other's negatives.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from assistant.linker import PHRASES
from assistant.notation import expand
from ingest.form import read_yaml

DATA = files("eval") / "training" / "data"
VOCABULARY = files("ingest") / "forms" / "zfxxgk.vocabulary.yaml"
PER_ALIAS = 6  # expansions taken of one alias pattern


@dataclass(frozen=True, slots=True)
class Pair:
    left: str
    right: str
    group: str


def read(name: str) -> Any:
    return read_yaml(DATA / f"{name}.yaml")


def phrases(chance: random.Random) -> dict[str, list[str]]:
    """id → the ways people name it: our own phrases, then names and aliases of the form."""
    found = {key: list(dict.fromkeys(words)) for key, words in read_yaml(PHRASES).items()}
    vocabulary = read_yaml(VOCABULARY)
    for kind in ("items", "aspects", "derived", "groups"):
        for key, entry in vocabulary.get(kind, {}).items():
            known = found.setdefault(key, [])
            for alias in [entry["name"], *entry.get("aliases", [])]:
                forms = sorted(expand(alias))
                known += chance.sample(forms, min(PER_ALIAS, len(forms)))
    return {key: list(dict.fromkeys(words)) for key, words in found.items()}


def measure_pairs(chance: random.Random, each: int) -> Iterator[Pair]:
    """A question about a measure ↔ another way to name that measure."""
    frames, names = read("frames"), phrases(chance)
    for key, words in names.items():
        for _ in range(each):
            left, right = chance.choice(words), chance.choice(words[:20])
            yield Pair(_framed(left, frames, chance), right, f"measure:{key}")


def _framed(phrase: str, frames: dict[str, list[str]], chance: random.Random) -> str:
    frame = chance.choice(frames["count"])
    place, year = chance.choice(frames["places"]), chance.choice(frames["years"])
    return frame.replace("{x}", phrase).replace("{y}", year).replace("{p}", place)


def synonym_pairs(chance: random.Random, each: int) -> Iterator[Pair]:
    """A word in company ↔ its synonym in the same company, and the bare words."""
    groups: list[list[str]] = read("synonyms")
    for index, group in enumerate(groups):
        for _ in range(each):
            one, two = chance.sample(group, 2)
            other = chance.choice(chance.choice(groups))
            if chance.random() < 0.5:
                yield Pair(one, two, f"synonym:{index}")
            else:
                joined = (one + other, other + two) if chance.random() < 0.5 else (other + one, two)
                yield Pair(*joined, f"synonym:{index}")


def sentence_pairs(chance: random.Random, each: int) -> Iterator[Pair]:
    """A question ↔ a sentence that answers it, alone or among its neighbours."""
    entries = read("sentences")
    for index, entry in enumerate(entries):
        for _ in range(each):
            said = _numbered(chance.choice(entry["say"]), chance)
            if chance.random() < 0.3:
                said += "," + _numbered(chance.choice(entry["say"]), chance)
            yield Pair(chance.choice(entry["ask"]), said, f"sentence:{index}")


def _numbered(text: str, chance: random.Random) -> str:
    while "{n}" in text:
        text = text.replace("{n}", str(chance.choice([3, 12, 58, 240, 1305, 26.5])), 1)
    return text


def word_pairs(chance: random.Random, words: list[str], count: int) -> Iterator[Pair]:
    """A few of the words ↔ all of them: keeps words that we never wrote about apart."""
    for index in range(count):
        bag = chance.sample(words, 8)
        yield Pair("".join(chance.sample(bag, 2)), "".join(bag), f"words:{index}")


def all_pairs(seed: int, words: list[str]) -> list[Pair]:
    """Every pair of one training run, shuffled; the same for the same seed."""
    chance = random.Random(seed)
    pairs = [
        *measure_pairs(chance, 60),
        *synonym_pairs(chance, 24),
        *sentence_pairs(chance, 60),
        *word_pairs(chance, words, 6000),
    ]
    chance.shuffle(pairs)
    return pairs


def trained_texts() -> frozenset[str]:
    """Every bare text that training may have seen: names, aliases, phrases, synonyms, questions."""
    texts = {phrase for words in read_yaml(PHRASES).values() for phrase in words}
    vocabulary = read_yaml(VOCABULARY)
    for kind in ("items", "aspects", "derived", "groups"):
        for entry in vocabulary.get(kind, {}).values():
            for alias in [entry["name"], *entry.get("aliases", [])]:
                texts.update(expand(alias))
    texts.update(word for group in read("synonyms") for word in group)
    texts.update(question for entry in read("sentences") for question in entry["ask"])
    return frozenset(texts)
