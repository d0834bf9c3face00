"""How time grows with size and depth: linear within a factor, or the benchmark says so.

    python tests/benchmarks/growth.py

Each row gives a size, its time as a multiple of the smallest size's, and the exponent
between the last two: 1 is linear, 2 quadratic. Depth is measured with the same prose
below ever more elements, so 1.0 would be free of depth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from made_pages import deep_page, flat_page, flat_text
from timing import cpu

from descale import Pipeline

TEXT_SIZES = (312_500, 1_250_000, 5_000_000, 10_000_000)
HTML_SIZES = (250_000, 1_000_000, 4_000_000, 8_000_000)
DEPTHS = (10, 100, 1_000, 10_000)


def times(make: Callable[[int], str], sizes: Sequence[int], source_type: str, turns: int = 1) -> list[float]:
    """Return the processor seconds of cleaning what ``make`` gives for each size; the best of the turns."""
    pipeline = Pipeline(source_type="html" if source_type == "html" else "text")
    pipeline.clean(make(sizes[0]))
    found = []
    for size in sizes:
        source = make(size)
        found.append(min(cpu(lambda source=source: pipeline.clean(source)) for _ in range(turns)))  # type: ignore[misc]
    return found


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Return the exponent of growth between the first and the last size."""
    return math.log(seconds[-1] / seconds[0]) / math.log(sizes[-1] / sizes[0])


def _print_growth(name: str, sizes: Sequence[int], seconds: Sequence[float]) -> None:
    print(f"\n{name:<26}{'time, x first':>16}{'exponent since last':>22}", flush=True)
    for number, size in enumerate(sizes):
        last = exponent(sizes[number - 1 : number + 1], seconds[number - 1 : number + 1]) if number else float("nan")
        print(f"{size:<26,}{seconds[number] / seconds[0]:>16.2f}{last:>22.2f}", flush=True)
    print(f"{'exponent over all':<26}{exponent(sizes, seconds):>38.2f}")


def main() -> None:
    """Print the tables."""
    _print_growth("characters of text", TEXT_SIZES, times(flat_text, TEXT_SIZES, "text"))
    _print_growth("characters of HTML, flat", HTML_SIZES, times(flat_page, HTML_SIZES, "html"))
    _print_growth("depth of HTML", DEPTHS, times(deep_page, DEPTHS, "html"))


if __name__ == "__main__":
    main()
