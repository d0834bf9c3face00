"""The headline of a page among its declared titles and its headings."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, urlsplit

from descale import words

#: Longest headline, in characters.
LONGEST_TITLE = 350

_SEPARATOR = re.compile(
    r"\s+(?:[|–—·•»›«‹~/-]|::|--|\\)\s+|\s*[|｜»]\s*|\s+::\s*|_{1,2}(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])[-_–—](?=\S)"
)
_COLON = re.compile(r"\s*[:：]\s+")
_SPACES = re.compile(r"\s+")
#: Words of hosts that name no site.
_HOST_CHROME = frozenset({"www", "m", "mobile", "amp", "com", "co", "org", "net", "blog", "blogs", "news", "edition", "en"})


def split_address(url: str | None) -> SplitResult:
    """The parts of an address; all empty if there is none or it cannot be split."""
    try:
        return urlsplit(url or "")
    except ValueError:  # "http://[": brackets of an IPv6 address that is none
        return urlsplit("")


def tidy(text: str) -> str:
    """A declared text with its entities resolved (some are escaped twice) and white space collapsed."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return _SPACES.sub(" ", text).strip()


@functools.lru_cache(maxsize=256)
def key(text: str) -> str:
    """What two spellings of one headline share: its folded words."""
    return " ".join(words.split(text))


def site_keys(names: Iterable[str | None], url: str | None) -> frozenset[str]:
    """Compact folded forms of the names a site goes by, its host among them."""
    keys = {key(name).replace(" ", "") for name in names if name}
    host = split_address(url).hostname or ""
    labels = [label for label in host.split(".") if label not in _HOST_CHROME]
    if labels:
        keys.add(key(host.removeprefix("www.")).replace(" ", ""))
        keys.update(label.replace("-", "") for label in labels[:1] if len(label) >= 3)
        keys.update(label for label in labels if len(label) > 3)
    return frozenset(found for found in keys if found)


def without_site(title: str, sites: frozenset[str]) -> str:
    """The title without the site's name before or behind it.

    :param title: a declared title.
    :param sites: forms the site's name takes, from :func:`site_keys`.
    """
    while True:
        shorter = _one_segment_less(title, sites)
        if shorter == title:
            return title
        title = shorter


def _one_segment_less(title: str, sites: frozenset[str]) -> str:
    separators = list(_SEPARATOR.finditer(title))
    if separators:
        last, first = separators[-1], separators[0]
        tail, head = title[last.end() :].strip(), title[: first.start()].strip()
        if title[: last.start()].strip() and (_names_site(tail, sites) or not key(tail)):
            return title[: last.start()].strip()
        if title[first.end() :].strip() and _names_site(head, sites):
            return title[first.end() :].strip()
    colon = _COLON.search(title)
    if colon and title[colon.end() :] and _names_site(title[: colon.start()], sites, exactly=True):
        return title[colon.end() :].strip()
    return title


def _names_site(segment: str, sites: frozenset[str], *, exactly: bool = False) -> bool:
    """Whether a segment is the site's name, perhaps with a word more ("BBC News", "zeit.de")."""
    found = key(segment).replace(" ", "")
    if not found:
        return False
    if found in sites:
        return True
    if exactly or len(segment.split()) > 6:
        return False
    return any(
        (len(site) >= 4 and site in found) or (len(found) >= 3 and site.startswith(found)) or (len(found) >= 5 and found in site)
        for site in sites
    )


def likeness(left: str, right: str) -> float:
    """Share of the words of the shorter of two headlines that the other has too, 0 to 1."""
    first, second = set(key(left).split()), set(key(right).split())
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def choose_title(declared: Sequence[str], head_title: str | None, headings: Sequence[str], sites: frozenset[str]) -> str | None:
    """The headline: as the page shows it if that agrees with what it declares.

    :param declared: titles from JSON-LD, OpenGraph …, most trusted first.
    :param head_title: the ``<title>``.
    :param headings: texts of the ``h1`` elements, in page order.
    :param sites: forms of the site's name.
    """
    candidates = [short for title in declared if (short := without_site(tidy(title), sites)) and len(short) <= LONGEST_TITLE]
    head = without_site(tidy(head_title), sites) if head_title else ""
    visible = [text for heading in headings if (text := tidy(heading)) and not _names_site(text, sites, exactly=True)]
    known = [*candidates, head] if head else candidates
    keys = {key(title) for title in known}
    for text in visible:
        if key(text) in keys:
            return text
    for title in candidates:
        # A heading can hold a kicker too: "Premier League Late goal sinks the champions".
        if len(title.split()) > 2 and any(key(text).endswith(" " + key(title)) for text in visible):
            return title
    for text in visible:
        # The title often goes on with a section or the site, or is worded for search engines.
        if any(_begins(title, text) for title in known):
            return text
    for text in visible:
        if len(words.split(text)) > 3 and any(likeness(text, title) >= 0.6 for title in known):
            return text
    if candidates:
        # JSON-LD headlines are cut at 110 characters, a limit search engines once set.
        return (
            max((title for title in known if title.startswith(candidates[0])), key=len)
            if len(candidates[0]) > 90
            else candidates[0]
        )
    if len(visible) == 1 and likeness(visible[0], head) > 0:
        return visible[0]
    return _first_segment(head) or next(iter(visible), None)


def _begins(title: str, heading: str) -> bool:
    short = key(heading)
    return len(short) >= 12 and key(title).startswith(short + " ")


def _first_segment(title: str) -> str | None:
    """The longest segment of a title whose site is not known."""
    segments = [segment for segment in re.split(r"\s+[|»]\s+|\s+::\s+", title) if segment.strip()]
    return max(segments, key=len).strip() if segments else None
