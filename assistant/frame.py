"""Frame: the measures that one sub-question names, before place and year are settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.messages import message
from assistant.plan import Clarify, Quantity, Refuse, Term
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.slots import Slots
from assistant.tagger import Tag


@dataclass(frozen=True, slots=True)
class Mention:
    """An item or aspect named at a place of the question; both where they were joined."""

    at: int
    item: str = ""
    aspect: str = ""
    weak: bool = False


@dataclass
class Frame:
    """Terms asked about; `whole` is what a share is taken of; `derived` a named rate.

    `only_aspects`: aspects named without an item (the item then comes from the conversation).
    """

    terms: list[Term] = field(default_factory=list)
    whole: list[Term] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    only_aspects: list[str] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    excluded_aspects: list[str] = field(default_factory=list)
    open_items: list[str] = field(default_factory=list)  # items whose aspect is not settled
    minus: list[Term] = field(default_factory=list)  # taken away from the terms
    together: bool = False  # the terms are meant as one sum
    topics: list[str] = field(default_factory=list)
    weak_only: bool = False

    @property
    def is_empty(self) -> bool:
        return not (
            self.terms
            or self.derived
            or self.groups
            or self.topics
            or self.only_aspects
            or self.open_items
            or self.excluded
            or self.excluded_aspects
        )


def mentions_of(slots: Slots, schema: Schema) -> list[Mention]:
    """Items and aspects in order, ambiguous words settled by what stands beside them."""
    strong_items = {
        id_
        for at in slots.pieces
        for s in slots.tags[at].senses
        if s.kind == "item" and not s.weak
        for id_ in [s.id]
    }
    has_subject = (
        bool(strong_items)
        or any(slots.tags[at].kind in ("derived", "prose") for at in slots.pieces)
        or any(
            schema.vocabulary.groups[g].axis == "items"
            for at in slots.pieces
            for g in slots.tags[at].ids("group")
        )
    )
    found = []
    for at in slots.pieces:
        tag = slots.tags[at]
        if tag.kind == "prose":
            found.append(Mention(at, item=tag.ids("prose")[0]))
        elif tag.kind in ("item", "aspect"):
            excluding = slots.has("except_before", "except_after")
            mention = _settled(at, tag, strong_items, has_subject, schema, excluding)
            if mention:
                found.append(mention)
    return found


def _settled(
    at: int,
    tag: Tag,
    strong_items: set[str],
    has_subject: bool,
    schema: Schema,
    excluding: bool,
) -> Mention | None:
    """The one sense of `tag` that fits the other items; weak ones give way."""
    senses = [s for s in tag.senses if s.kind in ("item", "aspect")]
    strong = [s for s in senses if not s.weak]
    if strong:
        senses = strong
    fitting = [
        s
        for s in senses
        if s.kind == "item" or not strong_items or any(schema.allows(i, s.id) for i in strong_items)
    ]
    if not fitting:
        fitting = senses
    aspects = [s for s in fitting if s.kind == "aspect"]
    chosen = aspects[0] if strong_items and aspects else fitting[0]
    if chosen.weak and excluding and len({s.id for s in fitting}) > 1:
        return None  # 其他 beside 除…外 means the rest
    if chosen.kind == "item" and chosen.weak and has_subject:
        return None
    if len({s.id for s in fitting}) > 1 and chosen.weak and not strong_items:
        raise ScopeError(Clarify(message("which_other", word=tag.text)))
    if chosen.kind == "item":
        return Mention(at, item=chosen.id, weak=chosen.weak)
    return Mention(at, aspect=chosen.id, weak=chosen.weak)


def terms_of(mentions: Iterable[Mention], schema: Schema, frame: Frame) -> list[Term]:
    """Items joined with the aspects that go with them; what stays open is noted in `frame`.

    Raises ScopeError where an aspect goes with none of the items named.
    """
    mentions = list(mentions)
    items = list(dict.fromkeys(m.item for m in mentions if m.item))
    aspects = list(dict.fromkeys(m.aspect for m in mentions if m.aspect))
    if not items:
        for aspect in aspects:
            default = schema.default_item(aspect)
            if default:
                frame.terms.append(Term(default, aspect))
            frame.only_aspects.append(aspect)
        terms, frame.terms = frame.terms, []
        return terms
    if aspects and _alternate(mentions):
        return _zipped(mentions, schema)
    terms = []
    for item in items:
        fitting = [aspect for aspect in aspects if schema.allows(item, aspect)]
        if fitting:
            terms += [Term(item, aspect) for aspect in fitting]
        elif schema.default_aspect(item):
            terms.append(Term(item, schema.default_aspect(item)))
        else:
            frame.open_items.append(item)
    misfits = [a for a in aspects if not any(schema.allows(item, a) for item in items)]
    if misfits:
        raise ScopeError(_misfit(items, misfits, schema))
    return terms


def _alternate(mentions: list[Mention]) -> bool:
    """I A I A or A I A I: each aspect belongs to its neighbour, not to every item."""
    kinds = "".join("i" if m.item else "a" for m in mentions)
    return (
        len(kinds) >= 4
        and len(kinds) % 2 == 0
        and kinds in ("ia" * (len(kinds) // 2), "ai" * (len(kinds) // 2))
    )


def _zipped(mentions: list[Mention], schema: Schema) -> list[Term]:
    terms = []
    for left, right in zip(mentions[::2], mentions[1::2], strict=True):
        item, aspect = left.item or right.item, left.aspect or right.aspect
        if not schema.allows(item, aspect):
            raise ScopeError(_misfit([item], [aspect], schema))
        terms.append(Term(item, aspect))
    return terms


def _misfit(items: list[str], aspects: list[str], schema: Schema) -> Clarify:
    names = "、".join(schema.entry(i).name for i in items)
    sides = "、".join(schema.vocabulary.aspects[a].name for a in aspects)
    return Clarify(message("no_such_cell", item=names, aspect=sides), reason="ambiguous")


def _without_denied(mentions: list[Mention], slots: Slots) -> list[Mention]:
    """ "单位（不是个人）": what is denied only says what is not meant, where something else is."""
    denied = [
        m
        for m in mentions
        if m.at and slots.tags[m.at - 1].text in ("不是", "而不是", "并非", "非")
    ]
    kept = [m for m in mentions if m not in denied]
    return kept or mentions


_CONSEQUENCE = ("而", "并", "又", "并且")  # "因涉密而不予公开": one thing, not two


def without_containers(terms: list[Term], slots: Slots, schema: Schema) -> list[Term]:
    """Drop a term that only says where another stands ("不予公开里属于国家秘密的")."""
    joined = any(tag.text not in _CONSEQUENCE for tag in slots.all("and"))
    if joined and not slots.has("of_which"):
        return terms
    kept = []
    if len(terms) > 2 and not slots.has("of_which"):
        # "公司、研究所、律所这些组织": the parts spell out the container.
        for term in terms:
            others = [o for o in terms if o != term]
            if all(
                o.item == term.item and o.aspect in schema.vocabulary.aspects[term.aspect].sum_of
                for o in others
                if term.aspect in schema.vocabulary.aspects
            ):
                return [term]
    for term in terms:
        inside = [
            other
            for other in terms
            if other != term
            and (
                (schema.contains(term.item, other.item) and other.aspect == term.aspect)
                or (term.item == other.item and schema.aspect_contains(term.aspect, other.aspect))
            )
        ]
        if not inside:
            kept.append(term)
    return kept


def build(slots: Slots, schema: Schema) -> Frame:
    """The frame of one sub-question. Raises ScopeError where its words do not fit together."""
    frame = Frame()
    for at in slots.pieces:
        tag = slots.tags[at]
        if tag.kind in ("derived", "group", "topic"):
            target = {"derived": frame.derived, "group": frame.groups, "topic": frame.topics}
            target[tag.kind] += [
                id_ for id_ in tag.ids(tag.kind)[:1] if id_ not in target[tag.kind]
            ]
    mentions = _without_denied(mentions_of(slots, schema), slots)
    frame.weak_only = bool(mentions) and all(m.weak for m in mentions if m.item)
    dropped = [g for g in frame.groups if _member_named(g, mentions, slots, schema)]
    frame.groups = [g for g in frame.groups if g not in dropped]
    mentions = _with_group_item(dropped, mentions, schema)
    kept, excluded = _split_excluded(slots, mentions, schema)
    kept = _without_included(kept, slots, schema)
    kept, minus = _split_minus(slots, kept)
    if minus:
        frame.minus = _minus_terms(minus, kept, schema)
    if excluded:
        side = Frame()
        frame.excluded = terms_of(excluded, schema, side)
        frame.excluded_aspects = side.only_aspects
    part, whole = _split_share(slots, kept, schema)
    frame.terms = terms_of(part, schema, frame)
    if whole:
        frame.whole = _outermost(terms_of(whole, schema, Frame()), schema)
        frame.terms, frame.whole = _completed(frame, schema)
    if _asks_share(slots) and not frame.whole:
        for name in dropped:
            group = schema.vocabulary.groups[name]
            if group.axis == "items" and len(frame.terms) == 1:
                frame.whole = [Term(m, schema.default_aspect(m)) for m in group.members]
    if not (_asks_share(slots) or slots.has(*_COMPARING)):
        frame.terms = without_containers(frame.terms, slots, schema)
    _refuse_crossing(frame, slots, schema)
    return frame


# Operations whose operands may contain one another.
_COMPARING = ("difference", "times", "than", "per", "compare", "more", "less")
_JOINING = (
    "sum",
    "add",
    "breakdown",
    "difference",
    "times",
    "than",
    "share",
    "share_verb",
    "per",
    "compare",
    "maximum",
    "minimum",
    "rank",
    "points",
    "check",
    "growth",
    "change",
)


def _refuse_crossing(frame: Frame, slots: Slots, schema: Schema) -> None:
    """Items of different tables side by side without a connective ("行政许可被驳回的") would need
    a figure that no table crosses."""
    tables = {schema.tables.get(term.item) for term in frame.terms}
    if len(tables) > 1 and not slots.any("and") and not slots.has(*_JOINING):
        names = "、".join(schema.label(term) for term in frame.terms)
        raise ScopeError(Refuse(message("no_crossing", items=names), "not_in_corpus"))


def _outermost(terms: list[Term], schema: Schema) -> list[Term]:
    """A whole that names a container and its parts ("应办总数（新收+结转）") is the container."""
    return (
        [
            term
            for term in terms
            if not any(
                schema.contains(o.item, term.item) and o.aspect == term.aspect for o in terms
            )
        ]
        if len({t.item for t in terms}) > 1 and any(schema.members(t.item) for t in terms)
        else terms
    )


def _with_group_item(dropped: list[str], mentions: list[Mention], schema: Schema) -> list[Mention]:
    """ "行政复议结果维持": the group said which item the named outcome is of."""
    if any(m.item for m in mentions):
        return mentions
    items = [schema.vocabulary.groups[g].of for g in dropped if schema.vocabulary.groups[g].of]
    return [*mentions, *(Mention(-1, item=item) for item in items)]


def _split_minus(slots: Slots, mentions: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """ "新收减去自然人": (before, after) the sign."""
    at = slots.ops().get("minus", [])
    if not at:
        return mentions, []
    before = [m for m in mentions if m.at < at[0]]
    after = [m for m in mentions if m.at > at[0]]
    return (before, after) if before and after else (mentions, [])


def _minus_terms(after: list[Mention], before: list[Mention], schema: Schema) -> list[Term]:
    """The terms to take away; an aspect alone is of the item before the sign."""
    items = [m.item for m in before if m.item]
    terms = []
    for mention in after:
        item = mention.item or (items[0] if items else "")
        aspect = mention.aspect or (schema.default_aspect(item) if item else "")
        if item and aspect and schema.allows(item, aspect):
            terms.append(Term(item, aspect, -1))
    return terms


def _member_named(group: str, mentions: list[Mention], slots: Slots, schema: Schema) -> bool:
    """ "“其他”类申请人" names one member of the group, not the group."""
    members = schema.vocabulary.groups[group].members
    named = any(m.item in members or m.aspect in members for m in mentions)
    asks_among = slots.has("which", "maximum", "minimum", "rank", "breakdown")
    return (
        named
        and not (asks_among and not slots.any("quantity"))
        and not (asks_among and slots.has("except_before", "except_after"))
    )


def _without_included(mentions: list[Mention], slots: Slots, schema: Schema) -> list[Mention]:
    """ "行政诉讼（含直接起诉和复议后起诉）": what follows 含 only spells out the whole."""
    if not slots.has("including"):
        return mentions
    spelled = [
        m
        for m in mentions
        if m.item and any(b.item and schema.contains(b.item, m.item) for b in mentions)
    ]
    return [m for m in mentions if m not in spelled]


def _asks_share(slots: Slots) -> bool:
    return slots.has("share", "share_verb") or "%" in slots.units()


def _split_excluded(
    slots: Slots, mentions: list[Mention], schema: Schema
) -> tuple[list[Mention], list[Mention]]:
    """(kept, excluded): what stands between 除 and 以外 (or after 不含) is excluded."""
    ops = slots.ops()
    start = ops.get("except_before", [])
    end = ops.get("except_after", [])
    if not start and not end:
        return mentions, []
    first = start[0] if start else -1
    last = next((at for at in end if at > first), None)
    if last is None:
        # "不含部分公开": up to the next word that is neither content nor a connective.
        last = next(
            (
                at
                for at in range(first + 1, len(slots.tags))
                if at not in slots.pieces and slots.tags[at].kind not in ("and", "of", "filler")
            ),
            len(slots.tags),
        )
        # without 以外, only the run of pieces right behind the word is meant
        run_end = _run_end(slots, first)
        last = min(last, run_end)
    excluded = [m for m in mentions if first < m.at < last]
    kept = [m for m in mentions if m not in excluded]
    kept += [
        m
        for m in excluded
        if m.item and any(o.item and schema.contains(m.item, o.item) for o in excluded)
    ]
    excluded = [m for m in excluded if m not in kept]
    if not kept and not end and len(excluded) > 1:
        kept, excluded = excluded[-1:], excluded[:-1]
    # 其他 beside 除…外 means the rest, not a row or column of that name.
    kept = [m for m in kept if not (m.weak and m.aspect)]
    return kept, excluded


def _run_end(slots: Slots, first: int) -> int:
    at = first + 1
    while at < len(slots.tags) and (at in slots.pieces or slots.tags[at].kind == "and"):
        at += 1
    return at


def _split_share(
    slots: Slots, mentions: list[Mention], schema: Schema
) -> tuple[list[Mention], list[Mention]]:
    """(part, whole) of "A占B的比例", "B中A占多少", "A在B中的占比"; whole [] where none is named.

    Where one side contains the other, the container is the whole whatever the word order.
    """
    if not _asks_share(slots) or len(mentions) < 2:
        return mentions, []
    ops = slots.ops()
    part = mentions
    whole: list[Mention] = []
    verb = ops.get("share_verb", [-1])[0]
    sides = [m.at < verb for m in mentions]
    both_sides = verb >= 0 and any(sides) and not all(sides)
    after = [m for m in mentions if m.at > verb]
    if "of_which" in ops and both_sides and all(m.aspect == "total" and not m.item for m in after):
        # "复议案件中结果纠正占总计的": 总计 is the total of what stands before 中.
        mentions = [m for m in mentions if m not in after]
        both_sides = False
    if "of_which" in ops and not both_sides:
        part, whole = _around_of_which(slots, mentions, ops["of_which"][0])
    if not whole and verb >= 0:
        part = [m for m in mentions if m.at < verb]
        whole = [m for m in mentions if m.at > verb]
        if not part:
            part, whole = whole, []
    if not whole:
        part, whole = _by_containment(part, schema)
    if not whole:
        part, whole = _by_copula(slots, part)
    overlap = {(m.item, m.aspect) for m in part} & {(m.item, m.aspect) for m in whole}
    reverse = _contains_any(part, whole, schema) and not _contains_any(whole, part, schema)
    if whole and reverse and not overlap:
        part, whole = whole, part
    return part, whole


def _around_of_which(
    slots: Slots, mentions: list[Mention], at: int
) -> tuple[list[Mention], list[Mention]]:
    before = [m for m in mentions if m.at < at]
    run: list[Mention] = []
    for mention in reversed(before):
        edge = run[0].at if run else at
        between = slots.tags[mention.at + 1 : edge]
        if any(tag.text in ("在", "占") or tag.kind == "op" for tag in between):
            break
        run.insert(0, mention)
    rest = [m for m in mentions if m not in run]
    return (rest, run) if rest else (mentions, [])


def _by_containment(mentions: list[Mention], schema: Schema) -> tuple[list[Mention], list[Mention]]:
    items = [m for m in mentions if m.item]
    for whole in items:
        others = [m for m in items if m is not whole]
        if others and all(schema.contains(whole.item, m.item) for m in others):
            return [m for m in mentions if m is not whole], [whole]
    return mentions, []


def _by_copula(slots: Slots, mentions: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """ "结转下年度是上年结转的百分之多少": what stands before 是 is the part."""
    items = [m for m in mentions if m.item]
    if len(items) != 2:
        return mentions, []
    between = slots.tags[items[0].at + 1 : items[1].at]
    if any(tag.text in ("是", "为", "相当于", "等于") for tag in between):
        return mentions[: mentions.index(items[1])], mentions[mentions.index(items[1]) :]
    return mentions, []


def _contains_any(wholes: list[Mention], parts: list[Mention], schema: Schema) -> bool:
    """Whether some item of `wholes` contains an item of `parts`, or is one that an aspect of
    `parts` is counted inside."""
    for whole in wholes:
        for part in parts:
            if whole.item and part.item and schema.contains(whole.item, part.item):
                return True
            if whole.item and not whole.aspect and part.aspect and not part.item:
                return True
            if whole.aspect and part.aspect and schema.aspect_contains(whole.aspect, part.aspect):
                return True
    return False


def _completed(frame: Frame, schema: Schema) -> tuple[list[Term], list[Term]]:
    """Give part and whole what the other names: "自然人占新收" is new.natural of new.total;
    "自然人申请中予以公开占" is granted.natural of handled.natural."""
    part, whole = frame.terms, frame.whole
    if not whole:
        return part, whole
    if frame.only_aspects:
        part = [
            Term(w.item, aspect)
            for w in whole
            for aspect in frame.only_aspects
            if schema.allows(w.item, aspect)
        ] or part
        frame.only_aspects = []
        return part, whole
    named = {t.aspect for t in whole} - {"total"}
    if len(named) == 1:
        (aspect,) = named
        fitted = [
            replace(t, aspect=aspect)
            if t.aspect == "total" and schema.allows(t.item, aspect)
            else t
            for t in part
        ]
        if fitted != part:
            return fitted, _fitting_whole(fitted, whole, schema)
    return part, whole


def _fitting_whole(part: list[Term], whole: list[Term], schema: Schema) -> list[Term]:
    """An aspect alone as the whole ("自然人中予以公开") means the part's own whole for it."""
    items = {t.item for t in whole}
    if any(schema.contains(w, p.item) for w in items for p in part):
        return whole
    base = schema.whole_of(part[0].item)
    return [Term(item, whole[0].aspect) for item in base] or whole


def quantity(terms: list[Term], schema: Schema, label: str = "") -> Quantity:
    """The sum of `terms` as one quantity."""
    name = label or " + ".join(schema.label(term) for term in terms)
    return Quantity(name, tuple(terms))
