"""page.yaml, read once: what pages and sheets of reports look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class PageRules:
    """page.yaml, ready for use."""

    containers: frozenset[str]
    noise_tags: frozenset[str]
    noise_names: frozenset[str]
    section_line: re.Pattern[str]
    meta_names: Mapping[str, str]
    sheet_heading: re.Pattern[str]
    sheet_note: re.Pattern[str]
    sheet_title: re.Pattern[str]


@cache
def page_rules() -> PageRules:
    raw = yaml.safe_load((files("ingest.loaders") / "page.yaml").read_text("utf-8"))
    return PageRules(
        frozenset(raw["containers"]),
        frozenset(raw["noise_tags"]),
        frozenset(raw["noise_names"]),
        re.compile(raw["section_line"]),
        raw["meta_names"],
        re.compile(raw["sheet_heading"]),
        re.compile(raw["sheet_note"]),
        re.compile(raw["sheet_title"]),
    )
