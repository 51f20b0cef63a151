"""Mending: typing slips, sound-alikes, look-alikes, pinyin and English, read as the known words
they stand for, always aloud.

Only a span that holds something unexplained (a gap, or a bare negation beside a bare function
word) is tried, and a word is put in its place only where exactly one sense is closest. A wrong
correction is worse than none: the question is then refused, which is safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant import latin, sounds
from assistant.catalog import Catalog, known_places
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.near_words import near_names, near_places
from assistant.normalize import normalize
from assistant.tagger import Reading, Tag, read

_NOISE = re.compile(r"^[\s%+.]*$")
_TAILS = ("的", "了", "过")
_DIVISIONS = "省市区县州盟旗镇乡"
# A bare function word may be what a slip left; a word with a subject is what was meant.
_LIGHT = frozenset({"filler", "and", "of", "negation", "ellipsis"})
_SUBJECTS = frozenset({"item", "aspect", "derived", "group", "prose", "topic", "place"})
_LIGHT_OPS = frozenset({"than", "convert", "add"})
_LONGEST = 20
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Mended:
    """A reading of the question as mended, and what to say about it; the reading itself, without
    notes, where nothing was changed. A mended reading's text is the mended text."""

    reading: Reading
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """[start, end) of the text stands for `word`. `cost`: how far apart they are; `unexplained`:
    how many characters of the span had no meaning as typed."""

    start: int
    end: int
    word: str
    sense: object
    cost: float
    unexplained: int

    @property
    def rank(self) -> tuple[float, ...]:
        return (-self.unexplained, -(self.end - self.start), self.cost)

    def meets(self, other: Repair) -> bool:
        return self.start < other.end and other.start < self.end

    def changes(self, text: str) -> dict[int, str]:
        """Position → character put there, where only single characters change."""
        typed = text[self.start : self.end]
        if len(typed) != len(self.word):
            return {self.start: self.word}
        return {
            at: right
            for at, (wrong, right) in enumerate(zip(typed, self.word, strict=True), self.start)
            if wrong != right
        }


def is_noise(gap: str) -> bool:
    """Whether a gap carries no meaning at all."""
    return bool(_NOISE.match(gap))


def mend(reading: Reading, lexicon: Lexicon, catalog: Catalog) -> Mended:
    """`reading` again with its slips mended; as it is where there is nothing to mend, or
    nothing that is near enough to just one known word."""
    mended = reading
    notes: list[str] = []
    if any(re.search("[a-z]", gap) for gap in reading.gaps):
        mended, notes = _in_chinese(reading, lexicon, catalog)
    if _is_suspicious(mended):
        mended, more = _repaired(mended, lexicon, catalog)
        notes = notes + more
    return Mended(mended, tuple(notes))


def _is_suspicious(reading: Reading) -> bool:
    return any(not is_noise(gap) for gap in reading.gaps) or any(_odd_tags(reading))


def _odd_tags(reading: Reading) -> Iterator[Tag]:
    """Tags that may be the pieces of a slip although each means something: a bare negation
    (不与处理), or a connective before another bare function word (与以公开)."""
    for at, tag in enumerate(reading.tags):
        if tag.kind == "negation":
            yield tag
        elif _joins(tag) and at + 1 < len(reading.tags):
            after = reading.tags[at + 1]
            if after.start == tag.end and after.end - after.start == 1 and _is_light(after):
                yield tag


def _joins(tag: Tag) -> bool:
    return tag.end - tag.start == 1 and (tag.kind == "and" or "than" in tag.ids("op"))


def _is_light(tag: Tag) -> bool:
    return tag.kind in _LIGHT or bool(_LIGHT_OPS.intersection(tag.ids("op")))


# ---- Latin letters ----


def _in_chinese(reading: Reading, lexicon: Lexicon, catalog: Catalog) -> tuple[Reading, list[str]]:
    tagged = [(tag.start, tag.end) for tag in reading.tags]
    pieces = latin.translate(reading.text, tagged, lexicon, near_places(catalog).spelled)
    text, notes = reading.text, []
    for piece in reversed(pieces):
        typed = reading.text[piece.start : piece.end]
        if piece.word != typed:
            text = f"{text[: piece.start]} {piece.word} {text[piece.end :]}"
            if _has_subject(piece.word, lexicon, catalog):
                notes.append(message("mended", typed=typed, name=piece.word))
    again = read(normalize(text), lexicon, catalog)
    if _latin_left(again) >= _latin_left(reading):
        return reading, []
    return again, notes[::-1]


