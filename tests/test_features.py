"""Block features: one number for each block, the same however the page is wrapped."""

from __future__ import annotations

import numpy as np
import pytest

from descale.features import block_features, feature_rows
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


def test_every_block_has_every_feature() -> None:
    document = read_html(PAGE)
    columns = block_features(document)
    assert {len(column) for column in columns.values()} == {len(document.blocks)}
    rows = feature_rows(document, list(columns))
    assert rows.shape == (len(document.blocks), len(columns))
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("words", [2, 6, 15, 10, 15]),
        ("repeats", [1, 1, 2, 1, 2]),
        ("title_match", [0, 1, 4 / 14, 0, 4 / 14]),
        ("h1_distance", [-1, 0, 1, 2, 3]),
        ("ends", [0, 0, 1, 1, 1]),
        ("page_says_article", [1, 1, 1, 1, 1]),
        ("digits", [0, 0, 0, 5, 0]),
    ],
)
def test_what_features_measure(name: str, expected: list[float]) -> None:
    column = block_features(read_html(PAGE))[name]
    assert column.tolist() == pytest.approx(expected)


def test_text_without_layout_has_no_features() -> None:
    with pytest.raises(ValueError, match="layout"):
        block_features(Document("a", (), "text"))


def test_characters_of_all_scripts_are_counted() -> None:
    columns = block_features(read_html("<p>今天上午城市里开了一个新的展览，很多人都去看了。<p>Σήμερα άνοιξε η έκθεση."))
    assert columns["words"].tolist() == [11, 4]
    assert columns["ends"].tolist() == [1, 1]
