"""Compose: a result becomes the text, the items, the formula and the citations of an answer."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from assistant import compared, listing, ranked
from assistant.compute import Computer
from assistant.draft import Draft
from assistant.formula import plain
from assistant.messages import message
from assistant.result import Result
from assistant.wording import scope_text

__all__ = ["Draft", "compose"]

WHOLE = 100  # per cent


def compose(result: Result, computer: Computer) -> Draft:
    """The draft for one computed plan."""
    draft = Draft(result.plan)
    draft.warnings += result.notes
    for value in result.values:
        draft.shown.say(value.point.quantity.label + value.point.quantity.whole_label)
    writer = _WRITERS.get(result.plan.op, listing.list_or_single)
    writer(draft, result, computer)
    _say_missing(draft, result)
    _doubt(draft, result)
    if result.plan.among:
        _doubt_whole(draft, result, computer)
    return draft


def _doubt_whole(draft: Draft, result: Result, computer: Computer) -> None:
    """ "146件里面企业几件": the number must be that of something the answer lies inside."""
    said = Fraction(result.plan.among)
    if not any(said in computer.wholes(value.point) for value in result.values):
        draft.doubt = message("other_number", number=plain(said))


def _doubt(draft: Draft, result: Result) -> None:
    """A part larger than the whole that it was said to lie inside: the words were misread."""
    points = [value.point for value in result.values]
    if result.plan.op == "portion" and len(points) == 2 and points[0] == points[1]:
        draft.doubt = message("share_of_itself", item=points[0].quantity.label)
    for value in result.known:
        quantity = value.point.quantity
        counted = all(term.sign > 0 for term in (*quantity.terms, *quantity.whole))
        itself = quantity.is_rate and quantity.terms == quantity.whole
        if itself:
            draft.doubt = message("share_of_itself", item=quantity.label)
        if draft.plan.inside and not quantity.has_name and counted and value.number > WHOLE:
            names = {"part": quantity.label, "whole": quantity.whole_label}
            draft.doubt = message("larger_than_whole", **names)


def _say_missing(draft: Draft, result: Result) -> None:
    """Why a point has no value; where many have none, only how many have one."""
    lost = [value for value in result.values if value.node is None and value.missing]
    if result.plan.every_column and result.known:
        lost = [value for value in lost if value.missing and value.missing.figure]
    draft.unprinted = bool(lost) and all(v.missing and not v.missing.figure for v in lost)
    if len(lost) > 3:
        draft.warn_of_gaps(result)
        return
    for value in lost:
        assert value.missing is not None
        line = message(
            "no_value",
            scope=scope_text([value.point]),
            label=value.point.quantity.label,
            reason=value.missing.reason,
        )
        draft.shown.say(line)
        draft.lines.append(line)
        draft.missing = value.missing.reason


_WRITERS: dict[str, Callable[[Draft, Result, Computer], None]] = {
    "portion": compared.portion,
    "spread": compared.spread,
    "sum": listing.summed,
    "difference": compared.difference,
    "times": compared.times,
    "growth": compared.growth,
    "mean": listing.mean,
    "median": listing.mean,
    "maximum": ranked.extreme,
    "minimum": ranked.extreme,
    "rank": ranked.rank,
    "filter": ranked.above_or_below,
}
