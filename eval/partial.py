"""Partial: the answers of a run so far, and the lock that keeps a second run off its output."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from eval.asking import Record
from eval.question import Question
from ingest.errors import QuestionError


def is_answer_to(record: Record, question: Question) -> bool:
    same = str(record.get("id")) == question.id and record.get("question") == question.question
    return same and (record.get("session") or None) == question.session


class OutputLock:
    """One run at a time into one output."""

    def __init__(self, out: Path) -> None:
        from filelock import FileLock

        self._out = out
        self._path = out.with_name(f".{out.name}.lock")
        self._lock = FileLock(self._path, timeout=0)

    def __enter__(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout as error:
            raise QuestionError(f"{self._out}：另一个进程正在写它") from error

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)
        self._lock.release()


class Partial:
    """The answers so far: a first line saying what they depend on, then one record a line."""

    def __init__(self, out: Path, context: str) -> None:
        self.path = out.with_name(f"{out.name}.partial.jsonl")
        self._context = context

    def start(self, questions: Iterable[Question], *, restart: bool) -> int:
        """How many answers of an interrupted run stand; a line cut off in writing is dropped.

        Raises QuestionError where they belong to other questions or another context.
        """
        if restart or not self.path.is_file():
            self._fresh()
            return 0
        header, good, end = self._whole_lines()
        if header is None:
            self._fresh()
            return 0
        if header.get("context") != self._context:
            raise QuestionError(
                f"{self.path}：上次中断的运行用的是别的设置或数据；加 --restart 从头开始"
            )
        self._check_same(iter(questions))
        with self.path.open("r+b") as stream:
            stream.truncate(end)
        return good

    def records(self) -> Iterator[Record]:
        with self.path.open(encoding="utf-8") as stream:
            next(stream, None)
            for line in stream:
                if line.endswith("\n"):
                    yield json.loads(line)

    def appending(self) -> _Appending:
        return _Appending(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def _fresh(self) -> None:
        header = json.dumps({"wenbao_partial": 1, "context": self._context}, ensure_ascii=False)
        self.path.write_text(header + "\n", encoding="utf-8")

    def _whole_lines(self) -> tuple[Record | None, int, int]:
        """(header or None, whole answers, byte offset after the last of them)."""
        header: Record | None = None
        good = end = 0
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream):
                record = _json_object(line)
                if record is None or not line.endswith(b"\n"):
                    break
                if number == 0:
                    header = record if "wenbao_partial" in record else None
                    if header is None:
                        break
                else:
                    good += 1
                end += len(line)
        return header, good, end

    def _check_same(self, rows: Iterator[Question]) -> None:
        with self.path.open("rb") as stream:
            next(stream, None)
            for line in stream:
                record = _json_object(line)
                if record is None:
                    return
                question = next(rows, None)
                if question is None or not is_answer_to(record, question):
                    raise QuestionError(
                        f"{self.path}：上次中断的运行问的是别的问题"
                        f"（从 {record.get('id')} 起不同）；加 --restart 从头开始"
                    )


def _json_object(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


class _Appending:
    """Appends records, each handed to the system at once, so that a kill loses at most one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Callable[[Record], None]:
        self._stream = self._path.open("a", encoding="utf-8", errors="backslashreplace")
        return self._append

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def _append(self, record: Record) -> None:
        self._stream.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
        self._stream.flush()
