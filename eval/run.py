"""Run: gold questions → answers → scores → reports, in one folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.answers import read_answers, replacing
from eval.asking import OpenAsked, Record
from eval.baseline import Change, marked
from eval.batch import OnProgress, run_batch
from eval.compare import compare_runs
from eval.floors import Floors
from eval.gold import GoldRow, read_gold
from eval.metrics import Tally
from eval.reports import write_reports
from eval.scored import ANSWERS, GOLD, REPORT, ROWS, outcome, score_rows
from ingest.errors import QuestionError

DONE, FAILED, BELOW_FLOOR = 0, 1, 100
AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Against:
    """The second of two configurations; `name` says how it differs from the first."""

    name: str
    open_asked: OpenAsked
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EvalResult:
    """What a run came to; `summary` is report.json without its rows."""

    summary: dict[str, Any]
    tally: Tally
    change: Change | None
    broken: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """100 below a floor, 1 where a row could not be answered, else 0."""
        if self.broken:
            return BELOW_FLOOR
        return FAILED if self.tally.whole.errors else DONE


def evaluate(
    gold: Sequence[Path],
    out: Path,
    open_asked: OpenAsked,
    *,
    jobs: int = 1,
    resume: bool = False,
    baseline: Path | None = None,
    floors: Floors | None = None,
    answers: Path | None = None,
    against: Against | None = None,
    about: dict[str, Any] | None = None,
    on_progress: OnProgress | None = None,
) -> EvalResult:
    """Ask the gold questions, score the answers and write the reports into `out`.

    `answers`: score this answer file instead of asking. `baseline`: the folder of a former run.
    `against`: a second configuration, run into `out`/against and compared question by question.
    Raises QuestionError for bad gold rows, before asking anything.
    """
    change = Change.against(baseline)
    out.mkdir(parents=True, exist_ok=True)
    collect_gold(gold, out / GOLD)
    if against is not None:
        evaluate(
            [out / GOLD],
            out / AGAINST,
            against.open_asked,
            jobs=jobs,
            resume=resume,
            about=against.about,
            on_progress=on_progress,
        )
    if answers is None:
        answers = out / ANSWERS
        context = json.dumps(about or {}, sort_keys=True, default=str)
        run_batch(
            out / GOLD,
            answers,
            open_asked,
            jobs=jobs,
            restart=not resume,
            context=context,
            on_progress=on_progress,
        )
    tally = _score(out, answers, change)
    result = _result(gold, tally, change, floors or Floors(), about)
    former = baseline
    if against is not None:
        compared = compare_runs(out, out / AGAINST, "本设置", against.name)
        result.summary["compare"] = compared.plain()
        former = baseline or out / AGAINST
    _write_report_json(out, result.summary)
    write_reports(out, result.summary, former)
    return result


def collect_gold(paths: Sequence[Path], into: Path) -> int:
    """Check all gold files and gather their rows in one; returns how many there are.

    A row without a `set` gets its file's name. Sessions of different files never mix.
    """
    files = [entry for path in paths for entry in _gold_files(path)]
    if not files:
        raise QuestionError(
            f"{'、'.join(map(str, paths))}：没有标准答案文件（.jsonl、.csv、.xlsx）"
        )
    several = len(files) > 1
    seen: dict[str, Path] = {}
    count = 0
    with replacing(into) as temporary, temporary.open("w", encoding="utf-8") as stream:
        for file in files:
            for number, row in read_gold(file):
                if seen.setdefault(row.id, file) != file:
                    other = seen[row.id].name
                    raise QuestionError(
                        f"{file.name} 第 {number} 行：id {row.id} 在 {other} 里也有"
                    )
                stream.write(json.dumps(_plain(row, file, several), ensure_ascii=False) + "\n")
                count += 1
    return count


def _gold_files(path: Path) -> list[Path]:
    return sorted(path.glob("*.jsonl")) if path.is_dir() else [path]


def _plain(row: GoldRow, file: Path, several: bool) -> dict[str, Any]:
    data: dict[str, Any] = row.model_dump(mode="json", exclude_defaults=True)
    data["expect"]["status"] = sorted(row.expect.status)
    data.setdefault("set", file.stem)
    if several and row.session is not None:
        data["session"] = f"{file.stem}:{row.session}"
    return data


def _score(out: Path, answers: Path, change: Change | None) -> Tally:
    tally = Tally()
    with replacing(out / ROWS) as temporary, temporary.open("w", encoding="utf-8") as stream:

        def rows() -> Iterator[Record]:
            nonlocal tally
            for so_far, row in score_rows(out / GOLD, read_answers(answers)):
                tally = so_far
                yield row

        for row in marked(rows(), change):
            stream.write(json.dumps(row, ensure_ascii=True, default=str) + "\n")
    return tally


def _result(
    gold: Iterable[Path],
    tally: Tally,
    change: Change | None,
    floors: Floors,
    about: dict[str, Any] | None,
) -> EvalResult:
    broken = tuple(floors.broken(tally, change))
    summary = {
        "wenbao_eval": 1,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "gold": [path.name for path in gold],
        "about": about or {},
        "summary": tally.plain(),
        "floors": {**floors.plain(), "broken": list(broken)},
        "baseline": change.plain() if change is not None else None,
    }
    return EvalResult(summary, tally, change, broken)


def _write_report_json(out: Path, summary: dict[str, Any]) -> None:
    """report.json: the summary, then one short row a question, streamed."""
    from eval.scored import read_rows_file

    head = json.dumps(summary, ensure_ascii=False, indent=2).rstrip().removesuffix("}").rstrip()
    with replacing(out / REPORT) as temporary, temporary.open("w", encoding="utf-8") as stream:
        stream.write(head + ',\n  "rows": [')
        for number, row in enumerate(read_rows_file(out)):
            stream.write(",\n    " if number else "\n    ")
            stream.write(json.dumps(_short(row), ensure_ascii=False))
        stream.write("\n  ]\n}\n")


def _short(row: Record) -> Record:
    names = ("id", "right", "graded", "wrong_figure", "status", "value", "unit", "category")
    reasons = [f"{miss['key']}: {miss['expected']} ≠ {miss['given']}" for miss in row["misses"]]
    return {**{name: row.get(name) for name in names}, "outcome": outcome(row), "misses": reasons}
