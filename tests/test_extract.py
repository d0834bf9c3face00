"""What is proposed as not main content, the signs that speak against it, and the author's name beside the text."""

from __future__ import annotations

import pytest

from descale import Article, clean_article

PROSE = "The council met on Monday evening, and agreed to repair the old bridge by spring, although nobody knows the price."
LINKS = "".join(f"<li><a href=/{number}>Section number {number}</a></li>" for number in range(8))
PAGE = f"""<html lang=en><head><title>Bridge to be repaired by spring</title><meta property=og:type content=article>
<meta name=author content="Ann Bee"></head><body><nav><ul>{LINKS}</ul></nav><article><h1>Bridge to be repaired by spring</h1>
<p>Ann Bee</p><p>{PROSE}</p><p>{PROSE} {PROSE}</p>%s<p>{PROSE}</p><p>{PROSE} It said so twice.</p></article>
<div class=footer><p>A few words on this paper, its owners and its printers</p></div></body></html>"""


def read(between: str = "") -> Article:
    return clean_article(PAGE % between, source_type="html")


def rules_of(article: Article, text: str) -> list[str]:
    """Rules by which blocks with that text went."""
    return [removal.rule for removal in article.removals if article.removed_text(removal) == text]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Section number 3", ["in navigation", "mostly links"]),
        ("A few words on this paper, its owners and its printers", ["in a footer"]),
    ],
)
def test_the_evidence_names_the_signs(text: str, signs: list[str]) -> None:
    article = read()
    evidence = next(removal.evidence for removal in article.removals if article.removed_text(removal) == text)
    assert evidence.startswith("content probability ")
    assert [sign for sign in signs if sign in evidence] == signs


def test_what_stays_is_not_proposed() -> None:
    assert read().text.count(PROSE) == 5


def test_the_authors_name_alone_above_the_article_goes() -> None:
    article = read()
    assert article.authors == ("Ann Bee",)
    assert rules_of(article, "Ann Bee") == ["byline.author.name"]


def test_the_authors_name_within_the_article_stays() -> None:
    assert "\n\nAnn Bee\n\n" in read("<p>Ann Bee</p>").text


def test_another_name_above_the_article_is_no_author() -> None:
    article = clean_article((PAGE % "").replace("<p>Ann Bee</p>", "<p>Carl Dee</p>"), source_type="html")
    assert "byline.author.name" not in rules_of(article, "Carl Dee")
