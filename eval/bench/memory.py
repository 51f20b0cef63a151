"""Memory: peak of an ingest run, and of the chat server after a question."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from eval.bench.result import Result

CLI = (sys.executable, "-c", "from eval.cli import main; main()")
ASKED = ("2024年海淀区予以公开的占多少？", "2024年海淀区存在哪些问题？", "京策平台有什么用")
WATCH = 0.02  # seconds between two looks
START = 90.0  # seconds that the server is given to come up


def ingest_peak(paths: Sequence[Path], data_dir: Path) -> Iterator[Result]:
    """Peak resident memory of `wenbao ingest` over all `paths`, in a process of its own (Linux)."""
    command = [*CLI, "--data-dir", str(data_dir), "ingest", str(paths[0].parent), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # Watched, because ru_maxrss of a child also counts the parent's memory before the exec.
    peak = 0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(WATCH)
    if process.returncode:
        raise RuntimeError(f"wenbao ingest ended with {process.returncode}")
    yield Result(f"peak memory, ingest of {len(paths):,}", peak / 1024, "MB")


def server_peak(data_dir: Path, port: int) -> Iterator[Result]:
    """Peak resident memory of `wenbao chat` after questions over HTTP, open ones too (Linux)."""
    command = [*CLI, "--data-dir", str(data_dir), "chat", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        started = time.perf_counter()
        _wait(process, port)
        yield Result("chat server up after", time.perf_counter() - started, "s")
        for question in ASKED:
            url = f"http://127.0.0.1:{port}/api/ask"
            httpx.post(url, json={"question": question}, timeout=60).raise_for_status()
        peak = sum(_peak(pid) for pid in _family(process.pid))
        yield Result("peak memory, chat server", peak / 1024, "MB", "≤ 900")
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"wenbao chat ended with {process.returncode}")
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=2).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"wenbao chat did not answer within {START:.0f} s")


def _family(pid: int) -> list[int]:
    """The process and its children."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [pid, *(member for child in children for member in _family(child))]


def _peak(pid: int) -> int:
    """Peak resident memory in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0
