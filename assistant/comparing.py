"""Comparing: differences, changes over the years, multiples and portions of two values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from assistant.frame import build
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify, Plan, Point, Quantity, Refuse, Term, Threshold
from assistant.quantities import counts, default_whole, shares, summed
from assistant.request import Request, asks_growth_in_percent
from assistant.scope import ScopeError, publishers_named, years_named
from assistant.slots import CONTENT, Slots, asks_which, part_of
from assistant.tagger import Tag

_NOT_A_PORTION = (
    "times",
    "points",
    "difference",
    "more",
    "less",
    "than",
    "growth",
    "change",
    "maximum",
    "minimum",
    "rank",
    "which_place",
    "which_year",
)
_OTHERWISE = ("than", "difference", "times", "ratio", "share", "share_verb", "whether", "why")
_COUNTED = {"件", "个", "元", "万元", "亿元", "人"}
_Side = tuple[tuple[str, ...], tuple[int, ...]]  # publishers, years


# ---- a portion of other places or years ----


def portion(request: Request) -> Plan | None:
    """ "示例区占海淀的百分之几", "2024年占五年总量的百分之几": other places or years."""
    slots, frame = request.slots, request.frame
    verb = slots.ops().get("share_verb", [-1])[0]
    if verb < 0 and ("%" in slots.units() or slots.has("share")):
        verb = _comparing_word(slots)  # "2022年处罚是2021年的百分之几"
    other = bool(frame.whole) and set(frame.whole) != set(frame.terms)
    if verb < 0 or slots.has(*_NOT_A_PORTION) or frame.derived or other:
        return None
    part = _side(part_of(slots, 0, verb), request)
    inside = [at for at in slots.ops().get("of_which", []) if at < verb]
    behind = any(_side(part_of(slots, verb + 1, len(slots.tags)), request))
    if inside and not behind and any(_side(part_of(slots, inside[-1], verb), request)):
        # "两个区加起来的新收里，示例区占多少"
        whole = _side(part_of(slots, 0, inside[-1]), request)
        part = _side(part_of(slots, inside[-1], verb), request)
        return _portion_of(part, whole, request)
    whole = _side(part_of(slots, verb + 1, len(slots.tags)), request)
    return _portion_of(part, whole, request)


def _portion_of(part: _Side, whole: _Side, request: Request) -> Plan | None:
    frame = request.frame
    if not any(whole) or part == whole or len(frame.terms) != 1:
        return None
    quantity = counts(frame.terms, request.schema)[0]
    above = _side_points(quantity, part, part, request)
    below = _side_points(quantity, whole, part, request)
    if not above or not below or set(above) == set(below):
        raise ScopeError(Clarify(message("two_needed")))
    return Plan("portion", (*above, *below), k=len(above), over="publisher")


def _side(slots: Slots, request: Request, anchor: int | None = None) -> _Side:
    """`anchor` is the year that "前四年" counts back from."""
    places = publishers_named(slots, request.catalog)
    if slots.any("every_place"):
        places = request.catalog.publishers
    available = request.catalog.years_of(places or request.scope.publishers)
    return places, years_named(slots, available, anchor)[0]


def _side_points(quantity: Quantity, side: _Side, part: _Side, request: Request) -> list[Point]:
    """What a side leaves out is as on the part's side, else as in the whole question."""
    return [
        request.point(quantity, publisher, year)
        for publisher in side[0] or part[0] or request.scope.publishers
        for year in side[1] or part[1] or request.scope.years
        if request.catalog.report(publisher, year) is not None
    ]


# ---- all of a whole ----


def universal(request: Request) -> Plan | None:
    """ "重复申请都来自企业吗": whether a part is the whole, as its share."""
    terms, schema = request.frame.terms, request.schema
    if not asks_universal(request.slots) or len(terms) != 1 or request.frame.excluded:
        return None
    (term,) = terms
    items = [id_ for tag in request.slots.all("item") for id_ in tag.ids("item")]
    around = [item for item in items if schema.contains(item, term.item)]
    whole: Sequence[Term] = [Term(item, term.aspect) for item in around[:1]]
    whole = whole or default_whole(term, schema)
    if not whole:
        return None
    points = request.points(shares(terms, whole, schema, together=False))
    limit = Threshold(">=", "100", "%")
    return Plan("lookup", points, yes_no=True, universal=True, threshold=limit)


