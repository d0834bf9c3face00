"""Newsletter prompts and sign-up forms, with their small print.

Removes:
    Sign up for our weekly newsletter
    Enter your email address
    You can unsubscribe at any time

Keeps:
    Her newsletter has 40,000 readers, and most of them pay for it every month without being asked.
    He signed up for the army at the age of 17, two weeks after leaving school.
"""

from __future__ import annotations

from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.model import Removal
from descale.page import Page


def propose(page: Page) -> Iterator[Removal]:
    """Propose what the phrases of the lexicons' newsletter sections speak against."""
    return by_phrase(page, "newsletter")


CLEANER = Cleaner("newsletter", propose)
