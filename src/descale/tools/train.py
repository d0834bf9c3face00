"""Train the block model on labelled pages: three weights files from pages and gold texts.

    descale train pages.jsonl.gz more.jsonl --out src/descale/weights

prints the cross-validated table and writes block_article.npz, block_other.npz and
page_kind.npz. A page is a record with ``html``, ``text`` (its article, one paragraph a
line), ``url`` and ``page_type`` (``article``, also where it is missing, or anything else).
Needs the extra ``train`` (LightGBM). The same pages in the same order give the same files.
"""

from __future__ import annotations

import random
import sys
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import numpy as np

from descale import trees
from descale.content import asked_blocks, calibrated, judge, rows_with_kind
from descale.errors import InputError
from descale.features import NAMES, feature_rows
from descale.page_kind import NAMES as KIND_NAMES
from descale.page_kind import no_article, page_row
from descale.read_html import read_html
from descale.tools.augment import ADDRESS_KNOWN, brief, plain, without_address
from descale.tools.extras import extra
from descale.tools.labels import label_document, split
from descale.tools.train_lines import read_records
from descale.tools.tree_file import tree_arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import lightgbm
    import numpy.typing as npt

    from descale.model import Document

#: Weight of a page as it is, and of an article's poorer versions, in the models of blocks. Cross-validated, a
#: weight of .3 for briefs costs .002 word-F1 of today's articles and gives .006 of the news of 2011, in the model
#: of all kinds of pages .02. A brief of no article is none: learning from them loses .02 on other pages.
VERSIONS: Final = {"as it is": 1.0, "brief": 0.3, "plain brief": 0.1}
#: The same in the model of page kinds. Without them briefs of 2011 are called listings (news in five
#: languages loses .03 character-F1), with twice these weights listings are called articles.
KIND_VERSIONS: Final = {"as it is": 1.0, "brief": 0.3, "plain brief": 0.3}
FOLDS: Final = 5
_ROUNDS: Final = 140
#: Other pages are less alike than articles, and learned from in smaller steps; the same for articles gains nothing.
_OTHER_ROUNDS, _OTHER_RATE = 280, 0.06
_KIND_ROUNDS: Final = 150
_BLOCK_SETTINGS: Final[dict[str, Any]] = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "verbosity": -1,
    "num_threads": 2,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
}
_OTHER_SETTINGS: Final[dict[str, Any]] = {**_BLOCK_SETTINGS, "learning_rate": _OTHER_RATE}
_KIND_SETTINGS: Final[dict[str, Any]] = {
    **_BLOCK_SETTINGS,
    "learning_rate": 0.04,
    "num_leaves": 16,
    "min_data_in_leaf": 15,
    "feature_fraction": 0.3,
}


