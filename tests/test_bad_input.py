"""Bad input: every kind ends in a clear outcome, in time that grows no faster than the input."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from descale import InputError, Pipeline, RuleError, clean_article, clean_many, phrases_from

PROSE = "The ferry crossed the harbour again on Monday, and nobody was on board to see how the evening light fell on the water."
SENTENCES = (
    PROSE,
    "A woman on the quay had waited there since noon, with a basket of eggs that she would not put down for anybody.",
    "The council has promised a second boat before the summer, although it has not said where the money is to come from.",
    "Until then the ferryman keeps to his own timetable, which hangs in the window of the bakery and changes every week.",
)
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
#: Longest that one huge input may take, in seconds of processor time. A plain run needs 1–8.
HUGE_LIMIT = 40.0
#: How much longer four times the input may take, and what may pass unmeasured, in seconds.
GROWTH_LIMIT, GROWTH_SLACK = 8.0, 0.2


def missing(text: str) -> list[str]:
    """Return the sentences of `PARAGRAPHS` that the text does not hold."""
    return [sentence for sentence in SENTENCES if sentence not in text]


def processor_time(source: str | bytes, source_type: Any = "auto") -> float:
    """Return the seconds that cleaning takes, those of other processes aside."""
    start = time.process_time()
    clean_article(source, source_type=source_type)
    return time.process_time() - start


def assert_linear(make: Callable[[int], str], count: int, source_type: Any = "html") -> None:
    """Check that four times as much takes at most about four times as long."""
    clean_article(make(2), source_type=source_type)
    small = processor_time(make(count), source_type)
    large = processor_time(make(4 * count), source_type)
    assert large <= GROWTH_LIMIT * small + GROWTH_SLACK


# --------------------------------------------------------------------------- no text at all
@pytest.mark.parametrize(
    "source",
    ["", b"", " \n\t \r\n\u3000", b" \n", "\ufeff", "\0\0\0", "<html><body></body></html>", "<b></b>"],
    ids=["empty", "empty-bytes", "blank", "blank-bytes", "bom", "nul", "empty-page", "empty-element"],
)
def test_input_without_text_is_an_empty_article_that_says_so(source: str | bytes) -> None:
    article = clean_article(source, source_type="text" if source in ("\ufeff", "\0\0\0") else "auto")
    assert article.text == ""
    assert article.title is None
    assert article.removals == () or "<" in str(source)
    assert article.notes[-1].startswith("no ")


@pytest.mark.parametrize(
    "source", [None, 3, 2.5, [PROSE], {"text": PROSE}, Path("page.html"), object()], ids=lambda value: type(value).__name__
)
def test_wrong_types_are_refused_by_name(source: Any) -> None:
    with pytest.raises(InputError, match=f"must be str or bytes, not {type(source).__name__}"):
        clean_article(source)


def test_a_wrong_type_among_many_is_raised_in_its_turn() -> None:
    articles = clean_many([PROSE, None])  # type: ignore[list-item]
    assert next(articles).text == PROSE
    with pytest.raises(InputError):
        next(articles)


# ------------------------------------------------------------------------------ binary junk
def zip_archive() -> bytes:
    """Return a zip archive with one page in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("page.html", PARAGRAPHS)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00", "PNG"),
        (gzip.compress(PARAGRAPHS.encode()), "gzip"),
        (zip_archive(), "zip"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (bytes(range(256)) * 40, "no text"),
    ],
    ids=["png", "gzip", "zip", "pdf", "all-bytes"],
)
def test_binary_data_is_refused_and_named(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what):
        clean_article(data)


# ---------------------------------------------------------------------------------- encodings
def test_wrong_declared_charset_is_noticed() -> None:
    page = f'<html><head><meta charset="iso-8859-1"></head><body>{PARAGRAPHS}<p>It was late, and the harbour lay quiet: œuvre, žlutý, 渡し船.</p></body></html>'
    article = clean_article(page.encode())
    assert article.document.text.endswith("œuvre, žlutý, 渡し船.")
    assert any("declared iso-8859-1 does not fit" in note for note in article.notes)


@pytest.mark.parametrize("label", ["no-such-charset", "", "utf-7", "unicode_escape"])
def test_odd_charset_labels_do_no_harm(label: str) -> None:
    page = f'<html><head><meta charset="{label}"></head><body>{PARAGRAPHS}<p>Le café est fermé.</p></body></html>'
    assert "Le café est fermé." in clean_article(page.encode("cp1252")).document.text


@pytest.mark.parametrize("label", ["rot13", "hex", "base64", "undefined", "idna", "punycode"])
def test_charset_labels_that_name_other_codecs_do_no_harm(label: str) -> None:
    page = f'<html><head><meta charset="{label}"></head><body>{PARAGRAPHS}<p>Le café est fermé.</p></body></html>'
    assert "Le café est fermé." in clean_article(page.encode("cp1252")).document.text


