"""Questions typed in Latin letters: English words, pinyin and initials turned into the Chinese
words they stand for, word by word. What stands for nothing known stays as it was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant import sounds
from assistant.lexicon import FOLDER, Lexicon
from assistant.notation import expand
from ingest.form import read_yaml

_RUN = re.compile(r"[a-z]+(?:[ '][a-z]+)*")
# A run of letters shorter than this is pinyin only as a word of the list of question words.
_SHORTEST_NAME = 4
_WORTH = 1.3
_UNKNOWN = -50.0
# English is preferred to pinyin of the same length, a name that spans several words to its parts.
_PINYIN = 0.98


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a run: [start, end) of the text stands for `word`."""

    start: int
    end: int
    word: str


Place = dict[str, str]  # spelling → the place name; only where it is the name of one publisher


def translate(
    text: str, tagged: list[tuple[int, int]], lexicon: Lexicon, places: Place
) -> list[Piece]:
    """The pieces of the Latin runs of `text`; none for a run that `tagged` spans cover."""
    found: list[Piece] = []
    for run in _RUN.finditer(text):
        covered = sum(
            min(end, run.end()) - max(start, run.start())
            for start, end in tagged
            if start < run.end() and end > run.start()
        )
        if covered + run[0].count(" ") < len(run[0]):
            names = _tagged_words(run.start(), run[0], tagged)
            found += _best(run.start(), run[0], names, lexicon, places)
    return found


def _tagged_words(start: int, run: str, tagged: list[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(a - start, b - start) for a, b in tagged if a >= start and b <= start + len(run)}


def _best(
    start: int, run: str, names: set[tuple[int, int]], lexicon: Lexicon, places: Place
) -> list[Piece]:
    """The row of pieces that explains most of the run, by the best path over its letters."""
    best: list[tuple[float, Piece | None]] = [(float("-inf"), None) for _ in range(len(run) + 1)]
    best[0] = (0.0, None)
    for at in range(len(run)):
        score = best[at][0]
        if score == float("-inf"):
            continue
        if run[at] in " '":
            best[at + 1] = max(best[at + 1], (score, Piece(at, at + 1, "")), key=_score)
            continue
        for worth, piece in _options(run, at, names, lexicon, places):
            best[piece.end] = max(best[piece.end], (score + worth, piece), key=_score)
    return _row(start, run, best)


def _score(step: tuple[float, Piece | None]) -> float:
    return step[0]


def _row(start: int, run: str, best: list[tuple[float, Piece | None]]) -> list[Piece]:
    """The pieces on the best path, as positions in the whole text."""
    row: list[Piece] = []
    at = len(run)
    while at > 0:
        step = best[at][1]
        if step is None:  # never: an unknown word reaches every word's end
            return []
        if run[step.start : step.end].strip(" '"):
            row.append(Piece(start + step.start, start + step.end, step.word))
        at = step.start
    return row[::-1]


def _options(
    run: str, at: int, names: set[tuple[int, int]], lexicon: Lexicon, places: Place
) -> list[tuple[float, Piece]]:
    begins = at == 0 or run[at - 1] in " '"
    found: list[tuple[float, Piece]] = []
    pinyin, letters = _pinyin_words(lexicon), ""
    for end in range(at + 1, min(len(run), at + _longest(lexicon)) + 1):
        if run[end - 1] in " '":
            continue
        letters += run[end - 1]
        ends = end == len(run) or run[end] in " '"
        whole = begins and ends
        word = pinyin.get(letters) or places.get(letters)
        if word:
            found.append((_PINYIN * len(letters) ** _WORTH, Piece(at, end, word)))
        if whole:
            found += _english_options(run, at, end, names)
            if " " not in run[at:end]:
                found += _other_words(run, at, end, lexicon)
    return found


def _english_options(
    run: str, at: int, end: int, names: set[tuple[int, int]]
) -> list[tuple[float, Piece]]:
    typed = run[at:end]
    found = []
    if (at, end) in names:  # a word that the lexicon knows stays
        found.append((len(typed) ** _WORTH, Piece(at, end, typed)))
    if typed in _english():
        found.append((1.01 * len(typed) ** _WORTH, Piece(at, end, _english()[typed])))
    return found


def _other_words(run: str, at: int, end: int, lexicon: Lexicon) -> list[tuple[float, Piece]]:
    word = _initials(lexicon).get(run[at:end])
    if word:
        return [(0.9 * (end - at) ** _WORTH, Piece(at, end, word))]
    return [(_UNKNOWN - (end - at), Piece(at, end, run[at:end]))]


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    found: dict[str, str] = {}
    for word, aliases in read_yaml(FOLDER / "english.yaml").items():
        for alias in aliases:
            for phrase in expand(alias, limit=2048):
                # A phrase of a subject is worth more than the same words as a filler.
                if word or phrase.strip() not in found:
                    found[" ".join(phrase.split())] = word
    return found


@lru_cache(maxsize=4)
def _pinyin_words(lexicon: Lexicon) -> dict[str, str]:
    """Spelling → word: the listed question words, then names; none where senses differ."""
    found: dict[str, str] = {}
    for word in sounds.slips()["spelled"]:
        found.setdefault(sounds.spelling(word), word)
    listed = set(found)
    senses = lexicon.names()
    doubtful: set[str] = set()
    for word in [*sounds.slips()["short"], *sounds.slips()["words"], *senses]:
        letters = "" if word.isascii() else sounds.spelling(word)
        if letters in listed or len(letters) < _SHORTEST_NAME or not letters.isalpha():
            continue
        known = found.setdefault(letters, word)
        if senses.get(known) != senses.get(word):
            doubtful.add(letters)
    return {letters: word for letters, word in found.items() if letters not in doubtful}


@lru_cache(maxsize=4)
def _initials(lexicon: Lexicon) -> dict[str, str]:
    """First letters of the names of four characters or more, where one name has them."""
    vocabulary = lexicon.vocabulary
    found: dict[str, set[str]] = {}
    for entries in (vocabulary.items, vocabulary.aspects):
        for entry in entries.values():
            if len(entry.name) >= _SHORTEST_NAME:
                found.setdefault(sounds.initials(entry.name), set()).add(entry.name)
    return {
        letters: names.pop()
        for letters, names in found.items()
        if len(names) == 1 and letters.isascii() and letters.isalpha()
    }


@lru_cache(maxsize=4)
def _longest(lexicon: Lexicon) -> int:
    return 2 * max(map(len, _pinyin_words(lexicon)))
