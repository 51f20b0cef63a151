"""Slots: the tags of one question, sorted by what they are for, and cut into sub-questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assistant.lexicon import Lexicon
from assistant.plan import Nested
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
_MORE = {"more", "above_after", "compare"}
_COMPUTING = {
    "difference",
    "times",
    "ratio",
    "than",
    "add",
    "minus",
    "points",
    "per",
    "more",
    "less",
}
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
                if op == "sum" and self.is_column(at):
                    continue
                if op == "why" and self._asks_value(at):
                    continue
                if op in _MORE and at and self._is_rough(at - 1):
                    continue
                found.setdefault(op, []).append(at)
            if tag.kind == "filler" and self._adds_named(at):
                found.setdefault("sum", []).append(at)
        return found

    def _adds_named(self, at: int) -> bool:
        """ "规章和规范性文件共制发几件", "2023年和2024年共新收几件": behind two of a kind that are
        joined, the word that else only says how many there are."""
        if self.tags[at].text not in Lexicon.built_in().words["together"]:
            return False
        before = self.tags[:at]
        if any(
            {"range", "since", "recent", "all"} & {*tag.ids("year"), *tag.ids("year_word")}
            for tag in before
        ):
            return True
        joints = [place for place, tag in enumerate(before) if tag.kind == "and" and place]
        kinds = [
            {"name" if tag.kind in CONTENT else tag.kind for tag in pair}
            for pair in ((before[j - 1], *before[j + 1 : j + 2]) for j in joints)
            if len(pair) == 2
        ]
        return any(len(kind) == 1 and kind & {"name", "year", "place"} for kind in kinds)

    def is_column(self, at: int) -> bool:
        """Whether 总计 is the name of a column beside others ("复议 总计 维持 纠正")."""
        tag, behind = self.tags[at], self.tags[at + 1 :]
        return "total" in tag.ids("aspect") and any(later.kind == "aspect" for later in behind)

    def _asks_value(self, at: int) -> bool:
        """ "部分公开之件数为何": which number it is, not what for."""
        words = Lexicon.built_in()
        ends = self.tags[at].text in words.words["what_is"] and at + 1 == len(self.tags)
        return ends and at > 0 and bool(words.pattern("number_noun").search(self.tags[at - 1].text))

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
            if tag.kind == "number" and not self._is_rough(at)
        ]

    def _is_rough(self, at: int) -> bool:
        """ "五万多件许可": about how many there are of what follows, no limit."""
        more, behind = self.tags[at + 1 : at + 2], self.tags[at + 2 : at + 4]
        named = next((tag for tag in behind if tag.kind != "filler"), None)
        rough = self.tags[at].kind == "number" and bool(more)
        rough = rough and more[0].text in Lexicon.built_in().words["roughly_more"]
        return rough and named is not None and named.kind == "item"

    @property
    def is_empty(self) -> bool:
        return not self.pieces

    def add(self, tag: Tag) -> None:
        if tag.kind in CONTENT:
            self.pieces.append(len(self.tags))
        self.tags.append(tag)


def nested_of(slots: Slots) -> Nested:
    """How two places of an order compare: how many times, by how many, or by how many per cent of
    the smaller one."""
    if slots.has("times"):
        return "times"
    return "relative" if "%" in slots.units() and not slots.has("points") else "difference"


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
            or _asks_other_money(current, tag)
            or (tag.kind == "quantity" and _asks_of_next(reading.tags[at:]))
            or (
                # "废止了几件规范性文件" asks once; "一共几件，纠正了几件" asks twice.
                tag.kind in CONTENT and any(_asks(later) for later in reading.tags[at:])
            )
            or _goes_on_to(current, reading.tags[at:])
            or _opens_share(reading.tags[at:])
        )
        if _shares_again(current, reading.tags[at:]):
            closed = reopens = True
        if _names_total(current, reading.tags[at:]):
            closed = reopens = True
        ends = _compares_ends(current, reading.tags[at:])
        if closed and reopens and current.pieces and not (ends or _continues(current, tag)):
            segments.append(Slots())
            closed = False
        segments[-1].add(tag)
        closed = closed or (_asks(tag) and _names_something(segments[-1]))
    return _merged([segment for segment in segments if segment.tags])


def _goes_on_to(current: Slots, tags: Sequence[Tag]) -> bool:
    """ "复议占办结多少，诉讼呢": after a share, another measure of which the same is asked."""
    named = tags[0].kind in CONTENT and not tags[0].senses[0].weak
    named = named or (tags[0].kind == "place" and not current.any("place"))
    shared = current.has("share", "share_verb") or "%" in current.units()
    return named and shared and len(tags) == 2 and tags[1].kind == "ellipsis"


def _opens_share(tags: Sequence[Tag]) -> bool:
    """ "不予处理有多少件，其中重复申请占比": the part behind 其中 and its share go together."""
    inside = Lexicon.built_in().pattern("inside_of_it")
    opens = "of_which" in tags[0].ids("op") and bool(inside.search(tags[0].text))
    return opens and any("share" in tag.ids("op") for tag in tags)


def _shares_again(current: Slots, tags: Sequence[Tag]) -> bool:
    """ "上年结转里企业占比，今年结转里企业占比": two shares, each inside its own whole."""
    opens = tags[0].kind in CONTENT or tags[0].kind in ("year", "year_word")
    inside = current.has("share") and current.has("of_which") and not current.any("quantity")
    ops = {op for tag in tags for op in tag.ids("op")}
    return opens and inside and {"share", "of_which"} <= ops and not ops & _COMPUTING


def _compares_ends(current: Slots, tags: Sequence[Tag]) -> bool:
    """ "最多的一年比最少的一年多几件": one question about both ends of an order."""
    extremes = {"maximum", "minimum"}
    first = current.has(*extremes) and "than" in tags[0].ids("op")
    behind = [tag for tag in tags[1:3] if extremes & set(tag.ids("op"))]
    within = current.has(*extremes) and current.has("than") and extremes & set(tags[0].ids("op"))
    return bool(within) or (first and bool(behind))


def _names_total(current: Slots, tags: Sequence[Tag]) -> bool:
    """ "复议案件总数及纠正数": the whole and a part of it, as two things asked for; not where the
    two are computed with."""
    listed = tags[0].kind == "aspect" and not current.has("of_which")
    if not (tags[0].kind == "and" or listed) or not current.pieces:
        return False
    total = current.tags[-1].text in Lexicon.built_in().words["total_count"]
    computed = any({*tag.ids("op")} & _COMPUTING for tag in (*tags, *current.tags))
    rest = tags if listed else tags[1:]
    behind = next((tag for tag in rest if tag.kind in CONTENT or tag.of("op")), None)
    if behind is None or not total or computed or current.has("share", "share_verb"):
        return False
    part = behind.kind == "aspect" and not any(tag.of("item") for tag in tags)
    return part or bool({"share", "share_verb"} & {*behind.ids("op")})


def _asks_of_next(tags: Sequence[Tag]) -> bool:
    """ "…, 还有多少没办完": a question word that stands before what it asks of."""
    if Lexicon.built_in().pattern("of_before").search(tags[0].text):
        return False  # "最多的达到多少"
    behind = next((tag for tag in tags[1:] if tag.kind in CONTENT or _asks(tag)), None)
    return behind is not None and behind.kind in CONTENT and not behind.senses[0].weak


def _asks_other_money(current: Slots, tag: Tag) -> bool:
    """ "是多少万元，折合多少亿", "项目几个，花了多少钱": the same in another unit."""
    asked = {unit for unit in current.units() if unit.endswith("元") or unit == "个"}
    unit = tag.senses[0].id if tag.kind == "quantity" else ""
    return bool(asked) and unit.endswith("元") and unit not in asked


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
    words = Lexicon.built_in().words
    if tag.kind == "group":
        return any(word in tag.text for word in words["asking_how"])  # "结果如何"
    if tag.kind == "item" and any(word in tag.text for word in words["asked_inside"]):
        return True  # "收到多少申请"
    cue = any(op in _ASKING_OPS for op in tag.ids("op"))
    return tag.kind in _ASKING or (cue and any(word in tag.text for word in words["asking"]))


def _merged(segments: list[Slots]) -> list[Slots]:
    """A last bit that asks nothing of its own ("…多少件，合计") belongs to what stands before."""
    kept: list[Slots] = []
    for segment in segments:
        asks = (
            segment.pieces
            or segment.any("quantity")
            or segment.has(*_ASKING_OPS, "difference", "chart", "change", "convert", "compare")
            or (segment.any("place") and segment.any("ellipsis"))
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
        if "explain" in tag.ids("op"):
            return True  # "比例最高的理由是什么，占多少"
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
    joined = last.text.endswith("的") or tag.text.startswith("的")
    if {"maximum", "minimum"} & set(last.ids("op")) and joined and tag.kind in CONTENT:
        return True  # "企业最多的办理结果是哪种"
    if "which" in last.ids("op") and tag.kind in CONTENT:
        return True  # "法人里面哪类申请最少"
    asks_why = "why" in last.ids("op")  # "为什么不公开"
    return (last.kind in ("and", "of") or asks_why) and tag.kind in CONTENT


def first(tags: Iterable[Tag], kind: str) -> Tag | None:
    return next((tag for tag in tags if tag.kind == kind), None)
