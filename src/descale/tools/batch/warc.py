"""Pages of web archives: HTML of WARC responses, text of WET conversions."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from descale.tools.batch.settings import Problem
from descale.tools.batch.split import BROKEN, Raw, cut, too_large

_PAGES = ("text/html", "application/xhtml+xml", "text/plain")
#: What browsers read under these labels (WHATWG Encoding Standard).
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254"}


def require_warcio() -> None:
    """Check that warcio is there.

    Raises:
        Problem: it is not; the message says what to install.
    """
    try:
        import warcio  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        message = "reading WARC and WET needs warcio: pip install 'descale[warc]'"
        raise Problem(error="MissingExtra", message=message) from error


def raw_pages(stream: BinaryIO, limit: int, skipped: Counter[str]) -> Iterator[Raw]:
    """Yield the pages of an expanded WARC or WET; ``skipped`` counts records that are none.

    The number of a record counts all records of the file, from 1.
    """
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - an extra
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    number = 0
    steady = _Steady(stream)
    try:
        for record in ArchiveIterator(steady):
            number += 1
            why_not = _passed_by(record)
            page = None if why_not else _page(number, record, limit)
            _to_the_end(record)
            if record.raw_stream.limit > 0:
                yield Raw(number, None, cut(steady.broken or EOFError()))
                return
            if page is None:
                skipped[f"WARC records: {why_not}"] += 1
            else:
                yield page
        if steady.broken:
            yield Raw(number + 1, None, cut(steady.broken))
    except ArchiveLoadFailed as error:
        yield Raw(
            number + 1, None, Problem(error="ArchiveLoadFailed", message=f"no WARC record: {error}; what stands before was read")
        )


class _Steady:
    """A stream that ends where it is broken, and says so after: warcio takes a cut for the end of the file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream: Any = stream
        self.broken: Exception | None = None

    def read(self, size: int) -> bytes:
        """Return the next bytes that there are."""
        try:
            data: bytes = self._stream.read1(size)
        except BROKEN as error:
            self.broken = error
            return b""
        return data


def _passed_by(record: Any) -> str:
    """Return why a record is no page; an empty string for a page."""
    if record.rec_type == "conversion":
        return ""
    if record.rec_type != "response":
        return str(record.rec_type)
    kind = record.http_headers and (record.http_headers.get_header("Content-Type") or "text/html")
    if not kind:
        return "response without HTTP"
    name = kind.partition(";")[0].strip().lower()
    return "" if name in _PAGES else f"response of {name}"


def _page(number: int, record: Any, limit: int) -> Raw:
    headers = record.rec_headers
    body = record.content_stream().read(limit + 1)
    if len(body) > limit:
        return Raw(number, None, too_large(record.length or len(body), limit))
    is_text = record.rec_type == "conversion"
    charset = "utf-8" if is_text else _charset(record.http_headers.get_header("Content-Type") or "")
    columns = {
        "url": headers.get_header("WARC-Target-URI"),
        "warc_record_id": headers.get_header("WARC-Record-ID"),
        "warc_date": headers.get_header("WARC-Date"),
    }
    return Raw(number, (columns, decoded(body, charset), "text" if is_text else None))


def _to_the_end(record: Any) -> None:
    while record.raw_stream.read(1 << 20):
        pass


def _charset(content_type: str) -> str | None:
    for part in content_type.split(";")[1:]:
        key, _, value = part.partition("=")
        if key.strip().lower() == "charset":
            return value.strip(" \"'") or None
    return None


def decoded(body: bytes, charset: str | None) -> str | bytes:
    """Return a body decoded by its HTTP charset; as bytes where valid UTF-8, the page or detection knows better."""
    if charset is None:
        return body
    try:
        body.decode()
    except UnicodeDecodeError:
        try:
            name = codecs.lookup(charset).name
            return body.decode(_WIDER.get(name, name))
        except (LookupError, UnicodeError):
            return body
    return body
