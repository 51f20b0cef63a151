"""What stands beside the sentence that was just quoted: "分成几个方面" after "39项任务".

A follow-up that names nothing of its own is looked for in the sentences of the answer before: a
number where only one of them has the counter that is asked for, a sentence where it holds every
word of the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.prose_context import contexts
from assistant.prose_question import counter_asked
from assistant.quote_question import read_open, telling_words
from assistant.words import levelled
from ingest.figure import Figure, Passage

_NUMBER = re.compile(r"^\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of the prose that an answer quoted, as printed, and its report."""

    report_id: str
    sentence: str


def figure_beside(question: str, figures: Sequence[Figure], names: Sequence[str]) -> Figure | None:
    """The one figure among `figures` (those of the sentences told) that has the counter asked for;
    None where the question names something that no sentence says, or several have it."""
    asked = counter_asked(question, names)
    if asked is None:
        return None
    counter, words = asked
    found = [figure for figure in figures if _has_counter(figure, counter)]
    said = all(any(word in levelled(figure.sentence) for figure in found) for word in words)
    return found[0] if len(found) == 1 and said else None


def figure_named(question: str, figures: Sequence[Figure], names: Sequence[str]) -> Figure | None:
    """The one figure among `figures` whose own words hold those of the question ("办结了多少" after
    "收到留言2415条，办结2398条"); None where several have them."""
    words = telling_words(question, names)
    pairs = zip(figures, contexts(figures), strict=True)
    found = [figure for figure, near in pairs if words and all(w in near.local for w in words)]
    return found[0] if len(found) == 1 else None


def tells(told: Sequence[Told], word: str) -> bool:
    """Whether a sentence told gives a number right behind `word`."""
    number = re.compile(re.escape(levelled(word)) + r"[^\d,;。、]{0,4}\d")
    return any(number.search(levelled(one.sentence)) for one in told)


def sentences_beside(
    question: str, told: Sequence[tuple[str, Passage]], names: Sequence[str]
) -> list[tuple[str, Passage]]:
    """Those of the sentences told that hold every word of the question."""
    words = telling_words(question, names)
    if not words or read_open(question, names).parts:
        return []
    return [one for one in told if all(word in levelled(one[0]) for word in words)]


def _has_counter(figure: Figure, counter: str) -> bool:
    """ "4个方面" has 个方面 and 方面, not 个."""
    said = _NUMBER.sub("", levelled(figure.sentence[figure.position[0] :]), count=1)
    plain = counter.removeprefix("个")
    return said.startswith((counter, plain, f"个{plain}")) if plain else figure.unit == counter
