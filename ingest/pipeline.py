"""From files to the stores: find, load, read, write; one row of outcome a file.

Reports are written in batches (ingest/store/keeper.py has the steps, and what happens when a run
ends early). A file that fails is one failed row; the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ingest.errors import LoadError, WenbaoError
from ingest.figure import Report
from ingest.settings import Settings
from ingest.store.keeper import Checkpoint, Keeper
from ingest.store.library import Library
from ingest.store.rows import ReportInfo, storable
from ingest.store.writer import Known

if TYPE_CHECKING:
    from ingest.store.vectors import Vectors

IngestStatus = Literal["stored", "unchanged", "replaced", "failed"]
Progress = Callable[[int, int, str], None]  # files done, files in all, the source in work

_BATCH_REPORTS = 16
_BATCH_FIGURES = 20_000  # bounds memory where reports are huge


@dataclass(frozen=True, slots=True)
class IngestRow:
    """What became of one source; the row of the command-line contract."""

    source: str
    status: IngestStatus
    report_id: str | None = None
    title: str | None = None
    publisher: str | None = None
    year: int | None = None
    figures: int = 0
    passages: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None

    def record(self) -> dict[str, Any]:
        return {**asdict(self), "warnings": list(self.warnings)}


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a person said about the reports, against what the reports say."""

    publisher: str | None = None
    year: int | None = None

    def agree(self, known: Known) -> bool:
        return self.publisher in (None, known.publisher) and self.year in (None, known.year)


def ingest(
    settings: Settings,
    sources: Iterable[str | Path],
    *,
    publisher: str | None = None,
    year: int | None = None,
    on_progress: Progress | None = None,
    library: Library | None = None,
    vectors: Vectors | None = None,
    wait: float = 0.0,
    checkpoint: Checkpoint | None = None,
) -> Iterator[IngestRow]:
    """Store every report found under `sources` (files, folders, URLs); a row for each, in order.

    `publisher` and `year` override what the reports say. `library` and `vectors` default to those
    of `settings`. `wait`: seconds to wait for another writer. A row is yielded when its report
    can be asked about. Raises StoreLockedError, and StoreError where the stores refuse altogether.
    """
    from ingest.loaders import find_sources

    overrides = Overrides(publisher, year)
    with _opened(settings, library) as shelf, shelf.writer(wait=wait) as writer:
        keeper = Keeper(settings, shelf, writer, vectors, checkpoint)
        keeper.recover()
        found = list(find_sources(sources))
        queue = _Queue(keeper)
        for done, source in enumerate(found):
            if on_progress:
                on_progress(done, len(found), source)
            yield from queue.push(source, partial(_outcome, source, overrides, shelf, keeper))
        yield from queue.flush()
        if on_progress:
            on_progress(len(found), len(found), "")


def remove(
    settings: Settings, report_ids: Sequence[str], *, library: Library | None = None
) -> list[str]:
    """Take reports away with their figures, passages and vectors. Returns the ids there were.

    Raises StoreError, StoreLockedError.
    """
    with _opened(settings, library) as shelf, shelf.writer() as writer:
        there = writer.remove(report_ids)
        Keeper(settings, shelf, writer).clear()
        return there


def refresh(
    settings: Settings,
    *,
    library: Library | None = None,
    vectors: Vectors | None = None,
    wait: float = 0.0,
) -> None:
    """Finish what an interrupted run left, and make the vectors that the model in force lacks.

    Raises StoreError, StoreLockedError.
    """
    with _opened(settings, library) as shelf, shelf.writer(wait=wait) as writer:
        Keeper(settings, shelf, writer, vectors).recover()


@contextmanager
def _opened(settings: Settings, library: Library | None) -> Iterator[Library]:
    """The library given, or one of our own, closed at the end."""
    if library is not None:
        yield library
        return
    with Library.open(settings) as own:
        yield own


