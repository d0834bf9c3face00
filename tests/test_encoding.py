"""Bytes to text: what is assumed, and what is noticed."""

from __future__ import annotations

import gzip

import pytest

from descale.encoding import declared_charset, decode
from descale.errors import InputError

RUSSIAN = "Сегодня в городе открылась выставка, и первые гости пришли ещё до обеда. "
FRENCH = "L'été dernier, la mère de Jérôme a déjà visité l'hôpital près de la forêt. "
POLISH = "Zażółć gęślą jaźń, dziękujemy za długą podróż przez śnieżne góry. "
CHINESE = "今天上午城市里开了一个新的展览，很多人都去看了。"
JAPANESE = "今日、町で新しい展覧会が開かれ、多くの人が訪れました。"
KOREAN = "오늘 도시에서 새로운 전시회가 열렸고 많은 사람들이 방문했습니다. "


def test_plain_utf8_needs_no_assumption() -> None:
    assert decode(FRENCH.encode()) == (FRENCH, "utf-8")


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_decides_and_goes(name: str) -> None:
    text, note = decode(RUSSIAN.encode(name), declared="windows-1251")
    assert text == RUSSIAN
    assert ":" not in note


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [FRENCH, "<p>" + CHINESE + "\n<p>" + CHINESE + "\n"])
def test_utf16_without_a_mark(name: str, text: str) -> None:
    assert decode(text.encode(name)) == (text, f"{name}: no byte order mark")


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("ISO-8859-1", "cp1252", "“curly” and € under a Latin-1 label"),
        ("gb2312", "gb18030", "镕基 is outside GB 2312: " + CHINESE),
        ("Shift_JIS", "cp932", "①" + JAPANESE),
        ("ks_c_5601-1987", "cp949", KOREAN),
        ("windows-1251", "cp1251", RUSSIAN),
        ("iso-2022-jp", "iso2022_jp", JAPANESE),
    ],
)
def test_labels_are_read_as_browsers_read_them(label: str, codec: str, text: str) -> None:
    read, note = decode(text.encode(codec), declared=label)
    assert read == text
    assert ":" not in note


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        "<META http-equiv=Content-Type content='text/html; charset=windows-1251'>",
        '<?xml version="1.0" encoding="windows-1251"?>',
    ],
)
def test_charset_named_in_the_page(head: str) -> None:
    text = head + "<p>" + RUSSIAN
    assert declared_charset(text.encode("cp1251")) == "windows-1251"
    assert decode(text.encode("cp1251")) == (text, "windows-1251")


def test_declared_charset_is_only_sought_at_the_start() -> None:
    assert declared_charset(b" " * 5000 + b'<meta charset="koi8-r">') is None
    assert declared_charset(b"the word charset=koi8-r in prose") is None


def test_utf8_under_a_latin_label_is_noticed() -> None:
    text, note = decode(FRENCH.encode(), declared="iso-8859-1")
    assert (text, note) == (FRENCH, "utf-8: declared iso-8859-1 does not fit")


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (FRENCH, "cp1252"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (CHINESE, "gb18030"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc-jp"),
        (KOREAN, "cp949"),
    ],
)
def test_detection_when_declared_utf8_is_wrong(text: str, codec: str) -> None:
    read, note = decode(text.encode(codec), declared="utf-8")
    assert read == text
    assert note.endswith(": declared utf-8 does not fit")


@pytest.mark.parametrize(("text", "codec"), [(RUSSIAN, "cp1251"), (CHINESE, "gb18030")])
def test_server_default_label_on_another_script_is_noticed(text: str, codec: str) -> None:
    read, note = decode(text.encode(codec), declared="iso-8859-1")
    assert read == text
    assert "does not fit" in note


def test_detection_looks_behind_a_long_ascii_start() -> None:
    text = "var a = 1;\n" * 20_000 + RUSSIAN
    assert decode(text.encode("cp1251"))[0] == text


def test_utf8_cut_inside_its_last_character_is_still_utf8() -> None:
    data = ("a long line, " * 5 + "é").encode()[:-1]
    text, note = decode(data)
    assert text == "a long line, " * 5
    assert note == "utf-8: cut inside its last character"


def test_one_broken_byte_does_not_turn_a_page_into_mojibake() -> None:
    text, note = decode((FRENCH * 5).encode() + b"\xff" + FRENCH.encode())
    assert text == FRENCH * 5 + "\ufffd" + FRENCH
    assert note == "utf-8: 1 broken characters replaced"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (gzip.compress(b"text"), "gzip"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        (bytes(range(32)) * 40, "control"),
        (bytes(400), "control"),
    ],
)
def test_bytes_without_text_are_refused(data: bytes, word: str) -> None:
    with pytest.raises(InputError, match=word):
        decode(data)


@pytest.mark.parametrize("data", [b"", b"a", b"\xe9", b"\n", b"ab\x00"])
def test_tiny_inputs_are_read(data: bytes) -> None:
    assert isinstance(decode(data)[0], str)


def test_unknown_label_is_no_error() -> None:
    assert decode(FRENCH.encode("cp1252"), declared="no-such-charset")[0] == FRENCH
