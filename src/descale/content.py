"""How probably each block is main content.

Two models of trees judge the blocks: one learned from all kinds of pages, which keeps the
lists and short texts of forums, products and listings, and on pages that may be articles
also one learned from articles alone, which cuts teasers and comments. A third, small one
says how probably a page is no article. A page is judged by its best
block: what is far less content than that is none. Of a long text that a page shows
twice, the first showing counts.

Without weights (while they are being trained) a rule stands in: find the deepest
container that holds most of the page's running text, and take from it what is not
mostly links.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from itertools import accumulate, pairwise, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from descale.model import HEADING_TAGS, Document, Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from descale.trees import Trees

#: Of articles, blocks of so many characters at most, and so many links at least, are not asked about …
LINK_CHARACTERS: Final = 60
LINK_DENSITY: Final = 0.9
#: … unless more than this share of the words around is running text (measured: word-F1 of articles
#: rises by .0006 over asking about none of them, and over a third of all blocks is spared). On other pages
#: they are often the content: asking about all of them is worth .007 word-F1 there.
AMID_PROSE: Final = 0.3
#: What the article model's judgement counts on a page that is surely an article; the likelier a page is none, the
#: less, and from `EVEN_KIND` on nothing. (Counting fully on sure articles, and on others by the page's kind, loses
#: .008 word-F1 on other pages and .0015 on articles.)
ARTICLE_SHARE: Final = 0.5
EVEN_KIND: Final = 0.5
#: Less probably no article than this, the page is surely one, and the model of all kinds of pages is asked about
#: those blocks alone that the article model gives a probability between these two (measured: nothing changes).
SURE_KIND: Final = 0.1
SURELY_NOT, SURELY_CONTENT = 0.03, 0.97
#: A block with this share of the best block's probability is as probably content as not.
EVEN_SHARE: Final = 0.54
#: The same on pages that are no article: their parts are less alike.
OTHER_EVEN_SHARE: Final = 0.34
#: The best block of a page counts as at least this, so that pages of links stay empty.
LEAST_BEST: Final = 0.25
#: Measured share of content (right) among blocks by their share of the best block's judgement, .5
#: being `EVEN_SHARE` of it (left). Out-of-fold, 275,000 blocks of 1,730 pages of all kinds; the
#: middle is pinned, so that a block is kept where keeping it is measured to pay. Of today's models it is true
#: within .09; their own table finds the article no better and has fewer removals of a score of .9 right.
SHARES: Final = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
CALIBRATED: Final = (
    *(0.001, 0.005, 0.012, 0.025, 0.045, 0.085, 0.15, 0.22, 0.28, 0.35, 0.42, 0.5),
    *(0.6, 0.66, 0.75, 0.85, 0.92, 0.96, 0.99),
)
#: List items, table rows and the like stay or go together …
LISTED: Final = frozenset({"li", "tr", "td", "dt", "dd", "pre"})
#: … where at least the first share of them would stay, those this probably content; where at most the last share would, all.
MOST_ITEMS, ITEM_PROBABILITY, FEW_ITEMS = 0.5, 0.22, 0.25
#: What is settled so stands on its side of one half, where a removal holds that is as probable as not.
_STAYS, _GOES = 0.51, 0.49
#: The same and headings, up to so many blocks in a row within content, stay if they are this probably content.
LONGEST_GAP, GAP_PROBABILITY = 3, 0.35
_FILLING: Final = LISTED | HEADING_TAGS
#: At most so many headings in a row below the last text head nothing; more are a list of titles.
MOST_LAST_HEADINGS: Final = 2
#: A text of at least so many characters, shown again in another place, is a copy …
COPY_CHARACTERS: Final = 40
#: … and this probably content.
COPY_PROBABILITY: Final = 0.02
#: A block of at least this many words, with fewer links than that, is running text.
PROSE_WORDS: Final = 8
PROSE_LINK_DENSITY: Final = 0.33
#: The article's container holds at least this share of the running text.
CONTAINER_SHARE: Final = 0.6
#: Blocks with more links than this are menus, also inside the article's container.
MENU_LINK_DENSITY: Final = 0.5

#: Scripts written without spaces: two characters count as a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Models(NamedTuple):
    """The three models: of articles' blocks, of all pages' blocks, of page kinds."""

    article: Trees
    other: Trees
    kind: Trees


class Judgement(NamedTuple):
    """What the models say of a page.

    ``content`` is the probability of each block of being main content, ``article`` that of
    the page of being an article; None where no model was asked.
    """

    content: list[float]
    article: float | None


def content_probability(document: Document) -> list[float]:
    """Give each block of a document its probability of being main content.

    Text without layout is taken as content throughout (1.0): what is not article in
    there is for the cleaners to find.
    """
    return judge_page(document).content


def article_probability(document: Document) -> float | None:
    """Give the probability that an HTML page is an article, not a listing, a shop or a forum.

    None for text and pages without any. Out-of-fold over 1,438 pages, half of them articles,
    its area under the curve is .96.
    """
    return judge_page(document).article


def judge_page(document: Document) -> Judgement:
    """Judge blocks and page at once."""
    if document.layout is None:
        return Judgement([1.0] * len(document.blocks), None)
    if not document.blocks:
        return Judgement([], None)
    models = _models()
    if models is None:
        return Judgement(container_probability(document), None)
    return _learned(document, document.layout, models)


@contextmanager
def use_models(models: Models | None) -> Iterator[None]:
    """Judge by other models than the shipped ones, or by the rule (None), while the context lasts.

    For evaluation with cross-validated models; holds in every thread of the process.
    """
    global _models  # noqa: PLW0603 - one place where models come from
    shipped = _models
    _models = lambda: models  # noqa: E731
    try:
        yield
    finally:
        _models = shipped


@cache
def _shipped_models() -> Models | None:
    from descale import trees  # noqa: PLC0415 - numpy costs 60 ms, and text needs none of it

    try:
        return Models(*(trees.load(f"{name}.npz") for name in ("block_article", "block_other", "page_kind")))
    except FileNotFoundError:
        return None


_models: Callable[[], Models | None] = _shipped_models


def _learned(document: Document, layout: Layout, models: Models) -> Judgement:
    from descale.features import feature_rows  # noqa: PLC0415 - numpy costs 60 ms, and text needs none of it
    from descale.page_kind import no_article, page_row  # noqa: PLC0415

    rows = feature_rows(document)
    kind = no_article(models.kind, page_row(document, rows)[None])[0]
    found = calibrated(judge(models.article, models.other, rows, kind), kind).tolist()
    settle(document, layout, found)
    return Judgement([round(probability, 4) for probability in found], round(1 - kind, 4))


def calibrated(probable: npt.NDArray[np.float64], kind: float) -> npt.NDArray[np.float64]:
    """Turn the judgements of a page's blocks, seen beside its best block, into probabilities.

    ``kind`` is the probability that the page is no article.
    """
    import numpy as np  # noqa: PLC0415

    best = max(LEAST_BEST, float(probable.max()))
    even = (1 - kind) * EVEN_SHARE + kind * OTHER_EVEN_SHARE
    shares = np.interp(probable / best, (0.0, even, 1.0), (0.0, 0.5, 1.0))
    return np.interp(shares, SHARES, CALIBRATED)


def settle(document: Document, layout: Layout, probable: list[float]) -> None:
    """Mend the probabilities where blocks that belong together were judged apart."""
    place = [layout.container_parent[container] for container in layout.block_container]
    _settle_lists(document, place, probable)
    _lower_copies(document, layout, probable)
    _fill_gaps(document, place, probable)
    _end_with_text(document, probable)


def _settle_lists(document: Document, place: Sequence[int], probable: list[float]) -> None:
    """Let the items of one list, which stand in one ``place``, stay or go together."""
    start = 0
    blocks = document.blocks
    for stop in range(1, len(blocks) + 1):
        if stop < len(blocks) and blocks[stop].tag == blocks[start].tag and place[stop] == place[start]:
            continue
        if stop - start > 1 and blocks[start].tag in LISTED:
            staying = sum(probability >= 0.5 for probability in probable[start:stop]) / (stop - start)
            for index in range(start, stop):
                if staying >= MOST_ITEMS and probable[index] >= ITEM_PROBABILITY:
                    probable[index] = max(probable[index], _STAYS)
                elif staying <= FEW_ITEMS:
                    probable[index] = min(probable[index], _GOES)
        start = stop


def _fill_gaps(document: Document, place: Sequence[int], probable: list[float]) -> None:
    """Let a heading, item or piece of code stay that only just falls short, beside content in the same ``place``.

    Domains held out, 180 of 233 such lines of articles are content.
    """
    content = [index for index, probability in enumerate(probable) if probability >= 0.5]
    for above, below in pairwise(content):
        if 1 < below - above <= LONGEST_GAP + 1:
            for index in range(above + 1, below):
                tag = document.blocks[index].tag
                # Code stands in an element of its own: domains held out, 75 of 87 such listings are content.
                beside = tag == "pre" or place[index] in (place[above], place[below])
                if tag in _FILLING and beside and probable[index] >= GAP_PROBABILITY:
                    probable[index] = _STAYS


def _end_with_text(document: Document, probable: list[float]) -> None:
    """Take off headings below which nothing stays: those of the next article, or of what follows the page's own."""
    content = [index for index, probability in enumerate(probable) if probability >= 0.5]
    last = list(takewhile(lambda index: document.blocks[index].tag in HEADING_TAGS, reversed(content)))
    if len(last) <= MOST_LAST_HEADINGS:
        for index in last:
            probable[index] = _GOES


