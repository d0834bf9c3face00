"""Title, authors, dates and the rest, from declarations first and the page's blocks second."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descale import clean_article
from descale.authors import author_names
from descale.html_facts import language_tag
from descale.json_ld import read_json_ld
from descale.metadata import Metadata, html_metadata
from descale.model import Removal
from descale.opening import text_metadata, title_removals
from descale.read_html import read_html
from descale.read_text import read_text
from descale.titles import site_keys, without_site

PROSE = "The storm tore the roofs off forty houses on Tuesday night, the town said in a statement this morning."


def page(head: str = "", body: str = "", attributes: str = "", url: str | None = None) -> Metadata:
    paragraphs = f"<p>{PROSE}</p>" * 6
    markup = f"<html {attributes}><head>{head}</head><body>{body}{paragraphs}</body></html>"
    return html_metadata(read_html(markup, url=url))


def json_ld(**node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


# -------------------------------------------------------------------------------- titles
def test_the_site_is_cut_off_the_title() -> None:
    head = '<title>Harbour closed after storm - Lowside Post</title><meta property="og:site_name" content="Lowside Post">'
    assert page(head).title == "Harbour closed after storm"


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Harbour closed | Lowside Post", "Harbour closed"),
        ("Harbour closed – News – Lowside Post", "Harbour closed – News"),
        ("Lowside Post: Harbour closed", "Harbour closed"),
        ("Lowside Post | Harbour closed", "Harbour closed"),
        ("Harbour: closed - for good", "Harbour: closed - for good"),
        ("Lowside Post", "Lowside Post"),
    ],
)
def test_forms_of_the_site_in_titles(title: str, short: str) -> None:
    assert without_site(title, site_keys(["Lowside Post"], "https://www.lowsidepost.example/a")) == short


def test_the_heading_decides_how_the_title_is_spelt() -> None:
    found = page('<meta property="og:title" content="harbour closed after storm">', "<h1>Harbour Closed after Storm</h1>")
    assert found.title == "Harbour Closed after Storm"


def test_a_kicker_in_the_heading_is_no_title() -> None:
    found = page('<meta property="og:title" content="Harbour closed after storm">', "<h1>Weather Harbour closed after storm</h1>")
    assert found.title == "Harbour closed after storm"


# ------------------------------------------------------------------------------- authors
@pytest.mark.parametrize("heading", ["Text Messaging", "Text Detection"])
def test_a_heading_that_begins_with_another_languages_byline_word_is_none(heading: str) -> None:
    prose = "The council met on Monday evening and agreed to repair the old bridge by the spring of next year, officials said."
    article = clean_article(f"What the harbour offers\n{heading}\n{prose}\n{prose} It was late.", source_type="text")
    assert article.authors == ()
    assert heading in article.text


@pytest.mark.parametrize("byline", ["Text: Ann Bee", "Text Ann Bee", "Von Ann Bee"])
def test_a_byline_word_before_a_name_makes_a_byline(byline: str) -> None:
    prose = "Der Rat beschloss am Montag, die alte Brücke bis zum Frühjahr des kommenden Jahres zu erneuern, sagte ein Sprecher."
    article = clean_article(f"Die Brücke am Hafen\n{byline}\n{prose}\n{prose} Es war spät.", source_type="text")
    assert article.authors == ("Ann Bee",)
    assert byline not in article.text


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Bee and Carl Dee", ("Ann Bee", "Carl Dee")),
        ("Von Ann Bee, Carl Dee und Eva Eff", ("Ann Bee", "Carl Dee", "Eva Eff")),
        ("Ann Bee, Senior Reporter", ("Ann Bee",)),
        ("Ann Bee, PhD", ("Ann Bee",)),
        ("ANN BEE", ("Ann Bee",)),
        ("Ann Bee (ann@post.example)", ("Ann Bee",)),
        ("https://post.example/ann", ()),
        ("admin", ()),
        ("Editorial Team", ()),
        ("Centre for Storm Research and Prevention", ("Centre for Storm Research and Prevention",)),
        ("作者：张三、李四", ("张三", "李四")),
    ],
)
def test_names_in_declared_bylines(byline: str, names: tuple[str, ...]) -> None:
    assert author_names([byline]) == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Bee on Tuesday, August 29", ("Ann Bee",)),
        ("Ann Bee - Mar 27", ("Ann Bee",)),
        ("Von Ann Bee, Lowside", ("Ann Bee",)),
        ("From the harbour to the hills, all is wet", ()),
        ("Feb 11, 3 min read", ()),
    ],
)
def test_names_in_visible_bylines(byline: str, names: tuple[str, ...]) -> None:
    assert author_names([byline], visible=True) == names


def test_authors_of_json_ld_may_be_references() -> None:
    graph = [
        {
            "@type": "NewsArticle",
            "headline": "Harbour closed",
            "author": [{"@id": "#ann"}, {"@type": "Person", "name": "Carl Dee"}],
        },
        {"@type": "Person", "@id": "#ann", "name": "Ann Bee"},
    ]
    assert page(json_ld(**{"@graph": graph}), "<h1>Harbour closed</h1>").authors == ("Ann Bee", "Carl Dee")


def test_a_byline_near_the_heading_is_read() -> None:
    assert page("<title>Harbour closed</title>", "<h1>Harbour closed</h1><p>By Ann Bee</p>").authors == ("Ann Bee",)


def test_no_author_is_made_up() -> None:
    assert page("<title>Harbour closed</title>", "<h1>Harbour closed</h1>").authors == ()


# --------------------------------------------------------------------------------- dates
def test_dates_as_declared() -> None:
    head = '<meta property="article:published_time" content="2024-05-03T10:15+0200">'
    found = page(head + '<meta property="article:modified_time" content="2024-05-04">')
    assert (found.date, found.modified) == ("2024-05-03T10:15:00+02:00", "2024-05-04")


def test_a_date_near_the_heading() -> None:
    found = page("<title>Hafen gesperrt</title>", "<h1>Hafen gesperrt</h1><p>3. Mai 2024, 10:15 Uhr</p>", 'lang="de"')
    assert found.date == "2024-05-03T10:15:00"


def test_a_list_of_dates_dates_nothing() -> None:
    teasers = "".join(f"<li>Teaser {day} <time datetime='2024-05-{day:02}'>{day} May 2024</time></li>" for day in (9, 3, 7, 1, 5))
    assert (
        page("<title>Harbour closed</title>", f"<h1>Harbour closed</h1><p>{PROSE}</p><p>{PROSE}</p>" * 8 + teasers).date is None
    )


def test_a_date_in_the_address_is_the_last_resort() -> None:
    assert page(url="https://post.example/2024/05/03/harbour").date == "2024-05-03"


# ---------------------------------------------------------------------- the other fields
def test_broken_json_ld_is_mended() -> None:
    scripts = [
        '<!-- {"@type": "NewsArticle", "headline": "One",} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Two\nlines"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "It\\\'s"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Four&quot;}",
        '{"@type": "NewsArticle", "headline": "Five"} trailing',
        "no json at all",
    ]
    assert len(read_json_ld(scripts).articles) == 5


def test_url_image_tags_section_and_access() -> None:
    node = json_ld(
        **{"@type": "NewsArticle", "headline": "Harbour closed", "isAccessibleForFree": "False", "articleSection": "Weather"}
    )
    head = '<link rel="canonical" href="/harbour"><meta property="og:image" content="/a.jpg"><meta name="keywords" content="storm, sea, storm">'
    found = page(head + node, "<h1>Harbour closed</h1>", url="https://post.example/harbour?ref=1")
    assert found.url == "https://post.example/harbour"
    assert found.image == "https://post.example/a.jpg"
    assert found.tags == ("storm", "sea")
    assert found.section == "Weather"
    assert found.is_free is False


def test_a_standfirst_is_a_description_that_the_page_shows() -> None:
    shown = "The harbour of Lowside stays closed until the weekend"
    head = f'<title>Harbour closed</title><meta name="description" content="{shown}">'
    assert page(head, f"<h1>Harbour closed</h1><p>{shown}</p>").standfirst == shown
    assert page(head, "<h1>Harbour closed</h1>").standfirst is None


@pytest.mark.parametrize(
    ("declared", "tag"),
    [
        ("en-GB", "en"),
        ("zh_TW", "zh-hant"),
        ("zh-Hans-CN", "zh-hans"),
        ("zh", "zh"),
        ("nb-NO", "no"),
        ("de_DE.UTF-8", "de"),
        ("English", None),
        ("", None),
    ],
)
def test_language_tags(declared: str, tag: str | None) -> None:
    assert language_tag(declared) == tag


def test_a_page_without_anything_has_no_metadata() -> None:
    assert html_metadata(read_html("<html><body></body></html>")) == Metadata()


def test_addresses_that_cannot_be_split_are_no_error() -> None:
    assert page('<link rel="canonical" href="http://[x">', url="http://[::bad").url == "http://[::bad"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@type", "@id", "name", "author", "headline"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["@graph", "@type", "author", "headline", "datePublished", "image", "keywords", "publisher"]), json_values
    )
)
def test_any_json_ld_is_read_without_error(node: dict[str, object]) -> None:
    assert isinstance(page(json_ld(**{"@type": "NewsArticle", **node})), Metadata)


# ----------------------------------------------------------------------------- bare text
def opening(text: str) -> tuple[Metadata, list[Removal]]:
    document = read_text(text)
    prose = [len(block.text.split()) >= 14 and re.search(r"[.!?]$", block.text) is not None for block in document.blocks]
    return text_metadata(document, prose=prose, chrome=[False] * len(prose))


def test_title_standfirst_byline_and_date_of_a_text() -> None:
    title, standfirst = (
        "Storm damages the harbour of Lowside",
        "Forty houses have lost their roofs, and the ferries will not sail before Sunday",
    )
    found, removals = opening(f"{title}\n{standfirst}\nBy Ann Bee and Carl Dee\n3 May 2024, 10:15\n{PROSE}\n{PROSE}\n{PROSE}")
    assert (found.title, found.standfirst) == (title, standfirst)
    assert found.authors == ("Ann Bee", "Carl Dee")
    assert found.date == "2024-05-03T10:15:00"
    assert [removal.rule for removal in removals] == ["metadata.title", "metadata.standfirst"]


@pytest.mark.parametrize(
    "text",
    [
        f"{PROSE}\n{PROSE}\n{PROSE}",
        f"Introduction\n{PROSE}\n{PROSE}",
        f"What is a storm?\n{PROSE}\n{PROSE}\nWhat is a harbour?\n{PROSE}\n{PROSE}",
        "The boat is late again\nthe tide is not so late\nthe gulls are few today",
        f"- the first of many boats\n- the second of many boats\n{PROSE}\n{PROSE}",
        "",
    ],
)
def test_texts_without_a_title(text: str) -> None:
    found, removals = opening(text)
    assert (found.title, removals) == (None, [])


def test_blocks_that_repeat_the_title_are_marked() -> None:
    document = read_html(
        f"<html><head><title>Harbour closed for good</title></head><body><h1>Harbour closed for good</h1><p>{PROSE}</p></body></html>"
    )
    removals = title_removals(document, html_metadata(document), 1)
    assert [(document.text[removal.start : removal.stop], removal.rule) for removal in removals] == [
        ("Harbour closed for good", "metadata.title")
    ]
