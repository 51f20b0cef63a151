"""From a LightGBM booster to the arrays that assistant/tableqa evaluates with numpy."""

from __future__ import annotations

from typing import Any

import numpy as np

from assistant.tableqa.trees import Trees


def exported(booster: Any) -> Trees:
    """Numeric splits only (`<=`), no missing values: what our own training makes."""
    model = booster.dump_model()
    nodes = _Nodes()
    roots = [nodes.add(tree["tree_structure"], 1) for tree in model["tree_info"]]
    return Trees(
        feature=np.array(nodes.feature, dtype=np.int32),
        threshold=np.array(nodes.threshold, dtype=np.float32),
        children=np.array(nodes.children, dtype=np.int32).reshape(-1),
        value=np.array(nodes.value, dtype=np.float32),
        roots=np.array(roots, dtype=np.int32),
        depth=nodes.depth - 1,
        outputs=int(model["num_tree_per_iteration"]),
    )


class _Nodes:
    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[np.float32] = []
        self.children: list[tuple[int, int]] = []
        self.value: list[float] = []
        self.depth = 1

    def add(self, node: dict[str, Any], depth: int) -> int:
        """Append a node and all below it; returns its number."""
        here = len(self.feature)
        self.depth = max(self.depth, depth)
        self.feature.append(int(node.get("split_feature", 0)))
        self.threshold.append(_floor(float(node.get("threshold", 0.0))))
        self.value.append(float(node.get("leaf_value", 0.0)))
        self.children.append((here, here))
        if "left_child" in node:
            left = self.add(node["left_child"], depth + 1)
            self.children[here] = (left, self.add(node["right_child"], depth + 1))
        return here


def _floor(threshold: float) -> np.float32:
    """The largest float32 that is not above: for float32 x, x <= t is then the same question."""
    near = np.float32(threshold)
    return near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf))