def _lower_copies(document: Document, layout: Layout, probable: list[float]) -> None:
    """Of a text that is shown in several places only the first is content.

    Seen: the whole article once for wide and once for narrow screens. Within one element
    what repeats is a refrain.
    """
    places: dict[str, int] = {}
    for index, (block, container) in enumerate(zip(document.blocks, layout.block_container, strict=True)):
        if probable[index] < 0.5 or len(block.text) < COPY_CHARACTERS:
            continue
        place = layout.container_parent[container] if layout.container_tag[container] in {"p", "li"} else container
        if places.setdefault(block.text, place) != place:
            probable[index] = COPY_PROBABILITY


def asked_blocks(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Say which feature rows are worth the judgement of the article model: not the menus.

    Linked headings and items amid running text are asked about: they head the parts of a review.
    """
    from descale.features import NAMES  # noqa: PLC0415 - numpy costs 60 ms, and text needs none of it

    density, length, prose = (rows[:, NAMES.index(name)] for name in ("density", "length", "around5_prose"))
    asked: npt.NDArray[np.bool_] = (density < LINK_DENSITY) | (length > LINK_CHARACTERS) | (prose > AMID_PROSE)
    return asked


def judge(article: Trees, other: Trees, rows: npt.NDArray[np.float32], kind: float) -> npt.NDArray[np.float64]:
    """Join the two models' judgements; ``kind`` is the probability that the page is no article."""
    import numpy as np  # noqa: PLC0415

    from descale.features import FIRST_PAGE_FEATURE as SHARED  # noqa: PLC0415 - numpy costs 60 ms, and text needs none of it

    probable = np.zeros(len(rows))
    doubtful = np.ones(len(rows), np.bool_)
    share = ARTICLE_SHARE * max(0.0, 1 - kind / EVEN_KIND)
    if share:
        asked = asked_blocks(rows)
        probable[asked] = article.probability(rows[asked], shared_from=SHARED)
        if kind < SURE_KIND:
            doubtful = (probable > SURELY_NOT) & (probable < SURELY_CONTENT)
    others = other.probability(rows_with_kind(rows[doubtful], kind), shared_from=SHARED)
    probable[doubtful] = share * probable[doubtful] + (1 - share) * others
    return probable


def rows_with_kind(rows: npt.NDArray[np.float32], kind: float) -> npt.NDArray[np.float32]:
    """Append the page's kind to its feature rows, as the model of all kinds of pages is told it.

    So it learns from short articles without taking the texts of a listing for some. (Told nothing, it finds
    other pages less well by .007 word-F1, or, without short articles, news of 2011 by .025 character-F1.)
    """
    import numpy as np  # noqa: PLC0415

    return np.column_stack((rows, np.full(len(rows), kind, np.float32)))


def container_probability(document: Document) -> list[float]:
    """Judge blocks by the container rule alone, without any model."""
    layout = document.layout
    if layout is None:
        return [1.0] * len(document.blocks)
    words = [count_words(block.text) for block in document.blocks]
    density = link_density(document, layout)
    prose = [
        count if count >= PROSE_WORDS and share < PROSE_LINK_DENSITY else 0 for count, share in zip(words, density, strict=True)
    ]
    container = _article_container(layout, prose)
    first, last = layout.container_first[container], layout.container_last[container]
    probable = [0.05] * len(words)
    for index in range(first, last):
        probable[index] = _inside(document.blocks[index].tag, words[index], density[index])
    return probable


def count_words(text: str) -> int:
    """Number of words; in scripts without spaces two characters count as one."""
    words = text.count(" ") + text.count("\n") + 1
    if not text.isascii() and len(text) > 14 * words:
        words = max(words, len(_UNSPACED.findall(text)) // 2)
    return words


def link_density(document: Document, layout: Layout) -> list[float]:
    """Share of each block's characters that stand in links."""
    return [linked / len(block.text) for block, linked in zip(document.blocks, layout.block_link_characters, strict=True)]


def _article_container(layout: Layout, prose: Sequence[int]) -> int:
    """Find the deepest container that holds enough of the running text."""
    sums = list(accumulate(prose, initial=0))
    needed = CONTAINER_SHARE * sums[-1]
    best = 0
    for container, depth in enumerate(layout.container_depth):
        first, last = layout.container_first[container], layout.container_last[container]
        inside = sums[last] - sums[first]
        if inside >= needed > 0 and depth > layout.container_depth[best]:
            best = container
    return best


def _inside(tag: str, words: int, density: float) -> float:
    if density >= MENU_LINK_DENSITY:
        return 0.2
    if tag in {"h1", "figcaption"}:
        return 0.3
    if tag in HEADING_TAGS:
        return 0.6
    return 0.9 if words >= PROSE_WORDS else 0.6
