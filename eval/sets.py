"""Sets: gold files with the reports they are asked over and the floors they must keep.

A manifest (eval/gold/sets.yaml) lists them. Each set gets a fresh data directory of its own for
the time of the run, so that what a person has stored never changes a score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.asking import OpenAssistant
from eval.batch import OnProgress
from eval.floors import Floors
from eval.question import sentence
from eval.run import Against, EvalResult, evaluate
from ingest.errors import QuestionError

if TYPE_CHECKING:
    from ingest.settings import Settings


class FloorsEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    min_accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    max_wrong_figures: Annotated[int, Field(ge=0)] | None = None
    max_regressions: Annotated[int, Field(ge=0)] | None = None


class GoldSet(BaseModel):
    """`gold` are patterns and `reports` paths, both relative to the manifest's folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    gold: list[str]
    reports: list[str]
    optional: bool = False
    floors: FloorsEntry = FloorsEntry()

    def gold_files(self, folder: Path) -> list[Path]:
        return sorted(path for pattern in self.gold for path in _matching(folder, pattern))

    def report_files(self, folder: Path) -> list[Path]:
        return [path for pattern in self.reports for path in _matching(folder, pattern)]

    def missing(self, folder: Path) -> str | None:
        """What an optional set lacks here; None where it can run.

        Raises QuestionError where a set that is not optional lacks something.
        """
        for pattern in (*self.gold, *self.reports):
            if not _matching(folder, pattern):
                if self.optional:
                    return pattern
                raise QuestionError(f"题集 {self.name}：{folder} 里没有符合 {pattern} 的文件")
        return None


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sets: list[GoldSet]


def _matching(folder: Path, pattern: str) -> list[Path]:
    """Files of a pattern that may begin with ../"""
    base = folder.resolve()
    while pattern.startswith("../"):
        base, pattern = base.parent, pattern.removeprefix("../")
    return sorted(base.glob(pattern))


def read_sets(manifest: Path) -> Iterator[GoldSet]:
    """The sets of a manifest. Raises QuestionError naming file and key."""
    import yaml

    try:
        data: Any = yaml.safe_load(manifest.read_text(encoding="utf-8"))
        found = _Manifest.model_validate(data)
    except OSError as error:
        raise QuestionError(f"{manifest}：无法读取：{error}") from error
    except yaml.YAMLError as error:
        raise QuestionError(f"{manifest}：不是可读的 YAML：{error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise QuestionError(f"{manifest}：{sentence(first)}") from error
    yield from found.sets


def run_set(
    entry: GoldSet,
    folder: Path,
    out: Path,
    settings: Settings,
    *,
    jobs: int = 1,
    baseline: Path | None = None,
    floors: Floors | None = None,
    against: Callable[[Settings], Against] | None = None,
    on_progress: OnProgress | None = None,
) -> EvalResult:
    """Store the set's reports in a temporary data directory, ask its questions, keep its floors.

    Limits that `floors` gives go before those of the manifest. `against` opens a second
    configuration over the settings of that directory.

    Raises QuestionError where a report cannot be stored: its questions would be scored against
    a store that is not the one they were written for.
    """
    with TemporaryDirectory(prefix="wenbao-eval-") as place:
        own = replace(settings, data_dir=Path(place), database_url=None, chroma_url=None)
        _store(entry, entry.report_files(folder), own)
        return evaluate(
            entry.gold_files(folder),
            out,
            OpenAssistant(own),
            jobs=jobs,
            baseline=baseline,
            floors=(floors or Floors()).over(Floors(**entry.floors.model_dump())),
            against=against(own) if against is not None else None,
            about={"set": entry.name, "reports": len(entry.report_files(folder))},
            on_progress=on_progress,
        )


def _store(entry: GoldSet, reports: list[Path], settings: Settings) -> None:
    from ingest.pipeline import ingest

    for row in ingest(settings, reports):
        if row.status == "failed":
            raise QuestionError(f"题集 {entry.name}：{row.error}")
