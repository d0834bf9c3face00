"""Cutting streams of text into raw records: JSON lines and CSV, none larger than the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from descale.tools.batch.settings import Problem

#: What reading compressed or damaged data raises.
BROKEN = (OSError, EOFError, zlib.error)
#: A record so many times larger than the limit ends the reading of a compressed file: it is a bomb.
_GIVE_UP = 16
_STEP = 1 << 20


class Raw(NamedTuple):
    """One record as it stands in its file: its number, counted from 1, and its data or what is wrong with it."""

    record: int | None
    data: Any
    problem: Problem | None = None


def raw_lines(stream: BinaryIO, limit: int, *, compressed: bool) -> Iterator[Raw]:
    """Yield the lines that hold anything; the record number is the line's."""
    for number, (line, problem) in enumerate(bounded_lines(stream, limit, compressed=compressed), start=1):
        if problem or line.strip():
            yield Raw(number, line, problem)


def bounded_lines(stream: BinaryIO, limit: int, *, compressed: bool) -> Iterator[tuple[bytes, Problem | None]]:
    """Yield each line; an empty one with a problem in place of one above the limit, which is passed over."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line, None
            continue
        size = len(line)
        while rest := stream.readline(_STEP):
            size += len(rest)
            if rest.endswith(b"\n"):
                break
            if compressed and size > _GIVE_UP * limit:
                message = f"expands to more than {_GIVE_UP} times the limit of {limit} bytes; the rest of the file was not read"
                yield b"", Problem(error="TooLarge", message=message)
                return
        yield b"", too_large(size, limit)


def too_large(size: int, limit: int) -> Problem:
    """Return what is said of a document above the limit."""
    return Problem(error="TooLarge", message=f"{size} bytes, more than the limit of {limit} (--max-document-bytes)")


def raw_rows(stream: BinaryIO, limit: int, *, compressed: bool) -> Iterator[Raw]:
    """Yield the rows of a CSV file, the header as number 0: a row ends where no quotation mark is open."""
    number, row, is_open = 0, b"", False
    for line, problem in bounded_lines(stream, limit, compressed=compressed):
        if problem:
            yield Raw(number, b"", problem)
            number, row, is_open = number + 1, b"", False
            continue
        row += line
        is_open ^= line.count(b'"') % 2 == 1
        if len(row) > limit:
            yield Raw(
                number,
                b"",
                Problem(
                    error="TooLarge", message=f"more than the limit of {limit} bytes, or a quotation mark that is not closed"
                ),
            )
        elif is_open:
            continue
        elif row.strip():
            yield Raw(number, row)
        else:
            row = b""
            continue
        number, row, is_open = number + 1, b"", False
    if row:
        yield Raw(number, b"", Problem(error="ValueError", message="the file ends inside a quotation"))


def unbroken(raws: Iterable[Raw]) -> Iterator[Raw]:
    """Yield raw records up to where the file is broken, and that place as a problem."""
    number: int | None = None
    try:
        for raw in raws:
            number = raw.record
            yield raw
    except BROKEN as error:
        yield Raw((number or 0) + 1, None, cut(error))


def cut(error: BaseException) -> Problem:
    """Return what is said of data that cannot be read on."""
    if isinstance(error, EOFError):
        return Problem(
            error="EOFError", message="the data ends in the middle (was the file cut off?); what stands before was read"
        )
    return Problem(type(error).__name__, f"cannot be read on: {Problem.of(error).message}; what stands before was read")
