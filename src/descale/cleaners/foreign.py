"""Interface strings in another language than the article's: runs with a phrase of that language.

Removes:
    Todo esto se va a ver en la otra pantalla mientras no decidas qué es lo que quieres hacer con ella
    Si no sabes quién es el que lo ha hecho, lo mejor es que lo cambies todo desde el principio

Keeps:
    "La vida es sueño", he said, and left the room before anybody could ask him what he meant by it.
    „Wir haben es nicht gewusst“
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from descale import language as languages
from descale.cleaner import Cleaner
from descale.judge import BRIEF_WORDS, whole_block
from descale.model import Removal
from descale.page import Page

#: Lines so near a phrase, and leaning to its language, go with it.
_REACH = 2
#: Below this many words a run proves nothing by its function words.
_MIN_PROOF_WORDS = 4
_MAX_SHARE = 0.35
#: Below the article a run of this size goes without any phrase of its language.
_LONE_LINES = 2
_LONE_WORDS = 20
_MIN_PROBABILITY = 0.5


def propose(page: Page) -> Iterator[Removal]:
    """Propose runs in another language that hold phrases of it, and foreign lines at the edges."""
    if page.language is None or not languages.is_known(page.language):
        return
    found = [proposal for run in _runs(page) for proposal in _judge_run(page, run)]
    content = [index for index in range(len(page.blocks)) if page.content[index] >= 0.5]
    going = sum(page.lengths[index] for index, _ in found if page.content[index] >= 0.5)
    if going <= _MAX_SHARE * sum(page.lengths[index] for index in content):
        yield from (removal for _, removal in found)


def _runs(page: Page) -> Iterator[list[int]]:
    """Adjacent blocks that are not in the article's language, or say too little to tell."""
    run: list[int] = []
    for index in page.read:
        if run and index > run[-1] + 1:
            yield run
            run = []
        if is_doubtful(page, index):
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def is_doubtful(page: Page, index: int) -> bool:
    """Tell whether a block does not show itself to be in the article's language."""
    if page.foreign[index]:
        return not page.quoted(index)
    folded = page.folded[index]
    if not folded or page.lengths[index] > BRIEF_WORDS or page.quoted(index):
        return False
    counts = languages.function_word_counts(folded)
    own = counts[page.language or ""]
    return not own or own < max(counts.values())


def _judge_run(page: Page, run: Sequence[int]) -> Iterator[tuple[int, Removal]]:
    """Yield what goes of a run: near a foreign phrase, or at the document's edge."""
    language = _run_language(page, run)
    if language is None:
        return
    hit = [index for index in run if _foreign_hits(page, index, language)]
    outside = not page.in_body(run[0])
    leaning = [index for index in run if page.foreign[index] == language]
    alone = outside and len(leaning) >= _LONE_LINES and sum(len(page.folded[index]) for index in leaning) >= _LONE_WORDS
    for index in run:
        leans = page.foreign[index] == language
        near = any(abs(index - other) <= _REACH for other in hit)
        if index in hit:
            score = 0.85 if leans or outside else 0.6
        elif leans and near:
            score = 0.8
        elif leans and outside and (hit or alone):
            score = 0.7
        elif near and outside:
            score = 0.55
        else:
            continue
        yield index, whole_block(page, index, "foreign.interface", score, f"in {language}, not {page.language}")


def _foreign_hits(page: Page, index: int, language: str) -> bool:
    return any(languages.base(hit.phrase.language) == languages.base(language) for hit in page.hits[index])


def _run_language(page: Page, run: Sequence[int]) -> str | None:
    """Return the other language of a run, proved by function words or confirmed by langdetect."""
    leans = [page.foreign[index] for index in run if page.foreign[index]]
    if leans:
        return max(set(leans), key=lambda language: (leans.count(language), str(language)))
    spoken = {languages.base(hit.phrase.language) for index in run for hit in page.hits[index] if hit.strength != "phrase"}
    spoken.discard(languages.base(page.language or ""))
    # On HTML the block model has judged short strings already; langdetect took half the time there.
    if page.document.layout is not None or not spoken or sum(len(page.folded[index]) for index in run) < _MIN_PROOF_WORDS:
        return None
    text = " ".join(page.blocks[index].text for index in run)
    for language, probability in languages.statistical_guess(text):
        if languages.base(language) in spoken and probability >= _MIN_PROBABILITY:
            return languages.base(language)
    return None


CLEANER = Cleaner("foreign", propose, {"foreign.interface": "a run in another language that holds interface phrases of it"})
