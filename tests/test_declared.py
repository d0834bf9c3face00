"""What a page declares is gathered while it is parsed, interpreted by nobody yet."""

from __future__ import annotations

from descale.model import Declared
from descale.read_html import read_html

PAGE = """<html lang="en-GB"><head><title> Harbour
  closed | The Lowside Post</title>
<base href="https://post.example/"><link rel="canonical" href="/harbour">
<meta property="og:title" content="Harbour closed"><meta name="Author" content="Ann Bee">
<meta name="keywords" content="harbour, storm"><meta http-equiv="Content-Language" content="en">
<script type="application/ld+json">{"@type": "NewsArticle"}</script><script>var x = 1;</script></head>
<body><nav><time datetime="2020-01-01">old</time></nav><svg><title>Logo</title></svg>
<h1>Harbour <em>closed</em></h1><time datetime="2024-05-03T10:15:00Z">3 May</time></body></html>"""


def read(markup: str) -> Declared:
    declared = read_html(markup).declared
    assert declared is not None
    return declared


def test_head_and_metas() -> None:
    declared = read(PAGE)
    assert declared.title == "Harbour closed | The Lowside Post"
    assert declared.html_language == "en-GB"
    assert declared.base == "https://post.example/"
    assert declared.links["canonical"] == ("/harbour",)
    assert declared.meta["author"] == ("Ann Bee",)
    assert declared.meta["content-language"] == ("en",)
    assert declared.json_ld == ('{"@type": "NewsArticle"}',)


def test_what_follows_the_heading_stands_first() -> None:
    declared = read(PAGE)
    assert declared.links["h1"] == ("Harbour closed",)
    assert declared.times == (("2024-05-03T10:15:00Z", "3 May"), ("2020-01-01", "old"))


def test_bylines_are_looked_for_where_no_author_is_declared() -> None:
    body = "<h1>Harbour closed</h1><p class='articleByline'>By Ann Bee</p><p>Text</p><a rel='tag' href='/t'>Storms</a>"
    declared = read(f"<html><body>{body}<a href='/authors/carl-dee'>Carl Dee</a></body></html>")
    assert declared.bylines == ("By Ann Bee", "Carl Dee")
    assert declared.links["tag"] == ("Storms",)


def test_microdata_and_class_dates() -> None:
    body = (
        "<span itemprop='datePublished' content='2024-05-03'>May</span><span class='dt-updated' title='2024-05-04'>later</span>"
    )
    declared = read(f"<html><body>{body}</body></html>")
    assert declared.microdata["datepublished"] == ("2024-05-03",)
    assert declared.microdata["datemodified"] == ("2024-05-04",)


def test_authors_of_comments_and_biographies_are_no_bylines() -> None:
    body = "<div class='comment-list'><span class='comment'><b class='author'>Reader</b></span></div><div class='author-bio'>Ann has a dog.</div>"
    assert read(f"<html><body>{body}</body></html>").bylines == ()


def test_an_empty_page_declares_nothing() -> None:
    assert read("<html></html>") == Declared()


def test_a_long_text_is_no_byline() -> None:
    body = f"<div class=byline>{'very long ' * 30}</div><p class=byline>By Ann Bee</p>"
    assert read(f"<html><body>{body}</body></html>").bylines == ("By Ann Bee",)


def test_nothing_is_looked_for_that_the_head_declares() -> None:
    head = "<meta name=author content='Ann Bee'><meta property=article:published_time content=2024-05-03>"
    declared = read(f"<html><head>{head}</head><body><p class=byline>By Carl Dee</p></body></html>")
    assert declared.bylines == ()


def test_nested_times_keep_their_order() -> None:
    body = "<time datetime=2024-05-03>3 May <time datetime=2024-05-04>4 May</time></time>"
    assert read(f"<html><body>{body}</body></html>").times == (("2024-05-03", "3 May 4 May"), ("2024-05-04", "4 May"))
