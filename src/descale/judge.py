"""Weighing phrases: how strongly those found in one block speak against it.

What phrases alone cannot decide needs a second sign, so that articles *about* newsletters,
paywalls and cookies stay whole.
"""

from __future__ import annotations

import re

from descale.model import Removal
from descale.page import PROSE_WORDS, START_WORDS, Page, ends_sentence
from descale.phrase_index import Hit

LINE_SCORE = 0.95
START_SCORE = 0.92
PHRASE_SCORE = 0.55
#: What speaks, but not loudly enough for the balanced mode.
WEAK_SCORE = 0.45
_SECOND_SIGN = 0.15
_OWN_LANGUAGE = 0.01
_NAMED_WORD = 0.001
#: A phrase in a block of at most this many words is as good as the whole block.
BRIEF_WORDS = 12
#: In longer blocks phrases must make up this share of the words.
_MIN_COVER = 0.12
#: A start phrase that opens a sentence of the article names fewer of its words than this.
_MIN_START_COVER = 0.3
#: Families whose single words stand as subheadings in articles too ("Features", "Audio").
_LONE_WORD_FAMILIES = frozenset({"navigation", "footer", "related", "promo", "comments", "share"})
#: Families whose two-word openers ("Written by", "Foto von") also open sentences.
_BRIEF_OPENERS = frozenset({"byline", "caption", "footer"})
#: What parts a label from the rest of its line, and where it must stand at the latest.
_LABEL_END = re.compile(r"[:：|/／©()（）]")
_LABEL_LENGTH = 30


def whole_block(page: Page, index: int, rule: str, score: float, evidence: str) -> Removal:
    """Propose that a whole block goes."""
    block = page.blocks[index]
    return Removal(block.start, block.stop, rule, score, evidence)


def known_line(page: Page, index: int, hit: Hit) -> Removal:
    """Propose a block that is a whole-line phrase and beyond doubt no content."""
    return whole_block(page, index, hit.rule, LINE_SCORE, hit.phrase.text)


def judge_hits(page: Page, index: int, own: list[Hit]) -> Removal | None:
    """Weigh one family's hits in a block; None where they are too weak or a guard holds."""
    first = own[0]
    if page.quoted(index) and not page.after_body(index):
        return None
    if page.opens_quoted(index) and page.in_body(index) and first.strength != "line":
        return None
    score = _score(page, index, own)
    if score is None or is_topic(page, index, first.family):
        return None
    # Languages share lines ("Newsletter", "Premium"): that of the article names the family.
    if any(hit.phrase.language == page.language for hit in own):
        score += _OWN_LANGUAGE
    # Where two families name one block, the phrase with more words of its own names it better.
    score += _NAMED_WORD * min(max(hit.literal for hit in own), BRIEF_WORDS)
    return whole_block(page, index, first.rule, min(round(score, 3), 0.99), evidence_of(own))


def _score(page: Page, index: int, own: list[Hit]) -> float | None:
    first = own[0]
    if first.strength == "line":
        if _is_lone_word(page, index, first) or _is_loose(page, index, first):
            return max(WEAK_SCORE, _score(page, index, own[1:]) or 0.0) if own[1:] else WEAK_SCORE
        return LINE_SCORE
    if first.strength == "start" and page.lengths[index] <= START_WORDS:
        return WEAK_SCORE if _opens_a_sentence(page, index, own) else START_SCORE
    signs = second_signs(page, index, own)
    if not signs or (page.lengths[index] > START_WORDS and cover(own) < _MIN_COVER * len(page.folded[index])):
        return None
    return min(0.9, PHRASE_SCORE + _SECOND_SIGN * (len(signs) - 1))


def _is_lone_word(page: Page, index: int, hit: Hit) -> bool:
    """Tell whether a single word on its line, within the article, may be a subheading.

    Not so beside a line that is chrome for sure, or another such word: there it is a button or a field.
    """
    if len(page.folded[index]) > 1 or hit.family not in _LONE_WORD_FAMILIES or not _is_within(page, index):
        return False
    return not any(
        _is_whole_line(page, beside, hit.family) or (len(page.folded[beside]) > 1 and page.cue(beside) == 3)
        for beside in _beside(page, index)
    )


def _is_loose(page: Page, index: int, hit: Hit) -> bool:
    """Tell whether most words of a line stand in the phrase's gaps, with nothing that sets a label off.

    "Foto: Jan Kowalski" has its colon; "Text analysis" is no "Text *".
    """
    tiled = hit.stop - hit.start < len(page.folded[index])
    if tiled or 2 * hit.literal >= len(page.folded[index]) or page.after_body(index) or page.content[index] < 0.5:
        return False
    if not page.in_body(index) and hit.literal > 1:
        return False
    return _LABEL_END.search(page.blocks[index].text[:_LABEL_LENGTH]) is None


def _opens_a_sentence(page: Page, index: int, own: list[Hit]) -> bool:
    """Tell whether a start phrase is but the first words of a sentence of the article."""
    first = own[0]
    if (
        page.lengths[index] < PROSE_WORDS
        or not page.prose[index]
        or page.after_body(index)
        or page.content[index] < 0.5
        or page.foreign[index]
    ):
        return False
    brief = first.family in _BRIEF_OPENERS and first.literal <= 2
    covered = first.stop >= _MIN_START_COVER * len(page.folded[index]) and not brief
    if covered or any(hit.start >= first.stop for hit in own[1:]):
        return False
    if any(_is_whole_line(page, beside, first.family) for beside in _beside(page, index)):
        return False
    return _LABEL_END.search(page.blocks[index].text[:_LABEL_LENGTH]) is None


def _is_whole_line(page: Page, index: int, family: str) -> bool:
    return any(hit.strength == "line" and hit.family == family for hit in page.hits[index][:1])


def _beside(page: Page, index: int) -> list[int]:
    return [other for other in (index - 1, index + 1) if 0 <= other < len(page.blocks)]


def _is_within(page: Page, index: int) -> bool:
    """Tell whether a block stands in the article's body and is probably part of it."""
    return page.in_body(index) and page.content[index] >= 0.5


def cover(hits: list[Hit]) -> int:
    """Return how many words of a block the hits cover together."""
    return len({place for hit in hits for place in range(hit.start, hit.stop)})


def second_signs(page: Page, index: int, own: list[Hit]) -> list[str]:
    """Return what else speaks against a block in which a phrase was found."""
    length = page.lengths[index]
    signs = []
    if any(hit.start >= own[0].stop for hit in own[1:]):
        signs.append("another phrase")
    if length <= BRIEF_WORDS and not ends_sentence(page.blocks[index].text):
        signs.append("brief")
    if own[0].stop - own[0].start >= 0.5 * len(page.folded[index]):
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
