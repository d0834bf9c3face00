"""HTML to blocks: what makes a block, what it is called, and where it stands."""

from __future__ import annotations

import time

import pytest

from descale.deep_html import DEEPEST, feed_deep
from descale.layout_flags import FLAGS, OUT_OF_SIGHT, name_flags
from descale.model import Document
from descale.page_reader import PageReader
from descale.read_html import read_html


def blocks(source: str) -> list[tuple[str, str]]:
    """Tag and text of each block."""
    return [(block.tag, block.text) for block in read_html(source).blocks]


def flags_around(document: Document, text: str) -> int:
    """Flags of all containers around the block with that text."""
    layout = document.layout
    assert layout is not None
    index = next(block.index for block in document.blocks if block.text == text)
    container, flags = layout.block_container[index], 0
    while container:
        flags |= layout.container_flags[container]
        container = layout.container_parent[container]
    return flags | layout.container_flags[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>one <b>bold</b>\n <i>word</i></p><p>two", [("p", "one bold word"), ("p", "two")]),
        ("plain text", [("p", "plain text")]),
        ("<div>lead<p>inner</p>tail</div>", [("p", "lead"), ("p", "inner"), ("p", "tail")]),
        ("<h2>Head</h2>text", [("h2", "Head"), ("p", "text")]),
        ("one<br>two", [("p", "one\ntwo")]),
        ("one<br> <br>two<hr>three", [("p", "one"), ("p", "two"), ("p", "three")]),
        ("<pre>\n  a\n    b\n</pre>", [("pre", "  a\n    b")]),
        ("<pre><div>one</div><div>  two</div></pre><p>x yz", [("pre", "one\n  two"), ("p", "x yz")]),
        ("<pre><ol><li>first<li><div>second</div></ol></pre>x yz", [("pre", "first\nsecond"), ("p", "x yz")]),
        ("<pre>code<button>Copy</button></pre><div>after</div>", [("pre", "code"), ("pre", "Copy"), ("p", "after")]),
        (
            "<pre>never closed<p>text<div>more</div><h2>Head</h2>",
            [("pre", "never closed"), ("pre", "text"), ("pre", "more"), ("h2", "Head")],
        ),
        ("<blockquote><p>said</p></blockquote>", [("blockquote", "said")]),
        ("<figure><img><figcaption><p>seen</figcaption></figure>", [("figcaption", "seen")]),
        ("<dl><dt>word<dd>meaning</dl>", [("dt", "word"), ("dd", "meaning")]),
        ("<p>soft&shy;hyphen &amp; more", [("p", "soft\xadhyphen & more")]),
        ("<p>a<span>b</span>c <custom>d</custom>", [("p", "abc d")]),
        ("<my-card>one</my-card><my-card>two</my-card>", [("p", "one"), ("p", "two")]),
        ("<p>x</p>|<p>yes</p>", [("p", "x"), ("p", "yes")]),
    ],
)
def test_what_makes_a_block(source: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(source) == expected


def test_only_the_first_block_of_an_item_is_the_item() -> None:
    source = "<ul><li>one<li><div>two</div><p>more on two</ul>"
    assert blocks(source) == [("li", "one"), ("li", "two"), ("p", "more on two")]


def test_short_cells_make_one_row_and_keep_their_places() -> None:
    source = "<table><tr><th>name<th>age<tr><td><p>Ann</p><td>7<tr><td>Bo<td><td>x</table>"
    assert blocks(source) == [("tr", "name\tage"), ("tr", "Ann\t7"), ("tr", "Bo\t\tx")]


@pytest.mark.parametrize("cell", ["<h2>Head</h2>", "<p>a</p><p>b</p>", "word " * 50])
def test_cells_of_a_layout_table_stay_blocks(cell: str) -> None:
    tags = [tag for tag, _ in blocks(f"<table><tr><td>menu</td><td>{cell}</td></tr></table>")]
    assert "tr" not in tags


def test_containers_bound_their_blocks() -> None:
    document = read_html(
        "<body class=site><div id=a><p>one</p><table><tr><td>x</td><td>y</td></tr></table></div><div id=b>two</div>"
    )
    layout = document.layout
    assert layout is not None
    for index, own in enumerate(layout.block_container):
        container = own
        while container:
            assert layout.container_first[container] <= index < layout.container_last[container]
            assert layout.container_parent[container] < container
            container = layout.container_parent[container]
    assert (layout.container_first[0], layout.container_last[0]) == (0, len(document.blocks))


def test_offsets_agree_with_the_text() -> None:
    document = read_html("<h1>Tïtle</h1><p>öne<p>two<br>lines<ul><li>😀 item</ul>")
    for block in document.blocks:
        assert document.text[block.start : block.stop] == block.text


@pytest.mark.parametrize(
    ("source", "characters", "links"),
    [
        ("<p>see <a href=x>the\n page</a> now", 8, 1),
        ("<p><a href=x>one</a>, <a href=y>two</a>", 6, 2),
        ("<p>none", 0, 0),
    ],
)
def test_links_are_counted(source: str, characters: int, links: int) -> None:
    layout = read_html(source).layout
    assert layout is not None
    assert (layout.block_link_characters, layout.block_links) == ((characters,), (links,))


def test_a_link_around_blocks_counts_for_each() -> None:
    layout = read_html("<a href=x><h3>Head</h3><p>Text</p></a>").layout
    assert layout is not None
    assert layout.block_link_characters == (4, 4)


@pytest.mark.parametrize(
    "element",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<template>x</template>",
        "<svg><text>x</text></svg>",
        "<iframe>x</iframe>",
        "<!-- x -->",
        "<video>x</video>",
    ],
)
def test_what_is_no_text_is_left_out(element: str) -> None:
    assert blocks(f"<p>kept {element}</p>") == [("p", "kept")]


