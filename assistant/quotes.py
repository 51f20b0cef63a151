"""Whole sentences for an open question: the part of the report that answers, or nothing.

A question about problems, improvements or plans gets the list of that part, item by item; one
about the remedy of a problem gets the remedy that has the problem's number, with the problem. Any
other gets the section whose heading it names, or the sentences that hold its words. A question
whose words stand nowhere in the report is not answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.prose_context import Weights
from assistant.prose_lexicon import prose_lexicon
from assistant.quote_question import (
    PROBLEMS,
    OpenQuestion,
    Topic,
    needs_alone,
    numeral,
    read_open,
    synonyms,
    topics,
)
from assistant.words import levelled, segments_of
from ingest.figure import Passage

FLOOR = 0.6  # of the question's words, weighed by rarity; measured on eval/gold/retrieval/dev.yaml
NEAR_BEST = 0.85  # a sentence this near to the best one is quoted too
HEADED = 0.8  # of the question's words that a heading must say to stand for its section
NAMED = 0.4  # of the heading's words that the question must say
MOST = 8
MOST_LISTED = 12  # of a list, which is not cut lightly
HEADLINE = 22  # characters of an opening sentence that works as a heading
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_ITEM = re.compile(r"(?=(?<![一二三四五六七八九十])[一二三四五六七八九十]{1,2}是)|(?<=[;；])")
_LISTED = re.compile(
    r"[(（]?([一二三四五六七八九十]{1,2})(?:是|[)）]|、)|第([一二三四五六七八九十])[,，、]|[(（]?(\d{1,2})(?:[)）、．]|\.(?!\d))"
)
_STATED = re.compile(
    r"(?<![\d.])(?!(?:19|20)\d\d(?:年|和|与|及|到|至|、|以))(\d+(?:\.\d+)?)(?!年)([^\d\W]{1,4})"
)
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,2}(?=是)")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence or list item as printed, with the passage it stands in and a score 0..1."""

    sentence: str
    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class _Item:
    """One sentence or list item, the topic of the part that it stands in ("" if none), and the
    innermost heading: the section's, or the headline sentence that opens the paragraph."""

    text: str
    plain: str
    passage: Passage
    topic: str
    heading: str


def quote_sentences(
    question: str,
    passages: Sequence[Passage],
    *,
    ignore: Sequence[str] = (),
    floor: float = FLOOR,
    k: int = MOST,
) -> list[Quote]:
    """What the passages of one report (in reading order) say to `question`, in reading order.

    `ignore` are the publisher names in the question. Empty where the report does not speak of it.
    """
    asked = read_open(question, ignore)
    said = _Said(passages)
    only = said.only(question)
    if only:
        return only
    if not asked.parts and not asked.words:
        return []
    if asked.words and not any(said.stands(word) for word in asked.words):
        return []
    return said.headed(asked)[:k] or said.parts(asked, floor, k) or said.sentences(asked, floor, k)


