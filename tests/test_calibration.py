"""Scores as probabilities: what a cleaner says, weighed against what the block model says of the place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from descale.calibration import probability_of
from descale.model import Removal
from descale.page import Page, build_page
from descale.read_html import read_html
from descale.shipped import shipped


def page_with(content: float, article: float) -> Page:
    """Return a page of one block that is so probably content, and so probably an article."""
    page = build_page(read_html("<p>The ferry left at nine."), shipped().index)
    return replace(page, content=(content,), article=article)


def probability(page: Page, rule: str, score: float) -> float:
    """Return what becomes of a score on a page of one block."""
    found = probability_of(page)
    assert found is not None
    return found(Removal(0, len(page.document.text), rule, score, "a sign"))


def test_a_weak_sign_does_not_hold_against_sure_content() -> None:
    assert probability(page_with(0.9, 1.0), "promo.tip", 0.56) < 0.5
    assert probability(page_with(0.55, 1.0), "promo.tip", 0.56) >= 0.5


def test_a_loud_sign_holds_on_articles_and_less_on_other_pages() -> None:
    assert probability(page_with(0.95, 1.0), "related.also-read", 0.93) >= 0.5
    assert probability(page_with(0.95, 0.0), "related.also-read", 0.93) < 0.5


def test_two_signs_that_agree_are_surer_than_one() -> None:
    assert probability(page_with(0.05, 1.0), "share.buttons", 0.93) > 0.93


@pytest.mark.parametrize(("rule", "score"), [("extract.low-content", 0.6), ("metadata.title", 1.0), ("promo.tip", 0.4)])
def test_probabilities_and_what_a_cleaner_calls_weak_stay_as_they_are(rule: str, score: float) -> None:
    assert probability(page_with(0.9, 1.0), rule, score) == score


def test_content_zero_and_one_give_probabilities() -> None:
    for content in (0.0, 1.0):
        assert 0 < probability(page_with(content, 0.5), "promo.tip", 0.99) < 1
