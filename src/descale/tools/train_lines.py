"""Train the line model for raw page text on labelled lines; extra ``train``.

    python -m descale.tools.train_lines lines_wet.jsonl.gz --out line_model.npz

Records as in the tuning corpora: ``{"id", "url", "dataset", "lines": [{"t", "y"}]}`` with ``y``
0 for article, 1 for boilerplate, null for not judged. Sites are held out: folds go by
registered domain. Fixed seed, so equal records give an equal file.

Unlike the other tools this one reads the core's inner modules: features are no public API.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from descale.errors import InputError
from descale.language import base
from descale.line_features import line_features
from descale.page import lines_of, read_signals
from descale.read_text import read_text, repair
from descale.shipped import shipped
from descale.tools.tree_file import tree_arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDS = 5
TREES = 200
PARAMETERS = {
    "objective": "binary",
    "num_leaves": 31,
    "learning_rate": 0.06,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
#: News pages are few in the corpora and most of what is cleaned.
_NEWS_WEIGHT = 6.0


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled page: features of its lines, labels (1 article, 0 not, -1 not judged), token counts."""

    domain: str
    group: str
    rows: NDArray[np.float32]
    labels: NDArray[np.int8]
    tokens: NDArray[np.float64]


def registered_domain(record: dict[str, Any]) -> str:
    """Return what folds go by: the last two labels of the host, or the publisher in the record's id."""
    host = urlsplit(record.get("url") or "").hostname
    if not host:
        return str(record.get("url") or record["id"].rsplit("_", 3)[0])
    labels = host.split(".")
    long = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    return ".".join(labels[-3:] if long else labels[-2:])


def example(record: dict[str, Any]) -> tuple[Example, tuple[str, ...]]:
    """Return a record's features and labels, and the names of the features."""
    lines = [repair(line["t"])[0].replace("\n", " ") for line in record["lines"]]
    document = read_text("\n".join(lines))
    signals = read_signals(document, shipped().index)
    rows, names = line_features(lines_of(document, signals))
    labels = {}
    position = 0
    for line, labelled in zip(lines, record["lines"], strict=True):
        labels[position + len(line) - len(line.lstrip())] = -1 if labelled["y"] is None else 1 - labelled["y"]
        position += len(line) + 1
    made = Example(
        registered_domain(record),
        _group(record),
        rows,
        np.array([labels[block.start] for block in document.blocks], np.int8),
        np.array([len(words) + 1 for words in signals.folded], np.float64),
    )
    return made, names


def _group(record: dict[str, Any]) -> str:
    if record["dataset"] == "wcxb_dev":
        return "mixed en"
    language = base(record.get("lang") or "")
    return f"news {language if language in {'en', 'de'} else 'other'}"


def fit(examples: Sequence[Example]) -> Any:
    """Return a LightGBM booster; each page weighs the same, long lines more, news six times."""
    import lightgbm  # noqa: PLC0415 - the extra `train`

    rows, labels, weights = [], [], []
    for page in examples:
        judged = page.labels >= 0
        if not judged.any():
            continue
        weight = np.sqrt(page.tokens[judged])
        rows.append(page.rows[judged])
        labels.append(page.labels[judged])
        weights.append(100 * weight / weight.sum() * (_NEWS_WEIGHT if page.group.startswith("news") else 1.0))
    data = lightgbm.Dataset(np.concatenate(rows), label=np.concatenate(labels), weight=np.concatenate(weights))
    return lightgbm.train(PARAMETERS, data, TREES)


def fold_of(page: Example) -> int:
    """Return the fold that a page's site is held out in."""
    return zlib.crc32(page.domain.encode()) % FOLDS


def cross_validate(examples: Sequence[Example]) -> list[NDArray[np.float64]]:
    """Return each page's probabilities from a model that saw no page of its domain."""
    folds = [fold_of(page) for page in examples]
    predicted: list[NDArray[np.float64]] = [np.empty(0)] * len(examples)
    for fold in range(FOLDS):
        booster = fit([page for page, own in zip(examples, folds, strict=True) if own != fold])
        for number, page in enumerate(examples):
            if folds[number] == fold:
                predicted[number] = booster.predict(page.rows)
    return predicted


def body_f1(page: Example, probabilities: NDArray[np.float64]) -> float | None:
    """Return the token-F1 of the lines kept at probability .5; None without a body."""
    judged = page.labels >= 0
    keep = (probabilities >= 0.5) & judged
    body = page.tokens[page.labels == 1].sum()
    if not body:
        return None
    return float(2 * page.tokens[keep & (page.labels == 1)].sum() / (body + page.tokens[keep].sum()))


def read_records(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield the records of JSONL files, gzipped or not.

    Raises:
        InputError: a line is no JSON; the message names file and line.
    """
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield json.loads(line)
                except json.JSONDecodeError as error:
                    message = f"{path}, line {number}: {error}"
                    raise InputError(message) from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, print the cross-validated table to stderr, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    pairs = [example(record) for record in read_records(options.files) if any(line["t"].strip() for line in record["lines"])]
    examples = [page for page, _ in pairs]
    predicted = cross_validate(examples)
    scores: dict[str, list[float]] = defaultdict(list)
    for page, probabilities in zip(examples, predicted, strict=True):
        score = body_f1(page, probabilities)
        if score is not None:
            scores[page.group].append(score)
    for group, values in sorted(scores.items()):
        print(f"{group:<12} n={len(values):<5} body F1 {sum(values) / len(values):.4f}", file=sys.stderr)
    judged = [page.labels >= 0 for page in examples]
    raw = np.concatenate([values[mask] for values, mask in zip(predicted, judged, strict=True)])
    labels = np.concatenate([page.labels[mask] for page, mask in zip(examples, judged, strict=True)])
    arrays: dict[str, Any] = tree_arrays(fit(examples), pairs[0][1], raw, labels)
    np.savez_compressed(options.out, **arrays)


if __name__ == "__main__":
    main()
