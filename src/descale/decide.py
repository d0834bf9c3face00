"""From proposals to the removals that hold: thresholds, overlaps, protection, budget."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from descale.model import Removal
from descale.page import Page

if TYPE_CHECKING:
    import regex

Mode = Literal["precision", "balanced", "recall"]

#: Score from which a proposal holds, by mode; "precision" cuts more, "recall" keeps more.
THRESHOLDS: dict[Mode, float] = {"precision": 0.3, "balanced": 0.5, "recall": 0.8}
#: Share of the article's prose without any cue that may go before the budget steps in.
BUDGET = 0.35
_BUDGET_SCORE = 0.8


def decide(
    page: Page,
    proposals: Iterable[Removal],
    *,
    threshold: float,
    probability: Callable[[Removal], float] | None = None,
    skip: Collection[str] = (),
    protect: Sequence[regex.Pattern[str]] = (),
) -> tuple[tuple[Removal, ...], tuple[str, ...]]:
    """Return the removals that hold, in text order and disjoint, and notes about what was held back.

    ``probability`` turns the score of a proposal into the probability that it is right (None: it is
    that already): by it proposals hold, and it is the score of what is returned. Between two
    proposals for one span the louder sign decides.
    """
    everything = list(proposals)
    probable = probability or _score
    candidates = [proposal for proposal in everything if probable(proposal) >= threshold]
    if skip:
        candidates = [proposal for proposal in candidates if proposal.family not in skip]
    candidates = _without_protected(page, candidates, protect)
    candidates = _spare_skipped(everything, candidates, threshold, skip)
    candidates, notes = _within_budget(page, candidates)
    removals = _disjoint(page.document.text, candidates)
    if probability is not None:
        removals = [_rescored(removal, probability(removal)) for removal in removals]
    return tuple(removals), notes


def _score(removal: Removal) -> float:
    return removal.score


def _rescored(removal: Removal, score: float) -> Removal:
    """Return the removal with another score; made anew, which takes half of `_replace`'s time."""
    start, stop, rule, said, evidence = removal
    return removal if said == score else Removal(start, stop, rule, score, evidence)


def _without_protected(page: Page, candidates: list[Removal], protect: Sequence[regex.Pattern[str]]) -> list[Removal]:
    """Drop proposals on a block that a protect pattern matches."""
    if not protect:
        return candidates
    spans = [(block.start, block.stop) for block in page.blocks if any(pattern.search(block.text) for pattern in protect)]
    return [
        candidate
        for candidate in candidates
        if not any(start < candidate.stop and candidate.start < stop for start, stop in spans)
    ]


def _spare_skipped(
    everything: list[Removal], candidates: list[Removal], threshold: float, skip: Collection[str]
) -> list[Removal]:
    """Keep `extract` off blocks that a skipped family claims."""
    if not skip:
        return candidates
    claimed = {
        (proposal.start, proposal.stop) for proposal in everything if proposal.family in skip and proposal.score >= threshold
    }
    if not claimed:
        return candidates
    return [
        candidate for candidate in candidates if candidate.family != "extract" or (candidate.start, candidate.stop) not in claimed
    ]


def _within_budget(page: Page, candidates: list[Removal]) -> tuple[list[Removal], tuple[str, ...]]:
    """Where too much cueless prose would go, let only high scores cut there."""
    prose = {
        page.blocks[index].start: len(page.blocks[index].text)
        for index in page.read
        if page.prose[index] and not page.hits[index] and not page.foreign[index] and page.content[index] >= 0.5
    }
    total = sum(prose.values())
    if not total:
        return candidates, ()
    going = {
        candidate.start
        for candidate in candidates
        if candidate.start in prose and candidate.stop - candidate.start == prose[candidate.start]
    }
    if sum(prose[start] for start in going) <= BUDGET * total:
        return candidates, ()
    kept = [candidate for candidate in candidates if candidate.score >= _BUDGET_SCORE or candidate.start not in going]
    held = len(candidates) - len(kept)
    return kept, ((f"budget: {held} removals of prose held back",) if held else ())


def _order(removal: Removal) -> tuple[int, float, int, str, int]:
    start, stop, rule, score, _ = removal
    rank = 2 if rule.startswith("extract.") else 1 if rule.startswith("foreign.") else 0
    return rank, -score, start - stop, rule, start


def _disjoint(text: str, candidates: list[Removal]) -> list[Removal]:
    """Let the stronger of overlapping proposals stand; what sticks out of the weaker stands too."""
    owner: dict[tuple[int, int], list[Removal]] = {}
    for candidate in candidates:
        owner.setdefault(candidate[:2], []).append(candidate)
    # Most proposals are whole blocks that nothing else speaks of; what is left to settle are
    # pieces inside a block, which are few.
    winners = [_winner(claims) if len(claims) > 1 else claims[0] for claims in owner.values()]
    pieces = _overlapping(owner)
    settled = [winner for winner in winners if winner[:2] not in pieces] if pieces else winners
    taken: list[tuple[int, int]] = []
    for winner in sorted([winner for winner in winners if winner[:2] in pieces] if pieces else [], key=_order):
        span = winner[:2]
        for start, stop in _subtract(span, taken):
            if text[start:stop].strip():
                settled.append(winner._replace(start=start, stop=stop))
        taken.append(span)
    settled.sort()
    return settled


def _winner(claims: list[Removal]) -> Removal:
    """Return the strongest of several claims on one span, the losers named in its evidence."""
    claims.sort(key=_order)
    winner = claims[0]
    others = dict.fromkeys([claim.rule for claim in claims if claim.rule != winner.rule])
    if not others:
        return winner
    start, stop, rule, score, evidence = winner
    return Removal(start, stop, rule, score, "; also ".join((evidence, *others)))


def _overlapping(spans: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the spans that overlap another one."""
    found: set[tuple[int, int]] = set()
    reach = (-1, -1)
    for span in sorted(spans):
        if span[0] < reach[1]:
            found |= {span, reach}
        if span[1] > reach[1]:
            reach = span
    return found


def _subtract(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    rest = [span]
    for start, stop in taken:
        rest = [
            piece
            for left, right in rest
            for piece in ((left, min(right, start)), (max(left, stop), right))
            if piece[0] < piece[1]
        ]
    return rest
