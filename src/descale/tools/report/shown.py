"""Entries as the page shows them: plain data, the document cut into kept and removed segments."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from descale.tools.report.records import Entry, Removed
from descale.tools.report.tally import suspicion

#: Characters of one document that the page shows; a report of huge pages must still open.
MOST_CHARACTERS = 100_000
_CONTEXT_LINES = 2


def shown_entry(entry: Entry) -> dict[str, Any]:
    """Return an entry of one run as the page's data."""
    removals = entry.removals or ()
    return _head(entry) | {
        "removals": [_shown_removal(entry, removal) for removal in removals],
        "segments": None if entry.document is None else _segments(entry.document, removals),
    }


def shown_pair(first: Entry, second: Entry) -> dict[str, Any]:
    """Return the same document in two runs: each removal with the run it is of, and the diff of what was kept."""
    both = [(removal, side) for side, entry in enumerate((first, second)) for removal in entry.removals or ()]
    spans = [{(removal.start, removal.stop) for removal in entry.removals or ()} for entry in (first, second)]
    comparable = first.document is not None and first.document == second.document
    removals: list[dict[str, Any]] = []
    numbered: list[Removed] = []
    for removal, side in sorted(both):
        shared = comparable and (removal.start, removal.stop) in spans[1 - side]
        if shared and side == 0:
            continue  # it goes in both: the second run tells of it
        numbered.append(removal)
        removals.append(_shown_removal((first, second)[side], removal) | {"only": "" if shared else "AB"[side]})
    return _head(second) | {
        "removals": removals,
        "segments": _segments(first.document, numbered) if comparable and first.document is not None else None,
        "diff": list(line_diff(first.text or "", second.text or "")),
        "errors": [first.error, second.error],
    }


def line_diff(first: str, second: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a diff as (mark, line): "-" only in the first, "+" only in the second, "@" for lines left out."""
    old, new = ([line for line in text.split("\n") if line.strip()] for text in (first, second))
    for line in list(difflib.unified_diff(old, new, lineterm="", n=_CONTEXT_LINES))[2:]:
        if line[0] != "@":
            yield line[0], line[1:]
        elif not line.startswith(("@@ -0,", "@@ -1,", "@@ -1 ")):  # before the first line nothing is left out
            yield "@", "…"


def _head(entry: Entry) -> dict[str, Any]:
    text = entry.text or ""
    lengths = [removal.stop - removal.start for removal in entry.removals or ()]
    return {
        "name": entry.name,
        "title": entry.title,
        "language": entry.language,
        "confidence": entry.confidence,
        "error": entry.error,
        "notes": list(entry.notes),
        "text": text[:MOST_CHARACTERS],
        "kept": len(text),
        "removed": sum(lengths),
        "cut": max(len(text), len(entry.document or "")) > MOST_CHARACTERS,
        "listed": entry.removals is not None,
    }


def _shown_removal(entry: Entry, removal: Removed) -> dict[str, Any]:
    text = entry.removed_text(removal)
    return {
        "start": removal.start,
        "family": removal.family,
        "rule": removal.rule,
        "score": removal.score,
        "evidence": removal.evidence,
        "characters": removal.stop - removal.start,
        "text": text if text is None else text[:MOST_CHARACTERS],
        "suspicion": suspicion(removal, text),
    }


def _segments(document: str, removals: Sequence[Removed]) -> list[tuple[str, int]]:
    """Return the document in pieces, each with the number of its removal, or -1 where it stays.

    Offsets are Python's, by code point; a browser counts otherwise, so it gets the pieces.
    """
    document = document[:MOST_CHARACTERS]
    pieces: list[tuple[str, int]] = []
    position = 0
    for number, removal in enumerate(removals):
        # Two runs may cut overlapping spans; what the earlier one covers is not shown twice.
        start, stop = max(removal.start, position), min(removal.stop, len(document))
        if start >= stop:
            continue
        if position < start:
            pieces.append((document[position:start], -1))
        pieces.append((document[start:stop], number))
        position = stop
    if position < len(document):
        pieces.append((document[position:], -1))
    return pieces
