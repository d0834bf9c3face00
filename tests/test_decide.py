"""Thresholds, overlaps, protection, skipping and the budget."""

from __future__ import annotations

import re

import pytest
import regex

from descale import Removal
from descale.decide import decide
from descale.page import Page, build_page
from descale.phrase_index import build_index
from descale.read_text import read_text

PROSE = "The boat carries about ninety people a night, most of them nurses, bakers and cleaners from the bay."
TEXT = "\n".join([PROSE, "Share this", PROSE + " Twice.", "The end of it"])


@pytest.fixture
def page() -> Page:
    return build_page(read_text(TEXT), build_index([]), language="en")


def _whole(page: Page, index: int, rule: str, score: float) -> Removal:
    block = page.blocks[index]
    return Removal(block.start, block.stop, rule, score, rule)


@pytest.mark.parametrize(("threshold", "kept"), [(0.3, 2), (0.5, 1), (0.8, 0)])
def test_only_scores_from_the_threshold_on_hold(page: Page, threshold: float, kept: int) -> None:
    proposals = [_whole(page, 1, "share.buttons", 0.6), _whole(page, 3, "promo.app", 0.35)]
    assert len(decide(page, proposals, threshold=threshold)[0]) == kept


def test_a_named_family_stands_before_foreign_and_extract(page: Page) -> None:
    proposals = [
        _whole(page, 1, "extract.raw-text", 0.99),
        _whole(page, 1, "foreign.interface", 0.9),
        _whole(page, 1, "share.buttons", 0.6),
    ]
    (removal,), _ = decide(page, proposals, threshold=0.5)
    assert removal.rule == "share.buttons"
    assert "also foreign.interface" in removal.evidence
    assert "also extract.raw-text" in removal.evidence


def test_what_sticks_out_of_a_weaker_proposal_goes_too(page: Page) -> None:
    block = page.blocks[3]
    inner = Removal(block.start + 4, block.start + 7, "promo.app", 0.9, "end")
    removals, _ = decide(page, [_whole(page, 3, "extract.raw-text", 0.9), inner], threshold=0.5)
    assert [(page.document.text[r.start : r.stop], r.family) for r in removals] == [
        ("The ", "extract"),
        ("end", "promo"),
        (" of it", "extract"),
    ]


def test_protected_blocks_lose_nothing(page: Page) -> None:
    proposals = [_whole(page, 1, "share.buttons", 0.99), _whole(page, 3, "promo.app", 0.99)]
    (removal,), _ = decide(page, proposals, threshold=0.5, protect=[regex.compile("Share")])
    assert removal.rule == "promo.app"


def test_skipped_families_stay_and_are_immune_to_extract(page: Page) -> None:
    proposals = [_whole(page, 1, "share.buttons", 0.9), _whole(page, 1, "extract.raw-text", 0.9)]
    assert decide(page, proposals, threshold=0.5, skip={"share"})[0] == ()


def test_the_budget_keeps_prose_from_weak_proposals(page: Page) -> None:
    weak = [_whole(page, 2, "promo.app", 0.7)]
    removals, notes = decide(page, weak, threshold=0.5)
    assert removals == ()
    assert re.match("budget: 1 removal", notes[0])
    strong = [_whole(page, 2, "promo.app", 0.8)]
    assert len(decide(page, strong, threshold=0.5)[0]) == 1
