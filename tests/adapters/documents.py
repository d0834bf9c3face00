"""The 500 documents that every adapter cleans, and the records that it must give for them.

One set for all adapters, so that "the same as `clean_article`" means the same everywhere:

    from documents import documents, expected, sources

    sources("text")    # 500 of str | None: what a column of strings can hold
    sources("raw")     # 500 of bytes | None: the same pages as files have them, and bytes that are no text
    expected("text")   # the records of `descale.tools.record.Recorder`, one for each, in order
    SURROGATES         # texts with lone surrogates: str in Python, but in no Arrow column, JSON file or database

A None is a document that is not there: its record has no text and no error (`descale.tools.record`
has no word on it, since every tool has its own null). The documents are made from the fixtures and
from pages made up with a seed, so the same 500 come out in every process; `documents` has their
kinds. A plain loop over them takes about five seconds.
"""

from __future__ import annotations

import functools
import gzip
import io
import random
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))

from made_pages import article_page, article_text, deep_page, paragraphs, sentence  # noqa: E402 - the path comes first

from descale.tools.record import FIELDS, Recorder  # noqa: E402

Form = Literal["text", "raw"]
COUNT = 500
_VERDICT = re.compile(r"^[x=~ ] [^|\n]{27,}\| ?")
_CHROME = (
    "Sign up for our weekly newsletter to get the news in your inbox",
    "Tu suscripción se está usando en otro dispositivo",
    "Share this article",
    "Most viewed",
    "We use cookies to improve your experience. Accept all",
    "© 2024 The Harbour Herald. All rights reserved.",
)
#: Python can hold these; UTF-8 cannot, so no Arrow column, JSON file or database either.
SURROGATES = (
    "\ud800",
    "The ferry crossed the bay \udc80 again on Monday, and nobody saw the light fall on the water.\nShare this article",
    "<html><body><article><p>An emoji cut in half \ud83d stood in the middle of this long paragraph.</p></article></body></html>",
)


class Document(NamedTuple):
    """One document: its number as an id, what kind it is, the page as text and as bytes, its address."""

    id: str
    kind: str
    text: str | None
    raw: bytes | None
    url: str | None


def sources(form: Form) -> list[Any]:
    """Return the 500 sources: str or bytes, and None for those that are not there."""
    return [getattr(document, form) for document in documents()]


@functools.cache
def documents() -> tuple[Document, ...]:
    """Return the 500 documents; equal in every process."""
    chance = random.Random(500)  # noqa: S311 - made-up pages
    made = [*_absent(), *_hostile(chance), *_junk(chance), *_from_fixtures()]
    made += [_made(chance, number) for number in range(COUNT - len(made))]
    chance.shuffle(made)
    return tuple(
        Document(
            id=f"doc-{number:03}",
            kind=kind,
            text=text,
            raw=content,
            url=f"https://example.org/{number}" if number % 3 else None,
        )
        for number, (kind, text, content) in enumerate(made)
    )


@functools.cache
def expected(form: Form, recorder: Recorder | None = None) -> tuple[dict[str, Any], ...]:
    """Return the records that a plain loop gives; do not change them."""
    recorder = recorder or Recorder()
    absent = recorder.failed(ValueError("")) | {"error": None}
    return tuple(
        absent if source is None else recorder.clean(source, url=document.url)
        for document, source in zip(documents(), sources(form), strict=True)
    )


def differences(found: list[dict[str, Any]], form: Form, recorder: Recorder | None = None) -> list[str]:
    """Return, as lines to read, where records in order are not those of a plain loop; [] if nowhere."""
    wanted = expected(form, recorder)
    if len(found) != len(wanted):
        return [f"{len(found)} records instead of {len(wanted)}"]
    return [
        f"{document.id} ({document.kind}) {name}: {got[name]!r:.100} instead of {record[name]!r:.100}"
        for document, got, record in zip(documents(), found, wanted, strict=True)
        for name in FIELDS
        if got[name] != record[name]
    ]


def records_of(rows: Sequence[Mapping[str, Any]], prefix: str = "clean_") -> list[dict[str, Any]]:
    """Return rows as records, by their prefixed fields; in the order of their ``id`` where they have one."""
    ordered = sorted(rows, key=lambda row: str(row.get("id", "")))
    return [{name: row[prefix + name] for name in FIELDS} for row in ordered]


def _same(kind: str, text: str) -> tuple[str, str, bytes]:
    """Return a document whose bytes are its text in UTF-8."""
    return kind, text, text.encode()


def _absent() -> Iterator[tuple[str, str | None, bytes | None]]:
    yield from [("null", None, None)] * 25
    for text in ("", " ", "\n\n\n", "\ufeff", "\u3000\t", "<html></html>", "<p></p>", "<!-- nothing -->"):
        yield from [_same("empty", text)] * 2


