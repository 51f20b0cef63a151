"""Compose: a result becomes the text, the items, the formula and the citations of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assistant.answer import Chart, ChartKind, Item
from assistant.compute import Computer, Result, Value, satisfies
from assistant.formula import Node, plain
from assistant.messages import message
from assistant.plan import Plan, Threshold
from assistant.wording import Naming, Shown, number_text, scope_text

_LISTED = 20  # items written out in the text; all are in `items`
_ITEMS = 200
_FEW = 8  # candidates of a maximum that are all written out


@dataclass
class Draft:
    """An answer before it is checked: lines of text and what they rest on."""

    plan: Plan
    lines: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    node: Node | None = None
    unit: str | None = None
    formula_nodes: list[Node] = field(default_factory=list)
    cited: list[Node] = field(default_factory=list)
    shown: Shown = field(default_factory=Shown)
    chart: Chart | None = None
    warnings: list[str] = field(default_factory=list)
    missing: str = ""

    @property
    def has_answer(self) -> bool:
        return self.node is not None or bool(self.items)


def compose(result: Result, computer: Computer) -> Draft:
    """The draft for one computed plan."""
    draft = Draft(result.plan)
    draft.warnings += result.notes
    for value in result.values:
        draft.shown.say(value.point.quantity.label + value.point.quantity.whole_label)
    writer = _WRITERS.get(result.plan.op, _list_or_single)
    writer(draft, result, computer)
    _say_missing(draft, result)
    return draft


def _item(draft: Draft, label: str, node: Node, unit: str) -> None:
    draft.items.append(Item(label, plain(node.value), unit))
    draft.cited.append(node)


def _primary(draft: Draft, node: Node, unit: str) -> None:
    """Set the primary value and, where it was computed, write how."""
    draft.node, draft.unit = node, unit
    draft.cited.append(node)
    draft.formula_nodes.append(node)
    shown = draft.shown.formula(node)
    if shown != plain(node.value):
        draft.lines.append(
            message("formula_line", formula=shown, value=draft.shown.number(node, unit))
        )


def _say_missing(draft: Draft, result: Result) -> None:
    lost = [value for value in result.values if value.node is None and value.missing]
    if not lost:
        return
    if len(lost) > 3:
        draft.warnings.append(
            message("coverage", total=len(result.values), known=len(result.known))
        )
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


def _single(draft: Draft, value: Value, result: Result, computer: Computer) -> None:
    point, quantity = value.point, value.point.quantity
    node = result.node or value.node
    assert node is not None
    place = scope_text([point]).removeprefix(f"{point.year}年")
    shown = draft.shown.number(node, result.unit or value.unit)
    prefix = _verdict(draft, value)
    if quantity.is_rate and quantity.whole_label and not quantity.label.endswith(("率", "）")):
        key = "share_line"
    elif quantity.is_rate:
        key = "rate_line" if quantity.label.endswith("率") else "share_line"
    else:
        key = "value_line"
    line = message(
        key,
        year=point.year,
        place=place,
        label=quantity.label,
        whole=quantity.whole_label,
        value=shown,
    )
    draft.lines.append(prefix + line)
    _primary(draft, node, result.unit or value.unit)
    for label, other, unit in computer.variants(value):
        draft.shown.say(label)
        draft.lines.append(
            message(
                "variant_line",
                label=label,
                formula=draft.shown.formula(other),
                value=draft.shown.number(other, unit),
            )
        )
        _item(draft, label, other, unit)


def _verdict(draft: Draft, value: Value) -> str:
    """ "是的，" where the asker wanted a yes or no."""
    plan = draft.plan
    if plan.asserted:
        draft.shown.say(plan.asserted)
        same = Fraction(plan.asserted) == value.number
        return message("confirmed") if same else message("denied", asserted=plan.asserted)
    if plan.threshold and plan.yes_no:
        draft.shown.say(plan.threshold.value)
        return message("yes" if satisfies(value.number, value.unit, plan.threshold) else "no")
    if plan.yes_no:
        return message("yes" if value.number else "no")
    return ""


def _list_or_single(draft: Draft, result: Result, computer: Computer) -> None:
    known = result.known
    if len(result.values) == 1:
        if known:
            _single(draft, known[0], result, computer)
        return
    _listing(draft, known, result)
    if draft.plan.op == "trend" and len(known) > 1:
        _trend_chart(draft, known)
    elif draft.plan.op in ("breakdown", "why") or len(known) > 2:
        _bar_chart(draft, known)


def _listing(draft: Draft, values: Sequence[Value], result: Result) -> None:
    points = [value.point for value in result.values]
    named = Naming(points)
    head = scope_text(points)
    if head:
        draft.lines.append(message("list_head", scope=head))
    for value in values[:_ITEMS]:
        assert value.node is not None
        name = draft.shown.say(named(value.point))
        shown = draft.shown.number(value.node, value.unit)
        if value.unit == "%" or _is_computed(value.node):
            formula = draft.shown.formula(value.node)
            draft.formula_nodes.append(value.node)
            shown += f"（{formula}）"
        if len(draft.lines) <= _LISTED:
            draft.lines.append(message("list_item", label=name, value=shown))
        _item(draft, name, value.node, value.unit)


def _is_computed(node: Node) -> bool:
    return node.show() != plain(node.value)


def _summed(draft: Draft, result: Result, computer: Computer) -> None:
    _listing(draft, result.known, result)
    if result.node is not None:
        scope = scope_text([value.point for value in result.values])
        draft.lines.append(
            message(
                "sum_line",
                scope=scope,
                label=result.values[0].point.quantity.label,
                value=draft.shown.number(result.node, result.unit),
            )
        )
        _primary(draft, result.node, result.unit)


def _portion(draft: Draft, result: Result, computer: Computer) -> None:
    k = result.plan.k or 1
    points = [value.point for value in result.values]
    named = Naming(points)
    if result.node is None:
        _listing(draft, result.known, result)
        return
    names = [draft.shown.say(named(value.point)) for value in result.known]
    draft.lines.append(
        message(
            "portion_line",
            label=points[0].quantity.label,
            part="、".join(names[:k]),
            whole="、".join(names[k:]),
            value=draft.shown.number(result.node, "%"),
        )
    )
    for name, value in zip(names, result.known, strict=True):
        assert value.node is not None
        _item(draft, name, value.node, value.unit)
    _primary(draft, result.node, result.unit)


def _spread(draft: Draft, result: Result, computer: Computer) -> None:
    if result.node is None:
        _listing(draft, result.known, result)
        return
    points = [value.point for value in result.values]
    named = Naming(points)
    names = [draft.shown.say(named(value.point)) for value in result.chosen]
    shown = [draft.shown.number(v.node, v.unit) for v in result.chosen if v.node]
    draft.lines.append(
        message(
            "spread_line",
            scope=scope_text(points),
            top=names[0],
            top_value=shown[0],
            bottom=names[1],
            bottom_value=shown[1],
            value=draft.shown.number(result.node, result.unit),
        )
    )
    for name, value in zip(names, result.chosen, strict=True):
        assert value.node is not None
        _item(draft, name, value.node, value.unit)
    _primary(draft, result.node, result.unit)


def _difference(draft: Draft, result: Result, computer: Computer) -> None:
    known = result.known
    if result.node is None or len(known) != 2:
        _listing(draft, known, result)
        return
    points = [value.point for value in result.values]
    named = Naming(points)
    left, right = known
    names = [draft.shown.say(named(value.point)) for value in (left, right)]
    shown = [draft.shown.number(value.node, value.unit) for value in (left, right) if value.node]
    amount = number_text(abs(result.node.value), result.unit)
    draft.shown.nodes.append(result.node)
    if left.number == right.number:
        line = message("equal_line", left=names[0], right=names[1], value=shown[0])
    else:
        key = "more_line" if left.number > right.number else "fewer_line"
        line = message(
            key,
            left=names[0],
            left_value=shown[0],
            right=names[1],
            right_value=shown[1],
            value=amount,
        )
    if result.node.value < 0:
        draft.lines.append(message("not_as_asked"))
    draft.lines.append(scope_text(points) + line)
    for name, value in zip(names, known, strict=True):
        assert value.node is not None
        _item(draft, name, value.node, value.unit)
    _primary(draft, result.node, result.unit)


def _times(draft: Draft, result: Result, computer: Computer) -> None:
    known = result.known
    if result.node is None or len(known) != 2:
        _listing(draft, known, result)
        return
    points = [value.point for value in result.values]
    named = Naming(points)
    names = [draft.shown.say(named(value.point)) for value in known]
    shown = [draft.shown.number(value.node, value.unit) for value in known if value.node]
    draft.lines.append(
        scope_text(points)
        + message(
            "times_line",
            left=names[0],
            left_value=shown[0],
            right=names[1],
            right_value=shown[1],
            value=draft.shown.number(result.node, result.unit),
        )
    )
    for name, value in zip(names, known, strict=True):
        assert value.node is not None
        _item(draft, name, value.node, value.unit)
    _primary(draft, result.node, result.unit)


def _growth(draft: Draft, result: Result, computer: Computer) -> None:
    named = Naming([value.point for value in result.values])
    for base, last in zip(result.values[::2], result.values[1::2], strict=True):
        if base.node is None or last.node is None:
            continue
        _growth_line(draft, base, last)
        for value in (base, last):
            assert value.node is not None
            name = draft.shown.say(named(value.point))
            _item(draft, name, value.node, value.unit)
    for label, node, unit in result.extra:
        draft.shown.say(label)
        _item(draft, label, node, unit)
    if result.node is not None:
        _primary(draft, result.node, result.unit)
        return
    for _, node, unit in result.extra:
        draft.formula_nodes.append(node)
        draft.lines.append(
            message(
                "formula_line",
                formula=draft.shown.formula(node),
                value=draft.shown.number(node, unit),
            )
        )


def _growth_line(draft: Draft, base: Value, last: Value) -> None:
    assert base.node is not None and last.node is not None
    change = last.number - base.number
    points = last.unit == "%"
    unit = "个百分点" if points else last.unit
    amount = number_text(abs(change), unit)
    draft.shown.nodes.append(_Fixed(abs(change)))
    if change == 0:
        words = message("unchanged")
    else:
        key = ("grew" if change > 0 else "fell") + ("_points" if points else "")
        words = message(key, value=amount)
    if not points and base.number:
        rate = change / base.number * 100
        draft.shown.nodes.append(_Fixed(rate))
        words += "，" + message("growth_rate", value=number_text(rate, "%"))
    label = last.point.quantity.label
    draft.lines.append(
        message(
            "growth_line",
            place=scope_text([last.point]).removeprefix(f"{last.point.year}年"),
            label=label,
            first=base.point.year,
            last=last.point.year,
            first_value=draft.shown.number(base.node, base.unit),
            last_value=draft.shown.number(last.node, last.unit),
            change=words,
        )
    )


@dataclass(frozen=True)
class _Fixed:
    """A number derived in the sentence from two nodes that are shown beside it."""

    value: Fraction

    def show(self) -> str:
        return plain(self.value)

    def figures(self):  # type: ignore[no-untyped-def]
        return iter(())


def _mean(draft: Draft, result: Result, computer: Computer) -> None:
    _listing(draft, result.known, result)
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
    _primary(draft, result.node, result.unit)


def _extreme(draft: Draft, result: Result, computer: Computer) -> None:
    if result.node is None or not result.chosen:
        _listing(draft, result.known, result)
        return
    points = [value.point for value in result.values]
    named = Naming(points)
    names = [draft.shown.say(named(value.point)) for value in result.chosen]
    same_measure = named.one_measure
    scope = scope_text(points) + (points[0].quantity.label if same_measure else "")
    draft.lines.append(
        message(
            f"{draft.plan.op}_line",
            scope=scope,
            name="、".join(names[:_LISTED]),
            value=draft.shown.number(result.node, result.unit),
        )
    )
    _primary(draft, result.node, result.unit)
    for value in result.known[:_ITEMS]:
        assert value.node is not None
        name = draft.shown.say(named(value.point))
        if len(result.known) <= _FEW:
            draft.lines.append(
                message("list_item", label=name, value=draft.shown.number(value.node, value.unit))
            )
        draft.items.append(Item(name, plain(value.number), value.unit))
    for value in result.known[:_LISTED]:
        assert value.node is not None
        draft.cited.append(value.node)
    _cover(draft, result)
    _bar_chart(draft, result.known)


def _cover(draft: Draft, result: Result) -> None:
    if len(result.known) < len(result.values):
        draft.warnings.append(
            message("coverage", total=len(result.values), known=len(result.known))
        )


def _rank(draft: Draft, result: Result, computer: Computer) -> None:
    points = [value.point for value in result.values]
    named = Naming(points)
    same_measure = named.one_measure
    scope = scope_text(points) + (points[0].quantity.label if same_measure else "")
    order = "由少到多" if draft.plan.direction < 0 else "由多到少"
    draft.lines.append(message("rank_head", scope=draft.shown.say(scope), order=order))
    place, last = 0, None
    for at, value in enumerate(result.chosen[:_ITEMS], start=1):
        assert value.node is not None
        if value.number != last:
            place, last = draft.plan.position or at, value.number
        name = draft.shown.say(named(value.point))
        draft.shown.say(str(place))
        if at <= _LISTED:
            draft.lines.append(
                message(
                    "rank_item",
                    place=place,
                    label=name,
                    value=draft.shown.number(value.node, value.unit),
                )
            )
        _item(draft, name, value.node, value.unit)
    if result.node is not None:
        draft.node, draft.unit = result.node, result.unit
    _cover(draft, result)
    _bar_chart(draft, result.chosen)


_SIGNS = {"=": "等于", ">": "超过", ">=": "达到或超过", "<": "低于", "<=": "不超过"}


def _filter(draft: Draft, result: Result, computer: Computer) -> None:
    threshold = draft.plan.threshold
    points = [value.point for value in result.values]
    named = Naming(points)
    if threshold is None or result.count is None:
        _listing(draft, result.known, result)
        return
    limit = draft.shown.say(f"{_limit(threshold)}{threshold.unit or result.unit}")
    same_measure = named.one_measure
    label = points[0].quantity.label if same_measure else ""
    names = [draft.shown.say(named(value.point)) for value in result.chosen]
    key = "filter_line" if result.chosen else "filter_none"
    counted = _Fixed(Fraction(result.count))
    draft.lines.append(
        message(
            key,
            scope=scope_text(points),
            label=label,
            comparison=_SIGNS[threshold.comparison],
            limit=limit,
            count=draft.shown.number(counted, ""),
            names="：" + "、".join(names[:_LISTED]) if names else "",
        )
    )
    for value in result.chosen[:_ITEMS]:
        assert value.node is not None
        name = named(value.point)
        if len(draft.lines) <= _LISTED:
            draft.lines.append(
                message("list_item", label=name, value=draft.shown.number(value.node, value.unit))
            )
        _item(draft, name, value.node, value.unit)
    if draft.plan.count_only:
        draft.node, draft.unit = counted, "个"
        draft.cited += [value.node for value in result.known[:_ITEMS] if value.node]
    elif not result.chosen:
        draft.cited += [value.node for value in result.known[:_LISTED] if value.node]
        draft.items.append(
            Item(
                message(
                    "filter_none",
                    scope="",
                    label=label,
                    limit=limit,
                    comparison=_SIGNS[threshold.comparison],
                ),
                "0",
                "个",
            )
        )
        draft.shown.say("0")
    _cover(draft, result)


def _limit(threshold: Threshold) -> str:
    return plain(Fraction(threshold.value))


def _trend_chart(draft: Draft, values: Sequence[Value]) -> None:
    _chart(draft, "line", values)


def _bar_chart(draft: Draft, values: Sequence[Value]) -> None:
    _chart(draft, "bar", values[:_LISTED])


def _chart(draft: Draft, kind: ChartKind, values: Sequence[Value]) -> None:
    units = {value.unit for value in values}
    if len(values) < 2 or len(units) != 1:
        return
    points = [value.point for value in values]
    named = Naming(points)
    title = scope_text(points)
    if named.one_measure:
        title += points[0].quantity.label
    draft.chart = Chart(
        kind,
        title,
        tuple(named(value.point) for value in values),
        tuple(float(value.number) for value in values),
        units.pop(),
    )


_WRITERS = {
    "portion": _portion,
    "spread": _spread,
    "sum": _summed,
    "difference": _difference,
    "times": _times,
    "growth": _growth,
    "mean": _mean,
    "median": _mean,
    "maximum": _extreme,
    "minimum": _extreme,
    "rank": _rank,
    "filter": _filter,
}
