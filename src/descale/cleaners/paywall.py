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

import functools

from descale.cleaner import Cleaner, by_phrase

CLEANER = Cleaner("paywall", functools.partial(by_phrase, family="paywall"))
