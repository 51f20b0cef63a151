"""Spec: one made-up report, known cell by cell before any page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Literal

import yaml

from eval.synthetic.layout import measures
from eval.synthetic.numbers import Values, make_values
from eval.synthetic.prose import Fact, Sentence, chinese_year, write_sentences

Kind = Literal["number", "zero", "blank", "not_applicable"]
Profile = Literal["plain", "blank_zeros", "blank_rows", "slash", "dash"]
PROFILES: tuple[Profile, ...] = ("plain", "blank_zeros", "blank_rows", "slash", "dash")
MARKS = {"slash": ("/",), "dash": ("—", "-", "——", "－")}


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands in a cell and what it means: `value` is None unless a number or zero."""

    raw: str
    value: Decimal | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class GoldCell:
    """One cell as a reader must find it."""

    table: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    measure: str
    printed: Printed


@dataclass(frozen=True, slots=True)
class Spec:
    """One report: who, when, every cell, and the prose around the tables."""

    publisher: str
    year: int
    form: str
    title: str
    preface: str
    site: str
    phone: str
    cells: Mapping[str, Printed]
    values: Mapping[str, Decimal]
    overview: tuple[Sentence, ...]
    problems: tuple[str, ...]
    improvements: tuple[str, ...]
    other: Sentence
    profile: Profile = "plain"
    broken: str = ""  # the measure that was changed so that an identity fails
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(fact for line in (*self.overview, self.other) for fact in line.facts)

    @property
    def printed(self) -> dict[str, str]:
        return {measure: cell.raw for measure, cell in self.cells.items()}

    def gold(self) -> list[GoldCell]:
        return [
            GoldCell(table, row, column, measure, self.cells[measure])
            for table, measure, row, column in measures(self.form)
        ]


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """words.yaml, parsed once."""
    path = Path(__file__).parent / "words.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def form_of(year: int) -> str:
    return "zfxxgk-2021" if year >= 2021 else "zfxxgk-2019"


def make_publisher(rng: Random) -> tuple[str, str]:
    """(publisher, the site it publishes on): a government, or a department of one."""
    data = words()
    province, city = rng.choice(data["provinces"]), rng.choice(data["cities"])
    low = rng.choice(data["districts"] + data["counties"])
    place = rng.choice([province, city, city + low, low, city + low])
    site = f"{place}人民政府"
    draw = rng.random()
    if draw < 0.5:
        return site, site
    if draw < 0.92:
        return place + rng.choice(data["departments"]), site
    town = low + rng.choice(data["towns"])
    return f"{town}{'办事处' if town.endswith('街道') else '人民政府'}", f"{low}人民政府"


def all_publishers() -> list[tuple[str, str]]:
    """Every (publisher, site) that the words can name, governments and departments."""
    data = words()
    low = data["districts"] + data["counties"]
    places = [*data["provinces"], *data["cities"], *low]
    places += [city + name for city in data["cities"] for name in low]
    sites = [f"{place}人民政府" for place in places]
    organs = [
        (place + name, f"{place}人民政府") for place in places for name in data["departments"]
    ]
    return [*((site, site) for site in sites), *organs]


def make_spec(
    rng: Random,
    *,
    publisher: tuple[str, str] | None = None,
    year: int | None = None,
    profile: Profile = "plain",
    before: Mapping[str, Decimal] | None = None,
    break_identity: bool = False,
    scale: int | None = None,
) -> Spec:
    """A random report; the same `rng` state gives the same report."""
    name, site = publisher or make_publisher(rng)
    year = year or rng.randint(2019, 2025)
    form = form_of(year)
    scale = scale if scale is not None else rng.choice([0, 3, 20, 80, 400, 2500])
    values = make_values(rng, form, scale, before or {})
    broken = _break(rng, values) if break_identity else ""
    return _assemble(rng, name, site, year, values, profile, broken)


def _assemble(
    rng: Random,
    name: str,
    site: str,
    year: int,
    values: Values,
    profile: Profile,
    broken: str,
) -> Spec:
    data = words()
    slots = {
        "publisher": name,
        "year": year,
        "last": year - 1,
        "chinese_year": chinese_year(year),
        "phone": str(rng.randint(1_000_000, 9_999_999)),
        "site": site,
    }
    picks = rng.sample(range(len(data["problems"])), 3)
    return Spec(
        publisher=name,
        year=year,
        form=form_of(year),
        title=rng.choice(data["titles"]).format(**slots),
        preface=rng.choice(data["prefaces"]).format(**slots),
        site=site,
        phone=str(slots["phone"]),
        cells=print_cells(rng, form_of(year), values, profile),
        values=values,
        overview=write_sentences(rng, rng.sample(data["overview"], 5), slots),
        problems=tuple(data["problems"][n] for n in picks),
        improvements=tuple(data["improvements"][n] for n in picks),
        other=write_sentences(rng, [rng.choice(data["other"])], slots)[0],
        profile=profile,
        broken=broken,
    )


def _break(rng: Random, values: Values) -> str:
    measure = rng.choice(["granted.natural", "handled.total", "new.company", "review.total"])
    values[measure] += rng.randint(1, 9)
    return measure


def print_cells(rng: Random, form: str, values: Values, profile: Profile) -> dict[str, Printed]:
    """How this organ fills in its form: only zeros are ever left out or struck out."""
    empty = _empty_rows(form, values)
    cells = {}
    for _, measure, _, _ in measures(form):
        value = values[measure]
        item = measure.split(".")[0]
        out = value == 0 and (
            (profile == "blank_zeros" and rng.random() < 0.4)
            or (profile in ("blank_rows", "slash", "dash") and item in empty)
        )
        if out:
            mark = rng.choice(MARKS.get(profile, ("",)))
            cells[measure] = Printed(mark, None, "not_applicable" if mark else "blank")
        else:
            cells[measure] = _number(value, measure)
    return cells


def _empty_rows(form: str, values: Values) -> set[str]:
    items: dict[str, bool] = {}
    for _, measure, _, _ in measures(form):
        item = measure.split(".")[0]
        items[item] = items.get(item, True) and values[measure] == 0
    return {item for item, empty in items.items() if empty}


def _number(value: Decimal, measure: str) -> Printed:
    text = format(value, "f")
    if measure.endswith(".change") and value > 0:
        text = f"+{text}"
    return Printed(text, value, "zero" if value == 0 else "number")
