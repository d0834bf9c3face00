"""What a run remembers in its output, so that it can be resumed: ``.descale/`` with three books.

``run.json`` says what decides the result, ``inputs`` lists the inputs, ``journal`` has a line for each
finished shard. A shard counts as finished when its line is there; its output was made lasting before.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from descale import rule_set
from descale.tools.batch.listing import FAILURES, STATE, STDIN, Input, Listing
from descale.tools.batch.outputs import sync_folder, writing
from descale.tools.batch.settings import TREE_SUFFIXES, BatchError, Job, Settings, shown
from descale.tools.batch.summary import Tally
from descale.tools.record import configuration_hash

_LAYOUT = 1


class State:
    """The books of one run; made by `opened`, and held under a lock until `close`."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.folder = output / STATE
        self.skipped: Counter[str] = Counter()
        self.done: dict[int, int] = {}
        self.tally = Tally()
        self.resumed = False
        self._lock: IO[bytes] | None = None
        self._journal: IO[bytes] | None = None

    @classmethod
    def opened(cls, job: Job, settings: Settings, listing: Listing) -> State:
        """Open the output for a new run, or to go on with the one that is there.

        Raises:
            BatchError: there is something in the way, or the run that is there was another one.
            OutputError: the output cannot be written.
        """
        state = cls(job.output)
        held = _held(job.output)
        state.resumed = job.resume and (state.folder / "run.json").exists()
        if held and not state.resumed and not job.overwrite:
            hint = "there is no run in it to resume" if job.resume else "--resume goes on with a run, --overwrite begins anew"
            message = f"the output {shown(str(job.output))} is not empty: choose another ({hint})"
            raise BatchError(message)
        with writing(job.output):
            (state.folder / "pieces").mkdir(parents=True, exist_ok=True)
            state._take_lock()
            if not state.resumed:
                state._clear()
        try:
            state._check_in(settings, listing)
            with writing(state.folder):
                state._open_journal()
        except BaseException:
            state.close()
            raise
        return state

    def _take_lock(self) -> None:
        self._lock = (self.folder / "lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"another run is writing {shown(str(self.output))}"
            raise BatchError(message) from error

    def _clear(self) -> None:
        """Remove what an earlier run left: its books, and its numbered files, which would mix with ours."""
        for path in self.output.glob("part-[0-9][0-9][0-9][0-9][0-9][0-9].*"):
            if (self.folder / "run.json").exists():
                path.unlink()
        for name in ("run.json", "journal", "inputs", "stdin"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.folder / "pieces")
        (self.folder / "pieces").mkdir()

    def _check_in(self, settings: Settings, listing: Listing) -> None:
        """Write down what this run is, or compare it with what is written."""
        if STDIN in listing.roots:
            listing.stdin_copy = str(self._copy_of_stdin())
        fresh = self.folder / "inputs.part"
        described = self._described(settings, listing, fresh)
        self.skipped = listing.skipped
        if self.resumed:
            self._expect_equal(described, fresh)
            fresh.unlink()
            return
        with writing(self.folder):
            os.replace(fresh, self.folder / "inputs")
            _write_lasting(self.folder / "run.json", json.dumps(described, indent=2).encode() + b"\n")

    def _described(self, settings: Settings, listing: Listing, inputs: Path) -> dict[str, Any]:
        digest = hashlib.sha256()
        count = 0
        with writing(inputs), inputs.open("wb") as file:
            for found in listing:
                if settings.format in TREE_SUFFIXES and found.name.partition("/")[0] in (STATE, FAILURES):
                    message = f"{shown(found.path)} would be written where the run keeps its own {FAILURES}; rename it"
                    raise BatchError(message)
                line = json.dumps(found).encode() + b"\n"
                digest.update(line)
                file.write(line)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        if not count:
            passed = "; ".join(f"not read: {number} {what}" for what, number in sorted(listing.skipped.items()))
            message = "nothing to clean" + (f" ({passed})" if passed else "")
            raise BatchError(message)
        return {
            "layout": _LAYOUT,
            "rule_set": rule_set(),
            "configuration": configuration_hash(settings.pipeline),
            "settings": settings.described(),
            "inputs": {"count": count, "digest": digest.hexdigest()},
        }

    def _copy_of_stdin(self) -> Path:
        """Copy stdin, once: it cannot be read again to resume."""
        copy = self.folder / "stdin"
        if not copy.exists():
            part = self.folder / "stdin.part"
            with writing(part):
                with part.open("wb") as file:
                    shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(part, copy)
        return copy

    def _expect_equal(self, described: dict[str, Any], fresh: Path) -> None:
        written = json.loads((self.folder / "run.json").read_bytes())
        named = {
            "layout": "the layout of its books",
            "rule_set": "the version of descale",
            "configuration": "the configuration (mode, skip, protect, phrases …)",
            "settings": "the options of input and output",
        }
        for key, name in named.items():
            if written.get(key) != described[key]:
                message = (
                    f"cannot resume {shown(str(self.output))}: {name} was {_told(written.get(key))}, is {_told(described[key])}"
                )
                raise BatchError(message)
        if written["inputs"] != described["inputs"]:
            message = f"cannot resume {shown(str(self.output))}: the inputs are not the same: {_first_difference(self.folder / 'inputs', fresh)}"
            raise BatchError(message)

    # ------------------------------------------------------------------------ the journal
    def _open_journal(self) -> None:
        path = self.folder / "journal"
        path.touch()
        self._journal = path.open("r+b")
        end = 0
        for line in self._journal:
            # Torn by a power loss or a full disk: that shard is done again.
            if not line.endswith(b"}\n"):
                break
            entry = json.loads(line)
            self.done[entry["shard"]] = end
            self.tally.add(Tally.from_dict(entry["tally"]))
            end += len(line)
        self._journal.seek(end)
        self._journal.truncate()

    def write_down(self, shard: int, tally: Tally, failures: list[dict[str, Any]]) -> None:
        """Note that a shard is finished.

        Raises:
            OutputError: the journal cannot be written.
        """
        if self._journal is None:
            message = "the state is closed"
            raise ValueError(message)
        line = json.dumps({"shard": shard, "tally": tally.to_dict(), "failures": failures}).encode() + b"\n"
        with writing(self.folder / "journal"):
            start = self._journal.tell()
            self._journal.write(line)
            self._journal.flush()
            os.fsync(self._journal.fileno())
        self.done[shard] = start
        self.tally.add(tally)

    def inputs(self) -> Iterator[Input]:
        """Yield the inputs as they were listed."""
        with (self.folder / "inputs").open("rb") as file:
            for line in file:
                found = Input(*json.loads(line))
                yield found._replace(problem=(found.problem[0], found.problem[1])) if found.problem else found

    def write_failures(self) -> None:
        """Write ``failures.jsonl``, in the order of the inputs.

        Raises:
            OutputError: it cannot be written.
        """
        part = self.output / f"{FAILURES}.part"
        with writing(part), part.open("wb") as file, (self.folder / "journal").open("rb") as journal:
            for shard in sorted(self.done):
                journal.seek(self.done[shard])
                for failure in json.loads(journal.readline())["failures"]:
                    file.write(json.dumps(failure, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with writing(self.output / FAILURES):
            os.replace(part, self.output / FAILURES)
            sync_folder(self.output)

    def close(self) -> None:
        """Give the output free."""
        for file in (self._journal, self._lock):
            if file is not None:
                file.close()


def _held(output: Path) -> bool:
    """Tell whether there is anything in the output that a run must not touch."""
    try:
        names = os.listdir(output)
    except FileNotFoundError:
        return False
    except OSError as error:
        message = f"the output {shown(str(output))}: {error.strerror}"
        raise BatchError(message) from error
    return any(name != STATE for name in names) or (output / STATE / "run.json").exists()


def _write_lasting(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    sync_folder(path.parent)


def _told(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _first_difference(before: Path, now: Path) -> str:
    """Name the first input that is not the same."""
    with before.open("rb") as old_lines, now.open("rb") as new_lines:
        while True:
            old, new = old_lines.readline(), new_lines.readline()
            if old != new:
                break
            if not old:
                return "their order"
    old_path, new_path = (shown(json.loads(line)[0]) if line else None for line in (old, new))
    if old_path == new_path:
        return f"{new_path} was changed"
    return f"{old_path or 'nothing'} stood where now is {new_path or 'nothing'}"
