"""Mentions: the items and aspects that a question names, and which of them are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.lexicon import Lexicon, Sense
from assistant.messages import message
from assistant.notation import to_regex
from assistant.plan import Clarify, Term
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.slots import Slots
from assistant.tagger import Tag

# Beside these a word for refusing names a whole of its own.
_NEEDS_WHOLE = ("share", "share_verb", "except_before", "except_after", "rest", "minus")


@dataclass(frozen=True, slots=True)
class Mention:
    """An item or aspect named at a place of the question; both where they were joined."""

    at: int
    item: str = ""
    aspect: str = ""
    weak: bool = False


def mentions_of(slots: Slots, schema: Schema) -> list[Mention]:
    """Items and aspects in order, ambiguous words settled by what stands beside them."""
    beside = _Beside.of(slots, schema)
    found = []
    for at in slots.pieces:
        tag = slots.tags[at]
        if is_place_word(at, slots):
            continue
        if tag.kind == "prose":
            found.append(Mention(at, item=tag.ids("prose")[0]))
        elif tag.kind in ("item", "aspect"):
            if _is_operation(tag, beside, schema):
                continue
            if is_applied_for(at, slots):
                found += [Mention(at, item=id_) for id_ in slots.tags[at - 1].ids("item")[:1]]
                continue
            mention = _settled(at, tag, beside, schema)
            if mention:
                found.append(_seen_by(mention, slots))
    found = _without_sum(found, slots)
    return _without_loose(_without_denied(found, slots), slots, schema)


def is_place_word(at: int, slots: Slots) -> bool:
    """ "第二多的单位是哪家", "除余杭外其他单位": who publishes, not a kind of applicant."""
    tag = slots.tags[at]
    if tag.kind != "aspect" or tag.text not in Lexicon.built_in().words["publisher_words"]:
        return False
    before = slots.tags[at - 1] if at else None
    left_out = before is not None and "except_after" in before.ids("op") and slots.any("place")
    return left_out or slots.has("which_place")


def _without_sum(mentions: list[Mention], slots: Slots) -> list[Mention]:
    """ "复议维持和纠正总计多少": the sum of two named before, not a column beside them."""
    named = [m for m in mentions if m.aspect != "total"]
    summed = [
        m
        for m in mentions
        if m.aspect == "total" and not slots.is_column(m.at) and "sum" in slots.tags[m.at].ids("op")
    ]
    sides = [m for m in named if m.aspect]
    return [m for m in mentions if m not in summed] if len(sides) > 1 else mentions


def _is_operation(tag: Tag, beside: _Beside, schema: Schema) -> bool:
    """ "不予公开的增减": no column of that item, so the change is to be computed."""
    sides = tag.ids("aspect")
    fits = any(schema.allows(item, side) for item in beside.items for side in sides)
    return bool(sides and beside.items and tag.of("op")) and not fits


def is_applied_for(at: int, slots: Slots) -> bool:
    """ "申请公开的企业有几家": 公开 is what was asked for."""
    words, tags = Lexicon.built_in().words, slots.tags
    said = at > 0 and tags[at - 1].text in words["applying"] and bool(tags[at - 1].of("item"))
    if at > 1 and tags[at - 2].kind == "number":
        return False  # "27件申请公开了几件": so many, and then what became of them
    return said and tags[at].text in words["applied_for"]


# What the government wins is upheld; to the other side that is a loss.
TURNED = {"upheld": "corrected", "corrected": "upheld"}


def _seen_by(mention: Mention, slots: Slots) -> Mention:
    """ "老百姓打官司赢了几件": the form counts as the government sees it."""
    turned = TURNED.get(mention.aspect, "")
    wins = bool(turned) and other_side_wins(mention.at, slots)
    return replace(mention, aspect=turned) if wins else mention


def other_side_wins(at: int, slots: Slots) -> bool:
    """Whether the tag at `at` says who won or lost, and of the other side than the government."""
    words, text = Lexicon.built_in().words, slots.tags[at].text
    told = any(word in text for word in (*words["win_words"], *words["lose_words"]))
    sides = [
        tag.text in words["opponents"]
        for tag in slots.tags[:at]
        if tag.text in words["opponents"] or tag.of("here")
    ]
    return told and bool(sides) and sides[0]


@dataclass(frozen=True)
class _Beside:
    """What stands beside an ambiguous word."""

    items: frozenset[str]  # named without doubt
    subject: bool  # something that outcomes and applicant kinds can be of
    excluding: bool  # 除…外 is there
    asked: tuple[bool, ...] = ()  # for each tag, whether it asks for a number
    loose: frozenset[str] = frozenset()  # items named only by a word that gives way
    counted: tuple[bool, ...] = ()  # for each tag, whether it is the number of "每千件…"
    compared: tuple[bool, ...] = ()  # for each tag, whether it opens what is held against another

    @classmethod
    def of(cls, slots: Slots, schema: Schema) -> _Beside:
        tags = [slots.tags[at] for at in slots.pieces]
        items = frozenset(
            sense.id
            for tag in tags
            for sense in tag.senses
            if sense.kind == "item" and not sense.weak
        )
        groups = [schema.vocabulary.groups[name] for tag in tags for name in tag.ids("group")]
        subject = (
            bool(items)
            or any(tag.kind in ("derived", "prose") for tag in tags)
            or any(group.axis == "items" for group in groups)
        )
        asked = tuple(tag.kind == "quantity" for tag in slots.tags)
        counted = tuple(slots.has("per") and tag.kind == "number" for tag in slots.tags)
        loose = frozenset(
            id_
            for tag in tags
            for id_ in tag.ids("item")[:1]
            if id_ in items and _loose(schema.entry(id_).loose).fullmatch(tag.text)
        )
        excluding = slots.has("except_before", "except_after")
        compared = tuple(
            at > 0 and "than" in tag.ids("op") and at - 2 not in slots.pieces
            for at, tag in enumerate(slots.tags)
        )
        return cls(items, subject, excluding, asked, loose, counted, compared)


def _settled(at: int, tag: Tag, beside: _Beside, schema: Schema) -> Mention | None:
    """The one sense of `tag` that fits the other items; weak ones give way."""
    fitting = _fitting(tag, beside.items, schema)
    aspects = [sense for sense in fitting if sense.kind == "aspect"]
    chosen = aspects[0] if beside.items and aspects else fitting[0]
    ambiguous = chosen.weak and len({sense.id for sense in fitting}) > 1
    inner = _member_beside(tag, beside, schema) if ambiguous and not beside.excluding else ""
    if inner:
        return Mention(at, item=inner)
    if ambiguous and beside.excluding:
        return None  # 其他 beside 除…外 means the rest
    asked = chosen.kind == "item" and _is_asked(at, chosen.id, beside, schema)
    loose = chosen.weak and beside.subject and not asked
    if loose and (chosen.kind == "item" or len(fitting) == 1):
        return None  # "老百姓问你们要信息，完整给了的": who asks, not a column of the table
    if ambiguous and not beside.items:
        raise ScopeError(Clarify(message("which_other", word=tag.text)))
    if chosen.kind == "item":
        return Mention(at, item=chosen.id, weak=chosen.weak)
    return Mention(at, aspect=chosen.id, weak=chosen.weak)


def _member_beside(tag: Tag, beside: _Beside, schema: Schema) -> str:
    """ "其他占其他处理多少": the row of that name inside the one named beside it; "" if none."""
    held = (id_ for id_ in tag.ids("item") if any(id_ in schema.members(i) for i in beside.items))
    return next(held, "")


def _is_asked(at: int, item: str, beside: _Beside, schema: Schema) -> bool:
    """ "收到的申请答复了多少": the verb right before the question word is what is asked about."""
    if at and beside.counted[at - 1]:
        return True  # "每千件申请对应几件诉讼"
    if any(beside.compared[at + 1 : at + 2]):
        return True  # "收到的申请比办结的多吗"
    asked = at + 1 < len(beside.asked) and beside.asked[at + 1]
    return asked and any(item in schema.entry(other).gives_way_to for other in beside.loose)


def _fitting(tag: Tag, items: frozenset[str], schema: Schema) -> list[Sense]:
    """The senses that go with `items`, all of them if none does."""
    senses = [sense for sense in tag.senses if sense.kind in ("item", "aspect")]
    senses = [sense for sense in senses if not sense.weak] or senses
    return [
        sense
        for sense in senses
        if sense.kind == "item" or not items or any(schema.allows(i, sense.id) for i in items)
    ] or senses


def _without_loose(mentions: list[Mention], slots: Slots, schema: Schema) -> list[Mention]:
    """ "信访类被拒的": beside a ground, the word for refusing only says how it ended."""
    if slots.has(*_NEEDS_WHOLE) or "%" in slots.units():
        return mentions
    items = {m.item for m in mentions if m.item}
    return [m for m in mentions if not (m.item and _gives_way(m, items, slots, schema))]


def _is_joined(mention: Mention, slots: Slots) -> bool:
    """Whether a connective or 比 stands right before or behind it."""
    beside = slots.tags[max(mention.at - 1, 0) : mention.at + 2]
    return any(tag.kind == "and" or "than" in tag.ids("op") for tag in beside)


def _gives_way(mention: Mention, items: set[str], slots: Slots, schema: Schema) -> bool:
    entry = schema.entry(mention.item)
    exact = any(
        item == other or schema.contains(other, item)
        for item in items - {mention.item}
        for other in entry.gives_way_to
    )
    loose = bool(_loose(entry.loose).fullmatch(slots.tags[mention.at].text))
    return exact and loose and not _is_joined(mention, slots)


@lru_cache(maxsize=64)
def _loose(aliases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(to_regex, aliases)) or "(?!)")


def _denied(mentions: list[Mention], slots: Slots) -> list[Mention]:
    """Those with 不是, 并非, 非 right before them."""
    words = Lexicon.built_in().words["denials"]
    return [m for m in mentions if m.at > 0 and slots.tags[m.at - 1].text in words]


def _without_denied(mentions: list[Mention], slots: Slots) -> list[Mention]:
    """ "单位（不是个人）": what is denied only says what is not meant, where one like it is named;
    else ("复议结果不是维持的") it stays, to be left out of the whole."""
    denied = _denied(mentions, slots)
    opens = bool(slots.tags) and slots.tags[0].of("correction") is not None
    if opens and denied and denied[0].at == 1 and len(mentions) > len(denied):
        return [m for m in mentions if m not in denied]  # "不是新收，是办结"
    spelt = slots.ops().get("including", [len(slots.tags)])[0]  # "（含没审结的）" is no other side
    kept = [m for m in mentions if m not in denied and m.at < spelt]
    alike = {bool(m.item) for m in kept if m.aspect or m.item}
    return (
        [m for m in mentions if m not in denied or not _has_alike(m, kept)] if alike else mentions
    )


def _has_alike(denied: Mention, kept: list[Mention]) -> bool:
    return any(bool(m.aspect) and bool(denied.aspect) for m in kept)


# ---- what is left out or taken away ----


def split_excluded(
    slots: Slots, mentions: list[Mention], schema: Schema
) -> tuple[list[Mention], list[Mention]]:
    """(kept, excluded): what stands between 除 and 以外 (or after 不含) is excluded."""
    denied = [m for m in _denied(mentions, slots) if _has_whole(m, mentions, schema)]
    if denied:
        return [m for m in mentions if m not in denied], denied
    ops = slots.ops()
    start, end = ops.get("except_before", []), ops.get("except_after", [])
    both = [at for at in start if at in end]  # "不算" may stand before and behind
    start, end = (
        [at for at in start if at not in both or not _stands_behind(at, slots, mentions)],
        [at for at in end if at not in both or _stands_behind(at, slots, mentions)],
    )
    if not start and not end:
        return mentions, []
    held = _held_out(slots, mentions, start)
    if held:
        return [m for m in mentions if m not in held], held
    first = start[0] if start else -1
    last = next((at for at in end if at > first), None)
    if last is None:
        last = _run_end(slots, first)
    inside = [m for m in mentions if first < m.at < last]
    containers = [m for m in inside if _contains_one(m, inside, schema)]
    kept = [m for m in mentions if m not in inside] + containers
    excluded = [m for m in inside if m not in containers]
    # "除了自然人，法人和其他组织一共多少": the kind that follows is what is asked about.
    sides = all(m.aspect and not m.item for m in excluded) and not any(m.aspect for m in kept)
    if not end and len(excluded) > 1 and sides and not _listed(slots, excluded):
        shared = slots.has("share", "share_verb")  # "去掉没审结的，结果纠正的占多少": of the others
        return [*kept, excluded[-1]], excluded[:-1] if shared else []
    if not kept and not end and len(excluded) > 1 and not _listed(slots, excluded):
        kept, excluded = excluded[-1:], excluded[:-1]
    # 其他 beside 除…外 means the rest, not a row or column of that name.
    kept = [m for m in kept if not (m.weak and m.aspect)]
    return kept, excluded


def _stands_behind(at: int, slots: Slots, mentions: list[Mention]) -> bool:
    """ "没审结的不算": what is left out stands right before the word, which may also stand before
    it ("复议不算没审结的"). Raises ScopeError where either may be meant."""
    before = next((m for m in mentions if m.at == at - 1), None)
    behind = next((m for m in mentions if m.at == at + 1), None)
    sides = [m is not None and bool(m.aspect and not m.item) for m in (before, behind)]
    rated = at + 1 in slots.pieces and slots.tags[at + 1].of("derived") is not None
    if before is not None and rated:
        return True  # "部分公开不算，公开率多少"
    if all(sides):
        raise ScopeError(Clarify(message("not_put_together")))
    return sides[0]


def _listed(slots: Slots, excluded: list[Mention]) -> bool:
    """Whether the rest is asked for, or the last one left out is joined to the one before it."""
    between = slots.tags[excluded[-2].at : excluded[-1].at]
    return slots.has("rest") or any(tag.kind == "and" for tag in between)


def _held_out(slots: Slots, mentions: list[Mention], start: list[int]) -> list[Mention]:
    """ "把予以公开的抛开，其余…": what stands between 把 and the word."""
    holds = [
        at for at, tag in enumerate(slots.tags) if tag.text in Lexicon.built_in().words["holds"]
    ]
    if not start or not holds or holds[0] > start[0]:
        return []
    return [m for m in mentions if holds[0] < m.at < start[0]]


def _has_whole(denied: Mention, mentions: list[Mention], schema: Schema) -> bool:
    """Whether something is named that `denied` is a part of."""
    return any(
        other.item
        and (
            (denied.item and schema.contains(other.item, denied.item))
            or (denied.aspect and not denied.item and schema.allows(other.item, denied.aspect))
        )
        for other in mentions
        if other is not denied
    )


def _run_end(slots: Slots, first: int) -> int:
    """ "不含部分公开": without 以外, only the run of names right behind the word is meant."""
    at = first + 1
    joins = ("and", "copula")  # "扣除答复为本机关不掌握的"
    while at < len(slots.tags) and (at in slots.pieces or slots.tags[at].kind in joins):
        at += 1
    return at


def _contains_one(mention: Mention, others: list[Mention], schema: Schema) -> bool:
    return any(
        mention.item and other.item and schema.contains(mention.item, other.item)
        for other in others
    )


def without_included(
    mentions: list[Mention], slots: Slots, schema: Schema, denied: bool = False
) -> list[Mention]:
    """ "行政诉讼（含直接起诉和复议后起诉）": what follows 含 only spells out the whole, and what
    stays where something is left out (`denied`)."""
    if not slots.has("including"):
        return mentions
    behind = slots.ops()["including"][0] if denied else len(slots.tags)
    return [
        m
        for m in mentions
        if not any(_contains_one(o, [m], schema) for o in mentions)
        and not (m.aspect and not m.item and m.at > behind)
    ]


def split_minus(slots: Slots, mentions: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """ "新收减去自然人": (before, after) the sign."""
    at = slots.ops().get("minus", [])
    if not at:
        return mentions, []
    before = [m for m in mentions if m.at < at[0]]
    after = [m for m in mentions if m.at > at[0]]
    return (before, after) if before and after else (mentions, [])


def minus_terms(after: list[Mention], before: list[Mention], schema: Schema) -> list[Term]:
    """The terms to take away; an aspect alone is of the item before the sign."""
    items = [m.item for m in before if m.item]
    terms = []
    for mention in after:
        item = mention.item or (items[0] if items else "")
        aspect = mention.aspect or (schema.default_aspect(item) if item else "")
        if item and aspect and schema.allows(item, aspect):
            terms.append(Term(item, aspect, -1))
    return terms


# ---- groups beside their members ----


def member_named(group: str, mentions: list[Mention], slots: Slots, schema: Schema) -> bool:
    """ "“其他”类申请人" names one member of the group, not the group."""
    members = schema.vocabulary.groups[group].members
    named = any(m.item in members or m.aspect in members for m in mentions)
    asks_among = slots.has("which", "maximum", "minimum", "rank", "breakdown")
    return (
        named
        and not (asks_among and not slots.any("quantity"))
        and not (asks_among and slots.has("except_before", "except_after"))
    )


def with_group_item(dropped: list[str], mentions: list[Mention], schema: Schema) -> list[Mention]:
    """ "行政复议结果维持": the group said which item the named outcome is of."""
    if any(m.item for m in mentions):
        return mentions
    items = [schema.vocabulary.groups[g].of for g in dropped if schema.vocabulary.groups[g].of]
    return [*mentions, *(Mention(-1, item=item) for item in items)]
