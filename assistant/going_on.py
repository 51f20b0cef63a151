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
    again = _growth_again(segment, plan, last)
    if again is not None:
        return again
    asks = bool(segment.pieces) or segment.has("share", "share_verb", "of_which")
    if asks and not segment.has(*_ANEW) and _is_same(plan, last):
        raise ScopeError(Clarify(message("which_measure")))
    return plan


def orders_years(plan: Plan) -> bool:
    """Whether a year is what `plan` looks for."""
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


def _is_same(plan: Plan, last: Plan) -> bool:
    """Whether both give the same figures in the same way."""
    if (plan.op, plan.points, plan.k, plan.places) != (last.op, last.points, last.k, last.places):
        return False
    unlike = (plan.threshold, plan.relative, plan.nested, plan.target_unit, plan.direction)
    return unlike == (last.threshold, last.relative, last.nested, last.target_unit, last.direction)
