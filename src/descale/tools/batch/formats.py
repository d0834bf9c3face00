"""What a file holds: by its name, and by its content where the name does not say."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from descale.tools.batch.settings import Problem

#: What a suffix stands for. A document is one article; the other kinds hold records.
SUFFIXES: Final = {
    ".html": "document",
    ".htm": "document",
    ".xhtml": "document",
    ".txt": "document",
    ".md": "document",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",
}
COMPRESSIONS: Final = {".gz": "gz", ".zst": "zst"}
_MAGIC: Final = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}
_HEAD: Final = 1 << 16
#: Compressed bytes expanded at once: a bomb makes 32 MiB of so many.
_COMPRESSED_STEP: Final = 1024


def kind_by_name(name: str) -> str | None:
    """Return the kind that a file's name says, such as ``document``, ``jsonl.gz`` or None."""
    stem, compression = _without_compression(name.lower())
    kind = SUFFIXES.get(_suffix(stem))
    if kind is None or (kind == "parquet" and compression):
        return None
    return f"{kind}.{compression}" if compression else kind


def source_type_by_name(name: str) -> str | None:
    """Return how a document with this name is read: ``html``, ``text``, or None where it must be looked at."""
    suffix = _suffix(_without_compression(name.lower())[0])
    if suffix == ".md":
        return "text"
    return "html" if suffix in {".html", ".htm", ".xhtml"} else None


def kind_by_content(path: str) -> str:
    """Return the kind that the first bytes of a file say; a document where nothing speaks for records.

    Raises:
        OSError: the file cannot be read.
        Problem: it needs a package that is not installed.
    """
    with Path(path).open("rb") as file:
        head = file.read(_HEAD)
    compression = next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")
    if compression:
        head = _expanded_head(path, compression)
    kind = _kind_of_head(head)
    return f"{kind}.{compression}" if compression else kind


def _kind_of_head(head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"{") and b"\n" in head:
        try:
            return "jsonl" if isinstance(json.loads(head.partition(b"\n")[0]), dict) else "document"
        except ValueError:
            return "document"
    return "document"


def _expanded_head(path: str, compression: str) -> bytes:
    """Return the first expanded bytes; none where the data is broken, which reading it will tell."""
    try:
        with opened(path, compression) as stream:
            return stream.read(_HEAD)
    except (EOFError, OSError, zlib.error):
        return b""


def _suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix if stem else ""


def _without_compression(name: str) -> tuple[str, str]:
    suffix = _suffix(name)
    return (name.removesuffix(suffix), COMPRESSIONS[suffix]) if suffix in COMPRESSIONS else (name, "")


def opened(path: str, compression: str) -> BinaryIO:
    """Open a file for reading, expanded.

    Reading raises EOFError where compressed data ends too early, OSError or ``zlib.error`` where it is broken.

    Raises:
        OSError: the file cannot be opened.
        Problem: the package for its compression is not installed.
    """
    if compression == "gz":
        import gzip  # noqa: PLC0415 - many runs read nothing compressed

        return cast("BinaryIO", gzip.open(path, "rb"))
    if compression == "zst":
        return io.BufferedReader(_Zstandard(path), _HEAD)
    return Path(path).open("rb")


class _Zstandard(io.RawIOBase):
    """Reads Zstandard data, frame after frame; unlike the library's own reader it notices a cut."""

    def __init__(self, path: str) -> None:
        try:
            import zstandard  # noqa: PLC0415 - an extra
        except ImportError as error:
            message = "reading .zst needs zstandard: pip install 'descale[zstd]'"
            raise Problem(error="MissingExtra", message=message) from error
        super().__init__()
        self._file = Path(path).open("rb")  # noqa: SIM115 - closed by close()
        self._new: Callable[[], Any] = zstandard.ZstdDecompressor().decompressobj
        self._broken: type[Exception] = zstandard.ZstdError
        self._frame = self._new()
        self._inside = False
        self._rest = b""
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._ready:
            compressed = self._rest or self._file.read(_COMPRESSED_STEP)
            self._rest = b""
            if not compressed:
                if self._inside:
                    message = "the compressed data ends in the middle"
                    raise EOFError(message)
                return 0
            self._expand(compressed)
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _expand(self, compressed: bytes) -> None:
        self._inside = True
        try:
            self._ready = self._frame.decompress(compressed)
        except self._broken as error:
            message = f"broken Zstandard data: {error}"
            raise OSError(message) from error
        if self._frame.eof:
            self._rest = self._frame.unused_data
            self._frame = self._new()
            self._inside = False

    def close(self) -> None:
        self._file.close()
        super().close()
