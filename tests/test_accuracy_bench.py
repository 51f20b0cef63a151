"""What the benchmarks and the questions at scale stand on: files, filled stores, percentiles."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from eval.bench.ingest_speed import write_reports
from eval.bench.result import latency
from eval.synthetic.asreport import fill
from eval.synthetic.corpus import make_series
from ingest.loaders import load
from ingest.read import read_report
from ingest.settings import Settings
from ingest.store.library import Library


def test_percentiles_of_a_known_list() -> None:
    middle, high = latency("x", [float(n) for n in range(1, 101)], "≤ 30")
    assert (middle.value, high.value) == (50.5, 96.0)
    assert "(aim ≤ 30)" in high.line()


def test_measured_files_are_distinct_reports(tmp_path: Path) -> None:
    paths = write_reports(tmp_path / "files", 12)
    reports = [read_report(load(path)) for path in paths]
    assert len({(report.publisher, report.year) for report in reports}) == 12
    assert len({report.id for report in reports}) == 12


def test_a_filled_store_holds_the_specs(tmp_path: Path) -> None:
    specs = list(make_series(3, 3, range(2022, 2025)))
    settings = Settings.load(None, data_dir=tmp_path / "data")
    assert fill(settings, specs) == 9
    with Library.open(settings) as library:
        assert len(library.reports()) == 9
        total = sum(
            (figure.value or Decimal(0) for figure in library.figures(measures=["new.total"])),
            Decimal(0),
        )
        assert total == sum((spec.values["new.total"] for spec in specs), Decimal(0))


def test_a_filled_report_is_what_ingest_makes_of_its_page(tmp_path: Path) -> None:
    """The short cut past the page must not flatter: same measures, values, kinds and places."""
    (path,) = write_reports(tmp_path / "files", 1)
    read = read_report(load(path))
    spec = next(iter(make_series(5, 1, range(2021, 2026))))
    settings = Settings.load(None, data_dir=tmp_path / "data")
    fill(settings, [spec])
    with Library.open(settings) as library:
        filled = {figure.measure: figure for figure in library.figures()}
    assert (read.publisher, read.year) == (spec.publisher, spec.year)
    for figure in read.figures:
        if figure.measure:
            other = filled[figure.measure]
            assert (figure.value, figure.kind, figure.unit) == (other.value, other.kind, other.unit)
            assert (figure.table, figure.position) == (other.table, other.position)
