"""What went from one page, or what two modes do differently with it, as a diff on the terminal.

The lines are those of the margin view, so the rule stands in the margin; of what stays, only
a few lines around each change are shown.

    --- page.html
    +++ page.html, descaled (balanced)
    @@ lines 7-9 of 19; 2 changed @@
                                  | The company that runs the ferry says …
    - newsletter.prompt           | Sign up for our weekly newsletter
    ~ share.buttons               | [Share this] text that stays

``-`` goes, ``~`` goes in part (the pieces in square brackets), ``=`` leaves as data. Between
two modes ``-`` goes only in the second, ``+`` only in the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from descale import Article

_COLOURS = {"-": "31", "+": "32", "~": "33", "=": "36", "@": "35"}
_GONE = frozenset("x=")


class _Line(NamedTuple):
    """A line of the diff, and whether it is a change."""

    text: str
    changed: bool


def diff(article: Article, name: str, *, mode: str, context: int = 3, colour: bool = False) -> str:
    """Return what went from one article; empty where nothing did.

    Args:
        article: the cleaned page.
        name: the file's name, for the head of the diff.
        mode: the mode it was cleaned in, for the same.
        context: lines that stay, shown on either side of a change.
        colour: whether to colour the marks for a terminal.
    """
    lines = [_Line(line.replace("x", "-", 1) if line[0] == "x" else line, line[0] != " ") for line in _verdicts(article)]
    return _rendered([f"--- {name}", f"+++ {name}, descaled ({mode})"], lines, context, colour=colour)


def diff_between(
    first: Article, second: Article, name: str, *, modes: tuple[str, str], context: int = 3, colour: bool = False
) -> str:
    """Return what two cleanings of the same page do differently; empty where nothing."""
    lines = [line for one, other in zip(_verdicts(first), _verdicts(second), strict=True) for line in _compared(one, other)]
    heads = [f"--- {name}, descaled ({modes[0]})", f"+++ {name}, descaled ({modes[1]})"]
    return _rendered(heads, lines, context, colour=colour)


def _verdicts(article: Article) -> list[str]:
    """Return the lines of the margin view that hold a verdict; empty and header lines hold none."""
    return [line for line in article.explain().split("\n") if line and not line.startswith("# ")]


def _compared(one: str, other: str) -> Iterator[_Line]:
    """Yield the lines that tell how two verdicts on the same block differ."""
    fates = [" " if line[0] == " " else "x" if line[0] in _GONE else line.partition("| ")[2] for line in (one, other)]
    if fates[0] == fates[1]:
        yield _Line(other, changed=False)
        return
    if one[0] != " ":
        yield _Line("+" + one[1:], changed=True)
    if other[0] != " ":
        yield _Line("-" + other[1:], changed=True)


def _rendered(heads: Sequence[str], lines: Sequence[_Line], context: int, *, colour: bool) -> str:
    shown = [text for start, stop in _hunks(lines, context) for text in (_head(lines, start, stop), *_texts(lines, start, stop))]
    if not shown:
        return ""
    if colour:
        shown = [f"\x1b[{_COLOURS[text[0]]}m{text}\x1b[0m" if text[0] in _COLOURS else text for text in shown]
    return "\n".join([*heads, *shown]) + "\n"


def _hunks(lines: Sequence[_Line], context: int) -> list[tuple[int, int]]:
    """Return the runs of lines to show: each change with its context, joined where they touch."""
    hunks: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if not line.changed:
            continue
        start, stop = max(number - context, 0), min(number + context + 1, len(lines))
        if hunks and start <= hunks[-1][1]:
            start = hunks.pop()[0]
        hunks.append((start, stop))
    return hunks


def _head(lines: Sequence[_Line], start: int, stop: int) -> str:
    changed = sum(line.changed for line in lines[start:stop])
    return f"@@ lines {start + 1}-{stop} of {len(lines)}; {changed} changed @@"


def _texts(lines: Sequence[_Line], start: int, stop: int) -> list[str]:
    return [line.text for line in lines[start:stop]]