class Version(NamedTuple):
    """One version of a page: what tells its kind, feature rows and labels of its blocks."""

    name: str
    page: npt.NDArray[np.float32]
    rows: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page read, labelled and turned into numbers; the first of its ``versions`` is the page as it is."""

    domain: str
    article: bool
    texts: tuple[str, ...]
    gold: str
    versions: list[Version]


def prepare(pages: Iterable[Mapping[str, Any]], *, seed: int = 0) -> list[LabelledPage]:
    """Read and label pages; gives those that hold their article."""
    prepared = []
    for number, page in enumerate(pages):
        document = read_html(page["html"], url=page.get("url"))
        if not document.blocks or not page.get("text"):
            continue
        labels = label_document(document, page["text"])
        if not any(labels):
            continue
        article = (page.get("page_type") or "article") == "article"
        prepared.append(
            LabelledPage(
                registered_domain(page.get("url") or page.get("id") or str(number)),
                article,
                tuple(block.text for block in document.blocks),
                page["text"],
                list(_versions(document, labels, random.Random(seed + number), article=article)),  # noqa: S311
            )
        )
    return prepared


def _versions(document: Document, labels: list[bool], chance: random.Random, *, article: bool) -> Iterator[Version]:
    """Turn a page and an article's poorer versions into numbers; half of the latter without their address.

    A listing cut short is a listing still, but a brief of no article is no brief.
    """
    versions = [("as it is", document, labels)]
    shortened = brief(document, labels, chance) if article else None
    if shortened is not None and shortened[0].blocks:
        versions += [("brief", *shortened), ("plain brief", plain(shortened[0], chance), shortened[1])]
    for name, version, version_labels in versions:
        rows = feature_rows(version)
        known = version if name == "as it is" or chance.random() < ADDRESS_KNOWN else without_address(version)
        yield Version(name, page_row(known, rows), rows, np.array(version_labels, np.int8))


def registered_domain(url: str) -> str:
    """The part of a host name that somebody registered, well enough to group pages."""
    parts = (urlsplit(url).hostname or url).split(".")
    short_second = len(parts) > 2 and len(parts[-2]) <= 3 and len(parts[-1]) == 2
    return ".".join(parts[-3:] if short_second else parts[-2:])


def train(pages: Iterable[Mapping[str, Any]], folder: Path, *, seed: int = 0) -> None:
    """Train the three models on all pages and write their weights into a folder."""
    _write(prepare(pages, seed=seed), folder)


def _write(pages: Sequence[LabelledPage], folder: Path) -> None:
    for name, arrays in _fit_all(pages).items():
        np.savez_compressed(folder / f"{name}.npz", **arrays)


def _fit_all(pages: Sequence[LabelledPage]) -> dict[str, dict[str, Any]]:
    article = _fit(_lessons_of_articles(pages), _BLOCK_SETTINGS, _ROUNDS)
    other = _fit(_lessons_of_all(pages), _OTHER_SETTINGS, _OTHER_ROUNDS)
    return {
        "block_article": tree_arrays(article, NAMES),
        "block_other": tree_arrays(other, (*NAMES, "page_kind")),
        "page_kind": tree_arrays(_fit_kind(pages), KIND_NAMES),
    }


class _Lesson(NamedTuple):
    """Blocks of one version of a page to learn from, with what the version counts."""

    rows: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int8]
    weight: float


def _lessons_of_articles(pages: Sequence[LabelledPage]) -> Iterator[_Lesson]:
    """Yield the blocks that the model of articles will be asked about."""
    for page in pages:
        for version in page.versions if page.article else ():
            asked = asked_blocks(version.rows)
            if asked.any():
                yield _Lesson(version.rows[asked], version.labels[asked], VERSIONS[version.name])


def _lessons_of_all(pages: Sequence[LabelledPage]) -> Iterator[_Lesson]:
    for page, kinds in zip(pages, _unseen_kinds(pages), strict=True):
        for version, kind in zip(page.versions, kinds, strict=True):
            yield _Lesson(rows_with_kind(version.rows, kind), version.labels, VERSIONS[version.name])


def _unseen_kinds(pages: Sequence[LabelledPage]) -> list[list[float]]:
    """Return how probably each version of each page is no article, by models that saw nothing of its domain."""
    numbers = [fold_of(page.domain) for page in pages]
    models: dict[int, trees.Trees] = {}
    for fold in set(numbers):
        others = [page for page, number in zip(pages, numbers, strict=True) if number != fold]
        models[fold] = trees.build(tree_arrays(_fit_kind(others or pages), KIND_NAMES))
    return [
        no_article(models[number], np.array([version.page for version in page.versions]))
        for page, number in zip(pages, numbers, strict=True)
    ]


def _fit(lessons: Iterable[_Lesson], settings: Mapping[str, Any], rounds: int) -> lightgbm.Booster:
    """Fit one model of blocks; a page weighs the same however long, a block by its length."""
    all_rows, all_labels, all_weights = [], [], []
    for rows, labels, weight in lessons:
        weights = np.sqrt(rows[:, NAMES.index("words")].astype(np.float64))
        all_rows.append(rows)
        all_labels.append(labels)
        all_weights.append(weights * (weight / weights.sum()))
    lightgbm = _lightgbm()
    weights = np.concatenate(all_weights)
    data = lightgbm.Dataset(
        np.concatenate(all_rows),
        np.concatenate(all_labels),
        weight=weights * (len(weights) / weights.sum()),
    )
    return lightgbm.train(dict(settings), data, rounds)


def _fit_kind(pages: Sequence[LabelledPage]) -> lightgbm.Booster:
    """Fit the model that tells articles, also short and plain ones, from other pages."""
    lightgbm = _lightgbm()
    rows, labels, weights = [], [], []
    for page in pages:
        for version in page.versions:
            rows.append(version.page)
            labels.append(not page.article)
            weights.append(KIND_VERSIONS[version.name])
    data = lightgbm.Dataset(np.array(rows), np.array(labels, np.int8), weight=weights)
    return lightgbm.train(_KIND_SETTINGS, data, _KIND_ROUNDS)


def fold_models(
    pages: Sequence[LabelledPage], *, folds: int = FOLDS
) -> Iterator[tuple[list[LabelledPage], dict[str, dict[str, Any]]]]:
    """Yield for each fold of domains its pages, and the weights learned from all others, if there is an article among them."""
    for fold in range(folds):
        inside = [page for page in pages if fold_of(page.domain, folds) != fold]
        outside = [page for page in pages if fold_of(page.domain, folds) == fold]
        if outside and any(page.article for page in inside):
            yield outside, _fit_all(inside)


def fold_of(domain: str, folds: int = FOLDS) -> int:
    """Return the number of the fold that a domain's pages belong to."""
    return zlib.crc32(domain.encode()) % folds


