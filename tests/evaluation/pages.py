"""How well the article is found in HTML pages, with other extractors in the same run.

    python tests/evaluation/pages.py [--sets NAME …] [--every N] [--systems NAME …]
                                     [--shipped] [--cache FOLDER]

Scored by the corpora's own scorer. descale judges each page with models trained without
its domain (see `folds`); ``--shipped`` takes the shipped weights, which have seen the pages
of the training sets: fit for regressions, not for comparisons. Peers that do not install
here are left out, and the table says so. ``--cache`` keeps the peers' scores between runs.

Word-F1 counts the page as it is, except on daniel, whose golds begin with the title. Residue
and missing lines and perfect pages never count a title line.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import folds
from corpora import CORPORA, interval, mean, records
from peers import PEERS, Answer, Peer, PeerUnavailableError

from descale import Pipeline, content

SETS = ("fundus_multi", "wcxb_dev", "daniel", "trafeval")
#: Sets scored per character where a script has no spaces; the others by words or snippets.
_BY_CHARACTER = frozenset({"daniel", "magichtml", "zhcontent"})
_BY_SNIPPET = frozenset({"trafeval"})
_TITLE_IN_GOLD = frozenset({"daniel"})
_NEWS = frozenset({"fundus_multi", "trafeval"})
_RESAMPLES = 1000
_OWN = "descale"

Row = dict[str, Any]
System = Callable[[dict[str, Any]], Answer]


def scorer() -> Any:
    """Return the corpora's scorer, which stays beside them."""
    sys.path.insert(0, str(CORPORA))
    try:
        return importlib.import_module("score")
    finally:
        sys.path.remove(str(CORPORA))


def descale_system(*, shipped: bool) -> System:
    """Return descale, with models that never saw a page's domain, or as it is shipped."""
    pipeline = Pipeline(source_type="html")
    models = None if shipped else folds.models()
    pipeline.clean("<html><body><p>The first call loads tables, which is no page's fault.</p></body></html>")

    def run(record: dict[str, Any]) -> Answer:
        with ExitStack() as stack:
            if models is not None:
                stack.enter_context(content.use_models(models[folds.fold(record)]))
            start = time.process_time()
            article = pipeline.clean(record["html"], url=record["url"])
            return Answer(article.text, time.process_time() - start)

    return run


def peer_system(peer: Peer) -> System:
    """Return a peer that has been started."""
    return lambda record: peer.extract(record["html"], url=record["url"], language=record["lang"])


def pages(name: str, every: int = 1) -> Iterator[dict[str, Any]]:
    """Yield the pages of a set that are scored."""
    clean = scorer().is_clean
    for number, record in enumerate(records(name)):
        if number % every == 0 and (name not in _TITLE_IN_GOLD or clean(record)):
            if name in _TITLE_IN_GOLD and record["text"]:
                record["title"] = record["text"].strip().partition("\n")[0]
            yield {**record, "dataset": name}


def score(record: dict[str, Any], answer: Answer) -> Row:
    """Return the measures of one page."""
    judge = scorer()
    row: Row = judge.score_page(record, answer.text, neutral_title=True)
    gold = judge.gold_for(record, answer.text)
    if gold and row["dataset"] not in _TITLE_IN_GOLD:
        row["f1"] = judge.prf(judge.words(answer.text), judge.words(gold))[2]
        row["cf1"] = judge.prf(judge.cwords(answer.text), judge.cwords(gold))[2]
    row["seconds"] = answer.seconds
    return row


def score_set(system: System, name: str, every: int = 1) -> list[Row]:
    """Run a system over a set."""
    return [score(record, system(record)) for record in pages(name, every)]


