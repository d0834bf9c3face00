"""Declared data and the page's own words -> title, authors, dates, site, language …

What a page declares comes first, in the order of how seldom it is wrong; then what its
blocks show; and only where both are silent, the guesses of trafilatura. A field that
nobody knows is None: a wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from descale.authors import author_names, byline_words_length, is_byline_word
from descale.dates import find_date, parse_date
from descale.json_ld import JsonLd, Node, read_json_ld, text_of, texts_of
from descale.model import Block, Declared, Document
from descale.titles import choose_title, key, likeness, site_keys, tidy

#: How many blocks below the headline can hold its standfirst, byline and date.
OPENING_BLOCKS = 10
#: How many blocks above it can: blogs put the date there.
BLOCKS_ABOVE = 3
#: Most different times that can all be of one article; more are of a list.
MOST_TIMES = 3
#: Longest standfirst, in characters.
LONGEST_STANDFIRST = 500

_AUTHOR_METAS = ("author", "article:author", "og:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator", "dc.contributor.author", "dcterms.creator", "dcsext.author", "byl", "byline", "authors", "citation_author", "rbauthors", "cxenseparse:author", "mediator_author")  # fmt: skip
_DATE_METAS = ("article:published_time", "article:published", "og:published_time", "og:article:published_time", "og:pubdate", "article:publish_date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dcterms.date", "dc.date", "datepublished", "datecreated", "publishdate", "publish_date", "publish-date", "published_date", "publication_date", "publicationdate", "cxenseparse:recs:publishtime", "citation_publication_date", "citation_date", "citation_online_date", "pubdate", "ptime", "pdate", "displaydate", "timestamp", "originalpublicationdate", "mediator_published_time", "article.published", "article_date_original", "bt:pubdate", "last-published", "rbpubdate", "date")  # fmt: skip
_MODIFIED_METAS = ("article:modified_time", "og:updated_time", "og:modified_time", "article:modified", "datemodified", "dcterms.modified", "dc.date.modified", "lastmod", "last-modified", "revised", "utime", "moddate", "updated_time", "article:modified_date")  # fmt: skip
_TITLE_METAS = ("og:title", "parsely-title", "twitter:title", "sailthru.title", "dc.title", "dcterms.title", "citation_title", "headline", "hdl")
_SITE_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title", "cre", "publisher", "dc.publisher", "al:android:app_name")
_DESCRIPTION_METAS = ("og:description", "description", "twitter:description", "dc.description", "sailthru.description")
_IMAGE_METAS = ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full", "thumbnail")
_TAG_METAS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags", "dc.subject", "citation_keywords")
_SECTION_METAS = ("article:section", "og:section", "parsely-section", "cxenseparse:recs:category", "section")
_LANGUAGE_METAS = ("og:locale", "content-language", "dc.language", "language", "inlanguage")

_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/\-_.]|$)|[/_-]((?:20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?=[/\-_.]|$)")
_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?")
#: Names of one language under another code, as old or national pages write them.
_LANGUAGE_ALIASES = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "jp": "ja", "cz": "cs", "ua": "uk", "gr": "el", "kr": "ko", "cn": "zh", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "spa": "es"}  # fmt: skip
_NOT_LANGUAGES = frozenset({"mul", "und", "zxx", "xx"})


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


class _Page:
    """What the single fields are looked up in."""

    def __init__(self, document: Document) -> None:
        self.declared = document.declared or Declared()
        self.json: JsonLd = read_json_ld(self.declared.json_ld)
        self.blocks = document.blocks
        self.url = _url(self.declared, document.url)
        self.site = _site(self)
        self.sites = site_keys((self.site, *self.metas(_SITE_METAS[:3])), self.url or document.url)
        self.node: Node = _article_node(self)
        self.title = _title(self)
        self.language = _language(self) or document.language
        self.day_first = not _writes_month_first(self.declared.html_language or document.language, self.url)
        self.above, self.opening = _opening(self)
        self.authors = _authors(self)

    def metas(self, names: Iterable[str]) -> Iterator[str]:
        """Contents of the named metas, in the order of the names."""
        for name in names:
            yield from self.declared.meta.get(name, ())

    def first_meta(self, names: Iterable[str]) -> str | None:
        """The first content that is not empty."""
        return next((text for content in self.metas(names) if (text := tidy(content))), None)

    def nodes(self) -> Iterator[Node]:
        """The article's node, then the page's."""
        if self.node:
            yield self.node
        yield from self.json.pages


def html_metadata(document: Document, *, source: str | None = None) -> Metadata:
    """Resolve the metadata of a page.

    :param document: what was read, with its declarations.
    :param source: the HTML itself, for the fields that neither declarations nor blocks tell;
        without it these stay None.
    """
    page = _Page(document)
    authors = page.authors
    date = _date(page)
    modified = _modified(page)
    title = page.title
    if source is not None and (title is None or date is None or not authors):
        title, authors, date = _guessed(page, source, title, authors, date)
    return Metadata(
        title=title,
        standfirst=_standfirst(page),
        authors=authors,
        date=date,
        modified=modified,
        language=page.language,
        site=page.site,
        url=page.url,
        description=_description(page),
        image=_image(page),
        tags=_tags(page),
        section=_section(page),
        is_free=_is_free(page),
    )


# ------------------------------------------------------------------- site, address, title
def _url(declared: Declared, given: str | None) -> str | None:
    """The canonical address, made absolute; one on a home page or of another form is no help."""
    base = given or next(iter(declared.meta.get("og:url", ())), None) or ""
    for candidate in (*declared.links.get("canonical", ()), *declared.meta.get("og:url", ())):
        address = _absolute(candidate, base)
        if address is None:
            continue
        # Broken templates declare the home page as the canonical address of every article.
        if given and len(urlsplit(address).path) <= 1 < len(urlsplit(given).path):
            continue
        return address
    return given


def _absolute(address: str, base: str) -> str | None:
    try:
        joined = urljoin(base, tidy(address))
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.netloc else None


def _site(page: _Page) -> str | None:
    declared = page.first_meta(_SITE_METAS[:1])
    if declared and not declared.startswith("http"):
        return declared
    for node in (*page.json.articles, *page.json.pages):
        name = text_of(page.json.resolve(node.get("publisher")))
        if name and not name.startswith(("http", "#")):
            return tidy(name)
    for node in (*page.json.sites, *page.json.organizations):
        name = text_of(node.get("name"))
        if name and not name.startswith("http"):
            return tidy(name)
    return page.first_meta(_SITE_METAS[1:3])


def _article_node(page: _Page) -> Node:
    """The node of this article; teaser lists bring nodes of others along."""
    titles = [*page.declared.links.get("h1", ()), *page.metas(("og:title",)), page.declared.title or ""]
    best: Node = {}
    best_likeness = -1.0
    for node in page.json.articles:
        headline = text_of(node.get("headline")) or text_of(node.get("name"))
        alike = max((likeness(tidy(headline), title) for title in titles), default=0.0) if headline else 0.1
        # An article without a date or author tells less than one that has them.
        alike += 0.05 * ("datePublished" in node) + 0.05 * ("author" in node)
        if alike > best_likeness:
            best, best_likeness = node, alike
    return best if best_likeness > 0.3 or len(page.json.articles) == 1 else {}


def _title(page: _Page) -> str | None:
    declared = [*texts_of(page.node.get("headline"))[:1], *page.metas(_TITLE_METAS), *page.declared.microdata.get("headline", ())[:1]]
    headings = page.declared.links.get("h1", ()) or tuple(block.text for block in page.blocks if block.tag == "h1")
    return choose_title(declared, page.declared.title, headings, page.sites)


def _opening(page: _Page) -> tuple[Sequence[Block], Sequence[Block]]:
    """The blocks just above the headline and those that follow it; none if it is not shown."""
    title = key(page.title) if page.title else ""
    best = None
    for block in page.blocks:
        if title and len(block.text) < 500 and key(block.text) == title:
            best = block.index
            if block.tag == "h1":
                break
        elif best is None and block.tag == "h1":
            best = block.index
    if best is None:
        return (), ()
    return page.blocks[max(0, best - BLOCKS_ABOVE) : best], page.blocks[best + 1 : best + 1 + OPENING_BLOCKS]


# ------------------------------------------------------------------------------- authors
def _authors(page: _Page) -> tuple[str, ...]:
    """The authors: declared people, else those in the byline, else a declared organization."""
    organizations: list[str] = []
    for values, visible in _author_sources(page):
        names = author_names(values, visible=visible)
        people = tuple(name for name in names if not _is_publisher(name, page))
        if people:
            return people
        organizations.extend(name for name in names if not visible)
    organizations.extend(author_names(_author_names(page, organization=True)))
    return tuple(organizations[:1])


def _is_publisher(name: str, page: _Page) -> bool:
    compact = key(name).replace(" ", "")
    return any(compact == site or (len(site) >= 3 and compact.startswith(site)) for site in page.sites)


def _author_sources(page: _Page) -> Iterator[tuple[list[str], bool]]:
    """Strings that hold authors, most trusted first, and whether they were read off the page."""
    yield _author_names(page, organization=False), False
    for name in _AUTHOR_METAS:
        yield list(page.declared.meta.get(name, ())), False
    yield list(page.declared.microdata.get("author", ())[:3]), False
    for byline in page.declared.bylines[:2]:
        yield [byline], True
    yield _byline_blocks(page.opening), True


def _byline_blocks(opening: Sequence[Block]) -> list[str]:
    """The block near the headline that begins with "By", or the one behind a lone "By"."""
    for position, block in enumerate(opening):
        if len(block.text) > 120:
            continue
        if byline_words_length(block.text):
            return [block.text]
        if is_byline_word(block.text):
            return [following.text for following in opening[position + 1 : position + 2] if len(following.text) < 60]
    return []


def _author_names(page: _Page, *, organization: bool) -> list[str]:
    """Names in the authors of the article's nodes: people, or else organizations."""
    names: list[str] = []
    for node in page.nodes():
        for value in (node.get("author"), node.get("creator")):
            for item in value if isinstance(value, list) else [value]:
                author = page.json.resolve(item)
                is_organization = isinstance(author, dict) and "Organization" in str(author.get("@type"))
                if is_organization == organization:
                    names.extend(texts_of(author.get("name") if isinstance(author, dict) else author))
        if names:
            break
    return names


