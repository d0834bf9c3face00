"""Paywall and account notices: subscribing, device sharing, login and registration walls, trial offers.

Removes:
    Your subscription is being used on another device
    Subscribe to continue reading
    You have 3 free articles left this month
    Already a subscriber? Log in

Keeps:
    The paper raised the price of a subscription by five per cent last year, its first rise since 2019.
    "Already a subscriber? Log in", the notice read, although nobody had subscribed.
"""

from __future__ import annotations

from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.model import Removal
from descale.page import Page


def propose(page: Page) -> Iterator[Removal]:
    """Propose what the phrases of the lexicons' paywall sections speak against."""
    return by_phrase(page, "paywall")


CLEANER = Cleaner("paywall", propose)
