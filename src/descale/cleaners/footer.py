"""Copyright and legal lines, contacts, corrections and standards notes, links about the publisher.

Removes:
    © 2024 The Harbour Herald. All rights reserved.
    Privacy Policy
    Terms of Use

Keeps:
    Copyright was what the two brothers fought over for the rest of their lives, in three courts.
    The terms of use of the common land were written on a board by the gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.judge import whole_block
from descale.model import Removal
from descale.page import START_WORDS, Page

_COPYRIGHT = re.compile(
    r"\s*(?:copyright\s*)?(?:©|\(c\)|&copy;)\s*(?:copyright\s*)?(?:\d{4}|[\w.]+)|\s*copyright\s+(?:\d{4}|by\b)", re.IGNORECASE
)
_COPYRIGHT_STARTS = " \t\xa0cC©(&"


def propose(page: Page) -> Iterator[Removal]:
    """Propose footer phrases, and copyright lines outside the article."""
    yield from by_phrase(page, "footer")
    for index, block in enumerate(page.blocks):
        if block.text[0] not in _COPYRIGHT_STARTS or page.lengths[index] > START_WORDS or page.in_body(index):
            continue
        if _COPYRIGHT.match(block.text):
            yield whole_block(page, index, "footer.copyright.sign", 0.9, "begins with a copyright sign")


CLEANER = Cleaner("footer", propose, {"footer.copyright.sign": "a line that begins with a copyright sign"})
