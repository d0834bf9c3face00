"""The elements of a page, one after another, to blocks and containers.

The parser tells of each element's start and end and of the text between, and no tree is
built: reading a page so, with what it declares, costs 2.5 to 2.9 bare parses; two walks over
lxml's tree cost 3.7.

A block is the text between two breaks: the edge of a block-level element, ``<hr>``, or
two ``<br>``. Inline text is merged and its white space collapsed; a single ``<br>``
stays as a line end inside the block, and ``<pre>`` keeps its white space. Nothing a
reader could see is thrown away here: menus, forms, ``<noscript>`` and hidden elements
become blocks with flags, so that whatever leaves later leaves with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from descale.declared import DECLARING, Declarations
from descale.layout_flags import FLAGS, OUT_OF_SIGHT, ROLE_FLAGS, TAG_FLAGS, name_flags, property_flags, style_flags
from descale.model import HEADING_TAGS, Layout

#: Longest cell, in characters, that is joined with its neighbours to one table row.
LONGEST_CELL: Final = 200
#: Most cells of such a row, and elements in each.
MOST_CELLS: Final = 200
_ELEMENTS_A_CELL: Final = 10
#: Comment systems nest the names of readers at most so deep.
_COMMENT_DEPTH: Final = 6

# Kinds of elements. What HTML does not know is inline, but custom elements (with a hyphen) are mostly containers.
_SKIPPED, _ROOT, _BREAK, _INLINE, _LINK, _BLOCK = range(6)
_SKIPPED_TAGS: Final = (
    "head script style template svg math iframe link meta img picture source video audio canvas "
    "object embed input map area base basefont bgsound col colgroup track wbr param title frame "
    "applet noembed progress meter"
)
_INLINE_TAGS: Final = (
    "abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label "
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
    **dict.fromkeys(("html", "body"), _ROOT),
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

#: Elements that wrap the lines of a listing, one each: seen on Docusaurus, Twilio and react.dev. Inside
#: ``<pre>`` they end a line and are no blocks of their own.
_LINES_OF_CODE: Final = frozenset({"div", "ol", "ul", "li"})

# Stands for a <br> until the white space is collapsed; NUL cannot come out of the parser.
_LINE_END: Final = "\0"
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad\ufffc"
#: Blocks that are never part of a joined table row.
_WHOLE: Final = HEADING_TAGS | {"pre", "blockquote", "figcaption"}


class PageReader:
    """The target of a parser: `start`, `data` and `end` in page order, then `close`.

    Afterwards ``texts`` and ``tags`` hold the blocks, `layout` the places they stand in, and
    ``declarations`` what the page says of itself.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.declarations = Declarations()
        self._capturing = self.declarations.capturing  # the very list, which is only ever changed in place
        self._block_container: list[int] = []
        self._block_link_characters: list[int] = []
        self._block_links: list[int] = []
        # Of the containers: parent, tag, flags, depth, first block, block behind the last, name of the blocks inside, list item around.
        self._parent = [0]
        self._tag = ["body"]
        self._flags = [0]
        self._level = [0]
        self._first = [0]
        self._last = [0]
        self._called = ["p"]
        self._item = [0]
        self._container = 0
        self._pieces: list[str] = []
        self._link_start = -1
        self._link_characters = 0
        self._links = 0
        self._depth = 0
        self._skipping = 0  # depth of the element whose text is no text; 0 outside
        self._code = 0  # depth of the <pre> that is open; 0 outside
        self._wants_roles = False

    # ------------------------------------------------------------------ called by the parser
    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._capturing:
            self.declarations.data(" ")
        if tag in DECLARING:
            self.declarations.declare(tag, attributes, self._depth)
        if self._wants_roles and attributes and self.declarations.tells_role(tag, attributes):
            self.declarations.role(tag, attributes, self._depth, among_comments=self._among_comments())
        if self._skipping:
            return
        kind = _KINDS.get(tag)
        if self._code and tag in _LINES_OF_CODE:
            self._end_code_line()
        elif kind is _BLOCK or (kind is None and "-" in tag):
            self._open(tag, attributes)
        elif kind is _LINK:
            self._links += 1
            self._link_start = len(self._pieces)
        elif kind is _SKIPPED:
            self._skipping = self._depth
        elif kind is _ROOT:
            self._open_root(tag, attributes)

    def end(self, tag: str) -> None:
        """The innermost open element ends."""
        depth = self._depth
        self._depth = depth - 1
        if self._capturing:
            self.declarations.end(depth)
            self.declarations.data(" ")
        if self._skipping:
            if self._skipping == depth:
                self._skipping = 0
            return
        kind = _KINDS.get(tag)
        if self._code and tag in _LINES_OF_CODE:
            self._end_code_line()
        elif kind is _BLOCK or (kind is None and "-" in tag):
            self._close_container()
            if self._code == depth:
                self._code = 0
        elif kind is _LINK:
            self._close_link()
        elif kind is _BREAK:
            self._break(tag)

    def data(self, text: str) -> None:
        """Text, or a part of one."""
        if self._capturing:
            self.declarations.data(text)
        if self._skipping:
            return
        pieces = self._pieces
        if not text.isspace() or (pieces and pieces[-1] is not _LINE_END):
            pieces.append(text)

    def close(self) -> PageReader:
        """The page ends, or the parser stopped."""
        while self._container:
            self._close_container()
        if self._pieces:
            self._flush()
        self._last[0] = len(self.texts)
        return self

    # --------------------------------------------------------------------------- elements
    def _open_root(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "html":
            self.declarations.language(attributes)
            return
        self._wants_roles = self.declarations.wants_roles()
        self._flags[0] |= name_flags(attributes.get("class"), attributes.get("id"))

    def _open(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A block-level element begins: what stood before it is a block."""
        if self._pieces:
            self._flush()
        parent = self._container
        called = _BLOCK_NAMES.get(tag)
        if called is None:
            called = self._called[parent]
            if called not in _INHERITED:
                called = "p"
        flags = TAG_FLAGS.get(tag, 0)
        if attributes:
            flags |= _attribute_flags(attributes)
        self._container = len(self._parent)
        self._parent.append(parent)
        self._tag.append(tag)
        self._flags.append(flags)
        self._level.append(self._level[parent] + 1)
        self._first.append(len(self.texts))
        self._last.append(0)
        self._called.append(called)
        self._item.append(self._container if tag == "li" else self._item[parent])
        if tag == "pre" and not self._code:
            self._code = self._depth

    def _close_container(self) -> None:
        if self._pieces:
            self._flush()
        container = self._container
        self._last[container] = len(self.texts)
        self._container = self._parent[container]
        if self._tag[container] == "tr" and len(self.texts) - self._first[container] > 1:
            self._join_cells(container)

    def _end_code_line(self) -> None:
        if self._pieces and not self._pieces[-1].endswith(("\n", _LINE_END)):
            self._pieces.append("\n")

    def _among_comments(self) -> bool:
        """Whether the current element stands among reader comments, whose authors are not the article's."""
        container = self._container
        for _ in range(_COMMENT_DEPTH):
            if self._flags[container] & FLAGS["comment"] and container:
                return True
            container = self._parent[container]
        return False

    def _close_link(self) -> None:
        if self._link_start >= 0:
            self._link_characters += _collapsed_length(self._pieces[self._link_start :])
            self._link_start = -1

    def _break(self, tag: object) -> None:
        """``<hr>`` and a second ``<br>`` end the block."""
        pieces = self._pieces
        if not pieces:
            return
        if tag == "hr" or (pieces[-1] is _LINE_END and self._called[self._container] != "pre"):
            self._flush()
        else:
            pieces.append(_LINE_END)

    def _flush(self) -> None:
        """Make a block of the text gathered so far."""
        pieces = self._pieces
        raw = "".join(pieces)
        called = self._called[self._container]
        if called == "pre":
            text = raw.replace("\r\n", "\n").replace(_LINE_END, "\n").strip("\n")
            text = "" if text.isspace() else text.rstrip()
        elif _LINE_END in raw:
            lines = [" ".join(line.split()) for line in raw.split(_LINE_END)]
            text = "\n".join(filter(None, lines))
        else:
            text = " ".join(raw.split())
        if text and (len(text) > 2 or text.strip(_INVISIBLE).isalnum()):
            characters = self._link_characters
            if self._link_start >= 0:
                characters += _collapsed_length(pieces[self._link_start :])
            if called == "li" and self._first[self._item[self._container]] != len(self.texts):
                called = "p"
            self._add_block(text, called, self._container, characters, self._links)
        pieces.clear()
        self._link_characters = 0
        if self._link_start >= 0:
            self._link_start = 0
            self._links = 1
        else:
            self._links = 0

    def _add_block(self, text: str, called: str, container: int, link_characters: int, links: int) -> None:
        self.texts.append(text)
        self.tags.append(called)
        self._block_container.append(container)
        self._block_link_characters.append(min(link_characters, len(text)))
        self._block_links.append(links)

    def _join_cells(self, row: int) -> None:
        """Make one block of a table row whose cells are short and hold one block each."""
        first = self._first[row]
        # Tables nest in tables: a row that holds much is none, and looking at all of it at every level would not end.
        if len(self.texts) - first > MOST_CELLS or len(self._parent) - row > _ELEMENTS_A_CELL * MOST_CELLS:
            return
        cells = [
            (self._first[container], self._last[container])
            for container in range(row + 1, len(self._parent))
            if self._parent[container] == row
        ]
        inside = range(first, len(self.texts))
        simple = (
            all(last - start <= 1 for start, last in cells)
            and sum(last - start for start, last in cells) == len(inside)
            and all(len(self.texts[index]) <= LONGEST_CELL for index in inside)
            and not any(self.tags[index] in _WHOLE or "\n" in self.texts[index] for index in inside)
        )
        if not simple:
            return
        text = "\t".join([self.texts[start] if last > start else "" for start, last in cells])
        links = sum(self._block_links[first:])
        characters = sum(self._block_link_characters[first:])
        for column in self._block_columns():
            del column[first:]
        for column in self._container_columns():
            del column[row + 1 :]
        self._add_block(text.rstrip("\t"), "tr", row, characters, links)
        self._last[row] = len(self.texts)

    def _block_columns(self) -> tuple[list[Any], ...]:
        return self.texts, self.tags, self._block_container, self._block_link_characters, self._block_links

    def _container_columns(self) -> tuple[list[Any], ...]:
        return self._parent, self._tag, self._flags, self._level, self._first, self._last, self._called, self._item

    def characters(self) -> int:
        """Characters of text found."""
        return sum(map(len, self.texts))

    def layout(self) -> Layout:
        """The layout columns of what was walked."""
        return Layout(
            block_container=tuple(self._block_container),
            block_link_characters=tuple(self._block_link_characters),
            block_links=tuple(self._block_links),
            container_parent=tuple(self._parent),
            container_tag=tuple(self._tag),
            container_flags=tuple(self._flags),
            container_depth=tuple(self._level),
            container_first=tuple(self._first),
            container_last=tuple(self._last),
        )


def _attribute_flags(attributes: Mapping[str, str]) -> int:
    """Flags of what the attributes of an element say about its place on the page."""
    class_name, identifier = attributes.get("class"), attributes.get("id")
    flags = 0
    if class_name is not None or identifier is not None:
        flags = name_flags(class_name, identifier)
        if len(attributes) == (class_name is not None) + (identifier is not None):
            return flags
    for name, value in attributes.items():
        if name == "style":
            flags |= style_flags(value)
        elif name == "role":
            flags |= ROLE_FLAGS.get(value, 0)
        elif name == "itemprop":
            flags |= property_flags(value)
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            flags |= OUT_OF_SIGHT
    return flags


def _collapsed_length(pieces: list[str]) -> int:
    return len(" ".join("".join(pieces).split()))
