"""Formula: exact arithmetic over figures, as a tree that shows its own numbers.

Values are Fractions, so nothing is rounded before it is shown. A tree over thousands of reports
is asked many times for its value and its text; each node works them out once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from ingest.figure import Figure

DIGITS = 40  # of a root, which never ends
SIGNIFICANT = 10  # digits of a quotient that does not end


class Node(Protocol):
    """A value with the arithmetic behind it."""

    @property
    def value(self) -> Fraction: ...
    def show(self) -> str: ...
    def figures(self) -> Iterator[Figure]: ...


@dataclass(frozen=True)
class Cell:
    """A leaf: a figure as printed."""

    figure: Figure

    @cached_property
    def value(self) -> Fraction:
        assert self.figure.value is not None  # only figures with a value become leaves
        return Fraction(self.figure.value)

    def show(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        return plain(self.value)

    def figures(self) -> Iterator[Figure]:
        yield self.figure


@dataclass(frozen=True)
class Constant:
    """A number that the definition brings along: 12 months, 366 days."""

    number: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.number)

    def show(self) -> str:
        return str(self.number)

    def figures(self) -> Iterator[Figure]:
        return iter(())


@dataclass(frozen=True)
class Sum:
    """Signed parts in order."""

    parts: tuple[tuple[int, Node], ...]

    @cached_property
    def value(self) -> Fraction:
        return sum((sign * part.value for sign, part in self.parts), Fraction(0))

    def show(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        shown = ""
        for at, (sign, part) in enumerate(self.parts):
            text = part.show()
            if sign < 0 and isinstance(part, Sum) and _is_compound(part):
                text = f"({text})"
            shown += (
                (" + " if sign > 0 else " − ") + text if at else ("−" if sign < 0 else "") + text
            )
        return shown

    def figures(self) -> Iterator[Figure]:
        for _, part in self.parts:
            yield from part.figures()


@dataclass(frozen=True)
class Quotient:
    """top ÷ base × scale; `suffix` shows the scale ("× 100%")."""

    top: Node
    base: Node
    scale: int = 1

    @cached_property
    def value(self) -> Fraction:
        return self.top.value / self.base.value * self.scale

    def show(self) -> str:
        times = " × 100%" if self.scale == 100 else f" × {self.scale}" if self.scale != 1 else ""
        return f"{closed(self.top)} ÷ {closed(self.base)}{times}"

    def figures(self) -> Iterator[Figure]:
        yield from self.top.figures()
        yield from self.base.figures()


@dataclass(frozen=True)
class YearlyRate:
    """The compound growth a year in per cent: (last ÷ base)^(1/years) − 1.

    A root has no exact fraction: the value has SIGNIFICANT digits, rounded from DIGITS.
    """

    last: Node
    base: Node
    years: int

    @cached_property
    def value(self) -> Fraction:
        with localcontext() as context:
            context.prec = DIGITS
            ratio = self.last.value / self.base.value
            quotient = Decimal(ratio.numerator) / Decimal(ratio.denominator)
            rate = (quotient ** (Decimal(1) / self.years) - 1) * 100
            context.prec = SIGNIFICANT
            return Fraction(+rate)

    def show(self) -> str:
        quotient = f"{closed(self.last)} ÷ {closed(self.base)}"
        return f"(({quotient})^(1/{self.years}) − 1) × 100%"

    def figures(self) -> Iterator[Figure]:
        yield from self.last.figures()
        yield from self.base.figures()


def _is_compound(node: Node) -> bool:
    """Whether `node` shows an operator outside brackets."""
    if isinstance(node, Sum):
        return len(node.parts) > 1 or any(s < 0 or _is_compound(p) for s, p in node.parts)
    return isinstance(node, Quotient)


def closed(node: Node) -> str:
    """How `node` shows as an operand: in brackets where it is compound."""
    return f"({node.show()})" if _is_compound(node) else node.show()


def difference(left: Node, right: Node) -> Node:
    return Sum(((1, left), (-1, Wrapped(right))))


@dataclass(frozen=True)
class Wrapped:
    """A part shown in brackets where it is compound."""

    node: Node

    @cached_property
    def value(self) -> Fraction:
        return self.node.value

    def show(self) -> str:
        return closed(self.node) if not isinstance(self.node, Quotient) else self.node.show()

    def figures(self) -> Iterator[Figure]:
        yield from self.node.figures()


def total(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Sum(tuple((1, Wrapped(node)) for node in nodes))


def is_finite(value: Fraction) -> bool:
    """Whether `value` has a finite decimal expansion."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def decimal_of(value: Fraction) -> Decimal:
    """Exact where the expansion ends, else SIGNIFICANT digits, rounded half up."""
    with localcontext() as context:
        context.prec = 60
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        if is_finite(value):
            return quotient
        places = SIGNIFICANT - 1 - (quotient.adjusted() if quotient else 0)
        return quotient.quantize(Decimal(1).scaleb(-max(places, 0)), ROUND_HALF_UP)


def plain(value: Fraction) -> str:
    """`value` without exponent or trailing zeros: "22010.3538", "59"."""
    text = format(decimal_of(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def places_of(value: Fraction) -> int:
    """How many decimals show `value`: two, more where two would show a small value as 0.00."""
    places = 2
    while value and abs(value) < Fraction(5, 10 ** (places + 1)) and places < SIGNIFICANT:
        places += 1
    return places if places == 2 else places + 1


def rounded(value: Fraction, places: int = 2) -> str:
    """`value` with exactly `places` decimals, half up, for the text."""
    with localcontext() as context:
        context.prec = 60
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        return format(quotient.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")
