"""Outcome: what a question over one sheet came to, before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assistant.formula import Cell, Node, plain
from assistant.general.conditions import UnclearError
from assistant.general.sheet import Sheet
from assistant.general.units import factor
from ingest.figure import Figure

_WRITTEN = 12  # parts of a long sum that are written out


@dataclass(frozen=True)
class Entry:
    """One named value, or a name with a text; `place` is the cell it stands in."""

    name: str
    node: Node | None = None
    unit: str = ""
    text: str = ""
    place: tuple[int, int] | None = None


@dataclass
class Outcome:
    """`op` as in Plan; `node` the primary value; `entries` what is listed; `places` cells that are
    cited beside those of the trees; `names` label the value in the text."""

    op: str
    sheet: Sheet
    label: str = ""
    node: Node | None = None
    unit: str = ""
    entries: list[Entry] = field(default_factory=list)
    text: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    listed: bool = False
    sign: int = 0  # −1 where a fall was asked for and the value is told as one


@dataclass(frozen=True)
class Added:
    """A sum of many cells, written with its first and last parts only."""

    parts: tuple[Node, ...]

    @property
    def value(self) -> Fraction:
        return sum((part.value for part in self.parts), Fraction(0))

    def show(self) -> str:
        if len(self.parts) == 1:
            return self.parts[0].show()
        shown = [_closed(part) for part in self.parts]
        if len(shown) > _WRITTEN:
            shown = [*shown[: _WRITTEN - 2], "…", shown[-1]]
        return f"({' + '.join(shown)})"

    def figures(self) -> Iterator[Figure]:
        for part in self.parts:
            yield from part.figures()


def _closed(node: Node) -> str:
    text = node.show()
    return f"({text})" if text.startswith("-") else text


@dataclass(frozen=True)
class Counted:
    """How many lines meet a condition; `seen` are the cells that were looked at."""

    number: int
    seen: tuple[Figure, ...] = ()

    @property
    def value(self) -> Fraction:
        return Fraction(self.number)

    def show(self) -> str:
        return plain(self.value)

    def figures(self) -> Iterator[Figure]:
        return iter(self.seen)


def leaf(sheet: Sheet, place: tuple[int, int]) -> Cell:
    """The tree of one filled cell. Raises UnclearError("blank") where it holds no number."""
    figure = sheet.cells.get(place)
    if figure is None or figure.value is None:
        raise UnclearError("blank", [_name_of(sheet, place)])
    return Cell(figure)


def _name_of(sheet: Sheet, place: tuple[int, int]) -> str:
    return f"{sheet.row_name(place[0])} ▸ {sheet.column_name(place[1])}"


def one_unit(sheet: Sheet, places: Sequence[tuple[int, int]]) -> str:
    """The unit all `places` share. Raises UnclearError("units")."""
    units = {sheet.unit(*place) for place in places}
    if len(units) > 1:
        raise UnclearError("units", sorted(units))
    return units.pop() if units else ""


def added(sheet: Sheet, places: Sequence[tuple[int, int]], notes: list[str]) -> tuple[Node, str]:
    """The sum of the filled cells among `places` and its unit; blanks are counted in `notes`.

    Raises UnclearError: none is filled, units differ, shares cannot be added.
    """
    filled = [p for p in places if (f := sheet.cells.get(p)) is not None and f.value is not None]
    if not filled:
        raise UnclearError("blank", [_name_of(sheet, places[0])] if places else [])
    unit = one_unit(sheet, filled)
    if len(filled) > 1 and unit in ("%", "‰"):
        raise UnclearError("percent")
    if len(filled) < len(places):
        notes.append(f"blanks:{len(places) - len(filled)}")
    return Added(tuple(leaf(sheet, place) for place in filled)), unit


def into_unit(node: Node, unit: str, wanted: str) -> tuple[Node, str]:
    """`node` in `wanted` where that is another scale of `unit`."""
    from assistant.general.units import converted

    by = factor(unit, wanted)
    return (node, unit) if by is None or by == 1 else (converted(node, by), wanted)
