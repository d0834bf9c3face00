"""Advertisement labels, sponsored links, affiliate notes, ad-blocker notices.

Removes:
    Advertisement
    Story continues below advertisement
    Sponsored content

Keeps:
    The advertisement, shown during the final, cost the brewer four million pounds for thirty seconds.
    Each player was sponsored by a local shop that had closed by the time the season ended.
"""

import functools

from descale.cleaner import Cleaner, by_phrase

CLEANER = Cleaner("advert", functools.partial(by_phrase, family="advert"))
