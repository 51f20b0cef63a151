"""Catalog: the closed lists of publishers and years that are stored, and the names for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Protocol

from assistant.lexicon import FOLDER
from assistant.normalize import normalize
from ingest.form import read_yaml


class Listed(Protocol):
    """What the catalog needs to know of a stored report."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def publisher(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def source(self) -> str: ...


_OFFICE = ("办公室", "办公厅")


@lru_cache(maxsize=1)
def _rules() -> dict[str, list[str]]:
    rules = read_yaml(FOLDER / "places.yaml")
    return {key: list(value) for key, value in rules.items()}


@lru_cache(maxsize=1)
def known_places() -> frozenset[str]:
    """Names of provinces and cities, to tell a place that is not stored from other words."""
    return frozenset(name for name in _rules()["gazetteer"])


def is_organ(words: str) -> bool:
    """Whether `words` hold a name that ends like a place or an organ (教育局, 上地街道)."""
    endings = [*_rules()["place_endings"][3:], *_rules()["organ_endings"]]
    return bool(re.search(rf"[\u4e00-\u9fff]{{2}}(?:{'|'.join(endings)})", words))


@lru_cache(maxsize=65536)
def short_name(publisher: str) -> str:
    """北京市海淀区人民政府 → 海淀区; 某市某区财政局 → 某区财政局."""
    core = publisher
    for suffix in _rules()["organ_suffixes"]:
        if core.endswith(suffix) and len(core) > len(suffix) + 1:
            core = core[: -len(suffix)]
            break
    parts = _divisions(core)
    if not parts:
        return core or publisher
    last, rest = parts[-1], core[sum(map(len, parts)) :]
    return last + rest


def _divisions(name: str) -> list[str]:
    """北京市海淀区 → [北京市, 海淀区]; what follows the last division is left out."""
    levels = "|".join(_rules()["division_suffixes"])
    # 州 in 杭州市 ends no division: the suffix that counts is the one before another name.
    return re.findall(rf"[^\s]{{1,8}}?(?:{levels})(?![市区县州])", name)


@lru_cache(maxsize=65536)
def names_of(publisher: str) -> tuple[str, ...]:
    """Every name people use for `publisher`, normalized: full, without 人民政府, without the
    upper divisions, without 市/区/县 where at least two characters stay."""
    full = normalize(publisher)
    suffixes = [normalize(suffix) for suffix in _rules()["organ_suffixes"]]
    cores = {full}
    for suffix in suffixes:
        if full.endswith(suffix) and len(full) > len(suffix) + 1:
            cores.add(full[: -len(suffix)])
            break
    names = set(cores)
    for core in cores:
        names |= _shortened(core)
    core = min(cores, key=len)
    if core != full:
        for name in _shortened(core) | {core}:
            names |= {name + normalize(s) for s in ("政府", "人民政府", "区政府"[1:])}
    if full.endswith(_OFFICE):
        names |= {n + normalize(o) for n in _shortened(core) for o in _rules()["office_names"]}
    return tuple(sorted(name for name in names | _abbreviated(names) if len(name) >= 2))


def _abbreviated(names: Iterable[str]) -> set[str]:
    """The names with what people say for their long parts ("经信" for 经济和信息化)."""
    found, fresh = set[str](), set(names)
    while fresh:
        fresh = {
            name.replace(long, short)
            for name in fresh
            for long, short in _abbreviations()
            if long in name
        } - found
        found |= fresh
    return found


@lru_cache(maxsize=1)
def _abbreviations() -> tuple[tuple[str, str], ...]:
    pairs = read_yaml(FOLDER / "places.yaml")["abbreviations"]
    return tuple((normalize(long), normalize(short)) for long, short in pairs)


