"""Trees as bit masks give what walking them node by node gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from descale import trees

Node = dict[str, Any]


_FEATURES = 9


def _random_tree(generator: np.random.Generator, places: int) -> Node:
    """Grow a tree with few leaves that cuts features at so many places; leaves are numbered from left to right."""

    def grow(depth: int) -> Node:
        if depth == 0 or generator.random() < 0.2:
            return {"value": int(generator.integers(-500, 500))}
        threshold = np.float32(generator.integers(0, places) / 2)
        return {
            "feature": int(generator.integers(_FEATURES)),
            "threshold": threshold,
            "left": grow(depth - 1),
            "right": grow(depth - 1),
        }

    return grow(4)


def _walk(node: Node, row: np.ndarray) -> int:
    while "value" not in node:
        node = node["left"] if row[node["feature"]] <= node["threshold"] else node["right"]
    return int(node["value"])


def _arrays(forest: list[Node]) -> dict[str, np.ndarray]:
    columns: dict[str, list[Any]] = {"feature": [], "threshold": [], "mask": [], "tree": []}
    leaves = np.zeros((len(forest), trees.LEAVES), np.int16)

    def number(tree: int, node: Node, first: int) -> int:
        if "value" in node:
            leaves[tree, first] = node["value"]
            return first + 1
        middle = number(tree, node["left"], first)
        mask = 0xFFFFFFFF & ~(((1 << middle) - 1) ^ ((1 << first) - 1))
        for name, value in (("feature", node["feature"]), ("threshold", node["threshold"]), ("mask", mask), ("tree", tree)):
            columns[name].append(value)
        return number(tree, node["right"], middle)

    for tree, node in enumerate(forest):
        number(tree, node, 0)
    types = {"feature": np.int16, "threshold": np.float32, "mask": np.uint32, "tree": np.int16}
    made = {name: np.array(values, types[name]) for name, values in columns.items()}
    support = {"scores": np.array([-1000.0, 1000.0]), "probabilities": np.array([0.0, 1.0])}
    return {**made, **support, "leaves": leaves, "names": np.array([*"abcdefghi"])}


@given(st.integers(0, 2**31), st.integers(1, 6), st.integers(0, _FEATURES))
def test_masks_find_the_leaf_that_a_walk_finds(seed: int, places: int, shared_from: int) -> None:
    generator = np.random.default_rng(seed)
    forest = [_random_tree(generator, places) for _ in range(12)]
    rows = (generator.integers(0, 8, (20, _FEATURES)) / 2).astype(np.float32)
    ensemble = trees.build(_arrays(forest))
    assert ensemble.score(rows).tolist() == [sum(_walk(tree, row) for tree in forest) for row in rows]
    rows[:, shared_from:] = rows[0, shared_from:]
    assert ensemble.score(rows, shared_from=shared_from).tolist() == [sum(_walk(tree, row) for tree in forest) for row in rows]


def test_features_that_are_cut_once_are_asked_together() -> None:
    forest = [_random_tree(np.random.default_rng(seed), 1) for seed in range(40)]
    ensemble = trees.build(_arrays(forest))
    assert [len(switches.features) for switches in ensemble.switches] == [5, 4]


def test_probabilities_are_read_off_the_support_points() -> None:
    ensemble = trees.build(_arrays([{"value": 500}]))
    assert ensemble.probability(np.zeros((2, _FEATURES), np.float32)).tolist() == [0.75, 0.75]
