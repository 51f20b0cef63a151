"""Reducers: from the values of a plan's points to its primary value, by operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from assistant.formula import Constant, Node, Quotient, YearlyRate, closed, difference, total
from assistant.messages import message
from assistant.result import MONEY, Result, Value, satisfies
from ingest.figure import Figure


def reduce(result: Result) -> None:
    """Settle the primary value, its unit and what was chosen, from the values of the points."""
    _REDUCERS.get(result.plan.op, _lookup)(result)


# ---- what may be computed together ----


def _same_unit(result: Result) -> bool:
    units = {value.unit for value in result.known}
    if len(units) > 1:
        result.notes.append(message("mixed_units", units="、".join(sorted(units))))
        return False
    result.unit = next(iter(units), "")
    return bool(units)


def _pair(result: Result) -> tuple[Value, Value] | None:
    if len(result.known) != 2 or not _same_unit(result):
        return None
    return result.known[0], result.known[1]


def _ordered(result: Result, ascending: bool) -> list[Value]:
    return sorted(result.known, key=lambda v: _comparable(v.number), reverse=not ascending)


def _comparable(number: Fraction) -> Fraction | int:
    """A whole number as an int: thousands of them are then sorted in a fraction of the time."""
    return number.numerator if number.denominator == 1 else number


# ---- values as they are, sums and means ----


def _lookup(result: Result) -> None:
    known = result.known
    if len(result.values) == 1 and known:
        result.node, result.unit = known[0].node, known[0].unit
    result.chosen = known


def _sum_up(result: Result) -> None:
    complete = len(result.known) == len(result.values) or result.plan.over == "publisher"
    if complete and result.known and _same_unit(result) and result.unit != "%":
        result.node = total([v.node for v in result.known if v.node])
    elif complete and len(result.known) > 1 and result.unit == "%" and _same_unit(result):
        result.node = _pooled(result)
    result.chosen = result.known


def _pooled(result: Result) -> Node | None:
    """One rate of several years or places: what is counted of all, over all. None where the rates
    are not of one definition."""
    nodes = [value.node for value in result.known]
    quotients = [node for node in nodes if isinstance(node, Quotient) and node.scale == 100]
    alike = len({value.point.quantity for value in result.known}) == 1
    if not alike or len(quotients) != len(nodes):
        return None
    return Quotient(
        total([node.top for node in quotients]), total([node.base for node in quotients]), 100
    )


def _together(nodes: list[Node]) -> Node | None:
    """The sum of counts, or of shares of one whole; None for shares of different wholes."""
    shares = [node for node in nodes if isinstance(node, Quotient) and node.scale == 100]
    if not shares:
        return total(nodes)
    bases = {node.base.show() for node in shares}
    if len(shares) != len(nodes) or len(bases) > 1:
        return None
    return Quotient(total([node.top for node in shares]), shares[0].base, 100)


def _mean(result: Result) -> None:
    result.chosen = result.known
    if len(result.known) >= 2 and _same_unit(result):
        nodes = [value.node for value in result.known if value.node]
        result.node = Quotient(total(nodes), Constant(len(nodes)))


def _median(result: Result) -> None:
    result.chosen = result.known
    if len(result.known) < 2 or not _same_unit(result):
        return
    nodes = [v.node for v in sorted(result.known, key=lambda v: v.number) if v.node]
    middle = len(nodes) // 2
    if len(nodes) % 2:
        result.node = nodes[middle]
    else:
        result.node = Quotient(total(nodes[middle - 1 : middle + 1]), Constant(2))


# ---- two sides ----


def _portion(result: Result) -> None:
    """The first `k` points as a percentage of the others."""
    k = result.plan.k or 1
    known = result.known
    result.chosen = known
    if len(known) != len(result.values) or not _same_unit(result):
        return
    part = total([v.node for v in known[:k] if v.node])
    rest = [v.node for v in known[k:] if v.node]
    whole: Node = total(rest)
    if result.plan.averaged:
        whole = Quotient(whole, Constant(len(rest)))
    if result.plan.nested == "difference":
        result.node = difference(part, whole)
    elif whole.value and result.plan.nested == "times":
        result.node, result.unit = Quotient(part, whole), "倍"
    elif whole.value:
        result.node, result.unit = Quotient(part, whole, 100), "%"


def _spread(result: Result) -> None:
    """Two places of the order, the largest and the smallest if none are named: their difference,
    or how many times the one is of the other."""
    ordered = _ordered(result, ascending=False)
    first, second = result.plan.places or (1, -1)
    last = max(first, second)
    if len(ordered) < max(last, 2) or not _same_unit(result):
        return
    top, bottom = (ordered[place - 1 if place > 0 else place] for place in (first, second))
    if result.plan.nested != "times" and top.number < bottom.number:
        top, bottom = bottom, top
    assert top.node is not None and bottom.node is not None
    result.chosen = [top, bottom]
    if result.plan.nested == "times":
        if bottom.number:
            result.node, result.unit = Quotient(top.node, bottom.node), "倍"
        return
    apart = difference(top.node, bottom.node)
    if result.plan.nested == "relative" and result.unit != "%":
        if bottom.number:
            result.node, result.unit = Quotient(apart, bottom.node, 100), "%"
        return
    result.node = apart
    if result.unit == "%":
        result.unit = "个百分点"


def _difference(result: Result) -> None:
    pair = _pair(result)
    result.chosen = result.known
    if pair is None:
        return
    left, right = pair
    direction = result.plan.direction or (1 if left.number >= right.number else -1)
    if direction < 0:
        left, right = right, left
    assert left.node is not None and right.node is not None
    result.node = difference(left.node, right.node)
    if result.unit == "%":
        result.unit = "个百分点"


def _times(result: Result) -> None:
    pair = _pair(result)
    result.chosen = result.known
    if pair is None or pair[1].number == 0:
        return
    assert pair[0].node is not None and pair[1].node is not None
    result.node, result.unit = Quotient(pair[0].node, pair[1].node), "倍"


def _growth(result: Result) -> None:
    """Points come in pairs (earlier, later). One pair has a primary value; several are items."""
    result.chosen = result.known
    pairs = list(zip(result.values[::2], result.values[1::2], strict=True))
    for base, last in pairs:
        if base.node is not None and last.node is not None:
            _grow(result, base, last, difference(last.node, base.node))
    if result.plan.compound:
        _yearly_rate(result, *pairs[0])
    elif result.plan.pick:
        _fastest(result, pairs)
    elif len(pairs) == 1 and result.extra:
        wanted = "%" if result.plan.relative else result.extra[0][2]
        for _, node, unit in result.extra:
            if unit == wanted:
                result.node, result.unit = node, unit


def _yearly_rate(result: Result, base: Value, last: Value) -> None:
    """The compound rate a year; none where a value is missing or not above 0."""
    if base.node is None or last.node is None:
        return
    if base.number <= 0 or last.number <= 0:
        result.notes.append(message("no_yearly_rate"))
        return
    result.node = YearlyRate(last.node, base.node, last.point.year - base.point.year)
    result.unit = "%"


def _fastest(result: Result, pairs: list[tuple[Value, Value]]) -> None:
    """Of several years each against the one before, the one that grew most or least."""
    rates = [
        (Quotient(difference(last.node, base.node), base.node, 100), last)
        for base, last in pairs
        if base.node is not None and last.node is not None and base.number > 0
    ]
    if len(rates) < 2 or any(last.unit == "%" for _, last in rates):
        return
    ordered = sorted(rates, key=lambda rate: rate[0].value * -result.plan.pick)
    best = [rate for rate in ordered if rate[0].value == ordered[0][0].value]
    result.node, result.unit = best[0][0], "%"
    result.chosen = [last for _, last in best]


def _grow(result: Result, base: Value, last: Value, grown: Node) -> None:
    """The change in number and in percent; of a share, in percentage points."""
    assert base.node is not None
    label = last.point.quantity.label
    if last.unit == "%":
        result.extra.append((label, grown, "个百分点"))
        return
    result.extra.append((message("changed_by", label=label), grown, last.unit))
    if base.number == 0:
        result.notes.append(message("zero_growth_base", year=base.point.year))
    else:
        rate = Quotient(grown, base.node, 100)
        result.extra.append((message("growth_of", label=label), rate, "%"))


# ---- an order ----


def _extreme(result: Result) -> None:
    if not result.known or not _same_unit(result):
        return
    ordered = _ordered(result, result.plan.op == "minimum")
    best = ordered[0].number
    result.chosen = [value for value in ordered if value.number == best]
    result.node = result.chosen[0].node
    result.values = ordered + [value for value in result.values if value.node is None]


def _rank(result: Result) -> None:
    if not result.known or not _same_unit(result):
        return
    ordered = _ordered(result, result.plan.direction < 0)
    k = result.plan.k or len(ordered)
    kept = ordered[:k]
    # Ties at the edge are all shown: a cut between equals would be arbitrary.
    kept += [v for v in ordered[k:] if kept and v.number == kept[-1].number]
    result.chosen = kept
    result.values = ordered + [value for value in result.values if value.node is None]
    if result.plan.position is not None:
        kept = [v for v in ordered if v.number == ordered[min(k, len(ordered)) - 1].number]
        result.chosen = kept
    if k == 1 or len(kept) == 1:
        result.node = kept[0].node
    if result.plan.gathered and len(ordered) >= k:
        # Which of equals at the edge is taken does not change the sum.
        result.chosen = ordered[:k]
        result.node = _together([v.node for v in ordered[:k] if v.node])


def _filter(result: Result) -> None:
    threshold = result.plan.threshold
    if threshold is None or not result.known or not _same_unit(result):
        return
    result.chosen = [v for v in _ordered(result, False) if satisfies(v.number, v.unit, threshold)]
    result.count = len(result.chosen)


# ---- units ----


def convert(result: Result, unit: str) -> None:
    """Show money in the unit asked for; what is not money has no value in it."""
    if result.node is None or unit == result.unit:
        return
    if result.unit not in MONEY:
        result.notes.append(message("no_unit"))
        result.node, result.values = None, []
        return
    factor = Fraction(MONEY[result.unit], MONEY[unit])
    if factor >= 1:
        result.node = _Scaled(result.node, int(factor))
    else:
        result.node = Quotient(result.node, Constant(int(1 / factor)))
    result.unit = unit


@dataclass(frozen=True)
class _Scaled:
    node: Node
    factor: int

    @property
    def value(self) -> Fraction:
        return self.node.value * self.factor

    def show(self) -> str:
        return f"{closed(self.node)} × {self.factor}"

    def figures(self) -> Iterator[Figure]:
        return self.node.figures()


_REDUCERS: dict[str, Callable[[Result], None]] = {
    "portion": _portion,
    "spread": _spread,
    "sum": _sum_up,
    "difference": _difference,
    "times": _times,
    "growth": _growth,
    "mean": _mean,
    "median": _median,
    "maximum": _extreme,
    "minimum": _extreme,
    "rank": _rank,
    "filter": _filter,
}
