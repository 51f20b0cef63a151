"""Guard: no digit reaches a person that cannot be traced.

Every number in the final text is a leaf or a node of a formula tree, part of a label, title or
quotation, or a year. The trees are computed again from the stored figures before that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from assistant.formula import Node, places_of, plain, rounded
from assistant.wording import Shown
from ingest.figure import Figure

_DIGITS = re.compile(r"\d+(?:\.\d+)?")


class FigureReader(Protocol):
    def figures_by_id(self, ids: Iterable[str]) -> list[Figure]: ...


def untraced(text: str, shown: Shown, years: Iterable[int]) -> list[str]:
    """The numbers in `text` that nothing in `shown` and no year accounts for."""
    allowed = {str(year) for year in years}
    for node in shown.nodes:
        allowed |= _digits(node.show())
        for value in (node.value, abs(node.value)):
            allowed |= {
                plain(value).lstrip("-"),
                rounded(value).lstrip("-"),
                rounded(value, places_of(value)).lstrip("-"),
            }
    for words in shown.words:
        allowed |= _digits(words)
    return sorted(_digits(text) - allowed)


def altered(nodes: Iterable[Node], reader: FigureReader) -> list[str]:
    """Ids of figures in the trees that are stored with another value now, or not at all."""
    used = {figure.id: figure.value for node in nodes for figure in node.figures()}
    if not used:
        return []
    stored = {figure.id: figure.value for figure in reader.figures_by_id(used)}
    return sorted(id_ for id_, value in used.items() if stored.get(id_) != value)


def _digits(text: str) -> set[str]:
    return set(_DIGITS.findall(text))
