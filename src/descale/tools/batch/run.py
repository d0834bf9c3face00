"""A run: hand the shards to workers, hear what becomes of them, write it down."""

from __future__ import annotations

import signal
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from descale import rule_set
from descale.tools.batch.listing import listing_of
from descale.tools.batch.outputs import OutputError
from descale.tools.batch.parquet import require_pyarrow
from descale.tools.batch.plan import Plan, Shard, shard_bytes
from descale.tools.batch.pool import Handle, heard
from descale.tools.batch.progress import Progress, progress_of
from descale.tools.batch.settings import BatchError, Job, Problem, Settings, shown
from descale.tools.batch.split import Raw
from descale.tools.batch.state import State
from descale.tools.batch.summary import Outcome, Tally, print_summary, stats, where
from descale.tools.batch.worker import Begun, Done, Failed, Finished, Finishing, Ready, Task
from descale.tools.record import configuration_hash

OK, SOME_FAILED, CANNOT, INTERRUPTED = 0, 1, 2, 130
#: Seconds between two looks at the workers' time and memory.
_TICK = 0.05
#: Workers that end outside of any document before a run is given up.
_STRIKES = 3
#: Failures that are told as they happen; the others stand in failures.jsonl.
_TOLD = 20


@dataclass
class Course:
    """How far a shard is: what its next worker would have to know."""

    shard: Shard
    index: int = 0
    position: int = 0
    doomed: dict[int, tuple[Problem, int]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def task(self) -> Task:
        """Return what is left to do."""
        return Task(self.shard, self.index, self.position, dict(self.doomed))

    def count(self, done: Done) -> None:
        """Note documents."""
        self.index += len(done.outcomes)
        self.position = done.position
        for outcome in done.outcomes:
            self.tally.count(outcome)
            if outcome.failure is not None:
                self.failures.append(outcome.failure)


class Crew:
    """The workers of a run and the shards they have."""

    def __init__(self, job: Job, settings: Settings, state: State, shards: Iterator[Shard], progress: Progress) -> None:
        self._job = job
        self._settings = settings
        self._state = state
        self._shards = shards
        self._progress = progress
        self._handles: list[Handle] = []
        self._waiting: deque[Course] = deque()
        self._courses: dict[Handle, Course] = {}
        self._strikes = 0
        self._told = 0
        self._read = 0
        #: Set by a signal, or by the first failure if the run is to stop there.
        self.stop = False

    def work(self) -> None:
        """Work until everything is done or `stop` is set.

        Raises:
            BatchError: no worker can be kept alive.
            OutputError: nothing can be written any more.
        """
        watched = 0.0
        try:
            while not self.stop:
                self._employ()
                if not self._courses and not self._waiting:
                    break
                for handle in heard(self._handles, _TICK):
                    self._hear(handle)
                if (now := time.monotonic()) - watched >= _TICK:
                    watched = now
                    self._watch()
                    self._progress.update(self._read, self._state.tally)
        finally:
            for handle in self._handles:
                handle.end()

    # -------------------------------------------------------------------- handing out
    def _employ(self) -> None:
        """Give idle workers something to do, read ahead, and start as many workers as have something to do."""
        for handle in self._handles:
            if handle.ready and handle.task is None and (self._waiting or self._fetch()):
                course = self._waiting.popleft()
                self._courses[handle] = course
                handle.give(course.task())
        starting = sum(not handle.ready for handle in self._handles)
        while len(self._handles) < self._job.jobs and (starting < len(self._waiting) or self._fetch()):
            self._handles.append(Handle(self._settings, self._job.output, self._job.max_memory))
            starting += 1
        if not self._waiting:
            self._fetch()

    def _fetch(self) -> bool:
        """Read one shard ahead that is not finished; tell whether there was one."""
        for shard in self._shards:
            if shard.number not in self._state.done:
                self._waiting.append(Course(shard))
                return True
            self._read += shard.size
        return False

    # ---------------------------------------------------------------------- listening
    def _hear(self, handle: Handle) -> None:
        try:
            while handle in self._handles and handle.connection.poll():
                self._take(handle, handle.connection.recv())
        except (EOFError, ConnectionResetError):
            self._died(handle)

    def _take(self, handle: Handle, message: object) -> None:
        handle.since = None
        if isinstance(message, Ready):
            handle.ready = True
        elif isinstance(message, Begun):
            handle.since = time.monotonic()
        elif isinstance(message, Done):
            self._courses[handle].count(message)
            handle.since = time.monotonic()
            for outcome in message.outcomes:
                self._tell(outcome)
        elif isinstance(message, Finished):
            self._finished(handle)
        elif isinstance(message, Failed):
            raise OutputError(message.message)
        elif not isinstance(message, Finishing):
            raise TypeError(message)

    def _finished(self, handle: Handle) -> None:
        course = self._courses.pop(handle)
        self._state.write_down(course.shard.number, course.tally, course.failures)
        self._read += course.shard.size
        self._strikes = 0
        handle.task = None
        # What a worker has piled up is not the fault of the page that would cross the limit.
        if handle.resident() > self._job.max_memory // 2:
            self._handles.remove(handle)
            handle.dismiss()

    def _tell(self, outcome: Outcome) -> None:
        failure = outcome.failure
        if failure is None:
            return
        self.stop = self.stop or self._job.fail_fast
        self._told += 1
        if self._told <= _TOLD:
            self._progress.say(f"{where(outcome.path, outcome.record)}: {failure['error']}: {failure['message']}")
        elif self._told == _TOLD + 1:
            self._progress.say("more failures: see failures.jsonl at the end")

    # ----------------------------------------------------------------------- watching
    def _watch(self) -> None:
        for handle in list(self._handles):
            problem = handle.over_limit(self._job.timeout, self._job.max_memory)
            if problem and not handle.connection.poll():
                self._replace(handle)
                self._doom(self._courses.pop(handle), handle.at, problem)

    def _died(self, handle: Handle) -> None:
        problem = handle.death()
        self._replace(handle)
        course = self._courses.pop(handle, None)
        if course is not None and handle.since is not None:
            self._doom(course, handle.at, problem)
            return
        self._strikes += 1
        if self._strikes >= _STRIKES:
            message = f"{_STRIKES} worker processes in turn ended without having worked: {problem.message}"
            raise BatchError(message)
        if course is not None:
            # It may have ended between renaming its output and saying so: the shard is done again.
            self._waiting.appendleft(Course(course.shard, doomed=course.doomed))

    def _replace(self, handle: Handle) -> None:
        handle.end()
        self._handles.remove(handle)

    def _doom(self, course: Course, index: int, problem: Problem) -> None:
        """Have the document failed on which a worker ended.

        The next worker goes on behind what the one before had told of; that is a few short documents
        before this one at most.
        """
        deaths = course.doomed.get(index, (problem, 0))[1] + 1
        course.doomed[index] = problem, deaths
        if deaths > _STRIKES:
            message = f"{course.shard.files[0].told}: nothing of it can be read: {problem.message}"
            raise BatchError(message)
        if deaths == _STRIKES and course.shard.kind != "document":
            course.shard = _unreadable(course.shard, problem)
        self._waiting.appendleft(course)


def _unreadable(shard: Shard, problem: Problem) -> Shard:
    """Return a shard of which no worker reads anything: what is left of it fails."""
    said = Problem(problem.error, f"it and what follows it could not be read: {problem.message}")
    return replace(shard, carried=tuple(Raw(shard.first + index, None, said) for index in range(len(shard))))


# ----------------------------------------------------------------------------- the run
def run(job: Job, settings: Settings) -> int:
    """Clean everything that the job names; return the exit code."""
    try:
        if settings.format == "parquet":
            require_pyarrow()
        listing = listing_of(job.paths, job.files_from, job.exclude, job.output)
        state = State.opened(job, settings, listing)
    except (BatchError, OutputError, Problem) as error:
        return _refused(getattr(error, "message", None) or str(error))
    try:
        return _worked(job, settings, state)
    except (BatchError, OutputError) as error:
        return _refused(f"{error}\ndescale: what is finished stays in {shown(str(job.output))}; --resume goes on")
    finally:
        state.close()


def _refused(message: str) -> int:
    print(f"descale: {message}", file=sys.stderr)
    return CANNOT


def _worked(job: Job, settings: Settings, state: State) -> int:
    began = time.monotonic()
    plan = Plan(settings, shard_bytes(state.inputs()))
    progress = progress_of(sum(file.size for file in state.inputs()), quiet=job.quiet)
    if state.resumed and not job.quiet:
        progress.say(f"resuming: {len(state.done)} shards with {state.tally.documents:,} documents are done")
    crew = Crew(job, settings, state, plan.shards(state.inputs()), progress)
    with progress, _signals_to(crew) as signals:
        crew.work()
    state.write_failures()
    state.skipped.update(plan.skipped)
    seconds = time.monotonic() - began
    if not job.quiet:
        print_summary(state.tally, state.skipped, seconds, sys.stderr)
    if job.stats is not None:
        _write_stats(job, settings, state, seconds)
    if crew.stop:
        why = "interrupted" if signals else "stopped at the first failure"
        print(f"descale: {why}; --resume goes on in {shown(str(job.output))}", file=sys.stderr)
        return INTERRUPTED if signals else SOME_FAILED
    return SOME_FAILED if state.tally.bad or (job.check and state.tally.dirty) else OK


@contextmanager
def _signals_to(crew: Crew) -> Iterator[list[int]]:
    """Let Ctrl-C and a polite request to end stop the crew between two looks; yield those that came."""
    came: list[int] = []

    def stop(number: int, _frame: object) -> None:
        came.append(number)
        crew.stop = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _write_stats(job: Job, settings: Settings, state: State, seconds: float) -> None:
    figures = {
        "seconds": round(seconds, 3),
        "jobs": job.jobs,
        "rule_set": rule_set(),
        "configuration": configuration_hash(settings.pipeline),
        "output": shown(str(job.output)),
    }
    path = Path(job.stats or "")
    try:
        path.write_text(stats(state.tally, state.skipped, figures), encoding="utf-8")
    except OSError as error:
        message = f"cannot write {shown(str(path))}: {error.strerror}"
        raise OutputError(message) from error
