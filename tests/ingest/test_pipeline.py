"""From files to the stores, on real pages: one row a file, whatever comes."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from ingest import pipeline
from ingest.pipeline import IngestRow
from ingest.settings import Settings
from ingest.store.library import Library

SAMPLE = Path(str(files("ingest") / "sample"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three reports of the sample."""
    folder = tmp_path / "in"
    folder.mkdir()
    for path in sorted(SAMPLE.glob("*.html"))[:3]:
        shutil.copy(path, folder / path.name)
    return folder


def ingested(settings: Settings, *sources: Path | str, **overrides: object) -> list[IngestRow]:
    return list(pipeline.ingest(settings, sources, **overrides))  # type: ignore[arg-type]


def statuses(rows: list[IngestRow]) -> list[str]:
    return [row.status for row in rows]


def test_twice_the_same_changes_nothing(settings: Settings, folder: Path) -> None:
    first = ingested(settings, folder)
    with Library.open(settings) as library:
        version = library.version

    second = ingested(settings, folder)

    assert statuses(first) == ["stored"] * 3
    assert statuses(second) == ["unchanged"] * 3
    assert [row.report_id for row in first] == [row.report_id for row in second]
    assert [row.figures for row in first] == [row.figures for row in second]
    with Library.open(settings) as library:
        assert library.version == version


def test_the_same_bytes_elsewhere_are_unchanged(settings: Settings, folder: Path) -> None:
    source = sorted(folder.iterdir())[0]
    copy = folder / "副本.html"
    shutil.copy(source, copy)

    rows = ingested(settings, source, copy)

    assert statuses(rows) == ["stored", "unchanged"]
    assert rows[0].report_id == rows[1].report_id


def test_a_republication_replaces(settings: Settings, folder: Path) -> None:
    source = sorted(folder.iterdir())[0]
    [first] = ingested(settings, source)
    again = folder / "再次发布.html"
    again.write_bytes(source.read_bytes() + b"<!-- published again -->")

    [second] = ingested(settings, again)

    assert second.status == "replaced"
    assert second.report_id == first.report_id
    assert any(source.name in warning for warning in second.warnings)
    with Library.open(settings) as library:
        assert len(library.reports()) == 1


def test_two_publications_in_one_run(settings: Settings, folder: Path) -> None:
    """Each row says what is true when the run has come to it; the last one stays."""
    source = sorted(folder.iterdir())[0]
    other = folder / "另一版.html"
    other.write_bytes(source.read_bytes() + b"<!-- other -->")
    ingested(settings, source)

    assert statuses(ingested(settings, other, source)) == ["replaced", "replaced"]
    with Library.open(settings) as library:
        assert [Path(info.source).name for info in library.reports()] == [source.name]


def test_two_files_of_one_name_are_two_reports(settings: Settings, folder: Path) -> None:
    one, other = sorted(folder.iterdir())[:2]
    for number, source in enumerate((one, other)):
        (folder / str(number)).mkdir()
        source.rename(folder / str(number) / "index.html")

    rows = ingested(settings, folder / "0", folder / "1")

    assert statuses(rows) == ["stored", "stored"]
    assert rows[0].report_id != rows[1].report_id


def test_a_bad_file_is_one_failed_row(settings: Settings, folder: Path) -> None:
    (folder / "a空.html").write_bytes(b"")
    (folder / "b坏.docx").write_bytes(b"PK\x03\x04 not a zip")

    rows = ingested(settings, folder, folder / "没有这个文件.html")

    by_name = {Path(row.source).name: row for row in rows}
    assert by_name["a空.html"].status == by_name["b坏.docx"].status == "failed"
    assert by_name["没有这个文件.html"].status == "failed"
    for row in rows:
        assert (row.error is None) == (row.status != "failed")
        assert "\n" not in (row.error or "")
    assert statuses(rows).count("stored") == 3


def test_what_nobody_foresaw_is_one_failed_row(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ingest.read

    real = ingest.read.read_report
    unlucky = sorted(path.name for path in folder.iterdir())[1]

    def read_report(document: object, **overrides: object) -> object:
        if Path(document.source).name == unlucky:  # type: ignore[attr-defined]
            raise RecursionError("too deep")
        return real(document, **overrides)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest.read, "read_report", read_report)

    rows = ingested(settings, folder)

    assert statuses(rows) == ["stored", "failed", "stored"]
    assert rows[1].error == "RecursionError: too deep"


def test_overrides_are_not_forgotten(settings: Settings, folder: Path) -> None:
    """The same bytes with another publisher said are read again; without one they stay."""
    source = sorted(folder.iterdir())[0]
    [first] = ingested(settings, source)

    [second] = ingested(settings, source, publisher="另一区人民政府", year=2019)
    [third] = ingested(settings, source)

    assert second.status == "replaced"
    assert (second.publisher, second.year) == ("另一区人民政府", 2019)
    assert second.report_id != first.report_id
    assert (third.status, third.publisher) == ("unchanged", "另一区人民政府")
    with Library.open(settings) as library:
        assert len(library.reports()) == 1
        figures = library.figures()
        assert {figure.report_id for figure in figures} == {second.report_id}


def test_other_reading_rules_read_again(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = sorted(folder.iterdir())[0]
    ingested(settings, source)
    monkeypatch.setattr("ingest.store.writer.recipe", lambda: "repaired")

    assert statuses(ingested(settings, source)) == ["replaced"]
    assert statuses(ingested(settings, source)) == ["unchanged"]


def test_a_run_cut_short_keeps_what_it_reported(settings: Settings, folder: Path) -> None:
    """Ctrl-C closes the generator: rows that came out are stored, the lock is free."""
    for number in range(40):
        name = sorted(folder.iterdir())[0]
        text = name.read_text(encoding="utf-8").replace("示例市示例区", f"示例市第{number}区")
        (folder / f"z{number}.html").write_text(text, encoding="utf-8")
    rows = pipeline.ingest(settings, [folder])
    seen = [next(rows)]
    rows.close()

    with Library.open(settings) as library:
        stored = {info.id for info in library.reports()}
    assert {row.report_id for row in seen} <= stored
    assert "failed" not in statuses(ingested(settings, folder))


def test_progress(settings: Settings, folder: Path) -> None:
    told: list[tuple[int, int, str]] = []

    ingested(settings, folder, on_progress=lambda *step: told.append(step))

    assert [done for done, _, _ in told] == [0, 1, 2, 3]
    assert {total for _, total, _ in told} == {3}


def test_remove(settings: Settings, folder: Path) -> None:
    [first, *_] = ingested(settings, folder)

    assert pipeline.remove(settings, [str(first.report_id)]) == [first.report_id]

    with Library.open(settings) as library:
        assert library.report(str(first.report_id)) is None
        assert library.passages(str(first.report_id)) == []
        assert len(library.reports()) == 2


def test_carries_across_years(settings: Settings) -> None:
    from ingest.carries import carried_checks

    ingested(settings, SAMPLE)
    with Library.open(settings) as library:
        found = list(carried_checks(library))
        years = {check.year for check in found}
        narrowed = list(carried_checks(library, year=2024))
    assert years >= {2022, 2023, 2024}
    assert {check.year for check in narrowed} == {2024}
    assert all(check.report_id for check in found)
