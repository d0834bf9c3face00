"""Readers' comments: prompts, counts, forms, rules, and the controls of a thread.

Removes:
    Leave a comment
    12 comments
    Your email address will not be published

Keeps:
    The minister declined to comment on the report when asked outside his office on Friday.
    A comment left by a neighbour in the visitors' book is the only trace of him.
"""

from __future__ import annotations

from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.model import Removal
from descale.page import Page


def propose(page: Page) -> Iterator[Removal]:
    """Propose what the phrases of the lexicons' comments sections speak against."""
    return by_phrase(page, "comments")


CLEANER = Cleaner("comments", propose)
