"""Settling: places and years of a sub-question, from its words, the question or the conversation.

Nothing is guessed in silence: what is taken over is told, what stays open is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from assistant.catalog import Catalog
from assistant.context import Context
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.numbers import read_number
from assistant.plan import Clarify, Refuse
from assistant.scope import Scope, ScopeError, publishers_named, years_named
from assistant.slots import Slots, part_of

_COUNT = re.compile(r"[两三四五六七八九十\d]+")
_MANY = 3  # places from which it is not known which one is compared


def settle(
    segment: Slots,
    whole: Slots,
    catalog: Catalog,
    turn: Context,
    carried: list[str],
    wants: set[str],
) -> Scope:
    """Places and years of a sub-question: named here, elsewhere in the question, carried over,
    the only candidate, or asked back. Raises ScopeError."""
    if not catalog.reports:
        raise ScopeError(Refuse(message("nothing_stored"), "not_in_corpus"))
    _refuse_again(segment, whole, turn, wants)
    scope = Scope()
    with _absent("place", scope):
        scope.years = years_named(segment, catalog.years)[0]  # kept should the place be unknown
        _take_publishers(scope, segment, whole, catalog, wants)
    _keep_context_publishers(scope, segment, turn, carried, catalog)
    with _absent("year", scope):
        _take_years(scope, segment, whole, catalog, turn)
        _settle_publishers(scope, catalog, turn, carried, wants)
        _settle_years(scope, catalog, turn, carried, wants)
        _refuse_missing(scope, catalog, segment)
    scope.pairs = _pairs(segment, catalog)
    return scope


def refuse_absent(segment: Slots, whole: Slots, catalog: Catalog, turn: Context) -> None:
    """A place or year that is named and not stored is refused, even where the measure is not
    known. Raises ScopeError."""
    try:
        settle(segment, whole, catalog, replace(turn), [], wants_of(segment))
    except ScopeError as error:
        if error.absent:
            raise


@contextmanager
def _absent(what: str, scope: Scope) -> Iterator[None]:
    """Marks a refusal raised inside as one for want of a report of that place or year, with what
    was settled so far."""
    try:
        yield
    except ScopeError as error:
        error.absent = what if isinstance(error.problem, Refuse) else ""
        error.scope = scope
        raise


def _refuse_again(segment: Slots, whole: Slots, turn: Context, wants: set[str]) -> None:
    """ "2024年呢" after a place that is not stored: still that place. Raises ScopeError."""
    if turn.absent is None or "goes_on" not in wants:
        return
    placed = any(whole.any(k) for k in ("place", "every_place", "here", "unknown_place"))
    dated = whole.any("year") or whole.any("year_word")
    if not placed and (turn.absent.absent == "place" or not dated):
        raise ScopeError(turn.absent.problem, turn.absent.absent)


def refuse_out_of_scope(segment: Slots) -> None:
    """Opinions, forecasts and personal data, whatever else is named."""
    if segment.has("dictate") and segment.numbers() and not segment.any("quantity"):
        raise ScopeError(Refuse(message("no_dictated"), "out_of_scope"))
    if segment.has("authority"):
        raise ScopeError(Refuse(message("no_dictated"), "out_of_scope"))
    for cue in ("opinion", "forecast", "person", "details", "statistic"):
        if segment.has(cue):
            raise ScopeError(Refuse(message(f"no_{cue}"), "out_of_scope"))


def refuse_part_of_year(slots: Slots, follows: bool = False) -> None:
    """A month or a quarter: the reports count whole years."""
    tags = slots.all("sub_year")
    if tags and (slots.pieces or follows):
        raise ScopeError(Refuse(message("only_whole_years", word=tags[0].text), "not_in_corpus"))


def wants_of(segment: Slots) -> set[str]:
    """What a sub-question needs where it names no place or year: every one, two years, or none."""
    wants = set() if segment.pieces else {"follow_up", "goes_on"}
    if segment.any("ellipsis"):
        wants.add("goes_on")
    if segment.has("which_year", "trend"):
        wants.add("all_years")
    if segment.has("which_place") or segment.any("every_place"):
        wants.add("all_publishers")
    if segment.any("every_report"):
        wants |= {"all_publishers", "all_years"}
    if _compares_years(segment):
        wants.add("two_years")
        yearly = Lexicon.built_in().pattern("yearly")
        if not segment.pieces and not any(yearly.search(tag.text) for tag in segment.tags):
            wants.add("ends")
    if segment.has("explain", "basis", "advice") or segment.any("topic"):
        wants.add("optional")
    return wants


def _compares_years(segment: Slots) -> bool:
    """Growth or change over time, not between two measures or two places."""
    operands = {id_ for at in segment.pieces for id_ in segment.tags[at].ids("item")}
    places = {tag.text for tag in segment.all("place")}
    return (
        segment.has("growth", "change")
        and not segment.has("minus")
        and len(places) < 2
        and not (len(operands) > 1 and segment.has("than"))
    )


# ---- what the question names ----


def _take_publishers(
    scope: Scope, segment: Slots, whole: Slots, catalog: Catalog, wants: set[str]
) -> None:
    scope.publishers = publishers_named(segment, catalog) or publishers_named(whole, catalog)
    scope.named_publishers = bool(scope.publishers)
    if not scope.publishers and ("all_publishers" in wants or whole.any("every_place")):
        counts = {_counted(tag.text) for tag in whole.all("every_place")} - {None}
        there = publishers_of(catalog, scope.years)
        if counts <= {len(there)}:
            scope.publishers = there
            scope.named_publishers = not whole.any("every_place")
    if not scope.publishers:
        _refuse_wider(whole, catalog)


def _counted(text: str) -> int | None:
    """How many places are meant: 2 of 两个区, None of 各区."""
    found = _COUNT.match(text)
    return read_number(found.group()) if found else None


def publishers_of(catalog: Catalog, years: Sequence[int]) -> tuple[str, ...]:
    """Those with a report of one of `years`; all of them where no year is named."""
    if not years:
        return catalog.publishers
    found = {report.publisher for report in catalog.reports if report.year in years}
    return tuple(name for name in catalog.publishers if name in found)


def _refuse_wider(whole: Slots, catalog: Catalog) -> None:
    """ "那全市呢" where only districts are stored: the city around them is not. Raises
    ScopeError."""
    patterns = Lexicon.built_in()
    for tag in whole.all("here"):
        wider = patterns.pattern("whole_city").search(tag.text)
        cities = any(patterns.pattern("city_government").search(p) for p in catalog.publishers)
        if wider and catalog.publishers and not cities:
            text = message("place_not_stored", place=tag.text, stored=catalog.described())
            raise ScopeError(Refuse(text, "not_in_corpus"))


def _take_years(
    scope: Scope, segment: Slots, whole: Slots, catalog: Catalog, turn: Context
) -> None:
    available = catalog.years_of(scope.publishers) if scope.publishers else catalog.years
    source = segment if segment.any("year") or segment.any("year_word") else whole
    words = Lexicon.built_in().words["calendar_years"]
    by_calendar = [tag for tag in source.all("year_word") if tag.text in words]
    base = turn.calendar if by_calendar else 0  # "去年…", "前年呢": both from the same year
    anchor = base or (_anchor(turn.years) if not segment.pieces else None)
    if by_calendar:
        from_today = max(available) + 1 if available and not source.any("year") else 0
        turn.calendar = anchor or from_today
    elif source.any("year"):
        turn.calendar = 0
    scope.years, notes, scope.compares_years = years_named(
        source, available, anchor, turn.years[-1] if anchor else None
    )
    scope.notes += notes
    _refuse_first_years(source, anchor, available)
    _refuse_absent_years(scope, catalog)
    if not _years_spoken_of(scope, segment, turn, available):
        _keep_context_years(scope, segment, turn)
    _leave_out(scope, segment, catalog, available)
    ordered = segment.has("maximum", "minimum")  # "最低那年是多少": which year that is
    same = segment.any("same_year") and not scope.years and not ordered
    if turn.years and (same or _says_same_year(segment)):
        won = turn.winners if len(turn.winners) == 1 else ()  # "那一年" after "哪年最高"
        scope.years = tuple(point.year for point in won) or turn.years
    scope.named_years = bool(scope.years)


def _refuse_first_years(slots: Slots, anchor: int | None, available: tuple[int, ...]) -> None:
    """ "前三年" where no year is named to count from: the first ones or the newest ones. Raises
    ScopeError."""
    words = Lexicon.built_in().pattern("first_years")
    ordered = slots.ops().get("maximum", []) + slots.ops().get("minimum", [])
    counted = [
        tag.value
        for at, tag in enumerate(slots.tags)
        if words.search(tag.text) and "recent" in tag.ids("year_word")
        if not any(order < at for order in ordered)  # "最多的前三年"
    ]
    few = any(isinstance(count, int) and count < len(available) for count in counted)
    if few and anchor is None and not slots.any("year"):
        raise ScopeError(Clarify(message("which_first_years")))


def _years_spoken_of(
    scope: Scope, segment: Slots, turn: Context, available: tuple[int, ...]
) -> bool:
    """ "那几年一共", "两年差多少" in a conversation: the years that met a limit, or as many as were
    spoken of last, never the newest ones; whether there are such. Raises ScopeError where it is
    not known which."""
    patterns = Lexicon.built_in()
    tags = [
        tag for tag in segment.all("year_word") if {"all", "recent"} & set(tag.ids("year_word"))
    ]
    if turn.is_new or len(tags) != 1 or segment.any("year"):
        return False
    text = "".join(tag.text for tag in segment.tags)
    pointing = bool(patterns.pattern("those_years").search(text))
    count = tags[0].value if "recent" in tags[0].ids("year_word") else None
    if not pointing and (count is None or patterns.pattern("recently").search(tags[0].text)):
        return False
    if turn.met and (count is None or len(turn.met) == count):
        scope.years = turn.met
    elif isinstance(count, int) and len(turn.years) == count:
        scope.years = turn.years
    elif isinstance(count, int) and 1 < count <= len(turn.spoken):
        scope.years = tuple(sorted(turn.spoken[-count:]))
    elif count is None and len(turn.years) > 1:
        scope.years = turn.years
    elif count is None and len(turn.spoken) > 1:
        scope.years = tuple(sorted(turn.spoken))
    elif pointing and isinstance(count, int) and len(turn.years) > count:
        raise ScopeError(Clarify(message("which_of_them")))  # "那两年" of five
    elif set(scope.years) != set(available) and (count is None or len(turn.spoken) > 1):
        raise ScopeError(Clarify(message("which_of_them")))
    else:
        return False
    return True


def _says_same_year(segment: Slots) -> bool:
    """ "该年的呢": the year spoken of, where the words could also be the newest one."""
    words = segment.all("year_word")
    return bool(words) and all(tag.of("same_year") for tag in words) and not segment.any("year")


def _anchor(years: tuple[int, ...]) -> int | None:
    """The year that "前一年" counts from: of two that were compared the earlier one."""
    return (years[0] if len(years) == 2 else years[-1]) if years else None


def _keep_context_publishers(
    scope: Scope, segment: Slots, turn: Context, carried: list[str], catalog: Catalog
) -> None:
    """ "是示例区的几倍" after a question on another place: that place against the one named."""
    named = scope.publishers
    before = tuple(p for p in turn.publishers if p not in named and p in catalog.publishers)
    compares = segment.has("times", "ratio", "difference")
    compares = compares or (segment.has("than") and not segment.has("share"))
    single = len(named) == 1 and len(before) == 1 and len(turn.publishers) < _MANY
    if segment.pieces or not (compares and single) or turn.absent:
        return
    tags = segment.tags
    at = next((at for at, tag in enumerate(tags) if tag.kind == "place"), -1)
    behind = any("one" in tag.ids("pronoun") for tag in tags[at + 1 :])
    scope.publishers = (*named, *before) if behind else (*before, *named)  # "海淀的是它几倍"
    carried.append(catalog.label(before[0]))


def _refuse_absent_years(scope: Scope, catalog: Catalog) -> None:
    """A single named year that no report is of: never fall back to another."""
    if len(scope.years) == 1 and scope.years[0] not in catalog.years:
        raise ScopeError(
            Refuse(
                message(
                    "year_not_stored", years=years_text(scope.years), stored=catalog.described()
                ),
                "not_in_corpus",
            )
        )


def _keep_context_years(scope: Scope, segment: Slots, turn: Context) -> None:
    """ "比2020年多多少", "2024年少了几件", "平均每年呢" after a question on other years."""
    if segment.pieces or not turn.years:
        return
    compares = segment.has("than", "more", "less", "difference", "growth", "change", "times")
    if compares and len(scope.years) == 1 and len(turn.years) == 1 and scope.years != turn.years:
        scope.years = tuple(sorted({*scope.years, *turn.years}))
    generic = segment.all("year_word")
    if (
        generic
        and len(turn.years) > 1
        and all("all" in t.ids("year_word") for t in generic)
        and (not segment.any("year"))
    ):
        scope.years = turn.years


def _leave_out(scope: Scope, slots: Slots, catalog: Catalog, available: tuple[int, ...]) -> None:
    """ "除海淀外的其余各区", "除2022年外各年": what stands inside 除…外 is left out."""
    ops = slots.ops()
    start, end = ops.get("except_before", []), ops.get("except_after", [])
    if start:
        closed = bool(end) and end[-1] > start[0]
        inside = part_of(slots, start[0], end[-1] if closed else _run_of_scope(slots, start[0]))
    elif end:
        inside = part_of(slots, _run_before(slots, end[0]), end[0])
    else:
        return
    places, years = publishers_named(inside, catalog), years_named(inside, available)[0]
    if places:
        scope.publishers = tuple(p for p in catalog.publishers if p not in places)
        if years_named(slots, available)[0] == ():
            scope.years = ()
    if years:
        named = tuple(y for y in scope.years if y not in years)
        scope.years = named or tuple(y for y in available if y not in years)


def _run_of_scope(slots: Slots, start: int) -> int:
    """ "不含2024年，其余各年": without 以外 only the years and places right behind are meant."""
    at = start + 1
    while at < len(slots.tags) and slots.tags[at].kind in ("year", "place", "and"):
        at += 1
    return at


def _run_before(slots: Slots, end: int) -> int:
    """ "海淀不要算进来": the years and places right before the word."""
    at = end
    while at > 0 and slots.tags[at - 1].kind in ("year", "place", "and", "filler"):
        at -= 1
    return at


def _pairs(slots: Slots, catalog: Catalog) -> tuple[tuple[str, int], ...]:
    """ "海淀2024年是示例区2022年的几倍": each place with the year beside it; () if not so."""
    order = [tag for tag in slots.tags if tag.kind in ("place", "year")]
    kinds = "".join(tag.kind[0] for tag in order)
    if kinds not in ("pypy", "ypyp"):
        return ()
    found = []
    for left, right in zip(order[::2], order[1::2], strict=True):
        place, year = (left, right) if left.kind == "place" else (right, left)
        owners, years = place.value, year.value
        if not (
            isinstance(owners, tuple)
            and isinstance(years, tuple)
            and len(owners) == len(years) == 1
        ):
            return ()
        found.append((owners[0], years[0]))
    return tuple(found)


# ---- what it leaves open ----


def _settle_publishers(
    scope: Scope, catalog: Catalog, turn: Context, carried: list[str], wants: set[str]
) -> None:
    if scope.publishers:
        return
    if turn.publishers and set(turn.publishers) <= set(catalog.publishers):
        scope.publishers = turn.publishers
        if len(catalog.publishers) > 1:
            carried.append("、".join(catalog.label(p) for p in turn.publishers[:3]))
        return
    candidates = _publishers_with(scope.years, catalog)
    if len(candidates) == 1:
        scope.publishers = candidates
        scope.notes.append(message("only_publisher", publisher=candidates[0]))
        return
    if "optional" in wants:
        return
    labels = tuple(catalog.label(p) for p in candidates[:6])
    raise ScopeError(Clarify(message("which_place", names="、".join(labels)), labels))


def _publishers_with(years: tuple[int, ...], catalog: Catalog) -> tuple[str, ...]:
    """Those with a report of each of `years`. Raises ScopeError where several are stored and none
    has them all."""
    candidates = catalog.publishers
    if len(candidates) < 2 or not years:
        return candidates
    stored = tuple(p for p in candidates if set(years) <= set(catalog.years_of([p])))
    if not stored:
        raise ScopeError(
            Refuse(
                message("year_not_stored", years=years_text(years), stored=catalog.described()),
                "not_in_corpus",
            )
        )
    return stored


def _settle_years(
    scope: Scope, catalog: Catalog, turn: Context, carried: list[str], wants: set[str]
) -> None:
    available = catalog.years_of(scope.publishers) if scope.publishers else catalog.years
    if scope.years or not available:
        _add_base_year(scope, wants)
    elif "all_years" in wants:
        _every_year(scope, turn, carried, wants, available)
    elif _goes_on_about(turn.years, available, wants):
        scope.years = turn.years
        carried.append(years_text(turn.years))
    elif ("two_years" in wants or scope.compares_years) and len(available) > 1:
        newest = turn.years[-1] if turn.years else available[-1]
        scope.years = (newest - 1, newest)
        scope.notes.append(message("compared_years", last=newest, first=newest - 1))
    else:
        _carried_or_only_year(scope, catalog, turn, carried, wants, available)


def _goes_on_about(years: tuple[int, ...], available: tuple[int, ...], wants: set[str]) -> bool:
    """ "涨了百分之几" after two years, or after a row of them: from its first to its last."""
    enough = len(years) == 2 or ("ends" in wants and len(years) > 2)
    return "two_years" in wants and enough and set(years) <= set(available)


def _every_year(
    scope: Scope, turn: Context, carried: list[str], wants: set[str], available: tuple[int, ...]
) -> None:
    """Every stored year, or the row of years that a follow-up goes on about."""
    kept = "follow_up" in wants and len(turn.years) > 1 and set(turn.years) <= set(available)
    scope.years = turn.years if kept else available
    if kept:
        carried.append(years_text(turn.years))


def _carried_or_only_year(
    scope: Scope,
    catalog: Catalog,
    turn: Context,
    carried: list[str],
    wants: set[str],
    available: tuple[int, ...],
) -> None:
    if turn.years and set(turn.years) <= set(available):
        scope.years = turn.years
        if len(available) > 1:
            carried.append(years_text(turn.years))
    elif turn.years and "goes_on" in wants:
        raise ScopeError(_not_stored(scope.publishers, turn.years, catalog))
    elif len(available) == 1:
        scope.years = available
        scope.notes.append(message("only_year", year=available[0]))
    elif "optional" not in wants:
        raise ScopeError(
            Clarify(
                message("which_year", years=years_text(available)),
                tuple(f"{year}年" for year in reversed(available[-6:])),
            )
        )


def _add_base_year(scope: Scope, wants: set[str]) -> None:
    """Growth of one named year is against the year before it."""
    if len(scope.years) == 1 and (scope.compares_years or "two_years" in wants):
        scope.years = (scope.years[0] - 1, scope.years[0])
        scope.notes.append(message("compared_years", last=scope.years[1], first=scope.years[0]))


def _refuse_missing(scope: Scope, catalog: Catalog, segment: Slots) -> None:
    """No report at all for what was asked, or not every year of a sum: say what there is."""
    if not scope.years or not scope.publishers:
        return
    sided = segment.has("compare", "more", "less", "than", "difference", "times", "which_place")
    for publisher in scope.publishers if sided and scope.named_publishers else ():
        if not any(catalog.report(publisher, year) is not None for year in scope.years):
            raise ScopeError(_not_stored((publisher,), scope.years, catalog))
    stored = [
        (p, y) for p in scope.publishers for y in scope.years if catalog.report(p, y) is not None
    ]
    if not stored:
        raise ScopeError(_not_stored(scope.publishers, scope.years, catalog))
    absent = tuple(y for y in scope.years if all(year != y for _, year in stored))
    said = {y for value in segment.values("year") if isinstance(value, tuple) for y in value}
    if absent and sided and len(stored) == 1 and said >= {*absent}:
        raise ScopeError(_not_stored(scope.publishers, absent, catalog))  # nothing to compare with
    if absent and segment.has("sum", "cumulative", "mean", "median"):
        missing = message("year_not_stored", years=years_text(absent), stored=catalog.described())
        raise ScopeError(Refuse(missing, "not_in_corpus"))
    if absent and scope.named_years:
        scope.notes.append(message("years_left_out", years=years_text(absent)))


def _not_stored(publishers: tuple[str, ...], years: tuple[int, ...], catalog: Catalog) -> Refuse:
    text = message(
        "not_stored",
        publisher="、".join(catalog.label(p) for p in publishers[:3]),
        years=years_text(years),
        stored=catalog.described(),
    )
    return Refuse(text, "not_in_corpus")


def years_text(years: tuple[int, ...]) -> str:
    return "、".join(f"{year}年" for year in years)
