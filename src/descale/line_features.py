"""What the line model sees of raw page text: one row of numbers for each line.

Shape, neighbours, position, runs, and how strongly phrases speak: nothing that belongs to
one language, since models of words alone collapse from one language to the next (measured:
.56 against .90 body F1 on German raw text). Counts stay as they are, for trees only cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from descale.spans import greatest_span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from descale.model import Block

#: Lines of at most so many words are short.
SHORT_WORDS: Final = 6
#: Distances in lines are cut off here.
_FAR: Final = 80.0
_NEAR: Final = (1, -1, 2, -2, 3, -3)
_WINDOWS: Final = (3, 8, 20)
#: Tokens a line must have before it speaks for the article: three guesses, three spans.
_SPAN_COSTS: Final = (6, 10, 14)
_SPAN_CAP: Final = 60
_COMMAS: Final = ",，、;"
_STOPS: Final = ".。!?！？"


@dataclass(frozen=True, slots=True)
class Lines:
    """What is known of each line before the model: columns by block index.

    Attributes:
        blocks: the lines.
        folded: their folded words.
        ends: whether the line ends as a sentence does.
        prose: long, ends as a sentence, in the article's language, without a strong cue.
        cues: how strongly phrases speak against it, 0–3.
        hits: how many phrases were found in it.
        foreign: whether it leans to another language than the article's.
        function_words: share of words that are function words of the article's language;
            -1 where the script has no blanks.
    """

    blocks: Sequence[Block]
    folded: Sequence[list[str]]
    ends: Sequence[bool]
    prose: Sequence[bool]
    cues: Sequence[int]
    hits: Sequence[int]
    foreign: Sequence[bool]
    function_words: Sequence[float]


class _Columns:
    """Collects columns under names."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.names: list[str] = []
        self.columns: list[NDArray[np.float64]] = []

    def add(self, name: str, column: NDArray[np.float64] | float) -> None:
        self.names.append(name)
        self.columns.append(np.broadcast_to(np.asarray(column, np.float64), (self.count,)))


def line_features(lines: Lines) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Return the rows of features (lines by columns) and the columns' names."""
    table = _Columns(len(lines.blocks))
    shape = _shape(lines)
    for name, column in shape.items():
        table.add(name, column)
    _add_repetition(table, lines)
    _add_neighbours(table, shape)
    sums = {name: np.concatenate([[0.0], np.cumsum(column)]) for name, column in _summed(shape).items()}
    _add_windows(table, sums)
    _add_position(table, sums)
    _add_distances(table, shape)
    _add_spans(table, shape)
    _add_title(table, lines.folded)
    _add_runs(table, shape)
    _add_document(table, shape, sums)
    rows = np.empty((table.count, len(table.columns)), np.float32, order="F")
    for number, column in enumerate(table.columns):
        rows[:, number] = column
    return rows, tuple(table.names)


def _shape(lines: Lines) -> dict[str, NDArray[np.float64]]:
    texts = [block.text for block in lines.blocks]
    words = np.array([len(folded) for folded in lines.folded], np.float64)
    characters = np.array([len(text) for text in texts], np.float64)
    capitals = [_capital_share(text) for text in texts]
    return {
        "words": words,
        "characters": characters,
        "word_length": characters / np.maximum(words, 1),
        "ends": _numbers(lines.ends),
        "colon": _numbers([text.endswith((":", "：")) for text in texts]),
        "capital_first": _numbers([text[0].isupper() for text in texts]),
        "digit_first": _numbers([text[0].isdigit() for text in texts]),
        "list_item": _numbers([block.tag == "li" for block in lines.blocks]),
        "cue": _numbers(lines.cues),
        "hits": _numbers(lines.hits),
        "foreign": _numbers(lines.foreign),
        "commas": _numbers([sum(map(text.count, _COMMAS)) for text in texts]) / np.maximum(words, 1),
        "stops": _numbers([sum(map(text.count, _STOPS)) for text in texts]),
        "digits": _numbers([sum(map(str.isdigit, text)) for text in texts]) / np.maximum(characters, 1),
        "capitals": _numbers(capitals),
        "function_words": _numbers(lines.function_words),
        "prose": _numbers(lines.prose),
    }


def _numbers(values: Sequence[float]) -> NDArray[np.float64]:
    return np.array(values, np.float64)


def _capital_share(text: str) -> float:
    words = text.split()
    return sum(word[0].isupper() for word in words) / len(words)


def _add_repetition(table: _Columns, lines: Lines) -> None:
    counts = Counter(block.text for block in lines.blocks)
    seen: set[str] = set()
    repeated = []
    for block in lines.blocks:
        repeated.append(block.text in seen)
        seen.add(block.text)
    table.add("occurrences", _numbers([counts[block.text] for block in lines.blocks]))
    table.add("repeated", _numbers(repeated))


def _shifted(column: NDArray[np.float64], by: int, fill: float) -> NDArray[np.float64]:
    """Return the column's values ``by`` lines further down (up where negative)."""
    moved = np.full(len(column), fill)
    if by > 0:
        moved[:-by] = column[by:]
    else:
        moved[-by:] = column[:by]
    return moved


def _add_neighbours(table: _Columns, shape: dict[str, NDArray[np.float64]]) -> None:
    for by in _NEAR:
        for name in ("words", "ends", "cue", "capitals"):
            near = _shifted(shape[name], by, -1.0) if abs(by) < table.count else np.full(table.count, -1.0)
            table.add(f"{name}{by:+}", near)


