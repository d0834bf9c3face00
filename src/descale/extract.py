"""Proposes what is probably not main content, from the content probability of each block.

Of HTML the evidence says beside the probability what of the block's place and text speaks
against it: the signs that the block model weighs most, in words.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Final

from descale.layout_flags import FLAGS
from descale.model import Layout, Removal
from descale.page import Page

#: Proposals below this could hold in no mode, so they are not made.
_MIN_SCORE = 0.3
_MOSTLY_LINKS = 0.5
_FEW_WORDS = 4
#: What the elements around a block say of it, the most telling first. Their tags count
#: wherever they are, the words of their classes only next to the block.
_ANYWHERE: Final = {
    "out_of_sight": "hidden",
    "tag_nav": "in navigation",
    "tag_footer": "in a footer",
    "tag_control": "in a control",
    "tag_form": "in a form",
    "tag_aside": "beside the article",
    "tag_header": "in a header",
}
_NEAR: Final = {
    "navigation": "in navigation",
    "footer": "in a footer",
    "comment": "among comments",
    "advert": "in an advertisement",
    "consent": "in a consent notice",
    "newsletter": "in a sign-up form",
    "share": "among share buttons",
    "overlay": "in an overlay",
    "related": "among related pages",
    "author": "about the author",
    "meta": "in a line of data",
}
_TAGS: Final = functools.reduce(int.__or__, (FLAGS[name] for name in _ANYWHERE))
_CLASSES: Final = functools.reduce(int.__or__, (FLAGS[name] for name in _NEAR))


def propose(page: Page) -> Iterator[Removal]:
    """Propose every block that is more probably chrome than the least mode asks for."""
    layout = page.document.layout
    rule = "extract.raw-text" if layout is None else "extract.low-content"
    signs = [""] * len(page.blocks) if layout is None else _signs(page, layout)
    for block, content, sign in zip(page.blocks, page.content, signs, strict=True):
        score = 1.0 - content
        if score >= _MIN_SCORE:
            yield Removal(block.start, block.stop, rule, round(score, 3), f"content probability {content:.2f}{sign}")


def _signs(page: Page, layout: Layout) -> Sequence[str]:
    """Return what speaks against each block, as words to append."""
    tags = [0] * len(layout.container_flags)
    for container, (parent, own) in enumerate(zip(layout.container_parent, layout.container_flags, strict=True)):
        tags[container] = tags[parent] | own & _TAGS
    return [
        _in_words(
            tags[container],
            (layout.container_flags[container] | layout.container_flags[layout.container_parent[container]]) & _CLASSES,
            density >= _MOSTLY_LINKS,
            length < _FEW_WORDS,
        )
        for container, density, length in zip(layout.block_container, page.link_density, page.lengths, strict=True)
    ]


@functools.lru_cache(maxsize=4096)
def _in_words(tags: int, classes: int, linked: bool, brief: bool) -> str:  # noqa: FBT001 - parts of a cache key
    place = next((said for name, said in _ANYWHERE.items() if tags & FLAGS[name]), None)
    place = place or next((said for name, said in _NEAR.items() if classes & FLAGS[name]), None)
    signs = [place, "mostly links" if linked else None, "a few words" if brief else None]
    return "".join(f"; {sign}" for sign in signs if sign)
