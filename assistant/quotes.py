"""Whole sentences for an open question: the part of the report that answers, or nothing.

A question about problems, improvements or plans gets the list of that part, item by item. Any
other gets the section whose heading it names, or the sentences that hold its words. A question
whose words stand nowhere in the report is not answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.prose_context import Weights
from assistant.prose_lexicon import prose_lexicon
from assistant.words import levelled, segments_of
from ingest.figure import Passage
from ingest.form import read_yaml

LEXICON = files("assistant") / "lexicon" / "topics.yaml"
FLOOR = 0.6  # of the question's words, weighed by rarity; measured on eval/gold/retrieval/dev.yaml
NEAR_BEST = 0.85  # a sentence this near to the best one is quoted too
MOST = 8
HEADLINE = 22  # characters of an opening sentence that works as a heading
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_ITEM = re.compile(r"(?=(?<![一二三四五六七八九十])[一二三四五六七八九十]{1,2}是)|(?<=[;；])")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence or list item as printed, with the passage it stands in and a score 0..1."""

    sentence: str
    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class _Topic:
    name: str
    ask: re.Pattern[str]
    heading: re.Pattern[str]
    lead: re.Pattern[str]
    instead: str


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
    topics, items = _topics(), list(_items(passages))
    text = _without(levelled(question), ignore)
    words = _subject(text, topics)
    weights = Weights([*(item.plain for item in items), *(item.heading for item in items)])
    if words and not any(_stands(word, items) for word in words):
        return []
    topic = next((topic for topic in topics.values() if topic.ask.search(text)), None)
    part = _part(items, topic, topics) if topic else []
    if part:
        return _of_part(part, words, weights, items)
    return _by_words(words, items, weights, floor, k) if words else []


def _of_part(
    part: list[_Item], words: list[str], weights: Weights, items: list[_Item]
) -> list[Quote]:
    """The items of the part; only those about the question's own words, where some are."""
    if not words:
        return [Quote(item.text, item.passage, 1.0) for item in part]
    if not all(_stands(word, items) for word in words):
        return []
    covers = [_covered(words, item.plain, weights) for item in part]
    if max(covers) >= FLOOR:
        pairs = zip(part, covers, strict=True)
        return [Quote(i.text, i.passage, c) for i, c in pairs if c >= NEAR_BEST * max(covers)]
    return [Quote(item.text, item.passage, 0.8) for item in part]


def _by_words(
    words: list[str], items: list[_Item], weights: Weights, floor: float, k: int
) -> list[Quote]:
    """The section whose innermost heading says all the words, else the sentences that do."""
    headed = [_covered(words, item.heading, weights) for item in items]
    if max(headed, default=0.0) >= 0.8:
        pairs = zip(items, headed, strict=True)
        return [Quote(i.text, i.passage, c) for i, c in pairs if c == max(headed)][:k]
    covers = [
        max(_covered(words, item.plain, weights), 0.9 * _covered(words, _around(item), weights))
        for item in items
    ]
    best = max(covers, default=0.0)
    if best < floor:
        return []
    pairs = zip(items, covers, strict=True)
    found = [Quote(i.text, i.passage, c) for i, c in pairs if c >= max(floor, NEAR_BEST * best)]
    kept = sorted(found, key=lambda quote: -quote.score)[:k]
    return [quote for quote in found if quote in kept]


def _part(items: list[_Item], topic: _Topic, topics: dict[str, _Topic]) -> list[_Item]:
    part = [item for item in items if item.topic == topic.name]
    if not part and topic.instead:
        part = [item for item in items if item.topic == topic.instead]
    listed = [item for item in part if _is_listed(item)]
    return listed if len(listed) > 1 else part


def _is_listed(item: _Item) -> bool:
    return re.match(r"[一二三四五六七八九十]{1,2}是", item.plain) is not None


