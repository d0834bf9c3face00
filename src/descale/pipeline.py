"""The whole flow: read, signal, propose, decide, assemble."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import regex

from descale import assemble, encoding, extract, language, metadata, opening, shipped
from descale.article import Article
from descale.calibration import probability_of
from descale.cleaner import Cleaner
from descale.cleaners import CLEANERS
from descale.confidence import article_probability
from descale.decide import THRESHOLDS, Mode, decide
from descale.errors import InputError, RuleError
from descale.metadata import Metadata
from descale.model import Document, Removal
from descale.page import Page, build_page
from descale.phrase_index import PhraseIndex
from descale.phrases import Phrase
from descale.read_text import read_text
from descale.source_type import looks_like_html

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

SourceChoice = Literal["auto", "html", "text"]
ENTRY_POINT_GROUP = "descale.cleaners"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A reusable, picklable configuration of the whole flow; `clean_article` is the default one.

    Attributes:
        cleaners: what proposes removals; packages that ship cleaners are found by `installed_cleaners`.
        phrases: the user's own phrases, beside the shipped ones (see `phrases_from`).
        protect: regular expressions; a block in which one is found loses nothing.
        mode: "precision" cuts more, "recall" keeps more.
        threshold: score from which a proposal holds, 0–1; None takes the mode's.
        skip: families that stay in the text.
        language: BCP 47 tag of all articles, if it is known.
        source_type: "html", "text", or "auto" to look.
    """

    cleaners: tuple[Cleaner, ...] = CLEANERS
    phrases: tuple[Phrase, ...] = ()
    protect: tuple[str, ...] = ()
    mode: Mode = "balanced"
    threshold: float | None = None
    skip: frozenset[str] = frozenset()
    language: str | None = None
    source_type: SourceChoice = "auto"

    def __post_init__(self) -> None:
        """Check the configuration, so that an existing Pipeline is a valid one.

        Raises:
            ValueError: an unknown mode, source type or family, or a threshold outside 0–1.
            RuleError: a protect pattern that does not compile.
        """
        object.__setattr__(self, "skip", frozenset(_several(self.skip)))
        object.__setattr__(self, "protect", tuple(_several(self.protect)))
        _expect_choice("mode", self.mode, THRESHOLDS)
        _expect_choice("source_type", self.source_type, ("auto", "html", "text"))
        for family in self.skip:
            _expect_choice("family to skip", family, {cleaner.family for cleaner in self.cleaners} | {"extract", "metadata"})
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            message = f"threshold must be between 0 and 1, not {self.threshold}"
            raise ValueError(message)
        for pattern in self.protect:
            _compiled(pattern)

    def clean(self, source: str | bytes, *, url: str | None = None) -> Article:
        """Clean one document.

        Raises:
            InputError: ``source`` is neither str nor bytes, or its bytes hold no text.
        """
        text, read_as, notes = _decoded(source, self.source_type)
        if read_as == "html":
            from descale.read_html import read_html  # noqa: PLC0415 - the text path does without lxml

            document = read_html(text, url=url, repairs=notes)
            found = metadata.html_metadata(document, source=text)
        else:
            document = read_text(text, url=url, repairs=notes)
            found = None
        page = build_page(document, _index(self.phrases), language=self.language)
        return self._article(page, found)

    def _article(self, page: Page, found: Metadata | None) -> Article:
        document = page.document
        threshold = THRESHOLDS[self.mode] if self.threshold is None else self.threshold
        proposals = list(self._proposals(page))
        if found is None:
            claimed = {proposal.start for proposal in proposals if proposal.score >= threshold}
            chrome = [block.start in claimed for block in document.blocks]
            found, titles_found = opening.text_metadata(document, prose=page.prose, chrome=chrome)
        else:
            titles_found = opening.title_removals(document, found, page.body[0], content=page.content)
            titles_found += opening.author_removals(document, found, page.body)
        removals, notes = decide(
            page,
            [*titles_found, *proposals],
            threshold=threshold,
            probability=probability_of(page),
            skip=self.skip,
            protect=[_compiled(pattern) for pattern in self.protect],
        )
        text = assemble.article_text(document, removals)
        if page.language and language.base(page.language) != language.base(found.language or ""):
            found = replace(found, language=page.language)
        return Article(
            text=text,
            metadata=found,
            document=document,
            removals=removals,
            confidence=article_probability(page, removals),
            notes=(*document.repairs, *notes, *_why_empty(document, text)),
        )

    def _proposals(self, page: Page) -> Iterator[Removal]:
        for cleaner in self.cleaners:
            yield from cleaner.propose(page)
        yield from extract.propose(page)


def clean_article(
    source: str | bytes,
    *,
    url: str | None = None,
    source_type: SourceChoice = "auto",
    language: str | None = None,
    mode: Mode = "balanced",
    skip: Collection[str] = (),
) -> Article:
    """Strip the boilerplate off one scraped article.

    Args:
        source: HTML, or text that somebody already scraped (one block a line).
        url: the page's address, if known: helps to make links absolute and to name the site.
        source_type: "html", "text", or "auto" to look.
        language: BCP 47 tag of the article, if known.
        mode: "precision" cuts more, "recall" keeps more.
        skip: families of boilerplate that stay in the text, such as {"caption"}.

    Returns:
        The article; empty, with notes that say why, where there is none.

    Raises:
        InputError: ``source`` is neither str nor bytes, or its bytes hold no text.
        ValueError: an unknown mode, source type or family.
    """
    return _pipeline(source_type, language, mode, frozenset(_several(skip))).clean(source, url=url)


def clean_many(
    sources: Iterable[str | bytes],
    *,
    jobs: int = 1,
    pipeline: Pipeline | None = None,
    **options: Any,
) -> Iterator[Article]:
    """Clean documents lazily and in order, in ``jobs`` processes.

    ``options`` are those of `Pipeline`. The results are the same for any number of jobs.

    Raises:
        InputError: a source cannot be read; raised in its turn.
        ValueError: ``jobs`` below 1, or a wrong option.
    """
    if jobs < 1:
        message = f"jobs must be at least 1, not {jobs}"
        raise ValueError(message)
    pipeline = replace(pipeline or Pipeline(), **options)
    return map(pipeline.clean, sources) if jobs == 1 else _in_processes(pipeline, sources, jobs)


def _in_processes(pipeline: Pipeline, sources: Iterable[str | bytes], jobs: int) -> Iterator[Article]:
    """Keep a few documents a process under way, so that memory does not follow the input."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - slow to import, seldom needed

    with ProcessPoolExecutor(jobs) as pool:
        waiting: deque[Future[Article]] = deque()
        for source in sources:
            waiting.append(pool.submit(pipeline.clean, source))
            if len(waiting) >= 4 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def phrases_from(path: str | Path) -> tuple[Phrase, ...]:
    """Read the user's own phrases from a TOML in the lexicons' format.

    Raises:
        RuleError: the file cannot be read or is wrong; the message names file and key.
    """
    from descale import lexicon  # noqa: PLC0415 - a user's TOML is read only where there is one

    return lexicon.read_phrase_file(path)


def installed_cleaners() -> tuple[Cleaner, ...]:
    """Return the shipped cleaners and those that other packages register.

    Raises:
        RuleError: an entry point of the group ``descale.cleaners`` is no Cleaner.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import, seldom needed

    found: list[Cleaner] = []
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name):
        cleaner = point.load()
        if not isinstance(cleaner, Cleaner):
            message = f"entry point {point.name!r} of {ENTRY_POINT_GROUP} is no Cleaner but {type(cleaner).__name__}"
            raise RuleError(message)
        found.append(cleaner)
    return (*CLEANERS, *found)


@functools.lru_cache(maxsize=32)
def _pipeline(source_type: SourceChoice, language: str | None, mode: Mode, skip: frozenset[str]) -> Pipeline:
    return Pipeline(source_type=source_type, language=language, mode=mode, skip=skip)


@functools.lru_cache(maxsize=8)
def _index(phrases: tuple[Phrase, ...]) -> PhraseIndex:
    return shipped.index_with(phrases)


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    try:
        return regex.compile(pattern)
    except regex.error as error:
        message = f"protect pattern {pattern!r} does not compile: {error}"
        raise RuleError(message) from error


def _several(value: Collection[str] | str) -> Collection[str]:
    """Return one string as a collection of one, for it would be taken apart into characters."""
    return (value,) if isinstance(value, str) else value


def _expect_choice(what: str, value: str, choices: Iterable[str]) -> None:
    known = sorted(choices)
    if value not in known:
        message = f"unknown {what}: {value!r}; known are {', '.join(known)}"
        raise ValueError(message)


def _decoded(source: object, choice: SourceChoice) -> tuple[str, Literal["html", "text"], tuple[str, ...]]:
    """Return the source as text, what it is read as, and what was assumed about its bytes."""
    notes: tuple[str, ...] = ()
    if isinstance(source, bytes | bytearray | memoryview):
        source, note = encoding.decode(bytes(source))
        notes = () if note == "utf-8" else (f"decoded as {note}",)
    elif not isinstance(source, str):
        message = f"source must be str or bytes, not {type(source).__name__}"
        raise InputError(message)
    if choice == "auto":
        choice = "html" if looks_like_html(source) else "text"
    return source, choice, notes


def _why_empty(document: Document, text: str) -> tuple[str, ...]:
    if text:
        return ()
    return ("no article found: every block was removed",) if document.blocks else ("no text in the input",)
