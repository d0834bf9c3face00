"""Writing what a shard gives: a tree of files, or one file of records, each first as a part and then renamed.

A writer can be left after any document and be taken up again by another process: `add` returns
the position to go on from.
"""

from __future__ import annotations

import csv
import ctypes
import errno
import io
import json
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from descale import Article
from descale.tools.batch import parquet
from descale.tools.batch.listing import STATE, Input
from descale.tools.batch.plan import Shard
from descale.tools.batch.rows import json_bytes, passed_names, plain, row_of
from descale.tools.batch.settings import RECORD_SUFFIXES, TREE_SUFFIXES, Problem, Settings, shown
from descale.tools.batch.source import Entry

#: Errors of writing that are one document's own: its name is too long, or a directory is called like it.
_OWN = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.EEXIST, errno.ENOTDIR, errno.EISDIR}


class OutputError(Exception):
    """Nothing can be written any more: the disk is full, the directory gone."""


@contextmanager
def writing(path: str | Path) -> Iterator[None]:
    """Turn errors of writing into what they mean.

    Raises:
        Problem: one document cannot be written, such as for too long a name.
        OutputError: none can be.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _OWN:
            raise Problem(type(error).__name__, f"its output cannot be written: {error.strerror}") from error
        message = f"cannot write {shown(str(path))}: {error.strerror}"
        raise OutputError(message) from error


class Writer(Protocol):
    """Takes the documents of one shard in order."""

    def add(self, entry: Entry, record: dict[str, Any], article: Article | None, columns: dict[str, Any], /) -> int:
        """Write a document, or its failure where there is no article; return where to go on."""

    def finish(self, types: dict[str, Any], /) -> None:
        """Make everything lasting, under its final name; ``types`` are those of Parquet columns."""

    def close(self) -> None:
        """Let go of what is open."""


def writer_of(shard: Shard, settings: Settings, output: Path, position: int) -> Writer:
    """Return the writer for a shard, which goes on at ``position``."""
    if settings.format in TREE_SUFFIXES:
        return _Tree(settings, output)
    if settings.format == "jsonl":
        return _JsonLines(shard, settings, output, position)
    return _Framed(shard, settings, output, position)


def part_name(number: int, format_: str) -> str:
    """Return the name of the file of records of one shard."""
    return f"part-{number:06d}{RECORD_SUFFIXES[format_]}"


def tree_name(file: Input, record: int | None, suffix: str) -> str:
    """Return where a document of a tree is written; no two inputs share a place.

    The suffix is added to the name (``a.html.txt``), or left as it is (``a.txt``) unless another file
    stands beside the input that would get that very name.
    """
    if record is not None:
        return f"{file.name}/{record:09d}{suffix}"
    if file.name.endswith(suffix) and not os.path.lexists(file.path.removesuffix(suffix)):
        return file.name
    return file.name + suffix


class _Tree:
    """One file a document, in directories like the input's."""

    def __init__(self, settings: Settings, output: Path) -> None:
        self._settings = settings
        self._output = output
        self._suffix = TREE_SUFFIXES[settings.format]
        self._made: set[str] = set()

    def add(self, entry: Entry, record: dict[str, Any], article: Article | None, columns: dict[str, Any]) -> int:
        if article is None:
            return 0
        target = str(self._output / tree_name(entry.file, entry.record, self._suffix))
        data = self._data(entry, record, article, columns)
        part = f"{target}.part"
        with writing(target):
            folder = os.path.dirname(target)
            if folder not in self._made:
                os.makedirs(folder, exist_ok=True)
                self._made.add(folder)
            with open(part, "wb", buffering=0) as file:
                _write_all(file, data)
            os.replace(part, target)
        return 0

    def _data(self, entry: Entry, record: dict[str, Any], article: Article, columns: dict[str, Any]) -> bytes:
        if self._settings.format == "json":
            return json_bytes(row_of(entry, record, columns, self._settings), indent=2) + b"\n"
        text = article.text if self._settings.format == "text" else article.to_markdown()
        return (text + "\n").encode("utf-8", "replace") if text else b""

    def finish(self, _types: dict[str, Any]) -> None:
        """Flush all files at once: a flush of each costs as much as cleaning a page (3.5 ms, measured)."""
        with writing(self._output):
            _sync_file_system(self._output)

    def close(self) -> None:
        pass


class _JsonLines:
    """Lines of JSON, written as they come."""

    def __init__(self, shard: Shard, settings: Settings, output: Path, position: int) -> None:
        self._settings = settings
        self._final = output / part_name(shard.number, "jsonl")
        self._part = Path(f"{self._final}.part")
        with writing(self._part):
            self._file = _resumed(self._part, position)
        self._position = position

    def add(self, entry: Entry, record: dict[str, Any], _article: Article | None, columns: dict[str, Any]) -> int:
        data = json_bytes(row_of(entry, record, columns, self._settings)) + b"\n"
        with writing(self._part):
            _write_all(self._file, data)
        self._position += len(data)
        return self._position

    def finish(self, _types: dict[str, Any]) -> None:
        with writing(self._final):
            os.fsync(self._file.fileno())
            self._file.close()
            os.replace(self._part, self._final)
            sync_folder(self._final.parent)

    def close(self) -> None:
        self._file.close()


class _Framed:
    """CSV and Parquet: rows are kept aside one by one, and written as one file when all columns are known."""

    def __init__(self, shard: Shard, settings: Settings, output: Path, position: int) -> None:
        self._settings = settings
        self._final = output / part_name(shard.number, settings.format)
        self._part = Path(f"{self._final}.part")
        self._piece = output / STATE / "pieces" / f"{shard.number:06d}"
        with writing(self._piece):
            self._file = _resumed(self._piece, position)
        self._position = position

    def add(self, entry: Entry, record: dict[str, Any], _article: Article | None, columns: dict[str, Any]) -> int:
        data = pickle.dumps(row_of(entry, record, columns, self._settings))
        with writing(self._piece):
            _write_all(self._file, data)
        self._position += len(data)
        return self._position

    def finish(self, types: dict[str, Any]) -> None:
        self._file.close()
        rows = []
        with writing(self._final):
            with self._piece.open("rb") as file:
                while file.tell() < self._position:
                    rows.append(pickle.load(file))  # noqa: S301 - written by this run, in its own directory
            columns = list(dict.fromkeys(name for row in rows for name in row))
            if self._settings.format == "csv":
                _write_csv(self._part, rows, columns)
            else:
                new = passed_names(types, self._settings)
                parquet.write(str(self._part), rows, columns, {new[name]: types[name] for name in new})
            _sync_file(self._part)
            os.replace(self._part, self._final)
            sync_folder(self._final.parent)
            self._piece.unlink()

    def close(self) -> None:
        self._file.close()


def _write_csv(path: Path, rows: list[dict[str, Any]], columns: list[str]) -> None:
    """Write rows as CSV; lists and objects stand as JSON, and None as an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    path.write_bytes(text.getvalue().encode("utf-8", "backslashreplace"))


def _cell(value: object) -> object:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, list | dict | bool):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return plain(value)


def _resumed(path: Path, position: int) -> io.FileIO:
    """Open a file for writing from ``position`` on; what stands behind it was not finished."""
    file = io.FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666), "wb")
    file.truncate(position)
    file.seek(position)
    return file


def _write_all(file: io.FileIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) or 0 :]


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a directory lasting."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_file_system(folder: Path) -> None:
    """Make all that was written below a directory lasting."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
    finally:
        os.close(handle)
