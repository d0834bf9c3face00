"""What runs in a worker process: read a shard, clean it, write it, and say so after each document."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from descale import Article, Pipeline
from descale.tools.batch.outputs import OutputError, Writer, writer_of
from descale.tools.batch.plan import Shard
from descale.tools.batch.settings import Problem, Settings
from descale.tools.batch.source import Entry, Loaded, Source
from descale.tools.batch.summary import ARTICLE_CONFIDENCE, Outcome
from descale.tools.record import Recorder

#: What a worker may allocate above ``--max-memory``, before allocating fails: it is killed long before.
_HEADROOM = 512 << 20
#: Workers that may end on one document before it is not even read.
_DEADLY = 2
#: Seconds that a worker may work without a word.
_SILENCE = 0.02


class Task(NamedTuple):
    """A shard, or what is left of it: where to go on, and which documents ended a worker before.

    ``doomed`` maps their indexes to what is said of them and how many workers they cost.
    """

    shard: Shard
    start: int = 0
    position: int = 0
    doomed: dict[int, tuple[Problem, int]] = {}


class Ready(NamedTuple):
    """The worker has started."""


class Begun(NamedTuple):
    """The worker begins with a task."""


class Done(NamedTuple):
    """Documents are written; ``position`` is where the output goes on."""

    outcomes: list[Outcome]
    position: int


class Finishing(NamedTuple):
    """All documents are written; what follows is no document's fault."""


class Finished(NamedTuple):
    """The shard is finished and lasting."""


class Failed(NamedTuple):
    """Nothing can be written any more."""

    message: str


@dataclass
class Cleaner:
    """Cleans documents, each as the kind it is."""

    settings: Settings
    _recorder: Recorder = field(init=False)
    _pipelines: dict[str | None, Pipeline] = field(init=False)

    def __post_init__(self) -> None:
        """Make a pipeline for each kind of source; what the user chose goes before what a name or key says."""
        pipeline = self.settings.pipeline
        self._recorder = Recorder(pipeline)
        self._pipelines = {None: pipeline, "html": pipeline, "text": pipeline}
        if pipeline.source_type == "auto":
            self._pipelines["html"] = replace(pipeline, source_type="html")
            self._pipelines["text"] = replace(pipeline, source_type="text")

    def clean(self, loaded: Loaded) -> tuple[Article, dict[str, Any]]:
        """Return the article and its record."""
        article = self._pipelines[loaded.source_type].clean(loaded.source, url=loaded.url)
        return article, self._recorder.record(article) | {"document": article.document.text}

    def failed(self, problem: Problem) -> dict[str, Any]:
        """Return the record of a document that could not be cleaned."""
        record = self._recorder.failed(problem)
        return record | {"document": None, "error": f"{problem.error}: {problem.message}"}


class Worker:
    """Works off tasks, one after another."""

    def __init__(self, connection: Connection, settings: Settings, output: Path, at: Any) -> None:
        self._connection = connection
        #: Shared with the parent: the index of the document at work. It outlives this process.
        self._at = at
        self._settings = settings
        self._output = output
        self._source = Source(settings)
        self._cleaner = Cleaner(settings)

    def serve(self) -> None:
        """Take tasks until there are none."""
        self._connection.send(Ready())
        while (task := self._connection.recv()) is not None:
            self._connection.send(Begun())
            try:
                self._work(task)
            except OutputError as error:
                self._connection.send(Failed(str(error)))

    def _work(self, task: Task) -> None:
        writer = writer_of(task.shard, self._settings, self._output, task.position)
        with contextlib.closing(writer):
            types = self._source.column_types(task.shard)
            done = Done([], task.position)
            told = time.monotonic()
            for index, entry in enumerate(self._source.entries(task.shard)):
                if index < task.start:
                    continue
                self._at.value = index
                outcome, position = self._document(task, index, entry, writer)
                done = Done([*done.outcomes, outcome], position)
                # A message for each of many short documents would cost as much as cleaning them.
                if (now := time.monotonic()) - told > _SILENCE:
                    self._connection.send(done)
                    done, told = Done([], position), now
                self._at.value = index + 1
            self._connection.send(done)
            self._connection.send(Finishing())
            writer.finish(types)
        self._connection.send(Finished())

    def _document(self, task: Task, index: int, entry: Entry, writer: Writer) -> tuple[Outcome, int]:
        """Clean and write one document, or its failure; return where the output goes on."""
        began = time.perf_counter()
        doom, deaths = task.doomed.get(index, (None, 0))
        columns: dict[str, Any] = {}
        try:
            # One that ended two workers may do so while it is read: its columns are given up.
            loaded = self._source.load(task.shard, entry) if deaths < _DEADLY else Loaded(None)
            columns = loaded.columns
            _expect_none(doom)
            article, record = self._cleaner.clean(loaded)
            position = writer.add(entry, record, article, columns)
            return _outcome(entry, article, time.perf_counter() - began), position
        except OutputError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad document must never stop or lose a batch
            problem = doom or Problem.of(error)
            columns = columns or problem.columns
        position = writer.add(entry, self._cleaner.failed(problem), None, columns)
        return self._failure(entry, columns, problem, time.perf_counter() - began), position

    def _failure(self, entry: Entry, columns: dict[str, Any], problem: Problem, seconds: float) -> Outcome:
        path = entry.file.told
        line = {"path": path, "record": entry.record, "error": problem.error, "message": problem.message}
        name = columns.get(self._settings.id_key)
        if isinstance(name, str | int):
            line["id"] = name
        status = "timed out" if problem.error == "TimeLimit" else "failed"
        return Outcome(path, entry.record, status, seconds, failure=line)


def _expect_none(doom: Problem | None) -> None:
    """Raise what is known about a document that ended a worker."""
    if doom is not None:
        raise doom


def _outcome(entry: Entry, article: Article, seconds: float) -> Outcome:
    families: Counter[str] = Counter()
    for removal in article.removals:
        if removal.family != "metadata":
            families[removal.family] += removal.stop - removal.start
    status = "empty" if not article.text else "ok" if article.confidence >= ARTICLE_CONFIDENCE else "not an article"
    return Outcome(entry.file.told, entry.record, status, seconds, article.language, dict(families))


def main(connection: Connection, settings: Settings, output: Path, at: Any, max_memory: int, parent: int) -> None:
    """Run a worker process, which dies with its parent and leaves Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with(parent)
    _limit_memory(max_memory)
    # A closed connection means that the parent is gone.
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        Worker(connection, settings, output, at).serve()


def _die_with(parent: int) -> None:
    """Have the kernel end this process with its parent, also in the middle of C code; Linux only."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _limit_memory(most: int) -> None:
    """Let allocations far beyond the limit fail, so that one huge one cannot bring the machine down."""
    import resource  # noqa: PLC0415 - not on every system

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = most + _HEADROOM
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
