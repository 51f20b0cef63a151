"""Sharing: which of the measures named is the part and which the whole of a share."""

from __future__ import annotations

from dataclasses import replace

from assistant.lexicon import Lexicon
from assistant.mentions import Mention
from assistant.plan import Term
from assistant.schema import Schema
from assistant.slots import Slots


def asks_share(slots: Slots) -> bool:
    return slots.has("share", "share_verb") or "%" in slots.units()


def takes_inside(slots: Slots) -> bool:
    """Whether the part is taken to lie inside the whole: 占, not ÷ or 相当于."""
    inside = Lexicon.built_in().pattern("inside")
    return any("share_verb" in tag.ids("op") and inside.search(tag.text) for tag in slots.tags)


def split_share(
    slots: Slots, mentions: list[Mention], schema: Schema
) -> tuple[list[Mention], list[Mention]]:
    """(part, whole) of "A占B的比例", "B中A占多少", "A在B中的占比"; whole [] where none is named.

    Where one side contains the other, the container is the whole whatever the word order.
    """
    if not asks_share(slots) or len(mentions) < 2:
        return mentions, []
    basis = basis_of(slots, mentions)
    if basis and len(basis) < len(mentions):
        return [m for m in mentions if m not in basis], basis
    part, whole = _by_words(slots, mentions)
    if not whole:
        part, whole = _by_containment(part, schema)
    if not whole:
        part, whole = _by_copula(slots, part)
    overlap = {(m.item, m.aspect) for m in part} & {(m.item, m.aspect) for m in whole}
    reverse = _contains_any(part, whole, schema) and not _contains_any(whole, part, schema)
    # "自然人里无法提供的占比": a kind of applicant named before 里 is the whole, as said.
    said = slots.has("of_which") and all(m.aspect and not m.item for m in whole)
    if whole and reverse and not overlap and not said:
        part, whole = whole, part
    return part, whole


def basis_of(slots: Slots, mentions: list[Mention]) -> list[Mention]:
    """What a share is said to be taken of: "以新收为分母", "分母用新收", "按新收算"."""
    words, tags = Lexicon.built_in().words, slots.tags
    opens = [at for at, tag in enumerate(tags) if tag.text in words["basis_open"]]
    closes = [at for at, tag in enumerate(tags) if tag.text in words["basis_close"]]
    for at in slots.ops().get("on_base", []):
        if tags[at].text[0] in "分基":  # "分母用…": what follows
            return [m for m in mentions if m.at > at][:1]
        start = max((opened for opened in opens if opened < at), default=-1)
        inside = [m for m in mentions if start < m.at < at]
        return inside if start >= 0 else [m for m in inside if m.at == at - 1]
    for start in opens:
        end = next((close for close in closes if close > start), None)
        inside = [m for m in mentions if end is not None and start < m.at < end]
        whole = any(m.item and not m.weak for m in inside)
        if whole and end is not None and len(inside) == end - start - 1:
            return inside  # nothing else stands between the two
    return []


