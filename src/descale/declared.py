"""What a page says about itself, gathered while it is parsed; `metadata` interprets it.

Tags that only ever declare something are always listened to. A look at the class, rel
and itemprop of every element adds a quarter to the time of reading, so it is taken only where
the head of the page declared no author or no date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, NamedTuple

from descale.model import Declared

#: Longest text, in characters, of a byline, tag or `<time>` worth keeping.
LONGEST_TEXT = 200
#: The same for a date, a byline, a heading, the page's title.
LONGEST_DATE, LONGEST_BYLINE, LONGEST_HEADING, LONGEST_TITLE = 80, 120, 400, 100_000
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
#: One of these is in every text that `_AUTHOR_PAGE`, or one of the patterns of classes, finds.
_AUTHOR_HINTS = ("/aut", "writer", "contribut", "journalis", "reporter", "author=")
_CLASS_HINTS = ("dat", "au", "by", "time", "publish", "post", "redact", "writ", "modif")
_MOST_CLASSES = 20_000
_known_telling: dict[str, bool] = {}
_HUMP = re.compile(r"([a-z0-9])([A-Z])")


#: Elements that only ever declare something.
DECLARING: Final = frozenset({"title", "meta", "base", "link", "script", "time", "h1"})
#: Elements that name no author or date of what can be read on the page.
_MUTE: Final = frozenset({"meta", "html", "body", "form", "input", "script", "style"})

Attributes = Mapping[str, str]


class _Capture:
    """Gathers the text of one element, until that is longer than the piece it should be."""

    __slots__ = ("depth", "length", "longest", "pieces", "take")

    def __init__(self, depth: int, longest: int, take: Callable[[str], None]) -> None:
        self.depth = depth
        self.longest = longest
        self.take = take
        self.pieces: list[str] = []
        self.length = 0

    def add(self, text: str) -> bool:
        """Take a piece of text; tell whether that made it too long."""
        self.pieces.append(text)
        self.length += len(text.strip())
        return self.length > self.longest

    def text(self) -> str:
        return _collapsed("".join(self.pieces)) if self.length <= self.longest else ""


class _Role(NamedTuple):
    """An element whose class, rel or itemprop tells of an author, a date or the like."""

    tag: str
    attributes: Attributes
    among_comments: bool
    capture: _Capture


class Declarations:
    """Listens to the elements of a page in page order: `start`, `data`, `end`, at last `declared`.

    The depth of an element tells its start and end together. ``capturing`` says whether text
    is waited for: only then are `data` and `end` worth a call.
    """

    def __init__(self) -> None:
        self.capturing: list[_Capture] = []
        self._language: str | None = None
        self._title: str | None = None
        self._base: str | None = None
        self._meta: dict[str, list[str]] = {}
        self._json_ld: list[str] = []
        self._microdata: dict[str, list[str]] = {}
        self._links: dict[str, list[str]] = {}
        self._times: list[tuple[str, str]] = []
        self._bylines: list[str] = []
        self._roles: list[_Role] = []
        # What stands above the first h1 belongs to menus and other articles: it goes last.
        self._early_times: list[tuple[str, str]] = []
        self._early_roles = 0
        self._heading_from = 0

    def declare(self, tag: str, attributes: Attributes, depth: int) -> None:
        """Hear of an element of `DECLARING`."""
        _HANDLERS[tag](self, attributes, depth)

    def language(self, attributes: Attributes) -> None:
        """Hear the attributes of ``<html>``."""
        self._language = (
            self._language
            or attributes.get("lang")
            or attributes.get("xml:lang")
            or attributes.get("{http://www.w3.org/XML/1998/namespace}lang")
        )

    def wants_roles(self) -> bool:
        """Tell whether author or date is still to be found, in classes and the like."""
        return self._lacks_author() or self._lacks_date()

    def tells_role(self, tag: str, attributes: Attributes) -> bool:
        """Tell whether an element's class, rel or itemprop is worth `role`."""
        names = attributes.get("class")
        if names is not None and (_known_telling[names] if names in _known_telling else _is_telling(names)):
            return True
        return "itemprop" in attributes or (tag == "a" and ("rel" in attributes or _is_author_link(tag, attributes)))

    def role(self, tag: str, attributes: Attributes, depth: int, *, among_comments: bool) -> None:
        """Hear of an element of which `tells_role` says so."""
        if tag == "a" and not {"tag", "category"}.isdisjoint(attributes.get("rel", "").lower().split()):
            self._capture(depth, 60, partial(_add, self._links, "tag"))
        capture = self._capture(depth, LONGEST_TEXT, _ignore)
        self._roles.append(_Role(tag, attributes, among_comments, capture))

    def data(self, text: str) -> None:
        """Hear text; a blank stands for the edge of an element."""
        capturing = self.capturing
        too_long = [capture for capture in capturing if capture.add(text)]
        if too_long:
            capturing[:] = [capture for capture in capturing if capture not in too_long]

    def end(self, depth: int) -> None:
        """Hear that the element at ``depth`` ends."""
        capturing = self.capturing
        while capturing and capturing[-1].depth >= depth:
            capture = capturing.pop()
            capture.take(capture.text())

    def declared(self) -> Declared:
        """Return the declarations as found, white space collapsed, nothing interpreted.

        Times and bylines that follow the first ``h1`` stand before the others.
        """
        self.end(0)
        if self.wants_roles():
            for role in (*self._roles[self._early_roles :], *self._roles[: self._early_roles]):
                self._take_role(role)
        return Declared(
            title=self._title,
            html_language=self._language,
            base=self._base,
            meta=_frozen(self._meta),
            json_ld=tuple(self._json_ld),
            microdata=_frozen(self._microdata),
            links=_frozen(self._links),
            times=tuple((self._times + self._early_times)[:MOST_VALUES]),
            bylines=tuple(self._bylines[:MOST_VALUES]),
        )

    # ------------------------------------------------------------- elements that declare
    def _start_title(self, _: Attributes, depth: int) -> None:
        self._capture(depth, LONGEST_TITLE, self._take_title)

    def _take_title(self, text: str) -> None:
        # Inline SVG pictures have titles too; the page's own comes first.
        self._title = self._title or text or None

    def _start_meta(self, attributes: Attributes, _: int) -> None:
        content = attributes.get("content") or attributes.get("value")
        if not content:
            return
        content = content.strip()
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            name = attributes.get(attribute)
            if name:
                for key in name.lower().split():
                    _add(self._meta, key, content)
                    if attribute == "itemprop" and key in _ITEMPROPS:
                        _add(self._microdata, key, content)

    def _start_base(self, attributes: Attributes, _: int) -> None:
        self._base = self._base or attributes.get("href")

    def _start_link(self, attributes: Attributes, _: int) -> None:
        rel = attributes.get("rel")
        href = attributes.get("href")
        if rel and href:
            for key in rel.lower().split():
                if key in {"canonical", "amphtml", "shortlink", "image_src"}:
                    _add(self._links, key, href.strip())

    def _start_script(self, attributes: Attributes, depth: int) -> None:
        kind = attributes.get("type")
        if kind and "ld+json" in kind.lower():
            self.capturing.append(_Script(depth, self._take_script))

    def _take_script(self, text: str) -> None:
        if text:
            self._json_ld.append(text)

    def _start_time(self, attributes: Attributes, depth: int) -> None:
        # Some sites nest <time> in <time>: the outer one stands first.
        place = len(self._times)
        self._capture(depth, LONGEST_TEXT, partial(self._take_time, attributes, place))

    def _take_time(self, attributes: Attributes, place: int, text: str) -> None:
        moment = attributes.get("datetime", "").strip()
        if not moment and not text:
            return
        self._times.insert(place, (moment, text))
        role = (attributes.get("itemprop") or attributes.get("class") or "").lower()
        role += " datepublished" if "pubdate" in attributes else ""
        if match := _DATE_CLASS.search(role.replace("datepublished", "published").replace("datemodified", "modified")):
            _add(self._microdata, "datepublished" if match["published"] else "datemodified", moment or text)

    def _start_heading(self, _: Attributes, depth: int) -> None:
        self._heading_from = len(self._roles)
        self._capture(depth, LONGEST_HEADING, self._take_heading)

    def _take_heading(self, text: str) -> None:
        if text:
            if "h1" not in self._links:
                self._times, self._early_times = [], self._times
                self._early_roles = self._heading_from
            _add(self._links, "h1", text)

    # ---------------------------------------------------------------- roles of elements
    def _capture(self, depth: int, longest: int, take: Callable[[str], None]) -> _Capture:
        capture = _Capture(depth, longest, take)
        self.capturing.append(capture)
        return capture

    def _take_role(self, role: _Role) -> None:
        tag, attributes, _, capture = role
        if tag in _MUTE:
            return
        properties = attributes.get("itemprop", "").lower().split()
        for key in properties:
            if key in _ITEMPROPS:
                value = (
                    attributes.get("content") or attributes.get("datetime") or (attributes.get("src") if key == "image" else None)
                )
                _add(self._microdata, key, value or capture.text())
        names = _folded_class(attributes.get("class") or "")
        if "author" in properties or "creator" in properties or _is_author_link(tag, attributes):
            self._take_byline(role)
            return
        if _BYLINE_CLASS.search(names) and not _NOT_BYLINE_CLASS.search(names):
            self._take_byline(role)
        if match := _DATE_CLASS.search(names):
            text = capture.text()
            value = attributes.get("datetime") or attributes.get("title") or (text if len(text) <= LONGEST_DATE else "")
            _add(self._microdata, "datepublished" if match["published"] else "datemodified", value)

    def _take_byline(self, role: _Role) -> None:
        text = role.capture.text()
        if text and len(text) <= LONGEST_BYLINE and text not in self._bylines and not role.among_comments:
            self._bylines.append(text)

    def _lacks_author(self) -> bool:
        """Whether no person is declared: accounts, addresses and the site's own name are none."""
        sites = {name.lower() for name in self._meta.get("og:site_name", ())}
        for name in _AUTHOR_METAS & self._meta.keys():
            if any(
                " " in value and "@" not in value and "://" not in value and value.lower() not in sites
                for value in self._meta[name]
            ):
                return False
        return not any('"author"' in script and '"Person"' in script for script in self._json_ld)

    def _lacks_date(self) -> bool:
        return not (
            _DATE_METAS & self._meta.keys()
            or "datepublished" in self._microdata
            or any('"datePublished"' in script for script in self._json_ld)
        )