def groups(rows: Sequence[Row]) -> Iterator[tuple[str, list[int]]]:
    """Yield the groups of a set, each with the numbers of its rows."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        name, kind = row["dataset"], row["page_type"]
        language = (row["lang"] or "").partition("-")[0]
        if name in _NEWS:
            language = language if language in {"en", "de"} else "other"
        found[f"{name} {kind if name == 'wcxb_dev' else language}"].append(number)
        found[f"{name} all"].append(number)
    for label in sorted(found):
        if not (label.endswith("all") and len(found) == 2):
            yield label, found[label]


def measure_of(name: str) -> str:
    """Return the main measure of a set."""
    return "cf1" if name in _BY_CHARACTER else "snip_f1" if name in _BY_SNIPPET else "f1"


def figure(rows: Sequence[Row], measure: str) -> float | None:
    """Return a measure over pages: their mean, for snippets pooled; None where nothing has it."""
    if measure == "snip_f1":
        hits = sum(row.get("with_hit", 0) for row in rows)
        wanted = sum(row.get("with_n", 0) for row in rows)
        wrong = sum(row.get("without_hit", 0) for row in rows)
        return 2 * hits / (hits + wrong + wanted) if wanted else None
    values = [row[measure] for row in rows if measure in row]
    return mean(values) if values else None


def figure_interval(rows: Sequence[Row], measure: str) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a figure."""
    if measure != "snip_f1":
        return interval([row[measure] for row in rows if measure in row])
    generator = random.Random(0)  # noqa: S311 - resampling
    drawn = sorted(figure(generator.choices(rows, k=len(rows)), measure) or 0.0 for _ in range(_RESAMPLES))
    return drawn[int(0.025 * _RESAMPLES)], drawn[int(0.975 * _RESAMPLES)]


def _print_table(title: str, by_system: dict[str, list[Row]], measure: str | None) -> None:
    others = [name for name in by_system if name != _OWN]
    own_rows = by_system[_OWN]
    print(f"\n{title:<30}{'n':>5}  {'descale [95 % interval]':<26}" + "".join(f"{name[:15]:>16}" for name in others))
    for label, numbers in groups(own_rows):
        what = measure or measure_of(label.split()[0])
        own = [own_rows[number] for number in numbers]
        value = figure(own, what)
        if value is None:
            continue
        low, high = figure_interval(own, what)
        figures = [figure([by_system[name][number] for number in numbers], what) or 0.0 for name in others]
        cells = "".join(f"{other:>16.4f}" for other in figures)
        print(f"{label:<30}{len(own):>5}  {value:.4f} [{low:.4f}, {high:.4f}]  {cells}", flush=True)


def report(by_system: dict[str, list[Row]]) -> None:
    """Print the tables of one set."""
    main = {"f1": "word-F1", "cf1": "character-F1", "snip_f1": "snippet-F1"}[measure_of(by_system[_OWN][0]["dataset"])]
    _print_table(main, by_system, None)
    for title, measure in (("residue lines", "residue"), ("missing lines", "missing"), ("perfect pages", "perfect")):
        if any(measure in row for row in by_system[_OWN]):
            _print_table(title, by_system, measure)
    times = {name: sum(row["seconds"] for row in rows) for name, rows in by_system.items()}
    unit = times.get("trafilatura") or times[_OWN]
    print("processor time, x " + ("trafilatura's" if "trafilatura" in times else "descale's"), end=": ")
    print(", ".join(f"{name} {spent / unit:.2f}" for name, spent in times.items()))


def _peer_rows(peer: Peer, name: str, every: int, cache: Path | None) -> list[Row]:
    file = cache / f"{peer.name} {peer.version} {name} {every}.json" if cache else None
    if file and file.exists():
        kept: list[Row] = json.loads(file.read_text("utf-8"))
        return kept
    rows = score_set(peer_system(peer), name, every)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(rows), "utf-8")
    return rows


def main() -> None:
    """Score all systems and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=SETS, help="page sets, by file name without its ending")
    parser.add_argument("--every", type=int, default=1, help="take every Nth page of a set")
    parser.add_argument("--systems", nargs="*", default=list(PEERS), help="peers to run beside descale")
    parser.add_argument("--shipped", action="store_true", help="judge with the shipped weights")
    parser.add_argument("--cache", type=Path, help="folder to keep the peers' scores in")
    options = parser.parse_args()
    weights = "shipped weights, tuning pages" if options.shipped else "models trained without the page's domain"
    print(f"descale: {weights}")
    own = descale_system(shipped=options.shipped)
    with ExitStack() as stack:
        running = []
        for name in options.systems:
            try:
                peer = stack.enter_context(Peer(name))
            except PeerUnavailableError as error:
                print(f"left out: {error}")
                continue
            running.append(peer)
            print(f"{name}: {peer.version}")
        for name in options.sets:
            by_system = {_OWN: score_set(own, name, options.every)}
            for peer in running:
                by_system[peer.name] = _peer_rows(peer, name, options.every, options.cache)
            report(by_system)


if __name__ == "__main__":
    main()
