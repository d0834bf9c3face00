"""Finding the inputs: in a stable order, every file once, and what is not read is counted."""

from __future__ import annotations

import fnmatch
import glob
import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from descale.tools.batch.formats import kind_by_content, kind_by_name
from descale.tools.batch.settings import BatchError, Problem, shown

STDIN = "-"
#: What a run keeps in its output beside the articles.
STATE = ".descale"
FAILURES = "failures.jsonl"


class Input(NamedTuple):
    """One file to read.

    ``path`` is as given on the command line, ``name`` is where it stands below what all inputs share;
    ``size`` in bytes, ``mtime`` in nanoseconds; ``problem`` (error, message) if it cannot be read.
    """

    path: str
    name: str
    kind: str
    size: int = 0
    mtime: int = 0
    problem: tuple[str, str] | None = None

    @property
    def told(self) -> str:
        """The path as it stands in records and messages."""
        return "stdin" if self.path.endswith(f"/{STATE}/stdin") else shown(self.path)


@dataclass
class Listing:
    """Walks over the inputs; ``skipped`` counts what it passed by.

    Attributes:
        roots: files and directories.
        base: the directory that all share; names are taken below it.
        output: directory of the run, never read.
        exclude: patterns of paths in directories that are not read.
        stdin_copy: where stdin was copied to, if it is read.
    """

    roots: tuple[str, ...]
    base: str
    output: str
    exclude: tuple[str, ...] = ()
    stdin_copy: str | None = None
    skipped: Counter[str] = field(default_factory=Counter)
    _seen: set[tuple[int, int]] = field(default_factory=set)
    _named: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Input]:
        """Yield each input once, in the order of the roots and then by name."""
        waiting = {os.path.abspath(root) for root in self.roots if root != STDIN and not os.path.isdir(root)}
        self._named = frozenset(waiting)
        for root in dict.fromkeys(self.roots):
            if root == STDIN:
                yield self._stdin()
            elif os.path.isdir(root):
                yield from self._directory(root)
            else:
                full = os.path.abspath(root)
                if full in waiting:
                    waiting.remove(full)
                    yield self._file(root, explicit=True)

    def _stdin(self) -> Input:
        copy = self.stdin_copy or ""
        return Input(copy, "stdin", kind_by_content(copy), os.stat(copy).st_size)

    def _directory(self, folder: str) -> Iterator[Input]:
        """Walk a directory without recursion: its depth is the pages' and not Python's."""
        stack = [folder]
        while stack:
            current = stack.pop()
            try:
                entries = self._entries(current)
            except OSError as error:
                yield self._broken(current, error)
                continue
            folders = []
            for name in entries:
                path = os.path.join(current, name)
                if self._excluded(path, folder):
                    self.skipped["excluded"] += 1
                elif os.path.isdir(path):
                    folders.append(path)
                elif os.path.abspath(path) not in self._named:
                    yield from self._found(path)
            stack += reversed(folders)

    def _entries(self, folder: str) -> list[str]:
        status = os.stat(folder)
        key = (status.st_dev, status.st_ino)
        if os.path.realpath(folder) == self.output:
            return []
        if key in self._seen:
            self.skipped["links to directories read already"] += 1
            return []
        self._seen.add(key)
        names = os.listdir(folder)
        if STATE in names:
            self.skipped["books of earlier runs"] += 1
            names = [name for name in names if name not in (STATE, FAILURES)]
        return sorted(names, key=os.fsencode)

    def _excluded(self, path: str, root: str) -> bool:
        inside = os.path.relpath(path, root)
        return any(
            fnmatch.fnmatchcase(inside, pattern) or fnmatch.fnmatchcase(os.path.basename(path), pattern)
            for pattern in self.exclude
        )

    def _found(self, path: str) -> Iterator[Input]:
        if kind_by_name(path) is None:
            self.skipped["files of other types"] += 1
        else:
            yield self._file(path, explicit=False)

    def _file(self, path: str, *, explicit: bool) -> Input:
        try:
            status = os.stat(path)
            if not stat.S_ISREG(status.st_mode):
                return self._broken(path, Problem(error="NotAFile", message="no regular file"))
            kind = kind_by_name(path) if not explicit else kind_by_name(path) or kind_by_content(path)
        except (OSError, Problem) as error:
            return self._broken(path, error)
        return Input(path, self._name(path), kind or "document", status.st_size, status.st_mtime_ns)

    def _broken(self, path: str, error: OSError | Problem) -> Input:
        problem = Problem.of(error)
        return Input(path, self._name(path), "document", problem=(problem.error, problem.message))

    def _name(self, path: str) -> str:
        return os.path.relpath(os.path.abspath(path), self.base)


def listing_of(paths: tuple[str, ...], files_from: str | None, exclude: tuple[str, ...], output: Path) -> Listing:
    """Return the walk over what the command line names.

    Raises:
        BatchError: nothing is named, nothing of it exists, or the output would stand among the inputs.
    """
    roots = [*_globbed(paths), *(_listed(files_from) if files_from else ())]
    if not roots:
        message = "no input: name files or directories, or --files-from"
        raise BatchError(message)
    real = [root for root in roots if root != STDIN]
    if real and STDIN not in roots and not any(os.path.lexists(root) for root in real):
        message = f"{shown(real[0])}: no such file or directory" + (f" (nor any of {len(real) - 1} others)" if real[1:] else "")
        raise BatchError(message)
    places = {os.path.abspath(root) if os.path.isdir(root) else os.path.dirname(os.path.abspath(root)) for root in real}
    base = os.path.commonpath(places) if places else os.getcwd()
    folder = os.path.realpath(output)
    for root in real:
        _expect_apart(root, folder, exclude)
    return Listing(tuple(roots), base, folder, exclude)


def _globbed(paths: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths; patterns that no shell has expanded are expanded here."""
    for path in paths:
        if path != STDIN and not os.path.lexists(path) and glob.has_magic(path):
            yield from sorted(glob.glob(path, recursive=True), key=os.fsencode) or [path]
        else:
            yield path


def _listed(files_from: str) -> Iterator[str]:
    """Yield the paths in a file, one a line or parted by NUL."""
    try:
        with open(0 if files_from == STDIN else files_from, "rb", closefd=files_from != STDIN) as file:
            data = file.read()
    except OSError as error:
        message = f"{shown(files_from)}: {error.strerror}"
        raise BatchError(message) from error
    for line in data.split(b"\0") if b"\0" in data else data.splitlines():
        if line:
            yield os.fsdecode(line)


def _expect_apart(root: str, output: str, exclude: tuple[str, ...]) -> None:
    """Refuse an output that stands among the inputs, or has inputs inside it."""
    real = os.path.realpath(root)
    if os.path.isdir(root) and _inside(output, real):
        inside = os.path.relpath(output, real)
        if inside == os.curdir or not any(fnmatch.fnmatchcase(inside, pattern) for pattern in exclude):
            message = f"the output {shown(output)} is inside the input directory {shown(root)}: choose another, or --exclude it"
            raise BatchError(message)
    elif _inside(real, output):
        message = f"the input {shown(root)} is inside the output {shown(output)}: it could be written over; choose another output"
        raise BatchError(message)
    if os.path.isdir(root) and real != output and _inside(real, output):
        message = f"the input {shown(root)} is inside the output {shown(output)}: it could be written over; choose another output"
        raise BatchError(message)


def _inside(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder
