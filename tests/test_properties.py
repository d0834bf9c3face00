"""What holds for every input: replay, rebuilding, order, threads, processes, and no surprises."""

from __future__ import annotations

import pickle
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import FIXTURES
from descale import Article, InputError, Pipeline, clean_article, clean_many
from descale.assemble import article_text, kept_blocks, separator_before
from descale.cleaners import CLEANERS
from descale.explain import read_margin_view

DEMO = (FIXTURES / "demo.txt").read_text(encoding="utf-8")
LINES = [line for line in DEMO.splitlines() if line] + [
    "Facebook Twitter WhatsApp",
    "Home › News › Politics",
    "© 2024 The Harbour Herald",
    "Werbung",
    "最新ニュース",
    "<b>bold</b> claims",
    "- item",
    "12 March 2024",
    "",
    "“Quoted from end to end.”",
]
DOCUMENTS = st.lists(st.sampled_from(LINES), max_size=40).map("\n".join)
HTML = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div class='share'>",
            "</div>",
            "<ul><li>",
            "<br><br>",
            "<table><tr><td>",
            "</td><td>",
            "<h1>",
            "</h1>",
            "<a href='x'>",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "&amp;",
            "&#0;",
            "\x00",
            "<noscript>",
            "<pre>",
            "<article>",
            "</article>",
            *LINES,
        ]
    ),
    max_size=60,
).map("".join)


def assert_consistent(article: Article) -> None:
    """Removals are in order, disjoint, inside the text; replaying them gives the article."""
    position = 0
    for removal in article.removals:
        assert position <= removal.start < removal.stop <= len(article.document.text)
        assert 0 <= removal.score <= 1
        position = removal.stop
    assert article_text(article.document, article.removals) == article.text
    assert 0 <= article.confidence <= 1
    assert article.text or article.notes


def rebuilt(article: Article) -> str:
    """Put kept text, removals and separators together again."""
    text = article.document.text
    pieces: list[tuple[int, int]] = [(removal.start, removal.stop) for removal in article.removals]
    position = 0
    for start, stop in sorted(pieces):
        pieces.append((position, start))
        position = stop
    pieces.append((position, len(text)))
    return "".join(text[start:stop] for start, stop in sorted(pieces) if start < stop)


@given(DOCUMENTS)
@settings(deadline=None)
def test_text_is_consistent(source: str) -> None:
    article = clean_article(source, source_type="text")
    assert_consistent(article)
    assert rebuilt(article) == article.document.text
    kept = [separator_before(article.document, block) + text for block, text in kept_blocks(article.document, article.removals)]
    assert "".join(kept).strip() == article.text


@given(HTML)
@settings(deadline=None)
def test_html_is_consistent(source: str) -> None:
    assert_consistent(clean_article(source, source_type="html"))


@given(st.text() | st.binary())
@settings(deadline=None)
def test_no_input_raises_but_with_input_error(source: str | bytes) -> None:
    try:
        assert_consistent(clean_article(source))
    except InputError:
        assert isinstance(source, bytes)


@given(DOCUMENTS, st.randoms())
@settings(deadline=None)
def test_the_order_of_cleaners_changes_nothing(source: str, generator: random.Random) -> None:
    shuffled = list(CLEANERS)
    generator.shuffle(shuffled)
    assert Pipeline(cleaners=tuple(shuffled)).clean(source) == Pipeline().clean(source)


@given(DOCUMENTS)
@settings(deadline=None)
def test_cleaning_twice_changes_nothing_more(source: str) -> None:
    once = clean_article(source, source_type="text").text
    assert clean_article(once, source_type="text").text == once


def test_first_and_later_calls_agree() -> None:
    first = clean_article(DEMO)
    for line in LINES:
        clean_article(line)
    assert clean_article(DEMO) == first


def test_threads_and_processes_agree() -> None:
    sources = ["\n".join(random.Random(seed).sample(LINES, 12)) for seed in range(20)]  # noqa: S311 - a test's choice
    plain = [clean_article(source) for source in sources]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(clean_article, sources)) == plain
    with ProcessPoolExecutor(2) as processes:
        assert list(processes.map(clean_article, sources)) == plain
    assert list(clean_many(sources, jobs=2)) == plain
    assert list(clean_many(sources)) == plain


def test_pipelines_and_articles_pickle() -> None:
    pipeline = Pipeline(skip=frozenset({"caption"}), protect=("ferry",), mode="recall")
    assert pickle.loads(pickle.dumps(pipeline)) == pipeline
    article = pipeline.clean(DEMO)
    assert pickle.loads(pickle.dumps(article)) == article


@pytest.mark.parametrize("path", sorted((FIXTURES / "cleaners").rglob("*.txt")), ids=lambda path: path.stem)
def test_fixtures_are_consistent(path: object) -> None:
    view = read_margin_view(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert_consistent(clean_article(view.source, source_type="text"))
