"""Timing shared by the benchmarks: runs taken in turns, medians, ratios.

Seconds say more about a machine than about a program, so no benchmark reports them as a result:
what is compared runs in turns within one process, and the median of the ratios of each
turn is the figure.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
#: Prints the peak resident MiB. The kernel's own high-water mark starts afresh with each program,
#: which that of getrusage does not.
PRINT_PEAK = """
import pathlib
print(next(int(l.split()[1]) for l in pathlib.Path("/proc/self/status").read_text().splitlines() if l.startswith("VmHWM")) / 1024)
"""


def cpu(run: Callable[[], object]) -> float:
    """Return the processor seconds of one run, on a freshly collected heap."""
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


def side_by_side(runs: Mapping[str, Callable[[], object]], turns: int) -> dict[str, list[float]]:
    """Run everything in turns; return the processor seconds of each by name."""
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, run in runs.items():
            times[name].append(cpu(run))
    return times


def ratio(times: Mapping[str, Sequence[float]], name: str, unit: str) -> float:
    """Return the median of the ratios of each turn."""
    return statistics.median(own / other for own, other in zip(times[name], times[unit], strict=True))


def peak_mebibytes(code: str) -> float:
    """Return the peak resident memory of a fresh Python that ran the code, in MiB; Linux only."""
    done = subprocess.run([sys.executable, "-c", code + PRINT_PEAK], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])
