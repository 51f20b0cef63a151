"""Conditions on lines: a column (or a row) against a number, a date column against a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from assistant.general.dates import Day, date_attributes, day_of, matches
from assistant.general.selecting import Selection, select
from assistant.general.sheet import Attribute, Sheet
from assistant.general.texts import key, words
from assistant.general.tokens import Token
from assistant.general.units import counters, factor, scale

_FAR = 10  # a limit so much above every number is in another unit


class UnclearError(Exception):
    """What is meant cannot be settled; `names` are the readings, where there are several."""

    def __init__(self, reason: str, names: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.names = tuple(names)


@dataclass(frozen=True)
class Condition:
    """`axis` "r": rows whose cell in `line` compares so; "c": columns whose cell in row `line`."""

    axis: str
    line: int
    comparison: str
    limit: Fraction
    unit: str
    label: str = ""
    scaled: bool = False  # 90万 without a unit: of a column in 万元, 90

    def holds(self, sheet: Sheet, other: int) -> bool | None:
        """Whether line `other` meets it; None where its cell has no number."""
        place = (other, self.line) if self.axis == "r" else (self.line, other)
        figure = sheet.cells.get(place)
        if figure is None or figure.value is None:
            return None
        number = Fraction(figure.value)
        limit = self.limit * _factor(self.unit, sheet.unit(*place))
        if self.scaled:
            limit /= self._size(sheet, sheet.unit(*place))
        return {
            ">": number > limit, ">=": number >= limit, "<": number < limit,
            "<=": number <= limit, "=": number == limit,
        }[self.comparison]  # fmt: skip

    def _size(self, sheet: Sheet, unit: str) -> int:
        if not unit and self.axis == "r":
            values = [f.value for (_, c), f in sheet.cells.items() if c == self.line and f.value]
            if values and max(map(abs, values)) * _FAR < self.limit:
                raise UnclearError("units", ["", "万"])  # no unit is printed: 万 may be in it
        return scale(unit)[1]


@dataclass(frozen=True)
class DateCondition:
    """Rows whose date in `attribute` compares so with `day`."""

    attribute: Attribute
    comparison: str
    day: Day

    axis = "r"

    def holds(self, sheet: Sheet, other: int) -> bool | None:
        day = day_of(self.attribute.texts.get(other, ""))
        return None if day is None else matches(day, self.day, self.comparison)


AnyCondition = Condition | DateCondition


def _factor(given: str, own: str) -> Fraction:
    if not given or given == own:
        return Fraction(1)
    found = factor(given, own)
    if found is not None:
        return found
    if not own or {given, own} & {"度", "℃"} or given in counters():
        return Fraction(1)
    raise UnclearError("unit")


def take_conditions(
    tokens: Sequence[Token], sheet: Sheet
) -> tuple[list[AnyCondition], list[Token]]:
    """The conditions of a question, and the tokens that are left."""
    left = list(tokens)
    found: list[AnyCondition] = []
    for token in tokens:
        if token.kind == "number" and token in left:
            sign, used = _comparison(left, token)
            if sign:
                found.append(_numeric(left, token, sign, used, sheet))
        elif token.kind == "cue" and token.cue == "negative" and token in left:
            found.append(_signed(left, token, sheet, "<"))
        elif token.kind == "cue" and token.cue == "zero" and token in left:
            zero = _zero(left, token, sheet)
            found += [zero] if zero else []
    found += _dates(left, sheet)
    return found, left


def _neighbour(left: Sequence[Token], at: int, step: int, skip: tuple[str, ...]) -> Token | None:
    at += step
    while 0 <= at < len(left) and left[at].kind in skip:
        at += step
    return left[at] if 0 <= at < len(left) else None


def _comparison(left: Sequence[Token], token: Token) -> tuple[str, list[Token]]:
    at = left.index(token)
    before = _neighbour(left, at, -1, ("filler",))
    behind = _neighbour(left, at, 1, ())
    if behind is not None and behind.kind == "behind":
        return behind.cue, [token, behind]
    if before is not None and before.kind == "before":
        return before.cue, [before, token]
    return "", []


def _drop(left: list[Token], used: Sequence[Token]) -> None:
    for token in used:
        if token in left:
            left.remove(token)


def run_before(left: Sequence[Token], at: int) -> list[Token]:
    """The names right before place `at`: of columns, or of rows, as far as they stand together."""
    run: list[Token] = []
    kind = ""
    for token in reversed(left[:at]):
        if token.kind in ("filler", "record", "gap") or _is_title(token):
            continue
        here = _side(token)
        if not here or (kind and here != kind):
            break
        kind = here
        run.insert(0, token)
    return run


def _is_title(token: Token) -> bool:
    return token.kind == "name" and all(name.kind == "title" for name in token.names)


def _side(token: Token) -> str:
    if token.kind != "name":
        return ""
    kinds = {name.kind for name in token.names}
    return "column" if "column" in kinds else "row" if "row" in kinds else ""


def _numeric(
    left: list[Token], token: Token, sign: str, used: list[Token], sheet: Sheet
) -> Condition:
    at = min(left.index(part) for part in used)
    run = run_before(left, at)
    axis, line, label = _measure(run, token.unit, sheet)
    if axis == "r" or (len(run) and axis == "c"):
        _drop(left, [*run, *used])
    else:
        _drop(left, used)
    unit = token.unit or ""
    return Condition(axis, line, sign, token.number, unit, label, token.scaled)


def _measure(run: Sequence[Token], unit: str, sheet: Sheet) -> tuple[str, int, str]:
    """(axis, column or row, label) that a number is compared with."""
    if run:
        chosen = select(run, sheet)
        columns, rows = chosen.columns, chosen.rows
        if columns:
            column = one_column(columns, sheet, unit)
            return "r", column, sheet.column_name(column)
        if rows and len(rows) == 1:
            row = next(iter(rows))
            return "c", row, sheet.row_name(row)
        run = ()
    column = one_column(frozenset(sheet.columns), sheet, unit)
    return "r", column, sheet.column_name(column)


def one_column(columns: frozenset[int], sheet: Sheet, unit: str = "") -> int:
    """The one column meant among `columns`: by unit, by header words for the unit, amounts before
    shares, a printed sum before its parts. Raises UnclearError."""
    pool = sorted(columns)
    if len(pool) > 1 and unit:
        exact = [c for c in pool if scale(sheet.unit_of_column(c))[0] == scale(unit)[0]]
        same = exact or [c for c in pool if alike(unit, sheet.unit_of_column(c))]
        heads = words()["unit_columns"].get(unit, ())
        named = [c for c in pool if any(word in key(sheet.column_name(c)) for word in heads)]
        pool = named if 0 < len(named) < len(pool) else same or named or pool
    if len(pool) > 1:
        amounts = [c for c in pool if c not in sheet.rate_columns]
        pool = amounts or pool
    if len(pool) > 1:
        sums = [c for c in pool if c in sheet.total_columns]
        pool = sums if len(sums) == 1 else pool
    if len(pool) != 1:
        raise UnclearError("column", [sheet.column_name(column) for column in pool])
    return pool[0]


def alike(asked: str, own: str) -> bool:
    if asked == "钱":
        return scale(own)[0] == "元"
    if {asked, own} <= {"度", "℃"} or {asked, own} <= {"人", "名", "位", "个"}:
        return True
    base, other = scale(asked)[0], scale(own)[0]
    loose = counters() | frozenset(words()["measures"])
    return base == other or {base, other} <= loose


def _signed(left: list[Token], token: Token, sheet: Sheet, sign: str) -> Condition:
    run = run_before(left, left.index(token))
    axis, line, label = _measure(run, "", sheet)
    _drop(left, [*run, token])
    return Condition(axis, line, sign, Fraction(0), "", label)


def _zero(left: list[Token], token: Token, sheet: Sheet) -> Condition | None:
    """没有 before a column, or 为零 behind one: the number is 0. Else the word says nothing."""
    at = left.index(token)
    ahead = _neighbour(left, at, 1, ("filler",))
    run = [ahead] if ahead is not None and _side(ahead) == "column" else []
    if not run and token.text != "没有":
        run = run_before(left, at)
    if not run:
        return None
    axis, line, label = _measure(run, "", sheet)
    _drop(left, [*run, token])
    return Condition(axis, line, "=", Fraction(0), "", label)


def _dates(left: list[Token], sheet: Sheet) -> list[AnyCondition]:
    """Dates that filter rows: where the sheet has a column of dates and no line of that name."""
    columns = date_attributes(sheet)
    if not columns:
        return []
    found: list[AnyCondition] = []
    for token in [token for token in left if token.kind == "date"]:
        if token.date[0] is not None and said_above(sheet, token) and not _is_filter(left, token):
            continue
        behind = _neighbour(left, left.index(token), 1, ("filler",))
        at_end = behind is not None and behind.kind == "behind"
        sign = behind.cue if behind is not None and at_end else "="
        attribute, used = _date_column(left, token, columns, sheet)
        _drop(left, [token, *([behind] if behind is not None and at_end else []), *used])
        found.append(DateCondition(attribute, sign, token.date))
    return found


def _is_filter(left: Sequence[Token], token: Token) -> bool:
    behind = _neighbour(left, left.index(token), 1, ())
    return behind is not None and behind.kind == "behind"


def said_above(sheet: Sheet, token: Token) -> bool:
    """Whether the heading of a sheet names the year of a date, or its month."""
    year, month, _ = token.date
    wanted = str(year) if year else f"{month}月"
    return any(wanted in text for text in sheet.named_by)


def _date_column(
    left: Sequence[Token], token: Token, columns: Sequence[Attribute], sheet: Sheet
) -> tuple[Attribute, list[Token]]:
    named: Selection = select(left, sheet, dated=True)
    for attribute in columns:
        if attribute.column in named.attributes:
            used = [t for t in left if attribute.column in _attribute_lines(t)]
            return attribute, used
    return columns[0], []


def _attribute_lines(token: Token) -> set[int]:
    return {line for name in token.names if name.kind == "attribute" for line in name.lines}
