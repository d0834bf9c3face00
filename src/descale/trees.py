"""Boosted trees as bit masks, evaluated with numpy alone, the same result on every machine.

Each tree has at most 32 leaves, each leaf a bit. A split that a value fails rules out the
leaves on its left, so a block's leaf in a tree is the lowest bit left after joining the
masks of all failed splits (QuickScorer: Lucchese et al., SIGIR 2015). Splits are sorted by
feature and threshold once; then a block costs one table row for each feature.

Leaf values are integers and their sum is exact; the probability is read off a table of
support points. No logarithm or exponential stands before a comparison.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

LEAVES = 32
#: Multiplying a power of two by this de Bruijn number puts its exponent's index on top.
_DE_BRUIJN = np.uint32(0x077CB531)
_ALL_LEAVES = np.uint32(0xFFFFFFFF)
#: Features with one threshold that are asked together: more make tables too long to be quick.
_TOGETHER = 5
_POWERS = 1 << np.arange(_TOGETHER)
_RANK = np.array([((1 << bit) * 0x077CB531 & 0xFFFFFFFF) >> 27 for bit in range(LEAVES)], np.intp)


class Splits(NamedTuple):
    """All splits of one feature, sorted: masks of row k hold where k thresholds are passed."""

    feature: int
    thresholds: NDArray[np.float32]
    masks: NDArray[np.uint32]


class Switches(NamedTuple):
    """Some features that are cut at one threshold each: row k of the masks holds where their answers, as bits, make k."""

    features: NDArray[np.intp]
    thresholds: NDArray[np.float32]
    masks: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Trees:
    """An ensemble ready to be asked.

    Attributes:
        names: of the features, in the order of the columns they are asked with.
        splits: one entry for each feature that any tree asks.
        switches: those with one threshold, a few together: measured, a sixth of the time is spared.
        leaves: integer values by tree and by the de Bruijn rank of the leaf's bit.
        scores: support points of the summed leaf values, ascending.
        probabilities: calibrated probability at each support point.
    """

    names: tuple[str, ...]
    splits: tuple[Splits, ...]
    switches: tuple[Switches, ...]
    leaves: NDArray[np.int32]
    scores: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    _offsets: NDArray[np.intp] = field(init=False)
    _flat: _Flat = field(init=False)

    def __post_init__(self) -> None:
        """Remember where each tree's leaves begin in the flat table, and the splits one behind the other."""
        object.__setattr__(self, "_offsets", np.arange(len(self.leaves), dtype=np.intp) * LEAVES)
        object.__setattr__(self, "_flat", _flattened(self.splits))

    def score(self, columns: NDArray[np.float32], *, shared_from: int | None = None) -> NDArray[np.int64]:
        """Return the summed leaf values of each row of ``columns`` (blocks by features).

        The columns from ``shared_from`` on have the same value in all rows, and are asked once.
        """
        if not len(columns) or not self.splits:
            left = np.full((len(columns), len(self.leaves)), _ALL_LEAVES, np.uint32)
        else:
            left = self._masks(columns, 0 if len(columns) == 1 else shared_from)
        lowest = left & (~left + np.uint32(1))
        rank = (lowest * _DE_BRUIJN) >> np.uint32(27)
        scores: NDArray[np.int64] = self.leaves.ravel()[rank + self._offsets].sum(axis=1, dtype=np.int64)
        return scores

    def _masks(self, columns: NDArray[np.float32], shared_from: int | None) -> NDArray[np.uint32]:
        """Return the leaves that no split rules out, by row and tree."""
        own = columns.shape[1] if shared_from is None else shared_from
        left = np.full((len(columns), len(self.leaves)), _ALL_LEAVES, np.uint32)
        if shared_from is not None:
            left &= self._flat.masks_of(columns[0], sum(split.feature < own for split in self.splits))
        masks_of_rows = np.empty_like(left)
        for features, thresholds, masks in self.switches:
            if features[0] < own:
                answers = (columns[:, features] > thresholds) @ _POWERS[: len(features)]
                masks.take(answers, axis=0, out=masks_of_rows, mode="clip")
                left &= masks_of_rows
        for feature, thresholds, masks in self.splits:
            if feature < own and len(thresholds) > 1:
                masks.take(thresholds.searchsorted(columns[:, feature]), axis=0, out=masks_of_rows, mode="clip")
                left &= masks_of_rows
        return left

    def probability(self, columns: NDArray[np.float32], *, shared_from: int | None = None) -> NDArray[np.float64]:
        """Return the calibrated probability of each row (see `score`)."""
        return np.interp(self.score(columns, shared_from=shared_from), self.scores, self.probabilities)


