"""What a run is told: what decides its result, and what only decides how it is worked off."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from descale import Pipeline

#: Formats that give one file a document, with the suffix of their files.
TREE_SUFFIXES = {"text": ".txt", "markdown": ".md", "json": ".json"}
#: Formats that give numbered files of records.
RECORD_SUFFIXES = {"jsonl": ".jsonl", "parquet": ".parquet", "csv": ".csv"}
FORMATS = (*TREE_SUFFIXES, *RECORD_SUFFIXES)
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything beside the inputs that decides what a run writes; picklable.

    Attributes:
        pipeline: how documents are cleaned.
        format: one of `FORMATS`.
        removals: whether records say what was removed.
        text_key: field of a record that holds text.
        html_key: field of a record that holds HTML; goes before ``text_key``.
        url_key: field of a record that holds the page's address.
        id_key: field of a record that names it in ``failures.jsonl``.
        max_document_bytes: a document larger than this, expanded, fails.
    """

    pipeline: Pipeline = field(default_factory=Pipeline)
    format: str = "text"
    removals: bool = False
    text_key: str = "text"
    html_key: str = "html"
    url_key: str = "url"
    id_key: str = "id"
    max_document_bytes: int = 64 * MEBIBYTE

    def described(self) -> dict[str, object]:
        """Return what must be equal for a run to be resumed, the pipeline aside."""
        return {
            "format": self.format,
            "removals": self.removals,
            "text_key": self.text_key,
            "html_key": self.html_key,
            "url_key": self.url_key,
            "id_key": self.id_key,
            "max_document_bytes": self.max_document_bytes,
        }


@dataclass(frozen=True, slots=True)
class Job:
    """How a run is worked off; none of this changes a result but for the pages that hit a limit.

    Attributes:
        output: directory that the run writes.
        paths: files, directories and patterns, as given; ``-`` is stdin.
        files_from: a file that lists inputs, one a line or parted by NUL.
        exclude: patterns of paths in directories that are not read.
        jobs: number of worker processes.
        timeout: seconds a document may take.
        max_memory: bytes a worker may hold while it cleans a document.
        resume: go on with the run in ``output``.
        overwrite: write into ``output`` although something is there.
        fail_fast: stop at the first document that fails.
        quiet: print errors only.
        check: exit with 1 if anything is to be removed.
        stats: file for the figures of the run, as JSON.
    """

    output: Path
    paths: tuple[str, ...] = ()
    files_from: str | None = None
    exclude: tuple[str, ...] = ()
    jobs: int = 1
    timeout: float = 60.0
    max_memory: int = 2048 * MEBIBYTE
    resume: bool = False
    overwrite: bool = False
    fail_fast: bool = False
    quiet: bool = False
    check: bool = False
    stats: Path | None = None


class BatchError(Exception):
    """The run cannot start or go on; the message says why, and what to do."""


class Problem(Exception):  # noqa: N818 - it is handed on as data as often as it is raised
    """One document that cannot be cleaned: the class of its error, and a message."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(error, message)
        self.error = error
        self.message = " ".join(message.split())
        #: What was read of its record all the same.
        self.columns: dict[str, Any] = {}

    @classmethod
    def of(cls, error: BaseException) -> Problem:
        """Return an exception as a problem; an OSError without its path, which is told beside it."""
        if isinstance(error, Problem):
            return error
        message = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return cls(type(error).__name__, message or type(error).__name__)


def shown(path: str) -> str:
    r"""Return a path as text that every output can hold: bytes that are no UTF-8 stand as ``\xNN``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
