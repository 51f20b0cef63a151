"""How often the support check is right: `python -m eval.support [--set heldout] [--list]`.

passed wrongly: sentences that the passage does not bear out and the check lets through (the worst
fault); kept: sentences that it bears out and the check lets through.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from assistant.llm.support import fault
from ingest.form import read_yaml

SETS = ("dev", "heldout")
HOLDS = "right"
YEAR, PLACES = 2024, ("示例市示例区人民政府", "示例区")


@dataclass(frozen=True)
class Pair:
    """A sentence beside a passage; `kind` is `HOLDS` or the kind of its fault."""

    passage: str
    sentence: str
    kind: str


def pairs(name: str) -> Iterator[Pair]:
    for row in read_yaml(files("eval") / "support" / f"{name}.yaml"):
        for sentence in row["right"]:
            yield Pair(row["passage"], sentence, HOLDS)
        for kind, sentence in row["wrong"].items():
            yield Pair(row["passage"], sentence, str(kind))


def judged(name: str) -> list[tuple[Pair, str]]:
    """Each pair with what the check says against it ("" where it lets it through)."""
    return [(one, fault(one.sentence, one.passage, YEAR, PLACES)) for one in pairs(name)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.support", description=__doc__)
    parser.add_argument("--set", choices=SETS, default="dev")
    parser.add_argument("--list", action="store_true", help="show each pair judged wrongly")
    options = parser.parse_args()
    found = judged(options.set)
    passed = [(one, said) for one, said in found if not said]
    true = sum(one.kind == HOLDS for one, _ in found)
    right = sum(one.kind == HOLDS for one, _ in passed)
    wrong = Counter(one.kind for one, _ in passed if one.kind != HOLDS)
    sys.stdout.write(
        f"{options.set}: {len(found)} pairs, {true} borne out; let through {len(passed)}; "
        f"precision {right / max(1, len(passed)):.3f}, recall {right / max(1, true):.3f}; "
        f"passed wrongly {dict(wrong)}\n"
    )
    for one, said in found if options.list else ():
        if (one.kind == HOLDS) == bool(said):
            sys.stdout.write(f"  {one.kind}: {one.sentence} | {said or 'passed'}\n")


if __name__ == "__main__":
    main()
