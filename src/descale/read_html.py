"""HTML to a `Document`: one walk over the tree, blocks in reading order.

A block is the text between two breaks: the edge of a block-level element, ``<hr>``, or
two ``<br>``. Inline text is merged and its white space collapsed; a single ``<br>``
stays as a line end inside the block, and ``<pre>`` keeps its white space. Nothing a
reader could see is thrown away here: menus, forms, ``<noscript>`` and hidden elements
become blocks with flags, so that whatever leaves later leaves with a reason.

The walk keeps its own stack, so depth costs no recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from descale.declared import gather
from descale.deep_html import parse_deep
from descale.layout_flags import (
    OUT_OF_SIGHT,
    ROLE_FLAGS,
    TAG_FLAGS,
    name_flags,
    property_flags,
    style_flags,
)
from descale.model import HEADING_TAGS, Block, Declared, Document, Layout

#: Longest cell, in characters, that is joined with its neighbours to one table row.
LONGEST_CELL: Final = 200
#: What joins the blocks in `Document.text`.
SEPARATOR: Final = "\n\n"

# Kinds of elements; from _INLINE on their contents are visited.
_SKIPPED, _BREAK, _INLINE, _LINK, _BLOCK = range(5)
_SKIPPED_TAGS: Final = (
    "head script style template svg math iframe link meta img picture source video audio canvas "
    "object embed input map area base basefont bgsound col colgroup track wbr param title frame "
    "applet noembed progress meter"
)
_INLINE_TAGS: Final = (
    "html body abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label "
    "mark nobr output q rb rp rt rtc ruby s samp slot small span strike strong sub sup time tt u "
    "var nextid spacer"
)
_BLOCK_TAGS: Final = (
    "address article aside blockquote button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup legend li listing "
    "main marquee menu menuitem nav noframes noscript ol optgroup option p plaintext pre search "
    "section select summary table tbody td textarea tfoot th thead tr ul xmp datalist"
)
_KINDS: Final[dict[object, int]] = {
    **dict.fromkeys(_SKIPPED_TAGS.split(), _SKIPPED),
    **dict.fromkeys(_INLINE_TAGS.split(), _INLINE),
    **dict.fromkeys(_BLOCK_TAGS.split(), _BLOCK),
    **dict.fromkeys(("br", "hr"), _BREAK),
    "a": _LINK,
}
#: What a block is called by the element around it; other elements take the name of
#: what they stand in, if that is one of `_INHERITED`, else ``p``.
_BLOCK_NAMES: Final[dict[str, str]] = {
    **{tag: tag for tag in (*HEADING_TAGS, "li", "dt", "dd", "td", "blockquote", "pre")},
    **dict.fromkeys(("figcaption", "caption"), "figcaption"),
    **dict.fromkeys(("listing", "xmp", "plaintext", "textarea"), "pre"),
    "th": "td",
}
_INHERITED: Final = frozenset({"li", "dt", "dd", "blockquote", "figcaption", "pre"})

# Stands for a <br> until the white space is collapsed; NUL cannot come out of the parser.
_LINE_END: Final = "\0"
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 65534, 65535))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad\ufffc"
_UNSEEN_OPENS = re.compile(rb"<(script|style|template|svg)\b|<!--", re.IGNORECASE)
_MARKUP = re.compile(rb"<[^>]*>")
_TROUBLE: Final = (b"</html", b"</HTML", b"<noframes", b"<NOFRAMES")
_HTML_END = re.compile(rb"</html\s*>", re.IGNORECASE)
_NOFRAMES = re.compile(rb"<(/?)noframes\b", re.IGNORECASE)


def read_html(source: str, *, url: str | None = None, repairs: tuple[str, ...] = ()) -> Document:
    """Read a page, or a piece of one, into a `Document` with layout and declared data.

    ``repairs`` are those made before (by `encoding.decode`); the document's begin with
    them. Empty input, or a page without text, gives a document without blocks.
    """
    noted = list(repairs)
    data = _bytes_for_parser(source, noted)
    root, walk = _parse_and_walk(data, noted)
    declared = gather(root) if root is not None else Declared()
    texts = _without_controls(walk.texts, noted)
    blocks: list[Block] = []
    start = 0
    for index, (text, tag) in enumerate(zip(texts, walk.tags, strict=True)):
        blocks.append(Block(index, text, start, tag))
        start += len(text) + len(SEPARATOR)
    return Document(
        text=SEPARATOR.join(texts),
        blocks=tuple(blocks),
        source_type="html",
        url=url,
        language=declared.html_language,
        repairs=tuple(noted),
        layout=walk.layout(),
        declared=declared,
    )


def _bytes_for_parser(source: str, noted: list[str]) -> bytes:
    """Encode the source, with what the parser cannot take repaired."""
    try:
        data = source.encode()
    except UnicodeEncodeError:
        # Halves of a surrogate pair that follow each other are one character after all.
        source = source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        data = source.encode()
        noted.append("lone surrogates replaced")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
        noted.append("NUL characters removed")
    # libxml2 reads nothing behind </html>, where some servers append half of the page,
    # and takes what is inside <noframes> for plain text.
    if len(data) < 2000 or any(data.find(mark, 0, len(data) - 200) >= 0 for mark in _TROUBLE):
        data = _NOFRAMES.sub(rb"<\1noscript", _HTML_END.sub(b"", data))
    return data


def _parse_and_walk(data: bytes, noted: list[str]) -> tuple[etree._Element | None, _Walk]:
    """Parse with libxml2, and again with our own tree builder if that cut the page."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    walk = _Walk()
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is not None:
        walk.walk(root)
    if _is_cut(parser, data, walk):
        deep = parse_deep(data.decode())
        again = _Walk()
        again.walk(deep)
        if again.characters() > walk.characters():
            noted.append("parser stopped early, page read with a second one")
            return deep, again
    return root, walk


