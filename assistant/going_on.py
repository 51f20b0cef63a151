"""Going on: what the last plan says about the plan of a follow-up."""

from __future__ import annotations

from dataclasses import replace

from assistant.context import Context
from assistant.messages import message
from assistant.plan import Clarify, Op, Over, Plan
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
    found = _against_found(segment, plan, turn)
    if found is not None:
        return found
    again = _growth_again(segment, plan, last) or _divided_again(segment, plan, last)
    again = again or _of_said_shares(plan, last) or _compared_again(segment, plan, last)
    again = again or _order_again(segment, plan, last) or _across_again(segment, plan, last)
    if again is not None:
        return again
    asks = bool(segment.pieces) or segment.has("share", "share_verb", "of_which")
    if asks and not segment.has(*_ANEW, "including") and _is_same(plan, last):
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


def per_again(segment: Slots, plan: Plan, turn: Context) -> Plan:
    """ "每百件办结对应几件复议，几件诉讼": the second, too, to as many of the first."""
    last = turn.plan
    if last is None or not turn.now or plan.op != "lookup" or segment.has("per", "share"):
        return plan
    pers = {point.quantity for point in last.points if point.quantity.unit == "per"}
    plain = [p for p in plan.points if len(p.quantity.terms) == 1 and not p.quantity.whole]
    bare = all(tag.kind in ("quantity", "filler", "item", "aspect", "and") for tag in segment.tags)
    if len(pers) != 1 or len(plain) != len(plan.points) or not bare:
        return plan
    (per,) = pers
    points = tuple(
        replace(
            point,
            quantity=replace(
                per,
                terms=point.quantity.terms,
                label=message(
                    "per_label",
                    part=point.quantity.label,
                    whole=per.whole_label,
                    count=per.scale,
                ),
            ),
        )
        for point in plan.points
    )
    return replace(plan, points=points)


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


def _across_again(segment: Slots, plan: Plan, last: Plan) -> Plan | None:
    """ "诉讼呢" after "复议2020到2024一共", "许可呢" after a difference between two places: the
    same of this measure, over the same places and years."""
    across = last.op in ("sum", "difference", "times", "portion") and last.over != "measure"
    elided = segment.any("ellipsis") and not segment.ops() and bool(segment.pieces)
    scoped = any(segment.any(kind) for kind in ("year", "year_word", "place", "every_place"))
    measures = {point.quantity for point in plan.points}
    before = {point.quantity for point in last.points}
    if not (across and elided and plan.op in ("lookup", "trend")) or scoped or last.target_unit:
        return None
    if len(measures) != 1 or len(before) != 1 or _scopes(plan) != _scopes(last):
        return None
    (now,), (old,) = measures, before
    alike = (now.is_rate, now.divisor, bool(now.whole)) == (
        old.is_rate,
        old.divisor,
        bool(old.whole),
    )
    points = tuple(replace(point, quantity=now) for point in last.points)
    plain = replace(last, points=points, direction=0, asserted="", yes_no=False, threshold=None)
    return replace(plain, notes=plan.notes) if alike and len(last.points) > 1 else None


def _against_found(segment: Slots, plan: Plan, turn: Context) -> Plan | None:
    """ "海淀2024年的比它高吗" after "哪年最低": against the year that was found. Raises ScopeError
    where it is not known which of the two sides that is."""
    it = any("one" in tag.ids("pronoun") and not tag.of("ellipsis") for tag in segment.tags)
    asked = it and not segment.pieces and segment.has("than", "difference", "times")
    if not (asked and orders_years(turn.plan) and len(turn.winners) == 1):
        return None
    (winner,) = turn.winners
    if winner in plan.points and plan.op in ("difference", "times"):
        return None
    places = {owner for tag in segment.all("place") for owner in named_values(tag.value)}
    years = {year for tag in segment.all("year") for year in named_values(tag.value)}
    own = [
        point
        for point in plan.points
        if (point.publisher in places if places else point.year in years)
        and point.quantity == winner.quantity
    ]
    if plan.op not in ("difference", "times", "lookup") or len(own) != 1:
        raise ScopeError(Clarify(message("one_by_one")))
    over: Over = "year" if own[0].publisher == winner.publisher else "publisher"
    op: Op = "difference" if plan.op == "lookup" else plan.op
    return replace(plan, op=op, points=(own[0], winner), over=over)


def named_values(value: object) -> tuple[object, ...]:
    """The places or years that a span names."""
    return value if isinstance(value, tuple) else ()


def _of_said_shares(plan: Plan, last: Plan) -> Plan | None:
    """ "谁的比例高" after "占各自新收": of the shares as they were told, whatever their wholes."""
    ordered = plan.op in ("maximum", "minimum", "difference", "times") and plan.over == "measure"
    told = last.op == "lookup" and len(last.points) == len(plan.points) > 1
    shares = all(point.quantity.is_rate for point in (*plan.points, *last.points))
    if not (ordered and told and shares):
        return None
    now = [(p.quantity.terms, p.publisher, p.year) for p in plan.points]
    before = {(p.quantity.terms, p.publisher, p.year): p for p in last.points}
    if before.keys() != {*now} or len(before) != len(now):
        return None
    return replace(plan, points=tuple(before[key] for key in now))


def _compared_again(segment: Slots, plan: Plan, last: Plan) -> Plan | None:
    """ "上一年呢", "示例区呢" after a difference between two measures: theirs there and then."""
    compared = last.op in ("difference", "times") and last.over == "measure"
    bare = segment.any("ellipsis") and not (segment.ops() or segment.pieces)
    once = len(_scopes(plan)) == 1 == len(_scopes(last))
    if not (compared and bare and once) or plan.op != "lookup" or last.target_unit:
        return None
    now = {point.quantity: point for point in plan.points}
    if len(now) != 2 or len(last.points) != 2 or now.keys() != {p.quantity for p in last.points}:
        return None
    points = tuple(now[point.quantity] for point in last.points)
    plain = replace(last, points=points, direction=0, asserted="", yes_no=False, threshold=None)
    return replace(plain, notes=plan.notes)


def refuse_unlike(segment: Slots, plan: Plan, turn: Context) -> None:
    """ "超过二十件的加起来", "合计维持率" after two rates: a sum of what was just listed, and no
    claim about one figure or another rate. Raises ScopeError."""
    if turn.is_new or not segment.has("sum"):
        return
    claims = segment.numbers() and not segment.pieces and (plan.yes_no or bool(plan.asserted))
    rate = segment.any("derived") and len(turn.frame.terms) > 1 and len(plan.points) == 1
    own = {term.item for point in plan.points for term in point.quantity.terms}
    strange = rate and not own & {term.item for term in turn.frame.terms}
    if claims or strange:
        raise ScopeError(Clarify(message("not_put_together")))


def _scopes(plan: Plan) -> set[tuple[str, int]]:
    return {(point.publisher, point.year) for point in plan.points}


def _is_same(plan: Plan, last: Plan) -> bool:
    """Whether both give the same figures in the same way."""
    if (plan.op, plan.points, plan.k, plan.places) != (last.op, last.points, last.k, last.places):
        return False
    unlike = (plan.threshold, plan.relative, plan.nested, plan.target_unit, plan.direction)
    return unlike == (last.threshold, last.relative, last.nested, last.target_unit, last.direction)
