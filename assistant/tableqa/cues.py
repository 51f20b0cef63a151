"""Words of the question that tell the kind and the number of the cells asked for (cues.yaml)."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

import numpy as np

from assistant.tableqa.layout import Floats


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    import yaml

    text = (files("assistant.tableqa") / "cues.yaml").read_text(encoding="utf-8")
    return {
        name: tuple(unicodedata.normalize("NFKC", str(word)) for word in words)
        for name, words in yaml.safe_load(text).items()
    }


def cue_names() -> tuple[str, ...]:
    return tuple(_groups())


def cues(question: str) -> Floats:
    """[groups + 1]: how many words of each group stand in the question, and its length."""
    folded = unicodedata.normalize("NFKC", question)
    counts = [sum(folded.count(word) for word in words) for words in _groups().values()]
    return np.array([*counts, len(folded)], dtype=np.float32)
