"""Who wrote a page: declared people, the byline it shows, or the publisher it names as author."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from descale.authors import author_names, begins_as_byline, is_byline_word, labelled_names
from descale.dates import find_date
from descale.html_facts import LONGEST_BYLINE, LONGEST_STANDFIRST, HtmlFacts
from descale.json_ld import texts_of
from descale.model import Block
from descale.titles import key

#: Most different bylines that can all be of one article.
MOST_BYLINES = 3
_AUTHOR_METAS = ("author", "article:author", "og:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator", "dc.contributor.author", "dcterms.creator", "dcsext.author", "byline", "authors", "citation_author", "cxenseparse:author", "mediator_author")  # fmt: skip


def authors_of(page: HtmlFacts) -> tuple[str, ...]:
    """The authors: declared people, else those in the byline, else the publisher.

    The publisher only where the page names it as author outright: measured, the gold calls it
    the author on 50 of 95 such pages, but on 6 of 22 where it is the author's organization.
    """
    publishers: list[str] = []
    for values, visible in _author_sources(page):
        names = author_names(values, visible=visible)
        people = tuple(name for name in names if not _is_publisher(name, page))
        if people:
            return people
        publishers.extend(name for name in names if not visible)
    return tuple(publishers[:1])


def _is_publisher(name: str, page: HtmlFacts) -> bool:
    compact = key(name).replace(" ", "")
    return any(compact == site or (len(site) >= 3 and compact.startswith(site)) for site in page.sites)


def _author_sources(page: HtmlFacts) -> Iterator[tuple[list[str], bool]]:
    """Strings that hold authors, most trusted first, and whether they were read off the page."""
    yield _people(page), False
    for name in _AUTHOR_METAS:
        yield list(page.declared.meta.get(name, ())), False
    yield [*_labelled_author(page)], False
    authors = page.declared.microdata.get("author", ())
    yield list(authors if len(authors) <= MOST_BYLINES else authors[:1]), True
    for byline in _bylines(page):
        yield [byline], True
    yield _byline_blocks(page.opening), True


def _bylines(page: HtmlFacts) -> Iterator[str]:
    """Marked bylines; on a page with many, which is a list, only those near the headline."""
    bylines = page.declared.bylines
    near = " ".join(key(block.text) for block in (*page.above, *page.opening) if len(block.text) < LONGEST_STANDFIRST)
    shown = [byline for byline in bylines if key(byline) and key(byline) in near]
    yield from shown[:2]
    if len(bylines) <= MOST_BYLINES:
        yield from bylines[:2]


def _labelled_author(page: HtmlFacts) -> Iterator[str]:
    """The author among the pairs of label and value that pages declare for previews."""
    for number in ("1", "2"):
        for label in page.declared.meta.get(f"twitter:label{number}", ()):
            if is_byline_word(label):
                yield from page.declared.meta.get(f"twitter:data{number}", ())


def _byline_blocks(opening: Sequence[Block]) -> list[str]:
    """The block near the headline that begins with "By", or the one behind a lone "By"."""
    for position, block in enumerate(opening):
        if len(block.text) > LONGEST_BYLINE:
            continue
        if begins_as_byline(block.text):
            return [block.text]
        if labelled := labelled_names(block.text):
            return [*labelled]
        dated = find_date(block.text, language=None)
        if dated is not None and begins_as_byline(rest := block.text[dated.stop :].lstrip(" |·•,-–—")):
            return [rest]
        if is_byline_word(block.text):
            return [following.text for following in opening[position + 1 : position + 2] if len(following.text) < 60]
    return []


def _people(page: HtmlFacts) -> list[str]:
    """Names in the authors of the article's node, or else of the page's; no organizations."""
    names: list[str] = []
    for node in page.nodes():
        for value in (node.get("author"), node.get("creator")):
            for item in value if isinstance(value, list) else [value]:
                author = page.json.resolve(item)
                if not isinstance(author, dict):
                    names.extend(texts_of(author))
                elif "Organization" not in str(author.get("@type")):
                    names.extend(texts_of(author.get("name")))
        if names:
            break
    return names
