"""Compile the hand-written questions in `source/*.txt` to gold rows (`*.jsonl`).

The figures come from `tables/*.txt`, taken off the pages without this project's
parser, so that a parser's error cannot hide in the gold.
Run it from anywhere: `python eval/gold/build.py [--check|--sizes]`.

A source line is `question :UNIT expression || further reading ;; flags`; the
README beside this file describes the notation.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
COLUMNS = ("np", "biz", "sci", "soc", "firm", "etc", "t")
OUTCOMES = ("keep", "fix", "oth", "pend", "t")
LEGAL = ("biz", "sci", "soc", "firm", "etc")
SUBTOTALS = {
    "deny": "secret law safety third internal process enforce query",
    "unable": "absent make unclear",
    "reject": "petition repeat pub mass confirm",
    "other": "nocorr nofee misc",
    "done": "open partial deny unable reject other",
    "load": "new carry",
    "suit": "direct after",
}
# Where each number stands in its report: label substrings by short name.
PLACES: dict[str, Any] = yaml.safe_load((HERE / "places.yaml").read_text("utf-8"))
# A sum of other rows that the form also prints as one cell.
PRINTED_AS = {"done": "total"}
STATUS = {"!": ["refused"], "?": ["clarify"], "!?": ["refused", "clarify"]}
SCALE = {"%": 100, "个百分点": 100}
CELL = re.compile(r"(?:(?:hd|y\d\d)\.)?(?P<row>[a-z_]+)(?:\.(?P<part>[a-z]+))?")
LINE = re.compile(r"^(?P<follow>> *)?(?P<question>.*?) :(?P<unit>[^\s:]*)(?: (?P<rest>.*))?$")


class Number(Fraction):
    """A total that also knows its parts: `new` is the 总计, `new.np` the 自然人 cell."""

    parts: dict[str, Fraction]
    use: Use | None = None

    @classmethod
    def of(cls, parts: dict[str, Fraction]) -> Number:
        number = cls(parts["t"])
        number.parts = parts
        return number

    def __getattr__(self, name: str) -> Fraction:
        if name == "parts" or name not in self.parts:
            raise AttributeError(name)
        if self.use is not None:
            self.use.part = name
        return self.parts[name]

    def used(self, use: Use) -> Number:
        """This number, telling `use` which of its parts is taken."""
        number = Number.of(self.parts)
        number.use = use
        return number


@dataclass
class Use:
    """A number that an expression took: of which report, by which name, and which part of it."""

    report: Report
    name: str
    part: str = "t"


@dataclass
class Report:
    """One report's numbers by short name (`new`, `deny`, `rec.fix` …); notes which are used."""

    stem: str
    numbers: dict[str, Fraction]
    printed: frozenset[str] = frozenset()
    uses: list[Use] = field(default_factory=list)

    def __getattr__(self, name: str) -> Fraction:
        found = self.numbers.get(name)
        if found is None:
            raise AttributeError(name)
        self.uses.append(Use(self, name))
        return found.used(self.uses[-1]) if isinstance(found, Number) else found


@dataclass
class Head:
    """The tags in force and the place in the file while it is read."""

    type: str = "lookup"
    difficulty: str = "easy"
    voice: str = "plain"
    rows: list[dict[str, Any]] = field(default_factory=list)
    session: str = ""


def read_report(path: Path) -> Report:
    """Numbers of one table file; unprinted sub-totals are added, identities asserted."""
    numbers: dict[str, Fraction] = {}
    for line in path.read_text("utf-8").splitlines():
        name, *cells = line.split("#")[0].split() or [""]
        if name:
            numbers[name] = _number(name, [Fraction(cell) for cell in cells])
    printed = frozenset(numbers)
    for name, members in SUBTOTALS.items():
        found = [numbers[member] for member in members.split() if member in numbers]
        if found and name not in numbers:  # the form of 2020 prints 其他处理 itself
            numbers[name] = _sum(found)
    _assert_identities(path, numbers)
    return Report(path.stem, numbers, printed)


def _number(name: str, cells: list[Fraction]) -> Fraction:
    if len(cells) == 1:
        return cells[0]
    names = COLUMNS if len(cells) == len(COLUMNS) else OUTCOMES
    parts = dict(zip(names, cells, strict=True))
    return _with_derived(parts)


def _with_derived(parts: dict[str, Fraction]) -> Number:
    if "np" in parts:
        parts["leg"] = sum((parts[name] for name in LEGAL), Fraction(0))
        assert parts["np"] + parts["leg"] == parts["t"], parts
    else:
        assert sum(parts[name] for name in OUTCOMES[:-1]) == parts["t"], parts
        parts["closed"] = parts["t"] - parts["pend"]
    return Number.of(parts)


def _sum(members: list[Fraction]) -> Number:
    tables = [member.parts for member in members if isinstance(member, Number)]
    names = COLUMNS if "np" in tables[0] else OUTCOMES
    return _with_derived({name: sum((t[name] for t in tables), Fraction(0)) for name in names})


