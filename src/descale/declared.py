"""What a page says about itself, gathered from its parsed tree; `metadata` interprets it.

Measured over 300 pages: the walk over the tags that only ever declare something costs
.1 of the parse, a look at the class and itemprop of every element .3 more. So the
second look is taken only where the first found no author or no date.

This module only calls methods of the elements it is given: it imports no lxml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from descale.model import Declared

#: Longest text, in characters, of a byline, tag or `<time>` worth keeping.
LONGEST_TEXT = 200
#: Most values kept of one kind: lists of teasers repeat their dates and authors.
MOST_VALUES = 40

#: Meta names whose presence makes the second look for an author needless.
_AUTHOR_METAS = frozenset({"author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "citation_author"})
#: The same for a date.
_DATE_METAS = frozenset(
    {
        "article:published_time",
        "og:published_time",
        "datepublished",
        "parsely-pub-date",
        "sailthru.date",
        "dc.date.issued",
        "dcterms.created",
        "date",
        "pubdate",
    }
)
#: Itemprops that describe an article; others (price, address …) stay where they are.
_ITEMPROPS = frozenset(
    {
        "author",
        "creator",
        "name",
        "headline",
        "alternativeheadline",
        "datepublished",
        "datecreated",
        "datemodified",
        "description",
        "keywords",
        "articlesection",
        "image",
        "inlanguage",
    }
)
#: Class tokens that name a byline ("byline", "post-author", "entry__author-name").
_BYLINE_CLASS = re.compile(
    r"(?<![a-z])(?:by-?line|authors?|writer|autor(?:e|es|in|en)?|auteur|redacteur|dateline)(?![a-z])"
    r"|(?:article|post|entry|story|meta|news|fn)-?_?author(?![a-z])"
)
#: Class tokens beside "author" that make it a biography, a picture, a comment or a list.
_NOT_BYLINE_CLASS = re.compile(
    r"bio|avatar|image|img|photo|pic|comment|social|follow|desc|job|role|icon|box|related|widget|email|twitter|title\b|info-text"
)
#: Microformats and usual class tokens of the date of an article, read as its itemprop.
_DATE_CLASS = re.compile(
    r"(?<![a-z])(?P<published>dt-published|published|pub-?date|publish(?:ed)?-?(?:date|time|on)|date-?published|"
    r"(?:entry|post|article|story|news|blog)[-_]{0,2}(?:date|time)(?:stamp)?|postdate|byline[-_]{0,2}date|timestamp|posted-on|date-header)(?![a-z])"
    r"|(?<![a-z])(?P<modified>dt-updated|updated|modified|last-?updated|last-?modified|date-?modified|update-?time)(?![a-z])"
)
#: Addresses of the pages that sites keep on their authors ("/author/ann-bee").
_AUTHOR_PAGE = re.compile(
    r"/(?:author|authors|autor|autoren|autores|auteur|auteurs|autore|autori|writer|writers|contributors?|journalists?|reporter)/[^/]|[?&]author=",
    re.IGNORECASE,
)
_HUMP = re.compile(r"([a-z0-9])([A-Z])")
_SPACES = re.compile(r"\s+")


class Element(Protocol):
    """The part of an lxml element that is used here."""

    @property
    def tag(self) -> object:
        """Tag name; a function for comments and processing instructions."""

    @property
    def text(self) -> str | None:
        """Text before the first child."""

    def get(self, key: str, /) -> str | None:
        """Value of an attribute."""

    def iter(self, *tags: str) -> Iterator[Element]:
        """Descendants with one of the tags, in page order."""

    def itertext(self) -> Iterator[object]:
        """All text below, in page order."""

    def iterancestors(self) -> Iterator[Element]:
        """The elements around this one, nearest first."""


class _Found:
    """Values by key while the tree is walked."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.base: str | None = None
        self.meta: dict[str, list[str]] = {}
        self.json_ld: list[str] = []
        self.microdata: dict[str, list[str]] = {}
        self.links: dict[str, list[str]] = {}
        self.times: list[tuple[str, str]] = []
        self.bylines: list[str] = []
        self.early_times: list[tuple[str, str]] = []
        self.early_bylines: list[str] = []

    def start_after_heading(self) -> None:
        """At the first h1: what stood above it belongs to menus and other articles.

        So what follows is put first, and what came before stays behind it.
        """
        self.times, self.early_times = [], self.times
        self.bylines, self.early_bylines = [], self.bylines