def _hostile(chance: random.Random) -> Iterator[tuple[str, str, bytes]]:
    prose = "".join(f"<p>{text}</p>" for text in paragraphs(chance, 150))
    for depth in (300, 3_000, 10_000):
        yield _same("deep", deep_page(depth, characters=3_000))
        yield _same("deep", "<table><tr><td>" * depth + prose)
        yield _same("deep", "<b>" * depth + prose)
    yield _same("huge line", " ".join(sentence(chance, 20) for _ in range(3_000)))
    yield _same("huge line", "word " * 60_000)
    yield _same("huge line", "x" * 400_000)
    yield _same("huge line", f"<p>{'<br>'.join(sentence(chance, 12) for _ in range(2_000))}</p>")
    yield _same("many lines", "Share\n" * 8_000)
    for number in range(10):
        noise = "".join(chance.choices("\0\x01\x0b\x7f\x85\u200b\u2028\u202e\ufffd\U0010ffff", k=40))
        text = "\n".join(paragraphs(chance, 60))
        yield _same("control characters", f"\0{text[: 40 * number]}{noise}{text[40 * number :]}\0")
    for part in ("<script>", "<!--", "<![CDATA[", "<p title='", "<svg><style>", "<plaintext>", "<noscript>", "<textarea>"):
        yield _same("unclosed", f"<html><body>{prose[:400]}{part}{prose}")
    yield _same("references", f"<html><body>&#xD800;&#0;&#x110000;&nosuch;{prose}&#xDFFF;</body></html>")
    yield _same("references", f"<html><body>{'&amp;' * 20_000}{prose}</body></html>")


def _junk(chance: random.Random) -> Iterator[tuple[str, str, bytes]]:
    """Yield bytes that are no text, and texts in other encodings, as somebody decodes them."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("a.txt", (2024, 5, 17, 12, 0, 0)), "text")
    prose = "\n".join(paragraphs(chance, 80)) + "\nÀ la une : l’été, déjà\nSchrägschrift für Äpfel"
    contents = [
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        b"\x7fELF" + bytes(range(256)) * 4,
        gzip.compress(prose.encode(), mtime=0),
        archive.getvalue(),
        prose.encode("utf-16"),
        prose.encode("utf-16-le"),
        prose.encode("cp1252"),
        prose.encode() + b"\xc3",
        b"<html><meta charset=iso-8859-1><p>" + prose.encode("latin-1", "replace"),
        b"<html><meta charset=nonsense><p>" + prose.encode(),
        "東京の港で、夜の渡し船が再開した。\n".encode("shift_jis") * 20,
        "Вечерний паром снова пересёк залив.\n".encode("koi8-r") * 20,
        *(chance.randbytes(length) for length in (1, 2, 7, 100, 1_000, 20_000)),
    ]
    for content in contents:
        yield "junk bytes", content.decode("utf-8", "replace"), content
        yield "junk bytes", content.decode("latin-1"), content[: len(content) // 2]


def _from_fixtures() -> Iterator[tuple[str, str, bytes]]:
    yield _same("fixture", (FIXTURES / "demo.txt").read_text(encoding="utf-8"))
    for path in sorted((FIXTURES / "pages").glob("*/source.html")):
        yield "fixture", path.read_bytes().decode("utf-8", "replace"), path.read_bytes()
    for path in sorted((FIXTURES / "clean").glob("*.txt"))[::2]:
        yield _same("fixture", path.read_text(encoding="utf-8"))
    for path in sorted((FIXTURES / "cleaners").rglob("*.txt"))[::3]:
        lines = path.read_text(encoding="utf-8").splitlines()
        yield _same("fixture", "\n".join(_VERDICT.sub("", line) for line in lines if not line.startswith("# ")))


def _made(chance: random.Random, number: int) -> tuple[str, str, bytes]:
    """Return a text with chrome between its paragraphs, or a page; one in 40 of them as big as a real one."""
    if number % 40 == 0:
        return _same("big page", article_page(number, words=300))
    lines = article_text(chance.randint(40, 400), seed=number).split("\n")
    if number % 2:
        for phrase in chance.sample(_CHROME, k=chance.randint(0, 4)):
            lines.insert(chance.randint(0, len(lines)), phrase)
        return _same("text", "\n".join(lines))
    body = "".join(f"<p>{line}</p>" for line in lines)
    links = "".join(f"<li><a href='/{n}'>{sentence(chance, 5)}</a></li>" for n in range(chance.randint(0, 30)))
    extra = "".join(f"<div class='box'>{phrase}</div>" for phrase in chance.sample(_CHROME, k=2))
    head = (
        f"<title>{sentence(chance, 6)}</title><meta property='article:published_time' content='2024-05-{chance.randint(10, 28)}'>"
    )
    return _same("page", f"<html lang='en'><head>{head}</head><body><ul>{links}</ul><main>{body}</main>{extra}</body></html>")
