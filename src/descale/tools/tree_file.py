"""From a trained booster to the arrays of a weights file that `descale.trees` reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAVES = 32
#: Leaf values are kept as whole numbers of this fraction of a logit.
_UNITS = 2000
_SUPPORT_POINTS = 40
#: Of the logistic function so many points stand in the table, up to this logit.
_LOGISTIC_POINTS = 513
_FARTHEST_LOGIT = 8
_ALL = 0xFFFFFFFF


def tree_arrays(
    booster: Any,
    names: Sequence[str],
    predicted: NDArray[np.float64] | None = None,
    labels: NDArray[np.int8] | None = None,
) -> dict[str, NDArray[Any]]:
    """Return the arrays of a weights file.

    ``predicted`` and ``labels`` are held-out probabilities and what was right: from them
    the table is made that turns a score into a calibrated probability. Without them the
    table is the booster's own, the logistic function.
    """
    splits: list[tuple[int, float, int, int]] = []
    trees = booster.dump_model()["tree_info"]
    leaves = np.zeros((len(trees), LEAVES), np.int16)
    for number, tree in enumerate(trees):
        _flatten(tree["tree_structure"], number, 0, splits, leaves)
    scores, probabilities = _logistic() if predicted is None or labels is None else _calibration(predicted, labels)
    # A model that learned nothing has no split at all.
    feature, threshold, mask, tree_number = zip(*splits, strict=True) if splits else ((), (), (), ())
    return {
        "names": np.array(names),
        "feature": np.array(feature, np.int16),
        "threshold": np.array([_below(value) for value in threshold], np.float32),
        "mask": np.array(mask, np.uint32),
        "tree": np.array(tree_number, np.int16),
        "leaves": leaves,
        "scores": scores,
        "probabilities": probabilities,
    }


def _below(value: float) -> np.float32:
    """Round a threshold down to single precision, so that single-precision columns cut alike."""
    rounded = np.float32(value)
    return rounded if rounded <= value else np.nextafter(rounded, np.float32(-np.inf))


def _flatten(
    node: dict[str, Any], tree: int, first: int, splits: list[tuple[int, float, int, int]], leaves: NDArray[np.int16]
) -> int:
    """Number the leaves from left to right; return the number behind the subtree's last."""
    if "split_feature" not in node:
        leaves[tree, first] = round(node["leaf_value"] * _UNITS)
        return first + 1
    middle = _flatten(node["left_child"], tree, first, splits, leaves)
    left = ((1 << middle) - 1) ^ ((1 << first) - 1)
    splits.append((node["split_feature"], node["threshold"], _ALL & ~left, tree))
    return _flatten(node["right_child"], tree, middle, splits, leaves)


def _logistic() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    logits = np.linspace(-_FARTHEST_LOGIT, _FARTHEST_LOGIT, _LOGISTIC_POINTS)
    return np.round(logits * _UNITS), np.round(1 / (1 + np.exp(-logits)), 6)


def _calibration(predicted: NDArray[np.float64], labels: NDArray[np.int8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return support points: summed leaf values, and the share of right labels there.

    Shares are made monotone by pooling adjacent violators. Between the points the reader interpolates.
    """
    edges = np.quantile(predicted, np.linspace(0, 1, _SUPPORT_POINTS + 1))
    part = np.clip(np.searchsorted(edges, predicted, side="right") - 1, 0, _SUPPORT_POINTS - 1)
    counts = np.bincount(part, minlength=_SUPPORT_POINTS)
    used = np.flatnonzero(counts)
    centres = np.bincount(part, predicted, _SUPPORT_POINTS)[used] / counts[used]
    shares = _monotone(np.bincount(part, labels, _SUPPORT_POINTS)[used] / counts[used], counts[used])
    scores = np.array([_UNITS * math.log(centre / (1 - centre)) for centre in np.clip(centres, 1e-6, 1 - 1e-6)])
    keep = np.concatenate([[True], np.diff(scores) > 0])
    return scores[keep], shares[keep]


def _monotone(values: NDArray[np.float64], weights: NDArray[np.int64]) -> NDArray[np.float64]:
    """Pool adjacent violators: the nearest sequence that never falls."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        pools.append((value, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            later, earlier = pools.pop(), pools.pop()
            weight_sum = later[1] + earlier[1]
            pools.append(((later[0] * later[1] + earlier[0] * earlier[1]) / weight_sum, weight_sum, later[2] + earlier[2]))
    return np.array([value for value, _, count in pools for _ in range(count)])
