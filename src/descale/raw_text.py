"""Raw page text: telling it from what an extractor left, and finding the article in it.

Text as a WET file holds it is a page with all its chrome, one block a line. It is treated
boldly: the article is the span of lines with the greatest sum of weights, prose for and
short lines against. Text that is nearly clean already gets no such treatment.
"""

from __future__ import annotations

from collections.abc import Sequence

_MIN_LINES = 60
_MAX_PROSE_SHARE = 0.45
_MIN_SHORT_SHARE = 0.35
_SHORT_WORDS = 6
_MIN_SHORT_BEFORE_PROSE = 10
_MIN_CUES_BEFORE_PROSE = 4
_MIN_CUE_SHARE = 0.10
#: Lines without a cue that may part two spans of one article.
_MERGE_GAP = 40


def is_raw_page(lengths: Sequence[int], prose: Sequence[bool], cues: Sequence[int]) -> bool:
    """Tell whether the lines are those of a whole page; lengths in words, cues 0–3.

    Source of the thresholds: lines of 1,359 article pages, where they hold for 96 % of raw
    news pages and for at most .5 % of what extractors leave.
    """
    count = len(lengths)
    if count < _MIN_LINES:
        return False
    short = [length <= _SHORT_WORDS for length in lengths]
    if sum(prose) > _MAX_PROSE_SHARE * count or sum(short) < _MIN_SHORT_SHARE * count:
        return False
    first_prose = next((i for i, is_prose in enumerate(prose) if is_prose), count)
    head_cues = sum(cue > 0 for cue in cues[:first_prose])
    if sum(short[:first_prose]) >= _MIN_SHORT_BEFORE_PROSE and head_cues >= _MIN_CUES_BEFORE_PROSE:
        return True
    return sum(cue > 0 for cue in cues) >= _MIN_CUE_SHARE * count


def content_probability(lengths: Sequence[int], prose: Sequence[bool], cues: Sequence[int]) -> list[float]:
    """Return how probably each line of a raw page is article."""
    weights = [_weight(*line) for line in zip(lengths, prose, cues, strict=True)]
    first, stop = _merged_span(weights, cues)
    content = [0.05] * len(lengths)
    for i in range(first, stop):
        content[i] = 0.2 if cues[i] >= 2 else 0.9
    return content


def _weight(length: int, prose: bool, cue: int) -> float:  # noqa: FBT001 - a column's value
    if cue == 3:
        return -8.0
    if prose:
        return min(length, 40.0) / (1 + cue)
    return -5.0 if length <= _SHORT_WORDS else -2.0


def greatest_span(weights: Sequence[float]) -> tuple[int, int]:
    """Return (first, stop) of the contiguous span with the greatest sum (Kadane)."""
    best, best_span = 0.0, (0, 0)
    running, start = 0.0, 0
    for i, weight in enumerate(weights):
        if running <= 0:
            running, start = 0.0, i
        running += weight
        if running > best:
            best, best_span = running, (start, i + 1)
    return best_span


def _merged_span(weights: Sequence[float], cues: Sequence[int]) -> tuple[int, int]:
    """Widen the greatest span over gaps without cues to prose that lies apart from it."""
    first, stop = greatest_span(weights)
    if first == stop:
        return first, stop
    i = stop
    while i < len(weights) and i - stop < _MERGE_GAP and not cues[i]:
        i += 1
        if weights[i - 1] > 0:
            stop = i
    i = first
    while i > 0 and first - i < _MERGE_GAP and not cues[i - 1]:
        i -= 1
        if weights[i] > 0:
            first = i
    return first, stop
