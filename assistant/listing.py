"""Listing: single values, lists of them, and the sum or mean under a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.charts import bar_chart, trend_chart
from assistant.compute import Computer
from assistant.draft import ITEMS, LISTED, Draft
from assistant.formula import Node, Quotient, plain
from assistant.messages import message
from assistant.plan import Quantity
from assistant.result import Result, Value, is_said, satisfies
from assistant.wording import Naming, measure_text, scope_text


def list_or_single(draft: Draft, result: Result, computer: Computer) -> None:
    known = result.known
    if len(result.values) == 1:
        if known:
            _single(draft, known[0], result, computer)
        return
    listing(draft, known, result)
    if draft.plan.op == "trend" and len(known) > 1:
        trend_chart(draft, known)
    elif draft.plan.op in ("breakdown", "why") or len(known) > 2:
        bar_chart(draft, known)


# ---- one value ----


def _single(draft: Draft, value: Value, result: Result, computer: Computer) -> None:
    point, quantity = value.point, value.point.quantity
    node, unit = result.node or value.node, result.unit or value.unit
    assert node is not None
    line = message(
        _line_key(quantity),
        year=point.year,
        place=scope_text([point]).removeprefix(f"{point.year}年"),
        label=quantity.label,
        whole=quantity.whole_label,
        value=draft.shown.number(node, unit),
    )
    draft.lines.append(_verdict(draft, value) + line)
    draft.set_primary(node, unit)
    if draft.plan.universal and isinstance(value.node, Quotient):
        _all_and_part(draft, value.node)
    for label, other, other_unit in computer.variants(value):
        _variant(draft, label, other, other_unit)


def _all_and_part(draft: Draft, share: Quotient) -> None:
    """The two counts under a share that was asked to be all."""
    unit = next(share.figures()).unit
    whole, part = (draft.shown.number(side, unit) for side in (share.base, share.top))
    draft.lines.append(message("all_and_part", all=whole, part=part))


def _line_key(quantity: Quantity) -> str:
    """A named rate says its name; any other share says of what it is one."""
    if not quantity.is_rate:
        return "value_line"
    last = quantity.terms[-1]
    if last.sign < 0 and (replace(last, sign=1),) == quantity.whole:
        return "relative_line"  # (A − B) ÷ B
    return "rate_line" if quantity.label.endswith("率") else "share_line"


def _variant(draft: Draft, label: str, node: Node, unit: str) -> None:
    """The other honest definition of a rate, beside the first."""
    draft.shown.say(label)
    formula, value = draft.shown.formula(node), draft.shown.number(node, unit)
    draft.lines.append(message("variant_line", label=label, formula=formula, value=value))
    draft.add_item(label, node, unit)


def _verdict(draft: Draft, value: Value) -> str:
    """ "是的，" where the asker wanted a yes or no."""
    plan = draft.plan
    if plan.asserted:
        said = draft.shown.say(plan.asserted_as or plan.asserted)
        if is_said(value.number, value.unit, plan):
            return message("confirmed") if plan.yes_no or not plan.count_only else ""
        near = is_said(value.number, value.unit, plan, rounded=True)
        return message("roughly") if near else message("denied", asserted=said)
    if plan.threshold and plan.yes_no:
        draft.shown.say(plan.threshold.value)
        if plan.universal and not satisfies(value.number, value.unit, plan.threshold):
            return message("not_all")
        return message("yes" if satisfies(value.number, value.unit, plan.threshold) else "no")
    if plan.yes_no:
        return message("yes" if value.number else "no")
    return ""


# ---- several ----


def listing(draft: Draft, values: Sequence[Value], result: Result) -> None:
    points = [value.point for value in result.values]
    named = Naming(points)
    head = scope_text(points)
    if named.one_measure and len(points) > 1:
        head += measure_text(points[0].quantity)
    if head:
        draft.lines.append(message("list_head", scope=head))
    for value in values[:ITEMS]:
        assert value.node is not None
        name = draft.shown.say(named(value.point))
        shown = draft.shown.number(value.node, value.unit)
        if value.unit == "%" or _is_computed(value.node):
            formula = draft.shown.formula(value.node)
            draft.formula_nodes.append(value.node)
            shown += f"（{formula}）"
        if len(draft.lines) <= LISTED:
            draft.lines.append(message("list_item", label=name, value=shown))
        draft.add_item(name, value.node, value.unit)


def _is_computed(node: Node) -> bool:
    return node.show() != plain(node.value)


def summed(draft: Draft, result: Result, computer: Computer) -> None:
    listing(draft, result.known, result)
    if result.node is not None:
        scope = scope_text([value.point for value in result.values])
        draft.lines.append(
            message(
                "pooled_line" if result.unit == "%" else "sum_line",
                scope=scope,
                label=result.values[0].point.quantity.label,
                value=draft.shown.number(result.node, result.unit),
            )
        )
        draft.set_primary(result.node, result.unit)


def mean(draft: Draft, result: Result, computer: Computer) -> None:
    listing(draft, result.known, result)
    if result.node is None:
        return
    key = "median_line" if draft.plan.op == "median" else "mean_line"
    draft.lines.append(
        message(
            key,
            scope=scope_text([v.point for v in result.values]),
            label=result.values[0].point.quantity.label,
            value=draft.shown.number(result.node, result.unit),
        )
    )
    draft.set_primary(result.node, result.unit)
