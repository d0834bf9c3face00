"""The errors descale raises: one base, two leaves.

    DescaleError
    ├── InputError(ValueError)    what was given cannot be read at all
    └── RuleError(ValueError)     a lexicon or rule file is broken; names file and key

A page without an article is no error: it is an empty `Article` whose notes say why.
"""


class DescaleError(Exception):
    """Base of every error that descale raises on purpose."""


class InputError(DescaleError, ValueError):
    """The input cannot be read at all: wrong type, or bytes that hold no text."""


class RuleError(DescaleError, ValueError):
    """A lexicon, user phrase file or rule is broken; the message names file and key."""
