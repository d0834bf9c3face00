"""One article as one record: the fields that batch outputs and every adapter share.

A record is plain data with the fields of `FIELDS`, in that order. A document that could not
be cleaned is a record too: its ``error`` says why, its ``text`` and metadata are None.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from descale import Article, Cleaner, Pipeline, rule_set

METADATA_FIELDS = (
    "title",
    "standfirst",
    "authors",
    "date",
    "modified",
    "language",
    "site",
    "url",
    "description",
    "image",
    "tags",
    "section",
    "is_free",
)
REMOVAL_FIELDS = ("start", "stop", "family", "rule", "score", "evidence")
FIELDS = ("text", *METADATA_FIELDS, "confidence", "notes", "removals", "error", "rule_set", "configuration")


@dataclass(frozen=True, slots=True)
class Recorder:
    """Cleans documents into records, all with the provenance of one `Pipeline`; picklable, without state."""

    pipeline: Pipeline = field(default_factory=Pipeline)
    _provenance: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what every record says about where it comes from."""
        provenance = {"rule_set": rule_set(), "configuration": configuration_hash(self.pipeline)}
        object.__setattr__(self, "_provenance", provenance)

    def clean(self, source: object, *, url: str | None = None) -> dict[str, Any]:
        """Clean one document; whatever goes wrong stands in ``error``, nothing is raised."""
        try:
            return self.record(self.pipeline.clean(source, url=url))  # type: ignore[arg-type]  # clean() checks the type
        except Exception as error:  # noqa: BLE001 - one bad document must never stop or lose a batch
            return self.failed(error)

    def record(self, article: Article) -> dict[str, Any]:
        """Return the record of an article that this pipeline cleaned."""
        record: dict[str, Any] = {"text": article.text}
        for name in METADATA_FIELDS:
            value = getattr(article, name)
            record[name] = list(value) if isinstance(value, tuple) else value
        record["confidence"] = article.confidence
        record["notes"] = list(article.notes)
        record["removals"] = [{name: getattr(removal, name) for name in REMOVAL_FIELDS} for removal in article.removals]
        return record | {"error": None} | self._provenance

    def failed(self, error: BaseException) -> dict[str, Any]:
        """Return the record of a document that could not be cleaned: every field None but ``error`` and provenance."""
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return dict.fromkeys(FIELDS) | {"error": said} | self._provenance


def configuration_hash(pipeline: Pipeline) -> str:
    """Return 16 hexadecimal digits that are equal for equal configurations, in every process.

    Cleaners count by their family and the name of their function; a change inside the function
    of your own cleaner is not seen.
    """
    settings = {
        "cleaners": [_name_of(cleaner) for cleaner in pipeline.cleaners],
        "phrases": [list(phrase) for phrase in pipeline.phrases],
        "protect": list(pipeline.protect),
        "mode": pipeline.mode,
        "threshold": pipeline.threshold,
        "skip": sorted(pipeline.skip),
        "language": pipeline.language,
        "source_type": pipeline.source_type,
    }
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def _name_of(cleaner: Cleaner) -> str:
    propose: Any = cleaner.propose
    if isinstance(propose, functools.partial):
        return f"{cleaner.family}={propose.func.__module__}.{propose.func.__qualname__}{propose.args}{sorted(propose.keywords.items())}"
    return f"{cleaner.family}={propose.__module__}.{getattr(propose, '__qualname__', type(propose).__qualname__)}"
