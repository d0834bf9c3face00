"""Bounds on time that hold on any machine: ratios with room, growth, and what is not loaded."""

from __future__ import annotations

import growth
import speed
import startup
from made_pages import article_page, deep_page, flat_page, flat_text

#: The target is 1; a busy machine and another lxml get this much room.
TEXT_BOUND = 1.5
#: Linear is 1.0; 1.35 is far below quadratic, whatever the noise.
GROWTH_BOUND = 1.35
DEEP_BOUND = 4.0


def test_clean_text_costs_about_as_much_as_parsing_a_page() -> None:
    pages = speed.corpus_pages(12) or [article_page(seed) for seed in range(12)]
    assert min(speed.text_ratio(pages, turns=3) for _ in range(2)) <= TEXT_BOUND


def test_time_grows_with_the_size_of_text_about_linearly() -> None:
    sizes = (100_000, 1_600_000)
    assert growth.exponent(sizes, growth.times(flat_text, sizes, "text", turns=2)) <= GROWTH_BOUND


def test_time_grows_with_the_size_of_a_page_about_linearly() -> None:
    sizes = (250_000, 2_000_000)
    assert growth.exponent(sizes, growth.times(flat_page, sizes, "html", turns=2)) <= GROWTH_BOUND


def test_depth_of_a_page_costs_little() -> None:
    shallow, deep = growth.times(deep_page, (10, 10_000), "html", turns=2)
    assert deep <= DEEP_BOUND * shallow


def test_importing_loads_no_heavy_module() -> None:
    assert startup.cost(startup.IMPORT, turns=1).loaded == ()


def test_cleaning_text_loads_no_heavy_module() -> None:
    assert startup.cost(startup.TEXT, turns=1).loaded == ()