def _assert_identities(path: Path, numbers: dict[str, Fraction]) -> None:
    load, done, total = numbers["load"], numbers["done"], numbers["total"]
    assert done == total, (path, done, total)
    assert load == total + numbers["next"], path


def show(value: Fraction) -> str:
    """Exact when the decimal ends within eight places, else twelve places."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{exact:.12f}"
    short = f"{exact:.8f}"
    chosen = short if Fraction(short) == value else text
    return chosen.rstrip("0").rstrip(".") if "." in chosen else chosen


def rounded(value: Fraction) -> str:
    """Two places, half away from zero, as a reader sees it."""
    scaled = abs(value) * 100 + Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    return f"{whole // 100}.{whole % 100:02d}"


class Compiler:
    """Source text of one file to its gold rows."""

    def __init__(self, stem: str, names: dict[str, Any]) -> None:
        self.stem, self.names, self.head = stem, names, Head()
        self.uses: list[Use] = names["uses"]

    def compile(self, text: str) -> list[dict[str, Any]]:
        for line in text.splitlines():
            if line.startswith("@"):
                self.head.type, self.head.difficulty, self.head.voice = line[1:].split()
            elif line.strip() and not line.startswith("# "):
                self._row(line)
        return self.head.rows

    def _row(self, line: str) -> None:
        found = LINE.match(line)
        if not found:
            raise ValueError(f"{self.stem}: cannot read {line!r}")
        row: dict[str, Any] = {"id": f"{self.stem}-{len(self.head.rows) + 1:03d}"}
        row["question"] = found["question"]
        self._join_session(row, bool(found["follow"]))
        row["set"] = self.stem.split("-")[1]
        row["tags"] = {k: getattr(self.head, k) for k in ("type", "difficulty", "voice")}
        try:
            row["expect"] = self._expect(found["unit"], found["rest"] or "")
        except (NameError, AttributeError, SyntaxError, TypeError) as error:
            raise ValueError(f"{self.stem}: {line!r}: {error}") from error
        self.head.rows.append(row)

    def _join_session(self, row: dict[str, Any], follows: bool) -> None:
        if follows:
            previous = self.head.rows[-1]
            row["session"] = previous.setdefault("session", f"s-{previous['id']}")

    def _expect(self, unit: str, rest: str) -> dict[str, Any]:
        self.uses.clear()
        values, *flags = [part.strip() for part in rest.split(";;")]
        if unit in STATUS:
            expect: dict[str, Any] = {"status": _single(STATUS[unit])}
        else:
            expect = {"status": "answered"} | self._values(unit or "件", values)
        counted = len(self.uses)
        for flag in flags:
            expect |= self._flag(flag)
            # Numbers in a `has` may be asked for or only be allowed: they name no cell.
            if not flag.startswith("items"):
                del self.uses[counted:]
        cells = [] if "value_any" in expect else cells_of(self.uses)
        return expect | ({"cells": cells} if cells else {})

    def _values(self, unit: str, text: str) -> dict[str, Any]:
        if unit == "*" or not text:
            return {}
        readings = [self._value(part, unit) for part in text.split("||")]
        shown = [show(reading) for reading in readings]
        expect: dict[str, Any] = {"value": shown[0], "unit": unit}
        if len(shown) > 1:
            expect["value_any"] = shown[1:]
        if unit not in SCALE and any(reading.denominator != 1 for reading in readings):
            expect["tolerance"] = "0.01" if unit != "亿元" else "0.0001"
        if len(shown) == 1 and _is_printed_cell(text.strip()):
            expect["cites"] = shown
        return expect

    def _value(self, expression: str, unit: str = "") -> Fraction:
        tree: Any = ast.parse(expression.strip(), mode="eval")
        if "only" in self.names:
            tree = ast.fix_missing_locations(Qualify(self.names["only"]).visit(tree))
        code = compile(tree, expression, "eval")
        return Fraction(eval(code, {"__builtins__": {}}, self.names)) * SCALE.get(unit, 1)

    def _flag(self, flag: str) -> dict[str, Any]:
        word, _, rest = flag.partition(" ")
        if word == "has":
            return {"contains": [self._alternatives(part) for part in rest.split()]}
        if word == "not":
            return {"not_contains": [self._fill(part) for part in rest.split()]}
        if word == "status":
            return {"status": _single(rest.split(","))}
        if word == "items":
            return {"items": [self._item(part) for part in rest.split(" / ")]}
        if word == "cites":
            return {"cites": rest.split("|")}
        if word in ("abs", "ordered"):
            return {word: True}
        if word == "tol":
            return {"tolerance": rest}
        raise ValueError(f"{self.stem}: unknown flag {flag!r}")

    def _alternatives(self, part: str) -> str | list[str | list[str]]:
        choices = [self._fill(choice) for choice in part.split("|")]
        if len(choices) == 1 and "&" not in choices[0]:
            return choices[0]
        return [choice.split("&") if "&" in choice else choice for choice in choices]

    def _fill(self, text: str) -> str:
        return re.sub(r"\{(%?)([^{}]*)\}", self._filled, text)

    def _filled(self, found: re.Match[str]) -> str:
        value = self._value(found[2], "%" if found[1] else "")
        return rounded(value) if found[1] or value.denominator > 10**6 else show(value)

    def _item(self, text: str) -> dict[str, Any]:
        label, _, expression = text.replace("{", "").replace("}", "").partition("=")
        item: dict[str, Any] = {"label": label.split("|")}
        if expression:
            percent = expression.startswith("%")
            item["value"] = show(self._value(expression.lstrip("%"), "%" if percent else ""))
        return item


class Qualify(ast.NodeTransformer):
    """`new` as `only.new`: a lone report's numbers are written bare."""

    def __init__(self, report: Report) -> None:
        self._names = report.numbers

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._names:
            return node
        return ast.Attribute(ast.Name("only", ast.Load()), node.id, ast.Load())


