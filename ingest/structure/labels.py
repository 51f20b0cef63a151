"""Printed labels against the labels of a form: exact in normal form, else close and alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from ingest.form import Node
from ingest.structure.patterns import patterns
from ingest.structure.text import normal, normal_without_remarks

# A loose match needs this likeness (0–100), this lead over the next label, and this many
# characters: short labels differ by a character and mean another thing.
_LIKENESS = 88.0
_LEAD = 10.0
_LENGTH = 5
_PREFIX = 4


Key = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Path:
    """A node of a form with its ancestors, outermost first; `block` is its block's order."""

    block: int
    nodes: tuple[Node, ...]

    @property
    def node(self) -> Node:
        return self.nodes[-1]

    @cached_property
    def key(self) -> Key:
        return self.block, tuple(node.labels[0] for node in self.nodes)

    @cached_property
    def parent_key(self) -> Key:
        block, labels = self.key
        return block, labels[:-1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Path) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def is_leaf(self) -> bool:
        return bool(self.node.id) and self.node.printed

    def above(self, other: Path) -> bool:
        """Is this node a proper ancestor of `other`?"""
        depth = len(self.nodes)
        return (
            self.block == other.block
            and depth < len(other.nodes)
            and (other.key[1][:depth] == self.key[1])
        )


class Axis:
    """All nodes of one axis of a form table, found by their printed label."""

    def __init__(self, blocks: Iterable[tuple[Node, ...]]) -> None:
        self.paths = [
            path for order, nodes in enumerate(blocks) for path in _walk(order, nodes, ())
        ]
        self.order = {path.key: place for place, path in enumerate(self.paths)}
        self._by_label: dict[str, list[Path]] = {}
        for path in self.paths:
            for label in path.node.labels:
                entry = self._by_label.setdefault(normal(label), [])
                if path not in entry:
                    entry.append(path)
        self._found: dict[str, tuple[Path, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.paths)

    def find(self, text: str) -> tuple[Path, ...]:
        """Paths of the nodes whose label `text` is; several where labels repeat."""
        if text not in self._found:
            self._found[text] = self._look_up(text)
        return self._found[text]

    def known(self, text: str) -> bool:
        """Is `text` a label but for what `exact` ignores and for remarks in parentheses?"""
        return self.exact(text) or normal_without_remarks(text) in self._by_label

    def exact(self, text: str) -> bool:
        """Is `text` a label of this axis but for numbering, spacing, punctuation and width?"""
        return normal(text) in self._by_label

    def _look_up(self, text: str) -> tuple[Path, ...]:
        for form in (normal(text), normal_without_remarks(text)):
            if form in self._by_label:
                return tuple(self._by_label[form])
        label = closest(normal(text), self._by_label)
        return tuple(self._by_label[label]) if label else ()


def closest(text: str, labels: Iterable[str]) -> str | None:
    """The one label that `text` can only be: its beginning, or all but a slip of it."""
    if not text or text.isdigit():
        return None
    begun = [label for label in labels if len(text) >= _PREFIX and label.startswith(text)]
    if begun:
        return begun[0] if len(begun) == 1 and len(text) * 2 >= len(begun[0]) else None
    if len(text) < _LENGTH:
        return None
    ranked = sorted(((fuzz.ratio(text, label), label) for label in labels), reverse=True)
    best, label = ranked[0] if ranked else (0.0, "")
    lead = best - ranked[1][0] if len(ranked) > 1 else best
    if best < _LIKENESS or lead < _LEAD or _differ_decisively(text, label):
        return None
    return label


def _differ_decisively(one: str, other: str) -> bool:
    """Do the two differ by a character that turns the meaning (不, 增, 上 …) or by a number?"""
    left, right = Counter(one), Counter(other)
    different = (left - right) + (right - left)
    decisive = patterns()["decisive"]
    return any(char in decisive or char.isnumeric() for char in different)


def _walk(block: int, nodes: tuple[Node, ...], above: tuple[Node, ...]) -> Iterable[Path]:
    for node in nodes:
        here = (*above, node)
        yield Path(block, here)
        yield from _walk(block, node.children, here)