def asks_universal(slots: Slots) -> bool:
    """Whether 都, 全是 and the like stand right before what is asked to be all."""
    words, tags = Lexicon.built_in(), slots.tags
    text = "".join(tag.text for tag in tags)
    asked = slots.has("whether") or words.pattern("yes_no_end").search(text)
    if not asked or slots.any("quantity") or slots.numbers():
        return False
    for at, tag in enumerate(tags):
        if words.pattern("universal").fullmatch(tag.text):
            behind = (t for t in tags[at + 1 :] if t.text not in words.words["all_verbs"])
            following = next(behind, None)
            if following is not None and following.kind in CONTENT:
                return True
    return False


# ---- two values ----


def times(request: Request) -> Plan | None:
    ratio = request.slots.has("ratio") and not request.slots.has("share_verb")
    if not request.slots.has("times") and not ratio:
        return None
    if _is_nested(request):
        return _against_several(request, "times")
    quantities = _summed_sides(request) or request.quantities()
    points = request.points(quantities)
    if len(points) != 2:
        raise ScopeError(Clarify(message("two_needed")))
    return Plan("times", _as_said(points, request.slots), over=request.dimension(quantities))


def _summed_sides(request: Request) -> list[Quantity]:
    """ "处罚加强制是许可的几倍": what is added up before or behind the word that compares; [] where
    the sides are single measures."""
    slots, schema = request.slots, request.schema
    at = _comparing_word(slots)
    several = len(request.frame.terms) > 2 and slots.has("add", "sum") and not request.share
    if at < 0 or not several or request.is_wide:
        return []
    sides = [
        build(part, schema).terms
        for part in (part_of(slots, 0, at), part_of(slots, at + 1, len(slots.tags)))
    ]
    if not all(sides) or {*sides[0], *sides[1]} != {*request.frame.terms}:
        return []
    return [summed(counts(side, schema)) for side in sides]


def difference(request: Request) -> Plan | None:
    slots = request.slots
    if request.frame.minus and not slots.has("than"):
        return None  # "制发减去废止的还多几件"
    compared = slots.has("than", "compare") and slots.has("more", "less", "compare")
    two = len(request.frame.terms) == 2 and len(request.scope.years) == 1
    compared = compared or (two and slots.has("than") and slots.has("change"))
    subtracted = slots.has("minus") and not request.frame.minus
    if not (slots.has("difference", "points") or compared or subtracted):
        return None
    if _chooses_number(slots):
        return None
    request.share = request.share or slots.has("points") or _in_points(slots)
    if _is_nested(request):
        return _against_several(request, "difference")
    quantities = _summed_sides(request) or request.quantities()
    alone = len(quantities) == 1 and len(request.points(quantities)) < 2
    if alone and slots.has("points") and quantities[0].variants:
        quantities = [quantities[0], *quantities[0].variants]
    points = request.points(quantities)
    if len(points) < 2:
        raise ScopeError(Clarify(message("two_needed")))
    if "%" in slots.units() and not (slots.has("points") or request.share):
        # "比海淀少百分之几" asks for a proportion of the other side, not for the cases between.
        raise ScopeError(Clarify(message("proportion_of_other")))
    over = request.dimension(quantities)
    if len(points) > 2:
        return Plan("lookup", points, over=over)
    chooses = any(asks_which(tag) for tag in slots.tags)  # "哪个高": neither is claimed to be
    chooses = chooses or slots.has("which", "which_place", "which_year") or _offers(slots)
    return Plan(
        "difference",
        _as_said(points, slots),
        over=over,
        direction=0 if subtracted or chooses else request.direction,
        yes_no=slots.has("compare") and not chooses,
    )


def _offers(slots: Slots) -> bool:
    """ "许可多还是处罚多": either may be; nothing is claimed."""
    either = Lexicon.built_in().pattern("either")
    return any(either.search(tag.text) for tag in slots.tags if "compare" in tag.ids("op"))


def _in_points(slots: Slots) -> bool:
    """ "高几个点" of two shares is no growth."""
    return any(tag.kind == "quantity" and "点" in tag.text for tag in slots.tags)


