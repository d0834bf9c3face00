"""Cutting the inputs into numbered shards: the work of one turn of a worker, and one unit of resuming.

The cuts depend on the inputs alone. Files of one document each are grouped; files of records
are cut. Of a plain file a shard names bytes, of Parquet rows, and its worker reads them;
compressed streams and WARC cannot be entered in the middle, so one reader expands them and
the records travel with the shard.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from descale.tools.batch.formats import opened
from descale.tools.batch.listing import Input
from descale.tools.batch.parquet import expect_source_column, row_groups
from descale.tools.batch.settings import Problem, Settings
from descale.tools.batch.split import BROKEN, Raw, raw_lines, raw_rows, unbroken
from descale.tools.batch.warc import raw_pages, require_warcio

#: A file counts at least so many bytes: opening one costs, too.
_LEAST = 1024
_SMALLEST, _LARGEST, _LARGEST_CARRIED = 64 << 10, 64 << 20, 4 << 20
#: Shards of a run, about; fewer leave workers idle at the end, more cost files.
_SHARDS = 200
#: Compressed pages expand about so many times.
_EXPANSION = 5
_MOST_RECORDS = 10_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One piece of the input.

    Attributes:
        number: where its output stands in the order of all.
        kind: of its file or files, without the compression.
        files: several files of a document each, or the one file of records.
        size: bytes of input, for the progress.
        carried: the records themselves, where the worker cannot read them.
        start: first byte, or first row, that is read.
        count: how many records are read from there.
        first: number of the first record.
        group: Parquet row group.
        header: names of the columns of CSV, and what parts them.
    """

    number: int
    kind: str
    files: tuple[Input, ...]
    size: int
    carried: tuple[Raw, ...] | None = None
    start: int = 0
    count: int = 0
    first: int = 1
    group: int = 0
    header: tuple[str, ...] = ()
    delimiter: str = ","

    def __len__(self) -> int:
        """Return how many documents it holds."""
        if self.carried is not None:
            return len(self.carried)
        return self.count or len(self.files)


