"""What a cleaner is, and the two ways of making one: by phrase and by heading.

A cleaner reads a Page and yields proposals; it never sees another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from descale.judge import BRIEF_WORDS, judge_hits, known_line, whole_block
from descale.model import Removal
from descale.page import Page, ends_sentence

#: A teaser is at most this long, in words.
TEASER_WORDS = 32


class Cleaner(NamedTuple):
    """Proposes the removals of one family.

    ``rules`` names the rules that structure and not a lexicon speaks for, with a sentence
    on what each sees; the rules of the lexicons need no second list.
    """

    family: str
    propose: Callable[[Page], Iterator[Removal]]
    rules: Mapping[str, str] = {}


def by_phrase(page: Page, family: str) -> Iterator[Removal]:
    """Propose each block that phrases of the family speak against with enough force."""
    for index, own in page.found.get(family, ()):
        # What was not read word by word is chrome for sure, and a known line only names it.
        proposal = judge_hits(page, index, own) if page.folded[index] else known_line(page, index, own[0])
        if proposal:
            yield proposal


def is_teaser(page: Page, index: int) -> bool:
    """Tell whether a block can be an item of a list of links: short, and no sentence of the article."""
    block = page.blocks[index]
    if page.prose[index] and not page.foreign[index]:
        return False
    length = page.lengths[index]
    if not 0 < length <= TEASER_WORDS:
        return False
    if page.document.layout is not None:
        # Linked or not: of 102 linked items that the block model held for content, 88 were.
        return page.content[index] < 0.5
    return not (ends_sentence(block.text) and length >= BRIEF_WORDS and not block.text.endswith("?"))


def by_heading(page: Page, family: str, rules: frozenset[str], *, inside_limit: int) -> Iterator[Removal]:
    """Propose the teasers below each heading, by rules of the family, that opens a list.

    Within the article at most ``inside_limit`` teasers go, and only if prose follows them at
    once: a heading with prose right below it takes nothing.
    """
    for index, _ in page.found.get(family, ()):
        rule = page.hits[index][0].rule
        if rule not in rules or not opens_run(page, index):
            continue
        stop = index + 1
        while stop < len(page.blocks) and is_teaser(page, stop) and not _opens_another(page, stop, rules):
            stop += 1
        inside = page.in_body(index)
        if inside and stop - index - 1 > inside_limit:
            continue
        for teaser in range(index + 1, stop):
            yield whole_block(page, teaser, f"{rule}.teaser", 0.7 if inside else 0.85, f"below {page.blocks[index].text!r}")


def opens_run(page: Page, index: int) -> bool:
    """Tell whether a block's first hit is a heading: the whole line, or the start of a brief one."""
    first = page.hits[index][0]
    return first.strength == "line" or (first.strength == "start" and page.lengths[index] <= BRIEF_WORDS)


def _opens_another(page: Page, index: int, rules: frozenset[str]) -> bool:
    hits = page.hits[index]
    return bool(hits) and hits[0].rule in rules and opens_run(page, index)
