"""wenbao eval: score answers to gold questions; the options of the command, and what each leads to.

Nothing heavy is imported here, because every call of `wenbao` passes through.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.context import FAILED, USAGE, note, progress_bar, settings_of

if TYPE_CHECKING:
    from eval.floors import Floors
    from eval.run import Against, EvalResult
    from eval.sets import GoldSet
    from ingest.settings import Settings

BELOW_FLOOR = 100
# Settings that a report shows, so that two runs can be told apart.
ABOUT = ("data_dir", "embedding_model", "retriever", "reranker", "llm", "llm_uses")


def evaluate(
    context: typer.Context,
    target: Annotated[
        Path,
        typer.Option(
            "--out", metavar="文件夹", help="报告写到这个文件夹（--from-batch 时是 .jsonl 文件）。"
        ),
    ],
    gold: Annotated[
        list[Path] | None,
        typer.Argument(metavar="标准答案", help="带 expect 的问题文件，或装着它们的文件夹。"),
    ] = None,
    min_accuracy: Annotated[
        float | None, typer.Option(metavar="比例", min=0, max=100, help="正确率下限：0.95 或 95。")
    ] = None,
    max_wrong_figures: Annotated[
        int | None, typer.Option(metavar="个数", min=0, help="数字错误最多几个。")
    ] = None,
    max_regressions: Annotated[
        int | None, typer.Option(metavar="个数", min=0, help="比 --baseline 新变错的最多几题。")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="文件夹", help="上次评测的 --out 文件夹，用来对比。")
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="进程数", min=1, help="同时用几个进程。")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="接着上次中断的评测。")] = False,
    answers: Annotated[
        Path | None, typer.Option(metavar="答案文件", help="给已有的答案打分，不再提问。")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="设置=值", help="再用另一种设置跑一遍并逐题比较；可多次给出。"),
    ] = None,
    sets: Annotated[
        Path | None, typer.Option(metavar="YAML 文件", help="按清单装入报告并评测各题集。")
    ] = None,
    tableqa: Annotated[
        Path | None, typer.Option(metavar="文件", help="表格问答格式的问题文件。")
    ] = None,
    from_batch: Annotated[
        Path | None,
        typer.Option(metavar="文件", help="把人工更正过的答案 Excel 或差评记录变成标准答案。"),
    ] = None,
) -> None:
    """评测：回答标准问题并打分，写出报告；低于下限时退出码 100。"""
    floors = _Limits(min_accuracy, max_wrong_figures, max_regressions)
    modes = [bool(gold), tableqa is not None, from_batch is not None, sets is not None]
    if sum(modes) != 1:
        _usage("标准答案文件、--sets、--tableqa、--from-batch 须给出其一，且只给其一。")
    if max_regressions is not None and baseline is None:
        _usage("--max-regressions 要与 --baseline 一起用。")
    if answers is not None and against:
        _usage("--answers 给已有的答案打分，不能再与 --against 一起用。")
    if not gold and (answers is not None or resume):
        _usage("--answers 和 --resume 要与标准答案文件一起用。")
    if (tableqa or from_batch) and (against or baseline or floors.given):
        _usage("--tableqa 和 --from-batch 没有下限，也不作比较。")
    if tableqa is not None:
        raise typer.Exit(_tableqa(tableqa, target))
    if from_batch is not None:
        raise typer.Exit(_harvest(from_batch, target))
    settings, other = settings_of(context), _against(context, against or [])
    if sets is not None:
        set_run = _SetsRun(settings, sets, target, jobs, baseline, floors)
        raise typer.Exit(set_run.perform(other))
    run = _GoldRun(settings, gold or [], target, jobs, resume, baseline, answers, floors)
    raise typer.Exit(run.perform(other.opened(settings) if other else None))


@dataclass(frozen=True)
class _Limits:
    min_accuracy: float | None
    max_wrong_figures: int | None
    max_regressions: int | None

    @property
    def given(self) -> bool:
        limits = (self.min_accuracy, self.max_wrong_figures, self.max_regressions)
        return any(limit is not None for limit in limits)

    def floors(self) -> Floors:
        from eval.floors import Floors, share

        accuracy = None if self.min_accuracy is None else share(self.min_accuracy)
        return Floors(accuracy, self.max_wrong_figures, self.max_regressions)


@dataclass(frozen=True)
class _GoldRun:
    settings: Settings
    gold: list[Path]
    target: Path
    jobs: int
    resume: bool
    baseline: Path | None
    answers: Path | None
    limits: _Limits

    def perform(self, against: Against | None) -> int:
        from eval.asking import OpenAssistant
        from eval.run import evaluate as run_eval

        with progress_bar("评测") as on_progress:
            result = run_eval(
                self.gold,
                self.target,
                OpenAssistant(self.settings),
                jobs=self.jobs,
                resume=self.resume,
                baseline=self.baseline,
                floors=self.limits.floors(),
                answers=self.answers,
                against=against,
                about=about(self.settings),
                on_progress=on_progress,
            )
        tell(result, self.target)
        return result.exit_code


def about(settings: Settings) -> dict[str, Any]:
    """The settings that answers depend on, as shown (nothing secret)."""
    return {name: value for name, value, _ in settings.shown() if name in ABOUT and value}


def tell(result: EvalResult, target: Path) -> None:
    """A few lines for the terminal."""
    whole = result.tally.whole
    accuracy = whole.accuracy
    interval = accuracy.interval
    span = f",95% 区间 {interval[0]:.1%}–{interval[1]:.1%}" if interval else ""
    share = "—" if accuracy.value is None else f"{accuracy.value:.2%}"
    note(f"正确率 {share}({accuracy.hits}/{accuracy.n}{span})")
    note(f"数字错误 {whole.wrong_figures}，出错的题 {whole.errors}")
    if result.change is not None:
        note(f"新变错 {len(result.change.newly_failing)}，新变对 {len(result.change.newly_right)}")
    compared = result.summary.get("compare")
    if compared:
        note(f"另一种设置 {compared['b']['accuracy']['value']:.2%},p = {compared['p_value']:.4g}")
    for sentence in result.broken:
        note(f"未达下限：{sentence}")
    note(f"报告：{target / 'report.html'}")


@dataclass(frozen=True)
class _Other:
    """The second configuration of a comparison, and how it differs from the first."""

    name: str
    settings: Settings

    def opened(self, first: Settings) -> Against:
        """Ready to be asked: the vectors of another model are made before the clock runs."""
        from eval.asking import OpenAssistant
        from eval.run import Against
        from ingest.pipeline import refresh

        if self.settings.embedding_model != first.embedding_model:
            note(f"为 {self.settings.embedding_model} 生成向量")
            refresh(self.settings)
        return Against(self.name, OpenAssistant(self.settings), about(self.settings))

    def beside(self, first: Settings) -> Against:
        """As `opened`, over the stores of `first`."""
        stores = {name: getattr(first, name) for name in ("data_dir", "database_url", "chroma_url")}
        return _Other(self.name, replace(self.settings, **stores)).opened(first)


def _against(context: typer.Context, pairs: list[str]) -> _Other | None:
    """The settings of this call with some of them changed."""
    if not pairs:
        return None
    from assistant.commands.context import Globals
    from ingest.settings import NAMES, Settings

    changed = dict(_pair(text) for text in pairs)
    found = context.find_root().obj
    given = found if isinstance(found, Globals) else Globals()
    unknown = sorted(set(changed) - set(NAMES))
    if unknown:
        _usage(f"--against 中没有这个设置：{'、'.join(unknown)}；可用的有 {'、'.join(NAMES)}")
    overrides: dict[str, Any] = {"data_dir": given.data_dir, **changed}
    other = Settings.load(given.config, **overrides)
    if other == settings_of(context):
        _usage(f"--against {' '.join(pairs)} 与现在的设置相同，没有可比的。")
    return _Other(" ".join(pairs), other)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        _usage(f"--against 要写成 设置=值，不是 {text}")
    return name.strip(), value.strip()


def _tableqa(questions: Path, target: Path) -> int:
    from eval.tableqa import run_tableqa

    with progress_bar("表格问答") as on_progress:
        report = run_tableqa(questions, target, on_progress=on_progress)
    if report["exact_match"] is not None:
        match = report["exact_match"]
        note(f"完全一致 {match['value']:.2%}({match['hits']}/{match['n']})")
    note(f"预测：{target / 'predictions.jsonl'}，{report['questions']} 题")
    return 0


def _harvest(source: Path, target: Path) -> int:
    from eval.harvest import harvest

    found = harvest(source, target)
    note(f"{target}：{found.written} 条标准答案，跳过 {found.skipped} 条。")
    for problem in found.problems:
        note(f"注意：{problem}")
    return FAILED if found.problems else 0


@dataclass(frozen=True)
class _SetsRun:
    settings: Settings
    manifest: Path
    target: Path
    jobs: int
    baseline: Path | None
    limits: _Limits

    def perform(self, other: _Other | None) -> int:
        """The worst exit code of the sets: 100 below a floor, 1 where a row broke, else 0."""
        from eval.sets import read_sets

        codes = []
        for entry in read_sets(self.manifest):
            missing = entry.missing(self.manifest.parent)
            if missing:
                note(f"{entry.name}：跳过，没有 {missing}")
                continue
            note(f"—— {entry.name} ——")
            codes.append(self._one(entry, other))
        return max(codes, default=0)

    def _one(self, entry: GoldSet, other: _Other | None) -> int:
        from eval.sets import run_set

        former = self.baseline / entry.name if self.baseline is not None else None
        with progress_bar(entry.name) as on_progress:
            result = run_set(
                entry,
                self.manifest.parent,
                self.target / entry.name,
                self.settings,
                jobs=self.jobs,
                baseline=former if former is not None and former.is_dir() else None,
                floors=self.limits.floors(),
                against=other.beside if other else None,
                on_progress=on_progress,
            )
        tell(result, self.target / entry.name)
        return result.exit_code


def _usage(message: str) -> None:
    note(message)
    raise typer.Exit(USAGE)
