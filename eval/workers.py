"""Workers: ask questions one by one, or in several processes that each open an assistant.

A session always goes to the same worker, in file order, so that its turns follow each other.
Answers come back in input order; only a small window of questions is under way at a time.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Protocol, Self
from zlib import crc32

from eval.asking import Asked, OpenAsked, Record, answer_one
from ingest.errors import QuestionError

WINDOW = 16


@dataclass(frozen=True, slots=True)
class Turn:
    question: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """A question to ask. `replay` are earlier turns of its session to ask first, unrecorded."""

    id: str
    question: str
    session: str | None
    source: str | None
    replay: tuple[Turn, ...] = ()


class Workers(Protocol):
    def run(self, tasks: Iterable[Task]) -> Iterator[Record]: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def workers(open_asked: OpenAsked, jobs: int) -> Workers:
    return Here(open_asked) if jobs <= 1 else Processes(open_asked, jobs)


def perform(asked: Asked, task: Task) -> Record:
    for earlier in task.replay:
        answer_one(
            asked,
            id=task.id,
            question=earlier.question,
            session=task.session,
            source=earlier.source,
        )
    return answer_one(
        asked, id=task.id, question=task.question, session=task.session, source=task.source
    )


class Here:
    """One assistant in this process."""

    def __init__(self, open_asked: OpenAsked) -> None:
        self._open = open_asked
        self._asked: Asked | None = None

    def __enter__(self) -> Self:
        self._asked = self._open()
        return self

    def __exit__(self, *_: object) -> None:
        close = getattr(self._asked, "close", None)
        if callable(close):
            close()

    def run(self, tasks: Iterable[Task]) -> Iterator[Record]:
        if self._asked is None:
            raise RuntimeError("enter the workers before running them")
        for task in tasks:
            yield perform(self._asked, task)


class Processes:
    """One process a job; each is a pool of one, which keeps a session's turns in order."""

    def __init__(self, open_asked: OpenAsked, jobs: int) -> None:
        self._open = open_asked
        self._jobs = jobs
        self._pools: list[ProcessPoolExecutor] = []

    def __enter__(self) -> Self:
        # Spawned, not forked: the parent may have threads and open connections.
        self._pools = [
            ProcessPoolExecutor(
                1, mp_context=get_context("spawn"), initializer=_start, initargs=(self._open,)
            )
            for _ in range(self._jobs)
        ]
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=kind is not None)

    def run(self, tasks: Iterable[Task]) -> Iterator[Record]:
        under_way: deque[Future[Record]] = deque()
        turn = count()
        for task in tasks:
            pool = self._pools[_place(task, next(turn)) % self._jobs]
            under_way.append(pool.submit(_perform_here, task))
            if len(under_way) >= WINDOW * self._jobs:
                yield _result(under_way.popleft())
        while under_way:
            yield _result(under_way.popleft())


def _place(task: Task, turn: int) -> int:
    return turn if task.session is None else crc32(task.session.encode("utf-8"))


def _result(future: Future[Record]) -> Record:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise QuestionError(
            "一个工作进程没等给出答案就结束了（内存不足，或打不开数据）；"
            "再运行同一条命令可接着做，反复出现就减小 --jobs"
        ) from error


_asked: dict[str, Any] = {}


def _start(open_asked: OpenAsked) -> None:
    # Ctrl-C reaches the whole group; the parent decides what becomes of the work under way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _asked["it"] = open_asked()


def _perform_here(task: Task) -> Record:
    return perform(_asked["it"], task)
