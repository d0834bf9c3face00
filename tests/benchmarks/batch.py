"""Batch runs of the real command: speed, overhead, and the memory of the parent process.

    python tests/benchmarks/batch.py [--pages N] [--turns N] [--records N] [--peer]

The same pages, in files, are cleaned by `descale clean PAGES -o OUT` with one worker and with two,
and by a plain Python loop; ``--peer`` adds ``trafilatura --input-dir PAGES --parallel 2`` with
metadata. Pages are those of the tuning corpora if they are beside the checkout, else made up.
``--records`` measures memory instead: the parent's, over so many small JSON lines.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from made_pages import article_page, article_text
from timing import CORPORA

_DATASETS = ("wcxb_dev", "trafeval", "fundus_multi")
#: What somebody would write who needs no batch runner: read, clean, write a line.
PLAIN_LOOP = """
import json, pathlib, sys
from descale import Pipeline
from descale.tools.record import Recorder
recorder = Recorder(Pipeline(source_type="html"))
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        out.write(json.dumps({"path": str(path), **recorder.clean(path.read_bytes())}, ensure_ascii=False) + "\\n")
"""


class Spent(NamedTuple):
    """Seconds of one command: by the clock, and of all its processors."""

    wall: float
    processor: float


def corpus_pages() -> Iterator[str]:
    """Yield the pages of the corpora; none where they are absent."""
    for dataset in _DATASETS:
        file = CORPORA / f"{dataset}.jsonl.gz"
        if file.exists():
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                yield from (json.loads(line)["html"] for line in lines)


def write_pages(folder: Path, pages: Iterator[str]) -> int:
    """Write pages into files and return how many there are."""
    folder.mkdir()
    count = 0
    for count, page in enumerate(pages, start=1):
        (folder / f"{count:05d}.html").write_text(page, encoding="utf-8", errors="replace")
    return count


def spent(command: Sequence[str | Path]) -> Spent:
    """Run a command in one thread a process; return what it took."""
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    began = time.perf_counter()
    with subprocess.Popen(
        list(map(str, command)), env={**os.environ, **one_thread}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        message = f"{command} ended with {process.returncode}"
        raise RuntimeError(message)
    return Spent(time.perf_counter() - began, usage.ru_utime + usage.ru_stime)


def descale_command(pages: Path, out: Path, jobs: int) -> list[str | Path]:
    """Return the command that cleans a folder into JSON lines."""
    clean: list[str | Path] = [
        sys.executable,
        "-m",
        "descale.tools.cli",
        "clean",
        pages,
        "-o",
        out,
        "--overwrite",
        "--format",
        "jsonl",
    ]
    return [*clean, "--jobs", str(jobs), "--quiet"]


def compare(folder: Path, turns: int, *, peer: bool) -> dict[str, list[Spent]]:
    """Run everything in turns over ``folder/pages``."""
    pages = folder / "pages"
    commands: dict[str, list[str | Path]] = {
        "plain loop": [sys.executable, "-c", PLAIN_LOOP, pages, folder / "plain.jsonl"],
        "1 worker": descale_command(pages, folder / "one", 1),
        "2 workers": descale_command(pages, folder / "two", 2),
    }
    if peer:
        trafilatura: list[str | Path] = [
            sys.executable,
            "-m",
            "trafilatura.cli",
            "--input-dir",
            pages,
            "--output-dir",
            folder / "peer",
        ]
        commands["trafilatura"] = [*trafilatura, "--parallel", "2", "--json", "--with-metadata"]
    found: dict[str, list[Spent]] = {name: [] for name in commands}
    for _ in range(turns):
        for name, command in commands.items():
            found[name].append(spent(command))
    return found


def overhead(times: dict[str, list[Spent]]) -> float:
    """Return the processor time of a run with one worker, in plain loops."""
    return statistics.median(
        run.processor / loop.processor for run, loop in zip(times["1 worker"], times["plain loop"], strict=True)
    )


def speed_up(times: dict[str, list[Spent]]) -> float:
    """Return how many times faster by the clock two workers are than one."""
    return statistics.median(one.wall / two.wall for one, two in zip(times["1 worker"], times["2 workers"], strict=True))


def parent_memory(folder: Path, records: int, jobs: int = 2) -> list[float]:
    """Clean so many small records; return the parent's resident MiB, ten samples over the course of the run."""
    source = folder / "records.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for number in range(records):
            file.write(json.dumps({"id": number, "text": _SMALL_TEXTS[number % len(_SMALL_TEXTS)]}) + "\n")
    samples: list[tuple[int, float]] = []
    with subprocess.Popen(list(map(str, descale_command(source, folder / "out", jobs)))) as process:
        journal = folder / "out" / ".descale" / "journal"
        while process.poll() is None:
            time.sleep(0.05)
            if journal.exists():
                samples.append((journal.stat().st_size, resident_mebibytes(process.pid)))
    if process.returncode:
        message = f"the run ended with {process.returncode}"
        raise RuntimeError(message)
    return _tenths([(size, memory) for size, memory in samples if memory])


_SMALL_TEXTS = [f"{article_text(20, seed)}\nSign up for our newsletter" for seed in range(50)]


def resident_mebibytes(process: int) -> float:
    """Return the resident memory of a process in MiB; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except (OSError, IndexError):
        return 0.0


def _tenths(samples: list[tuple[int, float]]) -> list[float]:
    """Return the highest memory in each tenth of the run, measured by what is finished."""
    most = max(size for size, _ in samples)
    tenths: list[list[float]] = [[] for _ in range(10)]
    for size, memory in samples:
        tenths[min(9, 10 * size // max(most, 1))].append(memory)
    return [max(tenth) for tenth in tenths if tenth]


def _print_speed(folder: Path, pages: int, turns: int, *, peer: bool) -> None:
    real = list(islice(corpus_pages(), pages))
    count = write_pages(folder / "pages", iter(real or [article_page(seed) for seed in range(pages)]))
    size = sum(path.stat().st_size for path in (folder / "pages").iterdir()) / count / 1000
    print(f"{count} {'real' if real else 'made-up'} pages of {size:.0f} KB on average, {turns} turns")
    times = compare(folder, turns, peer=peer)
    for name, runs in times.items():
        wall, processor = (statistics.median(values) for values in zip(*runs, strict=True))
        print(f"{name:<14}{count / wall:>8.1f} documents/s{wall:>9.1f} s{processor:>9.1f} s of processors")
    print(f"2 workers / 1 worker, documents a second      {speed_up(times):>6.2f}   target 1.8")
    print(f"1 worker / plain loop, processor time         {overhead(times):>6.2f}   target 1.1")
    if peer:
        faster = statistics.median(
            peer.wall / two.wall for peer, two in zip(times["trafilatura"], times["2 workers"], strict=True)
        )
        print(f"2 workers / trafilatura, documents a second   {faster:>6.2f}   target 5")
        print(f"trafilatura wrote {sum(1 for _ in (folder / 'peer').rglob('*.json'))} of {count} documents")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--records", type=int, help="measure the parent's memory over so many records instead")
    parser.add_argument("--peer", action="store_true", help="trafilatura's own batch mode, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.records:
            found = parent_memory(Path(name), options.records)
            print(f"parent, highest MiB in each tenth of {options.records:,} records: {' '.join(f'{one:.1f}' for one in found)}")
        else:
            _print_speed(Path(name), options.pages, options.turns, peer=options.peer)


if __name__ == "__main__":
    main()