# --------------------------------------------------------------------------------- dates
def _date(page: _Page) -> str | None:
    for value in _date_sources(page):
        date = parse_date(value, language=page.language, day_first=page.day_first)
        if date is not None:
            return date
    return _visible_date(page) or _date_in(page.url)


def _date_sources(page: _Page) -> Iterator[str]:
    """Declared dates, most trusted first.

    Every page of some content systems, the home page too, has a ``WebPage`` with a date, and
    lists of teasers have one ``<time>`` each. Measured: of 54 dates that only a WebPage gave,
    43 stood on pages that are no article and show none; so both need a second sign.
    """
    declared = page.declared
    for key_ in ("datePublished", "dateCreated"):
        yield from texts_of(page.node.get(key_))
    yield from page.metas(_DATE_METAS)
    published = declared.microdata.get("datepublished", ())
    if len(published) <= MOST_TIMES:
        yield from published[:1]
    moments = {moment or text for moment, text in declared.times}
    if len(moments) <= MOST_TIMES:
        yield from (moment or text for moment, text in declared.times[:1])
    if page.authors:
        for node in page.json.pages:
            yield from texts_of(node.get("datePublished"))


def _modified(page: _Page) -> str | None:
    for value in _modified_sources(page):
        date = parse_date(value, language=page.language, day_first=page.day_first)
        if date is not None:
            return date
    return None