def _shortened(core: str) -> set[str]:
    parts = _divisions(core)
    rest = core[sum(map(len, parts)) :]
    found = set()
    for at in range(len(parts)):
        found.add("".join(parts[at:]) + rest)
        bare = [_bare(part) for part in parts[at:]]
        if rest:
            found.add("".join(parts[at:-1]) + bare[-1] + rest)
        else:
            if parts[-1].endswith("自治州"):
                found.add(bare[-1] + "州")  # 延边朝鲜族自治州 is called 延边州
            found.add("".join(bare))
            found.add("".join(parts[at:-1]) + bare[-1])
            found.add("".join(bare[:-1]) + parts[-1])
    return found


def _bare(division: str) -> str:
    for suffix in _rules()["division_suffixes"]:
        if division.endswith(suffix) and len(division) - len(suffix) >= 2:
            return division[: -len(suffix)]
    return division


@dataclass(frozen=True)
class Catalog:
    """What is stored, by publisher and year, and the index of publisher names."""

    reports: tuple[Listed, ...]
    _by_name: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_key: dict[tuple[str, int | None], tuple[Listed, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, reports: Iterable[Listed]) -> Catalog:
        kept = tuple(sorted(reports, key=lambda report: (report.publisher, report.year or 0)))
        by_name: dict[str, set[str]] = {}
        exact: dict[str, str] = {}
        by_key: dict[tuple[str, int | None], list[Listed]] = {}
        for report in kept:
            by_key.setdefault((report.publisher, report.year), []).append(report)
        for publisher in {report.publisher for report in kept if report.publisher}:
            exact[normalize(publisher)] = publisher
            for name in names_of(publisher):
                by_name.setdefault(name, set()).add(publisher)
        for name, publisher in exact.items():
            by_name[name] = {publisher}  # a full name means its bearer, not a namesake
        return cls(
            kept,
            {name: tuple(sorted(owners)) for name, owners in by_name.items()},
            {key: tuple(found) for key, found in by_key.items()},
        )

    def limited(self, source: str) -> Catalog:
        """Only the reports whose id, source path or file name is `source`."""
        wanted = source.replace("\\", "/").rsplit("/", 1)[-1]
        kept = [
            report
            for report in self.reports
            if source in (report.id, report.source)
            or report.source.replace("\\", "/").rsplit("/", 1)[-1] == wanted
        ]
        return Catalog.of(kept)

    def label(self, publisher: str) -> str:
        """The short name of `publisher` where no other stored one bears it, else the full."""
        short = short_name(publisher)
        owners = self._by_name.get(normalize(short), (publisher,))
        return short if len(owners) <= 1 else publisher

    @cached_property
    def publishers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(report.publisher for report in self.reports))

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({report.year for report in self.reports if report.year}))

    @cached_property
    def _years_by_publisher(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for report in self.reports:
            if report.year:
                found.setdefault(report.publisher, set()).add(report.year)
        return found

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Normalized name → publishers that bear it."""
        return self._by_name

    def years_of(self, publishers: Iterable[str]) -> tuple[int, ...]:
        """The years of which some report of these publishers is stored."""
        by_publisher = self._years_by_publisher
        return tuple(sorted(set().union(*(by_publisher.get(p, ()) for p in publishers))))

    def report(self, publisher: str, year: int | None) -> Listed | None:
        """The report of `publisher` for `year`; the first where several are stored."""
        found = self._by_key.get((publisher, year))
        return found[0] if found else None

    def described(self, limit: int = 6) -> str:
        """What is stored, in words: 海淀区（2024）、示例区（2021–2024）."""
        parts = []
        for publisher in self.publishers[:limit]:
            years = self.years_of([publisher])
            parts.append(f"{short_name(publisher)}（{_spans(years)}）")
        more = len(self.publishers) - limit
        return "、".join(parts) + (f" 等 {len(self.publishers)} 个单位" if more > 0 else "")


def _spans(years: tuple[int, ...]) -> str:
    """(2021, 2022, 2024) → 2021–2022、2024."""
    if not years:
        return "年份不详"
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return "、".join(f"{a}" if a == b else f"{a}–{b}" for a, b in spans) + "年"
