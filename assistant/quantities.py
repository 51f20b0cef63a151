"""Quantities: a frame's terms as counts, shares and rates that can be computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.frame import Frame
from assistant.messages import message
from assistant.plan import Clarify, Quantity, Term
from assistant.schema import Schema
from assistant.scope import ScopeError
from ingest.form import Derived, Ratio

MONEY_UNITS = {"元", "万元", "亿元"}


def counts(terms: Sequence[Term], schema: Schema) -> list[Quantity]:
    return [Quantity(schema.label(term), (term,)) for term in terms]


def summed(quantities: Sequence[Quantity]) -> Quantity:
    """One quantity that adds all of `quantities` (counts of one unit)."""
    terms = tuple(term for quantity in quantities for term in quantity.terms)
    return Quantity(" + ".join(quantity.label for quantity in quantities), terms)


def complement(frame: Frame, schema: Schema) -> Quantity:
    """The whole without what was excluded: "除自然人以外的新收申请"."""
    others = _others_of_group(frame, schema)
    if others and not frame.terms:
        return summed(counts(others, schema))  # "除国家秘密外，其余七种不予公开情形"
    whole = _whole_of_excluded(frame, schema)
    excluded = [term for term in frame.excluded if _is_inside(term, whole, schema)]
    if frame.excluded and not excluded and not frame.excluded_aspects:
        return summed(counts(whole, schema))  # it was not counted there anyway
    if frame.excluded_aspects:
        excluded = [
            Term(base.item, aspect)
            for base in whole
            for aspect in frame.excluded_aspects
            if schema.aspect_contains(base.aspect, aspect)
        ]
        if not excluded:
            return summed(counts(whole, schema))
    elif any(term.aspect != "total" for term in whole):
        excluded = [replace(term, aspect=whole[0].aspect) for term in excluded]
    label = message(
        "except_label",
        whole=" + ".join(schema.label(term) for term in whole),
        part="、".join(schema.label(term) for term in excluded),
    )
    return Quantity(label, (*whole, *(replace(term, sign=-1) for term in excluded)))


def _is_inside(term: Term, whole: Sequence[Term], schema: Schema) -> bool:
    return any(
        schema.contains(w.item, term.item)
        or (w.item == term.item and schema.aspect_contains(w.aspect, term.aspect))
        for w in whole
    )


def _whole_of_excluded(frame: Frame, schema: Schema) -> list[Term]:
    if frame.terms and not frame.excluded_aspects:
        inside = {term.item for term in frame.excluded}
        own = [t for t in frame.terms if any(schema.contains(t.item, part) for part in inside)]
        if own:
            return own
    if frame.terms:
        return frame.terms
    first = frame.excluded[0]
    base = schema.whole_of(first.item)
    if frame.excluded_aspects or first.aspect != schema.default_aspect(first.item):
        return [Term(first.item, schema.default_aspect(first.item) or "total")]
    if not base:
        raise ScopeError(Clarify(message("share_of_what", item=schema.label(first))))
    return [Term(item, first.aspect) for item in base]


def _others_of_group(frame: Frame, schema: Schema) -> list[Term]:
    """The members of the group named but those left out, where all of these are among them."""
    out = {term.item for term in frame.excluded}
    for name in frame.groups:
        entry = schema.vocabulary.groups[name]
        if entry.axis == "items" and out and out <= set(entry.members):
            return [term for term in group_terms(name, frame, schema) if term.item not in out]
    return []


def shares(
    terms: Sequence[Term], whole: Sequence[Term], schema: Schema, together: bool
) -> list[Quantity]:
    """Each of `terms` (or their sum, if `together`) as a percentage of `whole` or, where that is
    empty, of what such a term is counted in. Raises ScopeError where that is not settled."""
    bases = [default_whole(term, schema) for term in terms]
    if together and not whole and len(set(bases)) > 1:
        whole = _joint_whole(terms, bases)
    if together and not whole and len(set(bases)) > 1:
        raise ScopeError(
            Clarify(message("share_of_what", item=" + ".join(schema.label(term) for term in terms)))
        )
    whole = whole or _whole_of_kind(terms, schema)
    groups = [tuple(terms)] if together else [(term,) for term in terms]
    return [_share(group, tuple(whole), schema) for group in groups]


def _joint_whole(terms: Sequence[Term], bases: Sequence[tuple[Term, ...]]) -> Sequence[Term]:
    """ "复议和诉讼合计被纠正的比例": one outcome of two items, of the cases of both; [] where the
    terms are of different kinds."""
    alike = len({term.aspect for term in terms}) == 1 and terms[0].aspect != "total"
    pairs = zip(terms, bases, strict=True)
    rows = all(len(base) == 1 and base[0].item == term.item for term, base in pairs)
    return [base[0] for base in bases] if alike and rows else []


def _whole_of_kind(terms: Sequence[Term], schema: Schema) -> Sequence[Term]:
    """ "自然人六种处理结果各占多少": of all results of that kind of applicant, not each of its own
    row; [] where the terms are not several results of one kind."""
    kinds, wholes = {t.aspect for t in terms}, {schema.whole_of(t.item) for t in terms}
    several = len({t.item for t in terms}) > 1 and len(kinds) == 1 == len(wholes)
    (kind, *_), (base, *_) = kinds or {""}, wholes or {()}
    if not several or kind == "total" or not base:
        return []
    return [Term(item, kind) for item in base if schema.allows(item, kind)]


def share_of_kind(term: Term, schema: Schema) -> Quantity:
    """ "企业重复申请率": one result of a kind of applicant, of all results of that kind."""
    whole = [Term(item, term.aspect) for item in schema.whole_of(term.item)]
    return _share((term,), tuple(whole), schema)


def _share(terms: tuple[Term, ...], whole: tuple[Term, ...], schema: Schema) -> Quantity:
    base = whole or default_whole(terms[0], schema)
    if not base or set(base) == set(terms):
        raise ScopeError(Clarify(message("share_of_what", item=schema.label(terms[0]))))
    if len({schema.unit(term) in MONEY_UNITS for term in (*terms, *base)}) > 1:
        raise ScopeError(Clarify(message("not_put_together")))  # money in cases is no percentage
    label = " + ".join(schema.label(term) for term in terms)
    whole_label = " + ".join(schema.label(term) for term in base if term.sign > 0)
    whole_label += "".join(f" − {schema.label(term)}" for term in base if term.sign < 0)
    return Quantity(label, terms, base, whole_label, unit="%", scale=100)


def default_whole(term: Term, schema: Schema) -> tuple[Term, ...]:
    """What `term` is a share of when the asker names nothing."""
    default = schema.default_aspect(term.item)
    if default == "total" and term.aspect != "total":
        # One applicant kind, or one outcome: a share of the same row.
        return (Term(term.item, "total"),)
    return tuple(Term(item, term.aspect) for item in schema.whole_of(term.item))


def rate(
    id_: str, schema: Schema, aspect: str = "", excluded: Sequence[Term] = (), item: str = ""
) -> Quantity:
    """The named rate `id_`, for one applicant kind if `aspect` is given, with its variants.

    `item` puts another item in place of the rate's own ("直接起诉的纠正率").
    """
    entry = schema.vocabulary.derived[id_]
    if item:
        entry = _for_item(entry, item, schema)
    variants = tuple(_ratio(v, schema, aspect, entry.unit, ()) for v in entry.variants)
    found = _ratio(entry, schema, aspect, entry.unit, excluded)
    same = [v for v in variants if (v.terms, v.whole) == (found.terms, found.whole)]
    if excluded and same:  # "部分公开不算，公开率": it has a name of its own
        return replace(same[0], variants=(_ratio(entry, schema, aspect, entry.unit, ()),))
    return replace(found, variants=variants)


def _for_item(entry: Derived, item: str, schema: Schema) -> Derived:
    own = entry.denominator[0].lstrip("-").split(".")[0]

    def moved(terms: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(term.replace(f"{own}.", f"{item}.") for term in terms)

    variants = tuple(
        Ratio(name=v.name, numerator=moved(v.numerator), denominator=moved(v.denominator))
        for v in entry.variants
    )
    side = entry.numerator[0].split(".")[1]
    name = message(
        "rate_of",
        item=schema.entry(item).name,
        aspect=schema.vocabulary.aspects[side].name,
    )
    return entry.model_copy(
        update={
            "name": name,
            "numerator": moved(entry.numerator),
            "denominator": moved(entry.denominator),
            "variants": variants,
        }
    )


def _ratio(
    ratio: Ratio, schema: Schema, aspect: str, unit: str, excluded: Sequence[Term]
) -> Quantity:
    dropped = {term.item for term in excluded}
    top = tuple(
        t
        for t in (_term(name, schema, aspect) for name in ratio.numerator)
        if t.item not in dropped
    )
    bottom = tuple(_term(name, schema, aspect) for name in ratio.denominator)
    whole = " + ".join(schema.label(t) for t in bottom if t.sign > 0)
    minus = "".join(f" − {schema.label(t)}" for t in bottom if t.sign < 0)
    name = f"{ratio.name}（{schema.vocabulary.aspects[aspect].name}）" if aspect else ratio.name
    return Quantity(name, top, bottom, whole + minus, unit=unit, scale=100 if unit == "%" else 1)


def _term(name: str, schema: Schema, aspect: str) -> Term:
    sign = -1 if name.startswith("-") else 1
    item, _, own = name.lstrip("-").partition(".")
    side = own or (aspect if aspect and schema.allows(item, aspect) else "")
    return Term(item, side or schema.default_aspect(item), sign)


def group_terms(group: str, frame: Frame, schema: Schema) -> list[Term]:
    """The members of a group as terms: items on the asked aspect, or aspects of the asked item."""
    entry = schema.vocabulary.groups[group]
    named = [t.item for t in frame.terms]
    if (
        entry.axis == "items"
        and named
        and not frame.only_aspects
        and not set(named) <= {entry.of, *entry.members}
    ):
        # "直接起诉的四种结果": the results of the item named.
        own = [part for item in named for part in _outcomes(item, schema)]
        if entry.of not in {base for item in named for base in schema.whole_of(item)}:
            own = own or [part for item in named for part in _inside(item, schema)]
        if own:
            return own
    if entry.axis == "items":
        aspect = frame.only_aspects[0] if frame.only_aspects else ""
        return [
            Term(i, aspect if aspect and schema.allows(i, aspect) else schema.default_aspect(i))
            for i in entry.members
        ]
    items = [t.item for t in frame.terms if not frame.only_aspects] or [entry.of]
    return [
        Term(item, aspect)
        for item in dict.fromkeys(items)
        for aspect in entry.members
        if schema.allows(item, aspect)
    ]


def _outcomes(item: str, schema: Schema) -> list[Term]:
    """How the cases of `item` ended, where the form has such columns."""
    ends = [
        group.members
        for group in schema.vocabulary.groups.values()
        if group.axis == "aspects" and not set(group.members) & schema.pairs["new"]
    ]
    fitting = (m for m in ends if all(schema.allows(item, aspect) for aspect in m))
    return [Term(item, aspect) for aspect in next(fitting, ())]


def _inside(item: str, schema: Schema) -> list[Term]:
    """What `item` breaks down into, other than kinds of applicants."""
    parts = children(Term(item, schema.default_aspect(item)), schema)
    return [part for part in parts if part.item != item or part.aspect not in schema.pairs["new"]]


def children(term: Term, schema: Schema) -> list[Term]:
    """What `term` breaks down into: its sub-items, else its outcomes or applicant kinds."""
    members = schema.members(term.item)
    if members:
        return [Term(member, term.aspect) for member in members]
    for group in schema.vocabulary.groups.values():
        if group.axis == "items" and group.of == term.item:
            return [Term(member, term.aspect) for member in group.members]
    for group in schema.vocabulary.groups.values():
        fits = all(schema.allows(term.item, a) for a in group.members)
        if group.axis == "aspects" and fits and term.aspect in ("total", "org"):
            inside = group.members
            if term.aspect == "org" and "natural" in inside:
                continue
            return [Term(term.item, member) for member in inside]
    aspects = [a for a in schema.vocabulary.aspects if a in schema.newest.get(term.item, ())]
    return [Term(term.item, a) for a in aspects] if len(aspects) > 1 else []


def whole_of_parts(parts: Sequence[Term], schema: Schema) -> list[Term]:
    """The measure that `parts` add up to, [] if there is none."""
    items, aspects = {part.item for part in parts}, {part.aspect for part in parts}
    if len(items) == 1:
        return [Term(parts[0].item, "total")]
    entries = schema.vocabulary.items.items()
    found = [id_ for id_, entry in entries if set(entry.sum_of) == items]
    if found and len(aspects) == 1:
        return [Term(found[0], parts[0].aspect)]
    bases = {schema.whole_of(item) for item in items}
    printed = len(bases) == 1 == len(aspects) and all(len(base) == 1 for base in bases)
    return [Term(base[0], parts[0].aspect) for base in bases] if printed else []
