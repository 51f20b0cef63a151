"""Last values: what a follow-up computes from the two values that were answered last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.catalog import short_name
from assistant.context import Context
from assistant.going_on import named_values
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify, Plan, Point, Quantity
from assistant.scope import ScopeError
from assistant.slots import Slots, asks_which, nested_of

_PLAIN = {"total", "decisions"}  # columns that a measure is asked by when none is named
# Of an order, neither a place nor the first few.
_WHOLE_ORDER: dict[str, Any] = {"k": None, "position": None, "gathered": False, "notes": ()}


def about_last_two(segment: Slots, turn: Context, carried: list[str]) -> Plan | None:
    """ "差多少", "提高了几个百分点" about the two values answered last."""
    following = _of_an_order(segment, turn, carried)
    if following is not None:
        return following
    firsts = any(tag.value == 2 and tag.of("top") for tag in segment.all("top"))
    last = tuple(turn.points[:2] if firsts else turn.points[-2:])
    yearly = Lexicon.built_in().pattern("yearly")
    compared = turn.plan is not None and turn.plan.op == "difference"
    compared = compared and not any(yearly.search(tag.text) for tag in segment.tags)
    across = segment.any("every_place") and len({point.publisher for point in last}) == 1
    each = (
        segment.has("breakdown") or across
    )  # "两地差几个点"; "分别涨了多少": "分别涨了多少": of each, not of the last two
    grew = turn.plan is not None and turn.plan.op == "growth"
    if each or not _asks_about_last_two(segment, last, compared, grew):
        return None
    carried.append(
        "、".join(f"{p.year}年{short_name(p.publisher)}{p.quantity.label}" for p in last)
    )
    counted = segment.units() & {"件", "元", "万元"}
    if counted and any(p.quantity.is_rate for p in last):
        return None
    if _adds(segment, last) or _adds_both(segment, last):
        return Plan("sum", last, over="publisher")
    if _asks_which(segment):
        two = firsts or any("two" in tag.ids("pronoun") for tag in segment.tags)
        return _which_of(segment, last if two else _said_together(turn))
    in_percent = "%" in segment.units() or segment.has("growth")
    if in_percent and not segment.has("points") and last[0].quantity != last[1].quantity:
        last = _from_base(segment, last, turn)
        stated = compared and not turn.implied  # "少了多少" goes from the first to the second
        ends = turn.plan.points if stated and turn.plan is not None else ()
        return _relative(ends[::-1] if {*ends} == {*last} else last)  # as they were just compared
    if segment.has("times"):
        return _times(segment, last, turn, compared)
    if _are_years(last):
        ordered = tuple(sorted(last, key=lambda point: point.year))
        relative = in_percent and not last[0].quantity.is_rate
        yearly_rate = segment.has("mean", "compound") and relative
        return Plan("growth", ordered, over="year", relative=relative, compound=yearly_rate)
    return _difference(last, turn, compared)


def _times(segment: Slots, last: tuple[Point, ...], turn: Context, compared: bool) -> Plan:
    """ "多几件，多几倍": as they were just compared; after "哪个多" how much the winner has."""
    won, plan = turn.winners, turn.plan
    if compared and segment.has("more"):
        return Plan("spread", last, places=(1, -1), nested="times")  # "多几倍": the larger one
    if compared and plan is not None and len(plan.points) == 2:
        return Plan("times", plan.points)
    if len(won) == 1 and plan is not None and {*plan.points} == {*last}:
        return Plan("times", (won[0], *(point for point in last if point != won[0])))
    return Plan("times", last[::-1] if _turned(segment, last) else last)


def _from_base(segment: Slots, last: tuple[Point, ...], turn: Context) -> tuple[Point, ...]:
    """ "少了百分之几" is of the larger one, "多了百分之几" of the smaller, in any order."""
    told = [turn.numbers.get(point) for point in last]
    if len(last) != 2 or None in told or segment.has("less") == segment.has("more"):
        return last
    ordered = sorted(last, key=lambda point: turn.numbers[point], reverse=segment.has("less"))
    return tuple(ordered)


def _difference(last: tuple[Point, ...], turn: Context, compared: bool) -> Plan:
    """ "高多少" after "谁高": as they were just compared; else what was said last is held against
    what was said before."""
    if compared and turn.plan is not None and {*turn.plan.points} == {*last}:
        return Plan("difference", turn.plan.points, over=turn.plan.over)
    return Plan("difference", last)


def _between_places(segment: Slots, turn: Context, carried: list[str]) -> Plan | None:
    """ "两地差几个百分点" after one share here and there and another one here: the last one, held
    against its like in the other place."""
    owners = {point.publisher: point for point in turn.points}
    compares = segment.has("difference", "points", "times") and not segment.has("growth", "change")
    named = segment.pieces or any(segment.any(k) for k in ("year", "year_word", "place"))
    if turn.lost or named or len(owners) != 2 or not (compares and segment.any("every_place")):
        return None
    last = turn.points[-1]
    (other,) = (point for name, point in owners.items() if name != last.publisher)
    single = turn.plan is not None and len(turn.plan.points) == 1
    if not single or other.year != last.year or segment.has("than", "breakdown"):
        return None
    points = (replace(other, quantity=last.quantity), last)
    carried.append(last.quantity.label)
    return Plan("times" if segment.has("times") else "difference", points, over="publisher")


def _of_other_place(segment: Slots, turn: Context, carried: list[str]) -> Plan | None:
    """ "海淀的几分之几", "是海淀的几倍" after one value elsewhere: of the same measure there.
    Raises ScopeError for "海淀占多少", which says of nothing."""
    owners = [str(name) for tag in segment.all("place") for name in named_values(tag.value)]
    asks = "%" in segment.units() or segment.has("times")
    ops = set(segment.ops()) <= {"times", "share"}
    bare = asks and ops and not segment.pieces and not segment.any("year")
    single = turn.plan is not None and len(turn.plan.points) == 1 and not turn.lost
    away = single and len(owners) == 1 and bool(turn.points) and not segment.any("year")
    if not away:
        return None
    last, opens = turn.points[-1], segment.tags[-1].kind == "quantity" or segment.has("times")
    alone = not (turn.shared or segment.pieces) and set(segment.ops()) == {"share_verb"}
    if alone and last.publisher != owners[0]:
        raise ScopeError(Clarify(message("share_of_what", item=last.quantity.label)))
    if not bare or last.publisher == owners[0] or last.quantity.is_rate or not opens:
        return None
    other = replace(last, publisher=owners[0], place=short_name(owners[0]))
    carried.append(last.quantity.label)
    if segment.has("times"):
        return Plan("times", (last, other), over="publisher")
    return Plan("portion", (last, other), k=1, over="publisher")


def _former_against_latter(segment: Slots, turn: Context, carried: list[str]) -> Plan | None:
    """ "前者比后者多几件" after one measure here and there: of these two."""
    ops, last = segment.ops(), tuple(turn.points[-2:])
    named = {"former", "latter"} <= set(ops) and not segment.pieces and not turn.lost
    alike = len(last) == 2 and last[0].quantity == last[1].quantity
    if not (named and alike) or {(p.publisher, p.year) for p in last[:1]} == {
        (p.publisher, p.year) for p in last[1:]
    }:
        return None
    points = last if ops["former"][0] < ops["latter"][0] else last[::-1]
    carried.append(last[0].quantity.label)
    if segment.has("times"):
        return Plan("times", points, over="publisher")
    if "%" in segment.units() and not segment.has("points"):
        return Plan("portion", points, k=1, over="publisher") if not segment.has("than") else None
    if not segment.has("than", "difference", "points"):
        return None
    direction = int(segment.has("more")) - int(segment.has("less"))
    return Plan("difference", points, over="publisher", direction=direction)


def said_at_both(segment: Slots, turn: Context) -> Context:
    """ "败诉率分别多少" after one measure here and there: of both places, or both years."""
    last = tuple(turn.points[-2:])
    named = any(segment.any(k) for k in ("year", "year_word", "place", "every_place"))
    if turn.lost or named or len(last) < 2 or not _each_of_two(segment):
        return turn
    if last[0].quantity != last[1].quantity or turn.plan is None or len(turn.plan.points) != 1:
        return turn
    places = tuple(dict.fromkeys(point.publisher for point in last))
    years = tuple(dict.fromkeys(point.year for point in last))
    if len(places) + len(years) == 3:
        turn.publishers, turn.years = places, years
    return turn


def _each_of_two(segment: Slots) -> bool:
    """ "分别多少", "各占多少", with no group named whose members would be listed."""
    kinds = segment.any("group")
    return segment.has("breakdown") and not kinds and not segment.has("than", "sum")


def _asks_share_of_which(segment: Slots, last: tuple[Point, ...]) -> bool:
    """ "哪个比例高" after two counts: of which whole is not said."""
    counts = len(last) == 2 and not any(point.quantity.whole for point in last)
    asked = segment.has("share") and (segment.has("which") or _asks_which(segment))
    return counts and asked and not segment.pieces


def _of_an_order(segment: Slots, turn: Context, carried: list[str]) -> Plan | None:
    """About a place of the last order, the years of the last sum, or what was said one by one.
    Raises ScopeError where shares of it are asked and of what is not said."""
    if _asks_share_of_which(segment, tuple(turn.points[-2:])):
        raise ScopeError(Clarify(message("share_of_which")))
    return (
        _between_places(segment, turn, carried)
        or _of_other_place(segment, turn, carried)
        or _former_against_latter(segment, turn, carried)
        or _next_in_order(segment, turn)
        or _other_end(segment, turn)
        or _against_place(segment, turn)
        or _ends_of_order(segment, turn)
        or _first_of_order(segment, turn)
        or _of_several(segment, turn, carried)
        or _order_of_said(segment, turn)
        or _sum_of_said(segment, turn)
        or _part_of_ranked(segment, turn)
        or _part_of_years(segment, turn)
    )


def _said_together(turn: Context) -> tuple[Point, ...]:
    """The values answered one after the other: several measures of one place and year, or one
    measure of several."""
    run: list[Point] = []
    for point in reversed(turn.points):
        alike = not run or (
            point.quantity.is_rate == run[0].quantity.is_rate
            and (
                all((p.publisher, p.year) == (point.publisher, point.year) for p in run)
                or all(p.quantity == point.quantity for p in run)
            )
        )
        if not alike or point in run:
            break
        run.append(point)
    return tuple(reversed(run))


def _sum_of_said(segment: Slots, turn: Context) -> Plan | None:
    """ "一共" after one total was asked of several years: of these. Raises ScopeError where it may
    as well be the total of all kinds."""
    run, plan = _said_together(turn), turn.plan
    bare = all(tag.kind in ("op", "ellipsis", "filler", "quantity") for tag in segment.tags)
    bare = bare and set(segment.ops()) == {"sum"} and "%" not in segment.units()
    single = plan is not None and plan.op == "lookup" and len(plan.points) == 1
    alike = len({point.quantity for point in run}) == 1 and len(run) > 1
    if not (bare and single and alike) or turn.lost or run[0].quantity.is_rate:
        return None
    if {term.aspect for term in run[0].quantity.terms} - _PLAIN:
        raise ScopeError(Clarify(message("sum_of_what")))
    return Plan("sum", run, over="year" if len({p.year for p in run}) > 1 else "publisher")


def _part_of_ranked(segment: Slots, turn: Context) -> Plan | None:
    """ "占总数多少" after the year or the place with the most: of all that were ranked."""
    plan, won = turn.plan, turn.winners
    ranked = plan is not None and plan.op in ("maximum", "minimum") and len(won) == 1
    named = segment.pieces or any(segment.any(k) for k in ("year", "year_word", "place"))
    asked = segment.has("share", "share_verb") or "%" in segment.units()
    if plan is None or not ranked or named or turn.lost or not (asked and segment.has("sum")):
        return None
    if len({(p.publisher, p.year) for p in plan.points}) < 2 or won[0].quantity.is_rate:
        return None
    return Plan("portion", (won[0], *plan.points), k=1, over="publisher")


def _part_of_years(segment: Slots, turn: Context) -> Plan | None:
    """ "2024年占多少" after a sum over years: of that sum."""
    plan = turn.plan
    named = {y for tag in segment.all("year") if isinstance(tag.value, tuple) for y in tag.value}
    asked = segment.has("share", "share_verb") or "%" in segment.units()
    summed = plan is not None and plan.op in ("sum", "mean") and not turn.lost
    if plan is None or not (summed and asked and len(named) == 1) or segment.pieces:
        return None
    year_of = {point.year: point for point in plan.points}
    if len(year_of) != len(plan.points) or not named < {*year_of}:
        return None
    (year,) = named
    if year_of[year].quantity.is_rate or segment.any("place"):
        return None
    return Plan("portion", (year_of[year], *plan.points), k=1, over="year")


def _order_of_said(segment: Slots, turn: Context) -> Plan | None:
    """ "哪个最多", "谁最高" after several questions, each with one value: of those values."""
    plan, run = turn.plan, _said_together(turn)
    single = plan is not None and plan.op == "lookup" and len(plan.points) == 1
    named = segment.pieces or any(segment.any(k) for k in ("year", "place", "top", "ordinal"))
    if _which_year_of_said(segment, run, turn):
        less = any(w in t.text for t in segment.tags for w in Lexicon.built_in().words["smaller"])
        return Plan("minimum" if less else "maximum", run, over="year")
    ordered = segment.has("maximum", "minimum") and not segment.has("difference", "times", "mean")
    kinds = any(sign in tag.text for tag in segment.tags for sign in ("类", "项", "种"))
    place = segment.has("which_place") and not kinds  # "最大的是哪类" asks for no place
    scoped = place or segment.has("which_year", "share", "share_verb", "sum", "growth")
    scoped = scoped or segment.has("of_which")  # "里头哪种最多": among its parts
    if turn.lost or not single or named or not ordered or scoped or len(run) < 2:
        return None
    return Plan("minimum" if segment.has("minimum") else "maximum", run, over="measure")


def _which_year_of_said(segment: Slots, run: tuple[Point, ...], turn: Context) -> bool:
    """ "哪年高" after one measure was asked of several years: of these."""
    years = {point.year for point in run}
    alike = len({(point.quantity, point.publisher) for point in run}) == 1 and len(years) > 1
    named = segment.pieces or any(segment.any(k) for k in ("year", "year_word", "place"))
    ordered = segment.has("maximum", "minimum", "more", "less", "compare")
    others = segment.has("difference", "times", "than", "growth", "share", "share_verb")
    return alike and not (turn.lost or named or others) and segment.has("which_year") and ordered


def _turned(segment: Slots, last: tuple[Point, ...]) -> bool:
    """Whether the second is the multiple: "后者是前者的几倍", "是前者的几倍"; of years the later
    one."""
    ops = segment.ops()
    former, latter = ops.get("former", [-1])[0], ops.get("latter", [-1])[0]
    if former >= 0 and latter >= 0:
        return latter < former
    return latter < 0 and (former >= 0 or last[0].year < last[1].year)


def _which_of(segment: Slots, last: tuple[Point, ...]) -> Plan:
    """ "哪个多", "哪个多,多多少" of the two."""
    asked = [tag.text for tag in segment.tags if asks_which(tag)]
    less = any(word in text for text in asked for word in Lexicon.built_in().words["smaller"])
    if segment.has("difference", "times"):
        nested = nested_of(segment)
        return Plan("spread", last, places=(1, -1), nested=nested)
    return Plan("minimum" if less else "maximum", last)


def _next_in_order(segment: Slots, turn: Context) -> Plan | None:
    """ "其次呢", "第三呢" after a ranking: that place of the same order; also after its winner was
    spoken of."""
    plan = turn.ranking or turn.plan
    ranked = plan is not None and plan.op in ("maximum", "minimum", "rank") and not turn.lost
    named = [tag.value for tag in segment.all("ordinal") if isinstance(tag.value, int)]
    if segment.has("next"):
        named.append(2)
    scoped = any(segment.any(kind) for kind in ("year", "year_word", "place"))
    computes = segment.has("share", "share_verb", "difference", "times", "ratio", "than", "more")
    if plan is None or not ranked or len(named) != 1 or segment.pieces or scoped or computes:
        return None
    direction = -1 if plan.op == "minimum" else plan.direction or 1
    place = named[0]
    return replace(plan, op="rank", k=place, position=place, direction=direction, notes=())


def _other_end(segment: Slots, turn: Context) -> Plan | None:
    """ "最少的呢" after the largest and what was said of it: of the same order."""
    plan, ops = turn.ranking, set(segment.ops())
    ends = ops & {"maximum", "minimum"}
    plain = ops <= {"maximum", "minimum", "which", "kinds"} and len(ends) == 1
    named = segment.pieces or any(segment.any(k) for k in ("year", "year_word", "place"))
    if plan is None or turn.lost or named or not plain or plan == turn.plan:
        return None
    return replace(plan, op="maximum" if "maximum" in ends else "minimum", **_WHOLE_ORDER)


def _against_place(segment: Slots, turn: Context) -> Plan | None:
    """ "比第二多的那种多几件" after the largest: the first against that place of the order."""
    plan = turn.plan
    named = [tag.value for tag in segment.all("ordinal") if isinstance(tag.value, int)]
    largest = plan is not None and plan.op == "maximum" and not turn.lost
    if segment.has("minimum") and segment.has("than"):
        named = [-1]  # "比最少的那年多多少"
    if plan is None or not largest or len(named) != 1 or named[0] in (0, 1) or segment.pieces:
        return None
    if not segment.has("than", "difference", "times"):
        return None
    nested = nested_of(segment)
    return replace(plan, op="spread", places=(1, named[0]), nested=nested, notes=())


def _ends_of_order(segment: Slots, turn: Context) -> Plan | None:
    """ "最多和最少差多少" after a ranking: of what was ranked."""
    plan = turn.plan
    ranked = plan is not None and plan.op in ("maximum", "minimum", "rank") and not turn.lost
    both = segment.has("maximum") and segment.has("minimum")
    scoped = segment.pieces or any(segment.any(k) for k in ("year", "year_word", "place"))
    if plan is None or not (ranked and both) or scoped or not segment.has("difference", "times"):
        return None
    nested = nested_of(segment)
    return replace(
        plan, op="spread", places=(1, -1), nested=nested, k=None, position=None, notes=()
    )


def _first_of_order(segment: Slots, turn: Context) -> Plan | None:
    """ "前三加起来" after a ranking: the first few of the same order."""
    plan, tops = turn.plan, [tag.value for tag in segment.all("top") if isinstance(tag.value, int)]
    ranked = plan is not None and plan.op in ("maximum", "minimum", "rank") and not turn.lost
    scoped = segment.pieces or any(segment.any(k) for k in ("year", "year_word", "place"))
    if plan is None or not ranked or scoped or len(tops) != 1 or not segment.has("sum", "add"):
        return None
    if segment.has("share", "share_verb") or "%" in segment.units():
        return None
    first = replace(plan, op="rank", k=tops[0], position=None, gathered=tops[0] > 1, notes=())
    return replace(first, direction=-1 if plan.op == "minimum" else plan.direction or 1)


def _of_several(segment: Slots, turn: Context, carried: list[str]) -> Plan | None:
    """About all the values of the last sum, or of as many years as are spoken of."""
    portion = _of_last_sum(segment, turn)
    if portion is not None:
        places = [f"{p.year}年{short_name(p.publisher)}" for p in portion.points[1:]]
        carried.append("、".join(places))
        return portion
    years = _of_years_spoken_of(segment, turn) or _of_summed_years(segment, turn)
    if years is not None:
        carried.append("、".join(f"{point.year}年" for point in years.points))
    return years


def _of_last_sum(segment: Slots, turn: Context) -> Plan | None:
    """ "示例区占几成" after a sum over places or years: that one's part of it."""
    plan = turn.plan
    if plan is None or segment.pieces or turn.lost:
        return None
    again = plan.op == "portion" and plan.k == 1 and plan.points[0] in plan.points[1:]
    if plan.op != "sum" and not again:  # "示例区占多少" after "海淀占多少": of the same sum
        return None
    summed = plan.points[1:] if again else plan.points
    places = {owner for tag in segment.all("place") for owner in named_values(tag.value)}
    years = {year for tag in segment.all("year") for year in named_values(tag.value)}
    shared = segment.has("share", "share_verb") or "%" in segment.units()
    shared = shared or (again and segment.any("ellipsis") and not segment.ops())
    if not shared or not (places or years):
        return None
    parts = [
        point
        for point in summed
        if (not places or point.publisher in places) and (not years or point.year in years)
    ]
    if len(parts) != 1 or len(summed) < 2:
        return None
    return Plan("portion", (parts[0], *summed), k=1, over="publisher")


