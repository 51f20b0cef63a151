"""Charts: the values of an answer as bars or a line, where they share one unit."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Chart, ChartKind
from assistant.draft import LISTED, Draft
from assistant.result import Value
from assistant.wording import Naming, scope_text


def trend_chart(draft: Draft, values: Sequence[Value]) -> None:
    _chart(draft, "line", values)


def bar_chart(draft: Draft, values: Sequence[Value]) -> None:
    _chart(draft, "bar", values[:LISTED])


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