def _is_cut(parser: etree.HTMLParser, data: bytes, walk: _Walk) -> bool:
    """Say whether libxml2 stopped early.

    It does so, saying so, at 2,048 nested elements; and silently on some pages: then
    there is hardly any text out of much markup. Compared with the text that is left
    when scripts and tags are struck out; only looked at when there is so little text.
    """
    error = parser.error_log.last_error
    if error is not None and error.type_name == "ERR_RESOURCE_LIMIT":
        return True
    found = walk.characters()
    if len(data) < 2000 or found > 1500 or found * 50 > len(data):
        return False
    rest = _MARKUP.sub(b" ", _without_unseen(data))
    return len(b" ".join(rest.split())) > 4 * found + 500


def _without_unseen(data: bytes) -> bytes:
    """Return the markup without scripts, styles and comments, each step going forward only."""
    lowered = data.lower()
    kept: list[bytes] = []
    position = 0
    unclosed: set[bytes] = set()
    for opening in _UNSEEN_OPENS.finditer(data):
        name = (opening[1] or b"").lower()
        if opening.start() < position or name in unclosed:
            continue
        closing = lowered.find(b"</" + name if name else b"-->", opening.end())
        if closing < 0:
            unclosed.add(name)
            continue
        kept.append(data[position : opening.start()])
        position = lowered.find(b">", closing) + 1 or len(data)
    return b" ".join([*kept, data[position:]])


def _without_controls(texts: list[str], noted: list[str]) -> list[str]:
    """Drop control characters; C1 controls are windows-1252 under another name."""
    if not _CONTROL.search("".join(texts)):
        return texts
    noted.append("control characters removed")
    table: dict[int, str | None] = dict(_CONTROLS)
    for code in range(0x80, 0xA0):
        table[code] = bytes([code]).decode("cp1252", "ignore") or None
    return [text.translate(table) or "\ufffd" for text in texts]


