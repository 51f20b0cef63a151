"""Words of the question that tell the kind and the number of the cells asked for (cues.yaml)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from assistant.tableqa.layout import Floats

_HEADING = 16  # a longer text is no heading


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    import yaml

    text = (files("assistant.tableqa") / "cues.yaml").read_text(encoding="utf-8")
    return {
        name: tuple(dict.fromkeys(unicodedata.normalize("NFKC", str(word)) for word in words))
        for name, words in yaml.safe_load(text).items()
    }


@cache
def _paraphrases() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    import yaml

    text = (files("assistant.tableqa") / "paraphrases.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)
    return tuple((tuple(row["asked"]), tuple(row["head"])) for row in rows)


class Paraphrases:
    """For each group of paraphrases.yaml, the texts of a table that have one of its heading words.

    `named(question)` [n]: the best meeting of the question's words with a text's, by how much of
    the text the heading word is and how few texts of the table the group could mean.
    """

    def __init__(self, plain: Sequence[str]) -> None:
        self._headings = [text if len(text) <= _HEADING else "" for text in plain]
        self._lengths = np.array([max(len(text), 1) for text in plain], dtype=np.float32)
        self._worth: dict[int, Floats] = {}

    def named(self, question: str) -> Floats:
        best = np.zeros(len(self._headings), dtype=np.float32)
        for group, (asked, heads) in enumerate(_paraphrases()):
            if any(word in question for word in asked):
                if group not in self._worth:
                    self._worth[group] = self._worth_of(heads)
                best = np.maximum(best, self._worth[group])
        return best

    def _worth_of(self, heads: Sequence[str]) -> Floats:
        longest = np.array(
            [
                max((len(head) for head in heads if head in text), default=0) if text else 0
                for text in self._headings
            ],
            dtype=np.float32,
        )
        meeting = longest > 0
        worth = longest / self._lengths + meeting / np.sqrt(max(int(meeting.sum()), 1))
        result: Floats = worth.astype(np.float32)
        return result


def cue_names() -> tuple[str, ...]:
    return tuple(_groups())


def cues(question: str) -> Floats:
    """[groups + 1]: how many words of each group stand in the question, and its length."""
    folded = unicodedata.normalize("NFKC", question)
    counts = [sum(folded.count(word) for word in words) for words in _groups().values()]
    return np.array([*counts, len(folded)], dtype=np.float32)