def _of_years_spoken_of(segment: Slots, turn: Context) -> Plan | None:
    """ "两年之和", "三年平均" after one measure of so many years: of those, not of the newest."""
    recent = Lexicon.built_in().pattern("recently")
    counts = [
        tag.value
        for tag in segment.all("year_word")
        if "recent" in tag.ids("year_word") and not recent.search(tag.text)
    ]
    if len(counts) != 1 or not isinstance(counts[0], int) or segment.pieces:
        return None
    last = tuple(sorted(turn.points[-counts[0] :], key=lambda point: point.year))
    alike = len({(p.quantity, p.publisher) for p in last}) == 1 and not turn.lost
    if not alike or len({p.year for p in last}) != counts[0]:
        return None
    mean = segment.has("mean", "per")
    summed = segment.has("sum", "cumulative", "add") and not last[0].quantity.is_rate
    if not (mean or summed) or segment.has("share", "share_verb"):
        return None
    return Plan("mean" if mean else "sum", last, over="year")


def _of_summed_years(segment: Slots, turn: Context) -> Plan | None:
    """ "平均每年多少", "哪年最多" after a sum over years: of the years that were added up."""
    plan = turn.plan
    listed = plan is not None and _is_row_of_years(plan) and segment.has("which_year")
    if plan is None or turn.lost or not (listed or plan.op in ("sum", "mean")):
        return None
    if plan.over != "year":
        return None
    named = segment.pieces or any(segment.any(kind) for kind in ("year", "place", "ordinal", "top"))
    others = ("share", "share_verb", "growth", "change", "difference", "times", "than")
    alike = len({point.quantity for point in plan.points}) == 1
    if named or segment.has(*others) or "%" in segment.units() or not alike:
        return None
    of_place = segment.has("which_place") and not segment.has("which_year")  # "是哪年"
    if segment.has("maximum", "minimum") and not of_place:
        return Plan("minimum" if segment.has("minimum") else "maximum", plan.points, over="year")
    shorter = segment.has("per_month", "per_day", "per_workday", "per_week", "per_quarter")
    return Plan("mean", plan.points, over="year") if segment.has("mean") and not shorter else None


