"""Lists of other articles: most viewed, latest, trending, recommended, "also read" lines, topic lists.

Removes:
    Most viewed
    Town council votes to keep the old swimming pool
    Five walks for a rainy weekend
    Read also: Ferry company adds a second boat
    Archived In

Keeps:
    The clip became the most viewed video of the year within three days of its release.
    Two of the latest estimates differ by a factor of ten, and nobody knows which is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from descale.cleaner import Cleaner, by_heading, by_phrase, is_teaser, opens_run
from descale.judge import BRIEF_WORDS, whole_block
from descale.model import Removal
from descale.page import Page, ends_sentence

#: Rules whose phrases are headings over a list of teasers.
_HEADINGS = frozenset(f"related.{name}" for name in ("most-viewed", "latest", "trending", "recommended", "related", "series"))
#: Rules whose line is followed by the one headline it speaks of.
_POINTERS = frozenset({"related.also-read", "related.read-more"})
_TOPIC_LISTS = "related.archived-in"
_INSIDE_LIMIT = 8
_TOPIC_WORDS = 4
_TOPIC_LINES = 12
#: Share of the lines below the article that must carry a cue before cueless ones go too.
_TAIL_CUES = 0.4


def propose(page: Page) -> Iterator[Removal]:
    """Propose headings, what stands below them, pointers, and teasers below the article."""
    yield from by_phrase(page, "related")
    yield from by_heading(page, "related", _HEADINGS, inside_limit=_INSIDE_LIMIT)
    yield from _pointed_at(page)
    yield from _topics(page)
    yield from _tail(page)


def _pointed_at(page: Page) -> Iterator[Removal]:
    """The headline below a line such as "See also:"."""
    for index, _ in page.found.get("related", ()):
        below = index + 1
        first = page.hits[index][0]
        if first.rule not in _POINTERS or first.strength != "line" or below >= len(page.blocks):
            continue
        if is_teaser(page, below) and page.lengths[below] >= 4 and not ends_sentence(page.blocks[below].text):
            yield whole_block(page, below, f"{first.rule}.teaser", 0.6, f"below {page.blocks[index].text!r}")


def _topics(page: Page) -> Iterator[Removal]:
    """Names of topics, a few words each, below "Archived in" or "Tags"."""
    for index, _ in page.found.get("related", ()):
        if page.hits[index][0].rule != _TOPIC_LISTS or page.in_body(index) or not opens_run(page, index):
            continue
        for below in range(index + 1, min(index + 1 + _TOPIC_LINES, len(page.blocks))):
            if not 0 < page.lengths[below] <= _TOPIC_WORDS or page.in_body(below):
                break
            yield whole_block(page, below, f"{_TOPIC_LISTS}.topic", 0.85, f"below {page.blocks[index].text!r}")


def _tail(page: Page) -> Iterator[Removal]:
    """Cueless lines below the article, from the first cue on, where cues are frequent."""
    tail = range(page.body[1], len(page.blocks)) if page.body[1] else range(0)
    first = next((index for index in tail if page.cue(index) >= 2), None)
    if first is None:
        return
    lines = range(first, len(page.blocks))
    cues = sum(page.cue(index) > 0 or page.foreign[index] is not None for index in lines)
    if cues < _TAIL_CUES * len(lines):
        return
    for index in lines:
        if not page.hits[index] and is_teaser(page, index):
            name = "teaser" if page.lengths[index] > BRIEF_WORDS // 3 else "label"
            yield whole_block(page, index, f"related.tail.{name}", 0.6, f"below {page.blocks[first].text[:60]!r}")


_RULES = {f"{heading}.teaser": f"an item of the list below a heading of {heading}" for heading in _HEADINGS}
_RULES |= {f"{pointer}.teaser": f"the headline below a line of {pointer}" for pointer in _POINTERS}
_RULES |= {
    f"{_TOPIC_LISTS}.topic": "a topic's name below such a line",
    "related.tail.teaser": "a headline below the article, where other lines there are chrome",
    "related.tail.label": "a word or two below the article, where other lines there are chrome",
}
CLEANER = Cleaner("related", propose, _RULES)
