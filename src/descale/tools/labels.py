"""Which blocks of a page are its article, found by aligning them with the gold text.

A block belongs to the article when most of its words stand in word runs of the gold.
Copies (teasers, a textarea with the raw page, a second edition for printing) are then
weeded out, since the gold holds its text once.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from descale.layout_flags import FLAGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from descale.model import Document

#: Words in a run that must agree, and the share of a block that such runs must cover.
RUN: Final = 4
COVERED: Final = 0.6
#: Short lines of the gold count up to this length, and only this near to sure blocks.
SHORT: Final = 8
NEAR: Final = 3

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")
_UNSEEN = FLAGS["tag_control"] | FLAGS["out_of_sight"] | FLAGS["tag_noscript"]
#: A block with more end tags than this in its text is source code of the page itself.
_MOST_END_TAGS = 3

Words = list[str]


def split(text: str) -> Words:
    """Lower-case words; characters one by one in scripts without spaces."""
    return _WORD.findall(text.lower())


def label_document(document: Document, gold: str) -> list[bool]:
    """Label the blocks of a page; what a reader does not see counts only if nothing else fits."""
    texts = [block.text for block in document.blocks]
    seen = _seen_texts(document)
    labels = label_blocks(seen, gold)
    found = sum(len(split(text)) for text, label in zip(texts, labels, strict=True) if label)
    if found * 2 >= len(split(gold)):
        return labels
    unseen_too = label_blocks(texts, gold)
    more = sum(len(split(text)) for text, label in zip(texts, unseen_too, strict=True) if label)
    return unseen_too if more > found else labels


def _seen_texts(document: Document) -> list[str]:
    layout = document.layout
    if layout is None:
        return [block.text for block in document.blocks]
    flags = list(layout.container_flags)
    for container in range(1, len(flags)):
        flags[container] |= flags[layout.container_parent[container]]
    return [
        "" if flags[container] & _UNSEEN or block.text.count("</") > _MOST_END_TAGS else block.text
        for block, container in zip(document.blocks, layout.block_container, strict=True)
    ]


def label_blocks(texts: Sequence[str], gold: str) -> list[bool]:
    """Label texts in page order by whether the gold text holds them."""
    wanted = split(gold)
    words = [split(text) for text in texts]
    if not wanted:
        return [False] * len(texts)
    labels = _covered(words, wanted)
    _add_short_lines(labels, words, gold)
    _drop_copies(labels, words, wanted)
    _drop_harmful_runs(labels, words, wanted)
    return labels


def _covered(words: list[Words], wanted: Words) -> list[bool]:
    size = min(RUN, len(wanted))
    runs = {tuple(wanted[at : at + size]) for at in range(len(wanted) - size + 1)}
    flat = [word for block in words for word in block]
    hit = bytearray(len(flat))
    for at in range(len(flat) - size + 1):
        if tuple(flat[at : at + size]) in runs:
            hit[at : at + size] = b"\1" * size
    labels, at = [], 0
    for block in words:
        labels.append(bool(block) and sum(hit[at : at + len(block)]) >= COVERED * len(block))
        at += len(block)
    return labels


def _add_short_lines(labels: list[bool], words: list[Words], gold: str) -> None:
    lines = {tuple(split(line)) for line in gold.split("\n")}
    sure = [label and len(block) >= RUN for label, block in zip(labels, words, strict=True)]
    for index, block in enumerate(words):
        near = any(sure[max(0, index - NEAR) : index + NEAR + 1])
        if near and 0 < len(block) <= SHORT and tuple(block) in lines:
            labels[index] = True


def _drop_copies(labels: list[bool], words: list[Words], wanted: Words) -> None:
    """Keep as many copies of a block as the gold holds: those amid most other labels."""
    text = f" {' '.join(wanted)} "
    mass = [0]
    for label, block in zip(labels, words, strict=True):
        mass.append(mass[-1] + (len(block) if label else 0))
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, block in enumerate(words):
        if labels[index]:
            places[tuple(block)].append(index)
    last = len(words)
    for copied, indexes in places.items():
        allowed = max(1, text.count(f" {' '.join(copied)} "))
        indexes.sort(key=lambda index: mass[max(0, index - SHORT)] - mass[min(last, index + SHORT + 1)])
        for index in indexes[allowed:]:
            labels[index] = False


def _drop_harmful_runs(labels: list[bool], words: list[Words], wanted: Words) -> None:
    """Drop runs of labels without which the labelled text is nearer to the gold."""
    need = Counter(wanted)
    have = Counter(word for label, block in zip(labels, words, strict=True) if label for word in block)
    total, common = have.total(), (have & need).total()
    for start, stop in sorted(_runs(labels), key=lambda run: sum(map(len, words[run[0] : run[1]]))):
        inside = Counter(word for block in words[start:stop] for word in block)
        size = inside.total()
        if size in (0, total):
            continue
        lost = sum(min(have[word], need[word]) - min(have[word] - count, need[word]) for word, count in inside.items())
        if (common - lost) * (total + len(wanted)) > common * (total - size + len(wanted)):
            labels[start:stop] = [False] * (stop - start)
            have -= inside
            total, common = total - size, common - lost


def _runs(labels: list[bool]) -> list[tuple[int, int]]:
    runs, start = [], None
    for index, label in enumerate([*labels, False]):
        if label and start is None:
            start = index
        elif not label and start is not None:
            runs.append((start, index))
            start = None
    return runs