def _is_row_of_years(plan: Plan) -> bool:
    """One measure of one place, year by year."""
    listed = plan.op in ("trend", "lookup") and len(plan.points) > 2
    return listed and len({(point.quantity, point.publisher) for point in plan.points}) == 1


def _asks_about_last_two(
    segment: Slots, last: tuple[Point, ...], compared: bool, turn_grew: bool = False
) -> bool:
    """Whether two values are there, and are compared without a measure, place or year named;
    `compared`: they were just now held against each other; `turn_grew`: as two years."""
    named = segment.pieces or any(segment.any(kind) for kind in ("year", "year_word", "place"))
    if len(last) < 2 or last[0] == last[1] or named or segment.has("than"):
        return False
    if _holds(last[0].quantity, last[1].quantity) or _holds(last[1].quantity, last[0].quantity):
        return False  # a sum and one of the numbers that it adds up
    both = _adds_both(segment, last)
    if segment.any("pronoun") and not (both or segment.has("difference", "times")):
        return False
    bare = all(tag.kind in ("quantity", "filler") for tag in segment.tags)
    falls = segment.has("more", "less", "change") and "%" in segment.units()
    again = compared or (turn_grew and _are_years(last))
    falls = falls or (again and bare and "%" in segment.units())  # "百分之几" after "多多少"
    falls = falls or (segment.has("growth") and compared and last[0].year == last[1].year)
    moved = segment.has("more", "less") and segment.any("quantity") and _are_years(last)
    return (
        segment.has("difference", "times", "points")
        or (moved and "%" not in segment.units())
        or falls
        or _asks_which(segment)
        or _adds(segment, last)
        or both
        or (segment.has("growth", "change") and _are_years(last))
    )


