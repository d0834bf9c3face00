"""JSON-LD scripts of a page -> the nodes that describe its article, site and publisher.

Publishers write these scripts by template, so they are often not quite JSON: wrapped in
comments or CDATA, with trailing commas, raw line ends inside strings, backslashes that
escape nothing, or HTML entities for quotes. What is simply broken is simply repaired;
the rest is passed over.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Node: TypeAlias = dict[str, object]

#: Longest script, in characters, worth parsing: product lists reach megabytes.
LONGEST_SCRIPT = 1_000_000
#: How deep references and nesting are followed; real pages stay below six.
_DEPTH = 8

#: Keys under which an article stands when it is not at the top.
_CARRIERS = ("@graph", "mainEntity", "mainEntityOfPage", "article", "review", "itemReviewed")

_WRAPPERS = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)+|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)+\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_IDLE_BACKSLASH = re.compile(r'\\(?!["\\/bfnrtu])')
_MISSING_COMMA = re.compile(r'("|\}|\])(\s*\n\s*")(?=[@\w]+"\s*:)')


@dataclass(frozen=True, slots=True)
class JsonLd:
    """The nodes of a page by what they describe, in page order."""

    articles: tuple[Node, ...] = ()
    pages: tuple[Node, ...] = ()
    sites: tuple[Node, ...] = ()
    organizations: tuple[Node, ...] = ()
    by_id: dict[str, Node] | None = None

    def resolve(self, value: object) -> object:
        """The node a bare ``{"@id": …}`` points to, else the value itself."""
        if isinstance(value, dict) and "name" not in value and self.by_id:
            return self.by_id.get(str(value.get("@id")), value)
        return value


def read_json_ld(scripts: Iterable[str]) -> JsonLd:
    """Parse the scripts and sort their nodes.

    :param scripts: texts of the ``application/ld+json`` elements.
    :returns: the nodes found; broken scripts that no simple repair mends are left out.
    """
    articles: list[Node] = []
    pages: list[Node] = []
    sites: list[Node] = []
    organizations: list[Node] = []
    by_id: dict[str, Node] = {}
    for script in scripts:
        for node in _nodes(_parsed(script), 0):
            identity = node.get("@id")
            if isinstance(identity, str) and "name" in node:
                by_id.setdefault(identity, node)
            kinds = _kinds(node)
            if any(_is_article_kind(kind) for kind in kinds):
                articles.append(node)
            elif any(kind.endswith("page") for kind in kinds):
                pages.append(node)
            elif "website" in kinds:
                sites.append(node)
            elif any(kind.endswith("organization") or kind in {"corporation", "newspaper", "brand"} for kind in kinds):
                organizations.append(node)
    return JsonLd(tuple(articles), tuple(pages), tuple(sites), tuple(organizations), by_id)


def _is_article_kind(kind: str) -> bool:
    return kind.endswith(("article", "posting", "blogpost")) or kind in {
        "report",
        "review",
        "recipe",
        "howto",
        "podcastepisode",
        "creativework",
        "book",
        "question",
    }


def _kinds(node: Node) -> set[str]:
    kinds = node.get("@type")
    values = kinds if isinstance(kinds, list) else [kinds]
    return {value.rpartition("/")[2].lower() for value in values if isinstance(value, str)}


def _nodes(value: object, depth: int) -> Iterator[Node]:
    """The nodes of a script, whatever carries them, but not its lists of teasers."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for carrier in _CARRIERS:
            if isinstance(value.get(carrier), list | dict):
                yield from _nodes(value[carrier], depth + 1)


def _parsed(script: str) -> object:
    """The script as data, or None if no repair makes it JSON."""
    if len(script) > LONGEST_SCRIPT:
        return None
    for repaired in _repairs(script):
        try:
            return json.loads(repaired, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _repairs(script: str) -> Iterator[str]:
    """The script itself, then with one repair after the other."""
    yield script
    script = _WRAPPERS.sub("", script.strip().lstrip("\ufeff"))
    script = _WRAPPERS.sub("", script)
    yield script
    script = _TRAILING_COMMA.sub(r"\1", script)
    script = _IDLE_BACKSLASH.sub(r"\\\\", script)
    yield script
    yield _MISSING_COMMA.sub(r"\1,\2", script)
    if "&quot;" in script or "&#34;" in script:
        yield html.unescape(script)
    # Two objects one after the other, where an array was meant.
    yield "[" + re.sub(r"\}\s*\{", "},{", script) + "]"
    # A script cut off at its end, or followed by something else: its first object.
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(script.lstrip())
        yield json.dumps(value)
    except (ValueError, RecursionError):
        return


def text_of(value: object, depth: int = 0) -> str | None:
    """The text of a JSON-LD value: a string, or the ``name``, ``@value`` or ``url`` of a node."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if depth > _DEPTH:
        return None
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item, depth + 1))), None)
    if isinstance(value, dict):
        return next((text for key in ("name", "@value", "url", "@id") if (text := text_of(value.get(key), depth + 1))), None)
    return None


def texts_of(value: object) -> tuple[str, ...]:
    """All texts of a value that may be one or a list."""
    values = value if isinstance(value, list) else [value]
    return tuple(text for item in values if (text := text_of(item)))