def _has_subject(word: str, lexicon: Lexicon, catalog: Catalog) -> bool:
    """Whether taking something for `word` must be said: not of 多少 for "how many"."""
    return any(tag.kind in _SUBJECTS for tag in read(word, lexicon, catalog).tags)


def _latin_left(reading: Reading) -> int:
    return sum(len(re.findall("[a-z]", gap)) for gap in reading.gaps)


# ---- Chinese characters ----


def _repaired(reading: Reading, lexicon: Lexicon, catalog: Catalog) -> tuple[Reading, list[str]]:
    repairs = _chosen(_candidates(reading, lexicon, catalog), reading.text)
    for _ in range(_TRIES):
        if not repairs:
            break
        text, spans = _applied(reading.text, repairs)
        again = read(text, lexicon, catalog)
        failed = {
            repair
            for repair, span in zip(repairs, spans, strict=True)
            if not _explains(again, span, repair)
        }
        if not failed and _gap_length(again) <= _gap_length(reading):
            return again, [
                message("mended", typed=reading.text[r.start : r.end], name=r.word) for r in repairs
            ]
        repairs = [repair for repair in repairs if repair not in failed] if failed else repairs[:-1]
    return reading, []


def _applied(text: str, repairs: list[Repair]) -> tuple[str, list[tuple[int, int]]]:
    """The text with the words put in, and where they stand in it."""
    parts, spans, at, length = [], [], 0, 0
    for repair in repairs:
        parts += [text[at : repair.start], repair.word]
        length += repair.start - at
        spans.append((length, length + len(repair.word)))
        length += len(repair.word)
        at = repair.end
    return "".join([*parts, text[at:]]), spans


def _explains(reading: Reading, span: tuple[int, int], repair: Repair) -> bool:
    """Whether the word is understood where it was put, and a negation is part of a name."""
    tags = [tag for tag in reading.tags if tag.start < span[1] and tag.end > span[0]]
    covered = sum(min(tag.end, span[1]) - max(tag.start, span[0]) for tag in tags)
    whole = any(not _is_light(tag) for tag in tags)
    return covered == span[1] - span[0] and whole and not any(t.kind == "negation" for t in tags)


def _gap_length(reading: Reading) -> int:
    return sum(len(gap) for gap in reading.gaps if not is_noise(gap))


def _chosen(repairs: Iterable[Repair], text: str) -> list[Repair]:
    """The best repairs that do not meet, in order; none where two senses are equally near."""
    chosen: list[Repair] = []
    barred: list[Repair] = []
    for repair in sorted(repairs, key=lambda one: one.rank):
        rivals = [one for one in [*chosen, *barred] if one.meets(repair)]
        if not rivals:
            chosen.append(repair)
        for rival in rivals:
            agree = rival.changes(text) == repair.changes(text)
            if rival in chosen and not agree and _equally_near(rival, repair):
                chosen.remove(rival)
                barred.append(rival)
    return sorted(chosen, key=lambda one: one.start)


def _equally_near(best: Repair, other: Repair) -> bool:
    return (
        best.sense != other.sense
        and best.word not in other.word
        and other.word not in best.word
        and best.unexplained == other.unexplained
        and best.end - best.start == other.end - other.start
        and other.cost <= best.cost + 0.15
    )


def _candidates(reading: Reading, lexicon: Lexicon, catalog: Catalog) -> list[Repair]:
    marks = _Marks(reading)
    found: list[Repair] = []
    for index in (near_names(lexicon), near_places(catalog)):
        for start, end in marks.windows():
            typed = reading.text[start:end]
            for word, cost in index.near(typed):
                unexplained = marks.fits(start, end, word, index.are_places)
                if unexplained:
                    found.append(Repair(start, end, word, index.senses[word], cost, unexplained))
    return found