class _Script(_Capture):
    """The text of a script, as it stands and however long."""

    __slots__ = ()

    def __init__(self, depth: int, take: Callable[[str], None]) -> None:
        super().__init__(depth, 0, take)

    def add(self, text: str) -> bool:
        self.pieces.append(text)
        return False

    def text(self) -> str:
        return "".join(self.pieces)


_HANDLERS: Final[dict[str, Callable[[Declarations, Attributes, int], None]]] = {
    "title": Declarations._start_title,  # noqa: SLF001 - the class's own table of handlers
    "meta": Declarations._start_meta,  # noqa: SLF001
    "base": Declarations._start_base,  # noqa: SLF001
    "link": Declarations._start_link,  # noqa: SLF001
    "script": Declarations._start_script,  # noqa: SLF001
    "time": Declarations._start_time,  # noqa: SLF001
    "h1": Declarations._start_heading,  # noqa: SLF001
}


def _ignore(text: str) -> None:
    """Take no text: what a role says is read when all of the page is known."""


def _frozen(values: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(value) for key, value in values.items()}


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _add(values: dict[str, list[str]], key: str, value: str | None) -> None:
    if value:
        known = values.setdefault(key, [])
        if len(known) < MOST_VALUES and value not in known:
            known.append(value)


def _is_author_link(tag: str, attributes: Attributes) -> bool:
    """Whether an element links to the page of an author."""
    if tag != "a":
        return False
    if "rel" in attributes and "author" in attributes["rel"].lower().split():
        return True
    address = attributes.get("href", "").lower()
    # Plain searches spare the pattern most of its runs.
    return any(hint in address for hint in _AUTHOR_HINTS) and _AUTHOR_PAGE.search(address) is not None


def _folded_class(names: str) -> str:
    """Class tokens in lower case, their humps parted ("authorName" is "author-name")."""
    return names if names.islower() else _HUMP.sub(r"\1-\2", names).lower()


def _is_telling(names: str) -> bool:
    """Tell whether a class names a byline or a date; remembered, since sites repeat their classes."""
    folded = _folded_class(names)
    telling = any(hint in folded for hint in _CLASS_HINTS) and (
        _BYLINE_CLASS.search(folded) is not None or _DATE_CLASS.search(folded) is not None
    )
    if len(_known_telling) >= _MOST_CLASSES:
        _known_telling.clear()
    _known_telling[names] = telling
    return telling
