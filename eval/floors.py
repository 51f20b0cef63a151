"""Floors: the limits that a run must keep, for a team's CI."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from eval.baseline import Change
from eval.metrics import Tally


@dataclass(frozen=True, slots=True)
class Floors:
    """None means no limit. `min_accuracy` is a share between 0 and 1."""

    min_accuracy: float | None = None
    max_wrong_figures: int | None = None
    max_regressions: int | None = None

    def over(self, other: Floors) -> Floors:
        """These limits, and those of `other` where these say nothing."""
        names = (entry.name for entry in fields(self))
        return Floors(
            **{
                name: getattr(other if getattr(self, name) is None else self, name)
                for name in names
            }
        )

    def broken(self, tally: Tally, change: Change | None) -> list[str]:
        """One sentence a floor that does not hold."""
        return [
            sentence
            for sentence in (
                self._accuracy(tally),
                _above(tally.whole.wrong_figures, self.max_wrong_figures, "数字错误"),
                self._regressions(change),
            )
            if sentence
        ]

    def _accuracy(self, tally: Tally) -> str | None:
        value = tally.whole.accuracy.value
        if self.min_accuracy is None:
            return None
        if value is None:
            return "没有一题得到评分，谈不上正确率"
        # A share printed as 0.95 must hold for 19 of 20, whatever the float says.
        if value + 1e-12 < self.min_accuracy:
            return f"正确率 {value:.2%} 低于 {self.min_accuracy:.2%}"
        return None

    def _regressions(self, change: Change | None) -> str | None:
        if self.max_regressions is None or change is None:
            return None
        return _above(len(change.newly_failing), self.max_regressions, "新变错的题")

    def plain(self) -> dict[str, Any]:
        return {
            "min_accuracy": self.min_accuracy,
            "max_wrong_figures": self.max_wrong_figures,
            "max_regressions": self.max_regressions,
        }


def _above(count: int, limit: int | None, what: str) -> str | None:
    if limit is None or count <= limit:
        return None
    return f"{what} {count} 个，最多允许 {limit} 个"


def share(given: float) -> float:
    """0.95 and 95 both mean 95 %."""
    return given / 100 if given > 1 else given
