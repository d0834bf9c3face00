"""How well scraped text is cleaned: body token-F1 by dataset and group, baselines beside it.

    python tests/evaluation/lines.py [--sample N]

Each ``lines_*`` corpus holds real article pages as text, labelled line by line. A system keeps
or drops lines; kept tokens against body tokens give precision, recall and F1 a document,
and the mean over documents is the figure. Lines that were not judged count neither way.
The line model was trained on the pages of ``lines_wet``, so there each page is scored by a model
that saw no page of its site: the folds are trained anew in this run (needs lightgbm).
On gold text without boilerplate the share of body tokens lost is reported; what goes as title
or standfirst is counted with it.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from unittest import mock

import justext
from corpora import group, interval, mean, records, tokens

from descale import Article, Pipeline, raw_text, trees
from descale.tools import train_lines
from descale.tools.tree_file import tree_arrays

DATASETS = ("lines_traf", "lines_recall", "lines_news", "lines_read", "lines_wet")
GOLD = ("fundus_multi", "wcxb_dev")
Keeper = Callable[[list[str], str], list[bool]]

_PIPELINE = Pipeline(source_type="text")
_STOP_LISTS = {"en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "pl": "Polish"}
_STOP_LISTS |= {"tr": "Turkish", "nl": "Dutch", "sv": "Swedish", "da": "Danish", "ru": "Russian", "no": "Norwegian_Bokmal"}
_C4_END = re.compile(r"[.!?\"”]$")


def descale_keeps(lines: list[str], language: str) -> list[bool]:
    """Keep what descale keeps; it is not told the language."""
    del language
    article = _PIPELINE.clean("\n".join(lines))
    return kept_lines(lines, article)


def kept_lines(lines: Sequence[str], article: Article) -> list[bool]:
    """Return for each line whether most of it is still there."""
    gone = [(removal.start, removal.stop) for removal in article.removals if removal.family != "metadata"]
    keeps: list[bool] = []
    position = first = 0
    for line in lines:
        stop = position + len(line)
        while first < len(gone) and gone[first][1] <= position:
            first += 1
        lost = sum(min(b, stop) - max(a, position) for a, b in gone[first : first + 8] if a < stop)
        keeps.append(lost < 0.5 * max(1, len(line.strip())))
        position = stop + 1
    return keeps


def keep_all(lines: list[str], language: str) -> list[bool]:
    """Keep every line."""
    del language
    return [True] * len(lines)


def c4_keeps(lines: list[str], language: str) -> list[bool]:
    """Keep lines of five words or more that end with terminal punctuation (C4's line rules)."""
    del language
    return [bool(_C4_END.search(line)) and len(line.split()) >= 5 and "javascript" not in line.lower() for line in lines]


def justext_keeps(lines: list[str], language: str) -> list[bool]:
    """Keep what jusText calls good, each line given to it as a paragraph."""
    stop_list = justext.get_stoplist(_STOP_LISTS.get(language.partition("-")[0], "English"))
    html = "".join(f"<p>{line.replace('&', '&amp;').replace('<', '&lt;') or '-'}</p>" for line in lines)
    paragraphs = justext.justext(html.encode(), stop_list, encoding="utf-8")
    good = {" ".join(paragraph.text.split()) for paragraph in paragraphs if not paragraph.is_boilerplate}
    return [" ".join(line.split()) in good for line in lines]


def maximum_sum_keeps(lines: list[str], language: str) -> list[bool]:
    """Keep the span of lines with the greatest sum of (tokens - 12)."""
    del language
    best, span, running, start = 0, (0, 0), 0, 0
    for number, line in enumerate(lines):
        if running <= 0:
            running, start = 0, number
        running += min(len(tokens(line)), 60) - 12
        if running > best:
            best, span = running, (start, number + 1)
    return [span[0] <= number < span[1] for number in range(len(lines))]


SYSTEMS: dict[str, Keeper] = {
    "descale": descale_keeps,
    "keep-all": keep_all,
    "jusText": justext_keeps,
    "C4 lines": c4_keeps,
    "max-sum": maximum_sum_keeps,
}


def body_f1(record: dict[str, Any], keeps: Sequence[bool]) -> float | None:
    """Return the token-F1 of the kept lines of a record; None where it has no body."""
    body = kept = right = 0
    for line, keep in zip(record["lines"], keeps, strict=True):
        if line["y"] is None:
            continue
        count = len(tokens(line["t"]))
        body += count * (line["y"] == 0)
        kept += count * keep
        right += count * (keep and line["y"] == 0)
    return 2 * right / (body + kept) if body else None


def line_scores(name: str, systems: Mapping[str, Keeper], sample: int = 1) -> dict[str, dict[str, list[float]]]:
    """Return {group: {system: [F1 of each document]}}; ``sample`` takes every nth mixed page."""
    scores: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number, record in enumerate(records(name)):
        if group(record) == "mixed en" and number % sample:
            continue
        lines = [line["t"].replace("\n", " ") for line in record["lines"]]
        for system, keeper in systems.items():
            score = body_f1(record, keeper(lines, record["lang"] or "en"))
            if score is not None:
                scores[group(record)][system].append(score)
    return scores


def held_out_scores(name: str, sample: int = 1) -> dict[str, list[float]]:
    """Return {group: [descale's F1]} with the line model of each page trained on other sites only."""
    kept = [r for i, r in enumerate(records(name)) if group(r) != "mixed en" or not i % sample]
    judged = [record for record in kept if any(line["t"].strip() for line in record["lines"])]
    pairs = [train_lines.example(record) for record in judged]
    folds = [train_lines.fold_of(page) for page, _ in pairs]
    scores: dict[str, list[float]] = defaultdict(list)
    for fold in range(train_lines.FOLDS):
        booster = train_lines.fit([page for (page, _), own in zip(pairs, folds, strict=True) if own != fold])
        model = trees.build(tree_arrays(booster, pairs[0][1]))
        with mock.patch.object(raw_text, "_model", lambda model=model: model):
            for record, own in zip(judged, folds, strict=True):
                if own == fold:
                    lines = [line["t"].replace("\n", " ") for line in record["lines"]]
                    score = body_f1(record, descale_keeps(lines, ""))
                    if score is not None:
                        scores[group(record)].append(score)
    return scores


def gold_losses(sample: int = 1) -> dict[str, tuple[int, int, int]]:
    """Return {group: (documents, tokens, tokens lost)} on gold texts without boilerplate."""
    losses: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for number, record in enumerate(_gold_records()):
        if group(record) == "mixed en" and number % sample:
            continue
        article = _PIPELINE.clean(record["text"])
        counts = losses[group(record)]
        counts[0] += 1
        counts[1] += len(tokens(record["text"]))
        counts[2] += sum(len(tokens(article.removed_text(removal))) for removal in article.removals)
    return {name: (counts[0], counts[1], counts[2]) for name, counts in losses.items()}


def _gold_records() -> Iterator[dict[str, Any]]:
    for name in GOLD:
        for record in records(name):
            if record.get("text") and record.get("page_type", "article") in {"article", None}:
                yield record


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=1, help="take every Nth page of the mixed web only")
    sample = parser.parse_args().sample
    print(
        f"{'dataset':<13}{'group':<12}{'n':>5}  {'descale [95 % interval]':<26}"
        + "".join(f"{name:>10}" for name in list(SYSTEMS)[1:])
    )
    held_out = held_out_scores("lines_wet", sample)
    for name in DATASETS:
        for label, by_system in sorted(line_scores(name, SYSTEMS, sample).items()):
            own = held_out[label] if name == "lines_wet" else by_system["descale"]
            low, high = interval(own)
            others = "".join(f"{mean(by_system[system]):>10.4f}" for system in list(SYSTEMS)[1:])
            print(f"{name:<13}{label:<12}{len(own):>5}  {mean(own):.4f} [{low:.4f}, {high:.4f}]   {others}")
    for label, (documents, count, lost) in sorted(gold_losses(sample).items()):
        print(f"gold text    {label:<12}{documents:>5}  {lost / count:.3%} of {count} body tokens lost")


if __name__ == "__main__":
    main()
