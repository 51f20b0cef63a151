"""How characters sound and look: toneless readings, keys for words that sound alike, spellings.

Readings come from pypinyin's data file, read without importing the package (its import costs
several times as much). Nothing is read before the first call.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.lexicon import FOLDER
from ingest.errors import FormError
from ingest.form import read_yaml

_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "f": "h"}
_FINALS = {"ang": "an", "eng": "en", "ing": "in"}
_MOST_READINGS = 4
# Characters that make a no of a yes.
NEGATIONS = "不未没无非"


@lru_cache(maxsize=1)
def slips() -> dict[str, Any]:
    """The data of lexicon/slips.yaml."""
    return dict(read_yaml(FOLDER / "slips.yaml"))


def data_file(package: str, name: str) -> Path:
    """A data file of an installed package, found without importing it. Raises FormError."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (Path(folder) / name).is_file():
            return Path(folder) / name
    raise FormError(f"{package}: its data file {name} is missing")


@lru_cache(maxsize=1)
def _pinyin() -> dict[str, str]:
    text = data_file("pypinyin", "pinyin_dict.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@lru_cache(maxsize=32768)
def readings(char: str) -> tuple[str, ...]:
    """Toneless readings of `char`, ü as v, the usual one first; () for what is no Chinese."""
    toned = _pinyin().get(str(ord(char)), "")
    plain = [toneless(reading) for reading in toned.split(",") if reading]
    usual = slips()["readings"].get(char)
    return tuple(dict.fromkeys([usual, *plain] if usual else plain))[:_MOST_READINGS]


def toneless(reading: str) -> str:
    """lǜ → lv, zhòng → zhong."""
    marked = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return re.sub("[\u0300-\u036f]", "", marked)


@lru_cache(maxsize=4096)
def levelled(syllable: str) -> str:
    """The syllable without the differences that speakers mix up (zh/z, n/l, -ng/-n …)."""
    for initial, plain in _INITIALS.items():
        if syllable.startswith(initial):
            syllable = plain + syllable[len(initial) :]
            break
    for final, plain in _FINALS.items():
        if syllable.endswith(final):
            return syllable[: -len(final)] + plain
    return syllable


class _Table(dict[int, str]):
    """For str.translate: each character as its levelled usual syllable."""

    def __missing__(self, code: int) -> str:
        sounds = readings(chr(code))
        self[code] = found = (levelled(sounds[0]) if sounds else chr(code)) + "'"
        return found


class _Spelling(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = found = (readings(chr(code)) or (chr(code),))[0]
        return found


_KEYS, _SPELLINGS = _Table(), _Spelling()


def key(text: str) -> str:
    """Equal for texts of one length whose characters sound alike by their usual readings."""
    return text.translate(_KEYS)


def spelling(text: str) -> str:
    """Plain pinyin without tones and spaces."""
    return text.translate(_SPELLINGS)


def initials(text: str) -> str:
    return "".join((readings(char) or (char,))[0][0] for char in text)


@lru_cache(maxsize=65536)
def keys(text: str) -> tuple[str, ...]:
    """The keys of `text` by usual readings, and by another reading of any one character."""
    usual = [key(char) for char in text]
    found = ["".join(usual)]
    for at, char in enumerate(text):
        found += [
            "".join([*usual[:at], levelled(other) + "'", *usual[at + 1 :]])
            for other in readings(char)[1:]
        ]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=65536)
def likeness(typed: str, right: str) -> float:
    """What it costs to take one character for the other: 0 the same, 0.2 one sound, 0.3 nearly
    one sound, 0.4 alike in shape, 1 neither."""
    if typed == right:
        return 0.0
    mine, theirs = readings(typed), readings(right)
    if set(mine) & set(theirs):
        return 0.2
    if {levelled(s) for s in mine} & {levelled(s) for s in theirs}:
        return 0.3
    return 0.4 if right in look_alikes().get(typed, "") else 1.0


@lru_cache(maxsize=1)
def look_alikes() -> dict[str, str]:
    """Each character with those it is taken for by its shape."""
    found: dict[str, str] = {}
    for group in slips()["look_alike"]:
        for char in group:
            found[char] = found.get(char, "") + group.replace(char, "")
    return found


@lru_cache(maxsize=8192)
def is_word(text: str) -> bool:
    """Whether jieba's dictionary lists `text` (Chinese): what is a word of its own is no slip."""
    words, wanted = _dictionary(), text.encode()
    low, high = 0, len(words)
    while low < high:  # the file is in the order of its words
        start = words.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = words.find(b"\n", start)
        end = end if end >= 0 else len(words)
        word = words[start : words.find(b" ", start, end)]
        if word == wanted:
            return True
        if word < wanted:
            low = end + 1
        else:
            high = start
    return False


@lru_cache(maxsize=1)
def _dictionary() -> bytes:
    """The Chinese words of the file; those that begin with Latin letters stand first, unordered."""
    words = data_file("jieba", "dict.txt").read_bytes()
    return words[words.index("\n一 ".encode()) + 1 :]
