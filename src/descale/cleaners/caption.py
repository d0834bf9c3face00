"""Captions, photo credits, and the labels of pictures and galleries.

Removes:
    Photo: Getty Images
    Image caption

Keeps:
    The photo shows two men on a bridge, one of whom was never identified by the police.
    He sold pictures to agencies for thirty years and kept the negatives in a biscuit tin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from descale.cleaner import Cleaner, by_phrase
from descale.judge import whole_block
from descale.model import Removal
from descale.page import Page

_CREDIT_WORDS = 60
#: A credit closing a caption: "(Photo: A. Name)", "/ Agency", "© Name", with the agencies the
#: world's newspapers name under pictures.
_AGENCIES = (
    "AFP|AP|Reuters|REUTERS|Getty(?: Images)?|EPA|EFE|ANSA|dpa|DPA|APA|PTI|ANI|Shutterstock|iStock|Imago|IMAGO|"
    "picture[ -]alliance|Alamy|Unsplash|Pexels|Pixabay|NurPhoto|Bloomberg|Xinhua|TASS|PAP|NTB|TT|ANP|Lusa|LUSA"
)
_CREDIT_END = re.compile(rf"(?:[(\[/©|]|(?<=\s)[–—-]|\b[Vv]ia|:\s)\s*(?:[^()\[\]/|]{{0,40}}[\s/])?(?:{_AGENCIES})\s*[)\]]?\s*$")
#: One of them stands in whatever the pattern finds.
_CREDIT_SIGNS = ("(", "[", "/", "©", "|", "–", "—", " -", "ia", ":")


def propose(page: Page) -> Iterator[Removal]:
    """Propose captions by their element, their phrases, and the credits they end with."""
    yield from by_phrase(page, "caption")
    for block in page.blocks:
        if block.tag == "figcaption":
            yield whole_block(page, block.index, "caption.figure", 0.9, "a figcaption element")
    for index in page.read:
        block = page.blocks[index]
        if block.tag == "figcaption" or page.lengths[index] > _CREDIT_WORDS:
            continue
        end = block.text[-90:]
        # A plain search for the signs of a credit spares the pattern most of its runs.
        if any(sign in end for sign in _CREDIT_SIGNS) and _CREDIT_END.search(end) and not page.quoted(index):
            yield whole_block(page, index, "caption.credit.end", 0.75, "ends with a picture credit")


CLEANER = Cleaner(
    "caption",
    propose,
    {
        "caption.figure": "the text of a figcaption element",
        "caption.credit.end": "a short block that ends with a picture credit",
    },
)
