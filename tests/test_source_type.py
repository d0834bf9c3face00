"""HTML is told from text, also where text talks about tags and HTML is a fragment."""

from __future__ import annotations

import pytest

from descale.source_type import looks_like_html

HTML = [
    "<!DOCTYPE html><html><body>Hello</body></html>",
    "\n\n<!-- saved -->\n<html><head></head></html>",
    '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN"><html></html>',
    "<p>One paragraph.</p>",
    '<div class="a"><p>One</p><p>Two</p></div>',
    "Hello <b>world</b>,<br>this is a fragment.",
    "<h1>Title</h1>\nText without a tag of its own.",
    "<p>\nOne\n</p>\n",
]
TEXT = [
    "",
    "Plain text.",
    "The <p> tag opens a paragraph and </p> closes it.",
    "In HTML, use `<div>` and `</div>` to group; never `<center>`.",
    "if a < b and c > d: print('a<b')",
    "He wrote “<b>” where “</b>” was meant.",
    "Generic<T> is a type, and List<p> is none.",
    "Dear <name>,\nthank you for your letter of <date>.\n",
]


@pytest.mark.parametrize("source", HTML)
def test_html_is_known(source: str) -> None:
    assert looks_like_html(source)


@pytest.mark.parametrize("source", TEXT)
def test_text_is_known(source: str) -> None:
    assert not looks_like_html(source)


def test_an_article_about_markup_is_text() -> None:
    lines = ["Every page begins with a doctype, and most pages forget it at least once in their lives."] * 5
    sample = "<div><p>Hello</p></div>"
    assert not looks_like_html("\n".join([*lines, sample, *lines]))
