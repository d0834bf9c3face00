"""How probably each block is main content.

The rule here needs no model: find the deepest container that holds most of the page's
running text, and take from it what is not mostly links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from descale.model import HEADING_TAGS, Document, Layout

#: A block of at least this many words, with fewer links than that, is running text.
PROSE_WORDS: Final = 8
PROSE_LINK_DENSITY: Final = 0.33
#: The article's container holds at least this share of the running text.
CONTAINER_SHARE: Final = 0.6
#: Blocks with more links than this are menus, also inside the article's container.
MENU_LINK_DENSITY: Final = 0.5

#: Scripts written without spaces: two characters count as a word.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


def content_probability(document: Document) -> list[float]:
    """Give each block of a document its probability of being main content.

    Text without layout is taken as content throughout (1.0): what is not article in
    there is for the cleaners to find.
    """
    layout = document.layout
    if layout is None:
        return [1.0] * len(document.blocks)
    words = [count_words(block.text) for block in document.blocks]
    density = link_density(document, layout)
    prose = [
        count if count >= PROSE_WORDS and share < PROSE_LINK_DENSITY else 0
        for count, share in zip(words, density, strict=True)
    ]
    container = _article_container(layout, prose)
    first, last = layout.container_first[container], layout.container_last[container]
    probable = [0.05] * len(words)
    for index in range(first, last):
        probable[index] = _inside(document.blocks[index].tag, words[index], density[index])
    return probable


def count_words(text: str) -> int:
    """Number of words; in scripts without spaces two characters count as one."""
    words = text.count(" ") + text.count("\n") + 1
    if not text.isascii() and len(text) > 14 * words:
        words = max(words, len(_UNSPACED.findall(text)) // 2)
    return words


def link_density(document: Document, layout: Layout) -> list[float]:
    """Share of each block's characters that stand in links."""
    return [
        linked / len(block.text)
        for block, linked in zip(document.blocks, layout.block_link_characters, strict=True)
    ]


def _article_container(layout: Layout, prose: Sequence[int]) -> int:
    """Find the deepest container that holds enough of the running text."""
    sums = list(accumulate(prose, initial=0))
    needed = CONTAINER_SHARE * sums[-1]
    best = 0
    for container, depth in enumerate(layout.container_depth):
        first, last = layout.container_first[container], layout.container_last[container]
        inside = sums[last] - sums[first]
        if inside >= needed > 0 and depth > layout.container_depth[best]:
            best = container
    return best


def _inside(tag: str, words: int, density: float) -> float:
    if density >= MENU_LINK_DENSITY:
        return 0.2
    if tag == "h1" or tag == "figcaption":
        return 0.3
    if tag in HEADING_TAGS:
        return 0.6
    return 0.9 if words >= PROSE_WORDS else 0.6
