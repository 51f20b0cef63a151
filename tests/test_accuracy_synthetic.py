"""The generator itself: what it says a report holds must be what its files show."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from eval.synthetic.corpus import all_variants, make_corpus, make_series
from eval.synthetic.layout import measures, rasters
from eval.synthetic.prose import chinese_number
from eval.synthetic.questions import Corpus, make_questions
from eval.synthetic.spec import PROFILES, Spec, make_spec
from ingest.form import built_in_forms

FORMS = ("zfxxgk-2019", "zfxxgk-2021")


class Cells(HTMLParser):
    """All <td> texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self.texts.append("")
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[-1] += data


@pytest.mark.parametrize("form", FORMS)
def test_rasters_are_filled_without_overlap(form: str) -> None:
    printed = {measure: "1" for _, measure, _, _ in measures(form)}
    seen: set[str] = set()
    for raster in rasters(form, printed):
        places = [
            (row, column)
            for slot in raster.slots
            for row in range(slot.row, slot.row + slot.rowspan)
            for column in range(slot.column, slot.column + slot.colspan)
        ]
        assert len(places) == len(set(places)) == raster.height * raster.width
        seen |= {slot.measure for slot in raster.slots if slot.is_data}
    assert seen == set(printed)


@pytest.mark.parametrize("seed", range(20))
def test_identities_hold_in_made_reports(seed: int) -> None:
    spec = make_spec(Random(seed), profile=PROFILES[seed % len(PROFILES)])
    values = spec.values
    items = {measure.split(".")[0] for measure in values}
    people = ("natural", "company", "research", "charity", "legal_service", "other_org")
    aspects = (*people, "total")
    results = [
        item
        for item in items
        if item.startswith(("granted", "partial", "refused", "unable", "unproc", "other_"))
        and f"{item}.natural" in values
    ]
    for aspect in aspects:
        into = values[f"new.{aspect}"] + values[f"carried_in.{aspect}"]
        assert into == values[f"handled.{aspect}"] + values[f"carried_out.{aspect}"]
        assert values[f"handled.{aspect}"] == sum(values[f"{item}.{aspect}"] for item in results)
    for item in items:
        if f"{item}.natural" in values:
            assert values[f"{item}.total"] == sum(values[f"{item}.{one}"] for one in people)


def test_blanks_are_only_ever_zeros() -> None:
    for seed in range(30):
        spec = make_spec(Random(seed), profile="blank_zeros")
        for measure, cell in spec.cells.items():
            if cell.kind == "blank":
                assert cell.raw == ""
                assert cell.value is None
                assert spec.values[measure] == 0


def test_clean_page_shows_the_gold(tmp_path: Path) -> None:
    for made in make_corpus(tmp_path, 5, 3, ["html_clean"]):
        reader = Cells()
        reader.feed(made.path.read_text(encoding="utf-8"))
        data = [
            slot.text
            for raster in rasters(made.spec.form, made.spec.printed)
            for row in raster.rows()
            for slot in row
        ]
        assert reader.texts == data


def test_same_seed_same_files(tmp_path: Path) -> None:
    names = ["html", "txt", "md", "csv"]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = [made.path.read_bytes() for made in make_corpus(tmp_path / "a", 30, 4, names)]
    again = [made.path.read_bytes() for made in make_corpus(tmp_path / "b", 30, 4, names)]
    assert first == again


def test_carries_hold_in_a_series() -> None:
    specs = list(make_series(1, 3, range(2019, 2025)))
    assert len(specs) == 18
    for before, after in pairwise(specs):
        if before.publisher == after.publisher:
            assert before.values["carried_out.total"] == after.values["carried_in.total"]


def test_measures_are_those_of_the_forms() -> None:
    """Two independent writings of the national forms agree on what is printed."""
    known = {form.id: form for form in built_in_forms()}
    for name in FORMS:
        if name not in known:
            pytest.skip(f"form {name} is not built in")
        printed = set()
        for table in known[name].tables:
            for block in table.blocks:
                rows = [path[-1].id for node in block.rows for path in node.leaves()]
                columns = [path for node in block.columns for path in node.leaves()]
                if block.item_axis == "columns":
                    printed |= {f"{path[-2].id}.{path[-1].id}" for path in columns}
                else:
                    printed |= {f"{row}.{path[-1].id}" for row in rows for path in columns}
        ours = {measure for _, measure, _, _ in measures(name)}
        assert ours <= printed, ours - printed


@pytest.mark.parametrize(
    ("number", "text"),
    [(7, "七"), (10, "十"), (15, "十五"), (20, "二十"), (120, "一百二十"), (1005, "一千零五"),
     (1990, "一千九百九十"), (110, "一百一十"), (8000, "八千")],
)  # fmt: skip
def test_chinese_number(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_questions_have_the_answers_of_the_specs() -> None:
    specs = list(make_series(2, 4, range(2021, 2024)))
    corpus = Corpus(specs)
    rows = list(make_questions(corpus, 60, 1))
    assert len(rows) == len({row["question"] for row in rows}) == 60
    for row in rows:
        if row["set"] == "total":
            year = next(year for year in corpus.years if f"{year}年" in row["question"])
            totals = {
                sum((spec.values[m] for spec in specs if spec.year == year), Decimal(0))
                for m in specs[0].values
            }
            assert Decimal(row["expect"]["value"]) in totals


def test_every_variant_renders() -> None:
    spec: Spec = make_spec(Random(8), year=2022, scale=60)
    for variant in all_variants():
        if not variant.browser:
            assert variant.render(spec, Random(1)), variant.name
