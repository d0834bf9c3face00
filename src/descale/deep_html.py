"""A second parser, for pages on which libxml2 stops.

libxml2 reads no deeper than 2,048 elements, and older versions lose the body of about
one page in 300. This one is slower and knows less of HTML's rules, but takes any depth
in linear time: below `DEEPEST` levels, elements become siblings.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from descale.page_reader import PageReader

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


def feed_deep(source: str, page: PageReader) -> None:
    """Tell a reader of a page that libxml2 could not read whole, as a parser would.

    ``source`` holds no lone surrogates. No element is told of deeper than `DEEPEST`.
    """
    page.start("html", {})
    feeder = _Feeder(page)
    feeder.feed(_UNREADABLE.sub("", source))
    feeder.close()
    page.close()


class _Feeder(HTMLParser):
    def __init__(self, page: PageReader) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.open: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        closed = _CLOSED_BY.get(tag)
        while closed and self.open and self.open[-1] in closed:
            self._pop()
        named = {name: value or "" for name, value in attrs if _NAME.fullmatch(name)}
        named_tag = tag if _NAME.fullmatch(tag) else "span"
        self.page.start(named_tag, named)
        if tag in _VOID or len(self.open) >= DEEPEST:
            self.page.end(named_tag)
        if tag not in _VOID:
            self.open.append(tag)
            self.count[tag] = self.count.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        # Counting the open elements keeps stray end tags from searching the whole stack.
        if self.count.get(tag):
            while self._pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.page.data(data)

    def _pop(self) -> str:
        tag = self.open.pop()
        self.count[tag] -= 1
        if len(self.open) < DEEPEST:
            self.page.end(tag if _NAME.fullmatch(tag) else "span")
        return tag
