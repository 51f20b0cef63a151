"""Short names: words that stand for a measure only where its subject is spoken of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.context import Context
from assistant.lexicon import FOLDER
from ingest.form import read_yaml


@dataclass(frozen=True, slots=True)
class _Subject:
    after: frozenset[str]
    alone: bool  # only where nothing was asked before
    said: re.Pattern[str]
    names: tuple[tuple[str, re.Pattern[str]], ...]


def with_full_names(text: str, context: Context) -> str:
    """`text` (normalized) with "收到", "通知" written out where fees are spoken of, in it or last
    ("缴费通知金额多少", "收到多少"); see lexicon/short_names.yaml."""
    for subject in _subjects():
        last = {term.item for term in context.frame.terms}
        if not (subject.said.search(text) or last & subject.after) or (subject.alone and last):
            continue
        for name, short in subject.names:
            if name not in text:
                text = short.sub(name, text, count=1)
    return text


@lru_cache(maxsize=1)
def _subjects() -> tuple[_Subject, ...]:
    return tuple(
        _Subject(
            frozenset(entry["after"]),
            bool(entry.get("alone")),
            re.compile(entry["said"]),
            tuple((name, re.compile(short)) for name, short in entry["names"].items()),
        )
        for entry in read_yaml(FOLDER / "short_names.yaml").values()
    )
