"""Selecting: from the names in (a part of) a question to rows and columns of a sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.general.names import Name
from assistant.general.sheet import Attribute, Sheet
from assistant.general.texts import keys, listed
from assistant.general.tokens import Token

Group = tuple[str, int]
_NEARLY_ALL = 0.75  # a piece that so many rows have in their label names none of them


@dataclass
class Selection:
    """Lines by group of labels: those of one group add up, those of several narrow down.
    `attributes`: columns of words that were named. `labels`: what named the lines."""

    groups: dict[Group, frozenset[int]] = field(default_factory=dict)
    attributes: list[int] = field(default_factory=list)
    labels: dict[Group, list[str]] = field(default_factory=lambda: defaultdict(list))
    totals: bool = False  # a line of totals was named
    together: frozenset[str] = frozenset()  # axes of which several labels of a group were named
    full: frozenset[Group] = frozenset()  # groups of which a label was named in full
    empty: bool = False  # what was named excludes itself

    def axis(self, letter: str) -> frozenset[int] | None:
        """The lines that all groups of an axis leave; None where nothing of it was named."""
        found = [lines for group, lines in self.groups.items() if group[0] == letter]
        return frozenset.intersection(*found) if found else None

    @property
    def rows(self) -> frozenset[int] | None:
        return self.axis("r")

    @property
    def columns(self) -> frozenset[int] | None:
        return self.axis("c")

    def has(self, letter: str) -> bool:
        return any(group[0] == letter for group in self.groups)


@dataclass(frozen=True)
class _Reading:
    """One way to take a token: lines of one group."""

    kind: str
    group: Group
    lines: frozenset[int]
    label: str
    total: bool
    several: bool = False  # the piece stands in several labels

    @property
    def label_only(self) -> bool:
        """The label says no more than that it is a total."""
        return any(form in listed("totals", "whole") for form in keys(self.label))


def select(
    tokens: Sequence[Token], sheet: Sheet, *, dated: bool = False, totals: bool = True
) -> Selection:
    """What the name tokens among `tokens` leave of `sheet`.

    `dated`: a time is asked, so a piece prefers columns of dates. `totals`: whether a label of a
    total may name its line (else it is only the word 合计).
    """
    found = Selection()
    names = [token for token in tokens if token.kind == "name"]
    others = any(_is_plain(token) for token in names)
    for token in sorted(names, key=lambda t: (not t.whole, -(t.stop - t.start))):
        readings = [
            r for r in _readings(token, sheet) if totals or not r.total or _is_named(r, token)
        ]
        if (
            token.cue
            and any(reading.total for reading in readings)
            and _is_cue(readings, names, others)
        ):
            continue
        chosen = _best(readings, found, token, dated=dated)
        if chosen is not None:
            _take(found, chosen, token)
    found.empty = any(found.has(axis) and not found.axis(axis) for axis in "rc")
    return found


def _is_named(reading: _Reading, token: Token) -> bool:
    """A total with a name of its own (资产总计, 全社会用电量), named in full."""
    return token.whole and not reading.label_only


def _is_plain(token: Token) -> bool:
    return any(name.kind == "row" and not name.total for name in token.names) and token.whole


def _is_cue(readings: Sequence[_Reading], names: Sequence[Token], others: bool) -> bool:
    """合计 beside a named row, or beside another whole column, only says to add up."""
    rows = any(reading.kind == "row" for reading in readings)
    columns = any(reading.kind == "column" for reading in readings)
    plain_columns = any(
        token.whole and any(n.kind == "column" and not n.total for n in token.names)
        for token in names
    )
    return (rows and others) or (columns and not rows and plain_columns)


def _readings(token: Token, sheet: Sheet) -> list[_Reading]:
    by_group: dict[tuple[str, Group], list[Name]] = defaultdict(list)
    for name in token.names:
        if name.kind != "title":
            by_group[name.kind, name.group].append(name)
    found = []
    for (kind, group), names in by_group.items():
        if kind == "row" and not token.whole and _in_heading(token, sheet):
            continue  # what the title says of all rows names none of them
        lines = frozenset().union(*(name.lines for name in names))
        if not token.whole and _says_nothing(kind, lines, names, sheet):
            continue
        label = names[0].label if len(names) == 1 else token.text
        found.append(
            _Reading(kind, group, lines, label, all(name.total for name in names), len(names) > 1)
        )
    return found


def _in_heading(token: Token, sheet: Sheet) -> bool:
    return any(token.text in form for text in sheet.heading for form in keys(text))


def _says_nothing(kind: str, lines: frozenset[int], names: Sequence[Name], sheet: Sheet) -> bool:
    """A piece of nearly every label (项目 in all names of projects)."""
    if kind == "row":
        return len(names) > 1 and len(lines) >= _NEARLY_ALL * max(len(sheet.line_rows), 1)
    return kind == "column" and len(names) > 1 and len(lines) == len(sheet.columns)


def _best(
    readings: Sequence[_Reading], found: Selection, token: Token, *, dated: bool
) -> _Reading | None:
    fitting = [reading for reading in readings if _fits(reading, found)]
    if not token.whole:
        # A piece never overrules a whole name, nor narrows rows that one names (二级 医院).
        rows = any(group[0] == "r" for group in found.full)
        readings = [r for r in fitting if not (rows and r.kind == "row" and r.several)]
        fitting = readings
    if not readings:
        return None
    if dated:
        dates = [r for r in readings if r.kind == "attribute"]
        if dates and not token.whole:
            return dates[0]
    order = {"row": 0, "column": 0, "attribute": 1}
    pool = fitting or list(readings)
    return min(pool, key=lambda r: (order[r.kind], r.total, len(r.lines) if token.whole else 0))


def _fits(reading: _Reading, found: Selection) -> bool:
    if reading.kind == "attribute" or reading.group in found.groups:
        return True
    left = found.axis(reading.group[0])
    return left is None or bool(left & reading.lines)


def _take(found: Selection, reading: _Reading, token: Token) -> None:
    if reading.kind == "attribute":
        found.attributes += [line for line in reading.lines if line not in found.attributes]
        return
    group = reading.group
    known = found.groups.get(group)
    if known is not None and not token.whole and group in found.full and not token.joined:
        return  # beside a whole name, a piece of another adds nothing unless joined to it
    if known is not None and not token.whole and not token.joined and known & reading.lines:
        found.groups[group] = known & reading.lines  # two pieces of one label
        return
    if token.whole:
        found.full |= {group}
    if known is not None and known != reading.lines:
        found.together |= {group[0]}
    found.totals = found.totals or reading.total
    found.groups[group] = reading.lines | (known or frozenset())
    found.labels[group].append(reading.label)


def merged(first: Selection, second: Selection, *, whole: bool = False) -> Selection:
    """`first` with what it leaves open taken from `second`: group by group, or with `whole` only
    the axes of which it names nothing."""
    result = Selection(
        dict(first.groups), list(first.attributes), defaultdict(list, first.labels), first.totals,
        first.together,
    )  # fmt: skip
    for group, lines in second.groups.items():
        if group in result.groups or (whole and first.has(group[0])):
            continue
        left = result.axis(group[0])
        if left is None or left & lines:
            result.groups[group] = lines
            result.labels[group] = second.labels[group]
    result.empty = any(result.has(axis) and not result.axis(axis) for axis in "rc")
    return result


def attribute_of(sheet: Sheet, columns: Iterable[int]) -> list[Attribute]:
    wanted = list(columns)
    return [a for column in wanted for a in sheet.attributes if a.column == column]