def _outcome(
    source: str, overrides: Overrides, library: Library, keeper: Keeper
) -> Report | IngestRow:
    """The report that `source` holds, or the row that says why there is nothing to write."""
    try:
        return _read(source, overrides, library, keeper)
    except LoadError as error:
        return _failed(source, error.reason)
    except WenbaoError as error:
        return _failed(source, str(error))
    # The one boundary where anything may come up: a page that nobody foresaw must not take the
    # other thousand files of the run with it.
    except Exception as error:  # noqa: BLE001
        return _failed(source, f"{type(error).__name__}: {error}")


def _read(
    source: str, overrides: Overrides, library: Library, keeper: Keeper
) -> Report | IngestRow:
    from ingest.loaders import load
    from ingest.loaders.sources import is_url, read_bytes
    from ingest.read import read_report

    def unchanged(content_hash: str) -> IngestRow | None:
        known = keeper.writer.known(content_hash)
        if known and known.current and overrides.agree(known):
            return _unchanged(source, library.report(known.id))
        return None

    # hashed before it is parsed: a second run over thousands of files takes seconds
    if not is_url(source) and (row := unchanged(sha256(read_bytes(source)).hexdigest())):
        return row
    document = load(source)
    if row := unchanged(document.content_hash):
        return row
    report = read_report(document, publisher=overrides.publisher, year=overrides.year)
    known = keeper.writer.known(report.content_hash)
    if known and known.same_as(report) and (row := _unchanged(source, library.report(known.id))):
        return row
    warnings = tuple(dict.fromkeys([*document.warnings, *report.warnings]))
    return replace(report, warnings=warnings)


class _Queue:
    """Outcomes in the order of their sources; reports among them wait for a full batch."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._waiting: list[tuple[str, Report | IngestRow]] = []

    def push(self, source: str, read: Callable[[], Report | IngestRow]) -> Iterator[IngestRow]:
        outcome = read()
        if self._clashes(outcome):
            yield from self.flush()
            outcome = read()  # against what is stored now
        self._waiting.append((source, outcome))
        reports = self._reports
        figures = sum(len(report.figures) for report in reports)
        if not reports or len(reports) >= _BATCH_REPORTS or figures >= _BATCH_FIGURES:
            yield from self.flush()

    def flush(self) -> Iterator[IngestRow]:
        """Write the reports that wait, then yield all rows that wait."""
        waiting, reports = self._waiting, self._reports
        written = iter(self._keeper.write(reports) if reports else [])
        self._waiting = []
        for source, outcome in waiting:
            if isinstance(outcome, IngestRow):
                yield outcome
                continue
            result = next(written)
            if result.status is None:
                yield _failed(source, result.error)
            else:
                yield _row(source, result.status, outcome, result.pushed_out)

    @property
    def _reports(self) -> list[Report]:
        return [outcome for _, outcome in self._waiting if isinstance(outcome, Report)]

    def _clashes(self, outcome: Report | IngestRow) -> bool:
        """Whether what was read depends on a report that still waits to be written."""
        if isinstance(outcome, IngestRow):
            return outcome.report_id in {report.id for report in self._reports}
        return any(
            outcome.id == other.id or outcome.content_hash == other.content_hash
            for other in self._reports
        )


def _row(source: str, status: IngestStatus, report: Report, pushed_out: Sequence[str]) -> IngestRow:
    others = [old for old in pushed_out if old != report.source]
    warnings = [*report.warnings, *(f"取代了先前存入的报告（来源：{old}）" for old in others)]
    return IngestRow(
        source=storable(source),
        status=status,
        report_id=report.id,
        title=report.title,
        publisher=report.publisher,
        year=report.year,
        figures=len(report.figures),
        passages=len(report.passages),
        warnings=tuple(warnings),
    )


def _unchanged(source: str, info: ReportInfo | None) -> IngestRow | None:
    if info is None:
        return None
    return IngestRow(
        source=storable(source),
        status="unchanged",
        report_id=info.id,
        title=info.title,
        publisher=info.publisher,
        year=info.year,
        figures=info.figures,
        passages=info.passages,
        warnings=info.warnings,
    )


def _failed(source: str, error: str) -> IngestRow:
    one_line = " ".join(error.split())
    return IngestRow(source=storable(source), status="failed", error=storable(one_line))
