"""Made-up reports in every variant through the real loader and reader: right, or told as missing.

The full measurement is `python -m eval.synthetic.accuracy`; here a small one with fixed seeds.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from eval.synthetic.accuracy import FLOORS, faults, measure, tally
from eval.synthetic.corpus import Made, all_variants, make_corpus
from eval.synthetic.judge import Verdict

FAMILIES = ("html", "txt", "md", "docx", "xlsx", "csv", "odd", "hazard", "mixed")
SONG = ("pdf_song", "pdf_repeat")


def results(folder: Path, names: tuple[str, ...], seed: int) -> list[tuple[Made, Verdict]]:
    chosen = [v for v in all_variants() if {v.name, v.family} & set(names)]
    return measure(make_corpus(folder, 3 * len(chosen), seed, names))


def expect_floors(found: list[tuple[Made, Verdict]]) -> None:
    """0 wrong, at least the floor right, what is missing is told, publisher and year known."""
    detail = "\n".join(faults(found, 3))
    for entry in tally(found, "family"):
        assert entry.count("wrong") == 0, detail
        assert entry.share("right", "cells") >= FLOORS.get(entry.name, 0.999), detail
        assert entry.count("untold") == 0, detail
        assert entry.share("publisher") == entry.share("year") == 1, detail
        assert entry.share("facts_found", "facts") >= 0.99, entry.name
        assert entry.share("passages") == 1, entry.name


@pytest.mark.parametrize("family", FAMILIES)
def test_family(family: str, tmp_path: Path) -> None:
    expect_floors(results(tmp_path, (family,), seed=11))


def test_pdf_set_in_song(tmp_path: Path) -> None:
    expect_floors(results(tmp_path, SONG, seed=12))


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_pdf_printed_by_a_browser(tmp_path: Path) -> None:
    expect_floors(results(tmp_path, ("pdf_print",), seed=13))
