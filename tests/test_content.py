"""Content probability: running text against menus, teasers and footers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
import pytest

from descale import content
from descale.content import article_probability, container_probability, content_probability, count_words, use_models
from descale.features import NAMES, feature_rows
from descale.model import Block, Document
from descale.read_html import read_html

if TYPE_CHECKING:
    from descale.trees import Trees

PROSE = "The council met on Monday evening and agreed to repair the old bridge by spring. "
PAGE = f"""
<nav><ul><li><a href=1>Home</a><li><a href=2>World</a><li><a href=3>Sport</a></ul></nav>
<div class=page><div class=story>
<p>{PROSE * 3}</p><h2>What it costs</h2><p>{PROSE * 4}</p>
<p><a href=4>Another story that you could read as well</a></p><p>{PROSE * 2}</p>
</div></div>
<footer><p>All rights are with the paper and nobody else may use them in any way.</p></footer>
"""


def kept(source: str) -> list[str]:
    """Texts of the blocks that are more probably content than not."""
    document = read_html(source)
    return [block.text for block, probable in zip(document.blocks, content_probability(document), strict=True) if probable >= 0.5]


def test_the_article_is_told_from_menu_and_footer() -> None:
    assert kept(PAGE) == [
        (PROSE * 3).strip(),
        "What it costs",
        (PROSE * 4).strip(),
        (PROSE * 2).strip(),
    ]


def test_text_is_content_throughout() -> None:
    document = Document("a", (Block(0, "a", 0, "p"),), "text")
    assert content_probability(document) == [1.0]


@pytest.mark.parametrize("source", ["", "<p></p>", "<p>one", "<a href=x>link</a>"])
def test_small_pages_get_a_number_for_each_block(source: str) -> None:
    document = read_html(source)
    probable = content_probability(document)
    assert len(probable) == len(document.blocks)
    assert all(0 <= number <= 1 for number in probable)


@pytest.mark.parametrize(
    ("text", "words"),
    [("one two three", 3), ("one", 1), ("今天上午城市里开了一个新的展览，很多人都去看了。", 11)],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_the_model_judges_where_weights_are() -> None:
    document = read_html(PAGE)
    assert content_probability(document) != container_probability(document)
    assert content_probability(document) == content_probability(read_html(PAGE))


def test_the_rule_stands_in_for_the_model() -> None:
    document = read_html(PAGE)
    kept_by_rule = [
        block.text for block, probable in zip(document.blocks, container_probability(document), strict=True) if probable >= 0.5
    ]
    assert (PROSE * 3).strip() in kept_by_rule
    assert "Home" not in kept_by_rule


def test_a_copy_elsewhere_on_the_page_goes() -> None:
    story = "".join(f"<p>{PROSE * number}</p>" for number in (3, 4, 5, 6))
    head = "<title>The bridge</title><meta property=og:type content=article><h1>The bridge</h1>"
    document = read_html(f"{head}<div class=story><div>{story}</div></div><div class=phone><div>{story}</div></div>")
    staying = [probable >= 0.5 for probable in content_probability(document)[1:]]
    assert staying == [True] * 4 + [False] * 4


def test_a_refrain_stays() -> None:
    lines = "".join(f"<p>{PROSE} {number}</p><p>{PROSE * 2}</p>" for number in range(4))
    assert kept(f"<div class=story>{lines}</div>").count((PROSE * 2).strip()) == 4


def test_an_article_is_told_from_a_listing() -> None:
    listing = "".join(f"<li><a href={number}>Coat number {number}</a> <b>$ {number}9.90</b> In stock" for number in range(40))
    article = article_probability(read_html(PAGE))
    other = article_probability(read_html(f"<h1>Coats</h1><ul class=products>{listing}</ul>"))
    assert article is not None
    assert other is not None
    assert article > other
    assert article_probability(Document("a", (Block(0, "a", 0, "p"),), "text")) is None


def test_other_models_can_be_used() -> None:
    document = read_html(PAGE)
    with use_models(None):
        assert content_probability(document) == container_probability(document)
        assert article_probability(document) is None
    assert content_probability(document) != container_probability(document)


def settled(source: str, judged: list[float]) -> list[str]:
    """Texts of the blocks that stay, had the models judged them so."""
    document = read_html(source)
    assert document.layout is not None
    content.settle(document, document.layout, judged)
    return [block.text for block, probable in zip(document.blocks, judged, strict=True) if probable > 0.5]


def test_items_of_a_list_stay_together() -> None:
    assert settled("<ul><li>Two eggs<li>Flour<li>A pinch of salt</ul>", [0.9, 0.8, 0.3]) == [
        "Two eggs",
        "Flour",
        "A pinch of salt",
    ]
    assert settled("<ul><li>Home<li>World<li>Sport<li>Weather</ul>", [0.6, 0.1, 0.1, 0.1]) == []


def test_a_heading_that_falls_just_short_stays_amid_its_article() -> None:
    source = "<div><p>The first part.</p><h3>What it costs</h3><p>The second part.</p></div>"
    assert settled(source, [0.9, 0.4, 0.9]) == ["The first part.", "What it costs", "The second part."]
    assert settled(source, [0.9, 0.2, 0.9]) == ["The first part.", "The second part."]
    beside = "<div><p>The first part.</p></div><aside><h3>Most read</h3></aside><div><p>The second part.</p></div>"
    assert settled(beside, [0.9, 0.4, 0.9]) == ["The first part.", "The second part."]


def test_a_listing_of_code_stays_amid_its_article_though_it_has_its_own_place() -> None:
    source = "<div><p>Run this first.</p></div><div class=code><pre>make demo</pre></div><div><p>Then run that.</p></div>"
    assert settled(source, [0.9, 0.4, 0.9]) == ["Run this first.", "make demo", "Then run that."]
    assert settled(source, [0.9, 0.1, 0.9]) == ["Run this first.", "Then run that."]


class SameForAll:
    """A model that gives every block the same probability, and remembers how many blocks it was asked about, and their kind."""

    def __init__(self, probability: float) -> None:
        self._probability = probability
        self.asked: list[int] = []
        self.kinds: set[float] = set()

    def probability(self, rows: npt.NDArray[np.float32], *, shared_from: int | None = None) -> npt.NDArray[np.float64]:
        """Answer as a model does."""
        assert shared_from is not None
        self.asked.append(len(rows))
        if rows.shape[1] > len(NAMES):
            self.kinds |= set(rows[:, -1].round(3).tolist())
        return np.full(len(rows), self._probability)


def joined(kind: float) -> tuple[list[float], SameForAll, SameForAll]:
    """Judge blocks of a page of this kind by an article model that says .8 and a model of all kinds that says .4."""
    article, other = SameForAll(0.8), SameForAll(0.4)
    menu = "".join(f"<li><a href={number}>Section {number}</a>" for number in range(20))
    rows = feature_rows(read_html(f"<ul>{menu}</ul>{PAGE}"))
    return content.judge(cast("Trees", article), cast("Trees", other), rows, kind).round(3).tolist(), article, other


def test_a_sure_article_is_judged_by_both_models_and_its_menu_by_none() -> None:
    probable, article, other = joined(0.0)
    assert set(probable) == {0.0, 0.6}
    assert article.asked == other.asked
    assert probable[:3] == [0.0, 0.0, 0.0], "the menu"


def test_a_page_that_may_be_no_article_is_asked_about_throughout() -> None:
    probable, article, other = joined(0.25)
    assert set(probable) == {0.3, 0.5}
    assert article.asked < other.asked == [len(probable)]


def test_a_page_that_is_no_article_is_judged_by_the_model_of_all_kinds_alone() -> None:
    probable, article, other = joined(0.75)
    assert set(probable) == {0.4}
    assert article.asked == []
    assert other.kinds == {0.75}


def test_a_heading_above_nothing_goes() -> None:
    source = "<div><p>The last part.</p><h2>The next article</h2><p>Of another day.</p></div>"
    assert settled(source, [0.9, 0.7, 0.1]) == ["The last part."]
    titles = "<div><h2>One title</h2><h2>Another title</h2><h2>A third title</h2></div>"
    assert settled(titles, [0.9, 0.9, 0.9]) == ["One title", "Another title", "A third title"]
