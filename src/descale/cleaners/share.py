"""Share buttons, save and print buttons, share counts, players that read the article aloud.

Removes:
    Share on Facebook
    Copy link
    Facebook Twitter WhatsApp Email

Keeps:
    She wanted to share the story with her daughters before they heard it from somebody else.
    Facebook and Twitter both fell by more than three per cent on Monday.
"""

from __future__ import annotations

from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.model import Removal
from descale.page import Page


def propose(page: Page) -> Iterator[Removal]:
    """Propose what the phrases of the lexicons' share sections speak against."""
    return by_phrase(page, "share")


CLEANER = Cleaner("share", propose)
