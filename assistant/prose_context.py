"""What stands around a number of the prose, from nearest to farthest."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.words import levelled, segments_of
from ingest.figure import Figure

_CLAUSE = re.compile(r"[,，;；。:：!！?？]")
_PART = re.compile(r"[;；。]")
_OF_LAST = re.compile(
    r"\w{0,2}[,，、(（]\s*(占(比|了|到)?|(同比|环比|[较比](上年|去年|上一年|同期|20\d\d年))?"
    r"(增长|增加|减少|下降|提高|上升)(了|率为)?)(约|近)?$"
)
_JOINED = re.compile(r"(和|与|及|以及|、)$")
_NEAR = re.compile(r"[,，;；。:：!！?？、()（）]")


@dataclass(frozen=True, slots=True)
class Context:
    """Levelled text. `local` belongs to this number alone; `head` is what leads up to it;
    `clause` is its part of the sentence between commas, less `others`, which belongs to other
    numbers there; `before` and `after` are the other parts, `earlier` those before the last
    semicolon; `section` its headings. `listed` is
    what 、 joins to the number's own words ("人大建议" of "人大建议、政协提案共213件")."""

    local: str
    head: str
    clause: str
    others: str
    before: str
    earlier: str
    after: str
    section: str
    listed: str = ""
    tail: str = ""  # what follows the number: the thing counted, where it is named there
    other: Context | None = None  # that of the number before, which this one may be said of


def contexts(figures: Sequence[Figure]) -> list[Context]:
    """The context of each figure; figures of one sentence bound each other."""
    sentences: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for figure in figures:
        sentences.setdefault((figure.report_id, figure.sentence), []).append(figure.position)
    return [_context(figure, sorted(sentences[_key(figure)])) for figure in figures]


def _key(figure: Figure) -> tuple[str, str]:
    return figure.report_id, figure.sentence


def _context(figure: Figure, siblings: list[tuple[int, int]]) -> Context:
    sentence, (start, end) = figure.sentence, figure.position
    left, right = _bounds(_CLAUSE, sentence, start, end)
    other: Context | None = None
    if shared := _said_of(sentence, start, siblings):
        around = _context(replace(figure, position=shared), siblings)
        other = replace(around, tail="", head=levelled(sentence[left:start]), other=None)
    own = _own(sentence, figure.position, siblings)
    near = _bounds(_NEAR, sentence, start, end)
    others = [
        levelled(text)
        for place in siblings
        if place != figure.position and left <= place[0] < right
        for text in _not_shared(_own(sentence, place, siblings), near[0] <= place[0] < near[1])
    ]
    part = _bounds(_PART, sentence, start, end)[0]
    clause = levelled(sentence[left:right])
    for text in others:
        clause = clause.replace(text, " ", 1)
    return Context(
        local="".join(map(levelled, own)) or levelled(sentence[left:start]),
        head=levelled(sentence[left:start]),
        clause=clause,
        others=" ".join(others),
        before=levelled(sentence[part:left]),
        earlier=levelled(sentence[:part]),
        after=levelled(sentence[right:]),
        section=levelled("".join(figure.section)),
        listed=levelled(_listed(sentence, left, near[0], start, siblings)),
        tail=levelled(own[1]),
        other=other,
    )


def _said_of(sentence: str, start: int, siblings: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The number right before, of which this one is the share or the growth: "7886条、占69.89%",
    "发布会14场，较上年增加5场"."""
    before = max((place for place in siblings if place[1] <= start), default=None)
    return before if before and _OF_LAST.match(sentence[before[1] : start]) else None


def _listed(
    sentence: str, left: int, near: int, start: int, siblings: list[tuple[int, int]]
) -> str:
    """The words before the last 、 of the clause, where no number stands among them."""
    if near <= left or sentence[near - 1] != "、":
        return ""
    if any(left <= begin < near for begin, _ in siblings):
        return ""
    if "等" in sentence[near:start]:
        return ""  # "通过网站、微博等渠道公开9000条": the list is closed before what is counted
    return sentence[left : near - 1].rpartition("、")[2]


def _not_shared(own: list[str], together: bool) -> list[str]:
    """What another number keeps to itself: its words after, and those before where 、 stands
    between the two ("关注人数由3.1万人增加到4.6万人" counts one thing)."""
    head, tail = own
    return [text for text in ([tail] if together else [head, tail]) if text.strip()]


def _own(sentence: str, place: tuple[int, int], siblings: list[tuple[int, int]]) -> list[str]:
    """What belongs to the number at `place` alone: the words before it and the words after.

    Between two numbers stands the name of the first ("4个方面39项任务") where the second is named
    by what follows it, else what leads up to the second ("由118家整合为53家").
    """
    start, end = place
    left, right = _bounds(_NEAR, sentence, start, end)
    previous = max((stop for _, stop in siblings if left < stop <= start), default=None)
    following = min((begin for begin, _ in siblings if end <= begin < right), default=None)
    head = sentence[left if previous is None else previous : start]
    tail = sentence[end : right if following is None else following]
    if previous is not None and _JOINED.search(head):
        return ["", tail]  # "11个乡镇和29个部门": what stands between is named by the first
    if previous is not None and tail:
        head = ""
    if following is not None and not _tail(sentence, following, siblings):
        tail = ""
    return [head, tail]


def _tail(sentence: str, start: int, siblings: list[tuple[int, int]]) -> str:
    end = next(stop for begin, stop in siblings if begin == start)
    right = _bounds(_NEAR, sentence, start, end)[1]
    following = min((begin for begin, _ in siblings if end <= begin < right), default=right)
    return levelled(sentence[end:following])


def _bounds(mark: re.Pattern[str], sentence: str, start: int, end: int) -> tuple[int, int]:
    """The stretch around [start, end) between two marks; a comma inside a number is none."""
    before = [found.end() for found in mark.finditer(sentence, 0, start) if not _inside(found)]
    after = [found.start() for found in mark.finditer(sentence, end) if not _inside(found)]
    return before[-1] if before else 0, after[0] if after else len(sentence)


def _inside(found: re.Match[str]) -> bool:
    around = found.string[max(found.start() - 1, 0) : found.end() + 1]
    return len(around) == 3 and around[0].isdigit() and around[2].isdigit()


class Weights:
    """How much a word tells: its rarity among the sentences of the reports in question.

    A word that stands nowhere weighs most: a question about it is not answered here.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        distinct = [levelled(text) for text in dict.fromkeys(texts)]
        self._texts = distinct
        self._known: dict[str, float] = {}

    def of(self, word: str) -> float:
        if word not in self._known:
            count = sum(word in text for text in self._texts)
            share = (len(self._texts) + 1) / (count + 0.5)
            self._known[word] = (0.35 + math.log(share)) * (0.5 if len(word) == 1 else 1.0)
        return self._known[word]


def local_words(context: Context, stop: frozenset[str]) -> list[str]:
    """Content words that belong to the number alone."""
    words = segments_of(context.local)
    return list(dict.fromkeys(w for w in words if len(w) > 1 and w not in stop and not w.isdigit()))