def _modified_sources(page: _Page) -> Iterator[str]:
    for node in page.nodes():
        yield from texts_of(node.get("dateModified"))
    yield from page.metas(_MODIFIED_METAS)
    yield from page.declared.microdata.get("datemodified", ())[:1]


def _visible_date(page: _Page) -> str | None:
    """A date in a short block near the headline."""
    for block in (*page.opening, *reversed(page.above)):
        if len(block.text) < 120:
            found = find_date(block.text, language=page.language, day_first=page.day_first)
            if found is not None:
                return found.iso
    return None


def _date_in(url: str | None) -> str | None:
    match = _URL_DATE.search(urlsplit(url).path) if url else None
    if match is None:
        return None
    year, month, day = (part for part in match.groups() if part)
    return parse_date(f"{year}-{month}-{day}")


def _writes_month_first(language: str | None, url: str | None) -> bool:
    """Whether 3/5/2024 is the fifth of March here: American English, and English that says no more."""
    tag = (language or "").lower().replace("_", "-")
    host = (urlsplit(url).hostname or "") if url else ""
    if host.endswith((".uk", ".au", ".nz", ".in", ".ie", ".za", ".eu")):
        return False
    return tag in {"en", "en-us", "en-ph"} or (not tag and host.endswith((".com", ".gov", ".us")))


