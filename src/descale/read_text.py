"""Lines of text become a Document: one block a line, or a paragraph where lines are wrapped."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from descale.model import Block, Document

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ufff9-\ufffb]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LIST_MARKER = re.compile(r"(?:[-*+•‣◦▪▸►●○·–—]|\(?(?:\d{1,3}|[a-z])[.)])[ \t\u00a0]+(?=\S)")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"(=|-|~)\1{2,}$")
#: Widest line that is still taken for one wrapped by a mail program or a terminal.
_WRAP_WIDTH = 120
_LINE = re.compile(r"[^\n]+")


def repair(source: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with line ends, BOM and control characters mended, and what was mended."""
    repairs: list[str] = []
    if source.startswith("\ufeff"):
        source = source[1:]
        repairs.append("byte order mark removed")
    source, count = _LINE_ENDS.subn("\n", source)
    if count:
        repairs.append("line ends made \\n")
    source, count = _CONTROL.subn("", source)
    if count:
        repairs.append("control characters removed")
    if _SURROGATE.search(source):
        source = _SURROGATE.sub("\ufffd", source)
        repairs.append("lone surrogates replaced")
    return source, tuple(repairs)


def read_text(source: str, *, url: str | None = None, repairs: tuple[str, ...] = ()) -> Document:
    """Read text that somebody already scraped.

    Each line that is not blank is a block. Where paragraphs are parted by blank lines and
    wrapped at one width, the paragraph is the block and its line breaks stay inside it.
    """
    text, mended = repair(source)
    lines = [_trim(match) for match in _LINE.finditer(text) if not match.group().isspace()]
    if _is_wrapped(text, lines):
        lines = list(_paragraphs(text, lines))
        mended = (*mended, "wrapped lines read as paragraphs")
    blocks = tuple(_blocks(text, lines))
    return Document(text, blocks, "text", url=url, repairs=(*repairs, *mended))


def _trim(match: re.Match[str]) -> tuple[int, int]:
    """Return (start, stop) of a line without the white space around it."""
    line = match.group()
    start = match.start() + len(line) - len(line.lstrip())
    return start, match.start() + len(line.rstrip())


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether lines were broken at one width, paragraphs being parted by blank lines.

    Lines inside a paragraph then reach nearly to the width, so that the next word would not
    have fitted in, and end in mid-sentence.
    """
    adjoining = [(line, following) for line, following in pairwise(lines) if _adjoins(text, line[1], following[0])]
    blank_lines = len(lines) - 1 - len(adjoining)
    inner = [(line, following) for line, following in adjoining if not _starts_anew(text, following[0])]
    different = len({text[start:stop] for (start, stop), _ in inner})
    if different < 3 or blank_lines < 1:
        return False
    widths = sorted(stop - start for (start, stop), _ in inner)
    width = widths[-1]
    if width > _WRAP_WIDTH or median(widths) < max(30.0, 0.75 * width):
        return False
    full = sum(stop - start + 1 + len(text[slice(*following)].split(maxsplit=1)[0]) > width for (start, stop), following in inner)
    open_ended = sum(text[stop - 1] not in '.!?:;…。！？”"»' for (_, stop), _ in inner)
    return full >= 0.75 * len(inner) and open_ended >= 0.6 * len(inner)


def _adjoins(text: str, stop: int, following: int) -> bool:
    return text.count("\n", stop, following) == 1


def _paragraphs(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join wrapped lines; list items and headings begin anew."""
    start, stop = lines[0]
    for line_start, line_stop in lines[1:]:
        if _starts_anew(text, line_start) or not _adjoins(text, stop, line_start):
            yield start, stop
            start = line_start
        stop = line_stop
    yield start, stop


def _starts_anew(text: str, start: int) -> bool:
    return _LIST_MARKER.match(text, start) is not None or _MARKDOWN_HEADING.match(text, start) is not None


def _blocks(text: str, lines: list[tuple[int, int]]) -> Iterator[Block]:
    """Tag the lines; an underline below a short line makes both one heading."""
    index = 0
    pending = deque(lines)
    while pending:
        start, stop = pending.popleft()
        tag = _tag(text, start)
        if pending and tag == "p" and _is_underlined(text, (start, stop), pending[0]):
            tag = "h1" if text[pending[0][0]] == "=" else "h2"
            stop = pending.popleft()[1]
        yield Block(index, text[start:stop], start, tag)
        index += 1


def _tag(text: str, start: int) -> str:
    heading = _MARKDOWN_HEADING.match(text, start)
    if heading:
        return f"h{len(heading.group(1))}"
    return "li" if _LIST_MARKER.match(text, start) else "p"


def _is_underlined(text: str, line: tuple[int, int], following: tuple[int, int]) -> bool:
    length = line[1] - line[0]
    underline = text[slice(*following)]
    fits = abs(len(underline) - length) <= 3
    return fits and _adjoins(text, line[1], following[0]) and _UNDERLINE.match(underline) is not None


def list_marker(block: Block) -> str:
    """Return the marker a list item of text input begins with, or an empty string."""
    match = _LIST_MARKER.match(block.text) if block.tag == "li" else None
    return match.group() if match else ""
