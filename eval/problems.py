"""Problems: what is wrong with a question or gold file, by row, told together."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import QuestionError

SHOWN = 20


class Problems:
    """Collects row errors of one file; stops collecting after `SHOWN` but goes on counting."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._lines: list[str] = []

    def add(self, row: int, message: str) -> None:
        self.count += 1
        if len(self._lines) < SHOWN:
            self._lines.append(f"{self.path.name} 第 {row} 行：{message}")

    def raise_if_any(self) -> None:
        """Raises QuestionError with one line a problem, the first `SHOWN` of them."""
        if not self.count:
            return
        lines = list(self._lines)
        if self.count > len(lines):
            lines.append(f"{self.path.name}：另有 {self.count - len(lines)} 行有误，未一一列出")
        raise QuestionError("\n".join(lines))
