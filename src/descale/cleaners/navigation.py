"""Menus, breadcrumbs, search fields, paging, language choice, player controls, error notices.

Removes:
    Skip to content
    Home › News › Politics
    Back to top
    Please enable JavaScript

Keeps:
    Home prices fell in March for the third month, and the fall was sharpest in the north.
    The ferry takes the next page of its history with it to the breakers' yard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from descale import words
from descale.cleaner import Cleaner, by_phrase
from descale.judge import whole_block
from descale.model import Removal
from descale.page import Page, ends_sentence

_SEPARATOR = re.compile(r"\s*[›»>→▸|·•]\s*|\s+/\s+")
_ARROW = re.compile(r"[›»>→▸]")
_STEP_WORDS = 5
_MIN_STEPS = 3


def propose(page: Page) -> Iterator[Removal]:
    """Propose navigation phrases, and breadcrumbs and link lists outside the article."""
    yield from by_phrase(page, "navigation")
    for index in page.read:
        block = page.blocks[index]
        if page.in_body(index) or page.prose[index] or len(block.text) > 200:
            continue
        steps = [step for step in _SEPARATOR.split(block.text) if step]
        if len(steps) >= _MIN_STEPS and _are_steps(steps) and not ends_sentence(block.text) and not _in_table(page, index):
            name = "breadcrumb" if _ARROW.search(block.text) else "links"
            yield whole_block(page, index, f"navigation.{name}", 0.85, f"{len(steps)} short steps")


def _in_table(page: Page, index: int) -> bool:
    """Tell whether the line above or below has as many bars: rows of a table, not links."""
    bars = page.blocks[index].text.count("|")
    near = (page.blocks[other] for other in (index - 1, index + 1) if 0 <= other < len(page.blocks))
    return bars > 0 and any(block.text.count("|") == bars for block in near)


def _are_steps(steps: list[str]) -> bool:
    return all(0 < words.length(step, words.split(step)) <= _STEP_WORDS for step in steps[:-1])


CLEANER = Cleaner(
    "navigation",
    propose,
    {
        "navigation.breadcrumb": "short steps parted by arrows, outside the article",
        "navigation.links": "short names parted by bars or dots, outside the article",
    },
)
