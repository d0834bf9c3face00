"""What happened, added up: by shard for the journal, over all for the end."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, TextIO

#: Below this confidence a page with text counts as no article.
ARTICLE_CONFIDENCE = 0.5
STATUSES = ("ok", "empty", "not an article", "failed", "timed out")
_SLOWEST = 10


class Outcome(NamedTuple):
    """What became of one document; ``families`` maps to the characters taken, ``failure`` is a line of failures.jsonl."""

    path: str
    record: int | None
    status: str
    seconds: float
    language: str | None = None
    families: dict[str, int] = {}
    failure: dict[str, Any] | None = None

    @property
    def dirty(self) -> bool:
        """Whether anything was to be removed."""
        return bool(self.families)


@dataclass
class Tally:
    """Sums over documents: by status, by family (documents, characters), by language, and the slowest of them."""

    statuses: Counter[str] = field(default_factory=Counter)
    families: dict[str, list[int]] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str, int | None]] = field(default_factory=list)
    dirty: int = 0

    @property
    def documents(self) -> int:
        """How many there are."""
        return self.statuses.total()

    @property
    def bad(self) -> int:
        """How many were lost to an error or a limit."""
        return self.statuses["failed"] + self.statuses["timed out"]

    def count(self, outcome: Outcome) -> None:
        """Add one document."""
        self.statuses[outcome.status] += 1
        self.dirty += outcome.dirty
        if outcome.failure is None:
            self.languages[outcome.language or "unknown"] += 1
        for family, characters in outcome.families.items():
            sums = self.families.setdefault(family, [0, 0])
            sums[0] += 1
            sums[1] += characters
        self._keep_slowest([(outcome.seconds, outcome.path, outcome.record)])

    def add(self, other: Tally) -> None:
        """Add the sums of other documents."""
        self.statuses.update(other.statuses)
        self.languages.update(other.languages)
        self.dirty += other.dirty
        for family, (documents, characters) in other.families.items():
            sums = self.families.setdefault(family, [0, 0])
            sums[0] += documents
            sums[1] += characters
        self._keep_slowest(other.slowest)

    def _keep_slowest(self, more: list[tuple[float, str, int | None]]) -> None:
        if len(self.slowest) < _SLOWEST or any(one[0] > self.slowest[-1][0] for one in more):
            found = sorted([*self.slowest, *more], key=lambda one: (-one[0], one[1], one[2] or 0))
            self.slowest = found[:_SLOWEST]

    def to_dict(self) -> dict[str, Any]:
        """Return the sums as plain data."""
        return asdict(self) | {"statuses": dict(self.statuses), "languages": dict(self.languages)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Tally:
        """Return what `to_dict` gave."""
        slowest = [(float(seconds), str(path), record) for seconds, path, record in data["slowest"]]
        return cls(Counter(data["statuses"]), data["families"], Counter(data["languages"]), slowest, data["dirty"])

    def line(self) -> str:
        """Return the counts as one line."""
        return ", ".join(f"{self.statuses[status]:,} {status}" for status in STATUSES)


def print_summary(tally: Tally, skipped: Counter[str], seconds: float, stream: TextIO) -> None:
    """Print what happened: counts, then by family, by language, the slowest, and what was not read."""
    rate = f" in {seconds:.1f} s" if seconds else ""
    print(f"{tally.documents:,} documents{rate}: {tally.line()}", file=stream)
    if tally.families:
        print(f"\n{'family':<14}{'documents':>12}{'characters taken':>20}", file=stream)
        for family, (documents, characters) in sorted(tally.families.items(), key=lambda item: (-item[1][1], item[0])):
            print(f"{family:<14}{documents:>12,}{characters:>20,}", file=stream)
    if tally.languages:
        common = ", ".join(f"{name} {count:,}" for name, count in tally.languages.most_common(12))
        print(f"\nlanguages: {common}" + (" …" if len(tally.languages) > 12 else ""), file=stream)
    slow = [f"  {spent:8.2f} s  {where(path, record)}" for spent, path, record in tally.slowest[:3]]
    if slow:
        print("slowest:", *slow, sep="\n", file=stream)
    for what, count in sorted(skipped.items()):
        print(f"not read: {count:,} {what}", file=stream)


def where(path: str, record: int | None) -> str:
    """Return how a document is named in messages."""
    return path if record is None else f"{path}: record {record}"


def stats(tally: Tally, skipped: Counter[str], more: dict[str, Any]) -> str:
    """Return all figures as JSON."""
    data = tally.to_dict()
    data["families"] = {
        family: {"documents": documents, "characters": characters} for family, (documents, characters) in tally.families.items()
    }
    data["slowest"] = [{"seconds": seconds, "path": path, "record": record} for seconds, path, record in tally.slowest]
    data["statuses"] = {status: tally.statuses[status] for status in STATUSES}
    return json.dumps({"documents": tally.documents, **data, "not_read": dict(skipped), **more}, indent=2) + "\n"
