"""The lines an article opens with: title, standfirst, byline and date, told from the body.

In text that somebody scraped nothing is declared, so the shape of the first lines must
tell. The rules are timid: a text that begins with prose has no title here, and a line
that could as well be a menu entry, a list item or a verse is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from descale import words
from descale.authors import author_names, begins_as_byline
from descale.dates import find_date
from descale.metadata import Metadata
from descale.model import Block, Document, Removal
from descale.titles import key, likeness

#: So many words are enough for a title, however long the subheadings are.
TITLE_WORDS = 7
#: Most lines that can stand before the first prose; more are the menu of a whole page.
MOST_LINES_ABOVE = 10
#: Bounds of a title and of a standfirst without a full stop. Seen: headlines up to 150
#: characters; standfirsts of one or two sentences.
LONGEST_TITLE = 180
SHORTEST_STANDFIRST = 40
LONGEST_STANDFIRST = 420
#: Fewest words of a title: shorter lines ("Introduction", "At a glance") are headings or menu entries.
FEWEST_TITLE_WORDS = 4
FEWEST_STANDFIRST_WORDS = 7
#: Most words of a title that no blank line parts from the body: in a text that still has
#: chrome, so that nobody has taken the title off, and in one that has none.
LONGEST_LONE_TITLE = 16
LONGEST_LONE_TITLE_OF_CLEAN_TEXT = 12
#: Longest line that is searched for a date or byline.
LONGEST_BYLINE = 120
#: How alike an h1 must be to the title that was worded for search engines.
LIKE_TITLE = 0.6

#: Blocks with less content probability go as chrome, whatever they repeat.
_SURELY_CHROME = 0.1
_FULL_STOP = re.compile(r"[.。．।։۔:：;；,，…][\"'”’»)\]]*$")
_ABBREVIATED_END = re.compile(r"(?:\b[A-Z]\.){2,}$|\b(?:Inc|Jr|Sr|Co|Ltd|St|No|vs)\.$")
_LISTED = re.compile(r"\s*(?:[-*+•▪●○·]|\d{1,3}[.)])\s")
_NOT_A_NAME = re.compile(r"[.!?]\s+\S+\s+\S+")


def text_metadata(document: Document, *, prose: Sequence[bool], chrome: Sequence[bool]) -> tuple[Metadata, list[Removal]]:
    """Read title, standfirst, authors and date off the first lines of a text.

    What a cleaner claims is looked past, so that the title is found in the first cleaning and not in the second.

    :param document: text as it was read, one block a line or paragraph.
    :param prose: for each block whether it is prose (long, with terminal punctuation).
    :param chrome: for each block whether a cleaner claims it.
    :returns: the metadata, and the spans of title and standfirst as removals
        ``metadata.title`` and ``metadata.standfirst``.
    """
    left = [block for block in document.blocks if not chrome[block.index]]
    head = _head(left, [prose[block.index] for block in left])
    plain = [block for block in head if not _is_byline(block, document)]
    title = _title_line(plain, left, [prose[block.index] for block in left])
    standfirst = _standfirst_line(plain, title) if title is not None else None
    bylined = len(plain) < len(head)
    if title is not None and not _stands_out(document, plain, title, standfirst, bylined=bylined, scraped=any(chrome)):
        title = standfirst = None
    removals = []
    if title is not None:
        removals.append(_removal(title, "title", "short first line without a full stop, prose follows"))
    if standfirst is not None:
        removals.append(_removal(standfirst, "standfirst", "line without a full stop between the title and the first prose"))
    # Bylines and dates are claimed by a cleaner, and still tell who wrote it and when.
    opening = document.blocks[: left[len(head)].index] if len(head) < len(left) else document.blocks
    metadata = Metadata(
        title=_without_marker(title.text) if title else None,
        standfirst=standfirst.text if standfirst else None,
        authors=_authors(opening),
        date=_date(opening, document),
        language=document.language,
        url=document.url,
    )
    return metadata, removals


def author_removals(document: Document, metadata: Metadata, body: tuple[int, int]) -> list[Removal]:
    """Mark the blocks of a page that are an author's name and nothing else, above or below the article.

    ``body`` bounds the article by its first block of prose and the one behind its last.
    """
    names = {key(name) for name in metadata.authors} | {key(" ".join(metadata.authors))}
    longest = 2 * max(map(len, names))
    first, stop = body
    outside = (*document.blocks[:first], *document.blocks[stop:]) if metadata.authors and stop else ()
    return [
        Removal(block.start, block.stop, "byline.author.name", 0.8, "the author's name, alone on its line")
        for block in outside
        if len(block.text) <= longest and key(block.text) in names
    ]


def title_removals(
    document: Document, metadata: Metadata, start_hint: int | None = None, *, content: Sequence[float] = ()
) -> list[Removal]:
    """Mark the blocks of a page that show its title or standfirst.

    :param document: the page as it was read.
    :param metadata: what is known about it.
    :param start_hint: index of the block the article seems to start at, if that is known;
        an ``h1`` in other words than the title, and a title of one or two words that is no
        ``h1``, are taken only up to a few blocks behind it.
    :param content: probability of each block that it is main content; what is probably the
        article's first paragraph stays, though it is declared as the description too.
    """
    if metadata.title is None:
        return []
    near = start_hint + MOST_LINES_ABOVE if start_hint is not None else len(document.blocks)
    titles = {key(metadata.title), *_declared_titles(document)}
    long_title = len(words.split(metadata.title)) >= FEWEST_TITLE_WORDS
    standfirst = key(metadata.standfirst) if metadata.standfirst else None
    longest = 2 * max(len(found) for found in (*titles, standfirst or ""))  # folding drops punctuation, not words
    removals = []
    for block in document.blocks:
        chrome = bool(content) and content[block.index] < _SURELY_CHROME
        if (len(block.text) > longest or chrome) and block.tag != "h1":
            continue
        found = key(block.text)
        if found in titles and (block.tag == "h1" or long_title or block.index <= near):
            removals.append(_removal(block, "title", "the same words as the declared title"))
        elif block.tag == "h1" and block.index <= near and likeness(block.text, metadata.title) >= LIKE_TITLE:
            removals.append(_removal(block, "title", "main heading, much like the title"))
        elif found == standfirst and block.index <= near and not _is_lead(block, content):
            removals.append(_removal(block, "standfirst", "declared as the description, shown below the title"))
    return removals


def _is_lead(block: Block, content: Sequence[float]) -> bool:
    """Whether a declared description is the article's own first paragraph.

    Seen on most news pages that repeat it: 168 of 200 such blocks are body in the gold.
    """
    return bool(content) and content[block.index] >= 0.5


def _declared_titles(document: Document) -> Iterator[str]:
    if document.declared is None:
        return
    for title in (document.declared.title, *document.declared.meta.get("og:title", ())):
        if title:
            yield key(title)


def _removal(block: Block, part: str, evidence: str) -> Removal:
    return Removal(block.start, block.stop, f"metadata.{part}", 1.0, evidence)


def _head(blocks: Sequence[Block], prose: Sequence[bool]) -> Sequence[Block]:
    """The blocks before the first prose; none if there is no prose, or a whole page's menu."""
    first = next((index for index, is_prose in enumerate(prose) if is_prose), 0)
    return blocks[:first] if first <= MOST_LINES_ABOVE else ()


