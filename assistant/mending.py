"""Mending: typing slips, homophones and pinyin, linked to names that are known, always aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.catalog import Catalog
from assistant.lexicon import Lexicon, Match, Sense
from assistant.messages import message
from assistant.tagger import Reading

_NOISE = re.compile(r"^[\s%+.]*$")
_FUZZY_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "f": "h"}
_FUZZY_FINAL = {"ang": "an", "eng": "en", "ing": "in"}
# Two characters with one sound are too common to be a slip of a longer name.
_SHORTEST = 3


def is_noise(gap: str) -> bool:
    """Whether a gap carries no meaning at all."""
    return bool(_NOISE.match(gap))


@lru_cache(maxsize=65536)
def syllables(text: str) -> tuple[str, ...]:
    """The toneless pinyin of each character, with sounds that are often confused levelled."""
    from pypinyin import Style, lazy_pinyin

    return tuple(_level(s) for char in text for s in lazy_pinyin(char, style=Style.NORMAL))


def _level(syllable: str) -> str:
    for initial, plain in _FUZZY_INITIAL.items():
        if syllable.startswith(initial):
            syllable = plain + syllable[len(initial) :]
            break
    for final, plain in _FUZZY_FINAL.items():
        if syllable.endswith(final):
            return syllable[: -len(final)] + plain
    return syllable


class _Sounds:
    """Names by how they sound, and by their plain pinyin spelling."""

    def __init__(self, names: dict[str, tuple[Sense, object]]) -> None:
        self.by_sound: dict[tuple[str, ...], list[str]] = {}
        self.by_spelling: dict[str, list[str]] = {}
        self.names = names
        for name in names:
            if name.isascii():
                continue
            self.by_sound.setdefault(syllables(name), []).append(name)
            self.by_spelling.setdefault(_spelling(name), []).append(name)
        self.lengths = sorted({len(key) for key in self.by_sound}, reverse=True)


def _spelling(name: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name, style=Style.NORMAL))


@lru_cache(maxsize=4)
def _lexicon_sounds(lexicon: Lexicon) -> _Sounds:
    return _Sounds({
        name: (sense, None) for name, sense in lexicon.names().items() if len(name) >= _SHORTEST
    })


@lru_cache(maxsize=4)
def _catalog_sounds(key: tuple[tuple[str, tuple[str, ...]], ...]) -> _Sounds:
    return _Sounds({name: (Sense("place"), owners) for name, owners in key})


def candidates(reading: Reading, lexicon: Lexicon, catalog: Catalog) -> list[Match]:
    """Matches for spans that hold a gap and sound like (or are the pinyin of) a known name, or
    differ from one in a single character."""
    places = _catalog_sounds(tuple(sorted(catalog.names.items())[:5000]))
    found: list[Match] = []
    for sounds in (_lexicon_sounds(lexicon), places):
        found += _homophones(reading, sounds)
        found += _spelled(reading, sounds)
        found += _one_off(reading, sounds)
    return found


def notes(reading: Reading) -> list[str]:
    return [
        message("mended", typed=tag.text, name=tag.corrected_from)
        for tag in reading.tags if tag.corrected_from
    ]


def _gap_spans(reading: Reading) -> list[tuple[int, int]]:
    covered = [False] * len(reading.text)
    for tag in reading.tags:
        for at in range(tag.start, tag.end):
            covered[at] = True
    return [(at, at + 1) for at, done in enumerate(covered) if not done]


def _windows(reading: Reading, lengths: Iterable[int]) -> Iterable[tuple[int, int]]:
    gaps = [start for start, _ in _gap_spans(reading)]
    for length in lengths:
        for start in range(len(reading.text) - length + 1):
            if any(start <= at < start + length for at in gaps):
                yield start, start + length


def _homophones(reading: Reading, sounds: _Sounds) -> list[Match]:
    found = []
    for start, end in _windows(reading, sounds.lengths):
        typed = reading.text[start:end]
        if typed.isascii() or any(char.isdigit() for char in typed):
            continue
        names = sounds.by_sound.get(syllables(typed), [])
        same = [n for n in names if _shared(n, typed) >= (1 if len(typed) == 2 else len(typed) // 2)]
        if same and len({sounds.names[n] for n in same}) == 1:
            found.append(_match(start, end, same[0], sounds))
    return found


def _spelled(reading: Reading, sounds: _Sounds) -> list[Match]:
    found = []
    for word in re.finditer(r"[a-z]+(?: [a-z]+)*", reading.text):
        for start, end in _word_spans(word[0]):
            names = sounds.by_spelling.get(word[0][start:end].replace(" ", ""), [])
            if names and len({sounds.names[n] for n in names}) == 1:
                found.append(
                    _match(word.start() + start, word.start() + end, names[0], sounds))
    return found


def _word_spans(words: str) -> list[tuple[int, int]]:
    starts = [0, *(m.end() for m in re.finditer(" ", words))]
    ends = [*(m.start() for m in re.finditer(" ", words)), len(words)]
    return [(a, b) for a in starts for b in ends if b - a >= 4]


def _one_off(reading: Reading, sounds: _Sounds) -> list[Match]:
    """One character wrong in a name of four or more, where just one name is that close."""
    found = []
    by_length: dict[int, list[str]] = {}
    for name in sounds.names:
        if len(name) >= 4 and not name.isascii():
            by_length.setdefault(len(name), []).append(name)
    for start, end in _windows(reading, sorted(by_length)):
        typed = reading.text[start:end]
        close = [n for n in by_length[end - start] if _shared(n, typed) == len(typed) - 1
                 and _is_slip(n, typed)]
        if close and len({sounds.names[n] for n in close}) == 1:
            found.append(_match(start, end, close[0], sounds))
    return found


def _is_slip(name: str, typed: str) -> bool:
    """The differing character sounds like the right one in its first or last part; a character
    of another meaning (不 for 予) is no slip."""
    for right, wrong in zip(name, typed, strict=True):
        if right != wrong:
            a, b = syllables(right)[0], syllables(wrong)[0]
            return wrong not in "不未没无非" and right not in "不未没无非" and (
                a[-2:] == b[-2:] or a[:2] == b[:2])
    return False


def _shared(name: str, typed: str) -> int:
    return sum(a == b for a, b in zip(name, typed, strict=True))


def _match(start: int, end: int, name: str, sounds: _Sounds) -> Match:
    sense, value = sounds.names[name]
    return Match(start, end, sense, corrected_from=name, value=value)
