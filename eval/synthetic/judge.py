"""Judge: what ingest made of a file against what the file shows, cell by cell.

A cell is right, missing (not found: people are told) or wrong (found as something else: nobody
is told). Wrong is what must never happen; a blank read as 0 is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from eval.synthetic.prose import Fact
from eval.synthetic.spec import GoldCell, Spec
from ingest.figure import Figure, Place, Report

SCALES = {"万元": 10_000}


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that is not right: its measure, what is shown, what was found."""

    measure: str
    shown: str
    found: str


@dataclass(slots=True)
class Verdict:
    """What one file came to."""

    cells: int = 0
    right: int = 0
    wrong: list[Fault] = field(default_factory=list)
    missing: list[Fault] = field(default_factory=list)
    paths: int = 0  # right cells whose innermost labels are right as well
    publisher: bool = False
    year: bool = False
    named: str = ""  # the publisher and year that were found
    facts: int = 0
    facts_found: int = 0
    passages: bool = False
    warnings: tuple[str, ...] = ()
    error: str = ""

    @property
    def untold(self) -> bool:
        return bool(self.missing) and not self.warnings and not self.error


def judge(spec: Spec, report: Report) -> Verdict:
    """Everything that is measured on one file."""
    verdict = Verdict(warnings=report.warnings)
    _judge_cells(spec, report.figures, verdict)
    verdict.publisher = simplified(report.publisher) == spec.publisher
    verdict.year = report.year == spec.year
    verdict.named = f"{report.publisher} {report.year}"
    prose = [figure for figure in report.figures if figure.place is Place.PROSE]
    verdict.facts = len(spec.facts)
    verdict.facts_found = sum(_has_fact(prose, fact) for fact in spec.facts)
    texts = [bare(passage.text) for passage in report.passages]
    verdict.passages = all(any(bare(text) in t for t in texts) for text in spec.problems)
    return verdict


def failed(spec: Spec, error: str) -> Verdict:
    """A file that could not be read at all."""
    cells = spec.gold()
    faults = [Fault(cell.measure, cell.printed.raw, "unread") for cell in cells]
    return Verdict(len(cells), missing=faults, facts=len(spec.facts), error=error)


def _judge_cells(spec: Spec, figures: Iterable[Figure], verdict: Verdict) -> None:
    found: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.place is Place.TABLE and figure.measure:
            found[figure.measure].append(figure)
    for cell in spec.gold():
        verdict.cells += 1
        _judge_cell(cell, found.pop(cell.measure, []), verdict)
    for measure, extra in found.items():
        verdict.wrong.append(Fault(measure, "nothing", _shown(extra)))


def _judge_cell(cell: GoldCell, found: Sequence[Figure], verdict: Verdict) -> None:
    shown = f"{cell.printed.raw!r} ({cell.printed.kind})"
    if not found:
        verdict.missing.append(Fault(cell.measure, shown, "nothing"))
    elif len({(figure.value, figure.kind) for figure in found}) > 1 or not _same(cell, found[0]):
        verdict.wrong.append(Fault(cell.measure, shown, _shown(found)))
    elif len(found) > 1:
        verdict.wrong.append(Fault(cell.measure, shown, f"{len(found)} times"))
    else:
        verdict.right += 1
        verdict.paths += _same_path(cell, found[0])


def _same(cell: GoldCell, figure: Figure) -> bool:
    return figure.value == cell.printed.value and figure.kind.value == cell.printed.kind


def _shown(figures: Sequence[Figure]) -> str:
    return "; ".join(f"{figure.raw!r} {figure.value} ({figure.kind})" for figure in figures)


def _same_path(cell: GoldCell, figure: Figure) -> bool:
    row = not cell.row or (bool(figure.row) and bare(cell.row[-1]) in bare(figure.row[-1]))
    return row and bool(figure.column) and bare(cell.column[-1]) in bare(figure.column[-1])


def _has_fact(figures: Iterable[Figure], fact: Fact) -> bool:
    return any(_value(figure) == fact.value * SCALES.get(fact.unit, 1) for figure in figures)


def _value(figure: Figure) -> Decimal | None:
    """The value in the plain unit: 1.2 (万件) and 12000 (件) are the same reading."""
    if figure.value is None:
        return None
    return figure.value * 10_000 if figure.unit.startswith("万") else figure.value


def bare(text: str) -> str:
    """Text without width, space, punctuation, numbering, and in simplified characters."""
    folded = unicodedata.normalize("NFKC", simplified(text))
    folded = re.sub(r"^\s*(\(?[一二三四五六七八九十]\)?[、.]?|\d[.、])", "", folded.strip())
    return re.sub(r"[\W_]", "", folded)


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    return str(_converter().convert(text))
