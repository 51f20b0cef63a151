"""Slots: the tags of one question, sorted by what they are for, and cut into sub-questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assistant.lexicon import Lexicon
from assistant.tagger import Reading, Tag

CONTENT = ("item", "aspect", "derived", "group", "prose", "topic")
# A sub-question that has asked for its value is closed; the next content or one of these opens
# another ("一共多少件, 占比多少").
_ASKING = {"quantity"}
_ASKING_OPS = {
    "maximum",
    "minimum",
    "explain",
    "why",
    "advice",
    "share",
    "growth",
    "times",
    "points",
    "which",
}
_ASKING_WORDS = ("几", "多少", "何", "哪", "什么", "啥", "吗", "意思", "为", "最", "含义", "怎么")
_REOPENING_OPS = {
    "than",
    "sum",
    "share",
    "share_verb",
    "growth",
    "change",
    "times",
    "explain",
    "why",
    "advice",
    "convert",
    "chart",
    "points",
    "difference",
}


@dataclass
class Slots:
    """What one sub-question names. Indices are positions in `tags`."""

    tags: list[Tag] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)

    def ops(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, tag in enumerate(self.tags):
            for op in tag.ids("op"):
                found.setdefault(op, []).append(at)
        return found

    def has(self, *ops: str) -> bool:
        present = self.ops()
        return any(op in present for op in ops)

    def all(self, kind: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.kind == kind]

    def any(self, kind: str) -> bool:
        return any(tag.kind == kind for tag in self.tags)

    def units(self) -> set[str]:
        return {tag.senses[0].id for tag in self.tags if tag.kind == "quantity"}

    def values(self, kind: str) -> list[Any]:
        return [tag.value for tag in self.tags if tag.kind == kind]

    def numbers(self) -> list[tuple[Decimal, str, int]]:
        return [
            (Decimal(str(tag.value)), tag.senses[0].id, at)
            for at, tag in enumerate(self.tags)
            if tag.kind == "number"
        ]

    @property
    def is_empty(self) -> bool:
        return not self.pieces

    def add(self, tag: Tag) -> None:
        if tag.kind in CONTENT:
            self.pieces.append(len(self.tags))
        self.tags.append(tag)


def part_of(slots: Slots, start: int, end: int) -> Slots:
    """The slots of the tags from `start` up to `end`."""
    part = Slots()
    for tag in slots.tags[max(start, 0) : end]:
        part.add(tag)
    return part


def split(reading: Reading) -> list[Slots]:
    """Cut the tags into sub-questions, each with at most one thing asked for."""
    segments = [Slots()]
    closed = False
    for at, tag in enumerate(reading.tags):
        current = segments[-1]
        reopens = (
            any(op in _REOPENING_OPS for op in tag.ids("op"))
            or asks_which(tag)
            or tag.kind == "derived"
            or (
                # "废止了几件规范性文件" asks once; "一共几件，纠正了几件" asks twice.
                tag.kind in CONTENT and any(_asks(later) for later in reading.tags[at + 1 :])
            )
        )
        if closed and reopens and current.pieces and not _continues(current, tag):
            segments.append(Slots())
            closed = False
        segments[-1].add(tag)
        closed = closed or (_asks(tag) and _names_something(segments[-1]))
    return _merged([segment for segment in segments if segment.tags])


def _names_something(slots: Slots) -> bool:
    """Whether a measure is named, apart from what is left out ("除自然人外哪类…")."""
    ops = slots.ops()
    start, end = ops.get("except_before", []), ops.get("except_after", [])
    if start and end:
        return any(at < start[0] or at > end[-1] for at in slots.pieces)
    return bool(slots.pieces)


def asks_which(tag: Tag) -> bool:
    """ "哪个多" about two values named before."""
    return "compare" in tag.ids("op") and bool(
        Lexicon.built_in().pattern("which_more").fullmatch(tag.text)
    )


def _asks(tag: Tag) -> bool:
    """Whether `tag` is a question word for a value."""
    return tag.kind in _ASKING or (
        any(op in _ASKING_OPS for op in tag.ids("op"))
        and any(word in tag.text for word in _ASKING_WORDS)
    )


def _merged(segments: list[Slots]) -> list[Slots]:
    """A last bit that asks nothing of its own ("…多少件，合计") belongs to what stands before."""
    kept: list[Slots] = []
    for segment in segments:
        asks = (
            segment.pieces
            or segment.any("quantity")
            or segment.has(*_ASKING_OPS, "difference", "chart", "change", "convert", "compare")
        )
        if kept and not asks:
            for tag in segment.tags:
                kept[-1].add(tag)
        else:
            kept.append(segment)
    return kept


def _continues(current: Slots, tag: Tag) -> bool:
    """Whether `tag` still belongs to what `current` asks: a comparison whose second side follows
    its question word, or a second cue of the same asking ("占多少比例")."""
    last = current.tags[-1]
    if current.has("maximum", "minimum") and not current.any("quantity"):
        places = ("maximum", "minimum")
        both = sum(
            t.kind == "ordinal" or bool(set(places) & set(t.ids("op"))) for t in current.tags
        )
        if tag.of("and") or (both == 2 and {"difference", "times", "ratio"} & set(tag.ids("op"))):
            return True  # "最高年与最低年之差"
        if {"share", "share_verb"} & set(tag.ids("op")) or "share_verb" in last.ids("op"):
            return True  # "最多的占几成", "最多的占不予公开的几成"
    if tag.kind in CONTENT and current.has("per", "than") and len(current.pieces) < 2:
        return True
    if (
        tag.kind not in CONTENT
        and "sum" not in tag.ids("op")
        and any(set(tag.ids("op")) & set(t.ids("op")) for t in current.tags)
    ):
        return True
    if tag.kind not in CONTENT and last.kind == "quantity" and "share" in tag.ids("op"):
        return current.has("share", "share_verb")
    asks_why = "why" in last.ids("op")  # "为什么不公开"
    return (last.kind in ("and", "of") or asks_why) and tag.kind in CONTENT


def first(tags: Iterable[Tag], kind: str) -> Tag | None:
    return next((tag for tag in tags if tag.kind == kind), None)
