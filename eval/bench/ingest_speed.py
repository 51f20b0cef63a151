"""Ingest: whole road and parse alone, beside pandas.read_html and markitdown on the same files."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from eval.bench.result import Result, seconds
from eval.synthetic.corpus import all_variants, make_series
from ingest.settings import Settings

KINDS = ("html_clean", "html_word", "html_noise", "html_th")
YEARS = range(2021, 2026)


def write_reports(folder: Path, count: int) -> list[Path]:
    """`count` HTML reports of distinct publisher and year, in the usual kinds of page."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(5)
    kinds = [entry for entry in all_variants() if entry.name in KINDS]
    paths = []
    for number, spec in enumerate(make_series(5, -(-count // len(YEARS)), YEARS)):
        if number == count:
            break
        kind = kinds[number % len(kinds)]
        path = folder / f"content_{number:05d}{kind.suffix}"
        path.write_bytes(kind.render(spec, rng))
        paths.append(path)
    return paths


def measure_ingest(paths: Sequence[Path], data_dir: Path) -> Iterator[Result]:
    """Reports a second into empty stores, and the parts and the peers on the same files."""
    whole = len(paths) / seconds(lambda: _ingest(paths, data_dir))[0]
    yield Result("ingest, cold store", whole, "reports/s", "≥ 10")
    spent = {}
    for name, work in PEERS.items():
        wall, spent[name] = _times(paths, work)
        yield Result(name, len(paths) / wall, "reports/s")
    parse, pandas, markitdown = (spent[name] for name in (PARSE, PANDAS, MARKITDOWN))
    yield Result("CPU time of parse / pandas.read_html", parse / pandas, "×", "≤ 2")
    yield Result("CPU time of parse / markitdown", parse / markitdown, "×")


def _times(paths: Sequence[Path], work: Callable[[Sequence[Path]], object]) -> tuple[float, float]:
    """Wall and CPU seconds; the first file goes before the clock, so that no import is timed."""
    work(paths[:1])
    wall, (cpu, _) = seconds(lambda: seconds(lambda: work(paths), time.process_time))
    return wall, cpu


def _ingest(paths: Sequence[Path], data_dir: Path) -> None:
    from ingest.pipeline import ingest

    settings = Settings.load(None, data_dir=data_dir)
    failed = [row for row in ingest(settings, paths) if row.status == "failed"]
    if failed:
        raise RuntimeError(f"{len(failed)} files failed, first: {failed[0].error}")


def _load(paths: Sequence[Path]) -> None:
    from ingest.loaders import load

    for path in paths:
        load(path)


def _parse(paths: Sequence[Path]) -> None:
    from ingest.loaders import load
    from ingest.structure.tables import PlacedGrid, read_tables

    for path in paths:
        read_tables([PlacedGrid(grid) for grid in load(path).grids], report_id="r")


def _read(paths: Sequence[Path]) -> None:
    from ingest.loaders import load
    from ingest.read import read_report

    for path in paths:
        read_report(load(path))


def _pandas(paths: Sequence[Path]) -> None:
    import pandas

    for path in paths:
        encoding = "gb18030" if path.suffix == ".htm" else "utf-8"
        pandas.read_html(io.BytesIO(path.read_bytes()), encoding=encoding)


def _markitdown(paths: Sequence[Path]) -> None:
    from markitdown import MarkItDown

    converter = MarkItDown()
    for path in paths:
        converter.convert(str(path))


PARSE, PANDAS, MARKITDOWN = "parse (load + tables to figures)", "pandas.read_html", "markitdown"
PEERS: dict[str, Callable[[Sequence[Path]], object]] = {
    PARSE: _parse,
    "parse, identity, prose and checks": _read,
    "load alone (HTML to grids)": _load,
    PANDAS: _pandas,
    MARKITDOWN: _markitdown,
}