def _by_words(slots: Slots, mentions: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """By 中 behind the whole, else by 占 between part and whole."""
    ops = slots.ops()
    twice = _of_the_same_twice(ops.get("share_verb", []), mentions)
    if twice is not None:
        return twice
    verb = ops.get("share_verb", [-1])[0]
    before = [m for m in mentions if m.at < verb]
    after = [m for m in mentions if m.at > verb]
    both_sides = bool(before and after) and verb >= 0
    if "of_which" in ops and both_sides and all(m.aspect == "total" and not m.item for m in after):
        # "复议案件中结果纠正占总计的": 总计 is the total of what stands before 中.
        mentions, after, both_sides = before, [], False
    if "of_which" in ops and not both_sides:
        part, whole = _around_of_which(slots, mentions, ops["of_which"][0])
        if whole:
            return part, whole
    if verb < 0:
        return mentions, []
    return (before, after) if before else (after, [])


def _of_the_same_twice(
    verbs: list[int], mentions: list[Mention]
) -> tuple[list[Mention], list[Mention]] | None:
    """ "信访占不予处理的比例和重复申请占不予处理的差多少": parts of one whole, named twice."""
    if len(verbs) != 2 or len(mentions) != 4:
        return None
    first, whole, second, again = mentions
    placed = first.at < verbs[0] < whole.at < second.at < verbs[1] < again.at
    same = (whole.item, whole.aspect) == (again.item, again.aspect)
    return ([first, second], [whole]) if placed and same else None


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
    `parts` is counted inside. "规范性文件制发数": the aspect beside the item says which cell."""
    qualified = any(mention.aspect and not mention.item for mention in wholes)
    for whole in wholes:
        for part in parts:
            if whole.item and part.item and schema.contains(whole.item, part.item):
                return True
            if whole.item and not whole.aspect and part.aspect and not part.item and not qualified:
                return True
            if whole.aspect and part.aspect and schema.aspect_contains(whole.aspect, part.aspect):
                return True
    return False


# ---- part and whole as terms ----


def outermost(terms: list[Term], schema: Schema) -> list[Term]:
    """A whole that names a container and its parts ("应办总数（新收+结转）") is the container."""
    several = len({term.item for term in terms}) > 1
    if not several or not any(schema.members(term.item) for term in terms):
        return terms
    return [
        term
        for term in terms
        if not any(schema.contains(o.item, term.item) and o.aspect == term.aspect for o in terms)
    ]


def summands(terms: list[Term], schema: Schema) -> list[Term]:
    """What a sum adds: "国家秘密与三安全两项，合计拒绝公开几件" adds the two, not their container;
    where the parts are all there are, the container is their sum."""
    for whole in terms:
        parts = [t for t in terms if schema.contains(whole.item, t.item)]
        others = [t for t in terms if t != whole and t not in parts]
        named = {part.item for part in parts}
        if len(parts) > 1 and not others and not named >= set(schema.members(whole.item)):
            return parts
    return outermost(terms, schema)


def completed(
    part: list[Term], whole: list[Term], only_aspects: list[str], schema: Schema
) -> tuple[list[Term], list[Term]]:
    """Give part and whole what the other names: "自然人占新收" is new.natural of new.total;
    "自然人申请中予以公开占" is granted.natural of handled.natural. `only_aspects` are those of the
    part that no item was named with."""
    if only_aspects:
        crossed = [
            Term(base.item, aspect)
            for base in whole
            for aspect in only_aspects
            if schema.allows(base.item, aspect)
        ]
        return crossed or part, whole
    named = {term.aspect for term in whole} - {"total"}
    if len(named) != 1:
        return part, whole
    (aspect,) = named
    fitted = [
        replace(term, aspect=aspect)
        if term.aspect == "total" and schema.allows(term.item, aspect)
        else term
        for term in part
    ]
    return fitted, whole if fitted == part else _fitting_whole(fitted, whole, schema)


def of_the_same(part: list[Term], whole: list[Term], schema: Schema) -> list[Term]:
    """ "公益组织的部分公开占它办结的多少": 它 gives the whole the applicant kind of the part."""
    aspects = {term.aspect for term in part}
    if len(aspects) != 1 or any(term.aspect != "total" for term in whole):
        return whole
    (aspect,) = aspects
    return [
        replace(term, aspect=aspect) if schema.allows(term.item, aspect) else term for term in whole
    ]


def of_kind_beside(terms: list[Term], others: list[Term], schema: Schema) -> list[Term]:
    """ "加上上年结转的" after "企业新收": of the one kind of applicant that `others` are of."""
    kinds = {other.aspect for other in others}
    (kind, *more) = kinds or {""}
    if more or kind == "total" or any(term.aspect != "total" for term in terms):
        return terms
    fits = all(schema.allows(term.item, kind) for term in terms)
    return [replace(term, aspect=kind) for term in terms] if fits else terms


def _fitting_whole(part: list[Term], whole: list[Term], schema: Schema) -> list[Term]:
    """An aspect alone as the whole ("自然人中予以公开") means the part's own whole for it."""
    items = {t.item for t in whole}
    if any(schema.contains(w, p.item) for w in items for p in part):
        return whole
    base = schema.whole_of(part[0].item)
    return [Term(item, whole[0].aspect) for item in base] or whole
