"""A second tree builder, for pages on which libxml2 stops.

libxml2 reads no deeper than 2,048 elements, and older versions lose the body of about
one page in 300. This one is slower and knows less of HTML's rules, but takes any depth
in linear time: below `DEEPEST` levels, elements become siblings.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from lxml import etree

#: Elements nested deeper than this hang on the element at this depth.
DEEPEST: Final = 200

_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
#: An element that begins closes these, if one is open and innermost.
_CLOSED_BY: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(
        [
            "address",
            "article",
            "aside",
            "blockquote",
            "center",
            "div",
            "dl",
            "fieldset",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "ul",
        ],
        frozenset({"p"}),
    ),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "option": frozenset({"option"}),
}
_NAME = re.compile(r"[a-z][\w-]*", re.ASCII)
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def parse_deep(source: str) -> etree._Element:
    """Build a tree of a page that libxml2 could not read whole; never deeper than 200.

    ``source`` holds no lone surrogates. The root is ``html``; without a ``body`` tag its
    children stand right below it.
    """
    builder = _Builder()
    builder.feed(_UNREADABLE.sub("", source))
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = etree.Element("html")
        # (tag as written, element that takes the children)
        self.open: list[tuple[str, etree._Element]] = [("html", self.root)]
        self.count: dict[str, int] = {}
        self.last: etree._Element | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        closed = _CLOSED_BY.get(tag)
        while closed and self.open[-1][0] in closed and len(self.open) > 1:
            self._pop()
        named = {name: value or "" for name, value in attrs if _NAME.fullmatch(name)}
        around = self.open[-1][1]
        if tag == "html":
            for name, value in named.items():
                self.root.set(name, value)
            return
        element = etree.SubElement(around, tag if _NAME.fullmatch(tag) else "span", named)
        self.last = element
        if tag not in _VOID:
            deep = len(self.open) >= DEEPEST
            self.open.append((tag, around if deep else element))
            self.count[tag] = self.count.get(tag, 0) + 1
            if not deep:
                self.last = None

    def handle_endtag(self, tag: str) -> None:
        # Counting the open elements keeps stray end tags from searching the whole stack.
        if self.count.get(tag):
            while self._pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.last is None:
            element = self.open[-1][1]
            element.text = (element.text or "") + data
        else:
            self.last.tail = (self.last.tail or "") + data

    def _pop(self) -> str:
        tag, element = self.open.pop()
        self.count[tag] -= 1
        if len(self.open) < DEEPEST:
            self.last = element
        return tag
