"""Draft: an answer before it is checked, with every number and word that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assistant.answer import Chart, Item
from assistant.formula import Node, plain
from assistant.messages import message
from assistant.plan import Plan
from assistant.result import Result, Value
from assistant.wording import Naming, Shown
from ingest.figure import Figure

LISTED = 20  # items written out in the text; all are in `items`
ITEMS = 200


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
    unprinted: bool = False  # no table of the reports has the cells asked for
    doubt: str = ""  # why the plan is likely not what was meant: asked back, with no figure

    @property
    def has_answer(self) -> bool:
        return self.node is not None or bool(self.items)

    def add_item(self, label: str, node: Node, unit: str) -> None:
        self.items.append(Item(label, plain(node.value), unit))
        self.cited.append(node)

    def add_values(self, names: Sequence[str], values: Sequence[Value]) -> None:
        """Each of `values` as an item, under its name in `names`."""
        for name, value in zip(names, values, strict=True):
            assert value.node is not None
            self.add_item(name, value.node, value.unit)

    def names(self, values: Sequence[Value], among: Sequence[Value]) -> list[str]:
        """What tells each of `values` from the others in `among`, as words that may be shown."""
        named = Naming([value.point for value in among])
        return [self.shown.say(named(value.point)) for value in values]

    def numbers(self, values: Sequence[Value]) -> list[str]:
        """The numbers of `values` with their units, as they may be shown."""
        return [self.shown.number(value.node, value.unit) for value in values if value.node]

    def set_primary(self, node: Node, unit: str) -> None:
        """Set the primary value and, where it was computed, write how."""
        self.node, self.unit = node, unit
        self.cited.append(node)
        self.formula_nodes.append(node)
        shown = self.shown.formula(node)
        if shown != plain(node.value):
            value = self.shown.number(node, unit)
            self.lines.append(message("formula_line", formula=shown, value=value))

    def warn_of_gaps(self, result: Result) -> None:
        """Say on how many of the points a ranking or a count rests."""
        if len(result.known) < len(result.values):
            total, known = len(result.values), len(result.known)
            self.warnings.append(message("coverage", total=total, known=known))


@dataclass(frozen=True)
class Told:
    """A number derived in the sentence from values that are shown beside it."""

    value: Fraction

    def show(self) -> str:
        return plain(self.value)

    def figures(self) -> Iterator[Figure]:
        return iter(())