def _summed(shape: dict[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Return the columns whose sums over windows are asked for."""
    return {
        "words": shape["words"],
        "prose_words": shape["words"] * shape["prose"],
        "prose": shape["prose"],
        "cue": (shape["cue"] > 0).astype(np.float64),
        "strong_cue": (shape["cue"] == 3).astype(np.float64),
        "short": (shape["words"] <= SHORT_WORDS).astype(np.float64),
        "ends": shape["ends"],
    }


def _add_windows(table: _Columns, sums: dict[str, NDArray[np.float64]]) -> None:
    place = np.arange(table.count)
    for reach in _WINDOWS:
        first = np.maximum(place - reach, 0)
        stop = np.minimum(place + reach + 1, table.count)
        behind = np.minimum(place + 1, table.count)
        for name in ("words", "prose_words", "strong_cue", "short", "ends", "prose"):
            table.add(f"{name}~{reach}", (sums[name][stop] - sums[name][first]) / (stop - first))
        for name in ("prose_words", "cue", "short"):
            table.add(f"{name}<{reach}", (sums[name][place] - sums[name][first]) / np.maximum(place - first, 1))
            table.add(f"{name}>{reach}", (sums[name][stop] - sums[name][behind]) / np.maximum(stop - behind, 1))


def _add_position(table: _Columns, sums: dict[str, NDArray[np.float64]]) -> None:
    place = np.arange(table.count, dtype=np.float64)
    words, prose = sums["words"], sums["prose_words"]
    table.add("place", place / max(table.count, 1))
    table.add("words_above", words[:-1] / max(words[-1], 1))
    table.add("prose_above", prose[:-1] / max(prose[-1], 1))
    table.add("prose_below", (prose[-1] - prose[1:]) / max(prose[-1], 1))
    table.add("lines_above", np.minimum(place, 300))
    table.add("lines_below", np.minimum(table.count - place, 300))


def _add_distances(table: _Columns, shape: dict[str, NDArray[np.float64]]) -> None:
    """Lines to the next prose and the next strong cue, above and below."""
    place = np.arange(table.count, dtype=np.float64)
    for name, marked in (("prose", shape["prose"] > 0), ("cue", shape["cue"] == 3)):
        above = np.maximum.accumulate(np.where(marked, place, -1000.0))
        below = np.minimum.accumulate(np.where(marked, place, 10_000.0)[::-1])[::-1]
        table.add(f"{name}_distance_above", np.minimum(place - np.concatenate([[-1000.0], above[:-1]]), _FAR))
        table.add(f"{name}_distance_below", np.minimum(np.concatenate([below[1:], [10_000.0]]) - place, _FAR))


def _add_spans(table: _Columns, shape: dict[str, NDArray[np.float64]]) -> None:
    """Place against the span of lines with the greatest sum, for three costs of a line."""
    place = np.arange(table.count)
    for cost in _SPAN_COSTS:
        weights = np.minimum(shape["words"], _SPAN_CAP) - cost - 4 * (shape["cue"] == 3)
        first, stop = greatest_span(weights.tolist())
        table.add(f"from_span{cost}", np.clip(place - first, -_FAR, _FAR))
        table.add(f"past_span{cost}", np.clip(place - stop, -_FAR, _FAR))
        table.add(f"in_span{cost}", ((place >= first) & (place < stop)).astype(np.float64))
        table.add(f"span_share{cost}", (stop - first) / max(table.count, 1))


def _add_title(table: _Columns, folded: Sequence[list[str]]) -> None:
    """Distance to the line that repeats the first one: raw text begins with the page's title."""
    title = " ".join(folded[0]) if folded else ""
    best, found = 0, -1
    for number, words in enumerate(folded[1:], 1):
        key = " ".join(words)
        if len(words) >= 3 and len(key) > best and (title.startswith(key) or key.startswith(title)):
            best, found = len(key), number
    place = np.arange(table.count)
    table.add("from_title", np.clip(place - found, -_FAR, _FAR) if found >= 0 else -99.0)
    table.add("is_title", (place == found).astype(np.float64))


def _add_runs(table: _Columns, shape: dict[str, NDArray[np.float64]]) -> None:
    """How many short lines stand in one piece with this one, and how even the lengths are here."""
    short = shape["words"] <= SHORT_WORDS
    above = _run_lengths(short)
    below = _run_lengths(short[::-1])[::-1]
    table.add("short_run_above", np.minimum(above, 40))
    table.add("short_run_below", np.minimum(below, 40))
    table.add("short_run", np.minimum(above + below, 60))
    reach = [_shifted(shape["words"], by, -1.0) if abs(by) < table.count else shape["words"] for by in (-2, -1, 1, 2)]
    near = np.minimum(np.stack([*reach, shape["words"]]), _SPAN_CAP)
    table.add("length_spread", near.max(axis=0) - near.min(axis=0))


def _run_lengths(marked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each line how many marked lines end with it in one piece."""
    place = np.arange(1, len(marked) + 1)
    last_unmarked = np.maximum.accumulate(np.where(marked, 0, place))
    return (place - last_unmarked).astype(np.float64)


def _add_document(table: _Columns, shape: dict[str, NDArray[np.float64]], sums: dict[str, NDArray[np.float64]]) -> None:
    count = max(table.count, 1)
    words = max(sums["words"][-1], 1)
    table.add("all_lines", table.count)
    table.add("all_words", words)
    table.add("prose_share", sums["prose_words"][-1] / words)
    table.add("prose_lines", sums["prose"][-1] / count)
    table.add("cue_lines", sums["cue"][-1] / count)
    table.add("short_lines", sums["short"][-1] / count)
    table.add("longest", shape["words"].max(initial=0))
