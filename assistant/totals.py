"""Totals: sums, means and medians over a row of values, and the parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assistant.frame import DIVISORS
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify, Plan, Quantity, Refuse, Term
from assistant.quantities import MONEY_UNITS, children, counts, shares
from assistant.request import Request
from assistant.scope import ScopeError
from assistant.slots import Slots
from assistant.tagger import Tag

# ---- sums and means ----


def total_or_mean(request: Request) -> Plan | None:
    slots, terms = request.slots, request.frame.terms
    if slots.has("median"):
        return _over_several(request, "median")
    if slots.has("sum") and slots.has("breakdown") and len(terms) > 1:
        if request.is_wide:  # "两区三项合计各多少": a sum of each place
            request.frame.together = True
            quantities = request.quantities()
            return Plan("lookup", request.points(quantities), over=request.dimension(quantities))
        return Plan("sum", request.points(request.quantities()), over="measure")
    means = slots.has("mean") and not slots.has(*DIVISORS)
    if means and request.is_wide and not _is_each(slots):
        return _over_several(request, "mean")
    summed = slots.has("sum") or _says_total(slots)
    if slots.has("cumulative") or (summed and len(terms) <= 1 and request.is_wide):
        return _sum(request)
    if slots.has("per") and len(terms) == 2:
        return Plan("lookup", request.points([_per(request)]))
    if means or (slots.has("per") and not slots.has(*DIVISORS) and not _is_year_by_year(slots)):
        return _over_several(request, "mean")
    return None


def _is_year_by_year(slots: Slots) -> bool:
    """ "每年新收多少": the value of each year, unlike "平均每年"."""
    return all(
        {"trend", "per"} <= set(tag.ids("op")) for tag in slots.tags if "per" in tag.ids("op")
    )


def _says_total(slots: Slots) -> bool:
    """ "近两年诉讼总件数": the word for a total inside another one, not where each is asked for
    ("占应办总数的比例各是多少")."""
    said = Lexicon.built_in().pattern("total_words")
    return not slots.has("breakdown") and any(said.search(tag.text) for tag in slots.tags)


def _is_each(slots: Slots) -> bool:
    """ "平均每件": one measure per another, not a mean over years or places."""
    return any("per" in tag.ids("op") and "每" in tag.text for tag in slots.tags)


def _over_several(request: Request, op: Literal["mean", "median"]) -> Plan:
    quantities = request.quantities()
    points = request.points(quantities)
    if len(points) < 2:
        raise ScopeError(Clarify(message("several_needed")))
    return Plan(op, points, over=request.dimension(quantities))


def _sum(request: Request) -> Plan:
    quantities = request.quantities()
    return Plan(
        "sum",
        request.points(quantities),
        over=request.dimension(quantities),
        target_unit=request.target_unit,
    )


def _per(request: Request) -> Quantity:
    """ "每百件申请对应多少复议": one term per 1, 10, 100 … of the other."""
    top, base = _per_terms(request)
    numbers = (number for number, _, _ in request.slots.numbers())
    scale = next((int(n) for n in numbers if n in (10, 100, 1000, 10000)), 1)
    part, whole = request.schema.label(top), request.schema.label(base)
    label = message("per_label", part=part, whole=whole, count=scale)
    return Quantity(label, (top,), (base,), whole, unit="per", scale=scale)


def _per_terms(request: Request) -> tuple[Term, Term]:
    """ "平均每件复议对应多少申请": per the term named after 每."""
    slots, terms = request.slots, request.frame.terms
    priced = [term for term in terms if request.schema.unit(term) in MONEY_UNITS]
    if len(priced) == 1:  # "收费申请平均每件通知金额": money per case, never cases per money
        return priced[0], next(term for term in terms if term != priced[0])
    at = slots.ops()["per"][0]
    if at - 1 in slots.pieces:  # "许可每件对应处罚几件"
        named = slots.tags[at - 1].ids("item")
        base = next((term for term in terms if term.item in named), None)
        if base is not None:
            return next(term for term in terms if term != base), base
    after = [piece for piece in slots.pieces if piece > at]
    asked = any(tag.kind == "quantity" for tag in slots.tags[at : after[0]]) if after else False
    if asks_how_many_per_one(slots):
        after = after[::-1]  # "每多少件许可对应一件处罚": per 处罚
    elif asked and at > slots.pieces[0]:  # "新收中每一百件对应多少件复议"
        after = [piece for piece in slots.pieces if piece < at][-1:]
    said = [term for piece in after for term in _said_by(slots.tags[piece], terms)]
    if not said:
        raise ScopeError(Clarify(message("not_put_together")))
    base = said[0]  # "每办一件许可": 办 names none of the terms, 许可 does
    top = next(term for term in terms if term != base)
    return top, base


def asks_how_many_per_one(slots: Slots) -> bool:
    """ "每多少件许可对应一件处罚": how many of the first there are to one of the second."""
    at = slots.ops().get("per", [len(slots.tags)])[0]
    after = [piece for piece in slots.pieces if piece > at]
    if len(after) != 2 or len(slots.pieces) != 2:
        return False
    asked = any(tag.kind == "quantity" for tag in slots.tags[at : after[0]])
    between = range(after[0], after[1])
    return asked and any(n == 1 and place in between for n, _, place in slots.numbers())


def _said_by(tag: Tag, terms: Sequence[Term]) -> list[Term]:
    names, sides = {*tag.ids("item"), *tag.ids("prose")}, tag.ids("aspect")
    return [term for term in terms if term.item in names or term.aspect in sides]


# ---- the parts of a whole ----


def breakdown(request: Request) -> Plan | None:
    """The members of a group or the parts of one measure, as counts or shares."""
    slots, frame = request.slots, request.frame
    summed = slots.has("sum") and not slots.has("breakdown", "which")
    rest = slots.has("rest") and slots.any("quantity") and not listed_apart(slots)
    rest = rest and bool(frame.excluded or frame.excluded_aspects)  # "其余申请人有几件": one number
    if frame.groups and not (frame.derived or summed or rest):
        return _group_breakdown(request)
    single = len(frame.terms) == 1 and not frame.excluded and not request.is_wide
    listed = slots.has("breakdown", "which")
    listed = listed or (slots.has("kinds", "count_of") and not request.share)
    if not (single and listed):
        return None
    parts = children(frame.terms[0], request.schema)
    follows = not slots.pieces  # "具体有哪几类" of what was asked before
    if not parts or not (follows or _wants_parts(frame.terms[0], request)):
        return _explained_instead(request)
    if request.share:
        shown = shares(parts, [frame.terms[0]], request.schema, together=False)
    else:
        shown = [*counts(frame.terms, request.schema), *counts(parts, request.schema)]
    return Plan("breakdown", request.points(shown))


def listed_apart(slots: Slots) -> bool:
    return slots.has("breakdown", "which", "kinds")


def _group_breakdown(request: Request) -> Plan:
    terms, schema = request.group_terms(), request.schema
    shown = counts(terms, schema)
    request.frame.terms = list(terms)  # what a follow-up goes on about, the kind with it
    if request.share:
        shown += shares(terms, request.frame.whole, schema, together=False)
    return Plan("breakdown", request.points(shown))


def _wants_parts(term: Term, request: Request) -> bool:
    """Whether the parts are meant, not what belongs to the measure by the regulations."""
    slots, schema = request.slots, request.schema
    divided = bool(schema.members(term.item)) or schema.tables[term.item] == "四"
    named = slots.has("breakdown") and not any(
        "哪" in tag.text for tag in slots.tags if "breakdown" in tag.ids("op")
    )
    return divided or named or (slots.any("quantity") and slots.has("which"))


def _explained_instead(request: Request) -> Plan | None:
    """ "不予公开的有哪些情形" of a measure without parts: its meaning and its figure."""
    terms = request.frame.terms
    divides = any(
        "breakdown" in tag.ids("op") and "哪" not in tag.text for tag in request.slots.tags
    )
    if divides and not request.slots.any("quantity"):
        label = request.schema.label(terms[0])
        raise ScopeError(Refuse(message("no_parts", item=label), "not_in_corpus"))
    entry = request.schema.vocabulary.items.get(terms[0].item)
    if request.slots.any("quantity") or entry is None or entry.glossary is None:
        return None
    if request.frame.weak_only and not divides:  # "申请要交给谁": something else is asked of it
        raise ScopeError(Refuse(message("unknown_question"), "out_of_scope"))
    points = request.points(counts(terms, request.schema))
    return Plan("explain", points, explain=(f"item:{terms[0].item}",))