def test_utf8_cut_inside_a_character_loses_only_that_character() -> None:
    article = clean_article(f"{PROSE}\nLe café".encode()[:-1])
    assert article.text == f"{PROSE}\nLe caf"
    assert any("cut inside its last character" in note for note in article.notes)


@pytest.mark.parametrize("source_type", ["html", "text"])
def test_lone_surrogates_are_replaced_and_noted(source_type: Any) -> None:
    source = (
        f"{PARAGRAPHS}<p>The light was \ud800 gone. It was late.</p>"
        if source_type == "html"
        else f"{PROSE}\nThe light was \udcff gone. It was late."
    )
    article = clean_article(source, source_type=source_type)
    assert "\ufffd gone. It was late." in article.document.text
    assert "lone surrogates replaced" in article.notes
    article.to_json().encode()


# -------------------------------------------------------------------------------- broken markup
def test_unclosed_and_stray_tags_lose_no_text() -> None:
    article = clean_article(
        f"<html><body><div><p>{'<p>'.join(SENTENCES)}<b>bold <i>and</b> on</i></span></div></div><p>It was late, and the harbour lay quiet."
    )
    assert not missing(article.text)
    assert article.document.text.endswith("It was late, and the harbour lay quiet.")
    assert "bold and on" in article.document.text


def test_a_tag_cut_off_at_the_end_loses_only_itself() -> None:
    assert not missing(clean_article(f'<html><body>{PARAGRAPHS}<a href="/x').text)


def test_characters_that_do_not_exist_do_no_harm() -> None:
    article = clean_article(
        f"<html><body>{PARAGRAPHS}<p>It was late, and the harbour lay quiet. &#99999999999; &#xD800; &#0; &nosuch; It was late.</p></body></html>"
    )
    assert article.document.text.endswith("It was late.")
    article.text.encode()


def test_entities_of_an_xml_bomb_are_not_expanded() -> None:
    entities = "".join(f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in zip("abcdefgh", "bcdefghi", strict=True))
    page = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">{entities}]><html><body>{PARAGRAPHS}<p>&i;</p></body></html>'
    article = clean_article(page)
    assert not missing(article.text)
    assert len(article.document.text) < 2 * len(page)


def test_broken_declared_data_leaves_the_text_alone() -> None:
    declared = (
        '<script type="application/ld+json">{"headline": [}</script><script type="application/ld+json">'
        + '{"a":' * 30_000
        + "</script>"
    )
    article = clean_article(
        f"<html><head>{declared}<link rel=canonical href='http://[bad'></head><body>{PARAGRAPHS}</body></html>"
    )
    assert not missing(article.text)


# ------------------------------------------------------------------------------------ huge input
def test_fifty_megabytes_on_one_line() -> None:
    words = "the ferry crossed the harbour again and nobody was on board "
    start = time.process_time()
    article = clean_article(words * (50_000_000 // len(words)), source_type="text")
    assert time.process_time() - start < HUGE_LIMIT
    assert len(article.text) > 49_000_000


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "ul><li", "table><tr><td"])
def test_ten_thousand_nested_elements(tag: str) -> None:
    count = 10_000 // (1 + tag.count("<"))
    start = time.process_time()
    article = clean_article(f"<html><body>{f'<{tag}>' * count}{PARAGRAPHS}")
    assert time.process_time() - start < HUGE_LIMIT
    assert not missing(article.document.text)


@pytest.mark.parametrize(
    "opening",
    ["<div>" * 10_000, f'<p class="{"a " * 20_000}">', f"<script>{'x = 1; ' * 5_000}</script>", "<p> </p>"],
    ids=["nested", "attribute", "script", "blank-paragraph"],
)
def test_fragments_with_a_long_opening_are_known_as_html(opening: str) -> None:
    source = opening if opening == "<p> </p>" else opening + PARAGRAPHS
    assert clean_article(source).document.source_type == "html"


def test_two_hundred_thousand_links() -> None:
    links = '<a href="/x">harbour</a> ' * 200_000
    start = time.process_time()
    article = clean_article(f"<html><body>{PARAGRAPHS}<div>{links}</div></body></html>")
    assert time.process_time() - start < HUGE_LIMIT
    assert not missing(article.text)
    assert "harbour harbour" not in article.text


def test_a_script_of_twenty_megabytes() -> None:
    start = time.process_time()
    article = clean_article(
        f"<html><body>{PARAGRAPHS}<script>{'var a = 1;' * 2_000_000}</script><p>It was late, and the harbour lay quiet.</p></body></html>"
    )
    assert time.process_time() - start < HUGE_LIMIT
    assert not missing(article.text)
    assert "It was late, and the harbour lay quiet." in article.document.text
    assert "var a" not in article.text


