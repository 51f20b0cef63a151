"""Link a phrase that no name matches exactly to an item, aspect or derived measure by meaning,
and propose corrections of a mistyped name (同音字, swapped or missing characters)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from importlib.resources import files

from assistant.notation import expand
from assistant.words import levelled
from ingest.embedding import Embedder
from ingest.form import Vocabulary, read_yaml

PHRASES = files("assistant") / "lexicon" / "measure_phrases.yaml"
PER_ALIAS = 12  # strings taken of one alias pattern, spread evenly over its expansions

Entry = tuple[str, str, Sequence[str]]  # id, name, aliases (in the notation of the lexicons)


class Linker:
    """Nearest named thing by the embedding of its names.

    Scores are cosines in -1..1. `THRESHOLD` and `MARGIN` are measured on
    eval/gold/retrieval/linker-dev.yaml: below either, ask back rather than take the first.
    """

    THRESHOLD = 0.72
    MARGIN = 0.08

    def __init__(self, entries: Iterable[Entry], embedder: Embedder) -> None:
        self._embedder = embedder
        named = dict.fromkeys(
            (identity, form)
            for identity, name, aliases in entries
            for alias in (name, *aliases)
            for form in _spread(alias)
        )
        self._ids = [identity for identity, _ in named]
        self._rows = embedder.embed([form for _, form in named])

    @classmethod
    def of_vocabulary(cls, vocabulary: Vocabulary, embedder: Embedder) -> Linker:
        """Items, aspects and derived measures with their aliases and our colloquial phrases."""
        phrases: dict[str, list[str]] = read_yaml(PHRASES)
        kinds = (vocabulary.items, vocabulary.aspects, vocabulary.derived)
        entries = [
            (identity, entry.name, (*entry.aliases, *phrases.get(identity, ())))
            for kind in kinds
            for identity, entry in kind.items()
        ]
        return cls(entries, embedder)

    def link(self, phrase: str, k: int = 5) -> list[tuple[str, float]]:
        """The `k` nearest ids, best first, each with the cosine of its nearest name."""
        scores = self._rows @ self._embedder.embed([phrase])[0]
        best: dict[str, float] = {}
        for identity, score in zip(self._ids, scores.tolist(), strict=True):
            best[identity] = max(score, best.get(identity, -1.0))
        return sorted(best.items(), key=lambda pair: -pair[1])[:k]

    def sure(self, phrase: str) -> str | None:
        """The id meant, or None when the phrase is too far from all or between two."""
        found = self.link(phrase, 2)
        if not found or found[0][1] < self.THRESHOLD:
            return None
        clear = len(found) == 1 or found[0][1] - found[1][1] >= self.MARGIN
        return found[0][0] if clear else None


def _spread(alias: str) -> list[str]:
    forms = expand(alias)
    step = max(1, len(forms) // PER_ALIAS)
    return list(forms[::step][:PER_ALIAS])


@dataclass(frozen=True, slots=True)
class Correction:
    """A stored name that a mistyped phrase may stand for; `sound`: it is read the same."""

    name: str
    score: float
    sound: bool


CORRECTION_FLOOR = 0.72


def correct(phrase: str, names: Iterable[str], k: int = 3) -> list[Correction]:
    """Names close to `phrase` in sound or in writing, best first; an exact name scores 1.

    Sound is compared by syllables, with the pairs that speakers mix up
    (zh/z, ch/c, sh/s, n/l, -ng/-n) levelled. Nothing under `CORRECTION_FLOOR` is proposed.
    """
    found = [_compared(levelled(phrase), name) for name in dict.fromkeys(names)]
    close = [one for one in found if one.score >= CORRECTION_FLOOR]
    return sorted(close, key=lambda one: (-one.score, one.name))[:k]


def _compared(phrase: str, name: str) -> Correction:
    plain = levelled(name)
    if phrase == plain:
        return Correction(name, 1.0, True)
    left, right = _syllables(phrase), _syllables(plain)
    if left == right:
        return Correction(name, _SAME_TONES if _tones(phrase) == _tones(plain) else 0.88, True)
    written = SequenceMatcher(None, phrase, plain, autojunk=False).ratio()
    return Correction(name, round(max(written, 0.95 * _spoken(left, right)), 4), False)


_SAME_TONES = 0.97
_LEVEL = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


def _spoken(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    """Mean likeness of the syllables; one that sounds quite different (东, 西) counts nothing."""
    if len(left) != len(right):
        return SequenceMatcher(None, left, right, autojunk=False).ratio()
    alike = [SequenceMatcher(None, a, b).ratio() for a, b in zip(left, right, strict=True)]
    return sum(one for one in alike if one >= 0.6) / max(len(alike), 1)


@lru_cache(maxsize=65536)
def _syllables(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(_level(syllable) for syllable in lazy_pinyin(text))


@lru_cache(maxsize=65536)
def _tones(text: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(text, style=Style.TONE3))


def _level(syllable: str) -> str:
    for mixed, plain in _LEVEL:
        syllable = syllable.replace(mixed, plain)
    return "l" + syllable[1:] if syllable.startswith("n") and len(syllable) > 1 else syllable
