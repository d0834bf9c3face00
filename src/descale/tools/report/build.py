"""From runs to the data of a report: of one run, or of two side by side."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from descale.tools.report.records import Entry, Place, Run, occurrences
from descale.tools.report.shown import shown_entry, shown_pair
from descale.tools.report.tally import LISTED, Sample, Share, Tally, normalised

Key = tuple[str, int]


def report_data(run: Run, label: str, *, sample_size: int) -> dict[str, Any]:
    """Return the data of a report on one run.

    Args:
        run: what to report on; it is read twice, the second time for what is shown alone.
        label: what the run is called.
        sample_size: documents to show; those that the lists link to come on top.
    """
    tally: Tally = Tally()
    sample: Sample[Place] = Sample(sample_size)
    for entry in run.entries():
        sample.offer(entry.place, entry.digest, tally.add(entry))
    lines, suspicious = tally.frequent_lines(), tally.suspicious()
    linked = [found.place for found in suspicious] + [found.place for found in lines]
    numbers = {place: number for number, place in enumerate(dict.fromkeys([*sample.chosen(), *linked]))}
    entries = {entry.place: entry for entry in run.at(numbers)}
    documents = [shown_entry(entries[place]) for place in numbers if place in entries]
    return {
        "kind": "run",
        "runs": [_summary(run, label, tally)],
        "documents": documents,
        "sampled": len(sample.chosen()),
        "lines": [
            {"text": found.example, "count": found.times, "rule": found.rule, "document": numbers[found.place]} for found in lines
        ],
        "suspicious": [
            {"document": numbers[found.place], "removal": _number_at(entries[found.place], found.start)} for found in suspicious
        ],
        "suspiciousCount": tally.suspicious_count,
    }


def _number_at(entry: Entry, start: int) -> int:
    return next(number for number, removal in enumerate(entry.removals or ()) if removal.start == start)


def _summary(run: Run, label: str, tally: Tally) -> dict[str, Any]:
    counts = {
        name: getattr(tally, name)
        for name in (
            "documents",
            "failed",
            "empty",
            "doubtful",
            "kept",
            "removed",
            "forgotten",
            "without_removals",
            "without_document",
        )
    }
    return counts | {
        "label": label,
        "paths": [str(path) for path in run.paths],
        "provenance": [{"rule_set": one[0], "configuration": one[1]} for one, _ in tally.provenance.most_common(5)],
        "families": _shares(tally.families),
        "rules": _shares(tally.rules),
        "languages": _shares(tally.languages),
        "problems": run.problems,
        "problemCount": run.problem_count,
    }


def _shares(shares: Mapping[str, Share]) -> list[dict[str, Any]]:
    order = sorted(shares, key=lambda name: (-shares[name].characters, name))
    return [{"name": name, **asdict(shares[name])} for name in order]


# -------------------------------------------------------------------------------- two runs
class _Mark(NamedTuple):
    """What is kept of an entry until its counterpart comes."""

    text: bytes
    removals: bytes
    length: int
    digest: str
    place: Place


def comparison_data(runs: tuple[Run, Run], labels: tuple[str, str], *, sample_size: int) -> dict[str, Any]:
    """Return the data of a report on two runs over the same documents.

    The runs are read side by side. Some 200 bytes are kept of each name that has been seen, and
    as much again of a document while its counterpart in the other run is still to come.
    """
    tallies = Tally(), Tally()
    sample: Sample[tuple[Place, Place]] = Sample(sample_size)
    changes: Counter[str] = Counter()
    alone: tuple[dict[Key, _Mark], dict[Key, _Mark]] = ({}, {})
    for side, key, entry in _side_by_side(runs):
        tallies[side].add(entry)
        own, other = _mark(entry), alone[1 - side].pop(key, None)
        if other is None:
            alone[side][key] = own
            continue
        change = "same" if own[:2] == other[:2] else "reasons" if own.text == other.text else "changed"
        changes[change] += 1
        if change == "changed":
            first, second = (other, own) if side else (own, other)
            sample.offer((first.place, second.place), first.digest, 1 + abs(own.length - other.length))
    documents = _pairs(runs, sample.chosen())
    return {
        "kind": "comparison",
        "runs": [_summary(*one) for one in zip(runs, labels, tallies, strict=True)],
        "changes": {"same": 0, "changed": 0, "reasons": 0, **changes, "onlyA": len(alone[0]), "onlyB": len(alone[1])},
        "documents": documents,
        "sampled": len(documents),
        "lines": _lines_of_one(documents),
        "suspicious": [],
        "suspiciousCount": 0,
    }


def _side_by_side(runs: tuple[Run, Run]) -> Iterator[tuple[int, Key, Entry]]:
    """Yield the entries of two runs in turn, each with its side."""
    streams = {side: occurrences(run.entries()) for side, run in enumerate(runs)}
    while streams:
        for side in tuple(streams):
            found = next(streams[side], None)
            if found is None:
                del streams[side]
            else:
                yield side, *found


def _mark(entry: Entry) -> _Mark:
    spans = [(removal.start, removal.stop, removal.rule) for removal in entry.removals or ()]
    return _Mark(_hashed(entry.text), _hashed(spans), len(entry.text or ""), entry.digest, entry.place)


def _hashed(value: object) -> bytes:
    return hashlib.blake2b(repr(value).encode(), digest_size=16).digest()


def _pairs(runs: tuple[Run, Run], places: list[tuple[Place, Place]]) -> list[dict[str, Any]]:
    found = [{entry.place: entry for entry in run.at([pair[side] for pair in places])} for side, run in enumerate(runs)]
    return [shown_pair(found[0][one], found[1][other]) for one, other in places if one in found[0] and other in found[1]]


def _lines_of_one(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines that only one of the runs removes, of the documents shown, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], dict[str, Any]] = {}
    for number, document in enumerate(documents):
        for removal in document["removals"] if document["segments"] else ():
            for line in (removal["text"] or "").splitlines() if removal["only"] else ():
                key = (removal["only"], normalised(line))
                if key[1]:
                    counts[key] += 1
                    examples.setdefault(key, {"text": line.strip(), "rule": removal["rule"], "document": number})
    most = sorted(counts, key=lambda key: (-counts[key], key))[: 2 * LISTED]
    return [{**examples[key], "count": counts[key], "only": key[0]} for key in most]
