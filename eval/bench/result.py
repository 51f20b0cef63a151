"""Result: one measured line, and helpers that every measurement needs."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """`name` is stable (JSON key); `aim` is what the project asks for, in words."""

    name: str
    value: float
    unit: str
    aim: str = ""

    def line(self) -> str:
        aim = f"   (aim {self.aim})" if self.aim else ""
        return f"{self.name:<44}{self.value:>12,.2f} {self.unit}{aim}"


def seconds(
    work: Callable[[], T], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, T]:
    """How long `work` took, and what it gave. `time.process_time` counts this process alone,
    which other work on the machine does not change."""
    started = clock()
    given = work()
    return clock() - started, given


def timed(work: Callable[[str], object], inputs: Iterable[str]) -> list[float]:
    """Milliseconds of `work` on each input."""
    return [1000 * seconds(partial(work, entry))[0] for entry in inputs]


def latency(name: str, milliseconds: Sequence[float], aim: str = "") -> list[Result]:
    """p50 and p95 of a list of latencies."""
    ordered = sorted(milliseconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return [
        Result(f"{name} p50", statistics.median(ordered), "ms"),
        Result(f"{name} p95", p95, "ms", aim),
    ]


def use_two_cores() -> int:
    """Bind this process (and its children) to two cores where the system can. How many it has."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    return len(os.sched_getaffinity(0))
