"""What a report counts over all entries, and which of them it shows: one pass, bounded memory."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from descale.tools.report.records import Entry, Place, Removed

#: Lines of removed text that are counted at a time; of more, the rarer half is forgotten.
MOST_LINES = 100_000
#: Lines and suspicious removals that a report lists.
LISTED = 50
#: Characters of a line that tell it from others.
_LINE_LENGTH = 300
#: A removal is suspicious if it is prose of so many words with a score below this.
SUSPICIOUS_WORDS, SUSPICIOUS_SCORE = 14, 0.8
#: Below this confidence an input is probably no article.
ARTICLE_CONFIDENCE = 0.5
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»」』)\]]*(?:\s|$)")
# Scripts without spaces: about two signs make a word.
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")

T = TypeVar("T")


@dataclass(slots=True)
class Share:
    """How much one family, rule or language has."""

    documents: int = 0
    removals: int = 0
    characters: int = 0


class LineCount(NamedTuple):
    """A removed line: how often it went, and one removal of it."""

    times: int
    example: str
    rule: str
    place: Place


class Suspicion(NamedTuple):
    """A removal that somebody should look at; ``weight`` orders them."""

    weight: float
    digest: str
    start: int
    place: Place


@dataclass
class Sample(Generic[T]):
    """At most ``size`` of what is offered: up to half by weight, the others by their content's hash.

    The same are chosen in whatever order they come.
    """

    size: int
    _heavy: list[tuple[float, str, T]] = field(default_factory=list)
    _drawn: list[tuple[int, str, T]] = field(default_factory=list)

    def offer(self, item: T, digest: str, weight: float) -> None:
        """Consider an item; the greater its weight the sooner it is taken, 0 leaves it to its digest."""
        if weight > 0:
            _push(self._heavy, (weight, digest, item), self.size)
        _push(self._drawn, (-int(digest, 16), digest, item), self.size)

    def chosen(self) -> list[T]:
        """Return the items chosen: those of weight first, then the others by hash."""
        heavy = [item for _, _, item in sorted(self._heavy, reverse=True)]
        drawn = [item for _, _, item in sorted(self._drawn, reverse=True)]
        first = heavy[: (self.size + 1) // 2]
        return list(dict.fromkeys([*first, *drawn, *heavy]))[: self.size]


@dataclass
class Tally:
    """Counts over the entries of a run."""

    documents: int = 0
    failed: int = 0
    empty: int = 0
    doubtful: int = 0
    without_removals: int = 0
    without_document: int = 0
    kept: int = 0
    removed: int = 0
    forgotten: bool = False
    families: dict[str, Share] = field(default_factory=dict)
    rules: dict[str, Share] = field(default_factory=dict)
    languages: dict[str, Share] = field(default_factory=dict)
    provenance: Counter[tuple[str, str]] = field(default_factory=Counter)
    suspicious_count: int = 0
    _lines: dict[str, list[Any]] = field(default_factory=dict)
    _suspicious: list[Suspicion] = field(default_factory=list)

    def add(self, entry: Entry) -> float:
        """Count an entry, and return how suspicious its most suspicious removal is."""
        self.documents += 1
        self.provenance[entry.provenance] += 1
        self.failed += entry.error is not None
        if entry.error is not None:
            return 0.0
        self.empty += not entry.text
        self.doubtful += entry.confidence is not None and entry.confidence < ARTICLE_CONFIDENCE
        self.kept += len(entry.text or "")
        self.without_removals += entry.removals is None
        self.without_document += entry.document is None
        removals = entry.removals or ()
        self._count_shares(entry, removals)
        digest = entry.digest
        worst = 0.0
        for removal in removals:
            if removal.family == "metadata":
                continue
            text = entry.removed_text(removal)
            if text is not None:
                self._count_lines(text, removal.rule, digest, entry.place)
            weight = suspicion(removal, text)
            if weight:
                self.suspicious_count += 1
                _push(self._suspicious, Suspicion(weight, digest, removal.start, entry.place), LISTED)
                worst = max(worst, weight)
        return worst

    def _count_shares(self, entry: Entry, removals: Iterable[Removed]) -> None:
        language = self.languages.setdefault(entry.language or "", Share())
        language.documents += 1
        for removal in removals:
            length = removal.stop - removal.start
            self.removed += length
            language.removals += 1
            language.characters += length
            for shares, name in ((self.families, removal.family), (self.rules, removal.rule)):
                share = shares.setdefault(name, Share())
                share.removals += 1
                share.characters += length
        for removal_family in {removal.family for removal in removals}:
            self.families[removal_family].documents += 1
        for removal_rule in {removal.rule for removal in removals}:
            self.rules[removal_rule].documents += 1

    def _count_lines(self, text: str, rule: str, digest: str, place: Place) -> None:
        for line in text.splitlines():
            key = normalised(line)
            if not key:
                continue
            known = self._lines.get(key)
            if known is None:
                self._lines[key] = [1, digest, " ".join(line.split())[:_LINE_LENGTH], rule, place]
                continue
            known[0] += 1
            # The example is in the document of the lowest hash: one that the sample holds, if any there does.
            if digest < known[1]:
                known[1:] = digest, " ".join(line.split())[:_LINE_LENGTH], rule, place
        if len(self._lines) > MOST_LINES:
            frequent = heapq.nlargest(MOST_LINES // 2, self._lines.items(), key=lambda item: (item[1][0], item[0]))
            self._lines = dict(frequent)
            self.forgotten = True

    def frequent_lines(self) -> list[LineCount]:
        """Return the lines that went most often, more than once."""
        several = ((key, known) for key, known in self._lines.items() if known[0] > 1)
        most = heapq.nsmallest(LISTED, several, key=lambda item: (-item[1][0], item[0]))
        return [LineCount(count, example, rule, place) for _, (count, _, example, rule, place) in most]

    def suspicious(self) -> list[Suspicion]:
        """Return the most suspicious removals, the worst first."""
        return sorted(self._suspicious, reverse=True)


def normalised(line: str) -> str:
    """Return what equal lines share: letter case, white space and numbers do not count."""
    return re.sub(r"\d+", "#", " ".join(line.casefold().split()))[:_LINE_LENGTH]


def suspicion(removal: Removed, text: str | None) -> float:
    """Return how much a removal deserves a look: its words times its doubt; 0 for none.

    Where the text is not known, six characters count as a word.
    """
    if removal.family == "metadata" or removal.score >= SUSPICIOUS_SCORE:
        return 0.0
    words = (removal.stop - removal.start) / 6 if text is None else word_count(text)
    if words < SUSPICIOUS_WORDS or (text is not None and not _SENTENCE_END.search(text)):
        return 0.0
    return round(words * (1 - removal.score), 6)


def word_count(text: str) -> int:
    """Count words; in scripts without spaces two signs are about a word."""
    return sum(1 for _ in _WORD.finditer(text))


def _push(heap: list[Any], item: Any, size: int) -> None:
    """Keep the greatest ``size`` items in a heap."""
    if len(heap) < size:
        heapq.heappush(heap, item)
    elif size and item > heap[0]:
        heapq.heapreplace(heap, item)
