"""How often title, authors and date are right, beside trafilatura in the same run.

    python tests/evaluation/metadata_eval.py FOLDER [DATASET …] [--limit N] [--errors FIELD]

FOLDER holds ``<dataset>.jsonl.gz`` with one page a line: html, url, title, author, date,
lang. A field is *right* if it equals the gold (title: same folded words; authors: same
set of names without case and accents; date: same day); *contained* if one title holds the
other; *spurious* if the gold says that there is none.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trafilatura import extract_metadata

from descale import words
from descale.dates import parse_date
from descale.metadata import html_metadata
from descale.read_html import read_html

DATASETS = ("wcxb_dev", "fundus_multi", "trafeval", "zhcontent", "postlight", "goose")
#: Datasets whose gold names every author and date there is, so that an empty one means none.
COMPLETE_GOLD = frozenset({"wcxb_dev"})
FIELDS = ("title", "authors", "date")

_LETTERS = re.compile(r"\b(?:Ph\.? ?D|M\.?D|MS|MA|MBA|RDN?|RN|CPA|DVM|Dr|Prof|FAND)\b\.?")

Answer = dict[str, Any]


def ours(record: Answer) -> Answer:
    """What descale finds."""
    found = html_metadata(read_html(record["html"], url=record["url"]), source=record["html"])
    return {"title": found.title, "authors": found.authors, "date": found.date}


def theirs(record: Answer) -> Answer:
    """What trafilatura finds."""
    found = extract_metadata(record["html"], default_url=record["url"])
    if found is None:
        return {"title": None, "authors": (), "date": None}
    return {"title": found.title, "authors": tuple((found.author or "").split("; ")) if found.author else (), "date": found.date}


def folded(text: str | None) -> str:
    """Words of a text without case and accents."""
    return " ".join(words.split(text or ""))


def gold_authors(author: str | list[str] | None) -> frozenset[str]:
    """The gold's names, folded, letters and roles behind them left out by the comparison."""
    if not author:
        return frozenset()
    parts = author if isinstance(author, list) else author.replace(" and ", ",").replace(" & ", ",").replace(";", ",").split(",")
    return without_letters(parts)


def without_letters(names: Iterable[str]) -> frozenset[str]:
    """Folded names without degrees and titles ("MD", "Ph.D.", "Dr."), which golds hold by chance."""
    kept = (_LETTERS.sub("", name).strip() for name in names)
    return frozenset(found for name in kept if (found := folded(name)))


def verdict(field: str, record: Answer, answer: Answer) -> str:
    """Right, contained, wrong or missing; spurious or silent where the gold has nothing."""
    gold = record["author" if field == "authors" else field]
    given = answer[field]
    if not gold:
        return "spurious" if given else "silent"
    if not given:
        return "missing"
    if field == "title":
        left, right = folded(gold), folded(given)
        return "right" if left == right else "contained" if left in right or right in left else "wrong"
    if field == "date":
        day = parse_date(str(gold), language=record["lang"], day_first=not record["lang"].startswith("en"))
        return "right" if (day or str(gold))[:10] == str(given)[:10] else "wrong"
    expected, names = gold_authors(gold), without_letters(given)
    if expected == names or folded(" ".join(given)) == folded(str(gold)):
        return "right"
    return (
        "contained"
        if expected & names or any(name in other or other in name for name in names for other in expected)
        else "wrong"
    )


def records(folder: Path, dataset: str, limit: int | None) -> Iterator[Answer]:
    """Pages of a dataset that have a gold title, author or date."""
    with gzip.open(folder / f"{dataset}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if limit is not None and number >= limit:
                return
            record = json.loads(line)
            if record["title"] or record["author"] or record["date"]:
                yield record


def measure(
    folder: Path, dataset: str, tools: Mapping[str, Callable[[Answer], Answer]], limit: int | None, errors: str | None
) -> None:
    """Print the table of one dataset."""
    counts: dict[str, dict[str, Counter[str]]] = {tool: defaultdict(Counter) for tool in tools}
    seconds: defaultdict[str, float] = defaultdict(float)
    for record in records(folder, dataset, limit):
        for tool, run in tools.items():
            start = time.process_time()
            answer = run(record)
            seconds[tool] += time.process_time() - start
            for field in FIELDS:
                result = verdict(field, record, answer)
                counts[tool][field][result] += 1
                if field == errors and tool != "trafilatura" and result not in {"right", "silent"}:
                    print(
                        f"    {result:9} {record['id']}: {record['author' if field == 'authors' else field]!r} / {answer[field]!r}"
                    )
    for field in FIELDS:
        for tool in tools:
            print(_row(dataset, field, tool, counts[tool][field], seconds[tool] / (seconds["trafilatura"] or 1)))


def _row(dataset: str, field: str, tool: str, found: Counter[str], ratio: float) -> str:
    with_gold = sum(found[name] for name in ("right", "contained", "wrong", "missing")) or 1
    without = found["spurious"] + found["silent"]
    spurious = f"{100 * found['spurious'] / without:5.1f} % of {without}" if without and dataset in COMPLETE_GOLD else "-"
    shares = "  ".join(f"{name} {100 * found[name] / with_gold:5.1f}" for name in ("right", "contained", "wrong", "missing"))
    return f"{dataset:13} {field:8} {tool:18} n {with_gold:4}  {shares}  spurious {spurious:16} time {ratio:.2f}"


def main() -> None:
    """Read the arguments and print one table a dataset."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("datasets", nargs="*", default=list(DATASETS))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--errors", choices=FIELDS, help="print what descale has wrong in this field")
    arguments = parser.parse_args()
    tools = {"descale": ours, "trafilatura": theirs}
    for dataset in arguments.datasets:
        measure(arguments.folder, dataset, tools, arguments.limit, arguments.errors)


if __name__ == "__main__":
    main()