class _Marks:
    """What of a question is explained: per character the tag over it, None for a gap."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self.over: list[Tag | None] = [None] * len(reading.text)
        for tag in reading.tags:
            self.over[tag.start : tag.end] = [tag] * (tag.end - tag.start)
        odd = list(_odd_tags(reading))
        self.odd = [
            not char.isspace() and not char.isascii() and (tag is None or tag in odd)
            for char, tag in zip(self.text, self.over, strict=True)
        ]

    def windows(self) -> Iterator[tuple[int, int]]:
        """Spans of Chinese characters around something odd."""
        for start in range(len(self.text)):
            odd = False
            for end in range(start + 1, min(len(self.text), start + _LONGEST) + 1):
                char = self.text[end - 1]
                if char.isascii():
                    break
                odd = odd or self.odd[end - 1]
                if odd and end - start >= 2:
                    yield start, end

    def fits(self, start: int, end: int, word: str, place: bool) -> int:
        """How many unexplained characters `word` would explain; 0 if it must not stand here."""
        typed = self.text[start:end]
        if self._cuts(start, end) or not _keeps_negation(typed, word):
            return 0
        if not self._differs_oddly(start, typed, word):
            return 0
        gaps = sum(1 for at in range(start, end) if self.over[at] is None)
        if not gaps and (place or len(typed) < 4 or len(typed) != len(word)):
            return 0
        if place and not self._is_at_place(start, end, word):
            return 0
        if self._is_in_a_word(start, end, typed, word):
            return 0
        # What is a word of its own is no slip; longer ones sound like a name only by a slip.
        if len(typed) <= 4 and sounds.is_word(typed):
            return 0
        return gaps or 1

    def _cuts(self, start: int, end: int) -> bool:
        """Whether the span cuts through a word as long as itself that was understood."""
        for at, inside in ((start - 1, start), (end - 1, end)):
            if at >= 0 and inside < len(self.text):
                tag = self.over[at]
                if tag is not None and tag is self.over[inside]:
                    length = tag.end - tag.start
                    loose = _is_light(tag) or tag.senses[0].weak
                    rest = tag.text[end - tag.start :] if inside == end else tag.text
                    if rest not in _TAILS and (
                        end - start < 4 or (not loose and length >= end - start)
                    ):
                        return True
        return False

    def _differs_oddly(self, start: int, typed: str, word: str) -> bool:
        """Whether the characters to be changed were unexplained, at most one of them being a
        bare function word."""
        if len(typed) != len(word):
            return True
        light = 0
        for at, (wrong, right) in enumerate(zip(typed, word, strict=True), start):
            tag = self.over[at]
            if wrong == right or tag is None:
                continue
            if not (_is_light(tag) or tag.senses[0].weak or tag.end - tag.start == 1):
                return False
            light += 1
        return light <= 1

    def _is_at_place(self, start: int, end: int, word: str) -> bool:
        """A short place is mended only where a place stands: with its 市/区/县, or between the
        question's edge, a year and a light word."""
        typed = self.text[start:end]
        bare = typed[:-1] if typed[-1] in _DIVISIONS else typed
        if typed in known_places() or bare in known_places() or sounds.is_word(bare):
            return False
        if len(word) > 2:
            return True
        after = self.text[end : end + 1]
        before = self.over[start - 1] if start else None
        opens = start == 0 or (before is not None and before.kind in ("year", "year_word"))
        return opens and (after in _DIVISIONS or after.isdigit() or after in ("政", ""))

    def _is_in_a_word(self, start: int, end: int, typed: str, word: str) -> bool:
        """Whether a dictionary word reaches over an end of the span at which it would be changed
        (轻信 in 轻信的申请), or holds a short span."""
        left = len(typed) <= 3 or typed[0] != word[0]
        right = len(typed) <= 3 or typed[-1] != word[-1]
        spans: list[tuple[int, int]] = []
        if left:
            spans += [(a, b) for a in (start - 1, start - 2) for b in range(start + 1, end + 3)]
        if right:
            spans += [(a, b) for a in range(start - 2, end) for b in (end + 1, end + 2)]
        return any(
            a >= 0 and b <= len(self.text) and b - a <= 4 and sounds.is_word(self.text[a:b])
            for a, b in dict.fromkeys(spans)
        )


def _keeps_negation(typed: str, word: str) -> bool:
    """No slip makes a yes of a no or a no of a yes, unless 不, 未 … itself was mistyped by a
    character that sounds or looks the same and is no negation."""
    mine = [char for char in typed if char in sounds.NEGATIONS]
    theirs = [char for char in word if char in sounds.NEGATIONS]
    if len(typed) != len(word):
        return mine == theirs
    never = str(sounds.slips()["no_negation"])  # "每公开一件" is no 没公开
    return all(
        wrong == right
        or (wrong not in sounds.NEGATIONS and not (right in sounds.NEGATIONS and wrong in never))
        for wrong, right in zip(typed, word, strict=True)
    )
