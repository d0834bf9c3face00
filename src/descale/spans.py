"""The span of lines with the greatest sum of weights."""

from collections.abc import Sequence


def greatest_span(weights: Sequence[float]) -> tuple[int, int]:
    """Return (first, stop) of the contiguous span with the greatest sum (Kadane); (0, 0) if none is above 0."""
    best, span = 0.0, (0, 0)
    running, start = 0.0, 0
    for i, weight in enumerate(weights):
        if running <= 0:
            running, start = 0.0, i
        running += weight
        if running > best:
            best, span = running, (start, i + 1)
    return span
