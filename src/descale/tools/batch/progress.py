"""How far a run is: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Protocol, Self

from descale.tools.batch.summary import Tally

#: Seconds between lines in a log.
INTERVAL = 10.0


class Progress(Protocol):
    """Shows how far a run is."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End."""

    def update(self, read: int, tally: Tally) -> None:
        """Show that so many bytes of input are done, with these counts."""

    def say(self, message: str) -> None:
        """Print a message without tearing what is shown."""


class Lines:
    """A line every ten seconds; nothing but messages if ``quiet``."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._total = total
        self._quiet = quiet
        self._began = self._last = time.monotonic()
        self._first: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def update(self, read: int, tally: Tally) -> None:
        """Print a line if it is time for one."""
        now = time.monotonic()
        # How much packed data expands is a guess.
        read = min(read, self._total)
        self._first = self._first or (read, tally.documents)
        if self._quiet or now - self._last < INTERVAL:
            return
        self._last = now
        spent = now - self._began
        fresh, documents = read - self._first[0], tally.documents - self._first[1]
        left = _duration((self._total - read) * spent / fresh) if fresh else "unknown"
        self.say(
            f"{read / max(self._total, 1):.0%} of the input, {tally.documents:,} documents, {documents / spent:.1f}/s, "
            f"{tally.bad:,} failed, time left: {left}"
        )

    def say(self, message: str) -> None:
        """Print a message."""
        print(f"descale: {message}", file=sys.stderr, flush=True)


class Bar:
    """A bar with rate, estimate and failures, drawn by rich."""

    def __init__(self, total: int) -> None:
        from rich.console import Console  # noqa: PLC0415 - an extra
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn  # noqa: PLC0415

        self._rich: Any = Progress(
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._total = max(total, 1)
        self._task = self._rich.add_task("", total=self._total, counts="")
        self._began = time.monotonic()
        self._first: int | None = None

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._rich.stop()

    def update(self, read: int, tally: Tally) -> None:
        """Redraw the bar."""
        self._first = tally.documents if self._first is None else self._first
        rate = (tally.documents - self._first) / max(time.monotonic() - self._began, 0.1)
        self._rich.update(
            self._task,
            completed=min(read, self._total),
            counts=f"{tally.documents:,} documents, {rate:.1f}/s, {tally.bad:,} failed",
        )

    def say(self, message: str) -> None:
        """Print a message above the bar."""
        self._rich.console.print(f"descale: {message}", markup=False, highlight=False, soft_wrap=True)


def progress_of(total: int, *, quiet: bool) -> Progress:
    """Return what shows the progress here: a bar on a terminal if rich is installed."""
    if sys.stderr.isatty() and not quiet:
        try:
            return Bar(total)
        except ImportError:
            pass
    return Lines(total, quiet=quiet)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "under a minute"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