def _items(passages: Sequence[Passage]) -> Iterator[_Item]:
    """Every sentence and list item, with the topic of its part carried along a section."""
    topics, section, current = _topics(), None, ""
    for passage in passages:
        if passage.section != section:
            section, current = passage.section, _headed(passage.section, topics)
        for paragraph in passage.text.split("\n"):
            heading = _headline(paragraph) or _heading(passage)
            for text in _cut(paragraph):
                plain = levelled(text)
                if current:  # only a section about problems or plans holds such parts
                    current = _led(plain, topics) or current
                yield _Item(text, plain, passage, current, heading)


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


def _headed(section: tuple[str, ...], topics: dict[str, _Topic]) -> str:
    """The topic of the innermost heading that names one; of several, the one named first."""
    for heading in reversed(section):
        plain = levelled(heading)
        found = [(m.start(), t.name) for t in topics.values() if (m := t.heading.search(plain))]
        if found:
            return min(found)[1]
    return ""


def _led(plain: str, topics: dict[str, _Topic]) -> str:
    """The topic that a sentence opens, read from its end: "针对上述问题,采取了以下改进措施"."""
    for name in ("plans", "improvements", "problems"):
        if name in topics and topics[name].lead.search(plain[:60]):
            return name
    return ""


def _subject(text: str, topics: dict[str, _Topic]) -> list[str]:
    """The words that say what the question is about, beside the topic it asks for."""
    cues = [topic.ask for topic in topics.values() if topic.ask.search(text)]
    for cue in cues[:1]:
        text = cue.sub(" ", text)
    words = segments_of(re.sub(r"\d{4}年?度?", " ", text))
    words = [word for word in words if not _is_filler(word)]
    telling = [word for word in dict.fromkeys(words) if len(word) > 1 and not word.isdigit()]
    return [word for word in telling if word not in _common()] or ([] if cues else telling)


def _is_filler(word: str) -> bool:
    """A word that is filler, or made of nothing else ("哪些方面", "工作中")."""
    filler = prose_lexicon().stop | _filler()
    if word in filler:
        return True
    return any(word[:end] in filler and _is_filler(word[end:]) for end in range(1, len(word)))


def _forms(word: str) -> tuple[str, ...]:
    return (word, *prose_lexicon().synonyms.get(word, ()))


def _stands(word: str, items: list[_Item]) -> bool:
    return any(_level(word, item.plain + item.heading) > 0 for item in items)


def _level(word: str, text: str) -> float:
    if word in text:
        return 1.0
    if any(form in text for form in _forms(word)):
        return 0.9
    pieces = [word[i : i + 2] for i in range(0, len(word) - 1)] if len(word) >= 4 else []
    share = sum(piece in text for piece in pieces) / len(pieces) if pieces else 0.0
    return 0.7 * share if share >= 0.6 else 0.0


def _covered(words: list[str], text: str, weights: Weights) -> float:
    total = sum(weights.of(word) for word in words)
    return sum(weights.of(word) * _level(word, text) for word in words) / total


def _heading(passage: Passage) -> str:
    return levelled(passage.section[-1]) if passage.section else ""


def _around(item: _Item) -> str:
    return item.plain + levelled("".join(item.passage.section))


def _without(text: str, ignore: Sequence[str]) -> str:
    for name in sorted({levelled(name) for name in ignore if name}, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


@lru_cache(maxsize=1)
def _topics() -> dict[str, _Topic]:
    compiled: Callable[[str], re.Pattern[str]] = re.compile
    return {
        name: _Topic(
            name,
            compiled(entry["ask"]),
            compiled(entry["heading"]),
            compiled(entry["lead"]),
            entry.get("instead", ""),
        )
        for name, entry in read_yaml(LEXICON)["topics"].items()
    }


@lru_cache(maxsize=1)
def _filler() -> frozenset[str]:
    return frozenset(read_yaml(LEXICON)["filler"])


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(read_yaml(LEXICON)["common"])
