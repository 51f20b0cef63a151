"""Going on: what the last plan says about the plan of a follow-up."""

from __future__ import annotations

from dataclasses import replace

from assistant.context import Context
from assistant.messages import message
from assistant.plan import Clarify, Plan
from assistant.scope import ScopeError
from assistant.slots import Slots

# These may show the last answer once more: in another form, or with what stands behind it.
_ANEW = ("chart", "table", "why", "whether", "convert", "check", "explain", "basis", "breakdown")
# Words that name an operation: without one, the last one may be meant again.
_OPERATIONS = ("difference", "times", "share", "share_verb", "sum", "maximum", "minimum", "rank")


def gone_on(segment: Slots, plan: Plan, turn: Context) -> Plan:
    """`plan` of a follow-up after `turn`. Raises ScopeError where it would only say again what was
    just answered, although the words ask for something."""
    last = turn.plan
    if last is None or turn.lost or not plan.points:
        return plan
    places = {point.publisher for point in plan.points}
    held = segment.has("than") and not segment.pieces and len(places) == 1
    if held and plan.op in ("lookup", "trend"):
        raise ScopeError(
            Clarify(message("not_put_together"))
        )  # "比2021年呢": what is held against it
    again = _growth_again(segment, plan, last) or _divided_again(segment, plan, last)
    again = again or _order_again(segment, plan, last)
    if again is not None:
        return again
    asks = bool(segment.pieces) or segment.has("share", "share_verb", "of_which")
    if asks and not segment.has(*_ANEW) and _is_same(plan, last):
        raise ScopeError(Clarify(message("which_measure")))
    return plan


def orders_years(plan: Plan | None) -> bool:
    """Whether a year is what `plan` looks for."""
    if plan is None:
        return False
    years = {point.year for point in plan.points}
    return plan.op in ("maximum", "minimum", "rank") and plan.over == "year" and len(years) > 1


def _growth_again(segment: Slots, plan: Plan, last: Plan) -> Plan | None:
    """ "处罚的呢" after "许可的增长率": its growth, too, over the same years."""
    grown = last.op == "growth" and not last.pick and last.over == "year"
    elided = segment.any("ellipsis") and not segment.has(*_OPERATIONS)
    years = {point.year for point in plan.points}
    single = len(plan.points) == 2 == len(years) and len({p.quantity for p in plan.points}) == 1
    if not (grown and elided and single and plan.op == "lookup"):
        return None
    points = tuple(sorted(plan.points, key=lambda point: point.year))
    relative = last.relative and not points[0].quantity.is_rate
    return replace(plan, op="growth", points=points, over="year", relative=relative)


def _divided_again(segment: Slots, plan: Plan, last: Plan) -> Plan | None:
    """ "诉讼呢" after "复议平均每月几件": a month's mean, too."""
    divisors = {point.quantity.divisor for point in last.points}
    plain = plan.op == "lookup" and all(not p.quantity.divisor for p in plan.points)
    elided = segment.any("ellipsis") and not segment.has(*_OPERATIONS)
    if len(divisors) != 1 or divisors == {""} or not (plain and elided):
        return None
    (divisor,) = divisors
    points = []
    for point in plan.points:
        if point.quantity.whole:
            return None
        label = message("per_" + divisor, label=point.quantity.label)
        points.append(
            replace(point, quantity=replace(point.quantity, label=label, divisor=divisor))
        )
    return replace(plan, points=tuple(points))


def _order_again(segment: Slots, plan: Plan, last: Plan) -> Plan | None:
    """ "示例区呢", "2023年呢" after "哪项最多" among the parts of one measure: there, too."""
    ordered = last.op in ("maximum", "minimum", "rank") and last.over == "measure"
    scoped = segment.any("place") or segment.any("year") or segment.any("year_word")
    bare = not segment.pieces and segment.any("ellipsis") and not segment.has(*_OPERATIONS)
    there = {(point.publisher, point.year, point.place) for point in plan.points}
    once = len({(point.publisher, point.year) for point in last.points}) == 1
    if not (ordered and scoped and bare and once and len(there) == 1 and plan.op == "lookup"):
        return None
    ((publisher, year, place),) = there
    points = tuple(
        replace(point, publisher=publisher, year=year, place=place) for point in last.points
    )
    return replace(last, points=points, notes=plan.notes, publishers=(publisher,), years=(year,))


def _is_same(plan: Plan, last: Plan) -> bool:
    """Whether both give the same figures in the same way."""
    if (plan.op, plan.points, plan.k, plan.places) != (last.op, last.points, last.k, last.places):
        return False
    unlike = (plan.threshold, plan.relative, plan.nested, plan.target_unit, plan.direction)
    return unlike == (last.threshold, last.relative, last.nested, last.target_unit, last.direction)
