"""Advertisement labels, sponsored links, affiliate notes, ad-blocker notices.

Removes:
    Advertisement
    Story continues below advertisement
    Sponsored content

Keeps:
    The advertisement, shown during the final, cost the brewer four million pounds for thirty seconds.
    Each player was sponsored by a local shop that had closed by the time the season ended.
"""

from __future__ import annotations

from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.model import Removal
from descale.page import Page


def propose(page: Page) -> Iterator[Removal]:
    """Propose what the phrases of the lexicons' advert sections speak against."""
    return by_phrase(page, "advert")


CLEANER = Cleaner("advert", propose)
