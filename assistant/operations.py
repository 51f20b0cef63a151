"""Operations: which operation a sub-question asks for, over which points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from assistant import comparing, meaning, ranking, totals
from assistant.catalog import Catalog
from assistant.frame import Frame
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify, Plan, Refuse, Term
from assistant.quantities import MONEY_UNITS
from assistant.request import Request
from assistant.schema import Schema
from assistant.scope import Scope, ScopeError
from assistant.slots import Slots

_LIMITS = ("at_least", "at_most", "not_below", "not_above", "above_after", "below_after")
_ROUND = (0, 1, 10, 100, 1000, 10_000)  # "每百件里", "一件里": no count of a report
COUNTED_KINDS = {"项", "类", "种"}
_MOST_ROWS = 12  # "八个理由里": kinds that a form has rows of
# Each looks whether the words ask for it; the first that says so makes the plan.
_Step = Callable[[Request], Plan | None]
_WITHOUT_SCOPE: tuple[_Step, ...] = (
    meaning.topic,
    meaning.check,
    meaning.explained,
    meaning.why,
)
_COMPUTED: tuple[_Step, ...] = (
    comparing.universal,
    comparing.portion,
    ranking.threshold,
    ranking.extreme,
    comparing.times,
    comparing.relative,
    comparing.change,
    comparing.difference,
    totals.total_or_mean,
    totals.breakdown,
)


def choose(
    slots: Slots,
    frame: Frame,
    scope: Scope,
    schema: Schema,
    catalog: Catalog,
    share_carried: bool,
) -> Plan:
    """The plan of one sub-question. Raises ScopeError with the question back or the refusal."""
    request = Request(slots, frame, scope, schema, catalog, share_carried)
    plan = _plan(request)
    return replace(
        plan,
        publishers=scope.publishers,
        years=scope.years,
        chart=slots.has("chart"),
        table=slots.has("table"),
        among=_among(slots),
        every_column=frame.every_column,
    )


def _among(slots: Slots) -> str:
    """3259 in "3259件里自然人几件", "3259件办结里…": what the asker takes the whole to be."""
    between = ("filler", "of", "item", "aspect", "group")
    inside, limits = slots.ops().get("of_which", []), set(_LIMITS)
    for value, unit, at in slots.numbers():
        beside = {op for tag in slots.tags[max(at - 1, 0) : at + 2] for op in tag.ids("op")}
        counts = unit in ("", "件") or (unit == "个" and value > _MOST_ROWS)
        if not counts or value in _ROUND or beside & limits:
            continue
        for sign in inside:
            words = slots.tags[at + 1 : sign]
            if at < sign <= at + 4 and all(tag.kind in between for tag in words):
                return str(value)
    return ""


def _plan(request: Request) -> Plan:
    _refuse_parties(request)
    plan = _first(_WITHOUT_SCOPE, request)
    if plan is not None:
        return plan
    _settle_open_items(request)
    _refuse_units(request)
    if not request.scope.publishers or not request.scope.years:
        raise ScopeError(Clarify(message("which_measure")))
    return _first(_COMPUTED, request) or _lookup(request)


def _first(steps: tuple[_Step, ...], request: Request) -> Plan | None:
    plans = (step(request) for step in steps)
    return next((plan for plan in plans if plan is not None), None)


def _refuse_parties(request: Request) -> None:
    """ "哪家单位被复议最多": a report does not count its own departments."""
    if len(request.scope.publishers) == 1 and _asks_party(request):
        raise ScopeError(Refuse(message("no_parties"), "not_in_corpus"))


def _asks_party(request: Request) -> bool:
    """ "哪个部门", "哪个局" of a place that is named; "哪个单位" where only one is stored."""
    if request.slots.has("among_parties"):
        return True
    words = Lexicon.built_in()
    asked = [tag.text for tag in request.slots.tags if "which_place" in tag.ids("op")]
    single = len(request.catalog.publishers) == 1
    whole = any(words.pattern("whole_organ").search(text) for text in asked)
    named = request.slots.any("place") and any(words.pattern("party").search(t) for t in asked)
    return named or (single and whole)


def _settle_open_items(request: Request) -> None:
    """An item without a total: every column of it, or a question back which one is meant."""
    frame, schema = request.frame, request.schema
    if not frame.open_items:
        return
    item = frame.open_items[0]
    aspects = [a for a in schema.vocabulary.aspects if schema.allows(item, a)]
    if request.slots.has("breakdown") or not request.slots.any("quantity"):
        frame.terms += [Term(item, aspect) for aspect in aspects]
        frame.every_column = True
        return
    name = schema.entry(item).name
    sides = [schema.vocabulary.aspects[aspect].name for aspect in aspects]
    raise ScopeError(
        Clarify(
            message("which_aspect", item=name, aspects="、".join(sides)),
            tuple(f"{name}的{side}" for side in sides),
        )
    )


def _refuse_units(request: Request) -> None:
    """Money asked of a count, or people counted where the form counts applications."""
    units = request.slots.units()
    asked = bool(units & MONEY_UNITS) or request.slots.has("money")
    if asked and not request.take_money_per_count():
        request.take_money()
    terms = request.frame.terms
    in_money = any(request.schema.unit(term) in MONEY_UNITS for term in terms)
    if asked and terms and not in_money:
        name = request.schema.label(terms[0])
        raise ScopeError(Refuse(message("no_money", item=name), "not_in_corpus"))
    if "天" in units:
        raise ScopeError(Refuse(message("no_duration"), "not_in_corpus"))


def _lookup(request: Request) -> Plan:
    """The values themselves, checked against a number that the asker names."""
    _refuse_sum_of_one(request)
    frame, numbers = request.frame, request.slots.numbers()
    if not frame.terms and not frame.derived and numbers:
        raise ScopeError(Refuse(message("unknown_question"), "out_of_scope"))
    quantities = request.quantities()
    points = request.points(quantities)
    one = len({number for number, _, _ in numbers}) == 1 == len(request.slots.all("number"))
    one = one and not request.slots.has("of_which")
    one = one and not {unit for _, unit, _ in numbers} & COUNTED_KINDS  # "不予处理的五项给我"
    stated = one and len(points) == 1 and not request.share
    stated = stated and not points[0].quantity.divisor
    stated = stated and (request.slots.has("whether") or not request.slots.any("quantity"))
    asserted, said = "", ""
    if stated:
        number, unit, at = numbers[0]
        said = request.slots.tags[at].text
        asserted = str(Decimal(number))
        unit = unit or request.unit_said(said)
    return Plan(
        "trend" if len(quantities) == 1 and _is_trend(request) else "lookup",
        points,
        over=request.dimension(quantities),
        yes_no=request.slots.has("whether"),
        asserted=asserted,
        asserted_as=said,
        count_only=bool(asserted) and request.slots.any("quantity"),
        asserted_unit=unit if stated else "",
        target_unit=request.target_unit,
    )


def _refuse_sum_of_one(request: Request) -> None:
    """ "加到一块": of one number that was asked before there is nothing to add up."""
    slots, adding = request.slots, Lexicon.built_in().pattern("adding")
    said = any("sum" in tag.ids("op") and adding.search(tag.text) for tag in slots.tags)
    if said and slots.is_empty and len(request.frame.terms) == 1 and not request.is_wide:
        raise ScopeError(Clarify(message("which_of_them")))


def _is_trend(request: Request) -> bool:
    years = len(request.scope.years)
    return years > 2 or (years > 1 and request.slots.has("trend"))
