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

import functools

from descale.cleaner import Cleaner, by_phrase

CLEANER = Cleaner("promo", functools.partial(by_phrase, family="promo"))