def cross_validate(pages: Iterable[Mapping[str, Any]], *, folds: int = FOLDS, seed: int = 0) -> str:
    """Train on all but one fold of domains, measure on that one; gives a table of word-F1."""
    return _table(prepare(pages, seed=seed), folds=folds)


def _table(pages: Sequence[LabelledPage], *, folds: int) -> str:
    scores: dict[str, list[float]] = defaultdict(list)
    for outside, arrays in fold_models(pages, folds=folds):
        judge = _judge(arrays)
        for page in outside:
            text = " ".join(page.texts[index] for index in judge(page))
            scores["article" if page.article else "other"].append(word_f1(text, page.gold))
    lines = [f"{'pages':<10}{'n':>6}{'F1':>8}"]
    lines += [f"{kind:<10}{len(f1):>6}{np.mean(f1):>8.4f}" for kind, f1 in sorted(scores.items())]
    return "\n".join(lines)


def _judge(arrays: Mapping[str, dict[str, Any]]) -> Callable[[LabelledPage], list[int]]:
    models = {name: trees.build(made) for name, made in arrays.items()}

    def kept(page: LabelledPage) -> list[int]:
        kind = no_article(models["page_kind"], page.versions[0].page[None])[0]
        probable = judge(models["block_article"], models["block_other"], page.versions[0].rows, kind)
        return np.flatnonzero(calibrated(probable, kind) >= 0.5).tolist()

    return kept


def word_f1(text: str, gold: str) -> float:
    """F1 of the words of a text against those of its gold, as multisets."""
    ours, wanted = Counter(split(text)), Counter(split(gold))
    both = (ours & wanted).total()
    return 2 * both / max(1, ours.total() + wanted.total())


def train_from_files(files: Sequence[Path], folder: Path, *, folds: int = FOLDS) -> None:
    """Print the cross-validated table to stderr, then write the weights; 0 ``folds`` trains without measuring.

    Raises:
        InputError: a record is no page; the message names file and line.
        OSError: a file cannot be read, or the folder not be written.
        ModuleNotFoundError: LightGBM is not installed.
    """
    _lightgbm()  # before pages are read for minutes
    pages = prepare(_pages_of(files))
    if not any(page.article for page in pages):
        message = "no article to learn from: no page of page_type 'article' holds its text"
        raise InputError(message)
    if folds:
        print(_table(pages, folds=folds), file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    _write(pages, folder)


def _pages_of(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        for number, page in enumerate(read_records([file]), 1):
            fields = page if isinstance(page, dict) else {}
            for key in ("html", "text", "url", "page_type"):
                if not isinstance(fields.get(key), str) and (key == "html" or fields.get(key) is not None):
                    message = f"{file}, line {number}: {key!r} must be a text"
                    raise InputError(message)
            yield fields


def _lightgbm() -> ModuleType:
    with extra("train"):
        import lightgbm  # noqa: PLC0415 - an extra
    module: ModuleType = lightgbm
    return module
