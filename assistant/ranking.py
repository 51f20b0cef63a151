"""Ranking: the largest and smallest, places in an order, and what lies above or below a limit."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.frame import Frame
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify, Plan, Quantity, Term, Threshold
from assistant.quantities import children, counts, shares, whole_of_parts
from assistant.request import Request
from assistant.scope import ScopeError
from assistant.slots import Slots, asks_which, nested_of

_COMPARISONS = {
    "at_least": ">",
    "at_most": "<",
    "not_below": ">=",
    "not_above": "<=",
    "above_after": ">=",
    "below_after": "<=",
}


# ---- above and below a limit ----

_SEVERAL = ("which", "kinds", "count_of", "which_place", "which_year")


def threshold(request: Request) -> Plan | None:
    """ "超过一半", "不到100件": one value compared, or those of several that lie there."""
    slots = request.slots
    found = _limit(request)
    if found is None:
        return None
    if found.unit == "倍":  # "哪年处罚是许可的两倍以上": a multiple is no number of cases
        raise ScopeError(Clarify(message("not_put_together")))
    inside = slots.has("of_which") and not slots.has("whether")  # "无法提供中超过一百件的"
    among = bool(request.frame.groups) or slots.has("kinds", "which", "count_of") or inside
    quantities = _candidates(request) if among and not request.share else request.quantities()
    points = request.points(quantities)
    if len(points) == 1:
        unit = request.target_unit
        return Plan("lookup", points, yes_no=True, threshold=found, target_unit=unit)
    return Plan(
        "filter",
        points,
        over=request.dimension(quantities),
        threshold=found,
        count_only=slots.has("count_of") or bool(slots.units()),
    )


def _limit(request: Request) -> Threshold | None:
    """The limit named; one in percent makes the request one for shares."""
    slots = request.slots
    if slots.has("fraction"):
        request.share = True
        return Threshold(">", "50", "%")
    for value, unit, at in slots.numbers():
        moves = slots.has("growth", "change", "than")  # "比2023年下降了33.9%"
        if unit == "%" and not slots.units() & {"件", "个"} and not moves:
            request.share = True  # but "七成都是…，具体多少件" asks for the number
        if value == 0 and (request.frame.groups or slots.has(*_SEVERAL)):
            return Threshold("=", "0", unit)
        sign = _sign_beside(at, slots)
        if value == 10 and slots.tags[at].text.endswith("位数"):
            return Threshold("<", "10", unit)  # "个位数"
        among = bool(request.frame.groups) or slots.has("which", "kinds", "count_of")
        if among and not sign and unit != "%" and _is_exact(at, slots):
            return Threshold("=", str(value), unit)
        if sign:
            return Threshold(sign, str(value), unit or request.unit_said(slots.tags[at].text))
    return None


def _is_exact(at: int, slots: Slots) -> bool:
    """ "只有1件的有哪些", "恰好5件的是哪种"."""
    before = slots.tags[at - 1] if at else None
    behind = slots.tags[at + 1] if at + 1 < len(slots.tags) else None
    exact = Lexicon.built_in().pattern("exactly")
    said = before is not None and bool(exact.search(before.text)) and not before.of("quantity")
    return said and (behind is None or bool(behind.of("of")))


def _sign_beside(at: int, slots: Slots) -> str:
    """ "超过100件" has its word before the number, "100件以上" after it."""
    ops = slots.ops()
    for cue, sign in _COMPARISONS.items():
        before = not cue.endswith("_after")
        if (at - 1 if before else at + 1) in ops.get(cue, []):
            return sign
        done = at > 1 and slots.tags[at - 1].text == "了"  # "超过了100件"
        behind = slots.tags[at + 1 : at + 2]
        if before and behind and behind[0].text == "都" and at + 2 in ops.get(cue, []):
            return sign  # "连80%都不到"
        if before and done and at - 2 in ops.get(cue, []):
            return sign
    return ""


# ---- the largest and smallest, and the order ----


@dataclass(frozen=True)
class _Order:
    """What the words of a question ask of an order."""

    largest: bool
    smallest: bool
    ranked: bool
    choice: bool  # "哪年更多": one of several
    position: int | None  # "第三名"
    first: int | None  # "前三名"

    @classmethod
    def of(cls, slots: Slots) -> _Order | None:
        tops = {tag.senses[0].id for tag in slots.all("top")}
        order = cls(
            largest=slots.has("maximum") or "top" in tops,
            smallest=slots.has("minimum", "bottom") or "bottom" in tops,
            ranked=slots.has("rank", "rank_up") or bool(slots.all("ordinal")),
            choice=_is_choice(slots),
            position=_position(slots),
            first=_first(slots),
        )
        asked = order.largest or order.smallest or order.ranked or order.choice
        return order if asked else None


def _is_choice(slots: Slots) -> bool:
    if slots.has("which_place", "which_year") and slots.has("more", "less", "compare"):
        return True
    return slots.has("which") and slots.has("more", "less") and not slots.has("than")


def _position(slots: Slots) -> int | None:
    place = next((tag.value for tag in slots.all("ordinal")), None)
    return place if isinstance(place, int) else None


def _first(slots: Slots) -> int | None:
    named = (tag.value for tag in slots.all("top") if isinstance(tag.value, int))
    found = next(named, None)
    if found is not None or not (slots.has("maximum", "minimum", "bottom") or slots.all("top")):
        return found
    # "最多的前三年": the years are what is ranked.
    years = (tag for tag in slots.all("year_word") if tag.text.startswith("前"))
    return next((tag.value for tag in years if isinstance(tag.value, int)), None)


def extreme(request: Request) -> Plan | None:
    """The largest, the smallest, what lies between them, or the row in order."""
    slots = request.slots
    order = _Order.of(slots) or _order_of_parts(request)
    if order is None:
        return None
    _refuse_place_of_one(request)
    places = _two_places(slots)
    asks_figure = not places and (_asks_figure_of_extreme(slots) or _by_how_much(slots))
    if asks_figure and _is_of_two(request):
        return _apart(request)
    shared = asks_figure or _orders_shares(request)
    quantities = _shares_of_parts(request) if shared else _candidates(request)
    points, over = request.points(quantities), request.dimension(quantities)
    if len(points) < 2 and slots.has("maximum", "minimum"):
        raise ScopeError(Clarify(message("rank_of_what")))
    if slots.has("growth", "change", "fastest", "slowest") and len(quantities) > 1:
        raise ScopeError(Clarify(message("one_growth")))
    if places:
        nested = "times" if slots.has("ratio") else nested_of(slots)
        if nested == "difference" and slots.has("share", "growth"):
            raise ScopeError(Clarify(message("proportion_of_other")))
        return Plan("spread", points, over=over, places=places, nested=nested)
    if order.position is not None:
        direction = -1 if order.smallest else 1
        k = order.position
        return Plan("rank", points, over=over, k=k, position=k, direction=direction)
    if order.first is not None or order.ranked:
        ascending = slots.has("rank_up") or (order.smallest and not order.largest)
        direction = -1 if ascending else 1
        gathered = (order.first or 1) > 1 and _gathers(slots)
        return Plan(
            "rank", points, over=over, k=order.first, direction=direction, gathered=gathered
        )
    if order.largest and order.smallest:
        return Plan("rank", points, over=over, direction=1)  # "哪种最多，哪种最少": the whole order
    words = "".join(t.text for t in slots.tags if {"less", "compare"} & set(t.ids("op")))
    fewer = any(word in words for word in Lexicon.built_in().words["smaller"])
    less = order.smallest or (order.choice and fewer and not slots.has("more"))
    return Plan("minimum" if less else "maximum", points, over=over)


def _refuse_place_of_one(request: Request) -> None:
    """ "2024年新收排第几": a place among what is not said. Raises ScopeError."""
    asked = any("几" in tag.text for tag in request.slots.tags if "rank" in tag.ids("op"))
    alone = len(request.frame.terms) == 1 and not request.frame.groups and not request.is_wide
    if asked and alone and not request.slots.has("which", "kinds", "of_which"):
        raise ScopeError(Clarify(message("rank_of_what")))


def _gathers(slots: Slots) -> bool:
    """ "前三名合计多少件", "最多的三类占多少": the first few taken together."""
    summed = slots.has("sum", "add") or any(
        tag.text in Lexicon.built_in().words["together"] for tag in slots.tags
    )
    shared = slots.has("share_verb") and not slots.has("rank", "rank_up")
    return (summed or shared) and not slots.has("breakdown", "which")


def _orders_shares(request: Request) -> bool:
    """ "申请人中占比第二高的是哪一类": the parts in order, as shares."""
    frame, slots = request.frame, request.slots
    asked = slots.has("share") and not (frame.derived or frame.excluded or request.is_wide)
    parts = frame.groups or (len(frame.terms) == 1 and children(frame.terms[0], request.schema))
    return asked and bool(parts) and not frame.whole


def _is_of_two(request: Request) -> bool:
    """ "两区谁的许可多，多多少": one measure of two places or years, and what lies between."""
    asked = request.slots.has("difference", "times") or _by_how_much(request.slots)
    named = len(request.frame.terms) + len(request.frame.derived)
    reports = len(request.scope.publishers) * len(request.scope.years)
    two = named == 2 and reports == 1 and not (request.share or request.frame.whole)
    return asked and (two or (named == 1 and reports == 2))


def _by_how_much(slots: Slots) -> bool:
    """ "哪边的许可多，多多少件", "谁的办结率高，高几个百分点": said twice, the second time with a
    question word right behind."""
    ops = slots.ops()
    chosen = [at for at in ops.get("compare", []) if slots.tags[at].text[-1] in "多少"]
    moved = sorted({*ops.get("more", []), *ops.get("less", []), *chosen})
    asked = [at for at in moved if at + 1 < len(slots.tags)]
    return len(moved) > 1 and any(slots.tags[at + 1].kind == "quantity" for at in asked[1:])


def _apart(request: Request) -> Plan:
    """The larger of two against the smaller: how many more, or how many times."""
    nested = nested_of(request.slots)
    quantities = request.quantities()
    points, over = request.points(quantities), request.dimension(quantities)
    return Plan("spread", points, over=over, places=(1, -1), nested=nested)


def _order_of_parts(request: Request) -> _Order | None:
    """ "诉讼里哪类多": of one measure, which of its parts."""
    asked = [tag.text for tag in request.slots.tags if asks_which(tag)]
    frame = request.frame
    alone = len(frame.terms) == 1 and not (frame.derived or request.is_wide or request.share)
    if not asked or not alone or not children(request.frame.terms[0], request.schema):
        return None
    less = any(word in asked[0] for word in Lexicon.built_in().words["smaller"])
    return _Order(not less, less, False, True, None, None)


def _two_places(slots: Slots) -> tuple[int, ...]:
    """ "最多的比第二多的多几件": two places of the order, −1 the last; () where it is not so."""
    if not slots.has("difference", "more", "less", "times", "ratio"):
        return ()
    places = []
    for tag in slots.tags:
        if tag.value == 2 and tag.of("top"):
            places += [1, 2] if tag.ids("top") == ("top",) else [-2, -1]  # "最多的两个相差多少"
        elif "maximum" in tag.ids("op"):
            places.append(1)
        elif "minimum" in tag.ids("op"):
            places.append(-1)
        elif tag.kind == "ordinal" and isinstance(tag.value, int):
            places.append(tag.value)
    return tuple(places) if len(places) == 2 and places[0] != places[1] else ()


def _shares_of_parts(request: Request) -> list[Quantity]:
    """ "不予公开理由里最多的占几成": each part as a share of the whole that was named, or of what
    the parts add up to. Raises ScopeError where another figure of the extreme is asked."""
    slots, frame, schema = request.slots, request.frame, request.schema
    shared = slots.has("share_verb", "share") and not slots.has("difference", "times", "ratio")
    if shared and request.is_wide and len(frame.terms) == 1 and not frame.excluded:
        request.share = True
        return request.quantities()  # "哪份占比最高，多少": its share is what was found
    if not shared or request.is_wide or frame.derived or frame.excluded:
        raise ScopeError(Clarify(message("one_by_one")))
    if frame.groups:
        parts = request.group_terms()
        whole = frame.whole or frame.terms or whole_of_parts(parts, schema)
    elif len(frame.terms) == 1:
        parts, whole = children(frame.terms[0], schema), frame.whole or frame.terms
    else:
        parts, whole = [], []
    if not parts or not whole:
        raise ScopeError(Clarify(message("one_by_one")))
    return shares(parts, whole, schema, together=False)


def _asks_figure_of_extreme(slots: Slots) -> bool:
    """ "最多的那一种占多少", "最多是最少的几倍": a figure computed from what a ranking finds."""
    if slots.has("difference", "times"):
        return True
    if not slots.has("share_verb", "share"):
        return False
    number = slots.any("quantity") or any(
        word in tag.text for tag in slots.tags if "share" in tag.ids("op") for word in "几多"
    )
    number = number or bool(slots.all("ordinal")) or bool(slots.all("top"))
    single = number and not slots.has("which", "which_place", "which_year")
    ops = slots.ops()
    extremes = [*ops.get("maximum", []), *ops.get("minimum", [])]
    asked = [*ops.get("share_verb", []), *ops.get("share", [])]
    behind = number and bool(extremes) and min(asked) > max(extremes)  # "哪类最多，占比多少"
    verb = slots.has("share_verb") and single
    return behind or verb or (slots.has("share") and slots.any("pronoun"))


def _candidates(request: Request) -> list[Quantity]:
    """What is compared: places or years where there are several, else the parts of a whole."""
    slots, frame, schema = request.slots, request.frame, request.schema
    if frame.groups and not frame.derived:
        whole = {term.item for term in frame.excluded if term.aspect not in frame.excluded_aspects}
        out = whole | {*frame.excluded_aspects}
        members = request.group_terms()
        frame.terms = [t for t in members if t.item not in out and t.aspect not in out]
        return counts(frame.terms, schema)
    if request.is_wide or len(frame.terms) > 1 or len(frame.derived) > 1:
        return request.quantities()
    if frame.derived and frame.groups:
        return request.quantities()  # "哪类申请人的办结率最高"
    asked = slots.has("which", "maximum", "minimum", "rank", "kinds", "count_of")
    ranked = asked or slots.any("top") or any(asks_which(tag) for tag in slots.tags)
    parts = children(frame.terms[0], schema) if frame.terms and ranked else []
    parts = _without_excluded(parts, frame)
    if parts:
        return counts(parts, schema)
    if slots.has("which_place", "which_year"):
        return request.quantities()
    raise ScopeError(Clarify(message("rank_of_what")))


def _without_excluded(parts: list[Term], frame: Frame) -> list[Term]:
    """ "除自然人外哪类最多": the parts that are not left out by kind, by item or as a cell."""
    kinds = {term.aspect for term in frame.excluded} | {*frame.excluded_aspects}
    items = {term.item for term in frame.excluded}
    if len({part.item for part in parts}) > 1:
        return [part for part in parts if part.item not in items]
    return [part for part in parts if part.aspect not in kinds]