def _title_line(plain: Sequence[Block], blocks: Sequence[Block], prose: Sequence[bool]) -> Block | None:
    """The first plain line, if it has the shape of a title and an article follows."""
    article = [block for block, is_prose in zip(blocks, prose, strict=True) if is_prose]
    if not plain or (len(article) < 2 and sum(len(block.text) for block in article) < LONGEST_STANDFIRST):
        return None
    line = plain[0]
    if line.tag == "h1":
        return line
    # More than a title, a standfirst and a caption before the prose: a list, verse or menu.
    if len(plain) > 4 or line.tag == "li" or _LISTED.match(line.text) or not _is_line(line, LONGEST_TITLE):
        return None
    # An article can begin with a subheading like those further down: a title is longer.
    needed = FEWEST_TITLE_WORDS + 2 * line.text.endswith("?")
    if words.has_character_script(line.text):
        needed *= 2
    subheadings = [len(words.split(block.text)) for block in _subheadings(blocks, prose)]
    if subheadings:
        needed = max(needed, min(int(median(subheadings)) + 1, TITLE_WORDS))
    return line if len(words.split(line.text)) >= needed else None


def _stands_out(
    document: Document, plain: Sequence[Block], title: Block, standfirst: Block | None, *, bylined: bool, scraped: bool
) -> bool:
    """Whether nothing but the title and its standfirst stands above the prose, and it is no lead-in.

    If another plain line were left, that one would be the title when the cleaned text is
    cleaned again. Unless a blank line, byline or date parts them from the body, two lines are as often the
    article's own first words, and a line as long as a sentence is a lead-in.
    """
    if any(block not in (title, standfirst) for block in plain):
        return False
    if title.tag == "h1" or bylined or _parted(document, standfirst or title):
        return True
    if standfirst is not None:
        return False
    longest = LONGEST_LONE_TITLE if scraped else LONGEST_LONE_TITLE_OF_CLEAN_TEXT
    return words.length(title.text, words.split(title.text)) <= longest


