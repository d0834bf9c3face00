"""From a document and its removals to the article: what is not marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from descale.model import Block, Document, Removal

BLANK_LINE = "\n\n"
#: What the text of a list item may begin with that marks it already: "1.", "a)", "(ii)", a bullet or dash.
_MARKED = re.compile(r"[-–—*+•▪●○·‣◦]|\(?(?:\d{1,3}|[ivx]{1,5})[.)、]|\(?[A-Za-z]\)|[①-⑳]")


def kept_blocks(document: Document, removals: Sequence[Removal]) -> Iterator[tuple[Block, str]]:
    """Yield each block of which something is kept, with the kept text.

    A removal inside a block takes the white space beside it.
    """
    pending = iter(sorted(removals))
    removal = next(pending, None)
    for block in document.blocks:
        stop = block.start + len(block.text)
        if removal is not None and removal.start <= block.start and removal.stop == stop:
            removal = next(pending, None)  # by far the commonest case: the whole block goes, or nothing of it
            continue
        if removal is None or removal.start >= stop:
            yield block, block.text
            continue
        inside: list[tuple[int, int]] = []
        while removal is not None and removal.start < stop:
            if removal.stop > block.start:
                inside.append((max(removal.start, block.start), min(removal.stop, stop)))
            if removal.stop > stop:
                break
            removal = next(pending, None)
        kept = block.text if not inside else join_pieces(kept_pieces(document, block, inside))
        if kept:
            yield block, kept


def kept_pieces(document: Document, block: Block, inside: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield what stays of a block between the spans that go."""
    position = block.start
    for start, stop in inside:
        yield document.text[position:start]
        position = stop
    yield document.text[position : block.stop]


def join_pieces(pieces: Iterable[str]) -> str:
    """Join kept pieces by one blank, the white space beside each removal being gone."""
    return " ".join(piece.strip() for piece in pieces if piece.strip())


def article_text(document: Document, removals: Sequence[Removal]) -> str:
    """Return the article's text: kept blocks with a blank line between (HTML), or with the
    separator that stood before the kept block (text); ends stripped.
    """
    parts: list[str] = []
    for block, kept in kept_blocks(document, removals):
        if parts:
            parts.append(separator_before(document, block))
        parts.append(with_marker(kept) if block.tag == "li" and document.source_type == "html" else kept)
    return "".join(parts).strip()


def with_marker(item: str) -> str:
    """Return a list item with a marker before it; text has its own, HTML shows one that is no text."""
    return item if _MARKED.match(item) else f"- {item}"


def separator_before(document: Document, block: Block) -> str:
    """Return what stood between a block and the one before it."""
    if document.source_type == "html":
        return BLANK_LINE
    previous = document.blocks[block.index - 1].stop if block.index else 0
    return document.text[previous : block.start]


def markdown(document: Document, removals: Sequence[Removal]) -> str:
    """Return the kept blocks as Markdown: headings, lists, quotes, code, tables."""
    parts: list[str] = []
    previous = ""
    for block, kept in kept_blocks(document, removals):
        if parts:
            parts.append("\n" if previous == block.tag and block.tag in {"li", "tr"} else BLANK_LINE)
        parts.append(_markdown_block(block, kept, opens_table=block.tag == "tr" != previous))
        previous = block.tag
    return "".join(parts)


def _markdown_block(block: Block, kept: str, *, opens_table: bool) -> str:
    if block.tag[0] == "h" and block.tag[1:].isdigit():
        return f"{'#' * int(block.tag[1])} {' '.join(kept.lstrip('# ').split())}"
    if block.tag == "blockquote":
        return "\n".join(f"> {line}" for line in kept.split("\n"))
    if block.tag == "pre":
        fence = "```" if "```" not in kept else "~~~~"
        return f"{fence}\n{kept}\n{fence}"
    if block.tag == "tr":
        cells = [cell.replace("|", r"\|") for cell in kept.split("\t")]
        row = f"| {' | '.join(cells)} |"
        return f"{row}\n|{' --- |' * len(cells)}" if opens_table else row
    if block.tag == "li":
        return with_marker(kept)
    return kept
