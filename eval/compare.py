"""Compare: two configurations on the same questions, paired, with an exact test.

A row counts as a pair when both runs graded it. McNemar's exact test looks only at the pairs that
differ: were both equally good, each would be as likely to be the right one (binomial, 1/2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.metrics import Rate
from eval.scored import read_rows_file


def mcnemar_exact(only_a: int, only_b: int) -> float:
    """The two-sided exact p-value for `only_a` pairs won by one side and `only_b` by the other."""
    n = only_a + only_b
    if n == 0:
        return 1.0
    tail = 0
    ways = 1  # n over k
    for k in range(min(only_a, only_b) + 1):
        tail += ways
        ways = ways * (n - k) // (k + 1)
    # Integers up to the end: 2**n overflows a float from n = 1024 on.
    share: float = (2 * tail * 10**18 // 2**n) / 10**18
    return min(1.0, share)


@dataclass(slots=True)
class Comparison:
    """Two runs paired by question id; `only_a` and `only_b` are ids that just one got right."""

    name_a: str
    name_b: str
    accuracy_a: Rate = field(default_factory=Rate)
    accuracy_b: Rate = field(default_factory=Rate)
    wrong_figures_a: int = 0
    wrong_figures_b: int = 0
    only_a: list[str] = field(default_factory=list)
    only_b: list[str] = field(default_factory=list)
    unpaired: int = 0

    @property
    def p_value(self) -> float:
        return mcnemar_exact(len(self.only_a), len(self.only_b))

    def plain(self) -> dict[str, Any]:
        return {
            "a": self._side(self.name_a, self.accuracy_a, self.wrong_figures_a),
            "b": self._side(self.name_b, self.accuracy_b, self.wrong_figures_b),
            "paired": self.accuracy_a.n,
            "unpaired": self.unpaired,
            "only_a": self.only_a,
            "only_b": self.only_b,
            "p_value": self.p_value,
        }

    @staticmethod
    def _side(name: str, accuracy: Rate, wrong_figures: int) -> dict[str, Any]:
        return {"name": name, "accuracy": accuracy.plain(), "wrong_figures": wrong_figures}


def compare_runs(folder_a: Path, folder_b: Path, name_a: str, name_b: str) -> Comparison:
    """Pair the scored rows of two runs by id. Raises QuestionError where a folder has none."""
    result = Comparison(name_a, name_b)
    others = {
        row["id"]: (row["right"], row["graded"], row["wrong_figure"])
        for row in read_rows_file(folder_b)
    }
    for row in read_rows_file(folder_a):
        right_b, graded_b, wrong_b = others.pop(row["id"], (False, False, False))
        if not (row["graded"] and graded_b):
            result.unpaired += 1
            continue
        result.accuracy_a.add(row["right"])
        result.accuracy_b.add(right_b)
        result.wrong_figures_a += row["wrong_figure"]
        result.wrong_figures_b += wrong_b
        if row["right"] != right_b:
            (result.only_a if row["right"] else result.only_b).append(row["id"])
    result.unpaired += len(others)
    return result
