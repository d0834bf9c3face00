"""What a cleaner is, and the two ways of making one: by phrase and by heading.

A cleaner reads a Page and yields proposals; it never sees another's. What phrases alone
cannot decide needs a second sign, so that articles *about* newsletters, paywalls and
cookies stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from descale.phrase_index import Hit
from descale.model import Removal
from descale.page import START_WORDS, Page, ends_sentence

LINE_SCORE = 0.95
START_SCORE = 0.92
PHRASE_SCORE = 0.55
_SECOND_SIGN = 0.15
#: A single word on a line of its own inside nearly clean text is more often a subheading.
_LONE_WORD_SCORE = 0.45
_OWN_LANGUAGE = 0.01
#: What parts a label from the rest of its line, and where it must stand at the latest.
_LABEL_END = re.compile(r"[:：|/©]")
_LABEL_LENGTH = 30
#: In longer blocks phrases must make up this share of the words.
_MIN_COVER = 0.12
#: A phrase in a block of at most this many words is as good as the whole block.
BRIEF_WORDS = 12
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


def whole_block(page: Page, index: int, rule: str, score: float, evidence: str) -> Removal:
    """Propose that a whole block goes."""
    block = page.blocks[index]
    return Removal(block.start, block.stop, rule, score, evidence)


def by_phrase(page: Page, family: str) -> Iterator[Removal]:
    """Propose each block that phrases of the family speak against with enough force."""
    for index, hits in enumerate(page.hits):
        if not hits:
            continue
        own = [hit for hit in hits if hit.family == family]
        if own:
            proposal = judge_hits(page, index, own)
            if proposal:
                yield proposal


def judge_hits(page: Page, index: int, own: list[Hit]) -> Removal | None:
    """Weigh one family's hits in a block; None where they are too weak or a guard holds."""
    first = own[0]
    length = len(page.folded[index])
    if page.quoted(index) and not page.after_body(index):
        return None
    if first.strength == "start" and page.opens_quoted(index) and page.in_body(index):
        return None
    if first.strength == "line":
        lone = length == 1 and page.in_body(index) and page.content[index] >= 0.5
        score = _LONE_WORD_SCORE if lone or _is_loose(page, index, first) else LINE_SCORE
        # Languages share lines ("Newsletter", "Premium"): that of the article names the family.
        score += _OWN_LANGUAGE if any(hit.phrase.language == page.language for hit in own) else 0.0
    elif first.strength == "start" and length <= START_WORDS:
        score = START_SCORE
    else:
        signs = second_signs(page, index, own)
        if not signs or (length > START_WORDS and cover(own) < _MIN_COVER * length):
            return None
        score = min(0.9, PHRASE_SCORE + _SECOND_SIGN * (len(signs) - 1))
    if is_topic(page, index, first.family):
        return None
    return whole_block(page, index, first.rule, score, evidence_of(own))


def _is_loose(page: Page, index: int, hit: Hit) -> bool:
    """Tell whether most words of a line stand in the phrase's gaps, with nothing that sets a label off.

    "Foto: Jan Kowalski" has its colon; "Text analysis" is no "Text *".
    """
    if 2 * hit.literal >= len(page.folded[index]) or not page.in_body(index) or page.content[index] < 0.5:
        return False
    return _LABEL_END.search(page.blocks[index].text[:_LABEL_LENGTH]) is None


def cover(hits: list[Hit]) -> int:
    """Return how many words of a block the hits cover together."""
    return len({place for hit in hits for place in range(hit.start, hit.stop)})


def second_signs(page: Page, index: int, own: list[Hit]) -> list[str]:
    """Return what else speaks against a block in which a phrase was found."""
    length = len(page.folded[index])
    signs = []
    if any(hit.start >= own[0].stop for hit in own[1:]):
        signs.append("another phrase")
    if length <= BRIEF_WORDS and not ends_sentence(page.blocks[index].text):
        signs.append("brief")
    if own[0].stop - own[0].start >= 0.5 * length:
        signs.append("most of the block")
    if page.content[index] < 0.5:
        signs.append("little content probability")
    if page.link_density[index] >= 0.5:
        signs.append("linked")
    if page.foreign[index]:
        signs.append("another language")
    if length <= START_WORDS and not page.in_body(index):
        signs.append("outside the article")
    if length <= START_WORDS and index == page.body[1] - 1:
        signs.append("at the article's end")
    return signs


def evidence_of(hits: list[Hit]) -> str:
    """Return the phrases found, as the lexicon writes them."""
    return "; ".join(dict.fromkeys(hit.phrase.text for hit in hits))


def is_topic(page: Page, index: int, family: str) -> bool:
    """Tell whether the article is about the family's subject and the block stands within it."""
    return family in page.topics and page.in_body(index)


def is_teaser(page: Page, index: int) -> bool:
    """Tell whether a block can be an item of a list of links: short, and no sentence of the article."""
    block = page.blocks[index]
    if page.prose[index] and not page.foreign[index]:
        return False
    length = len(page.folded[index])
    if not 0 < length <= TEASER_WORDS:
        return False
    if page.document.layout is not None:
        return page.link_density[index] >= 0.5 or page.content[index] < 0.5
    return not (ends_sentence(block.text) and length >= BRIEF_WORDS and not block.text.endswith("?"))


def by_heading(page: Page, rules: frozenset[str], *, inside_limit: int) -> Iterator[Removal]:
    """Propose the teasers below each heading that opens a list.

    Within the article at most ``inside_limit`` teasers go, and only if prose follows them at
    once: a heading with prose right below it takes nothing.
    """
    for index, hits in enumerate(page.hits):
        if not hits or hits[0].rule not in rules or not opens_run(page, index):
            continue
        stop = index + 1
        while stop < len(page.blocks) and is_teaser(page, stop) and not _opens_another(page, stop, rules):
            stop += 1
        inside = page.in_body(index)
        if inside and stop - index - 1 > inside_limit:
            continue
        for teaser in range(index + 1, stop):
            yield whole_block(
                page, teaser, f"{hits[0].rule}.teaser", 0.7 if inside else 0.85, f"below {page.blocks[index].text!r}"
            )


def opens_run(page: Page, index: int) -> bool:
    """Tell whether a block's first hit is a heading: the whole line, or the start of a brief one."""
    first = page.hits[index][0]
    return first.strength == "line" or (first.strength == "start" and len(page.folded[index]) <= BRIEF_WORDS)


def _opens_another(page: Page, index: int, rules: frozenset[str]) -> bool:
    hits = page.hits[index]
    return bool(hits) and hits[0].rule in rules and opens_run(page, index)