def _chooses_number(slots: Slots) -> bool:
    """ "是275件还是257件": which of two numbers it is, not which of two measures is larger."""
    kinds = [tag.kind for tag in slots.tags]
    return any(
        kinds[at - 1 : at + 2 : 2] == ["number", "number"] for at in slots.ops().get("compare", [])
    )


def _is_nested(request: Request) -> bool:
    """ "…是示例区五年总和的几倍": a sum or mean inside a comparison."""
    slots, scope = request.slots, request.scope
    if slots.has("times") and _one_against_years(request):
        return True
    several = any(slots.any(kind) for kind in ("year_word", "every_place"))
    wide = len(scope.publishers) + len(scope.years) > 2 if several else request.is_wide
    sums = any("sum" in tag.ids("op") and not tag.of("aspect") for tag in slots.tags)
    wide = wide and len(scope.publishers) * len(scope.years) > (1 if several else 2)
    return slots.has("cumulative", "mean") or (sums and wide)


def _one_against_years(request: Request) -> bool:
    """ "海淀2024年一年是示例区五年的几倍"."""
    at = _comparing_word(request.slots)
    if at < 0 or len(request.frame.terms) != 1:
        return False
    sides = part_of(request.slots, 0, at), part_of(request.slots, at + 1, len(request.slots.tags))
    part, whole = (_side(side, request)[1] for side in sides)
    return len(part) == 1 and len(whole) > 1 and not sides[0].has("sum", "mean")


def _against_several(request: Request, nested: Literal["times", "difference"]) -> Plan:
    """One side against the sum or mean of several. Raises ScopeError where the sides are not
    told apart by their places and years."""
    slots, frame = request.slots, request.frame
    at = _comparing_word(slots)
    before, after = part_of(slots, 0, at), part_of(slots, at + 1, len(slots.tags))
    part = _side(before, request)
    whole = _side(after, request, part[1][0] if len(part[1]) == 1 else None)
    single = len(frame.terms) == 1 and not frame.derived and not request.share
    if at < 0 or not single or not any(whole) or part == whole or before.has("sum", "mean"):
        raise ScopeError(Clarify(message("one_by_one_sum")))
    quantity = counts(frame.terms, request.schema)[0]
    above = _side_points(quantity, part, part, request)
    below = _side_points(quantity, whole, part, request)
    if len(above) != 1 or len(below) < 2:
        raise ScopeError(Clarify(message("one_by_one_sum")))
    points = (*above, *below)
    averaged = after.has("mean")
    return Plan("portion", points, k=1, over="publisher", nested=nested, averaged=averaged)


def _comparing_word(slots: Slots) -> int:
    """Where the one side ends: 比, 是, 相当于; −1 where no such word stands there."""
    thans = [at for at in slots.ops().get("than", []) if not slots.tags[at].of("and")]
    copulas = [at for at, tag in enumerate(slots.tags) if tag.of("copula")]
    return next(iter([*thans, *copulas]), -1)


def _as_said(points: tuple[Point, ...], slots: Slots) -> tuple[Point, ...]:
    """The one that is said to be more before the other; of years the later one where none is."""
    if points[0].year != points[1].year and points[0].publisher == points[1].publisher:
        subject = _subject_year(slots, {point.year for point in points})
        return tuple(sorted(points, key=lambda point: (point.year != subject, -point.year)))
    return points[::-1] if _basis_first(slots) else points


def _basis_first(slots: Slots) -> bool:
    """ "和许可比，处罚多多少": what the other is held against is named first."""
    thans = [at for at, tag in enumerate(slots.tags) if _holds_against(tag)]
    scope = [at for at, tag in enumerate(slots.tags) if tag.kind in ("place", "year")]
    named = slots.pieces if len(slots.pieces) > 1 else scope
    if not thans or len(named) < 2:
        return False
    opens = slots.tags[named[0] - 1] if named[0] else None
    said = opens is not None and (_holds_against(opens) or opens.of("and") is not None)
    return said and (thans[0] < named[0] or named[0] < thans[-1] < named[-1])