class _Flat(NamedTuple):
    """The splits of all features one behind the other, to ask one row about all of them at once."""

    features: NDArray[np.intp]
    thresholds: NDArray[np.float32]
    starts: NDArray[np.intp]
    masks: NDArray[np.uint32]

    def masks_of(self, row: NDArray[np.float32], first: int) -> NDArray[np.uint32]:
        """Return the leaves by tree that no split of the features from the ``first`` on rules out."""
        if first == len(self.starts):
            return np.full(self.masks.shape[1], _ALL_LEAVES, np.uint32)
        begin = self.starts[first]
        passed = self.thresholds[begin:] < row[self.features[begin:]]
        starts = self.starts[first:]
        counts = np.add.reduceat(passed, starts - begin, dtype=np.intp)
        # Each feature has one row of masks more than thresholds.
        places = starts + np.arange(first, len(self.starts)) + counts
        left: NDArray[np.uint32] = np.bitwise_and.reduce(self.masks.take(places, axis=0), axis=0)
        return left


def _flattened(splits: tuple[Splits, ...]) -> _Flat:
    lengths = [len(split.thresholds) for split in splits]
    none = np.zeros(0, np.float32)
    return _Flat(
        np.repeat(np.array([split.feature for split in splits], np.intp), lengths),
        np.concatenate([none, *(split.thresholds for split in splits)]),
        np.cumsum([0, *lengths[:-1]], dtype=np.intp)[: len(splits)],
        np.concatenate([split.masks for split in splits]) if splits else np.zeros((0, 0), np.uint32),
    )


def build(arrays: Any) -> Trees:
    """Put the compact arrays of a weights file together for asking.

    ``arrays`` maps: ``feature``, ``threshold``, ``mask``, ``tree`` (one entry a split),
    ``leaves`` (trees by 32), ``names``, ``scores``, ``probabilities``.
    """
    leaves = np.zeros(arrays["leaves"].shape, np.int32)
    leaves[:, _RANK] = arrays["leaves"]
    feature, tree = arrays["feature"], arrays["tree"]
    splits = []
    for number in np.unique(feature):
        own = np.flatnonzero(feature == number)
        thresholds, rows = np.unique(arrays["threshold"][own].astype(np.float32), return_inverse=True)
        masks = np.full((len(thresholds) + 1, len(leaves)), _ALL_LEAVES, np.uint32)
        np.bitwise_and.at(masks, (rows + 1, tree[own]), arrays["mask"][own])
        splits.append(Splits(int(number), thresholds, np.bitwise_and.accumulate(masks, axis=0)))
    names = tuple(str(name) for name in arrays["names"])
    scores, probabilities = (arrays[name].astype(np.float64) for name in ("scores", "probabilities"))
    return Trees(names, tuple(splits), tuple(_switches(splits)), leaves, scores, probabilities)


def _switches(splits: Sequence[Splits]) -> Iterator[Switches]:
    """Put the features with one threshold together."""
    single = [split for split in splits if len(split.thresholds) == 1]
    for first in range(0, len(single), _TOGETHER):
        features, thresholds, masks = zip(*single[first : first + _TOGETHER], strict=True)
        answers = np.arange(1 << len(features))[:, None] >> np.arange(len(features)) & 1
        spelled = [np.bitwise_and.reduce([mask[bit] for mask, bit in zip(masks, bits, strict=True)]) for bits in answers]
        yield Switches(np.array(features, np.intp), np.concatenate(thresholds), np.array(spelled, np.uint32))


def load(name: str) -> Trees:
    """Load a weights file of the package, such as ``line_model.npz``."""
    with (resources.files("descale") / "weights" / name).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return build({key: arrays[key] for key in arrays.files})  # an archive unpacks an array anew at every access
