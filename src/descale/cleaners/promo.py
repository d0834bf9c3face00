"""Prompts for apps, channels to follow, shops, events, donations, tips and product calls.

Removes:
    Download our app
    Follow us on Instagram
    Support our journalism
    Book a demo

Keeps:
    The app was downloaded two million times in its first week, although it did nothing but tell the time.
    Supporters followed the team to Lisbon and back again without seeing a goal.
"""

from __future__ import annotations

from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.model import Removal
from descale.page import Page


def propose(page: Page) -> Iterator[Removal]:
    """Propose what the phrases of the lexicons' promo sections speak against."""
    return by_phrase(page, "promo")


CLEANER = Cleaner("promo", propose)
