"""HTML to a `Document`: bytes for the parser, one pass over its events, blocks in reading order.

The parser calls a `PageReader` and builds no tree, so depth costs neither stack nor memory.
"""

from __future__ import annotations

import re
from itertools import accumulate, count
from typing import Final

from lxml import etree

from descale.deep_html import feed_deep
from descale.model import Block, Document
from descale.page_reader import PageReader

#: What joins the blocks in `Document.text`.
SEPARATOR: Final = "\n\n"

_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 65534, 65535))
_ASCII_CONTROLS: Final = bytes([*range(9), 11, 12, *range(14, 32), 127])
# C1 controls and the two code points that are no characters, as UTF-8.
_OTHER_CONTROL = re.compile(rb"\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]")
_UNSEEN_OPENS = re.compile(rb"<(script|style|template|svg)\b|<!--", re.IGNORECASE)
_MARKUP = re.compile(rb"<[^>]*>")
_TROUBLE = re.compile(rb"</html|<noframes", re.IGNORECASE)
_HTML_END = re.compile(rb"</html\s*>", re.IGNORECASE)
_NOFRAMES = re.compile(rb"<(/?)noframes\b", re.IGNORECASE)


def read_html(source: str, *, url: str | None = None, repairs: tuple[str, ...] = ()) -> Document:
    """Read a page, or a piece of one, into a `Document` with layout and declared data.

    ``repairs`` are those made before (by `encoding.decode`); the document's begin with
    them. Empty input, or a page without text, gives a document without blocks.
    """
    noted = list(repairs)
    data = _bytes_for_parser(source, noted)
    page = _read(data, noted)
    declared = page.declarations.declared()
    texts = _without_controls(page.texts, noted)
    starts = accumulate([len(text) + len(SEPARATOR) for text in texts], initial=0)
    return Document(
        text=SEPARATOR.join(texts),
        blocks=tuple(map(Block, count(), texts, starts, page.tags)),
        source_type="html",
        url=url,
        language=declared.html_language,
        repairs=tuple(noted),
        layout=page.layout(),
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
    if len(data) < 2000 or _TROUBLE.search(data, 0, len(data) - 200):
        data = _NOFRAMES.sub(rb"<\1noscript", _HTML_END.sub(b"", data))
    return data


def _read(data: bytes, noted: list[str]) -> PageReader:
    """Read with libxml2, and again with our own parser if that cut the page."""
    page = PageReader()
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, target=page)  # type: ignore[arg-type]  # of HTML, tags and text are str
    try:
        etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        page.close()
    if _is_cut(parser, data, page):
        again = PageReader()
        feed_deep(data.decode(), again)
        if again.characters() > page.characters():
            noted.append("parser stopped early, page read with a second one")
            return again
    return page


def _is_cut(parser: etree.HTMLParser, data: bytes, page: PageReader) -> bool:
    """Say whether libxml2 stopped early.

    It does so, saying so, at 2,048 nested elements; and silently on some pages: then
    there is hardly any text out of much markup. Compared with the text that is left
    when scripts and tags are struck out; only looked at when there is so little text.
    """
    error = parser.error_log.last_error
    if error is not None and error.type_name == "ERR_RESOURCE_LIMIT":
        return True
    found = page.characters()
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
    data = "".join(texts).encode()
    if len(data.translate(None, _ASCII_CONTROLS)) == len(data) and not _OTHER_CONTROL.search(data):
        return texts
    noted.append("control characters removed")
    table: dict[int, str | None] = dict(_CONTROLS)
    for code in range(0x80, 0xA0):
        table[code] = bytes([code]).decode("cp1252", "ignore") or None
    return [text.translate(table) or "\ufffd" for text in texts]
