"""What every command shares: the settings of this call, and how results and errors are shown.

Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import typer

if TYPE_CHECKING:
    from ingest.settings import Settings

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class Globals:
    """The options before the command; settings are read only when a command wants them."""

    data_dir: Path | None = None
    config: Path | None = None

    def settings(self) -> Settings:
        """Raises SettingsError."""
        from ingest.settings import Settings

        return Settings.load(self.config, data_dir=self.data_dir)


def settings_of(context: typer.Context) -> Settings:
    found = context.find_root().obj
    return (found if isinstance(found, Globals) else Globals()).settings()


def out(line: str) -> None:
    """One line of result."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def note(line: str) -> None:
    """One line that is not a result: a warning, an error, progress."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def out_json(row: Any) -> None:
    out(json.dumps(row, ensure_ascii=False))


def out_table(columns: Iterable[str], lines: Iterable[Iterable[object]]) -> None:
    """A table for people on a terminal, tab-separated where the output is not one."""
    if not sys.stdout.isatty():
        out("\t".join(columns))
        for line in lines:
            out("\t".join(_flat(cell) for cell in line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False)
    for line in lines:
        table.add_row(*(Text(_flat(cell)) for cell in line))  # Text: no markup from reports
    Console().print(table)


def _flat(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


class Progress(Protocol):
    def __call__(self, done: int, total: int, what: str = "") -> None: ...


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Lends a function (done, total, what) that draws a bar on a terminal's standard error."""
    if not sys.stderr.isatty():
        yield lambda done, total, what="": None
        return
    from rich import progress as bar
    from rich.console import Console

    columns = (
        bar.TextColumn("{task.description}"),
        bar.BarColumn(),
        bar.MofNCompleteColumn(),
        bar.TimeRemainingColumn(),
        bar.TextColumn("{task.fields[what]}", markup=False),
    )
    with bar.Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None, what="")

        def update(done: int, total: int, what: str = "") -> None:
            progress.update(task, completed=done, total=total, what=what[-60:])

        yield update
