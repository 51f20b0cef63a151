"""What a question asks of the prose: one Ask for each number asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.prose_lexicon import ProseLexicon, prose_lexicon
from assistant.words import levelled, segments_of

_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
_SPAN = re.compile(r"(最近|近|过去|这)?[一二三四五六七八九十两几\d]{1,2}年(来|间|里|以来)?")
_NEGLIGIBLE = re.compile(r"^[\d.,]*$")


@dataclass(frozen=True, slots=True)
class Ask:
    """One number asked for.

    `words` are its content words, `focus` those nearest to the interrogative; `counter` is the
    counter it names ("" if none) and `classes` what that counts; `year` None if none is named;
    `inside` are the words of a part behind what it is part of ("发布的信息里主动公开的").
    """

    text: str
    words: tuple[str, ...]
    focus: tuple[str, ...]
    counter: str
    classes: frozenset[str]
    year: int | None
    growth: bool
    plan: bool
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    start: int
    end: int
    counter: str


def read_question(question: str, ignore: Sequence[str] = ()) -> list[Ask]:
    """The numbers that `question` asks for, in its order; none if it asks for no number.

    `ignore` are names that select reports and are no content (publishers as written).
    """
    lexicon = prose_lexicon()
    text = levelled(question)
    for name in sorted({levelled(name) for name in ignore if name}, key=len, reverse=True):
        text = text.replace(name, "")
    year = _single_year(text)
    parts = _each_of_two(text, lexicon) or _parts(text, lexicon)
    asks = [_ask(part, year, lexicon) for part in parts]
    return [ask for ask in _completed(asks) if ask.words]


def counter_asked(question: str, ignore: Sequence[str] = ()) -> tuple[str, tuple[str, ...]] | None:
    """The counter of the only number asked for ("几个方面") and the telling words beside it; None
    where no number is asked for, several are, or none has a counter."""
    lexicon, text = prose_lexicon(), levelled(question)
    for name in sorted({levelled(name) for name in ignore if name}, key=len, reverse=True):
        text = text.replace(name, "")
    spots = _spots(text, lexicon)
    if len(spots) != 1 or not spots[0].counter:
        return None
    rest = text[: spots[0].start] + " " + text[spots[0].end :]
    words = [word for word in _content(rest, lexicon) if word not in lexicon.light]
    return spots[0].counter, tuple(dict.fromkeys(words))


def asks_number(question: str) -> bool:
    """Whether only a number answers: "多少场", but not "哪几个方面" nor "多久一次"."""
    lexicon = prose_lexicon()
    text = levelled(question)
    spots = _spots(text, lexicon)
    if not spots:
        return bool(lexicon.quantity.search(text)) and _counted_noun(text, lexicon) is not None
    return any(
        not lexicon.no_number.search(text[max(spot.start - 2, 0) : spot.end]) for spot in spots
    )


def lists(question: str) -> bool:
    """Whether what is counted is asked for, not its number: "哪几条", "归纳几点"."""
    text = levelled(question)
    return bool(prose_lexicon().no_number.search(text)) and not asks_number(question)


def counts_kinds(question: str) -> bool:
    """ "政策解读有几种形式": where no number says it, a list does."""
    return bool(prose_lexicon().kinds.search(levelled(question)))


def _counted_noun(text: str, lexicon: ProseLexicon) -> re.Match[str] | None:
    """ "篇数", "场次", "条数": a counter made a noun, which asks for a number by itself."""
    return next((m for m in lexicon.counted.finditer(text) if lexicon.classes(m["unit"])), None)


def _single_year(text: str) -> int | None:
    years = {int(found) for found in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None


def _parts(text: str, lexicon: ProseLexicon) -> list[str]:
    """The text cut so that each part holds one interrogative."""
    spots = _spots(text, lexicon)
    if not spots:
        return [text] if lexicon.quantity.search(text) else []
    parts, start = [], 0
    for spot, following in pairwise(spots):
        cut = lexicon.breaks.search(text, spot.end, following.start)
        if cut is not None:
            parts.append(text[start : cut.start()])
            start = cut.end()
        elif spot.counter and spot.end == following.start:  # "几个方面多少项任务"
            parts.append(text[start : spot.end])
            start = spot.end
    return [*parts, text[start:]]


def _each_of_two(text: str, lexicon: ProseLexicon) -> list[str]:
    """ "微信和微博各推送多少条": a question for each; [] where not two are asked for."""
    found = lexicon.each_of_two.search(text)
    if found is None:
        return []
    asked, a, b = found["verb"] + found["asks"], found["a"], segments_of(found["b"])
    if len(b) > 1 and len(segments_of(a)) == 1 and lexicon.quantity.search(b[-1]):
        return [found["lead"] + name + asked for name in (a + "".join(b[1:]), found["b"])]
    return [found["lead"] + found[name] + asked for name in ("a", "b")]


def _spots(text: str, lexicon: ProseLexicon) -> list[_Spot]:
    """Where the text asks, left to right, without overlap."""
    found = [
        _spot(match, lexicon)
        for pattern in lexicon.asks
        for match in pattern.finditer(text)
        if match.end() > match.start()
    ]
    found.sort(key=lambda spot: (spot.start, -spot.end))
    kept: list[_Spot] = []
    for spot in found:
        if not kept or spot.start >= kept[-1].end:
            kept.append(spot)
    return kept


def _spot(match: re.Match[str], lexicon: ProseLexicon) -> _Spot:
    """The interrogative with its counter, unless that only begins a longer word (多少|家长)."""
    counter = match.groupdict().get("unit") or ""
    start = match.end() - len(counter)
    if counter and match.string.startswith(lexicon.no_counter, start):
        return _Spot(match.start(), start, "")
    return _Spot(match.start(), match.end(), counter)


def _ask(part: str, year: int | None, lexicon: ProseLexicon) -> Ask:
    spots = _spots(part, lexicon)
    spot = spots[0] if spots else _Spot(len(part), len(part), "")
    before, after = part[: spot.start], part[spot.end :]
    growth = bool(lexicon.growth_question.search(part))
    if growth:  # how much more is asked: the words that say so are no content
        before, after = (lexicon.growth_question.sub(" ", text) for text in (before, after))
    said = lexicon.growth_words if growth else frozenset()
    ahead, behind = (
        [word for word in _content(text, lexicon) if word not in said] for text in (before, after)
    )
    counter = spot.counter
    noun = None if counter else _counted_noun(part, lexicon)
    if noun is not None:
        counter = noun["unit"]
        ahead, behind = (
            [word for word in words if word not in noun["noun"]] for words in (ahead, behind)
        )
    classes = lexicon.classes(counter) if counter else _expected(part, lexicon)
    part_of = _content(_inside(before), lexicon)
    inside = [word for word in part_of if word in ahead and word not in lexicon.light]
    own_year = _single_year(part)
    return Ask(
        text=part,
        words=tuple(dict.fromkeys((*ahead, *behind))),
        focus=_focus(behind or inside, ahead, lexicon),
        counter=counter,
        classes=classes,
        year=own_year if own_year is not None else year,
        growth=growth,
        plan=bool(lexicon.plan_question.search(part)),
        inside=tuple(inside),
    )


def _inside(before: str) -> str:
    """What stands behind 里: "发布的信息里主动公开的有多少条" asks for the part, not the whole."""
    _, mark, part = before.rpartition("里")
    return part if mark else ""


def _focus(behind: list[str], ahead: list[str], lexicon: ProseLexicon) -> tuple[str, ...]:
    """What is counted: the words after the counter, else the last telling word before."""
    for words in (behind, ahead[::-1]):
        telling = [word for word in words if word not in lexicon.light]
        if telling:
            return tuple(telling) if words is behind else (telling[0],)
    return tuple(behind or ahead[-1:])


def _expected(part: str, lexicon: ProseLexicon) -> frozenset[str]:
    plain = re.sub(r"(是|有)?多少$|[?？。]$", "", part)
    return frozenset(name for name, cue in lexicon.expects.items() if cue.search(plain))


def _content(text: str, lexicon: ProseLexicon) -> list[str]:
    words = segments_of(_SPAN.sub(" ", _YEAR.sub(" ", text)))
    return [word for word in words if word not in lexicon.stop and not _NEGLIGIBLE.match(word)]


def _completed(asks: list[Ask]) -> list[Ask]:
    """A later part without words of its own ("分别花了多少") takes those of the part before."""
    done: list[Ask] = []
    for ask in asks:
        if not ask.words and done:
            last = done[-1]
            ask = Ask(
                "".join(last.words) + ask.text,
                last.words,
                last.focus,
                ask.counter,
                ask.classes,
                ask.year,
                ask.growth,
                ask.plan,
            )
        done.append(ask)
    return done
