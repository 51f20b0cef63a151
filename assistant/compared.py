"""Compared: the sentences of differences, multiples, portions and growth."""

from __future__ import annotations

from fractions import Fraction

from assistant.compute import Computer
from assistant.draft import Draft, Told
from assistant.listing import listing
from assistant.messages import message
from assistant.result import Result, Value
from assistant.wording import Naming, number_text, scope_text


def portion(draft: Draft, result: Result, computer: Computer) -> None:
    if result.node is None:
        listing(draft, result.known, result)
        return
    k = result.plan.k or 1
    names = draft.names(result.known, result.values)
    draft.lines.append(
        message(
            f"{result.plan.nested}_portion_line".lstrip("_"),
            label=result.values[0].point.quantity.label,
            part="、".join(names[:k]),
            whole="、".join(names[k:]),
            of=message("averaged" if result.plan.averaged else "summed") if names[k + 1 :] else "",
            value=draft.shown.number(result.node, result.unit),
        )
    )
    draft.add_values(names, result.known)
    draft.set_primary(result.node, result.unit)


def spread(draft: Draft, result: Result, computer: Computer) -> None:
    if result.node is None:
        listing(draft, result.known, result)
        return
    names, shown = draft.names(result.chosen, result.values), draft.numbers(result.chosen)
    key = "times_spread_line" if result.plan.nested == "times" else "spread_line"
    first, second = result.plan.places or (1, -1)
    if result.plan.nested != "times" and first < 0:
        first, second = second, first
    draft.lines.append(
        message(
            key,
            first=draft.shown.say(_place_words(first)),
            last=draft.shown.say(_place_words(second)),
            scope=scope_text([value.point for value in result.values]),
            top=names[0],
            top_value=shown[0],
            bottom=names[1],
            bottom_value=shown[1],
            value=draft.shown.number(result.node, result.unit),
        )
    )
    draft.add_values(names, result.chosen)
    draft.set_primary(result.node, result.unit)


def _place_words(place: int) -> str:
    if place in (1, -1):
        return message("place_first" if place == 1 else "place_last")
    return message("place_nth", place=place)


def difference(draft: Draft, result: Result, computer: Computer) -> None:
    known = result.known
    if result.node is None or len(known) != 2:
        listing(draft, known, result)
        return
    names = draft.names(known, result.values)
    line = _more_or_fewer(draft, result, names)
    if result.node.value < 0:
        draft.lines.append(message("not_as_asked"))
    draft.lines.append(scope_text([value.point for value in result.values]) + line)
    draft.add_values(names, known)
    draft.set_primary(result.node, result.unit)


def _more_or_fewer(draft: Draft, result: Result, names: list[str]) -> str:
    """The left value against the right one, with the difference as a positive number."""
    assert result.node is not None
    left, right = result.known
    shown = draft.numbers(result.known)
    draft.shown.nodes.append(result.node)
    if left.number == right.number:
        return message("equal_line", left=names[0], right=names[1], value=shown[0])
    return message(
        "more_line" if left.number > right.number else "fewer_line",
        left=names[0],
        left_value=shown[0],
        right=names[1],
        right_value=shown[1],
        value=number_text(abs(result.node.value), result.unit),
    )


def times(draft: Draft, result: Result, computer: Computer) -> None:
    known = result.known
    if result.node is None or len(known) != 2:
        listing(draft, known, result)
        return
    names, shown = draft.names(known, result.values), draft.numbers(known)
    line = message(
        "times_line",
        left=names[0],
        left_value=shown[0],
        right=names[1],
        right_value=shown[1],
        value=draft.shown.number(result.node, result.unit),
    )
    draft.lines.append(scope_text([value.point for value in result.values]) + line)
    draft.add_values(names, known)
    draft.set_primary(result.node, result.unit)


def growth(draft: Draft, result: Result, computer: Computer) -> None:
    named = Naming([value.point for value in result.values])
    for base, last in zip(result.values[::2], result.values[1::2], strict=True):
        if base.node is None or last.node is None:
            continue
        _growth_line(draft, base, last)
        names = [draft.shown.say(named(value.point)) for value in (base, last)]
        draft.add_values(names, [base, last])
    for label, node, unit in result.extra:
        draft.shown.say(label)
        draft.add_item(label, node, unit)
    if result.node is not None:
        _say_which(draft, result)
        draft.set_primary(result.node, result.unit)
        return
    for _, node, unit in result.extra:
        draft.formula_nodes.append(node)
        formula, value = draft.shown.formula(node), draft.shown.number(node, unit)
        draft.lines.append(message("formula_line", formula=formula, value=value))


def _say_which(draft: Draft, result: Result) -> None:
    """Before the years: which of them grew fastest; behind them: that the rate is compound."""
    assert result.node is not None
    label, value = result.values[0].point.quantity.label, number_text(result.node.value, "%")
    if result.plan.pick:
        years = "、".join(f"{value.point.year}年" for value in result.chosen)
        key = "fastest_line" if result.plan.pick > 0 else "slowest_line"
        draft.lines.insert(0, message(key, label=label, years=years, value=value))
    elif result.plan.compound:
        draft.lines.append(message("yearly_rate_line", label=label, value=value))


def _growth_line(draft: Draft, base: Value, last: Value) -> None:
    first_value, last_value = draft.numbers([base, last])
    draft.lines.append(
        message(
            "growth_line",
            place=scope_text([last.point]).removeprefix(f"{last.point.year}年"),
            label=last.point.quantity.label,
            first=base.point.year,
            last=last.point.year,
            first_value=first_value,
            last_value=last_value,
            change=_change_words(draft, base.number, last.number, last.unit),
        )
    )


def _change_words(draft: Draft, base: Fraction, last: Fraction, unit: str) -> str:
    """ "增加128件，增长5.1%"; a share rises by percentage points and has no rate of growth."""
    change, points = last - base, unit == "%"
    draft.shown.nodes.append(Told(abs(change)))
    words = message("unchanged")
    if change:
        key = ("grew" if change > 0 else "fell") + ("_points" if points else "")
        words = message(key, value=number_text(abs(change), "个百分点" if points else unit))
    if points or not base:
        return words
    rate = change / base * 100
    draft.shown.nodes.append(Told(rate))
    return words + "，" + message("growth_rate", value=number_text(rate, "%"))