class _Said:
    """The sentences of one report, ready to be asked."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._items = list(_items(passages))
        plain = [item.plain for item in self._items]
        self._weights = Weights([*plain, *(item.heading for item in self._items)])

    def stands(self, word: str) -> bool:
        return any(_level(word, item.plain + item.heading) > 0 for item in self._items)

    def only(self, question: str) -> list[Quote]:
        """The one sentence that holds what only one can be meant by ("网址"), whatever is said
        about it; [] where there are more."""
        needed = needs_alone(question)
        found = [item for item in self._items if needed and needed.search(item.plain)]
        return _quotes(found, 1.0) if len(found) == 1 else []

    def headed(self, asked: OpenQuestion) -> list[Quote]:
        """The section whose innermost heading says the words, unless it is a part of its own."""
        if not asked.words or asked.needs:
            return []
        covers = [self._covered(asked.words, item.heading) for item in self._items]
        best = max(covers, default=0.0)
        if best < HEADED:
            return []
        heading = self._items[covers.index(best)].heading
        if _named_by(heading, asked.text) < NAMED:
            return []
        return [
            Quote(item.text, item.passage, best)
            for item in self._items
            if item.heading == heading and not (item.topic and asked.parts)
        ]

    def parts(self, asked: OpenQuestion, floor: float, k: int) -> list[Quote]:
        """The parts that the question asks for: all of them, or what they say of its words."""
        if not asked.parts:
            return []
        if not asked.words:
            found = [item for name in asked.parts for item in self._part(name)]
            if asked.ordinal:
                found = _nth(found, asked.ordinal)
            return [Quote(item.text, item.passage, 1.0) for item in found[:MOST_LISTED]]
        if not all(map(self.stands, asked.words)):
            return []
        part = self._part(asked.parts[0])
        told = self._told(asked.words, part)
        if told or asked.parts[0] == PROBLEMS:
            return told or _quotes(part, 0.8)
        elsewhere = self._saying(asked, floor, k)
        return self._remedy(asked.words, part) or elsewhere or _quotes(part, 0.8)

    def sentences(self, asked: OpenQuestion, floor: float, k: int) -> list[Quote]:
        """The sentences that say the words, themselves or under their headings."""
        return [] if asked.parts or not asked.words else self._saying(asked, floor, k)

    def _saying(self, asked: OpenQuestion, floor: float, k: int) -> list[Quote]:
        items = [i for i in self._items if not asked.needs or asked.needs.search(i.plain)]
        covers = [
            max(
                self._covered(asked.words, item.plain),
                0.9 * self._covered(asked.words, _around(item)),
            )
            for item in items
        ]
        best = max(covers, default=0.0)
        if best < floor:
            return []
        pairs = zip(items, covers, strict=True)
        found = [Quote(i.text, i.passage, c) for i, c in pairs if c >= max(floor, NEAR_BEST * best)]
        kept = sorted(found, key=lambda quote: -quote.score)[:k]
        return [quote for quote in found if quote in kept]

    def _told(self, words: Sequence[str], part: list[_Item]) -> list[Quote]:
        """The items of a part that say the words, [] where none does."""
        covers = [self._covered(words, item.plain) for item in part]
        best = max(covers, default=0.0)
        pairs = zip(part, covers, strict=True)
        return [
            Quote(item.text, item.passage, cover)
            for item, cover in pairs
            if best >= FLOOR and cover >= NEAR_BEST * best
        ]

    def _remedy(self, words: Sequence[str], part: list[_Item]) -> list[Quote]:
        """The problem that the words name, and what the remedies say under its number."""
        problems = self._part(PROBLEMS)
        told = self._told(words, problems)
        if not told or part == problems:
            return []
        numbers = {_number(levelled(quote.sentence)) for quote in told}
        same = [item for item in part if _number(item.plain) in numbers]
        paired = "" not in numbers and len(problems) == len(part)
        return [*told, *_quotes(same if paired and same else part, 0.8)]

    def _part(self, name: str) -> list[_Item]:
        """The list of a topic, or of the one that stands in for it, without its opening words."""
        part = [item for item in self._items if item.topic == name]
        instead = topics()[name].instead
        if not part and instead:
            part = [item for item in self._items if item.topic == instead]
        listed = [item for item in part if _number(item.plain)]
        return listed if len(listed) > 1 else part

    def _covered(self, words: Sequence[str], text: str) -> float:
        total = sum(self._weights.of(word) for word in words)
        return sum(self._weights.of(word) * _level(word, text) for word in words) / total


def _quotes(items: Sequence[_Item], score: float) -> list[Quote]:
    return [Quote(item.text, item.passage, score) for item in items[:MOST_LISTED]]


def _number(plain: str) -> str:
    """The ordinal that opens a list item ("二" of "二是…"), "" if none does."""
    found = _NUMBERED.match(plain)
    return found.group() if found else ""


def _nth(items: Sequence[_Item], ordinal: str) -> list[_Item]:
    """The item of that number ("1.…", "(一)…", "一是…") with what follows it unnumbered."""
    current, found = "", []
    for item in items:
        numbered = _LISTED.match(item.plain)
        current = numeral(next(filter(None, numbered.groups()))) if numbered else current
        if current == ordinal:
            found.append(item)
    return found


def _items(passages: Sequence[Passage]) -> Iterator[_Item]:
    """Every sentence and list item, with the topic of its part carried along a section."""
    section, current = None, ""
    for passage in passages:
        if passage.section != section:
            section, current = passage.section, _headed(passage.section, topics())
        for paragraph in passage.text.split("\n"):
            heading = _headline(paragraph) or _heading(passage)
            for text in _cut(paragraph):
                plain = levelled(text)
                if current:  # only a section about problems or plans holds such parts
                    current = _led(plain, topics()) or current
                yield _Item(text, plain, passage, current, heading)


def with_number(question: str, sentences: Sequence[str]) -> list[str]:
    """The sentences with a number that the question states, with as much of what it counts as any
    of them has ("4个领域" rather than "4个方面"); years are no such number."""
    plain = [levelled(sentence).replace(",", "") for sentence in sentences]
    for found in _STATED.finditer(levelled(question).replace(",", "")):
        for length in range(len(found[2]), 0, -1):
            number = re.compile(rf"(?<![\d.]){re.escape(found[1] + found[2][:length])}")
            told = [s for s, text in zip(sentences, plain, strict=True) if number.search(text)]
            if told:
                return told
    return []


def states_number(question: str) -> bool:
    return bool(_STATED.search(levelled(question).replace(",", "")))


def sentences_of(text: str) -> list[str]:
    """Its sentences and list items, as printed."""
    return [piece for paragraph in text.split("\n") for piece in _cut(paragraph)]


def _cut(paragraph: str) -> Iterator[str]:
    for sentence in _SENTENCE.findall(paragraph):
        for piece in _ITEM.split(sentence):
            if any(char.isalnum() for char in piece):
                yield piece.strip()


def _headline(paragraph: str) -> str:
    """The opening sentence where it is short and more follows: "加强公开平台管理。全市…"."""
    sentences = _SENTENCE.findall(paragraph)
    if len(sentences) < 2 or len(sentences[0]) > HEADLINE or any(c.isdigit() for c in sentences[0]):
        return ""
    return levelled(sentences[0])


def _headed(section: tuple[str, ...], known: dict[str, Topic]) -> str:
    """The topic of the innermost heading that names one; of several, the one named first."""
    for heading in reversed(section):
        plain = levelled(heading)
        found = [(m.start(), t.name) for t in known.values() if (m := t.heading.search(plain))]
        if found:
            return min(found)[1]
    return ""


def _led(plain: str, known: dict[str, Topic]) -> str:
    """The topic that a sentence opens, read from its end: "针对上述问题,采取了以下改进措施"."""
    for name in ("plans", "improvements", "problems"):
        if name in known and known[name].lead.search(plain[:60]):
            return name
    return ""


def _named_by(heading: str, text: str) -> float:
    """How much of a heading's own words the question says."""
    stop = prose_lexicon().stop
    words = [word for word in segments_of(heading) if len(word) > 1 and word not in stop]
    return sum(_level(word, text) > 0 for word in words) / len(words) if words else 0.0


def _level(word: str, text: str) -> float:
    """How surely `text` says `word`: itself 1, by a synonym, by all its parts, else 0."""
    if word in text:
        return 1.0
    if any(form in text for form in synonyms().get(word, ())):
        return 0.9
    return 0.8 if len(word) >= 4 and _in_parts(word, text) else 0.0


def _in_parts(word: str, text: str) -> bool:
    """Every two characters of a long word, each itself or by a synonym ("征求意见": 征集…意见)."""
    halves = [word[at : at + 2] for at in range(0, len(word) - len(word) % 2, 2)]
    if len(word) % 2:
        halves.append(word[-2:])
    return all(_level(half, text) > 0 for half in halves)


def _heading(passage: Passage) -> str:
    return levelled(passage.section[-1]) if passage.section else ""


def _around(item: _Item) -> str:
    return item.plain + levelled("".join(item.passage.section))
