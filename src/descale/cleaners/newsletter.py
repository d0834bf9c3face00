"""Newsletter prompts and sign-up forms, with their small print.

Removes:
    Sign up for our weekly newsletter
    Enter your email address
    You can unsubscribe at any time

Keeps:
    Her newsletter has 40,000 readers, and most of them pay for it every month without being asked.
    He signed up for the army at the age of 17, two weeks after leaving school.
"""

import functools

from descale.cleaner import Cleaner, by_phrase

CLEANER = Cleaner("newsletter", functools.partial(by_phrase, family="newsletter"))
