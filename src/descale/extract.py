"""Proposes what is probably not main content, from the content probability of each block."""

from __future__ import annotations

from collections.abc import Iterator

from descale.judge import whole_block
from descale.model import Removal
from descale.page import Page

#: Proposals below this could hold in no mode, so they are not made.
_MIN_SCORE = 0.3


def propose(page: Page) -> Iterator[Removal]:
    """Propose every block that is more probably chrome than the least mode asks for."""
    rule = "extract.raw-text" if page.document.layout is None else "extract.low-content"
    for index, content in enumerate(page.content):
        score = 1.0 - content
        if score >= _MIN_SCORE:
            yield whole_block(page, index, rule, round(score, 3), f"content probability {content:.2f}")
