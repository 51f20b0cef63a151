"""Tagger: the best reading of a question as a row of non-overlapping spans.

Every name, cue, year and number that matches somewhere is a candidate; a shortest-path search
keeps the row with the best score, where a long match beats the short ones inside it and words
with a subject beat fillers. What no span covers is a gap, and a gap is never ignored silently.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.catalog import Catalog, known_places
from assistant.lexicon import Lexicon, Match, Sense
from assistant.numbers import number_matches

# What a span of one character is worth by kind; longer ones grow with length ** GROWTH.
_WEIGHT = {
    "filler": 0.66,
    "of": 0.62,
    "ellipsis": 0.66,
    "and": 0.7,
    "negation": 0.7,
    "number": 0.8,
    "op": 0.97,
    "quantity": 0.95,
    "unknown_place": 0.9,
    "here": 0.8,
    "correction": 0.9,
}
_GROWTH = 1.35
_GAP = -0.4
_DIVISIONS = tuple("省市区县州旗镇乡")


@dataclass(frozen=True, slots=True)
class Tag:
    """A chosen span: all senses that the winning text has."""

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...]
    value: object = None
    corrected_from: str = ""

    def of(self, kind: str) -> Sense | None:
        """Its sense of that kind, if it has one."""
        return next((sense for sense in self.senses if sense.kind == kind), None)

    def ids(self, kind: str) -> tuple[str, ...]:
        return tuple(sense.id for sense in self.senses if sense.kind == kind)

    @property
    def kind(self) -> str:
        return self.senses[0].kind


@dataclass(frozen=True, slots=True)
class Reading:
    """The tags of a question in order, and the gaps that no tag covers."""

    text: str
    tags: tuple[Tag, ...]
    gaps: tuple[str, ...]

    def all(self, kind: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.kind == kind]


def read(text: str, lexicon: Lexicon, catalog: Catalog, extra: Iterable[Match] = ()) -> Reading:
    """The best reading of `text` (normalized). `extra` are further candidates (mended slips)."""
    matches = [*lexicon.matches(text), *number_matches(text), *_places(text, catalog), *extra]
    by_end: dict[int, list[tuple[float, Match]]] = {}
    for match in matches:
        by_end.setdefault(match.end, []).append((_score(match), match))
    chosen = _best_path(len(text), by_end)
    return _reading(text, chosen, matches)


def _score(match: Match) -> float:
    weight = _WEIGHT.get(match.sense.kind, 1.0)
    if match.sense.weak:
        weight = 0.7
    if match.corrected_from:
        weight *= 0.9
    return float(weight * (match.end - match.start) ** _GROWTH)


def _best_path(length: int, by_end: dict[int, list[tuple[float, Match]]]) -> list[Match]:
    best = [0.0] * (length + 1)
    step: list[Match | None] = [None] * (length + 1)
    for end in range(1, length + 1):
        best[end] = best[end - 1] + _GAP
        for score, match in by_end.get(end, ()):
            total = best[match.start] + score
            if total > best[end] + 1e-9:
                best[end], step[end] = total, match
    chosen: list[Match] = []
    at = length
    while at > 0:
        taken = step[at]
        if taken is None:
            at -= 1
            continue
        chosen.append(taken)
        at = taken.start
    return chosen[::-1]


def _reading(text: str, chosen: list[Match], matches: list[Match]) -> Reading:
    tags, gaps, at = [], [], 0
    for best in chosen:
        if best.sense.kind == "narrowing":
            # A word that makes it another subject: never explained away character by character.
            gaps.append(text[at : best.end])
            at = best.end
            continue
        if best.start > at:
            gaps.append(text[at : best.start])
        same = [m for m in matches if (m.start, m.end) == (best.start, best.end)]
        # The winner's sense first, then the other senses of the same words.
        senses = dict.fromkeys(
            [
                *(m.sense for m in same if m.sense.kind == "quantity"),
                best.sense,
                *(m.sense for m in same),
            ]
        )
        tags.append(
            Tag(
                best.start,
                best.end,
                text[best.start : best.end],
                tuple(senses),
                best.value,
                best.corrected_from,
            )
        )
        at = best.end
    if at < len(text):
        gaps.append(text[at:])
    return Reading(text, tuple(tags), tuple(gap for gap in gaps if gap.strip()))


def _places(text: str, catalog: Catalog) -> list[Match]:
    """Stored publishers by any of their names, and known places that are not stored."""
    found = []
    names = catalog.names
    unknown = known_places()
    for start in range(len(text)):
        for end in range(start + 2, min(len(text), start + 24) + 1):
            word = text[start:end]
            other = text[end : end + 1]
            if (
                word in names
                and other in _DIVISIONS
                and word + other not in names
                and (word[-1] not in _DIVISIONS)
            ):
                # 示例县 where only 示例区 is stored: another place.
                found.append(Match(start, end + 1, Sense("unknown_place"), value=word + other))
            elif word in names:
                found.append(Match(start, end, Sense("place"), value=names[word]))
            elif word in unknown or (word[:-1] in unknown and word[-1] in "市省区县州"):
                found.append(Match(start, end, Sense("unknown_place"), value=word))
    return found
