"""The parent's side of the workers: starts them, watches time and memory, ends and replaces them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from descale.tools.batch import worker
from descale.tools.batch.settings import Problem, Settings
from descale.tools.batch.worker import Task

_PAGE = os.sysconf("SC_PAGE_SIZE")
#: Threads of numerical libraries in every worker would fight for the cores that the workers share.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Handle:
    """One worker process, its connection, and the task it has."""

    def __init__(self, settings: Settings, output: Path, max_memory: int) -> None:
        """Start the process."""
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self._at = context.RawValue("q", 0)
        arguments = (other, settings, output, self._at, max_memory, os.getpid())
        self._process = context.Process(target=worker.main, args=arguments, daemon=True)
        # Blocked while it starts, Ctrl-C stays blocked in the worker: it is the parent's to answer.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        for name, value in _ONE_THREAD.items():
            os.environ.setdefault(name, value)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        other.close()
        self.task: Task | None = None
        self.ready = False
        #: When the document began that is worked on; None where none is.
        self.since: float | None = None

    def give(self, task: Task) -> None:
        """Send a task; a worker that is gone is noticed when its answer is awaited."""
        self.task = task
        self._at.value = task.start
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send(task)

    @property
    def at(self) -> int:
        """Index in its shard of the document at work; also when the process has ended."""
        return int(self._at.value)

    def resident(self) -> int:
        """Return the bytes that the process holds in memory; 0 where the system does not say."""
        try:
            with open(f"/proc/{self._process.pid}/statm", "rb") as file:
                return int(file.read().split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

    def over_limit(self, timeout: float, max_memory: int) -> Problem | None:
        """Return which limit the document at work is over."""
        if self.since is None:
            return None
        if time.monotonic() - self.since > timeout:
            return Problem(error="TimeLimit", message=f"took longer than {timeout:g} s (--timeout)")
        if self.resident() > max_memory:
            return Problem(error="MemoryLimit", message=f"took more than {max_memory / (1 << 20):g} MiB (--max-memory)")
        return None

    def end(self) -> None:
        """Kill the process at once."""
        self._process.kill()
        self._process.join()
        self.connection.close()

    def dismiss(self) -> None:
        """Tell an idle process that there is nothing more, and wait for its end."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send(None)
        self._process.join(5)
        self.end()

    def death(self) -> Problem:
        """Return how the process ended by itself."""
        self._process.join(5)
        code = self._process.exitcode
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            guess = ", perhaps for want of memory" if -code == signal.SIGKILL else ""
            return Problem(error="WorkerDied", message=f"its process was ended by {name}{guess}")
        return Problem(error="WorkerDied", message=f"its process ended with exit code {code}")


def heard(handles: list[Handle], seconds: float) -> list[Handle]:
    """Return the workers that say something, or are gone, within some seconds."""
    by_connection: dict[Any, Handle] = {handle.connection: handle for handle in handles}
    return [by_connection[connection] for connection in wait(list(by_connection), seconds) if isinstance(connection, Connection)]
