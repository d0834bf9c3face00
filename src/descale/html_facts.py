"""What the single fields of the metadata are looked up in: one page's declarations, sorted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from descale.json_ld import JsonLd, Node, read_json_ld, text_of, texts_of
from descale.language import ALIASES
from descale.model import HEADING_TAGS, Block, Declared, Document
from descale.titles import choose_title, key, likeness, site_keys, split_address, tidy

#: How many blocks below the headline can hold its standfirst, byline and date.
OPENING_BLOCKS = 10
#: How many blocks above it can: blogs put the date there.
BLOCKS_ABOVE = 6
LONG_PARAGRAPH = 120
#: How alike a heading must be to a title in other words.
LIKE_TITLE = 0.6
#: Longest block, in characters, that is read as a byline or date.
LONGEST_BYLINE = 120
#: Longest standfirst, in characters.
LONGEST_STANDFIRST = 500

_TITLE_METAS = (
    "og:title",
    "parsely-title",
    "twitter:title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "citation_title",
    "headline",
)
_SITE_METAS = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "publisher",
    "dc.publisher",
    "al:android:app_name",
)
_LANGUAGE_METAS = ("og:locale", "content-language", "dc.language", "language", "inlanguage")
_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?")
_NOT_LANGUAGES = frozenset({"mul", "und", "zxx", "xx"})


class HtmlFacts:
    """What the single fields are looked up in.

    ``node`` is the JSON-LD node of the article, empty if there is none; ``sites`` are forms
    of the site's name; ``above`` and ``opening`` the blocks around the headline.
    """

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


def _url(declared: Declared, given: str | None) -> str | None:
    """The canonical address, made absolute; one on a home page or of another form is no help."""
    base = given or next(iter(declared.meta.get("og:url", ())), None) or ""
    for candidate in (*declared.links.get("canonical", ()), *declared.meta.get("og:url", ())):
        address = absolute_address(candidate, base)
        if address is None:
            continue
        # Broken templates declare the home page as the canonical address of every article.
        if given and len(split_address(address).path) <= 1 < len(split_address(given).path):
            continue
        return address
    return given


def absolute_address(address: str, base: str) -> str | None:
    """The address made absolute, or None if it is none of the web."""
    try:
        joined = urljoin(base, tidy(address))
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.netloc else None


def _site(page: HtmlFacts) -> str | None:
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


def _article_node(page: HtmlFacts) -> Node:
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


def _title(page: HtmlFacts) -> str | None:
    declared = [
        *texts_of(page.node.get("headline"))[:1],
        *page.metas(_TITLE_METAS),
        *page.declared.microdata.get("headline", ())[:1],
    ]
    headings = page.declared.links.get("h1", ()) or tuple(block.text for block in page.blocks if block.tag == "h1")
    return choose_title(declared, page.declared.title, headings, page.sites)


def _opening(page: HtmlFacts) -> tuple[Sequence[Block], Sequence[Block]]:
    """The blocks just above the headline and those that follow it."""
    best = _headline(page)
    if best is None:
        # Old pages mark no headline: what stands before the first paragraph is the opening.
        first = next((block.index for block in page.blocks if len(block.text) >= LONG_PARAGRAPH), 0)
        return (), page.blocks[max(0, first - BLOCKS_ABOVE) : first]
    # A heading that holds more than the title can hold the date.
    has_more = page.title is not None and key(page.blocks[best].text) != key(page.title)
    return page.blocks[max(0, best - BLOCKS_ABOVE) : best + has_more], page.blocks[best + 1 : best + 1 + OPENING_BLOCKS]


def _headline(page: HtmlFacts) -> int | None:
    """Index of the block that shows the title: best an h1, then another heading, then a line."""
    title = key(page.title) if page.title else ""
    shortest, longest = len(title) // 2, 2 * len(title) + 20  # folding drops punctuation, not words
    candidates: list[tuple[int, int]] = []
    for block in page.blocks:
        is_heading = block.tag in HEADING_TAGS
        if not shortest <= len(block.text) <= longest and not is_heading:
            continue
        found = key(block.text) if len(block.text) <= LONGEST_STANDFIRST else ""
        if found and found == title:
            if block.tag == "h1":
                return block.index
            candidates.append((1 if is_heading else 3, block.index))
        elif block.tag in {"h1", "h2"} and found and likeness(block.text, page.title or "") >= LIKE_TITLE:
            candidates.append((2, block.index))
        elif block.tag == "h1":
            candidates.append((4, block.index))
    return min(candidates)[1] if candidates else None


def _writes_month_first(language: str | None, url: str | None) -> bool:
    """Whether 3/5/2024 is the fifth of March here: American English, and English that says no more."""
    tag = (language or "").lower().replace("_", "-")
    host = split_address(url).hostname or ""
    if host.endswith((".uk", ".au", ".nz", ".in", ".ie", ".za", ".eu")):
        return False
    return tag in {"en", "en-us", "en-ph"} or (not tag and host.endswith((".com", ".gov", ".us")))


def _language(page: HtmlFacts) -> str | None:
    values = [
        page.declared.html_language or "",
        *page.metas(_LANGUAGE_METAS[:2]),
        *texts_of(page.node.get("inLanguage")),
        *page.metas(_LANGUAGE_METAS[2:]),
    ]
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
    primary = ALIASES.get(primary, primary)
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
