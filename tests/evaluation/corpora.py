"""Reading the tuning corpora, and the statistics that tables of the evaluation share."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"

_UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u0e00-\u0eff"
)
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_RESAMPLES = 1000


def records(name: str) -> Iterator[dict[str, Any]]:
    """Yield the records of one corpus file, named without its ending."""
    with gzip.open(CORPORA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def tokens(text: str) -> list[str]:
    """Split as the corpora's scorer does: words, and single characters of unspaced scripts."""
    return _TOKEN.findall(text.lower())


def group(record: dict[str, Any]) -> str:
    """Name the group a record counts in: mixed English web, or news by language."""
    if record["dataset"] == "wcxb_dev":
        return "mixed en"
    language = (record.get("lang") or "").partition("-")[0]
    return f"news {language if language in {'en', 'de'} else 'other'}"


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean."""
    return sum(values) / len(values)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean (1,000 resamples, fixed seed)."""
    generator = random.Random(0)  # noqa: S311 - resampling
    means = sorted(mean(generator.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES)]


def fingerprint(names: Sequence[str]) -> str:
    """Return a hash over corpus files, so that pinned figures say what they were measured on."""
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update((CORPORA / f"{name}.jsonl.gz").read_bytes())
    return digest.hexdigest()[:16]