def _holds_against(tag: Tag) -> bool:
    """比, 较, 相比, 对比, but not 哪个高."""
    ops = tag.ids("op")
    beside = "share_verb" in ops and tag.text.startswith("相对")
    return "than" in ops or beside or ("compare" in ops and tag.text.endswith("比"))


def _subject_year(slots: Slots, years: set[int] | None = None) -> int | None:
    """2022 in "2022年比2023年多吗", "2022年是2023年的几倍" and "比2023年，2022年多吗", and in
    "比2023年少吗" where `years` has it, too; None where the words do not say."""
    at = _comparing_word(slots)
    named: list[tuple[int, int]] = [
        (place, tag.value[0])
        for place, tag in enumerate(slots.tags)
        if tag.kind == "year" and isinstance(tag.value, tuple) and len(tag.value) == 1
    ]
    other = (years or set()) - {year for _, year in named}
    if at >= 0 and len(named) == 1 == len(other) and named[0][0] > at:
        return next(iter(other))
    if at < 0 or len({year for _, year in named}) != 2:
        return None
    before = [year for place, year in named if place < at]
    after = [year for place, year in named if place > at]
    return before[0] if before else after[-1]


def relative(request: Request) -> Plan | None:
    """ "办结比新收多百分之几", "结转下年较上年结转下降百分之几": (A − B) ÷ B."""
    slots, terms = request.slots, request.frame.terms
    percent = slots.has("growth") or (
        "%" in slots.units() and slots.has("more", "less", "difference", "change")
    )
    percent = percent or asks_growth_in_percent(slots)  # "少几成"
    of_two = len(terms) == 2 and slots.has("than") and len(request.scope.years) == 1
    if not (percent and of_two) or slots.has("points") or _in_points(slots):
        return None
    left, right = reversed(terms) if _basis_first(slots) else terms
    names = [request.schema.label(term) for term in (left, right)]
    quantity = Quantity(
        message("relative_label", left=names[0], right=names[1]),
        (left, replace(right, sign=-1)),
        (right,),
        names[1],
        unit="%",
        scale=100,
    )
    return Plan("lookup", request.points([quantity]))


# ---- change over the years ----


def change(request: Request) -> Plan | None:
    slots, years = request.slots, request.scope.years
    if any(term.aspect == "change" for term in request.frame.terms):
        return None  # the old form prints the change of a number as a cell of its own
    compares = _compares_years(request)
    asked = slots.has("growth", "change", "points", "compound", "fastest", "slowest")
    if not (asked or compares) or slots.has("minus"):
        return None
    if slots.has("change") and slots.has("share_verb") and not _share_changes(slots):
        raise ScopeError(Clarify(message("one_growth")))
    if len(years) < 2:
        moved = slots.has("change") and not slots.has(*_OTHERWISE) and not request.share
        grown = slots.has("growth", "fastest", "slowest", "compound") or moved
        if grown or compares or request.scope.compares_years:
            raise _no_base_year(years[0] - 1, request)
        return None
    row = _over_several_years(request) if len(years) > 2 else None
    if row is None and slots.has("growth") and slots.has("mean", "maximum", "minimum"):
        raise ScopeError(Clarify(message("one_growth")))
    return row or _growth(request)


def _over_several_years(request: Request) -> Plan | None:
    """The fastest year, the rate a year, each year against the one before, or the values."""
    slots = request.slots
    pick = _picks_year(slots)
    if pick:
        return replace(_yearly_growth(request), pick=pick)
    if _asks_yearly_rate(slots):
        return replace(_growth(request), compound=True, relative=True)
    if slots.has("trend", "breakdown") and slots.has("growth"):
        return _yearly_growth(request)
    if not slots.has("growth") and not _asks_ends(slots):
        return Plan("trend", request.points(request.quantities()), over="year")
    return None


def _picks_year(slots: Slots) -> int:
    """ "增长最快的是哪一年": +1, "增幅最小": −1, 0 where no year is picked."""
    grows = slots.has("growth") and slots.has("maximum", "minimum")
    if not (grows or slots.has("fastest", "slowest")):
        return 0
    return -1 if slots.has("minimum", "slowest") else 1


def _asks_yearly_rate(slots: Slots) -> bool:
    """ "年均增长率", "CAGR": over all the years, not the mean of the yearly rates."""
    return slots.has("compound") or (slots.has("growth") and slots.has("mean"))


