"""Cues: the words of pack/cues.yaml as patterns over a question as written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.knowledge.pack import FOLDER
from ingest.form import read_yaml

_NUMERAL = "〇零一二两三四五六七八九十百千万"


@dataclass(frozen=True)
class Cues:
    """`counted` matches a number with its counter (groups: number, 个, counter)."""

    counted: re.Pattern[str]
    pages: frozenset[str]
    fee: re.Pattern[str]
    about_report: re.Pattern[str]
    counts: re.Pattern[str]
    until: re.Pattern[str]
    ours: re.Pattern[str]
    durations: re.Pattern[str]
    modal: re.Pattern[str]
    fee_asked: re.Pattern[str]
    dated: re.Pattern[str]


@lru_cache(maxsize=1)
def cues() -> Cues:
    """The cues of the pack. Raises FormError where the file cannot be read."""
    raw = read_yaml(FOLDER / "cues.yaml")
    counters, things = _words(raw["counters"]), _words(raw["counted_things"])
    number = rf"(?<![\d年.,{_NUMERAL}])(\d+|[{_NUMERAL}]+)"
    return Cues(
        counted=re.compile(rf"{number}(个)?({counters})(?:{things})*"),
        pages=frozenset(raw["page_counters"]),
        **{
            name: re.compile(_words(raw[name]))
            for name in Cues.__dataclass_fields__
            if name not in ("counted", "pages")
        },
    )


def _words(value: Any) -> str:
    """One alternative of all words; a table has `words` and `patterns`."""
    table = value if isinstance(value, dict) else {"words": value}
    words = [re.escape(str(word)) for word in table["words"]]
    return "|".join([*words, *table.get("patterns", ())])