# ---------------------------------------------------------------------- the other fields
def _standfirst(page: _Page) -> str | None:
    """The standfirst, if a block below the headline shows what the page declares as one."""
    declared = [tidy(text) for value in (page.node.get("alternativeHeadline"), page.node.get("description")) for text in texts_of(value)]
    declared.extend(tidy(text) for text in page.metas(_DESCRIPTION_METAS))
    keys = [found for text in declared if len(found := key(text)) >= 20]
    for block in page.opening:
        found = key(block.text) if 20 <= len(block.text) <= LONGEST_STANDFIRST else ""
        if found and any(found == other or (len(other) > 60 and found.startswith(other[:-4])) for other in keys) and found != key(page.title or ""):
            return block.text
    return None


def _description(page: _Page) -> str | None:
    text = page.first_meta(_DESCRIPTION_METAS)
    if text is None:
        text = next((found for node in page.nodes() if (found := text_of(node.get("description")))), None)
    return tidy(text) if text else None


def _image(page: _Page) -> str | None:
    base = page.declared.base or page.url or ""
    candidates = [*page.metas(_IMAGE_METAS), *(text for node in page.nodes() for text in _image_texts(node.get("image")))]
    candidates.extend(page.declared.links.get("image_src", ()))
    return next((address for candidate in candidates if (address := _absolute(candidate, base))), None)


def _image_texts(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        text = text_of(item.get("url") or item.get("contentUrl")) if isinstance(item, dict) else text_of(item)
        if text:
            yield text


def _tags(page: _Page) -> tuple[str, ...]:
    """Declared tags, from the first source that has any."""
    sources = [[*page.declared.meta.get("article:tag", ())], [*texts_of(page.node.get("keywords"))]]
    sources.extend([*page.declared.meta.get(name, ())] for name in _TAG_METAS[1:])
    sources.append([*page.declared.links.get("tag", ())])
    for values in sources:
        tags = [tag for value in values for part in re.split(r"[,;、，|]", tidy(value)) if (tag := part.strip(" #")) and len(tag) <= 80]
        if tags:
            return tuple(dict.fromkeys(tags))
    return ()


def _section(page: _Page) -> str | None:
    declared = page.first_meta(_SECTION_METAS)
    if declared and not declared.startswith("http"):
        return declared
    text = text_of(page.node.get("articleSection"))
    return tidy(text) if text and not text.startswith("http") else None


def _is_free(page: _Page) -> bool | None:
    for node in page.nodes():
        value = node.get("isAccessibleForFree")
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            word = value.rpartition("/")[2].strip().lower()
            if word in {"true", "false", "yes", "no"}:
                return word in {"true", "yes"}
    return None


def _language(page: _Page) -> str | None:
    values = [page.declared.html_language or "", *page.metas(_LANGUAGE_METAS[:2]), *texts_of(page.node.get("inLanguage")), *page.metas(_LANGUAGE_METAS[2:])]
    return next((tag for value in values if (tag := language_tag(value))), None)


def language_tag(value: str) -> str | None:
    """A declared language as a BCP 47 tag in lower case: the primary tag, for Chinese with its script.

    >>> language_tag("zh_TW"), language_tag("pt-BR"), language_tag("{{ lang }}")
    ('zh-hant', 'pt', None)
    """
    match = _LANGUAGE_TAG.fullmatch(value.split(",", maxsplit=1)[0].strip())
    if match is None:
        return None
    primary = match[1].lower()
    primary = _LANGUAGE_ALIASES.get(primary, primary)
    if primary in _NOT_LANGUAGES:
        return None
    if primary != "zh":
        return primary
    script, region = (match[2] or "").lower(), (match[3] or "").lower()
    if script in {"hans", "hant"}:
        return f"zh-{script}"
    if region in {"tw", "hk", "mo"}:
        return "zh-hant"
    return "zh-hans" if region in {"cn", "sg", "my"} else "zh"


# ------------------------------------------------------------------------ the last resort
def _guessed(
    page: _Page, source: str, title: str | None, authors: tuple[str, ...], date: str | None
) -> tuple[str | None, tuple[str, ...], str | None]:
    """Fields that trafilatura finds where the page declares nothing; imported only then."""
    from trafilatura import extract_metadata  # noqa: PLC0415 - costs 145 ms and 37 MiB, seldom needed

    found = extract_metadata(source, default_url=page.url)
    if found is None:
        return title, authors, date
    if title is None and found.title:
        title = tidy(found.title)
    if not authors and found.author:
        authors = author_names(found.author.split("; "), site=page.site)
    return title, authors, date