def shard_bytes(inputs: Iterable[Input]) -> int:
    """Return how many bytes of input a shard of these inputs holds, about."""
    total = sum(max(file.size, _LEAST) * (_EXPANSION if "." in file.kind else 1) for file in inputs)
    return min(max(total // _SHARDS, _SMALLEST), _LARGEST)


@dataclass
class Plan:
    """Cuts inputs into shards, lazily and always the same way.

    Attributes:
        settings: of the run.
        bytes: input of one shard, about.
        skipped: records of other kinds, counted on the way.
    """

    settings: Settings
    bytes: int
    skipped: Counter[str] = field(default_factory=Counter)
    _number: int = 0

    def shards(self, inputs: Iterable[Input]) -> Iterator[Shard]:
        """Yield the shards in order."""
        group: list[Input] = []
        size = 0
        for file in inputs:
            if file.kind.startswith("document"):
                group.append(file)
                size += max(file.size, _LEAST)
                if size < self.bytes and len(group) < _MOST_RECORDS:
                    continue
            if group:
                yield self._shard("document", tuple(group), size)
                group, size = [], 0
            if not file.kind.startswith("document"):
                yield from self._of_records(file)
        if group:
            yield self._shard("document", tuple(group), size)

    def _shard(self, kind: str, files: tuple[Input, ...], size: int) -> Shard:
        self._number += 1
        return Shard(self._number - 1, kind, files, size)

    def _numbered(self, shard: Shard) -> Shard:
        self._number += 1
        return shard

    def _of_records(self, file: Input) -> Iterator[Shard]:
        kind, _, compression = file.kind.partition(".")
        try:
            if kind == "parquet":
                yield from self._of_parquet(file)
            elif kind == "warc":
                require_warcio()
                with opened(file.path, compression) as stream:
                    pages = raw_pages(stream, self.settings.max_document_bytes, self.skipped)
                    yield from self._carried(file, kind, unbroken(pages))
            else:
                with opened(file.path, compression) as stream:
                    yield from self._of_text(file, kind, stream, compressed=bool(compression))
        except (*BROKEN, Problem) as error:
            problem = Problem.of(error)
            yield self._numbered(Shard(self._number, kind, (file,), 0, carried=(Raw(None, None, problem),)))

    def _of_parquet(self, file: Input) -> Iterator[Shard]:
        first = 1
        for group, (rows, size) in enumerate(row_groups(file.path, self.settings)):
            step = max(1, min(rows * self.bytes // max(size, 1), _MOST_RECORDS))
            for start in range(0, rows, step):
                count = min(step, rows - start)
                share = file.size * count // max(rows, 1)
                yield self._numbered(
                    Shard(self._number, "parquet", (file,), share, start=start, count=count, first=first + start, group=group)
                )
            first += rows

    def _of_text(self, file: Input, kind: str, stream: BinaryIO, *, compressed: bool) -> Iterator[Shard]:
        limit = self.settings.max_document_bytes
        header: tuple[str, ...] = ()
        delimiter = ","
        if kind == "jsonl":
            raws = raw_lines(stream, limit, compressed=compressed)
        else:
            raws = raw_rows(stream, limit, compressed=compressed)
            header, delimiter = _header(next(raws, None))
            if not header:
                return
            expect_source_column(header, self.settings)
        if compressed:
            yield from self._carried(file, kind, unbroken(raws), header, delimiter)
        else:
            yield from self._sliced(file, kind, stream, raws, header, delimiter)

    def _carried(
        self, file: Input, kind: str, raws: Iterable[Raw], header: tuple[str, ...] = (), delimiter: str = ","
    ) -> Iterator[Shard]:
        """Cut a stream into shards that hold their records."""
        most = min(self.bytes, _LARGEST_CARRIED)
        held: list[Raw] = []
        size = 0

        def shard() -> Shard:
            return self._numbered(
                Shard(self._number, kind, (file,), size // _EXPANSION, tuple(held), header=header, delimiter=delimiter)
            )

        for raw in raws:
            held.append(raw)
            size += _size(raw)
            if size >= most or len(held) >= _MOST_RECORDS:
                yield shard()
                held, size = [], 0
        if held:
            yield shard()

    def _sliced(
        self, file: Input, kind: str, stream: BinaryIO, raws: Iterable[Raw], header: tuple[str, ...], delimiter: str
    ) -> Iterator[Shard]:
        """Cut a plain file into shards that name its bytes."""
        start, count, first, before = stream.tell(), 0, 0, 0
        # The number of the record that begins at ``start``: blank lines are numbered, too.
        for raw in unbroken(raws):
            number = raw.record or 0
            first = first or before + 1
            count += 1
            here = stream.tell()
            if here - start >= self.bytes or count >= _MOST_RECORDS:
                yield self._numbered(
                    Shard(self._number, kind, (file,), here - start, None, start, count, first, 0, header, delimiter)
                )
                start, count, first = here, 0, 0
            before = number
        if count:
            size = stream.tell() - start
            yield self._numbered(Shard(self._number, kind, (file,), size, None, start, count, first, 0, header, delimiter))


def _size(raw: Raw) -> int:
    data = raw.data[1] if isinstance(raw.data, tuple) else raw.data
    return len(data or b"") + 64


def _header(raw: Raw | None) -> tuple[tuple[str, ...], str]:
    """Return the names of the columns of a CSV file and what parts them.

    Raises:
        Problem: it is no UTF-8.
    """
    if raw is None:
        return (), ","
    if raw.problem:
        raise raw.problem
    try:
        line = raw.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(error="UnicodeDecodeError", message=f"CSV must be UTF-8: {error}") from error
    delimiter = max(",;\t", key=line.count)
    return tuple(next(csv.reader(io.StringIO(line), delimiter=delimiter))), delimiter