def _kind_of(tag: object) -> int:
    """Kind of an element that HTML does not know: custom elements are mostly containers."""
    if not isinstance(tag, str):
        return _SKIPPED
    return _BLOCK if "-" in tag else _INLINE


class _Walk:
    """The state of the walk: text not yet in a block, blocks, containers."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.block_container: list[int] = []
        self.block_link_characters: list[int] = []
        self.block_links: list[int] = []
        # (parent, tag, flags, depth, first block, name of the blocks inside)
        self.containers: list[tuple[int, str, int, int, int, str]] = [(0, "body", 0, 0, 0, "p")]
        self.container_last: list[int] = [0]
        self.container = 0
        self.pieces: list[str] = []
        self.link_start = -1
        self.link_characters = 0
        self.links = 0

    def walk(self, root: etree._Element) -> None:  # noqa: C901, PLR0912 - one loop over every element of the page: calls would cost more than the parse
        """Visit every element below the root once, in page order."""
        self._name_body(root)
        pieces = self.pieces
        begin, end, kind_of = self._open, self._close, _KINDS.get
        frames: list[tuple[Iterator[etree._Element], etree._Element, int]] = []
        children: Iterator[etree._Element] = iter(root)
        while True:
            element = next(children, None)
            if element is None:
                if not frames:
                    break
                children, element, kind = frames.pop()
            else:
                tag = element.tag
                kind = kind_of(tag, -1)
                if kind < 0:
                    kind = _kind_of(tag)
                if kind >= _INLINE:
                    if kind == _BLOCK:
                        begin(element, tag)
                    elif kind == _LINK:
                        self._open_link()
                    text = element.text
                    if text and (pieces or not text.isspace()):
                        pieces.append(text)
                    if len(element):
                        frames.append((children, element, kind))
                        children = iter(element)
                        continue
            if kind == _BLOCK:
                end()
            elif kind == _LINK:
                self._close_link()
            elif kind == _BREAK:
                self._break(element.tag)
            text = element.tail
            if text and (not text.isspace() or (pieces and pieces[-1] is not _LINE_END)):
                pieces.append(text)
        self._flush()
        self.container_last[0] = len(self.texts)

    def _name_body(self, root: etree._Element) -> None:
        body = root.find("body")
        if body is not None:
            flags = name_flags(body.get("class"), body.get("id"))
            self.containers[0] = (0, "body", flags, 0, 0, "p")

    def _open(self, element: etree._Element, tag: str) -> None:
        """A block-level element begins: what stood before it is a block."""
        if self.pieces:
            self._flush()
        flags = TAG_FLAGS.get(tag, 0)
        class_name = identifier = None
        attributes: list[tuple[str, str]] = element.items()  # type: ignore[assignment]
        for name, value in attributes:
            if name == "class":
                class_name = value
            elif name == "id":
                identifier = value
            elif name == "style":
                flags |= style_flags(value)
            elif name == "role":
                flags |= ROLE_FLAGS.get(value, 0)
            elif name == "itemprop":
                flags |= property_flags(value)
            elif name == "hidden" or (name == "aria-hidden" and value == "true"):
                flags |= OUT_OF_SIGHT
        if class_name is not None or identifier is not None:
            flags |= name_flags(class_name, identifier)
        parent = self.container
        _, _, _, depth, _, around = self.containers[parent]
        called = _BLOCK_NAMES.get(tag) or (around if around in _INHERITED else "p")
        self.container = len(self.containers)
        self.containers.append((parent, tag, flags, depth + 1, len(self.texts), called))
        self.container_last.append(0)

    def _close(self) -> None:
        if self.pieces:
            self._flush()
        container = self.container
        self.container_last[container] = len(self.texts)
        parent, tag, _, _, first, _ = self.containers[container]
        if tag == "tr" and len(self.texts) - first > 1:
            self._join_cells(container, first)
        self.container = parent

    def _open_link(self) -> None:
        self.links += 1
        self.link_start = len(self.pieces)

    def _close_link(self) -> None:
        if self.link_start >= 0:
            self.link_characters += _collapsed_length(self.pieces[self.link_start :])
            self.link_start = -1

    def _break(self, tag: object) -> None:
        """``<hr>`` and a second ``<br>`` end the block."""
        pieces = self.pieces
        if not pieces:
            return
        if tag == "hr" or (pieces[-1] is _LINE_END and self.containers[self.container][5] != "pre"):
            self._flush()
        else:
            pieces.append(_LINE_END)

    def _flush(self) -> None:
        """Make a block of the text gathered so far."""
        raw = "".join(self.pieces)
        called = self.containers[self.container][5]
        if called == "pre":
            text = raw.replace("\r\n", "\n").replace(_LINE_END, "\n").strip("\n")
            text = "" if text.isspace() else text.rstrip()
        elif _LINE_END in raw:
            lines = [" ".join(line.split()) for line in raw.split(_LINE_END)]
            text = "\n".join(filter(None, lines))
        else:
            text = " ".join(raw.split())
        if text and (len(text) > 2 or text.strip(_INVISIBLE).isalnum()):
            if self.link_start >= 0:
                self.link_characters += _collapsed_length(self.pieces[self.link_start :])
            self._append(text, called)
        self.link_start = min(0, self.link_start)
        self.pieces.clear()
        self.link_characters = 0
        self.links = 1 if self.link_start >= 0 else 0

    def _append(self, text: str, called: str) -> None:
        if called == "li" and self._item_start() != len(self.texts):
            called = "p"
        self.texts.append(text)
        self.tags.append(called)
        self.block_container.append(self.container)
        self.block_link_characters.append(min(self.link_characters, len(text)))
        self.block_links.append(self.links)

    def _item_start(self) -> int:
        """First block of the list item around the current container."""
        container = self.container
        while self.containers[container][1] != "li":
            container = self.containers[container][0]
        return self.containers[container][4]

    def _join_cells(self, row: int, first: int) -> None:
        """Make one block of a table row whose cells are short and hold one block each."""
        cells = [
            (container, entry[4], self.container_last[container])
            for container, entry in enumerate(self.containers[row + 1 :], row + 1)
            if entry[0] == row
        ]
        inside = range(first, len(self.texts))
        simple = (
            all(last - start <= 1 for _, start, last in cells)
            and sum(last - start for _, start, last in cells) == len(inside)
            and all(len(self.texts[index]) <= LONGEST_CELL for index in inside)
            and not any(self.tags[index] in _WHOLE or "\n" in self.texts[index] for index in inside)
        )
        if not simple:
            return
        text = "\t".join(self.texts[start] if last > start else "" for _, start, last in cells)
        self.link_characters = sum(self.block_link_characters[first:])
        self.links = sum(self.block_links[first:])
        for column in (
            self.texts,
            self.tags,
            self.block_container,
            self.block_link_characters,
            self.block_links,
        ):
            del column[first:]
        del self.containers[row + 1 :]
        del self.container_last[row + 1 :]
        self._append(text.rstrip("\t"), "tr")
        self.container_last[row] = len(self.texts)
        self.link_characters = self.links = 0

    def characters(self) -> int:
        """Characters of text found."""
        return sum(map(len, self.texts))

    def layout(self) -> Layout:
        """The layout columns of what was walked."""
        parent, tag, flags, depth, first, _ = zip(*self.containers, strict=True)
        return Layout(
            block_container=tuple(self.block_container),
            block_link_characters=tuple(self.block_link_characters),
            block_links=tuple(self.block_links),
            container_parent=parent,
            container_tag=tag,
            container_flags=flags,
            container_depth=depth,
            container_first=first,
            container_last=tuple(self.container_last),
        )


#: Blocks that are never part of a joined table row.
_WHOLE: Final = HEADING_TAGS | {"pre", "blockquote", "figcaption"}


def _collapsed_length(pieces: list[str]) -> int:
    return len(" ".join("".join(pieces).split()))
