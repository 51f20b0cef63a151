"""Accuracy of ingest on made-up reports: python -m eval.synthetic.accuracy --n 300 --seed 7.

Writes the reports in every variant, reads them with the real loader and reader, and prints a line
a variant: cells right, wrong (never allowed) and missing, publisher, year, prose figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from eval.synthetic.corpus import Made, make_corpus
from eval.synthetic.judge import Verdict, failed, judge
from ingest.errors import WenbaoError
from ingest.loaders import load
from ingest.read import read_report

FLOORS = {"pdf": 0.995, "hazard": 0.0}
FLOOR = 0.999


@dataclass(slots=True)
class Tally:
    """Sums over the files of one variant."""

    name: str
    verdicts: list[Verdict] = field(default_factory=list)

    def count(self, name: str) -> int:
        return sum(
            len(value) if isinstance(value := getattr(verdict, name), list) else int(value)
            for verdict in self.verdicts
        )

    def share(self, part: str, whole: str | None = None) -> float:
        base = self.count(whole) if whole else len(self.verdicts)
        return self.count(part) / base if base else 1.0

    @property
    def passes(self) -> bool:
        floor = FLOORS.get(self.name.split("_")[0], FLOOR)
        return self.share("right", "cells") >= floor and not self.count("wrong")


def measure(made: Iterable[Made]) -> list[tuple[Made, Verdict]]:
    """Read each file with the real pipeline and judge it."""
    results = []
    for entry in made:
        try:
            report = read_report(load(entry.path))
        except WenbaoError as error:
            results.append((entry, failed(entry.spec, str(error))))
        else:
            results.append((entry, judge(entry.spec, report)))
    return results


def tally(results: Iterable[tuple[Made, Verdict]], by: str = "name") -> list[Tally]:
    """One Tally a variant (`by` name) or family, in order of appearance."""
    tallies: dict[str, Tally] = {}
    for entry, verdict in results:
        key = getattr(entry.variant, by)
        tallies.setdefault(key, Tally(key)).verdicts.append(verdict)
    return list(tallies.values())


def table(tallies: Iterable[Tally]) -> str:
    """The printed table."""
    lines = [
        f"{'variant':<18}{'files':>6}{'cells':>8}{'right':>10}{'wrong':>7}{'missing':>9}"
        f"{'untold':>8}{'paths':>9}{'publisher':>11}{'year':>8}{'facts':>8}{'passages':>10}"
    ]
    lines += [
        f"{t.name:<18}{len(t.verdicts):>6}{t.count('cells'):>8}{t.share('right', 'cells'):>10.3%}"
        f"{t.count('wrong'):>7}{t.count('missing'):>9}{t.count('untold'):>8}"
        f"{t.share('paths', 'cells'):>9.2%}{t.share('publisher'):>11.1%}{t.share('year'):>8.1%}"
        f"{t.share('facts_found', 'facts'):>8.1%}{t.share('passages'):>10.1%}"
        for t in tallies
    ]
    return "\n".join(lines)


def faults(results: Iterable[tuple[Made, Verdict]], limit: int) -> list[str]:
    """The first faults of each file, in words."""
    lines = []
    for entry, verdict in results:
        if verdict.error:
            lines.append(f"{entry.path.name}: {verdict.error}")
            continue
        head = f"{entry.path.name} [{entry.spec.publisher} {entry.spec.year}]"
        if not (verdict.publisher and verdict.year):
            lines.append(f"{head}: taken for {verdict.named}; {list(verdict.warnings)}")
        for word, found in (("wrong", verdict.wrong), ("missing", verdict.missing)):
            lines += [
                f"{head}: {word} {fault.measure}: {fault.shown} → {fault.found}"
                for fault in found[:limit]
            ]
            if found[limit:]:
                lines.append(f"{head}: … {len(found)} {word}")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, or 100 where a variant is below its floor."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        started = time.perf_counter()
        made = list(make_corpus(folder, options.n, options.seed, options.only))
        written = time.perf_counter()
        results = measure(made)
        read = time.perf_counter()
    tallies = tally(results)
    out = sys.stdout.write
    out(table([*tallies, *tally(results, "family")]) + "\n")
    out(f"written in {written - started:.1f} s, read in {read - written:.1f} s\n")
    if options.faults:
        out("\n".join(faults(results, options.faults)) + "\n")
    if options.json:
        rows = [asdict(verdict) | {"file": entry.path.name} for entry, verdict in results]
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    return 0 if all(entry.passes for entry in tallies) else 100


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.synthetic.accuracy", description=__doc__)
    parser.add_argument("--n", type=int, default=300, help="number of files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=(), help="variants or families")
    parser.add_argument("--faults", type=int, default=0, help="show so many faults a file")
    parser.add_argument("--keep", type=Path, help="write the files here and keep them")
    parser.add_argument("--json", type=Path, help="write every verdict here")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
