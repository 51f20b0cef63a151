"""Frame: the measures that one sub-question names, before place and year are settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.lexicon import Lexicon
from assistant.mentions import (
    Mention,
    member_named,
    mentions_of,
    minus_terms,
    split_excluded,
    split_minus,
    with_group_item,
    without_included,
)
from assistant.messages import message
from assistant.plan import Clarify, Refuse, Term
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.sharing import asks_share, basis_of, completed, of_the_same, outermost, split_share
from assistant.slots import Slots

# Operations whose operands may contain one another.
_COMPARING = ("difference", "times", "than", "per", "compare", "more", "less")
_JOINING = (
    "sum",
    "add",
    "breakdown",
    "difference",
    "times",
    "ratio",
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
# Words that ask among the members of a group.
_AMONG = ("which", "maximum", "minimum", "rank", "breakdown", "kinds", "count_of", "of_which")
_CONSEQUENCE = ("而", "并", "又", "并且")  # "因涉密而不予公开": one thing, not two

DIVISORS = {"per_month": "month", "per_day": "day", "per_week": "week", "per_quarter": "quarter"}


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
    on_basis: bool = False  # a named rate over another whole than its own
    every_column: bool = False  # of an item named alone, whichever form has them
    on_concluded: bool = False  # a rate in its definition over closed cases

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


def build(slots: Slots, schema: Schema) -> Frame:
    """The frame of one sub-question. Raises ScopeError where its words do not fit together."""
    frame = Frame()
    _take_names(frame, slots)
    mentions = _with_summed_groups(frame, slots, mentions_of(slots, schema), schema)
    frame.weak_only = bool(mentions) and all(m.weak for m in mentions if m.item)
    named, _ = split_excluded(slots, mentions, schema)  # "除国家秘密外，其余…情形": no member named
    member_of = [name for name in frame.groups if member_named(name, named, slots, schema)]
    frame.groups = [name for name in frame.groups if name not in member_of]
    counted = slots.has(*DIVISORS) and any(m.item for m in mentions)  # "申请人平均每天递交"
    named_item = any(m.item and not m.weak for m in mentions) or counted
    if named_item and not slots.has(*_AMONG):
        words = Lexicon.built_in().words["bare_applicant"]
        bare = [t.ids("group")[0] for t in slots.all("group") if t.text in words]
        frame.groups = [name for name in frame.groups if name not in bare]
    frame.groups = [n for n in frame.groups if not _of_other_item(n, mentions, schema)]
    mentions = with_group_item(member_of, mentions, schema)
    kept = _take_away(frame, slots, mentions, schema)
    _take_terms(frame, slots, kept, schema)
    if slots.has("of_which"):  # "法人组织里的其他呢": the inner one
        frame.only_aspects = _innermost(frame.only_aspects, schema)
    if asks_share(slots) and not frame.whole:
        _group_as_whole(frame, member_of, slots, schema)
    if slots.has("add") and not slots.has("check", "convert"):
        frame.terms = outermost(frame.terms, schema)  # "应办总量（结转加新收）": said twice
    elif any(m.aspect == "total" and slots.is_column(m.at) for m in kept):
        pass  # "复议 总计 维持 纠正": the whole is one of the columns asked for
    elif not (asks_share(slots) or slots.has(*_COMPARING)):
        frame.terms = _without_containers(frame.terms, slots, schema)
    _refuse_crossing(frame, slots, schema)
    return frame


def _innermost(aspects: list[str], schema: Schema) -> list[str]:
    """The aspects without those that hold another one of them."""
    return [
        one
        for one in aspects
        if not any(schema.aspect_contains(one, other) for other in aspects if other != one)
    ]


def _of_other_item(group: str, mentions: list[Mention], schema: Schema) -> bool:
    """ "打官司的结果里其他结果": the results of an item that has its own, of which one is named."""
    entry = schema.vocabulary.groups[group]
    items = {m.item for m in mentions if m.item}
    own = items - {entry.of, *entry.members}
    sides = [m.aspect for m in mentions if m.aspect and not m.item]
    fits = any(schema.allows(item, side) for item in own for side in sides)
    return entry.axis == "items" and own == items and fits and not schema.allows(entry.of, sides[0])


def _with_summed_groups(
    frame: Frame, slots: Slots, mentions: list[Mention], schema: Schema
) -> list[Mention]:
    """ "各类组织之和": the kinds of a group taken together are the aspect that adds them up."""
    summed = slots.ops().get("sum", [])
    aspects = schema.vocabulary.aspects.items()
    for at in slots.pieces:
        for name in slots.tags[at].ids("group")[:1]:
            members = set(schema.vocabulary.groups[name].members)
            whole = next((id_ for id_, one in aspects if set(one.sum_of) == members), "")
            later = [p for p in slots.pieces if p > at and slots.tags[p].of("aspect")]
            end = min(later, default=len(slots.tags))
            if whole and any(at < place < end for place in summed):
                frame.groups.remove(name)
                mentions = sorted([*mentions, Mention(at, aspect=whole)], key=lambda m: m.at)
    return mentions


def _take_names(frame: Frame, slots: Slots) -> None:
    """Rates, groups and topics, which are named by one word each."""
    named = {"derived": frame.derived, "group": frame.groups, "topic": frame.topics}
    for at in slots.pieces:
        tag = slots.tags[at]
        if tag.kind in named:
            target = named[tag.kind]
            target += [id_ for id_ in tag.ids(tag.kind)[:1] if id_ not in target]


def _take_away(
    frame: Frame, slots: Slots, mentions: list[Mention], schema: Schema
) -> list[Mention]:
    """Note what is left out (除…外) or subtracted (减去); the mentions that remain."""
    kept, excluded = split_excluded(slots, mentions, schema)
    kept = without_included(kept, slots, schema, denied=bool(excluded))
    kept, minus = split_minus(slots, kept)
    frame.minus = minus_terms(minus, kept, schema)
    if frame.minus and set(frame.minus) == set(minus_terms(kept, kept, schema)):
        frame.minus = []  # "海淀处罚减示例区处罚": the same measure of two places or years
    if excluded:
        side = Frame()
        frame.excluded = terms_of(excluded, schema, side)
        frame.excluded_aspects = side.only_aspects
    return kept


def _take_terms(frame: Frame, slots: Slots, mentions: list[Mention], schema: Schema) -> None:
    """The terms and, of a share, the whole."""
    if len(frame.derived) == 1 and _is_other_basis(frame, basis_of(slots, mentions), schema):
        _rate_on_basis(frame, basis_of(slots, mentions), schema)
        return
    part, whole = split_share(slots, mentions, schema)
    frame.terms = terms_of(part, schema, frame)
    if whole:
        frame.whole = outermost(terms_of(whole, schema, Frame()), schema)
        frame.whole = frame.whole or _other_column(frame.terms, whole, schema)
    if frame.whole and set(frame.terms) - set(frame.whole):
        # "以执法案卷为由不予公开的占不予公开": the whole is no part of itself
        frame.terms = [term for term in frame.terms if term not in frame.whole]
    if frame.whole:
        frame.terms, frame.whole = completed(frame.terms, frame.whole, frame.only_aspects, schema)
        frame.only_aspects = []
        if slots.any("pronoun"):
            frame.whole = of_the_same(frame.terms, frame.whole, schema)


def _is_other_basis(frame: Frame, basis: list[Mention], schema: Schema) -> bool:
    """Whether a rate is asked over another whole than those of its definitions."""
    name = frame.derived[0]
    if basis and all(m.item and schema.rate_fits(name, m.item) for m in basis):
        return False  # "直接起诉的纠正率，以全部直接起诉案件为分母"
    entry = schema.vocabulary.derived[name]
    ratios = (entry, *entry.variants)
    counted = {i for ratio in ratios for i in schema.printed(ratio.numerator)}
    named = {i for m in basis if m.item for i in schema.printed((m.item,))}
    own = any(named == set(schema.printed(ratio.denominator)) for ratio in ratios)
    return bool(named) and not (own or named & counted)  # "办结率按新收算"


def _rate_on_basis(frame: Frame, basis: list[Mention], schema: Schema) -> None:
    """ "以新收为分母的予以公开率": what the rate counts, over what was named."""
    names = schema.vocabulary.derived[frame.derived[0]].numerator
    pairs = [name.partition(".") for name in names if not name.startswith("-")]
    frame.terms = [Term(i, side or schema.default_aspect(i)) for i, _, side in pairs]
    frame.whole = outermost(terms_of(basis, schema, Frame()), schema)
    frame.derived, frame.together, frame.on_basis = [], True, True


def _group_as_whole(frame: Frame, member_of: list[str], slots: Slots, schema: Schema) -> None:
    """ "不予公开的理由里国家秘密占多少": of the group that the one term is a member of; "企业办理
    结果里予以公开占多少": of that kind."""
    for name in member_of:
        group = schema.vocabulary.groups[name]
        if group.axis != "items" or len(frame.terms) != 1:
            continue
        kind = frame.terms[0].aspect
        at = next(at for at in slots.pieces if name in slots.tags[at].ids("group"))
        own = at > 0 and kind in slots.tags[at - 1].ids("aspect")
        frame.whole = [
            Term(i, kind if own and schema.allows(i, kind) else schema.default_aspect(i))
            for i in group.members
        ]


