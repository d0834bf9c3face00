"""Lines become blocks; wrapped paragraphs are joined; repairs are recorded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descale.read_text import list_marker, read_text

WRAPPED = """The ferry between the two halves of the town will sail until
spring, the council decided on Tuesday, after a debate of four
hours in the old customs house by the quay, which has no heating.

Nobody had expected the vote to be so clear. Eleven members were
for it, two were against, and one had fallen asleep before it.

- The boat carries ninety people a night, most of them nurses
  and bakers whose shifts end late.
- The fare stays as it is.
"""


def test_each_line_is_a_block() -> None:
    document = read_text("First line\n\n  Second line  \n\tThird\n")
    assert [block.text for block in document.blocks] == ["First line", "Second line", "Third"]
    assert [document.text[block.start : block.stop] for block in document.blocks] == ["First line", "Second line", "Third"]
    assert document.repairs == ()


def test_wrapped_paragraphs_are_joined() -> None:
    document = read_text(WRAPPED)
    assert len(document.blocks) == 4
    assert [block.tag for block in document.blocks] == ["p", "p", "li", "li"]
    assert document.blocks[0].text.endswith("no heating.")
    assert "wrapped lines read as paragraphs" in document.repairs


def test_lines_of_a_poem_are_not_joined() -> None:
    poem = "The boat is late\nthe tide is not\nthe gulls are few\n\nI count the ropes\nand then the knots\n"
    assert len(read_text(poem).blocks) == 5


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_line_ends_are_mended(ending: str) -> None:
    document = read_text(f"One{ending}Two")
    assert [block.text for block in document.blocks] == ["One", "Two"]
    assert "line ends made \\n" in document.repairs


def test_bom_controls_and_surrogates_are_mended() -> None:
    document = read_text("\ufeffOne\x00\x07 two \ud800")
    assert document.text == "One two \ufffd"
    assert document.repairs == ("byte order mark removed", "control characters removed", "lone surrogates replaced")


@pytest.mark.parametrize(
    ("line", "marker"),
    [("- one", "- "), ("• two", "• "), ("3. three", "3. "), ("12) four", "12) "), ("a) five", "a) "), ("* six", "* ")],
)
def test_list_items_are_known_by_their_marker(line: str, marker: str) -> None:
    block = read_text(line).blocks[0]
    assert block.tag == "li"
    assert list_marker(block) == marker


@pytest.mark.parametrize("line", ["-5 degrees", "1984 was cold", "3.5 million", "a dog", "*bold*"])
def test_what_only_looks_like_a_marker_is_none(line: str) -> None:
    assert read_text(line).blocks[0].tag == "p"


def test_headings_are_known_by_hashes_and_underlines() -> None:
    document = read_text("# One\n### Three\nTitle\n=====\nPart\n----\nText\n")
    assert [block.tag for block in document.blocks] == ["h1", "h3", "h1", "h2", "p"]
    assert document.blocks[2].text == "Title\n====="


@given(st.text())
def test_blocks_lie_in_order_inside_the_text_and_miss_nothing(text: str) -> None:
    document = read_text(text)
    position = 0
    for number, block in enumerate(document.blocks):
        assert block.index == number
        assert not document.text[position : block.start].strip()
        assert block.text == document.text[block.start : block.stop]
        assert block.text.strip()
        position = block.stop
    assert not document.text[position:].strip()


@pytest.mark.parametrize(
    "source",
    [
        # The first word of the second and third line would have fitted into the line above.
        (
            "A harbour town that keeps its last night ferry for a year\nArchived In\nAnother town that does not, and is sorry by now\n\n"
            "Sign up for our weekly letter and get the news of the harbour\nA harbour town that keeps its last night ferry"
        ),
        # List items begin anew, whatever their width.
        (
            "The bakers who start work when the bars close\n- Five walks along the bay for a rainy weekend\n"
            "- The swimming pool that nobody wants to close\nMost viewed\n\nSign up for our weekly letter and get the news"
        ),
        # One line again and again is no paragraph.
        "A harbour town keeps its last night ferry after all\n" * 4 + "\nSign up for our weekly letter",
    ],
)
def test_lines_that_were_not_broken_at_one_width_stay_lines(source: str) -> None:
    document = read_text(source)
    assert [block.text for block in document.blocks] == [line for line in source.split("\n") if line]
