"""Ranked: the sentences of extremes, orders and of what lies above or below a limit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assistant.answer import Item
from assistant.charts import bar_chart
from assistant.compute import Computer
from assistant.draft import ITEMS, LISTED, Draft, Told
from assistant.formula import Node, plain
from assistant.listing import listing
from assistant.messages import message
from assistant.plan import Threshold
from assistant.result import Result, Value
from assistant.wording import Naming, measure_text, scope_text

_FEW = 8  # candidates of a maximum that are all written out
_SIGNS = {"=": "等于", ">": "超过", ">=": "达到或超过", "<": "低于", "<=": "不超过"}


def extreme(draft: Draft, result: Result, computer: Computer) -> None:
    if result.node is None or not result.chosen:
        listing(draft, result.known, result)
        return
    names = draft.names(result.chosen, result.values)
    draft.lines.append(
        message(
            f"{draft.plan.op}_{'rate_' if result.unit == '%' else ''}line",
            scope=_scope(result) + _label(result),
            name="、".join(names[:LISTED]),
            value=draft.shown.number(result.node, result.unit),
        )
    )
    draft.set_primary(result.node, result.unit)
    _candidates(draft, result)
    draft.warn_of_gaps(result)
    bar_chart(draft, result.known)


def _scope(result: Result) -> str:
    return scope_text([value.point for value in result.values])


def _label(result: Result) -> str:
    """The measure, where all values are of one."""
    points = [value.point for value in result.values]
    return measure_text(points[0].quantity) if Naming(points).one_measure else ""


def _candidates(draft: Draft, result: Result) -> None:
    """What the extreme was found among; written out where they are few."""
    shown = result.known[:ITEMS]
    names = draft.names(shown, result.values)
    if len(result.known) <= _FEW:
        _write_out(draft, names, shown)
    draft.items += [
        Item(name, plain(value.number), value.unit)
        for name, value in zip(names, shown, strict=True)
    ]
    draft.cited += _nodes(result.known[:LISTED])


def _write_out(draft: Draft, names: Sequence[str], values: Sequence[Value]) -> None:
    for name, number in zip(names, draft.numbers(values), strict=True):
        draft.lines.append(message("list_item", label=name, value=number))


def _nodes(values: Sequence[Value]) -> list[Node]:
    return [value.node for value in values if value.node]


def rank(draft: Draft, result: Result, computer: Computer) -> None:
    order = "由少到多" if draft.plan.direction < 0 else "由多到少"
    scope = draft.shown.say(_scope(result) + _label(result))
    draft.lines.append(message("rank_head", scope=scope, order=order))
    _ranked_lines(draft, result)
    if result.node is not None:
        if draft.plan.gathered:
            _gathered(draft, result)
        draft.set_primary(result.node, result.unit)
    draft.warn_of_gaps(result)
    bar_chart(draft, result.chosen)


def _gathered(draft: Draft, result: Result) -> None:
    """ "前三名合计…" under the order."""
    assert result.node is not None
    count = draft.shown.number(Told(Fraction(len(result.chosen))), "")
    value = draft.shown.number(result.node, result.unit)
    draft.lines.append(message("gathered_line", count=count, value=value))


def _ranked_lines(draft: Draft, result: Result) -> None:
    """Each with its place; equal values share the first place among them."""
    shown = result.chosen[:ITEMS]
    names = draft.names(shown, result.values)
    place, last = 0, None
    for at, (name, value) in enumerate(zip(names, shown, strict=True), start=1):
        assert value.node is not None
        if value.number != last:
            place, last = draft.plan.position or at, value.number
        draft.shown.say(str(place))
        if at <= LISTED:
            number = draft.shown.number(value.node, value.unit)
            draft.lines.append(message("rank_item", place=place, label=name, value=number))
    draft.add_values(names, shown)


def above_or_below(draft: Draft, result: Result, computer: Computer) -> None:
    """Those of the values that the threshold of the plan lets through, and how many."""
    threshold = draft.plan.threshold
    if threshold is None or result.count is None:
        listing(draft, result.known, result)
        return
    limit = draft.shown.say(_limit(threshold, result))
    counted = Told(Fraction(result.count))
    names = draft.names(result.chosen, result.values)
    draft.lines.append(
        message(
            "filter_line" if result.chosen else "filter_none",
            scope=_scope(result),
            label=_label(result),
            comparison=_SIGNS[threshold.comparison],
            limit=limit,
            count=draft.shown.number(counted, ""),
            names="：" + "、".join(names[:LISTED]) if names else "",
        )
    )
    _write_out(draft, names[:LISTED], result.chosen[:LISTED])
    draft.add_values(names[:ITEMS], result.chosen[:ITEMS])
    if draft.plan.count_only:
        draft.node, draft.unit = counted, "个"
        draft.cited += _nodes(result.known[:ITEMS])
    elif not result.chosen:
        _none(draft, result, threshold, limit)
    draft.warn_of_gaps(result)


def _limit(threshold: Threshold, result: Result) -> str:
    return f"{plain(Fraction(threshold.value))}{threshold.unit or result.unit}"


def _none(draft: Draft, result: Result, threshold: Threshold, limit: str) -> None:
    """None of the values: said with a 0, and with the cells that were looked at."""
    sign = _SIGNS[threshold.comparison]
    told = message("filter_none", scope="", label=_label(result), limit=limit, comparison=sign)
    draft.cited += _nodes(result.known[:LISTED])
    draft.items.append(Item(told, "0", "个"))
    draft.shown.say("0")
