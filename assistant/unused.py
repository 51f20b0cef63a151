"""Unused words: a plan must answer for every word that names a measure or an operation.

What it leaves out was not understood where it stands, and an answer without it would be the answer
to another question: it is asked back instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.frame import Frame
from assistant.messages import message
from assistant.plan import Clarify, Plan, Term
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.slots import Slots

_ORDERS = ("maximum", "minimum", "rank", "spread", "portion", "filter", "breakdown")
# What a plan may do where the words ask for an operation.
_DOES: dict[str, tuple[str, ...]] = {
    "maximum": _ORDERS,
    "minimum": _ORDERS,
    "rank": _ORDERS,
    "difference": ("difference", "growth", "spread", "portion"),
    "points": ("difference", "growth", "spread"),
    "times": ("times", "spread", "portion", "growth"),
    "mean": ("mean", "median", "growth", "portion"),
    "growth": ("growth", "portion"),
}
_RELATIVE = ("growth", "portion", "spread", "filter")  # these may be shares without saying so
_SHOWING = ("why", "explain", "check")


def refuse_unused(segment: Slots, plan: Plan, frame: Frame, schema: Schema) -> None:
    """Raises ScopeError with a question back where `plan` leaves out what `segment` names."""
    if not plan.points or plan.op in _SHOWING:
        return
    lost = (
        _loses_operation(segment, plan)
        or _loses_unit(segment, plan)
        or any(_unnamed(segment, plan, frame, schema))
    )
    if lost:
        raise ScopeError(Clarify(message("not_put_together")))


def _loses_operation(segment: Slots, plan: Plan) -> bool:
    quantities = [point.quantity for point in plan.points]
    minus = any(term.sign < 0 for quantity in quantities for term in quantity.terms)
    rate = any(quantity.whole or quantity.divisor for quantity in quantities)
    for op, does in _DOES.items():
        other = (op == "difference" and minus) or (op in ("mean", "growth") and rate)
        ordered = op in ("maximum", "minimum") and bool(plan.pick)
        if segment.has(op) and plan.op not in does and not (other or ordered):
            return True
    pooled = segment.has("sum", "cumulative") and len(plan.points) > 1
    return pooled and _is_relative(plan) and plan.op in ("lookup", "trend")


def _loses_unit(segment: Slots, plan: Plan) -> bool:
    """A share asked of which a number comes, or the other way round."""
    units, relative = segment.units(), _is_relative(plan)
    shared = segment.has("share") or "%" in units
    shared = shared or (segment.has("share_verb") and "件" not in units and plan.op == "lookup")
    if shared and not relative and plan.op not in _RELATIVE:
        return True
    every = all(point.quantity.unit == "%" for point in plan.points)
    return "件" in units and every and plan.op != "filter"


def _is_relative(plan: Plan) -> bool:
    rates = any(point.quantity.whole or point.quantity.unit == "%" for point in plan.points)
    return rates or plan.relative


def _unnamed(segment: Slots, plan: Plan, frame: Frame, schema: Schema) -> Iterator[bool]:
    """For each name in the segment, whether nothing of the plan stands for it."""
    used = list(_terms(plan, frame))
    used += [part for term in used for part in schema.sum_parts(term)]
    items, aspects = {term.item for term in used}, {term.aspect for term in used}
    aspects |= {*frame.excluded_aspects}
    for at in segment.pieces:
        sense = segment.tags[at].senses[0]
        if sense.weak:
            continue
        if sense.kind == "item":
            yield sense.id not in items and not any(schema.contains(sense.id, i) for i in items)
        elif sense.kind == "aspect":
            fits = any(schema.allows(item, sense.id) for item in items)
            yield fits and sense.id not in aspects and not _akin(sense.id, aspects, schema)
        elif sense.kind == "derived":
            minus = any(term.sign < 0 for term in used)
            yield not (_is_relative(plan) or plan.op == "growth" or minus)


def _akin(aspect: str, used: set[str], schema: Schema) -> bool:
    return any(
        schema.aspect_contains(aspect, other) or schema.aspect_contains(other, aspect)
        for other in used
    )


def _terms(plan: Plan, frame: Frame) -> Iterator[Term]:
    yield from (*frame.excluded, *frame.minus)
    for point in plan.points:
        for quantity in (point.quantity, *point.quantity.variants):
            yield from (*quantity.terms, *quantity.whole)
