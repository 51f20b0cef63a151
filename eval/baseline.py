"""Baseline: what changed against a former run, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.score import Record
from eval.scored import outcome, read_rows_file


@dataclass(slots=True)
class Change:
    """Ids by what became of them. Newly failing: right before, not right (or an error) now."""

    former: dict[str, str]
    newly_failing: list[str] = field(default_factory=list)
    newly_right: list[str] = field(default_factory=list)
    new_rows: int = 0
    compared: int = 0

    @classmethod
    def against(cls, folder: Path | None) -> Change | None:
        """The outcomes of the run in `folder`, ready to be compared; None for no baseline."""
        if folder is None:
            return None
        return cls({row["id"]: outcome(row) for row in read_rows_file(folder)})

    def mark(self, row: Record) -> str:
        """What became of this row: same, newly_failing, newly_right or new."""
        before, now = self.former.get(row["id"]), outcome(row)
        if before is None:
            self.new_rows += 1
            return "new"
        self.compared += 1
        if before == "right" and now != "right":
            self.newly_failing.append(row["id"])
            return "newly_failing"
        if before != "right" and now == "right":
            self.newly_right.append(row["id"])
            return "newly_right"
        return "same"

    def plain(self) -> dict[str, Any]:
        return {
            "compared": self.compared,
            "new_rows": self.new_rows,
            "regressions": len(self.newly_failing),
            "newly_failing": self.newly_failing,
            "newly_right": self.newly_right,
        }


def marked(rows: Iterable[Record], change: Change | None) -> Iterator[Record]:
    for row in rows:
        yield {**row, "change": change.mark(row) if change is not None else None}
