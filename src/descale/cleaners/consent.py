"""Cookie banners, consent choices, notices in place of blocked embeds, privacy notices.

Removes:
    We use cookies to improve your experience
    Accept all cookies
    Manage preferences

Keeps:
    The commission fined two firms because their banners made refusing cookies harder than accepting them.
    Bake the cookies for twelve minutes, until the edges are brown.
"""

import functools

from descale.cleaner import Cleaner, by_phrase

CLEANER = Cleaner("consent", functools.partial(by_phrase, family="consent"))
