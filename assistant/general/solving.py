"""Solving: a tokenized question over one sheet to an Outcome, by a fixed order of operations."""

from __future__ import annotations

from collections.abc import Callable

from assistant.general.conditions import UnclearError, alike
from assistant.general.outcome import Outcome, into_unit
from assistant.general.shares import Shares

_REDUCING = (
    "sum",
    "mean",
    "share",
    "percent",
    "times",
    "growth",
    "versus",
    "difference",
    "max",
    "min",
)


class Solver(Shares):
    """One question over one sheet, worked out by the first operation that its words ask for."""

    def solve(self) -> Outcome:
        """The outcome. Raises UnclearError where the sheet does not settle the question."""
        outcome = self._operation()()
        wanted = self._wanted_unit
        self._check_unit(outcome, wanted)
        if outcome.node is not None and wanted:
            outcome.node, outcome.unit = into_unit(outcome.node, outcome.unit, wanted)
        if outcome.node is not None and not outcome.unit and self._said_unit:
            outcome.unit = self._said_unit
            if outcome.op != "count":
                outcome.notes.append(f"unit:{self._said_unit}")
        return outcome

    def _check_unit(self, outcome: Outcome, wanted: str) -> None:
        """A number of another kind than the unit asked for is not what was asked."""
        given = outcome.unit
        if outcome.node is None or not wanted or wanted == "钱":
            return
        if not given and wanted in ("亿元", "万亿元") and outcome.op != "count":
            raise UnclearError("units", [wanted])  # the table says nothing of its own unit
        if given and given != "个百分点" and not alike(wanted, given):
            raise UnclearError("units", [given, wanted])

    def _operation(self) -> Callable[[], Outcome]:
        self._check_dates()
        if self.sheet.fields and not self._has(*_REDUCING):
            return self._field
        return self._comparing() or self._ordering() or self._naming()

    def _comparing(self) -> Callable[[], Outcome] | None:
        if self._has("share") or (self._has("percent") and self._has("inside")):
            return self._share
        if self._has("times"):
            return self._times
        changed = self._has("growth") or (self._has("percent") and self._has("more", "less"))
        if changed and self._sides() is not None:
            return self._growth
        if self._has("versus", "difference") or (self._has("more", "less") and self._sides()):
            return self._difference
        return None

    def _ordering(self) -> Callable[[], Outcome] | None:
        if self._has("max", "min", "latest", "earliest"):
            return self._extreme
        if any(token.kind == "rank" for token in self.left):
            return self._ranked
        return None

    def _naming(self) -> Callable[[], Outcome]:
        if self._asks_text():
            return self._text
        if self._counts():
            return self._count
        if self._has("which") and (self.conditions or self._names_rows()):
            return self._listing
        return self._values