def _other_column(part: list[Term], whole: list[Mention], schema: Schema) -> list[Term]:
    """ "新公开的规范性文件占对外公开总数量": another column of the same item."""
    items = {term.item for term in part}
    sides = [m.aspect for m in whole if m.aspect and not m.item]
    (item, *_) = items or {""}
    if len(items) != 1 or len(sides) != 1 or not schema.allows(item, sides[0]):
        return []
    return [Term(item, sides[0])]


# ---- mentions as terms ----


def terms_of(mentions: Iterable[Mention], schema: Schema, frame: Frame) -> list[Term]:
    """Items joined with the aspects that go with them; what stays open is noted in `frame`.

    Raises ScopeError where an aspect goes with none of the items named.
    """
    mentions = list(mentions)
    items = list(dict.fromkeys(m.item for m in mentions if m.item))
    aspects = list(dict.fromkeys(m.aspect for m in mentions if m.aspect))
    if not items:
        frame.only_aspects += aspects
        return _default_terms(aspects, schema)
    if aspects and _alternate(mentions):
        return _zipped(mentions, schema)
    misfits = [a for a in aspects if not any(schema.allows(item, a) for item in items)]
    sure = {m.aspect for m in mentions if not m.weak}
    if misfits and not sure & set(misfits):
        aspects = [a for a in aspects if a not in misfits]  # "老百姓打的官司": who, not a column
    elif misfits:
        raise ScopeError(_misfit(items, misfits, schema))
    return _crossed(items, aspects, schema, frame)


