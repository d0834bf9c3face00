"""What a worker reads of its shard: one entry a document, and what is to be cleaned of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from descale.tools.batch.formats import opened, source_type_by_name
from descale.tools.batch.listing import Input
from descale.tools.batch.parquet import RowReader
from descale.tools.batch.plan import Shard
from descale.tools.batch.settings import Problem, Settings
from descale.tools.batch.split import BROKEN, Raw, cut, raw_lines, raw_rows, too_large, unbroken


class Entry(NamedTuple):
    """One document of a shard before it is looked at: its file, its number there, its raw data."""

    file: Input
    record: int | None
    data: Any = None
    problem: Problem | None = None


class Loaded(NamedTuple):
    """What is to be cleaned, what is known about it, and the record's columns.

    ``source_type`` is None where it must be looked at.
    """

    source: Any
    url: str | None = None
    source_type: str | None = None
    columns: dict[str, Any] = {}


class Source:
    """Reads shards; keeps the Parquet file open that it read last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._parquet: RowReader | None = None

    def entries(self, shard: Shard) -> Iterator[Entry]:
        """Yield the documents of a shard, always the same number of them.

        What a problem swallows, such as the rest of a damaged file, is filled up with entries that say so.
        """
        if shard.kind == "document":
            yield from (Entry(file, None, problem=Problem(*file.problem) if file.problem else None) for file in shard.files)
            return
        file = shard.files[0]
        found = 0
        problem = Problem(error="ReadError", message="could not be read again; has the file changed?")
        try:
            for raw in self._raws(shard):
                found += 1
                yield Entry(file, raw.record, raw.data, raw.problem)
        except (*BROKEN, ValueError, StopIteration) as error:
            problem = cut(error)
        for missing in range(found, len(shard)):
            yield Entry(file, shard.first + missing, problem=problem)

    def _raws(self, shard: Shard) -> Iterator[Raw]:
        if shard.carried is not None:
            yield from shard.carried
        elif shard.kind == "parquet":
            rows = self._rows_of(shard.files[0].path).rows(shard.group, shard.start, shard.start + shard.count)
            yield from (Raw(shard.first + index, row) for index, row in enumerate(rows))
        else:
            limit = self._settings.max_document_bytes
            with opened(shard.files[0].path, "") as stream:
                stream.seek(shard.start)
                # Lines count from 1; rows from 0, which in a whole file is the header.
                raws, before = (raw_lines, 1) if shard.kind == "jsonl" else (raw_rows, 0)
                for raw in islice(unbroken(raws(stream, limit, compressed=False)), shard.count):
                    yield raw._replace(record=shard.first + (raw.record or 0) - before)

    def _rows_of(self, path: str) -> RowReader:
        if self._parquet is None or self._parquet.path != path:
            self._parquet = RowReader(path)
        return self._parquet

    def column_types(self, shard: Shard) -> dict[str, Any]:
        """Return the types of the columns that a Parquet file declares; nothing for other kinds."""
        if shard.kind != "parquet" or shard.carried is not None:
            return {}
        schema = self._rows_of(shard.files[0].path).schema()
        return dict(zip(schema.names, schema.types, strict=True))

    def load(self, shard: Shard, entry: Entry) -> Loaded:
        """Return what is to be cleaned of an entry.

        Raises:
            OSError: its file cannot be read.
            Problem: it holds nothing that could be cleaned; ``columns`` of the exception is what was read of it.
        """
        if entry.problem:
            raise entry.problem
        if shard.kind == "document":
            return self._document(entry.file)
        if shard.kind == "warc":
            columns, body, source_type = entry.data
            return Loaded(body, columns["url"], source_type or "html", columns)
        columns = entry.data if shard.kind == "parquet" else _parsed(shard, entry.data)
        return self._of_columns(columns)

    def _document(self, file: Input) -> Loaded:
        limit = self._settings.max_document_bytes
        compression = file.kind.partition(".")[2]
        if not compression and file.size > limit:
            raise too_large(file.size, limit)
        try:
            with opened(file.path, compression) as stream:
                data = stream.read(limit + 1)
        except EOFError as error:
            raise Problem(error="EOFError", message="the data ends in the middle (was the file cut off?)") from error
        if len(data) > limit:
            raise Problem(error="TooLarge", message=f"more than the limit of {limit} bytes (--max-document-bytes)")
        return Loaded(data, None, source_type_by_name(file.path))

    def _of_columns(self, columns: dict[str, Any]) -> Loaded:
        settings = self._settings
        url = columns.get(settings.url_key)
        is_html = columns.get(settings.html_key) is not None
        source = columns.get(settings.html_key if is_html else settings.text_key)
        if source is None:
            has = settings.html_key in columns or settings.text_key in columns
            keys = f"{settings.html_key!r} (--html-key) or {settings.text_key!r} (--text-key)"
            said = f"nothing under {keys}" if has else f"no {keys} among {', '.join(map(repr, columns)) or 'no fields at all'}"
            raise _with_columns(Problem(error="MissingKey", message=said), columns)
        if isinstance(source, str | bytes) and len(source) > settings.max_document_bytes:
            raise _with_columns(too_large(len(source), settings.max_document_bytes), columns)
        return Loaded(source, url if isinstance(url, str) else None, "html" if is_html else None, columns)


def _with_columns(problem: Problem, columns: dict[str, Any]) -> Problem:
    problem.columns = columns
    return problem


def _parsed(shard: Shard, data: bytes) -> dict[str, Any]:
    """Return the fields of a line of JSON or a row of CSV."""
    if shard.kind == "jsonl":
        value = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(value, dict):
            raise Problem(error="ValueError", message=f"a JSON {type(value).__name__}, not an object with fields")
        return value
    csv.field_size_limit(1 << 31)
    # Newlines inside cells stand as they are, so the text is given whole, not line by line.
    cells = next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=shard.delimiter))
    if len(cells) != len(shard.header):
        raise Problem(error="ValueError", message=f"{len(cells)} cells, but the header has {len(shard.header)}")
    return dict(zip(shard.header, cells, strict=True))
