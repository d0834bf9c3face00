"""Models that never saw the pages they are measured on.

Pages are grouped by registered domain into folds; the block models are trained anew on
all folds but one, five times, and each page is judged by the models that saw nothing of
its domain. Pages of sets that nothing is trained on go by the same rule.

Trained models are kept below ``build/``, under a hash of what made them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from corpora import fingerprint, records

from descale import content, trees
from descale.tools import train

#: What the shipped weights are trained on.
TRAINED_ON = ("wcxb_dev", "fundus_multi", "magichtml", "zhcontent")
_NAMES = ("block_article", "block_other", "page_kind")
_ROOT = Path(__file__).parents[2]
_SOURCES = (
    "content",
    "declared",
    "features",
    "layout_flags",
    "page_kind",
    "page_reader",
    "read_html",
    "trees",
    "tools/augment",
    "tools/labels",
    "tools/train",
)


def labelled_pages() -> Iterator[dict[str, Any]]:
    """Yield the pages that models are trained on, in a fixed order."""
    for name in TRAINED_ON:
        for record in records(name):
            article = name in {"fundus_multi", "zhcontent"} or record.get("page_type") == "article"
            yield {
                "html": record["html"],
                "text": record["text"],
                "url": address(record),
                "page_type": "article" if article else "other",
            }


def address(record: dict[str, Any]) -> str:
    """Return what a page is grouped by: its address, or its id where it has none."""
    return str(record["url"] or record["id"])


def fold(record: dict[str, Any]) -> int:
    """Return the number of the fold that a page belongs to."""
    return train.fold_of(train.registered_domain(address(record)))


def models() -> list[content.Models]:
    """Return the models to judge each fold with, trained where they are not kept yet."""
    folder = _ROOT / "build" / "folds" / _hash()
    if not (folder / "done").exists():
        _train_all(folder)
    return [_read(folder / str(number)) for number in range(train.FOLDS)]


def _hash() -> str:
    digest = hashlib.sha256(fingerprint(TRAINED_ON).encode())
    for name in _SOURCES:
        digest.update((_ROOT / "src" / "descale" / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]


def _train_all(folder: Path) -> None:
    prepared = train.prepare(labelled_pages())
    for outside, models_by_name in train.fold_models(prepared):
        # Every fold has pages outside, so the first of them tells which fold it is.
        number = train.fold_of(outside[0].domain)
        (folder / str(number)).mkdir(parents=True, exist_ok=True)
        for name, arrays in models_by_name.items():
            np.savez_compressed(folder / str(number) / f"{name}.npz", **arrays)
        print(f"trained without fold {number}", flush=True)
    (folder / "done").touch()


def _read(folder: Path) -> content.Models:
    loaded = []
    for name in _NAMES:
        with np.load(folder / f"{name}.npz") as arrays:
            loaded.append(trees.build(arrays))
    return content.Models(*loaded)
