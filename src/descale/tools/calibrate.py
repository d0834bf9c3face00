"""Count how often each rule is right on labelled lines, for `descale.calibration`.

    python -m descale.tools.calibrate lines_traf.jsonl.gz … --out rule_counts.json

Records as for ``train_lines``. Prints to stderr, for folds by registered domain, how many of the
removals of each score are right when their counts come from the other folds.
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from descale.calibration import Table, probability_of, zone
from descale.cleaners import CLEANERS
from descale.model import Removal
from descale.page import Page, build_page
from descale.read_text import read_text, repair
from descale.shipped import shipped
from descale.tools.train_lines import FOLDS, read_records, registered_domain

_BANDS = (0.9, 0.8, 0.7, 0.5)


class Judged(NamedTuple):
    """One proposal on a labelled line: the page, the proposal, whether the line is boilerplate, the fold."""

    page: Page
    proposal: Removal
    right: bool
    fold: int


def judged_proposals(records: Iterable[dict[str, Any]]) -> list[Judged]:
    """Return the cleaners' proposals on judged lines of nearly clean text; equal lines of a page count once."""
    found: list[Judged] = []
    seen: set[tuple[str, str, str]] = set()
    for record in records:
        lines = [repair(line["t"])[0].replace("\n", " ") for line in record["lines"]]
        page = build_page(read_text("\n".join(lines)), shipped().index)
        if page.raw:
            continue
        labels = {}
        position = 0
        for line, labelled in zip(lines, record["lines"], strict=True):
            labels[position + len(line) - len(line.lstrip())] = labelled["y"]
            position += len(line) + 1
        fold = zlib.crc32(registered_domain(record).encode()) % FOLDS
        for cleaner in CLEANERS:
            for proposal in cleaner.propose(page):
                key = (record["id"], proposal.rule, page.document.text[proposal.start : proposal.stop])
                label = labels.get(proposal.start)
                if label is not None and key not in seen:
                    seen.add(key)
                    found.append(Judged(page, proposal, label == 1, fold))
    return found


def count(judged: Iterable[Judged]) -> Table:
    """Return the counts [right, all] by rule and zone; what a cleaner itself calls weak is left out."""
    table: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for page, proposal, right, _ in judged:
        if proposal.score >= 0.5:
            block = next(block.index for block in page.blocks if block.start == proposal.start)
            counts = table[proposal.rule][zone(page, block)]
            counts[0] += right
            counts[1] += 1
    return {rule: {where: table[rule][where] for where in sorted(table[rule])} for rule in sorted(table)}


def report(judged: Sequence[Judged]) -> None:
    """Print how many removals of each score band are right, held out."""
    bands: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for fold in range(FOLDS):
        table = count(one for one in judged if one.fold != fold)
        for page, proposal, right, own in judged:
            if own == fold:
                probability = probability_of(page, table)
                score = proposal.score if probability is None else probability(proposal)
                band = next((low for low in _BANDS if score >= low), 0.0)
                bands[band][0] += right
                bands[band][1] += 1
    for low, (hits, total) in sorted(bands.items(), reverse=True):
        print(f"score >= {low:.1f}: {hits} of {total} right ({hits / total:.1%})", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Count, print the held-out report, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    judged = judged_proposals(read_records(options.files))
    report(judged)
    text = json.dumps(count(judged), indent=1, ensure_ascii=False)
    options.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