@pytest.mark.parametrize(
    "piece",
    [
        "<p>quay</p>",
        '<p><a href="/x">quay</a></p>',
        "<",
        "< a",
        "<div>quay",
        "<b>quay",
        "<table><tr><td>quay",
        "&",
        "<?x ",
        "<br>",
        "<ul><li>quay",
    ],
)
def test_pages_of_one_repeated_piece_take_linear_time(piece: str) -> None:
    assert_linear(lambda count: f"<html><body>{PARAGRAPHS}{piece * count}{PARAGRAPHS}</body></html>", 1500)


@pytest.mark.parametrize("piece", ["<!-- quay ", "<script>quay", "<style>quay"])
def test_unclosed_comments_and_scripts_take_linear_time(piece: str) -> None:
    assert_linear(lambda count: f"<html><body>{PARAGRAPHS}{piece * count}{PARAGRAPHS}</body></html>", 1500)


@pytest.mark.parametrize(
    "piece",
    ["“", '"a', ".", " x  ", "1", "12 March 2024 ", "- ", "by ", "[1] ", "©", " | ", "記", "é̂", "quay\n", "- quay\n", "quay\n\n"],
)
def test_texts_of_one_repeated_piece_take_linear_time(piece: str) -> None:
    assert_linear(lambda count: f"{PROSE}\n{PROSE}\n{piece * count}\n{PROSE}", 2500, "text")


@pytest.mark.parametrize("space", ["\t", " ", "\u00a0"], ids=["tab", "blank", "no-break"])
def test_a_line_of_white_space_takes_linear_time(space: str) -> None:
    assert_linear(lambda count: f"{PROSE}\n{space * count}\n{PROSE}", 5000, "text")


# ------------------------------------------------------------------------------- wrong arguments
@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"skip": {"adverts"}}, "unknown family to skip: 'adverts'; known are advert,"),
        ({"skip": "nothing"}, "unknown family to skip: 'nothing'"),
        ({"mode": "bold"}, "unknown mode: 'bold'; known are balanced, precision, recall"),
        ({"mode": None}, "unknown mode: None"),
        ({"source_type": "xml"}, "unknown source_type: 'xml'; known are auto, html, text"),
    ],
)
def test_unknown_names_are_refused_with_those_known(options: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        clean_article(PROSE, **options)


@pytest.mark.parametrize("threshold", [-0.1, 1.5, float("nan"), float("inf")])
def test_thresholds_outside_nought_to_one_are_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Pipeline(threshold=threshold)


def test_no_process_is_too_few() -> None:
    with pytest.raises(ValueError, match="jobs must be at least 1, not 0"):
        clean_many([PROSE], jobs=0)


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "(?P<x", "a{2,1}"])
def test_a_protect_pattern_that_does_not_compile_is_quoted(pattern: str) -> None:
    with pytest.raises(RuleError) as caught:
        Pipeline(protect=(pattern,))
    assert repr(pattern) in str(caught.value)


def test_one_protect_pattern_alone_is_taken_whole() -> None:
    assert Pipeline(protect="ferry").protect == ("ferry",)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ('language = "en"\n[promo.app\nline = []', "not valid TOML"),
        ('[promo.app]\nline = ["Get the app"]', "'language'"),
        ('language = "en"\nlines = ["Get the app"]', "'lines'"),
        ('language = "en"\n[promo]\napp = "Get the app"', "'app'"),
        ('language = "en"\n[promo.app]\nlines = ["Get the app"]', "'promo.app.lines'"),
        ('language = "en"\n[promo.app]\nline = "Get the app"', "'promo.app.line'"),
        ('language = "en"\n[promo.app]\nline = [3]', "'promo.app.line'"),
        ('language = "en"\n[promo.app]\nstart = ["Get"]', "promo.app.start"),
        ('language = "en"\n[promo.app]\nphrase = ["* the app"]', "promo.app.phrase"),
        ('language = "en"\n[promo.app]\nline = ["(Get|Use the app"]', "promo.app.line"),
        ('language = "en"\n[promo.app]\nline = ["***"]', "promo.app.line"),
    ],
    ids=[
        "syntax",
        "language",
        "top-key",
        "table",
        "strength",
        "string",
        "number",
        "single-word",
        "open-end",
        "bracket",
        "no-word",
    ],
)
def test_a_broken_phrase_file_is_refused_by_file_and_key(tmp_path: Path, toml: str, key: str) -> None:
    path = tmp_path / "house-phrases.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        phrases_from(path)
    assert "house-phrases.toml" in str(caught.value)
    assert key in str(caught.value)


def test_a_phrase_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "house-phrases.toml"
    path.write_bytes(b"\xff\xfe\x00junk")
    with pytest.raises(RuleError, match=r"house-phrases\.toml"):
        phrases_from(path)
