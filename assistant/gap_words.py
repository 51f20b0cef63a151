"""Gap words: whether a word that no list explains could change what is counted.

"跑口的, 赶稿子, 新收多少件": the unknown words speak of the asker. "教育类新收多少件": the unknown
word asks for a part that no table counts. A small classifier over the word (its embedding, its
part of speech) and where it stands tells the two apart. It never decides alone: known questions of
the same meaning must ask for the same (assistant/known_questions.py), and the answer says which
words were not used. Trained by eval/training/train_gap_words.py; card beside the weights.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from assistant.normalize import normalize
from assistant.slots import CONTENT
from assistant.tagger import Reading

WEIGHTS = files("assistant") / "models" / "gap-words.npz"
_CLAUSES = re.compile(r"[,，。.!！?？;；\n:：()（）\"“”「」~～]+|\s+")
_POS = tuple(
    re.findall("[a-z]+", "n v vn a ad an d r p c u m q t s f b z i l j nr ns nt nz y e o x g")
)
_KINDS = (
    "edge",
    "gap",
    "filler",
    "op",
    "quantity",
    "content",
    "place",
    "year",
    "and",
    "of",
    "other",
)
_ASKER = re.compile("[我俺咱您你他她]|大家|人家|谁")


@dataclass(frozen=True, slots=True)
class Gap:
    """An unexplained word [start, end) of the normalized question."""

    start: int
    end: int
    word: str


def chance_harmless(
    question: str, reading: Reading, embed: Callable[[Sequence[str]], Any]
) -> float:
    """How surely every unexplained word of `question` may be left out, 0..1."""
    gaps = gap_words(reading)
    if not gaps:
        return 0.0
    return float(_model().chance(features(question, reading, gaps, embed)).min())


def without_gaps(reading: Reading) -> str:
    """The normalized question without what no tag covers."""
    kept = [reading.text[tag.start : tag.end] for tag in reading.tags]
    return "".join(kept)


def gap_words(reading: Reading) -> list[Gap]:
    """The dictionary words that overlap what no tag covers; the bare characters where a tagged
    word holds the rest."""
    from assistant.words import segments_of

    covered = [False] * len(reading.text)
    for tag in reading.tags:
        covered[tag.start : tag.end] = [True] * (tag.end - tag.start)
    found, at = [], 0
    for word in segments_of(reading.text):
        at = reading.text.find(word, at)
        if at < 0:
            break
        if not all(covered[at : at + len(word)]):
            found.append(Gap(at, at + len(word), word))
        at += len(word)
    return found


def features(
    question: str, reading: Reading, gaps: Sequence[Gap], embed: Callable[[Sequence[str]], Any]
) -> np.ndarray:
    """One row a gap, float32 [n, d]: embedding, part of speech, length, neighbours, clause."""
    bounds = _clauses(question, reading.text)
    vectors = np.asarray(embed([gap.word for gap in gaps]), dtype=np.float32)
    placed = [_placed(gap, reading, bounds) for gap in gaps]
    return np.hstack([vectors, np.asarray(placed, dtype=np.float32)])


def _clauses(question: str, text: str) -> list[tuple[int, int]]:
    """Where the clauses of `question` lie in its normalized `text`; one where they do not join."""
    parts = [part for part in map(normalize, _CLAUSES.split(question)) if part]
    if "".join(parts) != text:
        return [(0, len(text))]
    bounds, at = [], 0
    for part in parts:
        bounds.append((at, at + len(part)))
        at += len(part)
    return bounds


def _placed(gap: Gap, reading: Reading, bounds: list[tuple[int, int]]) -> list[float]:
    start, end = next((b for b in bounds if b[0] <= gap.start < b[1]), bounds[0])
    inside = [tag for tag in reading.tags if start <= tag.start < end]
    text = reading.text
    kinds = {_kind(tag.kind) for tag in inside}
    content = [tag for tag in inside if tag.kind in CONTENT]
    near = min(
        (min(abs(tag.start - gap.end), abs(gap.start - tag.end)) for tag in content), default=99
    )
    after = text[gap.end : gap.end + 1]
    follows = next((tag for tag in content if tag.start >= gap.end), None)
    return [
        *_one_hot(_part_of_speech(gap.word), _POS),
        *_one_hot(_beside(gap.start, reading, start, before=True), _KINDS),
        *_one_hot(_beside(gap.end, reading, end, before=False), _KINDS),
        *(float(len(gap.word) == n) for n in (1, 2, 3)),
        float(gap.word.isascii()),
        float(after == "的"),
        float(after in tuple("类型种")),
        float(follows is not None and text[gap.end : follows.start] in ("", "的")),
        float(near == 0),
        float(near <= 2),
        float(not content),
        float("quantity" in kinds),
        float("place" in kinds or "year" in kinds),
        float(bool(_ASKER.search(text[start:end]))),
        float(bool(_ASKER.search(text[start : gap.start]))),
        float(start == 0),
        float(end == len(text)),
        float(len(bounds) > 1),
        float(gap.start == start),
        float(gap.end == end),
        min(end - start, 20) / 20,
        min(gap.start - start, 20) / 20,
        sum(1 for tag in inside if tag.kind == "filler") / (1 + len(inside)),
    ]


def _kind(kind: str) -> str:
    if kind in CONTENT:
        return "content"
    return kind if kind in _KINDS else "other"


def _beside(at: int, reading: Reading, edge: int, before: bool) -> str:
    if at == edge:
        return "edge"
    for tag in reading.tags:
        if (tag.end if before else tag.start) == at:
            return _kind(tag.kind)
    return "gap"


def _one_hot(value: str, values: Sequence[str]) -> list[float]:
    return [float(value == one) for one in values]


@lru_cache(maxsize=1)
def _dictionary() -> bytes:
    import jieba

    return (Path(jieba.__file__).parent / "dict.txt").read_bytes()


@lru_cache(maxsize=4096)
def _part_of_speech(word: str) -> str:
    """As jieba's dictionary has it: n, v, nr, …; x where it does not know the word."""
    found = re.search(rb"(?:^|\n)" + re.escape(word.encode()) + rb" \d+ ([a-z]+)", _dictionary())
    tag = found[1].decode() if found else "x"
    return tag if tag in _POS else tag[:1] if tag[:1] in _POS else "x"


class _Model:
    """A perceptron with one hidden layer: chance [n] that each row is harmless."""

    def __init__(self, weights: Any) -> None:
        self._layers = [(weights[f"w{i}"], weights[f"b{i}"]) for i in range(2)]
        self._mean, self._scale = weights["mean"], weights["scale"]

    def chance(self, rows: np.ndarray) -> np.ndarray:
        hidden = (rows - self._mean) / self._scale
        (first, bias), (last, offset) = self._layers
        hidden = np.maximum(hidden @ first + bias, 0)
        return np.asarray(1 / (1 + np.exp(-(hidden @ last + offset)[:, 0])))


@lru_cache(maxsize=1)
def _model() -> _Model:
    with WEIGHTS.open("rb") as file:
        loaded = np.load(file)
        return _Model({name: loaded[name].astype(np.float32) for name in loaded.files})