def _adds(segment: Slots, last: tuple[Point, ...]) -> bool:
    """ "加到一块几件" after one measure of two places or years."""
    adding = Lexicon.built_in().pattern("adding")
    said = any("sum" in tag.ids("op") and adding.search(tag.text) for tag in segment.tags)
    same = last[0].quantity == last[1].quantity and not last[0].quantity.is_rate
    return said and same and not segment.has("share", "share_verb") and "%" not in segment.units()


def _adds_both(segment: Slots, last: tuple[Point, ...]) -> bool:
    """ "两个一共多少" after one measure of two places or years."""
    two = any("two" in tag.ids("pronoun") for tag in segment.tags) and segment.has("sum")
    same = last[0].quantity == last[1].quantity and not last[0].quantity.is_rate
    return two and same and not segment.has("share", "share_verb", "difference", "times")


def _holds(total: Quantity, part: Quantity) -> bool:
    """Whether `total` is a sum of several terms and `part` one of them, alike as counts or
    shares."""
    return len(total.terms) > len(part.terms) and set(part.terms) < set(total.terms)


def _are_years(last: tuple[Point, ...]) -> bool:
    """Whether they are one measure of one place in two years."""
    same = len({(point.quantity, point.publisher) for point in last}) == 1
    return same and last[0].year != last[1].year


def _asks_which(segment: Slots) -> bool:
    """ "哪个多" about what was answered last."""
    return any(asks_which(tag) for tag in segment.tags)


def _relative(last: tuple[Point, ...]) -> Plan:
    """ "少了百分之几" after two measures: (later − earlier) ÷ earlier. Raises ScopeError where they
    are not counts of one place and year."""
    base, other = last
    same = (base.publisher, base.year) == (other.publisher, other.year)
    if not same or base.quantity.whole or other.quantity.whole:
        raise ScopeError(Clarify(message("proportion_of_other")))
    minus = tuple(replace(term, sign=-term.sign) for term in base.quantity.terms)
    label = message("relative_label", left=other.quantity.label, right=base.quantity.label)
    quantity = Quantity(
        label,
        (*other.quantity.terms, *minus),
        base.quantity.terms,
        base.quantity.label,
        unit="%",
        scale=100,
    )
    return Plan("lookup", (replace(other, quantity=quantity),))
