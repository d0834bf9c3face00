"""Declared data and the page's own words -> title, authors, dates, site, language.

What a page declares comes first, in the order of how seldom it is wrong; then what its
blocks show. A field that nobody knows is None: a wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from descale.html_authors import authors_of
from descale.html_dates import modification_date, publication_date
from descale.html_facts import LONGEST_STANDFIRST, HtmlFacts, absolute_address
from descale.json_ld import text_of, texts_of
from descale.model import Document
from descale.titles import key, tidy

_DESCRIPTION_METAS = ("og:description", "description", "twitter:description", "dc.description", "sailthru.description")
_IMAGE_METAS = (
    "og:image",
    "og:image:secure_url",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "parsely-image-url",
    "sailthru.image.full",
    "thumbnail",
)
_TAG_METAS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags", "dc.subject", "citation_keywords")
_SECTION_METAS = ("article:section", "og:section", "parsely-section", "cxenseparse:recs:category", "section")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article; None or empty where nothing is.

    ``date`` and ``modified`` are ISO 8601 with as much as is stated (a day; a moment; a
    moment with its offset); ``language`` is a lower-case BCP 47 tag ("de", "zh-hans");
    ``url`` and ``image`` are absolute; ``is_free`` is only ever what the page declares.
    """

    title: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    modified: str | None = None
    language: str | None = None
    site: str | None = None
    url: str | None = None
    description: str | None = None
    image: str | None = None
    tags: tuple[str, ...] = ()
    section: str | None = None
    is_free: bool | None = None


def html_metadata(document: Document, *, source: str | None = None) -> Metadata:
    """Resolve the metadata of a page.

    :param document: what was read, with its declarations.
    :param source: the HTML itself, searched for a title where neither declarations nor
        headings tell one.
    """
    page = HtmlFacts(document)
    title = page.title
    if title is None and source is not None:
        title = _guessed_title(source)
    authors = authors_of(page)
    return Metadata(
        title=title,
        standfirst=_standfirst(page),
        authors=authors,
        date=publication_date(page, has_authors=bool(authors)),
        modified=modification_date(page),
        language=page.language,
        site=page.site,
        url=page.url,
        description=_description(page),
        image=_image(page),
        tags=_tags(page),
        section=_section(page),
        is_free=_is_free(page),
    )


def _standfirst(page: HtmlFacts) -> str | None:
    """The standfirst, if a block below the headline shows what the page declares as one."""
    declared = [
        tidy(text) for value in (page.node.get("alternativeHeadline"), page.node.get("description")) for text in texts_of(value)
    ]
    declared.extend(tidy(text) for text in page.metas(_DESCRIPTION_METAS))
    keys = [found for text in declared if len(found := key(text)) >= 20]
    for block in page.opening:
        found = key(block.text) if 20 <= len(block.text) <= LONGEST_STANDFIRST else ""
        if (
            found
            and any(found == other or (len(other) > 60 and found.startswith(other[:-4])) for other in keys)
            and found != key(page.title or "")
        ):
            return block.text
    return None


def _description(page: HtmlFacts) -> str | None:
    text = page.first_meta(_DESCRIPTION_METAS)
    if text is None:
        text = next((found for node in page.nodes() if (found := text_of(node.get("description")))), None)
    return tidy(text) if text else None


def _image(page: HtmlFacts) -> str | None:
    base = page.declared.base or page.url or ""
    candidates = [*page.metas(_IMAGE_METAS), *(text for node in page.nodes() for text in _image_texts(node.get("image")))]
    candidates.extend(page.declared.links.get("image_src", ()))
    return next((address for candidate in candidates if (address := absolute_address(candidate, base))), None)


def _image_texts(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        text = text_of(item.get("url") or item.get("contentUrl")) if isinstance(item, dict) else text_of(item)
        if text:
            yield text


def _tags(page: HtmlFacts) -> tuple[str, ...]:
    """Declared tags, from the first source that has any."""
    sources = [[*page.declared.meta.get("article:tag", ())], [*texts_of(page.node.get("keywords"))]]
    sources.extend([*page.declared.meta.get(name, ())] for name in _TAG_METAS[1:])
    sources.append([*page.declared.links.get("tag", ())])
    for values in sources:
        tags = [
            tag
            for value in values
            for part in re.split(r"[,;、，|]", tidy(value))
            if (tag := part.strip(" #")) and len(tag) <= 80
        ]
        if tags:
            return tuple(dict.fromkeys(tags))
    return ()


def _section(page: HtmlFacts) -> str | None:
    declared = page.first_meta(_SECTION_METAS)
    if declared and not declared.startswith("http"):
        return declared
    text = text_of(page.node.get("articleSection"))
    return tidy(text) if text and not text.startswith("http") else None


def _is_free(page: HtmlFacts) -> bool | None:
    for node in page.nodes():
        value = node.get("isAccessibleForFree")
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            word = value.rpartition("/")[2].strip().lower()
            if word in {"true", "false", "yes", "no"}:
                return word in {"true", "yes"}
    return None


def _guessed_title(source: str) -> str | None:
    """The title that trafilatura sees; imported only then.

    Its authors and dates are not asked for. Measured over 1,438 pages, where nothing is
    declared or shown near the headline: htmldate would date 13 pages rightly and 214 that have
    no date; and of the authors fewer were right than wrong or spurious.
    """
    from trafilatura import extract_metadata  # noqa: PLC0415 - costs 145 ms and 37 MiB, seldom needed

    try:
        found = extract_metadata(source)
    except Exception:  # noqa: BLE001 - a guess must not lose the page: 1.8 raises RecursionError on data nested 30,000 deep
        return None
    return tidy(found.title) if found is not None and found.title else None
