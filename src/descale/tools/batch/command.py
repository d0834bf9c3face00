"""The options of ``descale clean`` for batch runs, and what they ask for."""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from descale import Pipeline
from descale.tools.batch.settings import MEBIBYTE, TREE_SUFFIXES, BatchError, Job, Settings
from descale.tools.settings import is_from_file, is_given

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
#: What a worker needs before it has read anything, with room for a page.
_LEAST_MEMORY = 256 * MEBIBYTE
#: Options that mean nothing without an output: name and value where they are not given.
_ONLY_BATCH = ("files_from", "exclude", "jobs", "resume", "overwrite", "fail_fast", "stats", "removals", "dry_run")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what a batch run can be told."""
    group = parser.add_argument_group("whole directories, with -o")
    group.add_argument("-o", "--output", type=Path, metavar="OUT", help="directory to write; needed for everything below")
    group.add_argument("--files-from", metavar="LIST", help="read the paths of inputs from a file, one a line or parted by NUL")
    group.add_argument(
        "--exclude", action="append", default=[], metavar="GLOB", help="pass by these paths in directories (repeatable)"
    )
    group.add_argument("--jobs", type=_jobs, metavar="N", help="worker processes (default: the cores this process may use)")
    group.add_argument("--resume", action="store_true", help="go on with the run that OUT holds")
    group.add_argument("--overwrite", action="store_true", help="begin anew although OUT is not empty")
    group.add_argument(
        "--removals",
        action="store_true",
        help="records say what was removed, and why, and hold the document's text that the offsets count",
    )
    group.add_argument("--text-key", default="text", metavar="NAME", help="field that holds text (default: text)")
    group.add_argument(
        "--html-key", default="html", metavar="NAME", help="field that holds HTML, looked at first (default: html)"
    )
    group.add_argument("--url-key", default="url", metavar="NAME", help="field that holds the address (default: url)")
    group.add_argument("--id-key", default="id", metavar="NAME", help="field that names a record in failures.jsonl (default: id)")
    group.add_argument("--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="longest time for a page (default: 60)")
    group.add_argument(
        "--max-memory", type=_memory, default=2048 * MEBIBYTE, metavar="SIZE", help="most memory of a worker (default: 2G)"
    )
    group.add_argument(
        "--max-document-bytes", type=_size, default=64 * MEBIBYTE, metavar="SIZE", help="largest page, expanded (default: 64M)"
    )
    group.add_argument("--installed-cleaners", action="store_true", help="use the cleaners of installed packages, too")
    group.add_argument("--fail-fast", action="store_true", help="stop at the first page that fails")
    group.add_argument("--dry-run", action="store_true", help="say what would be read and written, and do nothing")
    group.add_argument("--quiet", action="store_true", help="print failures only")
    group.add_argument("--stats", type=Path, metavar="FILE", help="write the figures of the run as JSON")


def is_wanted(options: argparse.Namespace) -> bool:
    """Tell whether a batch run is asked for.

    Raises:
        BatchError: something is asked for that needs an output, and there is none.
    """
    if options.output is not None:
        return True
    if options.check and (options.files_from or any(os.path.isdir(path) for path in options.file)):
        return True
    # A configuration file tells what holds for batch runs; it is no reason to refuse to print one page.
    if not is_given(options, "format") and options.format not in TREE_SUFFIXES:
        options.format = "text"
    given = [name for name in _ONLY_BATCH if getattr(options, name) and not is_from_file(options, name)]
    if given or options.format not in TREE_SUFFIXES:
        what = f"--{given[0].replace('_', '-')}" if given else f"--format {options.format}"
        message = f"{what} needs an output directory: -o OUT"
        raise BatchError(message)
    return False


def run_batch(options: argparse.Namespace, pipeline: Pipeline) -> int:
    """Do what the command line asks for; return the exit code.

    Raises:
        BatchError: what it asks for contradicts itself.
    """
    if options.url:
        message = "--url names one page, but -o is for many: records have --url-key"
        raise BatchError(message)
    if options.resume and options.overwrite:
        message = "--resume and --overwrite contradict each other"
        raise BatchError(message)
    if options.output is not None:
        return _run(options, pipeline, options.output)
    # Only a look: what is written on the way goes again.
    with tempfile.TemporaryDirectory(prefix="descale-") as folder:
        options.format = "jsonl"
        return _run(options, pipeline, Path(folder))


def _run(options: argparse.Namespace, pipeline: Pipeline, output: Path) -> int:
    from descale.tools.batch import run  # noqa: PLC0415 - printing one page does without

    settings = Settings(
        pipeline=pipeline,
        format=options.format,
        removals=options.removals,
        text_key=options.text_key,
        html_key=options.html_key,
        url_key=options.url_key,
        id_key=options.id_key,
        max_document_bytes=options.max_document_bytes,
    )
    job = Job(
        output=output,
        paths=tuple(options.file),
        files_from=options.files_from,
        exclude=tuple(options.exclude),
        jobs=options.jobs or allowed_cores(),
        timeout=options.timeout,
        max_memory=options.max_memory,
        resume=options.resume,
        overwrite=options.overwrite,
        fail_fast=options.fail_fast,
        quiet=options.quiet,
        check=options.check,
        stats=options.stats,
    )
    return _dry_run(job, settings) if options.dry_run else run.run(job, settings)


def _dry_run(job: Job, settings: Settings) -> int:
    """Say what would be read and written."""
    from descale.tools.batch.listing import listing_of  # noqa: PLC0415

    listing = listing_of(job.paths, job.files_from, job.exclude, job.output)
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for found in listing:
        kind = "cannot be read" if found.problem else found.kind
        files[kind] += 1
        sizes[kind] += found.size
    for kind, count in sorted(files.items()):
        print(f"{count:>9,} {kind:<16}{sizes[kind] / MEBIBYTE:>12,.1f} MiB")
    for what, count in sorted(listing.skipped.items()):
        print(f"{count:>9,} {what}: not read")
    shape = f"one {TREE_SUFFIXES[settings.format]} file a document" if settings.format in TREE_SUFFIXES else "part-NNNNNN files"
    print(f"output: {settings.format}, {shape}, in {job.output}", file=sys.stdout)
    return 0


def allowed_cores() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _jobs(text: str) -> int:
    number = int(text)
    if number < 1:
        message = "at least 1"
        raise argparse.ArgumentTypeError(message)
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not number > 0:
        message = "must be more than 0"
        raise argparse.ArgumentTypeError(message)
    return number


def _size(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", text, re.IGNORECASE)
    if match is None:
        message = f"{text!r} is no size; write 500M or 2G"
        raise argparse.ArgumentTypeError(message)
    return int(float(match[1]) * _UNITS[match[2].upper()])


def _memory(text: str) -> int:
    size = _size(text)
    if size < _LEAST_MEMORY:
        message = f"at least {_LEAST_MEMORY // MEBIBYTE}M"
        raise argparse.ArgumentTypeError(message)
    return size