def _asks_ends(slots: Slots) -> bool:
    """ "从2021到2024一共增加了多少": the last year against the first, not year by year."""
    ranged = any(tag.senses[0].id in ("range", "since") for tag in slots.all("year"))
    summed = slots.has("sum") or bool(slots.units() & {"件", "个"})
    changes = [tag.text for tag in slots.tags if "change" in tag.ids("op")]
    summed = summed or any(word in text for text in changes for word in ("多少", "几"))
    return ranged and summed and not slots.has("trend")


def _share_changes(slots: Slots) -> bool:
    """ "占新收比重增加几个百分点": the share itself changes; not "增加的那部分占多少"."""
    ops = slots.ops()
    change = max((at for op in ("change", "points") for at in ops.get(op, [])), default=-1)
    return ops.get("share_verb", [0])[0] < change and slots.has("points", "share")


def _compares_years(request: Request) -> bool:
    """ "比上年多多少", or two years and a percentage."""
    slots, scope = request.slots, request.scope
    if scope.compares_years and slots.has("difference", "more", "less", "compare"):
        return True
    asked = "%" in slots.units() or asks_growth_in_percent(slots)
    percent = len(scope.years) == 2 and asked
    return percent and slots.has("difference", "more", "less")


def _growth(request: Request) -> Plan:
    """The last year against the first, in percent or in number."""
    first, last = _stored_ends(request)
    quantities = request.quantities()
    units = request.slots.units()
    in_percent = request.slots.has("growth") or "%" in units
    in_percent = in_percent or asks_growth_in_percent(request.slots)
    rates = any(quantity.is_rate for quantity in quantities)
    return Plan(
        "growth",
        _year_pairs(quantities, [_ends_as_said(first, last, request.slots)], request),
        over="year",
        relative=in_percent and not units & _COUNTED and not rates,
        direction=request.direction,
    )


def _ends_as_said(first: int, last: int, slots: Slots) -> tuple[int, int]:
    """(base, compared): "2022年比2023年多几成" is against the later year."""
    turned = _subject_year(slots) == first and slots.has("than")
    return (last, first) if turned else (first, last)


def _yearly_growth(request: Request) -> Plan:
    """ "每年同比增速": each year against the one before."""
    years = request.scope.years
    before = years[0] - 1
    if request.catalog.report(request.scope.publishers[0], before) is not None:
        years = (before, *years)  # "2021年至2024年每年同比": the first year, too
    pairs = list(pairwise(years))
    points = _year_pairs(request.quantities(), pairs, request)
    stored = tuple(
        point
        for pair in zip(points[::2], points[1::2], strict=True)
        for point in pair
        if all(request.catalog.report(p.publisher, p.year) for p in pair)
    )
    return Plan("growth", stored, over="year", relative=True)


def _year_pairs(
    quantities: Sequence[Quantity], pairs: Sequence[tuple[int, int]], request: Request
) -> tuple[Point, ...]:
    """(earlier, later) after (earlier, later), of each quantity and place."""
    return tuple(
        request.point(quantity, publisher, year)
        for quantity in quantities
        for publisher in request.scope.publishers
        for pair in pairs
        for year in pair
    )


def _stored_ends(request: Request) -> tuple[int, int]:
    """The first and last year asked about. Raises ScopeError where a place has no report of one."""
    years = request.scope.years
    for publisher in request.scope.publishers:
        stored = request.catalog.years_of([publisher])
        missing = [year for year in (years[0], years[-1]) if year not in stored]
        if missing:
            raise _no_base_year(missing[0], request)
    return years[0], years[-1]


def _no_base_year(year: int, request: Request) -> ScopeError:
    """Refused for want of the earlier report; asked back where there is one and it is the question
    that cannot be put together."""
    places = request.scope.publishers
    if places and all(request.catalog.report(place, year) is not None for place in places):
        return ScopeError(Clarify(message("not_put_together")))
    text = message("no_base_year", year=year, stored=request.catalog.described())
    error = ScopeError(Refuse(text, "not_in_corpus"), "year")
    error.scope = request.scope  # "那复议呢" after it: of the same year, not of the newest
    return error
