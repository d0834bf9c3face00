"""Every fixture's margin view is what `explain` prints for its source, exactly.

``fixtures/cleaners/<family>/<case>.txt`` hold verdicts; ``fixtures/clean`` hold articles in
which nothing may go; ``fixtures/known_failures`` hold verdicts not reached yet: each is a
strict xfail, so the suite says when one passes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import FIXTURES
from descale import Article, Pipeline
from descale.explain import MarginView, margin_view, read_margin_view

_OPTIONS = ("url", "language", "source_type", "mode")


def cases(folder: str) -> list[Any]:
    """Return the fixtures below a folder as parameters named by their paths."""
    files = sorted((FIXTURES / folder).rglob("*.txt"))
    return [pytest.param(path, id=path.relative_to(FIXTURES).as_posix().removesuffix(".txt")) for path in files]


def clean_fixture(view: MarginView) -> Article:
    """Clean a fixture's source under the options that its header names."""
    options = {key: value for key, value in view.headers.items() if key in _OPTIONS}
    url = options.pop("url", None)
    return Pipeline(**{"source_type": "text", **options}).clean(view.source, url=url)  # type: ignore[arg-type]


def assert_margin(path: Path) -> None:
    """Compare the margin view of a fixture with the one just made."""
    expected = path.read_text(encoding="utf-8")
    view = read_margin_view(expected)
    article = clean_fixture(view)
    made = margin_view(article.document, article.removals, view.headers)
    assert made.split("\n") == (expected.rstrip("\n") + "\n").split("\n")


@pytest.mark.parametrize("path", cases("cleaners"))
def test_verdicts_are_those_of_the_fixture(path: Path) -> None:
    assert_margin(path)


@pytest.mark.parametrize("path", cases("clean"))
def test_nothing_goes_from_a_clean_article(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    article = Pipeline(source_type="text").clean(source)
    gone = [(removal.rule, article.removed_text(removal)) for removal in article.removals]
    assert gone == []
    assert article.text == source.strip()


@pytest.mark.xfail(strict=True, reason="a case descale cannot do yet")
@pytest.mark.parametrize("path", cases("known_failures"))
def test_known_failures_still_fail(path: Path) -> None:
    assert_margin(path)


@pytest.mark.parametrize("path", cases("cleaners"))
def test_cleaning_the_cleaned_text_changes_nothing(path: Path) -> None:
    once = clean_fixture(read_margin_view(path.read_text(encoding="utf-8"))).text
    assert Pipeline(source_type="text").clean(once).text == once


_TAIL = """
Most viewed
- Ten walks along the coast for a rainy weekend
- Council votes to keep the old swimming pool
Sign up for our weekly newsletter
We use cookies to improve your experience. Accept all cookies
All rights reserved
"""


@pytest.mark.parametrize("path", cases("clean"))
def test_appended_boilerplate_changes_nothing_above_it(path: Path) -> None:
    source = path.read_text(encoding="utf-8").strip()
    article = Pipeline(source_type="text").clean(source + "\n" + _TAIL)
    assert article.text == source
