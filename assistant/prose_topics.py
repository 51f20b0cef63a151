"""Whether a question asks for a part of the prose (problems, improvements, plans …)."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.lexicon import FOLDER
from assistant.normalize import normalize
from ingest.form import read_yaml


@lru_cache(maxsize=1)
def _asks() -> re.Pattern[str]:
    topics = read_yaml(FOLDER / "topics.yaml")["topics"]
    return re.compile("|".join(f"(?:{topic['ask']})" for topic in topics.values()))


def asks_topic(question: str) -> bool:
    """By the patterns of lexicon/topics.yaml, which quotes.py answers by."""
    return bool(_asks().search(normalize(question)))


@lru_cache(maxsize=1)
def _intent() -> re.Pattern[str]:
    return re.compile(read_yaml(FOLDER / "topics.yaml")["intent"])


def asks_plans(question: str) -> bool:
    """ "明年打算怎么做": what a report announces, which is no forecast."""
    return bool(_intent().search(normalize(question)))
