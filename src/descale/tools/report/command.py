"""The command ``descale report``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descale.tools import settings

if TYPE_CHECKING:
    from descale.tools.report.records import Run

_SAMPLE = 100


def add_command(commands: Any) -> None:
    """Add ``report`` to the commands of the command line."""
    parser = commands.add_parser(
        "report",
        help="write a page that shows what a run took away, or how two runs differ",
        description="Write one page for the browser on what a run took away and why, or on how two runs differ. "
        "A run is a folder or file that 'descale clean' wrote with --removals. Pages can be given too: they are cleaned first.",
    )
    parser.add_argument("runs", nargs="+", metavar="RUN", help="one run, or two to compare: folder, records or pages")
    parser.add_argument("-o", "--output", default="report.html", metavar="HTML", help="the page to write (default: report.html)")
    parser.add_argument("--overwrite", action="store_true", help="replace the page if there is one")
    parser.add_argument("--sample", type=int, default=_SAMPLE, metavar="N", help=f"documents to show (default: {_SAMPLE})")
    parser.add_argument("--together", action="store_true", help="take all paths as one run")
    settings.add_options(parser)
    parser.set_defaults(run=run_report)


def run_report(options: argparse.Namespace) -> int:
    """Write the report and return the exit code: 1 if something could not be read.

    Raises:
        ValueError: wrong usage, or a run that is none.
    """
    # Needed for reports alone, and the command line starts for every page that is cleaned.
    from descale.tools.report import page  # noqa: PLC0415

    output = Path(options.output)
    try:
        if output.exists() and not options.overwrite:
            message = f"{output} exists; --overwrite replaces it"
            raise ValueError(message)
        data, runs = _data(options)
        names = " and ".join(run["label"] for run in data["runs"])
        _write_whole(output, page.rendered(data, f"descale report: {names}"))
    except OSError as error:
        message = f"{error.filename or output}: {error.strerror or error}"
        raise ValueError(message) from error
    print(f"descale: {output}: {data['runs'][0]['documents']} documents, {len(data['documents'])} shown", file=sys.stderr)
    return 1 if any(run.problem_count for run in runs) else 0


def _data(options: argparse.Namespace) -> tuple[dict[str, Any], tuple[Run, ...]]:
    from descale.tools.record import Recorder  # noqa: PLC0415 - as above
    from descale.tools.report import build  # noqa: PLC0415
    from descale.tools.report.records import Run  # noqa: PLC0415

    if options.sample < 1:
        message = f"--sample must be at least 1, not {options.sample}"
        raise ValueError(message)
    recorder = Recorder(settings.pipeline_of(options))
    paths = [Path(name) for name in options.runs]
    if len(paths) == 1 or options.together:
        run = Run(tuple(paths), recorder, Path(options.output))
        return build.report_data(run, ", ".join(options.runs), sample_size=options.sample), (run,)
    if len(paths) > 2:
        message = "two runs can be compared, not more; --together takes all paths as one run"
        raise ValueError(message)
    first, second = (Run((path,), recorder, Path(options.output)) for path in paths)
    labels = (options.runs[0], options.runs[1])
    return build.comparison_data((first, second), labels, sample_size=options.sample), (first, second)


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there as a whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)  # mkstemp gives the file to its owner alone
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