def gather(tree: Element) -> Declared:
    """Collect what a page declares about itself.

    :param tree: root element of the page as lxml parsed it.
    :returns: the declarations as found, white space collapsed, nothing interpreted.
        Times and bylines that follow the first ``h1`` stand before the others.
    """
    found = _Found()
    for element in tree.iter("title", "meta", "base", "link", "script", "time", "h1"):
        _HANDLERS[element.tag](element, found)  # type: ignore[index]
    if _lacks_author(found) or _lacks_date(found):
        _look_at_every_element(tree, found)
    return Declared(
        title=found.title,
        html_language=tree.get("lang") or tree.get("xml:lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        base=found.base,
        meta=_frozen(found.meta),
        json_ld=tuple(found.json_ld),
        microdata=_frozen(found.microdata),
        links=_frozen(found.links),
        times=tuple((found.times + found.early_times)[:MOST_VALUES]),
        bylines=tuple((found.bylines + found.early_bylines)[:MOST_VALUES]),
    )


def _frozen(values: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(value) for key, value in values.items()}


def _collapsed(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _short_text(element: Element, longest: int = LONGEST_TEXT) -> str:
    """Text of an element, or nothing if it is too long for the piece it should be."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        if not isinstance(piece, str):
            continue
        pieces.append(piece)
        length += len(piece.strip())
        if length > longest:
            return ""
    return _collapsed(" ".join(pieces))


def _add(values: dict[str, list[str]], key: str, value: str | None) -> None:
    if value:
        known = values.setdefault(key, [])
        if len(known) < MOST_VALUES and value not in known:
            known.append(value)


def _take_title(element: Element, found: _Found) -> None:
    # Inline SVG pictures have titles too; the page's own comes first.
    if found.title is None:
        found.title = _collapsed("".join(str(piece) for piece in element.itertext())) or None


def _take_meta(element: Element, found: _Found) -> None:
    content = element.get("content") or element.get("value")
    if not content:
        return
    content = content.strip()
    for attribute in ("name", "property", "itemprop", "http-equiv"):
        name = element.get(attribute)
        if name:
            for key in name.lower().split():
                _add(found.meta, key, content)
                if attribute == "itemprop" and key in _ITEMPROPS:
                    _add(found.microdata, key, content)


def _take_base(element: Element, found: _Found) -> None:
    found.base = found.base or element.get("href")


def _take_link(element: Element, found: _Found) -> None:
    rel = element.get("rel")
    href = element.get("href")
    if rel and href:
        for key in rel.lower().split():
            if key in {"canonical", "amphtml", "shortlink", "image_src"}:
                _add(found.links, key, href.strip())


def _take_script(element: Element, found: _Found) -> None:
    kind = element.get("type")
    if kind and "ld+json" in kind.lower() and element.text:
        found.json_ld.append(element.text)


def _take_time(element: Element, found: _Found) -> None:
    moment = (element.get("datetime") or "").strip()
    text = _short_text(element)
    if not moment and not text:
        return
    found.times.append((moment, text))
    role = (element.get("itemprop") or element.get("class") or "").lower()
    role += " datepublished" if element.get("pubdate") is not None else ""
    if match := _DATE_CLASS.search(role.replace("datepublished", "published").replace("datemodified", "modified")):
        _add(found.microdata, "datepublished" if match["published"] else "datemodified", moment or text)


def _take_anchor(element: Element, found: _Found) -> None:
    rel = element.get("rel")
    if not rel:
        return
    tokens = rel.lower().split()
    if "tag" in tokens or "category" in tokens:
        _add(found.links, "tag", _short_text(element, 60))


def _take_heading(element: Element, found: _Found) -> None:
    text = _short_text(element, 400)
    if text:
        if "h1" not in found.links:
            found.start_after_heading()
        _add(found.links, "h1", text)


_HANDLERS = {
    "title": _take_title,
    "meta": _take_meta,
    "base": _take_base,
    "link": _take_link,
    "script": _take_script,
    "time": _take_time,
    "h1": _take_heading,
}


def _lacks_author(found: _Found) -> bool:
    """Whether no person is declared: accounts, addresses and the site's own name are none."""
    sites = {name.lower() for name in found.meta.get("og:site_name", ())}
    for name in _AUTHOR_METAS & found.meta.keys():
        if any(
            " " in value and "@" not in value and "://" not in value and value.lower() not in sites for value in found.meta[name]
        ):
            return False
    return not (found.bylines or any('"author"' in script and '"Person"' in script for script in found.json_ld))


def _lacks_date(found: _Found) -> bool:
    return not (
        _DATE_METAS & found.meta.keys()
        or "datepublished" in found.microdata
        or any('"datePublished"' in script for script in found.json_ld)
    )


def _add_byline(element: Element, found: _Found) -> None:
    text = _short_text(element, 120)
    if text and text not in found.bylines and not _in_comment(element):
        found.bylines.append(text)


def _in_comment(element: Element) -> bool:
    """Whether the element stands among reader comments, whose authors are not the article's."""
    for depth, ancestor in enumerate(element.iterancestors()):
        if depth == 6:  # as deep as comment systems nest a name; more costs time on every byline
            return False
        if ancestor.tag == "body":
            return False
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}".lower()
        if "comment" in names or "disqus" in names:
            return True
    return False


def _is_author_link(element: Element) -> bool:
    """Whether an element links to the page of an author."""
    if element.tag != "a":
        return False
    if "author" in (element.get("rel") or "").lower().split():
        return True
    return _AUTHOR_PAGE.search(element.get("href") or "") is not None


def _look_at_every_element(tree: Element, found: _Found) -> None:
    """Microdata and byline classes, from the main heading on first."""
    heading_text = next(iter(found.links.get("h1", ())), None)
    before: list[Element] = []
    after: list[Element] = []
    current = after if heading_text is None else before
    known: dict[str, bool] = {}  # classes repeat within a page
    for element in tree.iter("*"):
        if current is before and element.tag == "h1" and _short_text(element, 400) == heading_text:
            current = after
        names = element.get("class")
        if element.tag == "a":
            _take_anchor(element, found)
            if _is_author_link(element):
                current.append(element)
                continue
        if names is not None:
            telling = known.get(names)
            if telling is None:
                telling = known[names] = _is_telling(names)
            if telling:
                current.append(element)
                continue
        if element.get("itemprop") is not None:
            current.append(element)
    _take_roles(after, found)
    _take_roles(before, found)


def _folded_class(names: str) -> str:
    """Class tokens in lower case, their humps parted ("authorName" is "author-name")."""
    return names if names.islower() else _HUMP.sub(r"\1-\2", names).lower()


def _is_telling(names: str) -> bool:
    names = _folded_class(names)
    # Two plain searches spare the patterns most of their runs.
    if (
        "dat" not in names
        and "au" not in names
        and "by" not in names
        and "time" not in names
        and "publish" not in names
        and "post" not in names
    ):
        return False
    return _BYLINE_CLASS.search(names) is not None or _DATE_CLASS.search(names) is not None


def _take_roles(elements: Iterable[Element], found: _Found) -> None:
    for element in elements:
        if element.tag in {"meta", "html", "body", "form", "input", "script", "style"}:
            continue
        properties = (element.get("itemprop") or "").lower().split()
        for key in properties:
            if key in _ITEMPROPS:
                value = element.get("content") or element.get("datetime") or (element.get("src") if key == "image" else None)
                _add(found.microdata, key, value or _short_text(element))
        if "author" in properties or "creator" in properties:
            _add_byline(element, found)
            continue
        names = _folded_class(element.get("class") or "")
        if _is_author_link(element):
            _add_byline(element, found)
            continue
        if _BYLINE_CLASS.search(names) and not _NOT_BYLINE_CLASS.search(names):
            _add_byline(element, found)
        if match := _DATE_CLASS.search(names):
            value = element.get("datetime") or element.get("title") or _short_text(element, 80)
            _add(found.microdata, "datepublished" if match["published"] else "datemodified", value)
