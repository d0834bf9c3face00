"""Reads a run as a stream of entries: what a batch run wrote, or pages that are cleaned here.

Nothing is held but the entry at hand, so a run may have millions of records. An entry is known
by its place (file and number), by which a second reading finds it again.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar, cast

from descale.tools.record import FIELDS, Recorder

PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".txt", ".md"})
RECORD_SUFFIXES = (".jsonl", ".jsonl.gz", ".json", ".parquet", ".csv")
#: What a record is called by: the first of these fields that it has.
NAME_FIELDS = ("id", "path", "file", "source", "name", "url")
#: A file of many records that a batch run wrote.
_SHARD = re.compile(r"part-\d+\.(?:jsonl|jsonl\.gz|parquet|csv)")
_SHOWN_PROBLEMS = 50

T = TypeVar("T")


class Place(NamedTuple):
    """Where an entry stands: its file, and its number there, from 1 on."""

    file: Path
    number: int


class Removed(NamedTuple):
    """One removal of a record; offsets count characters of the document's text."""

    start: int
    stop: int
    family: str
    rule: str
    score: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a run.

    Attributes:
        place: where it was read.
        name: what it is called: a field of its record, the page's path, or its place.
        named: whether the name is its own, and not the place alone.
        text: what was kept; None where cleaning failed.
        document: the text before removals; None where the run did not write it.
        removals: what went, in text order; None where the run did not write them.
        confidence: probability that it is an article at all.
        error: why it could not be cleaned.
    """

    place: Place
    name: str
    named: bool
    text: str | None
    document: str | None
    removals: tuple[Removed, ...] | None
    title: str | None = None
    language: str | None = None
    confidence: float | None = None
    error: str | None = None
    notes: tuple[str, ...] = ()
    provenance: tuple[str, str] = ("", "")

    @property
    def digest(self) -> str:
        """A hash of the content: the same in every run, whatever the order of its records."""
        content = self.document if self.document is not None else self.text or ""
        return hashlib.blake2b(f"{content}\0{self.name}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    def removed_text(self, removal: Removed) -> str | None:
        """Return the text of a removal, if the document is known."""
        return None if self.document is None else self.document[removal.start : removal.stop]


@dataclass
class Run:
    """The entries of one run, below one path or several.

    ``problems`` holds the first messages about what cannot be read, ``problem_count`` how many
    there are; ``recorder`` cleans what is no record but a page; ``without`` is a file that is not
    read, such as the report of the time before.
    """

    paths: tuple[Path, ...]
    recorder: Recorder
    without: Path | None = None
    problems: list[str] = field(default_factory=list)
    problem_count: int = 0

    def __post_init__(self) -> None:
        """Find the files.

        Raises:
            FileNotFoundError: a path does not exist.
            ValueError: a file is neither of records nor a page.
        """
        self.files = [found for path in self.paths for found in _files_of(path, self.without and self.without.resolve())]

    def entries(self) -> Iterator[Entry]:
        """Yield every entry in order; what cannot be read is a problem, and the rest goes on."""
        for path, root in self.files:
            yield from self._entries_of(path, root, None)

    def at(self, places: Collection[Place]) -> Iterator[Entry]:
        """Yield the entries at some places, in order, without judging the others."""
        numbers: dict[Path, set[int]] = {}
        for place in places:
            numbers.setdefault(place.file, set()).add(place.number)
        for path, root in self.files:
            if path in numbers:
                yield from self._entries_of(path, root, numbers[path])

    def _entries_of(self, path: Path, root: Path, wanted: set[int] | None) -> Iterator[Entry]:
        try:
            if _is_record_file(path):
                yield from self._records_of(path, wanted)
            elif wanted is None or 1 in wanted:
                yield self._cleaned(path, root)
        except (OSError, EOFError, ValueError, csv.Error) as error:
            if wanted is None:
                self._complain(f"{path}: {error.strerror if isinstance(error, OSError) and error.strerror else error}")

    def _records_of(self, path: Path, wanted: set[int] | None) -> Iterator[Entry]:
        for number, read in _records(path, wanted):
            try:
                record = json.loads(read) if isinstance(read, bytes) else read
                yield entry_of(record, Place(path, number))
            except (ValueError, TypeError, RecursionError) as error:
                if wanted is None:
                    self._complain(f"{path}, record {number}: {error}")

    def _cleaned(self, path: Path, root: Path) -> Entry:
        try:
            article = self.recorder.pipeline.clean(path.read_bytes())
            record = self.recorder.record(article) | {"document": article.document.text}
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad page must not end the report on the others
            record = self.recorder.failed(error)
        return entry_of({**record, "path": str(path.relative_to(root))}, Place(path, 1))

    def _complain(self, message: str) -> None:
        print(f"descale: {message}", file=sys.stderr)
        self.problem_count += 1
        if len(self.problems) < _SHOWN_PROBLEMS:
            self.problems.append(message)


# ----------------------------------------------------------------------------------- files
def _files_of(path: Path, without: Path | None) -> list[tuple[Path, Path]]:
    """Return the files of a path but one, with the folder that their names are told from."""
    if not path.is_dir():
        path.stat()
        if not _is_record_file(path) and path.suffix.lower() not in PAGE_SUFFIXES:
            message = f"{path}: neither records ({', '.join(RECORD_SUFFIXES)}) nor a page ({', '.join(sorted(PAGE_SUFFIXES))})"
            raise ValueError(message)
        return [(path, path.parent)]
    inside = sorted(
        found
        for found in path.rglob("*")
        if found.is_file() and not any(part.startswith(".") for part in found.relative_to(path).parts)
    )
    # Shards hold what failed as well; beside a tree of one file a document, a list of its own tells of it.
    shards = [found for found in inside if _SHARD.fullmatch(found.name)]
    files = shards or [found for found in inside if _is_record_file(found) or found.suffix.lower() in PAGE_SUFFIXES]
    files = [found for found in files if found.resolve() != without]
    if not files:
        message = f"{path}: no records and no pages in this folder"
        raise ValueError(message)
    return [(found, path) for found in files]


def _is_record_file(path: Path) -> bool:
    return path.name.lower().endswith(RECORD_SUFFIXES)


# --------------------------------------------------------------------------------- records
def _records(path: Path, wanted: set[int] | None) -> Iterator[tuple[int, bytes | Mapping[str, Any]]]:
    """Yield the records of a file with their numbers, JSON as it stands; only those wanted, if told."""
    name = path.name.lower()
    if name.endswith(".parquet"):
        yield from _parquet_records(path, wanted)
        return
    if name.endswith(".csv"):
        with path.open(encoding="utf-8", newline="") as rows:
            csv.field_size_limit(2**31 - 1)  # a page's text is longer than the 128 KiB that a field may have
            yield from _only(wanted, csv.DictReader(rows))
        return
    if name.endswith(".json"):
        yield 1, path.read_bytes()
        return
    with cast("BinaryIO", gzip.open(path) if name.endswith(".gz") else path.open("rb")) as lines:
        yield from _only(wanted, (line for line in lines if not line.isspace()))


def _only(wanted: set[int] | None, records: Iterable[T]) -> Iterator[tuple[int, T]]:
    left = None if wanted is None else len(wanted)
    for number, record in enumerate(records, 1):
        if left == 0:
            return
        if wanted is None or number in wanted:
            yield number, record
            left = None if left is None else left - 1


def _parquet_records(path: Path, wanted: set[int] | None) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        from pyarrow import ArrowInvalid, parquet  # noqa: PLC0415 - needed for Parquet alone
    except ImportError as error:
        message = "reading Parquet needs pyarrow: pip install 'descale[parquet]'"
        raise ValueError(message) from error
    try:
        with parquet.ParquetFile(path) as file:
            columns = [name for name in file.schema_arrow.names if name in {*FIELDS, *NAME_FIELDS, "record", "document"}]
            first = 1
            for batch in file.iter_batches(batch_size=256, columns=columns):
                numbers = range(first, first + batch.num_rows)
                first += batch.num_rows
                if wanted is None or not wanted.isdisjoint(numbers):
                    rows = zip(numbers, batch.to_pylist(), strict=True)
                    yield from ((number, row) for number, row in rows if wanted is None or number in wanted)
    except ArrowInvalid as error:
        raise ValueError(" ".join(str(error).split())) from error


def entry_of(record: object, place: Place) -> Entry:
    """Return a record as an entry.

    Raises:
        ValueError: it is no record of descale, or a field of it holds what it never should.
    """
    if isinstance(record, Mapping) and "text" not in record and {"error", "message"} <= record.keys():
        # A line of the list of failures beside a tree of records.
        record = {**record, "text": None, "error": f"{record['error']}: {record['message']}"}
    if not isinstance(record, Mapping) or "text" not in record:
        message = "no record of a descale run (no field 'text')"
        raise ValueError(message)
    name = _name_of(record)
    notes = record.get("notes")
    text = record["text"]
    error = record.get("error") or None
    confidence = record.get("confidence")
    return Entry(
        place=place,
        name=name if name is not None else f"{place.file.name}:{place.number}",
        named=name is not None,
        # A CSV has no null: an error tells that the text is none.
        text=None if text is None or error else str(text),
        document=_text_or_none(record.get("document")),
        removals=_removals(record.get("removals")),
        title=_text_or_none(record.get("title")),
        language=_text_or_none(record.get("language")),
        confidence=None if confidence in (None, "") else _finite(confidence),
        error=None if error is None else str(error),
        notes=tuple(map(str, notes)) if isinstance(notes, list) else (str(notes),) if notes else (),
        provenance=(str(record.get("rule_set") or ""), str(record.get("configuration") or "")),
    )


def _name_of(record: Mapping[str, Any]) -> str | None:
    """Return what a record is called; one of a file of records by that file and its number in it."""
    key = next((key for key in NAME_FIELDS if record.get(key) not in (None, "")), None)
    if key is None:
        return None
    number = record.get("record") if key == "path" else None
    return f"{record[key]}:{number}" if number not in (None, "") else str(record[key])


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        message = f"expected a number, not {value!r}"
        raise ValueError(message)
    return number


def _text_or_none(value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _removals(value: object) -> tuple[Removed, ...] | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):  # a CSV holds them as JSON
        value = json.loads(value)
    if not isinstance(value, list):
        message = f"'removals' is no list but {type(value).__name__}"
        raise ValueError(message)  # noqa: TRY004 - to the reader a broken record, like the others
    try:
        found = sorted(_removal(one) for one in value)
    except (KeyError, TypeError) as error:
        message = f"'removals' holds something that is no removal: {error!r}"
        raise ValueError(message) from error
    return tuple(found)


def _removal(value: Mapping[str, Any]) -> Removed:
    start, stop = int(value["start"]), int(value["stop"])
    if not 0 <= start <= stop:
        message = f"'removals' holds the impossible span {start} to {stop}"
        raise ValueError(message)
    family, rule, evidence = (str(value[name]) for name in ("family", "rule", "evidence"))
    return Removed(start, stop, family, rule, _finite(value["score"]), evidence)


def occurrences(entries: Iterable[Entry]) -> Iterator[tuple[tuple[str, int], Entry]]:
    """Yield entries with a key that the same document has in another run.

    The key is the entry's own name and how often the name has come before; an entry
    without one goes by its number in its file, whatever the file is called.
    """
    seen: Counter[str] = Counter()
    for entry in entries:
        name = entry.name if entry.named else ""
        seen[name] += 1
        yield (name, seen[name]), entry
