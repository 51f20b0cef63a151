"""Boosted trees evaluated with numpy alone, over arrays of our own model file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.tableqa.layout import Floats

_TOGETHER = 6  # steps that all paths take together, before the ended ones are left out
_BLOCK = 400_000  # rows × trees looked at together


@dataclass(frozen=True)
class Trees:
    """Complete node lists of many trees, one after the other.

    Node i asks `x[feature[i]] <= threshold[i]` and goes to `children[2 i]` (yes) or
    `children[2 i + 1]` (no). A leaf leads to itself. `roots[t]` starts tree t, which adds to output
    t mod `outputs`. `depth` is the number of steps after which every path has ended.
    """

    feature: npt.NDArray[np.int32]
    threshold: Floats
    children: npt.NDArray[np.int32]
    value: Floats
    roots: npt.NDArray[np.int32]
    depth: int
    outputs: int

    @classmethod
    def read(cls, arrays: Mapping[str, Any], name: str) -> Trees:
        part = {
            key: arrays[f"{name}.{key}"] for key in ("feature", "threshold", "children", "value")
        }
        depth, outputs = (int(number) for number in arrays[f"{name}.size"])
        return cls(
            feature=part["feature"].astype(np.int32),
            threshold=part["threshold"].astype(np.float32),
            children=part["children"].astype(np.int32),
            value=part["value"].astype(np.float32),
            roots=arrays[f"{name}.roots"].astype(np.int32),
            depth=depth,
            outputs=outputs,
        )

    def arrays(self, name: str) -> dict[str, Any]:
        """What `read` reads."""
        return {
            f"{name}.feature": self.feature.astype(np.int16),
            f"{name}.threshold": self.threshold.astype(np.float32),
            f"{name}.children": self.children.astype(np.int32),
            f"{name}.value": self.value.astype(np.float32),
            f"{name}.roots": self.roots.astype(np.int32),
            f"{name}.size": np.array([self.depth, self.outputs], dtype=np.int32),
        }

    def raw(self, rows: Floats) -> Floats:
        """[m, features] → [m, outputs]: sums of leaves."""
        step = max(1, _BLOCK // max(len(self.roots), 1))
        parts = [self._raw(rows[start : start + step]) for start in range(0, len(rows), step)]
        return np.concatenate(parts) if parts else np.zeros((0, self.outputs), dtype=np.float32)

    def _raw(self, rows: Floats) -> Floats:
        flat = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        base = (np.arange(len(rows), dtype=np.int32) * np.int32(rows.shape[1]))[:, None]
        node = np.repeat(self.roots[None, :], len(rows), axis=0)
        for _ in range(min(self.depth, _TOGETHER)):
            over = flat[base + self.feature[node]] > self.threshold[node]
            node = self.children[2 * node + over]
        self._finish(flat, base, node)
        leaves = self.value[node].reshape(len(rows), -1, self.outputs)
        summed: Floats = leaves.sum(axis=1)
        return summed

    def _finish(self, flat: Floats, base: Any, node: Any) -> None:
        """Follow on, in place, the few paths that are longer than most."""
        nodes = node.ravel()
        open_paths = np.flatnonzero(self.children[2 * nodes] != nodes)
        bases = base.ravel()[open_paths // node.shape[1]]
        for _ in range(self.depth - _TOGETHER):
            at = nodes[open_paths]
            over = flat[bases + self.feature[at]] > self.threshold[at]
            at = self.children[2 * at + over]
            nodes[open_paths] = at
            going = self.children[2 * at] != at
            open_paths, bases = open_paths[going], bases[going]

    def probability(self, rows: Floats) -> Floats:
        """[m, features] → [m]: the logistic of one output."""
        return sigmoid(self.raw(rows)[:, 0])

    def shares(self, rows: Floats) -> Floats:
        """[m, features] → [m, outputs]: softmax."""
        raw = self.raw(rows)
        powers = np.exp(raw - raw.max(axis=1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares


def sigmoid(raw: Floats) -> Floats:
    result: Floats = (1 / (1 + np.exp(-np.clip(raw, -40, 40)))).astype(np.float32)
    return result
