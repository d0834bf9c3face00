"""Block features: one number for each block, the same however the page is wrapped."""

from __future__ import annotations

import numpy as np
import pytest

from descale.features import NAMES, feature_rows
from descale.model import Document
from descale.read_html import read_html

PAGE = """
<html><head><title>Bridge to be repaired by spring</title>
<meta property="og:type" content="article"></head><body>
<nav><a href=1>Home</a> <a href=2>World</a></nav>
<h1>Bridge to be repaired by spring</h1>
<p>The council met on Monday evening, and agreed to repair the old bridge by spring.</p>
<p>Work begins in March. It will cost 40 000 crowns.</p>
<p>The council met on Monday evening, and agreed to repair the old bridge by spring.</p>
</body></html>
"""


def column(source: str, name: str) -> list[float]:
    """One feature of all blocks."""
    values: list[float] = feature_rows(read_html(source))[:, NAMES.index(name)].tolist()
    return values


def test_every_block_has_every_feature() -> None:
    document = read_html(PAGE)
    rows = feature_rows(document)
    assert rows.shape == (len(document.blocks), len(NAMES))
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("words", [2, 6, 15, 10, 15]),
        ("repeats", [1, 1, 2, 1, 2]),
        ("title_distance", [-1, 0, 1, 2, 3]),
        ("h1_distance", [-1, 0, 1, 2, 3]),
        ("ends", [0, 0, 1, 1, 1]),
        ("page_says_article", [1, 1, 1, 1, 1]),
        ("share_digit", [0, 0, 0, 5 / 49, 0]),
        ("in_tag_nav", [1, 0, 0, 0, 0]),
        ("prose_after", [2, 1, 1, 1, 50]),
        ("position", [0, 0.2, 0.4, 0.6, 0.8]),
        ("on12_words", [46, 40, 25, 15, 0]),
    ],
)
def test_what_features_measure(name: str, expected: list[float]) -> None:
    assert column(PAGE, name) == pytest.approx(expected)


def test_a_repeated_description_is_seen() -> None:
    head = "<meta name=description content='The council met on Monday evening and agreed to repair the bridge'>"
    body = "<p>Home</p><p>The council met on Monday evening, and agreed to repair the bridge by spring.</p>"
    assert column(head + body, "description_match") == pytest.approx([0, 11 / 13])


def test_text_without_layout_has_no_features() -> None:
    with pytest.raises(ValueError, match="layout"):
        feature_rows(Document("a", (), "text"))


def test_characters_of_all_scripts_are_counted() -> None:
    page = "<p>今天上午城市里开了一个新的展览，很多人都去看了。<p>Σήμερα άνοιξε η έκθεση."
    assert column(page, "words") == [11, 4]
    assert column(page, "ends") == [1, 1]
