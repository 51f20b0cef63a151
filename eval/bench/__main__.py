"""python -m eval.bench [--quick] [--json F]: every measurement of the project in one run."""

from __future__ import annotations

import argparse
import json
import platform
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from eval.bench import (
    ask_speed,
    batch_speed,
    general_speed,
    ingest_speed,
    memory,
    tableqa_speed,
)
from eval.bench.result import Result, use_two_cores

FULL = {
    "speed": 200,
    "memory": 1000,
    "stored": 10_000,
    "rounds": 40,
    "asked": 420,
    "batch": 10_000,
    "wide": 10_000,
    "sheets": 1000,
}
QUICK = {
    "speed": 40,
    "memory": 80,
    "stored": 500,
    "rounds": 10,
    "asked": 84,
    "batch": 1000,
    "wide": 2000,
    "sheets": 100,
}


def main(arguments: list[str] | None = None) -> int:
    """Print a line a measurement as soon as it is known."""
    options = _parser().parse_args(arguments)
    sizes = {key: getattr(options, key) or value for key, value in _defaults(options).items()}
    cores = use_two_cores()
    sys.stdout.write(f"Python {platform.python_version()}, {cores} cores, {sizes}\n")
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        for result in measure(Path(temporary), sizes, set(options.only or PARTS)):
            results.append(result)
            sys.stdout.write(result.line() + "\n")
            sys.stdout.flush()
    if options.json:
        rows = {result.name: [result.value, result.unit] for result in results}
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    return 0


PARTS = ("ingest", "ask", "scale", "batch", "tables", "general", "memory")


def measure(folder: Path, sizes: dict[str, int], parts: set[str]) -> Iterator[Result]:
    """The chosen parts, in order, each in data directories of its own."""
    if "ingest" in parts:
        paths = ingest_speed.write_reports(folder / "speed", sizes["speed"])
        yield from ingest_speed.measure_ingest(paths, folder / "ingest")
    if "ask" in parts or "memory" in parts:
        yield from ask_speed.one_report(folder / "one", sizes["rounds"])
    if "scale" in parts:
        yield from ask_speed.many_reports(folder / "many", sizes["stored"], sizes["asked"])
    if "batch" in parts:
        yield from batch_speed.long_batch(folder / "batch", sizes["batch"])
    if "tables" in parts:
        yield from tableqa_speed.table_questions(sizes["wide"], sizes["rounds"])
    if "general" in parts:
        yield from general_speed.general_tables(folder / "general", sizes["wide"], sizes["sheets"])
    if "memory" in parts:
        paths = ingest_speed.write_reports(folder / "many-files", sizes["memory"])
        yield from memory.ingest_peak(paths, folder / "memory")
        yield from memory.server_peak(folder / "one", _free_port())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _defaults(options: argparse.Namespace) -> dict[str, int]:
    return QUICK if options.quick else FULL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, about a minute")
    parser.add_argument("--only", nargs="*", choices=PARTS, help="some parts only")
    parser.add_argument("--json", type=Path, help="write the results here as well")
    for name, size in FULL.items():
        parser.add_argument(f"--{name}", type=int, help=f"instead of {size}")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
