"""What tells an article from a listing, a shop or a forum: one row of numbers for a page.

The mean of each feature of the page's blocks, and how the page's address and title look:
articles have an address of many words ("/2024/the-ferry-that-never-left"), listings a short one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from descale.features import NAMES as BLOCK_NAMES
from descale.model import Declared
from descale.titles import split_address

if TYPE_CHECKING:
    from descale.features import Rows
    from descale.model import Document
    from descale.trees import Trees

_ADDRESS: Final = (
    *("address_parts", "address_words", "address_length", "address_digits", "address_dated", "address_longest_words"),
    *("title_length", "title_words"),
)
#: The features, in the order of a row.
NAMES: Final[tuple[str, ...]] = (*BLOCK_NAMES, *_ADDRESS)
_UNKNOWN_ADDRESS: Final = (-1.0,) * 6

_HYPHEN = re.compile("[-_]")
_YEAR = re.compile(r"/(?:19|20)\d\d/")


def page_row(document: Document, rows: Rows) -> Rows:
    """Put together what the model of page kinds sees of a page with at least one block."""
    # Rounded, since sums of fractions may differ in their last bit between machines.
    means = rows.astype("f8").mean(axis=0).round(3)
    declared = document.declared or Declared()
    title = declared.title or ""
    row: Rows = np.concatenate((means, _address(declared, document.url), (len(title), len(title.split())))).astype("f4")
    return row


def no_article(model: Trees, pages: Rows) -> list[float]:
    """Return how probably each of some pages is no article, by their rows of `NAMES`.

    Rounded, since it is a feature too, and may differ in its last bit between machines.
    """
    found: list[float] = model.probability(pages).round(3).tolist()
    return found


def _address(declared: Declared, url: str | None) -> tuple[float, ...]:
    """Describe the address that the page gives itself, or else the one it was fetched from."""
    address = next(iter((*declared.links.get("canonical", ()), *declared.meta.get("og:url", ()))), url)
    if not address:
        return _UNKNOWN_ADDRESS
    path = split_address(address).path
    parts = [part for part in path.split("/") if part]
    words = [len(_HYPHEN.findall(part)) for part in parts]
    last = parts[-1] if parts else ""
    return (
        len(parts),
        words[-1] if words else 0,
        len(last),
        sum(map(str.isdigit, last)),
        float(_YEAR.search(path) is not None),
        max(words, default=0),
    )