def cells_of(uses: list[Use]) -> list[dict[str, Any]]:
    """The cells that the used numbers stand in, once each; none at all where one of them
    stands in prose, or may as well be taken from others (审结: 总计 less 未审结, or a sum)."""
    found: dict[str, dict[str, Any]] = {}
    for use in uses:
        for name, part in members_of(use):
            cell = cell_of(use.report, name, part)
            if cell is None:
                return []
            found.setdefault(json.dumps(cell), cell)
    return list(found.values())


def members_of(use: Use) -> Iterator[tuple[str, str]]:
    """(name, part) of the printed cells behind a number."""
    name = PRINTED_AS.get(use.name, use.name)
    names = [name] if name in use.report.printed else SUBTOTALS[name].split()
    known = [name for name in names if name in use.report.numbers]
    for name in known:
        if name not in use.report.printed:
            yield from members_of(Use(use.report, name, use.part))
        else:
            yield from ((name, part) for part in (LEGAL if use.part == "leg" else (use.part,)))


def cell_of(report: Report, name: str, part: str) -> dict[str, Any] | None:
    """One cell as `expect.cells` has it; None for a name that stands in no table."""
    place = PLACES["rows"].get(name)
    if place is None or part == "closed":
        return None
    number = report.numbers[name]
    value, column = number, list(place.get("column", []))
    if isinstance(number, Number):
        value = number.parts[part]
        column.append(PLACES["outcomes" if "keep" in number.parts else "applicants"][part])
    publisher, year = PLACES["reports"][report.stem]
    row = {"row": place["row"]} if "row" in place else {}
    shown = show(value)
    return {**row, "column": column, "quote": shown, "year": year, "publisher": publisher}


def _is_printed_cell(expression: str) -> bool:
    """Whether the answer is one cell of the page, which a citation must then quote."""
    found = CELL.fullmatch(expression)
    if not found:
        return False
    return found["row"] not in SUBTOTALS and found["part"] not in ("leg", "closed")


def _single(states: list[str]) -> str | list[str]:
    return states[0] if len(states) == 1 else states


def root(value: Fraction, degree: int) -> Fraction:
    """The degree-th root to twenty places, for mean yearly growth."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return Fraction(exact ** (Decimal(1) / Decimal(degree)))


def median(values: list[Fraction]) -> Fraction:
    """The middle one, or the mean of the middle two."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def names_for(set_name: str) -> dict[str, Any]:
    """What an expression may name: a lone report's numbers bare, several by report."""
    reports = {path.stem: read_report(path) for path in sorted((HERE / "tables").glob("*.txt"))}
    haidian = reports["haidian-2024"]
    names: dict[str, Any] = {"sum": sum, "max": max, "min": min, "F": Fraction}
    names |= {"root": root, "median": median, "uses": haidian.uses}
    for report in reports.values():
        report.uses = haidian.uses
    if set_name == "haidian":
        return names | {"only": haidian}
    names["hd"] = haidian
    years = {f"y{name[-2:]}": report for name, report in reports.items() if "shili" in name}
    return names | years | {"ys": list(years.values())}


def build() -> Iterator[tuple[Path, str]]:
    for source in sorted((HERE / "source").glob("*.txt")):
        names = names_for(source.stem.split("-")[1])
        rows = Compiler(source.stem, names).compile(source.read_text("utf-8"))
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        yield HERE / f"{source.stem}.jsonl", "".join(lines)


def sizes() -> str:
    """A Markdown table of questions by type, practice and held-out."""
    counts: Counter[tuple[str, str]] = Counter()
    for target, text in build():
        part = target.stem.split("-")[0]
        counts.update((json.loads(line)["tags"]["type"], part) for line in text.splitlines())
    lines = ["| type | practice | held-out |", "|---|---:|---:|"]
    lines.extend(
        f"| {kind} | {counts[kind, 'practice']} | {counts[kind, 'heldout']} |"
        for kind in sorted({kind for kind, _ in counts})
    )
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    if "--sizes" in arguments:
        sys.stdout.write(sizes())
        return 0
    stale = []
    for target, text in build():
        if "--check" not in arguments:
            target.write_text(text, "utf-8")
        elif not target.exists() or target.read_text("utf-8") != text:
            stale.append(target.name)
        sys.stdout.write(f"{target.name}: {text.count(chr(10))}\n")
    sys.stdout.writelines(f"stale: {name}\n" for name in stale)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