@pytest.mark.parametrize(
    "opening",
    ["<div hidden>", "<div style='Display: none'>", "<div aria-hidden=true>"],
)
def test_hidden_text_is_kept_and_flagged(opening: str) -> None:
    document = read_html(f"<p>seen</p>{opening}<p>unseen</p></div>")
    assert flags_around(document, "unseen") & OUT_OF_SIGHT
    assert not flags_around(document, "seen") & OUT_OF_SIGHT


@pytest.mark.parametrize(
    ("source", "flag"),
    [
        ("<noscript><p>words</p></noscript>", "tag_noscript"),
        ("<button>words</button>", "tag_control"),
        ("<select><option>words</select>", "tag_control"),
        ("<div role=navigation>words</div>", "tag_nav"),
        ("<div itemprop=articleBody>words</div>", "article_body_property"),
        ("<div class='c-relatedPosts__list'>words</div>", "related"),
        ("<body id=comments><p>words", "comment"),
    ],
)
def test_flags_say_where_a_block_stands(source: str, flag: str) -> None:
    assert flags_around(read_html(source), "words") & FLAGS[flag]


def test_class_words_are_whole_words() -> None:
    assert not name_flags("shadow padding", None) & FLAGS["advert"]
    assert name_flags("adBanner", None) & FLAGS["advert"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "   ",
        "<!-- only a comment -->",
        "<html></html>",
        "<script>var a = '<p>';</script>",
        '<?xml version="1.0" encoding="utf-8"?>',
    ],
)
def test_pages_without_text_give_no_blocks(source: str) -> None:
    document = read_html(source)
    assert document.text == ""
    assert document.blocks == ()


def test_text_behind_the_end_of_the_page_is_read() -> None:
    tail = "<p>" + "more " * 100
    assert len(blocks(f"<html><body><p>one</p></body></html>{tail}" + "<p>x" * 2000)) > 1000
    assert len(blocks(f"<html><body><p>one</p></body></html>{tail}")) == 2


def test_xhtml_and_frames_are_read() -> None:
    xhtml = '<?xml version="1.0" encoding="iso-8859-1"?><html xmlns="x"><body><p>é</p></body></html>'
    assert blocks(xhtml) == [("p", "é")]
    assert blocks("<frameset><frame><noframes><p>Hello</p></noframes></frameset>") == [("p", "Hello")]


def test_repairs_are_named() -> None:
    document = read_html("<p>a\x00b\x07c\x92 \ud83d\ude00 \ud800", repairs=("first",))
    assert document.text == "abc’ 😀 \ufffd"
    assert document.repairs[0] == "first"
    assert len(document.repairs) > 2
    assert not any(ord(char) < 32 for char in document.text)


@pytest.mark.parametrize("tag", ["div", "table", "b", "ul", "font", "blockquote"])
def test_depth_is_read_in_linear_time(tag: str) -> None:
    depth = 10_000
    started = time.process_time()
    document = read_html(f"<p>start</p>{f'<{tag}>' * depth}deep{f'</{tag}>' * depth}<p>end")
    assert time.process_time() - started < 3
    assert document.blocks[0].text == "start"
    assert "deep" in document.text
    assert document.text.endswith("end")


def read_deep(source: str) -> PageReader:
    """What the second parser makes of a page."""
    reader = PageReader()
    feed_deep(source, reader)
    return reader


@pytest.mark.parametrize(
    "source",
    [
        "<p>one <b>bold</b>\n <i>word</i></p><p>two",
        "<ul><li>one<li>two</ul><dl><dt>word<dd>meaning</dl>",
        "<table><tr><th>name<th>age<tr><td>Ann<td>7</table>",
        "one<br> <br>two<hr>three</div><select><option>a word<option>another</select>",
        "<html lang=en><head><title>Title</title><meta name=author content='Ann Bee'></head><body><p>&eacute; &amp; x</body></html>",
    ],
)
def test_the_second_parser_reads_as_the_first_does(source: str) -> None:
    first, second = read_html(source), read_deep(source)
    assert second.texts == [block.text for block in first.blocks]
    assert second.tags == [block.tag for block in first.blocks]
    assert second.declarations.declared() == first.declared


def test_the_second_parser_takes_any_depth() -> None:
    depth = 100_000
    reader = read_deep(f"<p>start{'<div>' * depth}deep{'</div>' * depth}<p>end")
    assert reader.texts == ["start", "deep", "end"]
    assert max(reader.layout().container_depth) <= DEEPEST + 1


def test_huge_text_nodes_do_not_cut_the_page() -> None:
    script = "x" * 11_000_000
    assert [text for _, text in blocks(f"<p>one<script>{script}</script><p>two")] == ["one", "two"]


def test_unclosed_and_stray_tags() -> None:
    assert blocks("</div><p>one<div>two</span></div>three") == [
        ("p", "one"),
        ("p", "two"),
        ("p", "three"),
    ]