def _default_terms(aspects: list[str], schema: Schema) -> list[Term]:
    """Aspects without an item, of the item that they are usually asked of."""
    items = [(schema.default_item(aspect), aspect) for aspect in aspects]
    return [Term(item, aspect) for item, aspect in items if item]


def _crossed(items: list[str], aspects: list[str], schema: Schema, frame: Frame) -> list[Term]:
    """Each item with every aspect that goes with it, else with its own total."""
    terms = []
    for item in items:
        fitting = [aspect for aspect in aspects if schema.allows(item, aspect)]
        if fitting:
            terms += [Term(item, aspect) for aspect in fitting]
        elif schema.default_aspect(item):
            terms.append(Term(item, schema.default_aspect(item)))
        else:
            frame.open_items.append(item)
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


# ---- what does not stand beside one another ----


def _without_containers(terms: list[Term], slots: Slots, schema: Schema) -> list[Term]:
    """Drop a term that only says where another stands ("不予公开里属于国家秘密的")."""
    joined = any(tag.text not in _CONSEQUENCE for tag in slots.all("and"))
    if joined and not slots.has("of_which"):
        return terms
    if len(terms) > 2 and not slots.has("of_which"):
        # "公司、研究所、律所这些组织": the parts spell out the container.
        container = next((term for term in terms if _is_spelled_out(term, terms, schema)), None)
        if container is not None:
            return [container]
    inner = [term for term in terms if not _stands_around(term, terms, schema)]
    around = [term for term in terms if term not in inner]
    if len(around) == 1 and _says_again(around[0], slots):
        return around  # "非个人的申请（企业、机构、组织等都算）"
    return inner


def _says_again(term: Term, slots: Slots) -> bool:
    """Whether the kind of `term` is said twice, or before parts that end in 等: the narrower ones
    only explain it."""
    said = [at for at in slots.pieces if term.aspect in slots.tags[at].ids("aspect")[:1]]
    inner = [at for at in slots.pieces if slots.tags[at].of("aspect") and at not in said]
    if not said or not inner or slots.has("of_which"):
        return False
    behind = slots.tags[inner[-1] + 1 : inner[-1] + 2]
    return len(said) > 1 or (said[0] < inner[0] and [tag.text for tag in behind] == ["等"])


def _is_spelled_out(term: Term, terms: list[Term], schema: Schema) -> bool:
    """Whether the other terms are the parts that the aspect of `term` adds up."""
    aspect = schema.vocabulary.aspects.get(term.aspect)
    others = [other for other in terms if other != term]
    return aspect is not None and all(
        other.item == term.item and other.aspect in aspect.sum_of for other in others
    )


def _stands_around(term: Term, terms: list[Term], schema: Schema) -> bool:
    return any(
        (schema.contains(term.item, other.item) and other.aspect == term.aspect)
        or (term.item == other.item and schema.aspect_contains(term.aspect, other.aspect))
        for other in terms
        if other != term
    )


def _of_another_result(frame: Frame, slots: Slots, schema: Schema) -> bool:
    """ "部分公开里面因为第三方权益的": one result inside another one, which no table crosses."""
    inside = slots.ops().get("of_which", [])
    if not inside or len(frame.terms) != 2 or slots.any("and") or slots.has(*_JOINING):
        return False
    around = [at for at in slots.pieces if slots.tags[at].of("item")]
    wholes = [schema.whole_of(term.item) for term in frame.terms]
    between = len(around) == 2 and around[0] < inside[0] < around[1]
    return between and bool(wholes[0]) and wholes[0] == wholes[1]


def _refuse_crossing(frame: Frame, slots: Slots, schema: Schema) -> None:
    """Items of different tables side by side without a connective ("行政许可被驳回的") would need
    a figure that no table crosses."""
    if _of_another_result(frame, slots, schema):
        names = "、".join(schema.label(term) for term in frame.terms)
        raise ScopeError(Refuse(message("no_crossing", items=names), "not_in_corpus"))
    tables = {schema.tables.get(term.item) for term in frame.terms}
    if len(tables) > 1 and not slots.any("and") and not slots.has(*_JOINING):
        names = "、".join(schema.label(term) for term in frame.terms)
        raise ScopeError(Refuse(message("no_crossing", items=names), "not_in_corpus"))
