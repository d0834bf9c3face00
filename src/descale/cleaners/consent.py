"""Cookie banners, consent choices, notices in place of blocked embeds, privacy notices.

Removes:
    We use cookies to improve your experience
    Accept all cookies
    Manage preferences

Keeps:
    The commission fined two firms because their banners made refusing cookies harder than accepting them.
    Bake the cookies for twelve minutes, until the edges are brown.
"""

from __future__ import annotations

from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.model import Removal
from descale.page import Page


def propose(page: Page) -> Iterator[Removal]:
    """Propose what the phrases of the lexicons' consent sections speak against."""
    return by_phrase(page, "consent")


CLEANER = Cleaner("consent", propose)
