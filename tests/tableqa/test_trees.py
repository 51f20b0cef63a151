"""Our numpy evaluation of boosted trees gives what the training library gives."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.tableqa.trees import Trees, sigmoid


def stump() -> Trees:
    return Trees(
        feature=np.array([1, 0, 0], dtype=np.int32),
        threshold=np.array([2.0, 0, 0], dtype=np.float32),
        children=np.array([1, 2, 1, 1, 2, 2], dtype=np.int32),
        value=np.array([0, -1.5, 3.0], dtype=np.float32),
        roots=np.array([0], dtype=np.int32),
        depth=1,
        outputs=1,
    )


def test_a_tree_of_one_question() -> None:
    rows = np.array([[9, 2.0], [0, 2.1]], dtype=np.float32)
    assert stump().raw(rows).ravel().tolist() == [-1.5, 3.0]
    assert stump().probability(rows).tolist() == sigmoid(np.array([-1.5, 3.0])).tolist()
    assert stump().raw(rows[:0]).shape == (0, 1)


@pytest.mark.parametrize("classes", [1, 3])
def test_exported_trees_equal_the_library(classes: int) -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="extra training")
    from eval.training.tree_export import exported

    random = np.random.default_rng(5)
    rows = random.normal(size=(800, 6)).astype(np.float32)
    rows[:, 2] = np.round(rows[:, 2])  # many equal values: thresholds between neighbours
    target = (rows[:, 0] + rows[:, 2] > 0).astype(int) + (rows[:, 1] > 1) * (classes > 1)
    goal = {"objective": "multiclass", "num_class": 3} if classes > 1 else {"objective": "binary"}
    options = {"verbosity": -1, "num_threads": 1, "num_leaves": 15, **goal}
    booster = lightgbm.train(options, lightgbm.Dataset(rows, target), num_boost_round=20)
    trees = exported(booster)
    expected = booster.predict(rows.astype(np.float64), raw_score=True).reshape(len(rows), -1)
    assert np.allclose(trees.raw(rows), expected, atol=1e-5)
    arrays = trees.arrays("t")
    assert (Trees.read(arrays, "t").raw(rows) == trees.raw(rows)).all()
