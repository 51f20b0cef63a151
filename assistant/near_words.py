"""Known words by how they sound and are written: what a mistyped word is nearest to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache

from assistant import sounds
from assistant.catalog import Catalog
from assistant.lexicon import Lexicon, Sense
from assistant.normalize import normalize
from assistant.notation import expand

# A name with one of these in it is a phrase, which other phrases come too near to.
_PARTICLES = ("的", "了", "过")
_MOST_EXPANSIONS = 400


class NearWords:
    """Words by how they sound and are spelled."""

    def __init__(self, senses: dict[str, object], full: set[str], are_places: bool) -> None:
        self.senses = senses
        self.are_places = are_places
        self._full = full  # words that may also have a character too few
        self._by_key: dict[str, list[str]] = {}
        for word in senses:
            self._by_key.setdefault(sounds.key(word), []).append(word)
        self._shortened: dict[str, set[str]] = {}
        for word in full:
            for at, char in enumerate(word):
                if char not in sounds.NEGATIONS:
                    self._shortened.setdefault(word[:at] + word[at + 1 :], set()).add(word)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """Spelling → word, where only one sense is spelled so."""
        found: dict[str, set[object]] = {}
        words: dict[str, str] = {}
        for word, sense in self.senses.items():
            letters = sounds.spelling(word)
            found.setdefault(letters, set()).add(sense)
            words.setdefault(letters, word)
        return {
            letters: words[letters]
            for letters, all_ in found.items()
            if len(all_) == 1 and len(letters) >= 4
        }

    def near(self, typed: str) -> list[tuple[str, float]]:
        """Words that `typed` may be a slip of, with their cost; [] if `typed` is a word itself,
        or if words of different senses are about equally near."""
        if typed in self.senses:
            return []
        found = {word: cost for word, cost in self._near(typed) if cost < 1}
        if not found:
            return []
        best = min(found.values())
        close = [word for word, cost in found.items() if cost <= best + 0.1]
        if len({self.senses[word] for word in close}) > 1:
            return []
        word = min(close, key=lambda one: (found[one], one))
        return [(word, found[word])]

    def _near(self, typed: str) -> Iterator[tuple[str, float]]:
        for key in sounds.keys(typed):
            for word in self._by_key.get(key, ()):
                if _is_slip(typed, word):
                    yield word, _cost(typed, word)
        if len(typed) < 3:
            return
        for at, char in enumerate(typed):
            for other in sounds.look_alikes().get(char, ""):
                word = typed[:at] + other + typed[at + 1 :]
                if word in self.senses:
                    yield word, 0.4
        yield from self._moved(typed)

    def _moved(self, typed: str) -> Iterator[tuple[str, float]]:
        """Neighbours swapped, a character typed twice, one left out."""
        for at in range(len(typed) - 1):
            word = typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
            if word in self.senses:
                yield word, 0.5
            if typed[at] == typed[at + 1] and typed[:at] + typed[at + 1 :] in self.senses:
                yield typed[:at] + typed[at + 1 :], 0.3
        for word in self._shortened.get(typed, ()):
            yield word, 0.6


def _is_slip(typed: str, word: str) -> bool:
    """Enough of `word` stands in `typed`, and the rest sounds the same; nearly the same will do
    in a longer word only."""
    costs = [sounds.likeness(a, b) for a, b in zip(typed, word, strict=True)]
    shared = costs.count(0)
    rough = sum(1 for cost in costs if cost > 0.2)
    if len(word) <= 3:
        return shared >= len(word) - 1 and rough == 0
    return shared * 2 >= len(word) and rough <= 1


def _cost(typed: str, word: str) -> float:
    return sum(sounds.likeness(a, b) for a, b in zip(typed, word, strict=True)) / 2


@lru_cache(maxsize=4)
def near_names(lexicon: Lexicon) -> NearWords:
    data = sounds.slips()
    names = {
        word: sense
        for word, sense in _all_names(lexicon)
        if len(word.rstrip("".join(_PARTICLES))) > 2 and not word.isascii()
    }
    extra = {
        word: names.get(word, lexicon.names().get(word, word))
        for word in [*data["short"], *data["words"]]
    }
    vocabulary = lexicon.vocabulary
    full = {
        normalize(entry.name)
        for entries in (vocabulary.items, vocabulary.aspects)
        for entry in entries.values()
    }
    full = {name for name in full if len(name) >= 5 and name in names}
    return NearWords({**names, **extra}, full, are_places=False)


def _all_names(lexicon: Lexicon) -> Iterator[tuple[str, object]]:
    """Names with their sense; also those that aliases with many alternatives stand for."""
    yield from lexicon.names().items()
    vocabulary = lexicon.vocabulary
    for kind, entries in (
        ("item", vocabulary.items),
        ("aspect", vocabulary.aspects),
        ("derived", vocabulary.derived),
    ):
        for id_, entry in entries.items():
            for alias in entry.aliases:
                for word in expand(alias, _MOST_EXPANSIONS):
                    if 3 <= len(word) <= 8 and word not in lexicon.names():
                        yield normalize(word), Sense(kind, id_)


_places: list[tuple[dict[str, tuple[str, ...]], NearWords]] = []


def near_places(catalog: Catalog) -> NearWords:
    """The names of the stored publishers; kept for the last few catalogs."""
    for names, kept in _places:
        if names is catalog.names:
            return kept
    # 政府 at the end tells nothing of which place it is, and would outweigh a wrong name.
    made = NearWords(
        {
            word: owners
            for word, owners in catalog.names.items()
            if not word.isascii() and not word.endswith("政府")
        },
        set(),
        are_places=True,
    )
    _places.insert(0, (catalog.names, made))
    del _places[4:]
    return made
