"""How probably each block is main content.

Two models of trees judge the blocks: one learned from articles alone, which cuts
teasers and comments, and one learned from all kinds of pages, which keeps the lists and
short texts of forums, products and listings. A third, small one says how probably a
page is no article, and so how much the second counts. A page is judged by its best
block: what is far less content than that is none.

Without weights (while they are being trained) a rule stands in: find the deepest
container that holds most of the page's running text, and take from it what is not
mostly links.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from descale.model import HEADING_TAGS, Document, Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from descale.trees import Trees

#: Blocks of so many characters at most, and so many links at least, are not asked about:
#: none of them is article (costs less than .0006 word-F1, saves half of the time).
LINK_CHARACTERS: Final = 60
LINK_DENSITY: Final = 0.9
#: How much more the model of all kinds of pages keeps on pages that are no article.
OTHER_GAIN: Final = 1.25
#: Nearer than this to 0 or 1 a page's kind is taken as certain, and one model asked alone.
SURE_KIND: Final = 0.1
#: A block with this share of the best block's probability is as probably content as not.
EVEN_SHARE: Final = 0.6
#: The best block of a page counts as at least this, so that pages of links stay empty.
LEAST_BEST: Final = 0.25
#: A block of at least this many words, with fewer links than that, is running text.
PROSE_WORDS: Final = 8
PROSE_LINK_DENSITY: Final = 0.33
#: The article's container holds at least this share of the running text.
CONTAINER_SHARE: Final = 0.6
#: Blocks with more links than this are menus, also inside the article's container.
MENU_LINK_DENSITY: Final = 0.5

#: Scripts written without spaces: two characters count as a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class _Models(NamedTuple):
    article: Trees
    other: Trees
    kind: Trees


def content_probability(document: Document) -> list[float]:
    """Give each block of a document its probability of being main content.

    Text without layout is taken as content throughout (1.0): what is not article in
    there is for the cleaners to find.
    """
    if document.layout is None:
        return [1.0] * len(document.blocks)
    if not document.blocks:
        return []
    models = _models()
    if models is None:
        return container_probability(document)
    return _learned(document, models)


@cache
def _models() -> _Models | None:
    from descale import trees  # noqa: PLC0415 - numpy costs 60 ms, and text needs none of it

    try:
        return _Models(trees.load("block_article.npz"), trees.load("block_other.npz"), trees.load("page_kind.npz"))
    except FileNotFoundError:
        return None


def _learned(document: Document, models: _Models) -> list[float]:
    import numpy as np  # noqa: PLC0415

    from descale.features import feature_rows  # noqa: PLC0415

    names = models.article.names
    rows = feature_rows(document, names)
    asked = asked_blocks(rows, names)
    probable = np.zeros(len(rows))
    if asked.any():
        kind = float(models.kind.probability(page_row(rows)[None])[0])
        probable[asked] = judge(models.article, models.other, rows[asked], kind)
    best = max(LEAST_BEST, float(probable.max()))
    shares = np.interp(probable / best, (0.0, EVEN_SHARE, 1.0), (0.0, 0.5, 1.0))
    return [round(share, 4) for share in shares.tolist()]


def asked_blocks(rows: npt.NDArray[np.float32], names: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Say which feature rows are worth a model's judgement."""
    density, length = rows[:, names.index("density")], rows[:, names.index("length")]
    asked: npt.NDArray[np.bool_] = (density < LINK_DENSITY) | (length > LINK_CHARACTERS)
    return asked


def page_row(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What the model of page kinds sees: the mean of each feature over all blocks."""
    # Rounded, since sums of fractions may differ in their last bit between machines.
    row: npt.NDArray[np.float32] = rows.astype("f8").mean(axis=0).round(3).astype("f4")
    return row


def judge(article: Trees, other: Trees, rows: npt.NDArray[np.float32], kind: float) -> npt.NDArray[np.float64]:
    """Join the two models' judgements by the probability that the page is no article."""
    if kind < SURE_KIND:
        return article.probability(rows)
    others: npt.NDArray[np.float64] = (OTHER_GAIN * other.probability(rows)).clip(max=1)
    if kind > 1 - SURE_KIND:
        return others
    return (1 - kind) * article.probability(rows) + kind * others


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
