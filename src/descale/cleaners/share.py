"""Share buttons, save and print buttons, share counts, players that read the article aloud.

Removes:
    Share on Facebook
    Copy link
    Facebook Twitter WhatsApp Email

Keeps:
    She wanted to share the story with her daughters before they heard it from somebody else.
    Facebook and Twitter both fell by more than three per cent on Monday.
"""

import functools

from descale.cleaner import Cleaner, by_phrase

CLEANER = Cleaner("share", functools.partial(by_phrase, family="share"))