def _parted(document: Document, line: Block) -> bool:
    """Whether a blank line follows, in a text whose paragraphs are mostly not parted so."""
    gaps = ["\n\n" in document.text[block.stop : block.stop + 4] for block in document.blocks[:-1]]
    return gaps[line.index] and sum(gaps) <= len(gaps) / 2


def _subheadings(blocks: Sequence[Block], prose: Sequence[bool]) -> Iterator[Block]:
    """Lines without a full stop that stand between two pieces of prose."""
    for before, block, is_prose, after in zip(prose, blocks[1:], prose[1:], prose[2:], strict=False):
        if before and after and not is_prose and _is_line(block, SHORTEST_STANDFIRST * 2):
            yield block


def _standfirst_line(plain: Sequence[Block], title: Block) -> Block | None:
    """The line behind the title, if it is longer than a heading and stops without a full stop."""
    following = [block for block in plain if block.index > title.index]
    if not following or len(following) > 2:
        return None
    line = following[0]
    long_enough = len(line.text) >= SHORTEST_STANDFIRST and len(words.split(line.text)) >= FEWEST_STANDFIRST_WORDS
    if words.has_character_script(line.text):
        long_enough = len(line.text) >= SHORTEST_STANDFIRST // 2
    if not long_enough or line.tag in {"li", "h2", "h3", "h4", "h5", "h6"} or _LISTED.match(line.text):
        return None
    return line if _is_line(line, LONGEST_STANDFIRST) else None


def _is_line(block: Block, longest: int) -> bool:
    """Whether a block is one line of at most that length, without a full stop at its end."""
    text = block.text
    if len(text) > longest or "\n" in text:
        return False
    return _FULL_STOP.search(text) is None or _ABBREVIATED_END.search(text) is not None


def _without_marker(text: str) -> str:
    return re.sub(r"^#{1,6}\s+", "", text)


def _is_byline(block: Block, document: Document) -> bool:
    """Whether the line is a byline or little more than a date."""
    if len(block.text) > LONGEST_BYLINE:
        return False
    if begins_as_byline(block.text) and _names(block.text):
        return True
    found = find_date(block.text, language=document.language)
    return found is not None and found.stop - found.start >= len(block.text) / 3


def _names(text: str) -> tuple[str, ...]:
    return () if _NOT_A_NAME.search(text) else author_names([text], visible=True)


def _authors(head: Sequence[Block]) -> tuple[str, ...]:
    for block in head:
        if len(block.text) <= LONGEST_BYLINE and begins_as_byline(block.text):
            names = _names(block.text)
            if names:
                return names
    return ()


def _date(head: Sequence[Block], document: Document) -> str | None:
    for block in head:
        if len(block.text) <= LONGEST_BYLINE:
            found = find_date(block.text, language=document.language)
            if found is not None and found.stop - found.start >= len(block.text) / 3:
                return found.iso
    return None
