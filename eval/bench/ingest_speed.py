"""Ingest: whole road and parse alone, beside pandas.read_html and markitdown on the same files."""

from __future__ import annotations

import io
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
    """Reports a second into empty stores, and each peer's share of it."""
    whole = len(paths) / seconds(lambda: _ingest(paths, data_dir))[0]
    parse = _rate(paths, _parse)
    pandas = _rate(paths, _pandas)
    markitdown = _rate(paths, _markitdown)
    yield Result("ingest, cold store", whole, "reports/s", "≥ 10")
    yield Result("parse alone (load + read)", parse, "reports/s")
    yield Result("load alone (HTML to grids)", _rate(paths, _load), "reports/s")
    yield Result("pandas.read_html", pandas, "reports/s")
    yield Result("markitdown", markitdown, "reports/s")
    yield Result("time of parse / pandas.read_html", pandas / parse, "×", "≤ 2")
    yield Result("time of parse / markitdown", markitdown / parse, "×")


def _rate(paths: Sequence[Path], work: Callable[[Sequence[Path]], object]) -> float:
    """Files a second; the first file goes before the clock, so that no import is timed."""
    work(paths[:1])
    return len(paths) / seconds(lambda: work(paths))[0]


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
