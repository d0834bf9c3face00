"""Readers' comments: prompts, counts, forms, rules, and the controls of a thread.

Removes:
    Leave a comment
    12 comments
    Your email address will not be published

Keeps:
    The minister declined to comment on the report when asked outside his office on Friday.
    A comment left by a neighbour in the visitors' book is the only trace of him.
"""

import functools

from descale.cleaner import Cleaner, by_phrase

CLEANER = Cleaner("comments", functools.partial(by_phrase, family="comments"))
