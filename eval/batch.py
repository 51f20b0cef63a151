"""Batch: a file of questions in, a file of answers out; can be interrupted and continued.

While it runs, answers are appended to `OUT.partial.jsonl` beside the output, in input order. The
same command goes on after the last whole line there. At the end the output is written to a
temporary file and put in place in one step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.answers import read_answers, write_answers
from eval.asking import OpenAsked, Record
from eval.partial import OutputLock, Partial, is_answer_to
from eval.question import Question, check_questions, read_questions
from eval.workers import Task, Turn, workers
from ingest.errors import QuestionError

OnProgress = Callable[[int, int], None]
SUFFIXES = (".jsonl", ".csv", ".xlsx")


@dataclass(slots=True)
class BatchRun:
    """What a run did: rows in all, rows taken over from before, rows with the status "error"."""

    total: int = 0
    kept: int = 0
    errors: int = 0


def run_batch(
    questions: Path,
    out: Path,
    open_asked: OpenAsked,
    *,
    jobs: int = 1,
    restart: bool = False,
    context: str = "",
    on_progress: OnProgress | None = None,
) -> BatchRun:
    """Answer every question of `questions` into `out` (.jsonl, .csv, .xlsx by suffix).

    `context` says what the answers depend on (data directory, models); a partial file made in
    another context is not continued. Raises QuestionError for bad rows, before asking anything.
    """
    _check_out(out)
    total = check_questions(questions)
    with OutputLock(out):
        partial = Partial(out, context)
        done = partial.start(_rows(questions), restart=restart)
        tasks = _tasks(_rows(questions), kept=lambda number: number < done)
        _ask_rest(partial, tasks, open_asked, jobs, _counter(on_progress, done, total))
        run = BatchRun(total=total, kept=done)
        write_answers(out, _counting(partial.records(), run))
        partial.remove()
    return run


def retry_failed(
    questions: Path,
    out: Path,
    open_asked: OpenAsked,
    *,
    jobs: int = 1,
    on_progress: OnProgress | None = None,
) -> BatchRun:
    """Ask again only the rows of `out` whose status is "error"; all other rows stay as they are.

    Earlier turns of a failed row's session are asked again first, unrecorded.
    Raises QuestionError where `out` does not hold the answers to `questions`.
    """
    _check_out(out)
    total = check_questions(questions)
    if not out.is_file():
        raise QuestionError(f"{out}：还没有可重答的答案；先不带 --retry-failed 运行一次")
    with OutputLock(out):
        failed = _failed_rows(questions, out)
        run = BatchRun(total=total, kept=total - len(failed))
        progress = _counter(on_progress, 0, len(failed))
        fresh = _asked(questions, failed, open_asked, jobs, progress)
        merged = (
            next(fresh) if number in failed else record
            for number, record in enumerate(read_answers(out))
        )
        write_answers(out, _counting(merged, run))
    return run


def _rows(questions: Path) -> Iterator[Question]:
    return (question for _row, question in read_questions(questions))


def _asked(
    questions: Path,
    wanted: set[int],
    open_asked: OpenAsked,
    jobs: int,
    progress: Callable[[], None],
) -> Iterator[Record]:
    tasks = _tasks(_rows(questions), kept=lambda number: number not in wanted)
    if not wanted:
        return
    with workers(open_asked, jobs) as team:
        for record in team.run(tasks):
            progress()
            yield record


def _ask_rest(
    partial: Partial,
    tasks: Iterator[Task],
    open_asked: OpenAsked,
    jobs: int,
    progress: Callable[[], None],
) -> None:
    first = next(tasks, None)
    if first is None:
        return
    with partial.appending() as append, workers(open_asked, jobs) as team:
        for record in team.run(_chain(first, tasks)):
            append(record)
            progress()


def _chain(first: Task, rest: Iterator[Task]) -> Iterator[Task]:
    yield first
    yield from rest


def _tasks(rows: Iterable[Question], *, kept: Callable[[int], bool]) -> Iterator[Task]:
    """The rows not kept, each with the kept turns of its session that no task has asked yet."""
    waiting: dict[str, list[Turn]] = {}
    for number, row in enumerate(rows):
        if kept(number):
            if row.session is not None:
                waiting.setdefault(row.session, []).append(Turn(row.question, row.source))
            continue
        replay = tuple(waiting.pop(row.session, ())) if row.session is not None else ()
        yield Task(row.id, row.question, row.session, row.source, replay)


def _failed_rows(questions: Path, out: Path) -> set[int]:
    failed: set[int] = set()
    answers = read_answers(out)
    for number, question in enumerate(_rows(questions)):
        record = next(answers, None)
        if record is None or not is_answer_to(record, question):
            raise QuestionError(f"{out} 第 {number + 1} 条：不是问题 {question.id} 的答案")
        if record.get("status") == "error":
            failed.add(number)
    if next(answers, None) is not None:
        raise QuestionError(f"{out}：答案比 {questions.name} 的问题多")
    return failed


def _counting(records: Iterable[Record], run: BatchRun) -> Iterator[Record]:
    for record in records:
        run.errors += record.get("status") == "error"
        yield record


def _counter(on_progress: OnProgress | None, done: int, total: int) -> Callable[[], None]:
    so_far = done

    def count() -> None:
        nonlocal so_far
        so_far += 1
        if on_progress is not None:
            on_progress(so_far, total)

    if on_progress is not None:
        on_progress(done, total)
    return count


def _check_out(out: Path) -> None:
    if out.suffix.lower() not in SUFFIXES:
        raise QuestionError(f"{out}：答案文件应以 {'、'.join(SUFFIXES)} 结尾")
    if not out.parent.is_dir():
        raise QuestionError(f"{out.parent}：没有这个文件夹")
