"""Bytes to text, and what had to be assumed on the way.

The order is the one that was least often wrong on real pages: a byte order mark, then
valid UTF-8 whatever was declared, then the declared charset if it fits, then detection.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from descale.errors import InputError

#: How many bytes at the start are searched for a declared charset.
DECLARATION_BYTES: Final = 4096
#: How much non-ASCII text is shown to the detector, from the start and from the end.
SAMPLE_BYTES: Final = (16_384, 8_192)
#: More control bytes than this share of the first 4096 mean that the input holds no text.
CONTROL_SHARE: Final = 0.02

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES: Final = (
    (b"\x1f\x8b", "gzip data"),
    (b"PK\x03\x04", "a zip archive"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\x7fELF", "a program"),
    (b"wOF", "a font"),
)
#: Labels that browsers read as another encoding than their name says (WHATWG Encoding
#: Standard, https://encoding.spec.whatwg.org/#names-and-labels), and labels that Python's
#: codec registry does not know.
_LABELS: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "x-cp1252": "cp1252",
    "x-user-defined": "cp1252",
    "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "chinese": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "ksc_5601": "cp949",
    "korean": "cp949",
    "windows-949": "cp949",
    "x-euc-jp": "euc-jp",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    # A declaration that could be read as ASCII cannot stand in UTF-16.
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}
_DETECTABLE: Final = [
    *("cp1252", "cp1251", "koi8_r", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("cp1258", "cp874", "iso8859_2", "iso8859_5", "iso8859_7", "cp866", "gb18030", "big5hkscs"),
    *("cp932", "euc_jp", "cp949"),
]
_WEB_NAMES: Final = re.compile(r"cp(125\d|874)")

_META_CHARSET = re.compile(rb"""<meta\b[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["']""", re.IGNORECASE)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))
_HIGH_RUN = re.compile(rb"[\x80-\xff]{4,}")
_HIGH_LINE = re.compile(rb"[^\n<>]*[\x80-\xff][^\n<>]*")
# Bytes inside words that are letters in Central European encodings only; in windows-1252
# they are symbols (or letters as rare in the West as š).
_CENTRAL_LETTER = re.compile(rb"(?<=[A-Za-z\xc0-\xff])[\x9a\x9e\x9f\xb1\xb3\xb6\xb9\xbe\xbf]")
_LATIN_2_LETTER = re.compile(rb"(?<=[A-Za-z\xc0-\xff])[\xb1\xb6]")
# Hiragana and katakana in EUC-JP; the same bytes are rare characters in Korean or Chinese.
_KANA = re.compile(rb"[\xa4\xa5][\xa1-\xf6]")
_MULTIBYTE = re.compile(r"[^\x00-\x7f\ufffd]")


def decode(data: bytes, *, declared: str | None = None) -> tuple[str, str]:
    """Turn bytes into text.

    ``declared`` is the charset that the sender named (HTTP header); without it a
    ``<meta>`` or XML declaration within the first 4096 bytes counts.

    Returns the text and a note: the name of the encoding, followed by ``": "`` and what
    was assumed or found wrong if anything was (``"utf-8"``,
    ``"windows-1252: declared utf-8 does not fit"``).

    Raises `InputError` for bytes that hold no text (an image, an archive, a program).
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    wide = _wide_encoding(data)
    if wide:
        return data.decode(wide, "replace"), f"{wide}: no byte order mark"
    _refuse_binary(data)
    label = declared or declared_charset(data)
    codec = _codec(label)
    if codec == "iso2022_jp" and b"\x1b" in data:
        return data.decode(codec, "replace"), "iso-2022-jp"
    found = _as_utf8(data, label=label, codec=codec)
    return found or _as_legacy(data, label=label, codec=codec)


def declared_charset(data: bytes) -> str | None:
    """Find the charset label that a page names in its first 4096 bytes, as written."""
    head = data[:DECLARATION_BYTES]
    match = _XML_CHARSET.search(head) or _META_CHARSET.search(head)
    return match[1].decode("ascii", "replace") if match else None


#: Escapes of host names and source code, which would change what a page says.
_NOT_CHARSETS: Final = frozenset(
    {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "unicode-escape", "raw-unicode-escape", "utf-7"}
)


def _codec(label: str | None) -> str | None:
    """Find Python's codec for a label as browsers understand it; None if there is none."""
    if not label:
        return None
    name = label.strip().strip("\"'").lower()
    try:
        codec = codecs.lookup(_LABELS.get(name, name)).name
        if codec in _NOT_CHARSETS:
            return None
        # Python's registry also knows codecs that are no character sets ("hex", "rot13");
        # a page can name them, but they decode no text.
        bytes(range(128)).decode(codec, "replace")
    except (LookupError, ValueError):
        return None
    return codec


def _public_name(codec: str) -> str:
    """Give the name that pages use: cp1252 is windows-1252."""
    match = _WEB_NAMES.fullmatch(codec)
    return f"windows-{match[1]}" if match else codec.replace("_", "-")


