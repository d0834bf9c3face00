"""Pages made poorer on purpose, so that the block model does not lean on one sign.

Three changes, alone or together: a page whose article is a brief of a few paragraphs, so
that teasers and comments outweigh it; a page without telling class names and tags, as most
pages of 2008–2012 are; and a page that does not say its address.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from descale.layout_flags import FLAGS
from descale.model import HEADING_TAGS, Document, Layout
from descale.read_html import SEPARATOR

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

_NEW_TAGS: Final = frozenset({"article", "section", "main", "nav", "header", "footer", "aside", "figure"})
_OLD_FLAGS: Final = FLAGS["tag_table"] | FLAGS["tag_list"] | FLAGS["tag_form"] | FLAGS["tag_control"]
#: Paragraphs left of an article that is cut short; briefs of one or two are the hardest.
BRIEF: Final = (1, 1, 2, 2, 3, 4, 6)
#: Chances that a plain page has no <p>, no headings, no declared data.
NO_PARAGRAPHS: Final = 0.4
NO_HEADINGS: Final = 0.3
NO_DECLARED: Final = 0.7
#: Share of the poorer versions that keep their address, which tells a page's kind.
ADDRESS_KNOWN: Final = 0.5


def plain(document: Document, random: random.Random) -> Document:
    """Strip class names, HTML5 elements and, by chance, more from a document's layout."""
    layout = document.layout
    if layout is None:
        return document
    tags = ["div" if tag in _NEW_TAGS else tag for tag in layout.container_tag]
    blocks = document.blocks
    if random.random() < NO_PARAGRAPHS:
        tags = ["div" if tag == "p" else tag for tag in tags]
        blocks = tuple(block._replace(tag="div") if block.tag == "p" else block for block in blocks)
    if random.random() < NO_HEADINGS:
        blocks = tuple(block._replace(tag="p") if block.tag in HEADING_TAGS else block for block in blocks)
    flags = tuple(flag & _OLD_FLAGS for flag in layout.container_flags)
    declared = document.declared
    if declared is not None:
        meta = {} if random.random() < NO_DECLARED else declared.meta
        declared = replace(declared, json_ld=(), meta=meta)
    poorer = replace(layout, container_tag=tuple(tags), container_flags=flags)
    return replace(document, blocks=blocks, layout=poorer, declared=declared)


def brief(document: Document, labels: Sequence[bool], random: random.Random) -> tuple[Document, list[bool]] | None:
    """Cut the article down to its first paragraphs; None if it is that short already."""
    wanted, seen = random.choice(BRIEF), 0
    kept: list[int] = []
    for block, label in zip(document.blocks, labels, strict=True):
        if label:
            if seen >= wanted:
                continue
            seen += block.text.count(" ") >= 7 or len(block.text) > 60
        kept.append(block.index)
    if len(kept) == len(document.blocks) or document.layout is None:
        return None
    return _only(document, document.layout, kept), [labels[index] for index in kept]


def _only(document: Document, layout: Layout, kept: list[int]) -> Document:
    chosen = frozenset(kept)
    before = list(accumulate((index in chosen for index in range(len(document.blocks))), initial=0))
    blocks, start = [], 0
    for index, old in enumerate(kept):
        block = document.blocks[old]
        blocks.append(block._replace(index=index, start=start))
        start += len(block.text) + len(SEPARATOR)
    return replace(
        document,
        text=SEPARATOR.join(block.text for block in blocks),
        blocks=tuple(blocks),
        layout=replace(
            layout,
            block_container=tuple(layout.block_container[index] for index in kept),
            block_links=tuple(layout.block_links[index] for index in kept),
            block_link_characters=tuple(layout.block_link_characters[index] for index in kept),
            container_first=tuple(before[index] for index in layout.container_first),
            container_last=tuple(before[index] for index in layout.container_last),
        ),
    )


def without_address(document: Document) -> Document:
    """Let a document declare no address, as most pages of 2008–2012."""
    declared = document.declared
    if declared is not None:
        meta = {name: values for name, values in declared.meta.items() if name != "og:url"}
        declared = replace(declared, links={}, meta=meta)
    return replace(document, url=None, declared=declared)
