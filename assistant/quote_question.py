"""What an open question asks of the prose: which part of a report, about what, said how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.prose_lexicon import prose_lexicon
from assistant.words import levelled, segments_of
from ingest.form import read_yaml

LEXICON = files("assistant") / "lexicon" / "topics.yaml"
PROBLEMS, IMPROVEMENTS, PLANS = "problems", "improvements", "plans"
_YEAR = re.compile(
    r"\d{4}年?度?|(最近|近|过去|这|前|后)?[一二三四五六七八九十两几\d]{1,2}年(来|间|里|以来)?(?!级)"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A whole part of a report, by lexicon/topics.yaml."""

    name: str
    ask: re.Pattern[str]
    heading: re.Pattern[str]
    lead: re.Pattern[str]
    instead: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """`parts` are the topics asked for, in the order to answer them; `words` say what about.

    `ordinal` is the item of a part that is asked for ("二" of "第二个问题"), "" for all of them;
    `needs` is what a sentence must hold to be an answer at all ("多久" wants a time), None if
    anything does.
    """

    text: str
    parts: tuple[str, ...]
    words: tuple[str, ...]
    needs: re.Pattern[str] | None
    ordinal: str = ""


def read_open(question: str, ignore: Sequence[str] = ()) -> OpenQuestion:
    """`ignore` are names that select reports and say nothing of the subject."""
    text = without(levelled(question), ignore)
    hits = [topic.name for topic in topics().values() if topic.ask.search(text)]
    ordinal = _patterns()["ordinal"].search(text) if hits else None
    if ordinal:
        text = text.replace(ordinal.group(), " ")
    words = _subject(text, hits)
    nth = numeral(ordinal["n"]) if ordinal else ""
    return OpenQuestion(text, _parts(text, hits, words), tuple(words), _needs(text), nth)


def numeral(text: str) -> str:
    """A number of a list as it is spoken: "2" is "二"."""
    return "一二三四五六七八九"[int(text) - 1] if text in "123456789" else text


def asks_item(question: str) -> bool:
    """ "第二个呢", of a list that was told before."""
    return bool(_patterns()["ordinal"].search(levelled(question)))


def of_whole_list(question: str) -> str:
    """A question for one item of a list as one for all of it."""
    return _patterns()["ordinal"].sub("", levelled(question))


def without(text: str, ignore: Sequence[str]) -> str:
    for name in sorted({levelled(name) for name in ignore if name}, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def _parts(text: str, hits: list[str], words: list[str]) -> tuple[str, ...]:
    """Problems and their remedies where both are asked for; the remedies alone where the problem
    is only what they are against ("针对…不足怎么改")."""
    remedy = next((name for name in (PLANS, IMPROVEMENTS) if name in hits), "")
    if not remedy:
        return tuple(hits[:1])
    found = topics()[PROBLEMS].ask.search(text) if PROBLEMS in hits else None
    if found is None or words or _patterns()["against"].search(text):
        return (remedy,)
    both = _patterns()["joined"].search(text, found.end())
    return (PROBLEMS, remedy) if both else (remedy,)


def _subject(text: str, hits: list[str]) -> list[str]:
    """The words that say what the question is about, beside the part that it asks for."""
    for name in hits:
        text = topics()[name].ask.sub(" ", text)
    if hits:
        text = _patterns()["shortfall"].sub(" ", text)
    text = _patterns()["asking"].sub(" ", _YEAR.sub(" ", text))
    words = [word for word in _joined(segments_of(text), text) if not _is_filler(word)]
    telling = [word for word in dict.fromkeys(words) if len(word) > 1 and not word.isdigit()]
    return [word for word in telling if word not in _common()] or ([] if hits else telling)


def _joined(words: list[str], text: str) -> list[str]:
    """Single characters that stand together are a name that the dictionary lacks ("京策")."""
    joined: list[str] = []
    for word in words:
        single = len(word) == 1 and not _is_filler(word)
        if single and joined and joined[-1][-1:] and text.find(joined[-1] + word) >= 0:
            last = joined[-1]
            if all(len(part) == 1 and not _is_filler(part) for part in segments_of(last)):
                joined[-1] = last + word
                continue
        joined.append(word)
    return joined


def _is_filler(word: str) -> bool:
    """A word that is filler, or made of nothing else ("哪些方面", "工作中")."""
    filler = prose_lexicon().stop | _filler()
    if word in filler:
        return True
    return any(word[:end] in filler and _is_filler(word[end:]) for end in range(1, len(word)))


def asks_whole_part(question: str, ignore: Sequence[str] = ()) -> bool:
    """ "报告列了几个问题": a part of the report and nothing else; its list tells how many."""
    asked = read_open(question, ignore)
    counts = _patterns()["how_many"].search(levelled(question))
    return bool(counts and asked.parts) and not asked.words


def telling_words(question: str, ignore: Sequence[str] = ()) -> list[str]:
    """The words that say something, also those that only say what kind of thing is asked for
    ("哪个平台")."""
    text = _YEAR.sub(" ", without(levelled(question), ignore))
    return [word for word in segments_of(text) if len(word) > 1 and not _is_filler(word)]


def says_nothing(word: str) -> bool:
    """A word that every such report says of everything ("政务公开"), or filler."""
    return word in _common() or _is_filler(word)


def needs_alone(question: str) -> re.Pattern[str] | None:
    """What a sentence must hold where that alone tells which one is meant."""
    text = levelled(question)
    entries = (entry for entry in _raw()["needs"] if entry.get("alone"))
    return next((re.compile(e["has"]) for e in entries if re.search(e["ask"], text)), None)


def _needs(text: str) -> re.Pattern[str] | None:
    return next((has for ask, has in _kinds() if ask.search(text)), None)


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    return dict(read_yaml(LEXICON))


@lru_cache(maxsize=1)
def topics() -> dict[str, Topic]:
    return {
        name: Topic(
            name,
            re.compile(entry["ask"]),
            re.compile(entry["heading"]),
            re.compile(entry["lead"]),
            entry.get("instead", ""),
        )
        for name, entry in _raw()["topics"].items()
    }


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    names = ("shortfall", "asking", "against", "joined", "ordinal", "how_many")
    return {name: re.compile(_raw()[name]) for name in names}


@lru_cache(maxsize=1)
def _kinds() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(e["ask"]), re.compile(e["has"])) for e in _raw()["needs"])


@lru_cache(maxsize=1)
def synonyms() -> dict[str, frozenset[str]]:
    """Word → others that say the same, of lexicon/prose.yaml and of lexicon/topics.yaml."""
    found = {word: set(others) for word, others in prose_lexicon().synonyms.items()}
    for group in _raw()["synonyms"]:
        for word in group:
            found.setdefault(word, set()).update(other for other in group if other != word)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1)
def _filler() -> frozenset[str]:
    return frozenset(_raw()["filler"])


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_raw()["common"])
