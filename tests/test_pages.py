"""Whole pages: the article's text and the metadata that should come out of each.

``fixtures/pages/<slug>/`` holds ``source.html``, ``expected.txt`` (the text) and
``expected.toml`` (the fields). ``fixtures/pages/known_failures.txt`` lists what is not
reached yet, a line each: ``<slug> <part>: <reason>``, where the part is ``text`` or the
name of a field. Those are strict xfails, so the suite says when one passes.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conftest import FIXTURES
from descale import Article, clean_article

PAGES = FIXTURES / "pages"


def known_failures() -> dict[str, str]:
    """Return the reason of each known failure, by ``<slug> <part>``."""
    lines = (PAGES / "known_failures.txt").read_text(encoding="utf-8").splitlines()
    entries = [line.partition(":") for line in lines if line.strip() and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, _, reason in entries}


def slugs() -> list[str]:
    """Return the names of all pages."""
    return sorted(path.parent.name for path in PAGES.glob("*/source.html"))


def expected_fields(slug: str) -> dict[str, Any]:
    """Return the metadata that a page should give; lists as tuples."""
    fields = tomllib.loads((PAGES / slug / "expected.toml").read_text(encoding="utf-8"))
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


@functools.cache
def cleaned(slug: str) -> Article:
    """Clean a page once for all its checks."""
    return clean_article((PAGES / slug / "source.html").read_bytes())


def cases() -> list[Any]:
    """Return each page's text and fields as parameters; those that fail still are marked."""
    failing = known_failures()
    parts = [f"{slug} {part}" for slug in slugs() for part in ("text", *expected_fields(slug))]
    return [
        pytest.param(
            *name.split(),
            id=name.replace(" ", "-"),
            marks=[pytest.mark.xfail(strict=True, reason=failing[name])] if name in failing else [],
        )
        for name in parts
    ]


@pytest.mark.parametrize(("slug", "part"), cases())
def test_page_gives_what_it_should(slug: str, part: str) -> None:
    article = cleaned(slug)
    if part == "text":
        assert article.text == (PAGES / slug / "expected.txt").read_text(encoding="utf-8").strip()
    else:
        assert getattr(article, part) == expected_fields(slug)[part]


def test_every_known_failure_names_a_page_and_a_part() -> None:
    assert set(known_failures()) <= {f"{slug} {part}" for slug in slugs() for part in ("text", *expected_fields(slug))}


@pytest.mark.parametrize("path", sorted(path for path in PAGES.iterdir() if path.is_dir()), ids=lambda path: str(path.name))
def test_every_page_has_its_three_files(path: Path) -> None:
    assert {file.name for file in path.iterdir()} == {"source.html", "expected.txt", "expected.toml"}
