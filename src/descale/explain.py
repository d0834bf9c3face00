"""The margin view: every block with its verdict beside it, and back again.

    keeps:    `                              | text of the block`
    removes:  `x paywall.account-sharing     | text of the block`
    in part:  `~ share.buttons               | [Share this] text that stays`
    data:     `= metadata.title              | text of the title`

Blank lines stand as they stood; header lines ``# key: value`` come first. The view is the
format of the fixtures, so correcting its margin turns a bug report into a test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from descale.model import Block, Document, Removal

_MARGIN = 30
_LINE = re.compile(r"(?P<mark>[x~= ]) (?P<rules>[^|]*)\| ?(?P<text>.*)$")
_HEADER = re.compile(r"# (?P<key>[a-z_]+): (?P<value>.*)$")
_COLOURS = {"x": "31", "~": "33", "=": "36"}


class MarginView(NamedTuple):
    """A margin view read back: the headers, the source text, and the view's lines."""

    headers: dict[str, str]
    source: str
    lines: tuple[str, ...]


def margin_view(
    document: Document, removals: Sequence[Removal], headers: Mapping[str, str] | None = None, *, colour: bool = False
) -> str:
    """Return the document with each block's verdict in the margin."""
    lines = [f"# {key}: {value}" for key, value in (headers or {}).items()]
    by_block = removals_by_block(document, removals)
    previous_stop = 0
    for block in document.blocks:
        gap = document.text[previous_stop : block.start].count("\n")
        lines.extend([""] * (gap if not block.index else gap - 1))
        lines.extend(_block_lines(block, by_block.get(block.index, []), colour=colour))
        previous_stop = block.stop
    return "\n".join(lines) + "\n"


def removals_by_block(document: Document, removals: Sequence[Removal]) -> dict[int, list[Removal]]:
    """Return the removals that touch each block, by block index."""
    found: dict[int, list[Removal]] = {}
    pending = sorted(removals)
    first = 0
    for block in document.blocks:
        while first < len(pending) and pending[first].stop <= block.start:
            first += 1
        for removal in pending[first:]:
            if removal.start >= block.stop:
                break
            found.setdefault(block.index, []).append(removal)
    return found


def _block_lines(block: Block, removals: Sequence[Removal], *, colour: bool) -> list[str]:
    spans = [(max(r.start, block.start) - block.start, min(r.stop, block.stop) - block.start) for r in removals]
    kept = "".join(_outside(block.text, spans)).strip()
    text = block.text
    if not removals:
        mark = " "
    elif kept:
        mark, text = "~", _bracketed(text, spans)
    else:
        mark = "=" if removals[0].family == "metadata" else "x"
    rules = ", ".join(dict.fromkeys(removal.rule for removal in removals))
    margin = f"{mark} {rules:<{_MARGIN - 2}}"
    lines = [f"{margin}| {line}" for line in text.split("\n")]
    if colour and mark in _COLOURS:
        lines = [f"\x1b[{_COLOURS[mark]}m{line}\x1b[0m" for line in lines]
    return lines


def _outside(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return [text[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def _bracketed(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    position = 0
    for start, stop in spans:
        parts.append(_escape(text[position:start]))
        parts.append(f"[{_escape(text[start:stop])}]")
        position = stop
    parts.append(_escape(text[position:]))
    return "".join(parts)


def _escape(text: str) -> str:
    return text.replace("[", "[[").replace("]", "]]")


def _unbracketed(text: str) -> str:
    """Undo `_bracketed`: single brackets go, doubled ones become single."""
    return re.sub(r"\[\[|\]\]|\[|\]", lambda match: match.group()[:1] if len(match.group()) > 1 else "", text)


def read_margin_view(view: str) -> MarginView:
    """Read a margin view back into its source text.

    Raises:
        ValueError: a line is neither header, verdict nor blank; the message gives its number.
    """
    headers: dict[str, str] = {}
    source: list[str] = []
    lines = view.rstrip("\n").split("\n")
    for number, line in enumerate(lines, 1):
        header = _HEADER.match(line)
        verdict = _LINE.match(line)
        if header and not source:
            headers[header["key"]] = header["value"]
        elif verdict:
            text = verdict["text"]
            source.append(_unbracketed(text) if verdict["mark"] == "~" else text)
        elif not line.strip():
            source.append("")
        else:
            message = f"line {number} of the margin view is neither header nor verdict: {line!r}"
            raise ValueError(message)
    return MarginView(headers, "\n".join(source), tuple(lines))