def _wide_encoding(data: bytes) -> str | None:
    """Name UTF-16 without a mark: NUL bytes on one side of most pairs, and it decodes."""
    head = data[:DECLARATION_BYTES]
    head = head[: len(head) & ~1]
    nuls = head.count(0)
    if nuls < max(2, len(head) // 40):
        return None
    high_first, low_first = head[0::2].count(0), head[1::2].count(0)
    # Some Chinese characters (U+4E00, the number one) have a NUL on the other side.
    if min(high_first, low_first) * 3 > nuls:
        return None
    name = "utf-16-le" if low_first > high_first else "utf-16-be"
    try:
        text = head.decode(name)
    except UnicodeDecodeError as error:
        if error.end < len(head) - 1:
            return None
        text = head.decode(name, "ignore")
    readable = sum(char.isprintable() or char.isspace() for char in text)
    return name if readable >= 0.9 * len(text) else None


def _refuse_binary(data: bytes) -> None:
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            message = f"the bytes are {what}, not a page or text"
            raise InputError(message)
    head = data[:DECLARATION_BYTES]
    controls = len(head) - len(head.translate(None, _CONTROL))
    if controls > 2 and controls > CONTROL_SHARE * len(head):
        message = f"the bytes hold no text: {controls} of the first {len(head)} are control bytes"
        raise InputError(message)


def _as_utf8(data: bytes, *, label: str | None, codec: str | None) -> tuple[str, str] | None:
    """Give the text if the bytes are UTF-8, with a few broken bytes at most."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(data) - 3 > 0:
            return data[: error.start].decode("utf-8"), "utf-8: cut inside its last character"
    else:
        if codec in (None, "utf-8") or data.isascii():
            return text, "utf-8"
        return text, f"utf-8: declared {label} does not fit"
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = len(_MULTIBYTE.findall(text))
    # One broken byte, from a cut headline or a pasted quotation mark, must not turn a
    # whole page into mojibake; more doubt is allowed where UTF-8 was declared.
    if good >= broken * (2 if codec == "utf-8" else 20):
        return text, f"utf-8: {broken} broken characters replaced"
    return None


def _as_legacy(data: bytes, *, label: str | None, codec: str | None) -> tuple[str, str]:
    """Give the text in the declared encoding if it fits, else in the detected one."""
    if codec and codec != "utf-8":
        text = data.decode(codec, "replace")
        broken = text.count("\ufffd")
        if broken * 50 <= len(_MULTIBYTE.findall(text)) and not _looks_foreign(data, codec):
            note = f": {broken} broken characters replaced" if broken else ""
            return text, _public_name(codec) + note
    found = _detect(data)
    why = f"declared {label} does not fit" if label else "guessed"
    return data.decode(found, "replace"), f"{_public_name(found)}: {why}"


def _looks_foreign(data: bytes, codec: str) -> bool:
    """Say whether a Western charset was declared while most high bytes stand in long runs.

    Accented letters stand alone; runs are Cyrillic, Greek, Chinese and the like under a
    server's default charset.
    """
    if codec not in ("cp1252", "cp1254", "iso8859-15", "mac-roman"):
        return False
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return sum(map(len, _HIGH_RUN.findall(data))) * 2 > high


def _detect(data: bytes) -> str:
    """Guess the codec from the pieces of the input that are not ASCII.

    The pieces come from the start and from the end: on some pages the first 100 KB,
    script and navigation, are pure ASCII.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 20 ms, seldom needed

    pieces = [match[0] for match in _HIGH_LINE.finditer(data)]
    text = b"\n".join(pieces)
    first, last = SAMPLE_BYTES
    if len(text) > first + last:
        text = text[:first].rpartition(b"\n")[0] + b"\n" + text[-last:].partition(b"\n")[2]
    best = from_bytes(text, cp_isolation=_DETECTABLE, enable_fallback=False).best()
    if best is None or best.encoding in ("cp1250", "cp1252", "cp1254", "cp1257", "iso8859_2"):
        return _latin_alphabet(text)
    if best.encoding in ("cp949", "gb18030") and len(_KANA.findall(text)) * 20 > len(text):
        return "euc_jp"
    return codecs.lookup(best.encoding).name


def _latin_alphabet(text: bytes) -> str:
    """Decide between Latin alphabets: statistics of letter pairs mistake French for Czech."""
    high = len(text) - len(text.translate(None, bytes(range(128, 256))))
    czech = min(text.count(b"\xf8"), text.count(b"\xec"))  # ř and ě, in the West ø and ì
    turkish = sum(map(text.count, (b"\xf0", b"\xfd", b"\xfe")))  # ğ, ı, ş
    if turkish * 4 > high and text.count(b"\xe1") * 20 < high:
        return "cp1254"
    if len(_CENTRAL_LETTER.findall(text)) * 20 < high and czech * 20 < high:
        return "cp1252"
    return "iso8859-2" if _LATIN_2_LETTER.search(text) else "cp1250"
