"""When a page was published and modified, as it declares or shows it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from descale.dates import find_date, parse_date
from descale.html_facts import LONG_PARAGRAPH, LONGEST_BYLINE, HtmlFacts
from descale.json_ld import texts_of
from descale.titles import split_address

#: Longest block that may be a date with a year of two digits.
SHORT_DATE = 20
#: Most different times that can all be of one article; more are of a list.
MOST_TIMES = 3
#: So many paragraphs of so many characters make a page an article where nothing else says so.
ARTICLE_PARAGRAPHS = 5
_DATE_METAS = ("article:published_time", "article:published", "og:published_time", "og:article:published_time", "og:pubdate", "article:publish_date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date", "datepublished", "datecreated", "publishdate", "publish_date", "publish-date", "published_date", "publication_date", "publicationdate", "cxenseparse:recs:publishtime", "citation_publication_date", "citation_date", "citation_online_date", "pubdate", "displaydate", "timestamp", "originalpublicationdate", "mediator_published_time", "article.published", "bt:pubdate", "last-published", "date")  # fmt: skip
_MODIFIED_METAS = ("article:modified_time", "og:updated_time", "og:modified_time", "article:modified", "datemodified", "dcterms.modified", "dc.date.modified", "lastmod", "last-modified", "revised", "moddate", "updated_time", "article:modified_date")  # fmt: skip
_PUBLICATION_NAME = re.compile(
    r"publi(?:sh|ca)\w*[-_.: ]?(?:date|time|on)|pub_?-?(?:date|time)|(?:date|time)[-_.: ]?publi|(?:issue|release|post)d?[-_]?date"
)
_URL_DATE = re.compile(
    r"/((?:19|20)\d{2})[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/\-_.]|$)|[/_-]((?:20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?=[/\-_.]|$)"
)


def publication_date(page: HtmlFacts, *, has_authors: bool) -> str | None:
    """The date of publication in ISO 8601, or None.

    :param has_authors: whether the page names authors, which makes it an article.
    """
    declared = [
        *texts_of(page.node.get("datePublished")),
        *texts_of(page.node.get("dateCreated")),
        *page.metas(_DATE_METAS),
        *_other_date_metas(page),
    ]
    found = _first_date(page, declared) or _visible_date(page)
    if found is None and (has_authors or _is_article(page)):
        found = _first_date(page, _marked_dates(page, has_authors=has_authors)) or _lone_date(page)
    return found or _date_in(page.url)


def _first_date(page: HtmlFacts, values: Iterable[str]) -> str | None:
    dates = (parse_date(value, language=page.language, day_first=page.day_first) for value in values)
    return next((date for date in dates if date is not None), None)


def _other_date_metas(page: HtmlFacts) -> Iterator[str]:
    """Metas that no list holds but whose name says that they date the publication."""
    for name, values in page.declared.meta.items():
        if _PUBLICATION_NAME.search(name):
            yield from values


def _marked_dates(page: HtmlFacts, *, has_authors: bool) -> Iterator[str]:
    """Dates in microdata and ``<time>``, if they can be of one article.

    Every page of some content systems, the home page too, has a ``WebPage`` with a date, and
    lists of teasers have one ``<time>`` each. Measured: of 54 dates that only a WebPage gave,
    43 stood on pages that are no article and show none; so both need a second sign.
    """
    declared = page.declared
    yield from _of_one_article(page, [*declared.microdata.get("datepublished", ())])
    yield from _of_one_article(page, [moment or text for moment, text in declared.times])
    if has_authors:
        yield from (text for node in page.json.pages for text in texts_of(node.get("datePublished")))


def _of_one_article(page: HtmlFacts, values: list[str]) -> list[str]:
    """The first value, unless there are as many as a list of articles has.

    Those of a thread of posts are in order, the first the oldest.
    """
    dates = [
        date for value in dict.fromkeys(values) if (date := parse_date(value, language=page.language, day_first=page.day_first))
    ]
    return values[:1] if len(dates) <= MOST_TIMES or dates == sorted(dates) else []


def modification_date(page: HtmlFacts) -> str | None:
    """The date of the last change in ISO 8601, as declared, or None."""
    return _first_date(page, _modified_sources(page))


def _modified_sources(page: HtmlFacts) -> Iterator[str]:
    for node in page.nodes():
        yield from texts_of(node.get("dateModified"))
    yield from page.metas(_MODIFIED_METAS)
    yield from page.declared.microdata.get("datemodified", ())[:1]


def _visible_date(page: HtmlFacts) -> str | None:
    """The date in a short block near the headline, the nearest first, below before above."""
    for pair in itertools.zip_longest(page.opening, reversed(page.above)):
        for block in pair:
            if block is None or len(block.text) >= LONGEST_BYLINE:
                continue
            found = find_date(block.text, language=page.language, day_first=page.day_first)
            if found is not None:
                return found.iso
            # "23.09.22" means a date only where a line holds little else.
            if len(block.text) <= SHORT_DATE and (date := parse_date(block.text, language=page.language)):
                return date
    return None


def _lone_date(page: HtmlFacts) -> str | None:
    """The only date that the page shows on a line of its own, at whatever end."""
    days: dict[str, str] = {}
    for block in page.blocks:
        if 8 <= len(block.text) < 60:
            found = find_date(block.text, language=page.language, day_first=page.day_first)
            if found is not None:
                days.setdefault(found.iso[:10], found.iso)
                if len(days) > 1:
                    return None
    return next(iter(days.values()), None)


def _date_in(url: str | None) -> str | None:
    match = _URL_DATE.search(split_address(url).path)
    if match is None:
        return None
    year, month, day = (part for part in match.groups() if part)
    return parse_date(f"{year}-{month}-{day}")


def _is_article(page: HtmlFacts) -> bool:
    """Whether the page says that it is an article or has paragraphs enough."""
    if page.node or "article" in page.declared.meta.get("og:type", ()):
        return True
    paragraphs = sum(block.tag == "p" and len(block.text) >= LONG_PARAGRAPH for block in page.blocks)
    return paragraphs >= ARTICLE_PARAGRAPHS
