"""The margin view shows every block, and reads back into its source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descale import Removal
from descale.explain import margin_view, read_margin_view
from descale.read_text import read_text

SOURCE = "Title\n\nFirst [sic] line\nShare this text stays\n\n\nLast"


def _span(text: str, rule: str) -> Removal:
    start = SOURCE.index(text)
    return Removal(start, start + len(text), rule, 0.9, "")


def test_verdicts_stand_in_the_margin() -> None:
    removals = [_span("Title", "metadata.title"), _span("Share this", "share.buttons"), _span("Last", "footer.legal")]
    assert margin_view(read_text(SOURCE), removals, {"language": "en"}) == (
        "# language: en\n"
        "= metadata.title              | Title\n"
        "\n"
        "                              | First [sic] line\n"
        "~ share.buttons               | [Share this] text stays\n"
        "\n"
        "\n"
        "x footer.legal                | Last\n"
    )


def test_brackets_are_doubled_in_part_removals_only() -> None:
    view = margin_view(read_text(SOURCE), [_span("First", "byline.author")])
    assert "| [First] [[sic]] line" in view
    assert read_margin_view(view).source == SOURCE


def test_colour_is_only_on_removed_lines() -> None:
    view = margin_view(read_text(SOURCE), [_span("Last", "footer.legal")], colour=True)
    assert view.count("\x1b[31m") == 1


def test_a_line_that_is_none_of_all_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_margin_view("                              | fine\nno margin here\n")


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1), st.data())
def test_any_text_reads_back(lines: list[str], data: st.DataObject) -> None:
    document = read_text("\n\n".join(lines))
    removals = []
    for block in document.blocks:
        start = data.draw(st.integers(0, len(block.text)))
        stop = data.draw(st.integers(start, len(block.text)))
        if start < stop:
            removals.append(Removal(block.start + start, block.start + stop, "share.buttons", 0.9, ""))
    assert read_margin_view(margin_view(document, removals)).source == document.text.strip("\n")
