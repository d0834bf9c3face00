"""Bylines, dates of publication, agencies, reading times, view counts, biographies of authors.

Removes:
    5 min read
    Last updated: 12 March 2024

Keeps:
    By the time the fire was out, the mill had stood for two hundred and eleven years.
    The letter is dated 12 March 1874 and was posted in Leith.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from descale import shipped, words
from descale.authors import begins_as_byline
from descale.cleaner import Cleaner, by_phrase
from descale.judge import whole_block
from descale.model import Removal
from descale.page import Page, ends_sentence

_BYLINE_WORDS = 10
#: So many dates on lines of their own within the article are its structure.
_MIN_RECURRING = 3
#: Most words of a name, where capitals cannot tell one.
_NAME_WORDS = 5
_DATE_WORDS = 12
_MIN_DATE_SHARE = 0.6
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOCK = re.compile(r"(?<!\d)[012]?\d[:.h][0-5]\d(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)\d{1,4}\s?[./年-]\s?\d{1,2}\s?[./月-]\s?\d{1,4}")
#: Words that stand beside dates and clock times and are no names of months.
_DATE_COMPANY = frozenset(
    [
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "am",
        "pm",
        "gmt",
        "utc",
        "est",
        "edt",
        "cet",
        "cest",
        "ist",
        "bst",
        "pst",
        "pdt",
        "et",
        "uhr",
        "um",
        "de",
        "del",
        "of",
        "at",
        "on",
        "a",
        "las",
        "le",
        "à",
        "klo",
        "kl",
        "h",
        "hrs",
        "st",
        "nd",
        "rd",
        "th",
    ]
)


def propose(page: Page) -> Iterator[Removal]:
    """Propose byline phrases anywhere; names and dates on lines of their own at the article's edges."""
    recurring = _recurring_dates(page)
    for proposal in by_phrase(page, "byline"):
        if proposal.start not in recurring:
            yield proposal
    for index in _edges(page):
        if not page.folded[index] or page.hits[index] or page.blocks[index].tag in {"h1", "h2", "tr"}:
            continue
        # On HTML a bare date that looks like content is: 23 of 27 such blocks are in the gold of
        # older news, as the place and day of the printed paper.
        doubted = page.document.layout is None or page.content[index] < 0.5
        if doubted and is_date_line(page, index):
            yield whole_block(page, index, "byline.date.line", 0.8, "a date on a line of its own")
        elif (doubted or index < page.body[0]) and _is_byline(page, index):
            yield whole_block(page, index, "byline.author.line", 0.75, "a name after a byline word")


def _recurring_dates(page: Page) -> set[int]:
    """Return where dates and times on lines of their own recur within the article.

    They part the entries of a live blog, a diary, an exchange of letters.
    """
    dates = [
        page.blocks[index].start
        for index in range(*page.body)
        if page.hits[index] and page.hits[index][0].rule == "byline.date" and len(page.folded[index]) <= _DATE_WORDS
    ]
    bare = [
        page.blocks[index].start
        for index in range(*page.body)
        if page.blocks[index].start not in dates and is_date_line(page, index)
    ]
    return set(dates) if len(dates) + len(bare) >= _MIN_RECURRING else set()


def _edges(page: Page) -> Iterator[int]:
    """Blocks above and below the prose."""
    first, stop = page.body
    if stop:
        yield from range(first)
        yield from range(stop, len(page.blocks))


def is_date_line(page: Page, index: int) -> bool:
    """Tell whether a block is a date, with little else."""
    folded = page.folded[index]
    text = page.blocks[index].text
    if not 0 < len(folded) <= _DATE_WORDS or ends_sentence(text):
        return False
    months = shipped.month_names()
    has_month = any(word in months for word in folded)
    if not (
        (_YEAR.search(text) and (has_month or _DAY_MONTH.search(text)))
        or _DAY_MONTH.search(text)
        or (has_month and _CLOCK.search(text))
    ):
        return False
    dated = sum(word[0].isdigit() or word in months or word in _DATE_COMPANY or word in "年月日時分时" for word in folded)
    return dated >= _MIN_DATE_SHARE * len(folded)


def _is_byline(page: Page, index: int) -> bool:
    """A byline word, then names: words that begin with a capital."""
    text = page.blocks[index].text
    folded = page.folded[index]
    if not 2 <= len(folded) <= _BYLINE_WORDS or ends_sentence(text) or not begins_as_byline(text):
        return False
    heads = shipped.byline_words()
    length = next((n for n in (3, 2, 1) if " ".join(folded[:n]) in heads), 0)
    names = text.replace(":", " ").replace("：", " ").split()[length:]
    if not length or not names:
        return False
    if any(map(str.isupper, text)) or any(map(str.islower, text)):
        return sum(name[0].isupper() for name in names) >= 0.7 * len(names)
    # A script without capitals: the colon, or brevity, must tell.
    return words.length(text, folded) - length <= _NAME_WORDS and (":" in text or "：" in text or len(names) <= 3)


CLEANER = Cleaner(
    "byline",
    propose,
    {
        "byline.date.line": "a date on a line of its own, outside the article",
        "byline.author.line": "a byline word and names on a line of their own, outside the article",
    },
)
