"""Metrics: rates with their intervals, tallied row by row, whole and by tag."""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from eval.gold import GoldRow
from eval.grounding import Grounding
from eval.score import Judgement, Record

Z95 = 1.959963984540054


@dataclass(slots=True)
class Rate:
    """`hits` of `n`."""

    hits: int = 0
    n: int = 0

    def add(self, hit: bool | None) -> None:
        """Count one; None was not judged and does not count."""
        if hit is not None:
            self.n += 1
            self.hits += hit

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.hits, self.n)

    def plain(self) -> dict[str, Any]:
        interval = self.interval
        return {
            "value": _rounded(self.value),
            "hits": self.hits,
            "n": self.n,
            "interval95": [_rounded(end) for end in interval] if interval else None,
        }


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """The Wilson score interval at 95 % (Wilson 1927); None for n = 0."""
    if not n:
        return None
    share, spread = hits / n, Z95**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(slots=True)
class Detection:
    """Precision and recall of giving a status: `given` it, `due`, and both."""

    due: int = 0
    given: int = 0
    precise: int = 0
    found: int = 0

    def add(self, *, due: bool, allowed: bool, given: bool) -> None:
        """`due`: nothing but not answering was right and this was allowed."""
        self.due += due
        self.given += given
        self.precise += given and allowed
        self.found += given and due

    def plain(self) -> dict[str, Any]:
        return {
            "precision": Rate(self.precise, self.given).plain(),
            "recall": Rate(self.found, self.due).plain(),
        }


@dataclass(slots=True)
class Ranks:
    """hit@k and mean reciprocal rank of the first citation that shows what was due."""

    n: int = 0
    reciprocal: float = 0.0
    hits: Counter[int] = field(default_factory=Counter)

    def add(self, rank: int | None) -> None:
        self.n += 1
        if rank is not None:
            self.reciprocal += 1 / rank
            self.hits.update(k for k in (1, 3, 5) if rank <= k)

    def plain(self) -> dict[str, Any]:
        rates = {f"hit@{k}": Rate(self.hits[k], self.n).plain() for k in (1, 3, 5)}
        return {**rates, "mrr": _rounded(self.reciprocal / self.n) if self.n else None, "n": self.n}


@dataclass(slots=True)
class Group:
    """What is counted of each tag value, too."""

    rows: int = 0
    errors: int = 0
    wrong_figures: int = 0
    accuracy: Rate = field(default_factory=Rate)

    def add(self, judged: Judgement) -> None:
        self.rows += 1
        self.errors += not judged.graded
        self.wrong_figures += judged.wrong_figure
        self.accuracy.add(judged.right if judged.graded else None)

    def plain(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "errors": self.errors,
            "accuracy": self.accuracy.plain(),
            "wrong_figures": self.wrong_figures,
            "wrong_figure_rate": Rate(self.wrong_figures, self.accuracy.n).plain(),
        }


@dataclass(slots=True)
class Tally:
    """Everything that a report says of a run; holds counts and latencies, no rows."""

    whole: Group = field(default_factory=Group)
    parts: dict[str, Rate] = field(default_factory=lambda: defaultdict(Rate))
    refusal: Detection = field(default_factory=Detection)
    clarify: Detection = field(default_factory=Detection)
    recall: Rate = field(default_factory=Rate)
    precision: Rate = field(default_factory=Rate)
    ranks: Ranks = field(default_factory=Ranks)
    grounded: Rate = field(default_factory=Rate)
    categories: Counter[str] = field(default_factory=Counter)
    latencies: array[float] = field(default_factory=lambda: array("d"))
    groups: dict[str, dict[str, Group]] = field(default_factory=dict)

    def add(
        self,
        gold: GoldRow,
        answer: Record,
        judged: Judgement,
        *,
        category: str | None,
        grounding: Grounding | None,
    ) -> None:
        self.whole.add(judged)
        for tag, value in [("set", gold.set), *gold.tags.items()]:
            if value is not None:
                self.groups.setdefault(tag, {}).setdefault(value, Group()).add(judged)
        if category is not None:
            self.categories[category] += 1
        latency = answer.get("latency_ms")
        if isinstance(latency, int | float):
            self.latencies.append(latency)
        if judged.graded:
            self._add_graded(gold, answer, judged, grounding)

    def _add_graded(
        self, gold: GoldRow, answer: Record, judged: Judgement, grounding: Grounding | None
    ) -> None:
        for name in ("status", "value", "unit", "items"):
            self.parts[name].add(getattr(judged, f"{name}_right"))
        allowed = gold.expect.status
        for status, detection in (("refused", self.refusal), ("clarify", self.clarify)):
            detection.add(
                due="answered" not in allowed and status in allowed,
                allowed=status in allowed,
                given=answer.get("status") == status,
            )
        if judged.cited is not None:
            found, due, precise, given = judged.cited
            self.recall.hits, self.recall.n = self.recall.hits + found, self.recall.n + due
            self.precision.hits += precise
            self.precision.n += given
        if judged.ranked:
            self.ranks.add(judged.citation_rank)
        if grounding is not None:
            self.grounded.hits += grounding.traced
            self.grounded.n += grounding.digits

    def plain(self) -> dict[str, Any]:
        """As report.json has it."""
        return {
            **self.whole.plain(),
            "status": self.parts["status"].plain(),
            "value": self.parts["value"].plain(),
            "unit": self.parts["unit"].plain(),
            "items": self.parts["items"].plain(),
            "refusal": self.refusal.plain(),
            "clarify": self.clarify.plain(),
            "citation_cells": {
                "precision": self.precision.plain(),
                "recall": self.recall.plain(),
            },
            "retrieval": self.ranks.plain(),
            "groundedness": self.grounded.plain(),
            "latency_ms": {f"p{share}": percentile(self.latencies, share) for share in (50, 95)},
            "error_categories": dict(self.categories.most_common()),
            "by_tag": {
                tag: {value: group.plain() for value, group in sorted(values.items())}
                for tag, values in sorted(self.groups.items())
            },
        }


def percentile(values: array[float], share: int) -> float | None:
    """The nearest-rank percentile, in the values' unit."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)], 3)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
