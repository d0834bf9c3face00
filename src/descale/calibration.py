"""Scores as probabilities: how often each rule was right on labelled text.

Cleaners say how loudly a sign speaks. How often a rule is right, within an article and
outside it, is counted on labelled lines by ``descale.tools.calibrate`` and kept in a table
beside the weights. A rule without counts keeps the score that its cleaner gave.

The labelled text is mostly English, and its gold keeps chrome here and there; so counts
lower a score to one half at the least, which the balanced mode still accepts.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Mapping
from importlib import resources

from descale.model import Removal
from descale.page import Page

#: Counts [right, all] by rule and zone.
Table = dict[str, dict[str, list[int]]]

#: Below this a cleaner calls its own sign too weak; counts do not overrule that.
_SPOKEN = 0.5
#: What a rule is believed to reach before anything is counted, and how many counts that is worth.
_PRIOR = 0.85
_PRIOR_WEIGHT = 6
_CAP = 0.99
#: Families whose score is the probability already.
_UNCALIBRATED = ("extract.", "metadata.")
#: Content probabilities nearer to 0 or 1 than this count as this.
_LEAST_CONTENT = 0.02


def probability_of(page: Page, table: Table | None = None) -> Callable[[Removal], float] | None:
    """Return what tells the probability that a proposal on this page is right; None where its score does.

    Of text only the nearly clean is calibrated: on raw pages two signs agree, and the louder stands.
    """
    if page.raw:
        return None
    index = {block.start: block.index for block in page.blocks}
    if page.document.layout is not None:
        return _beside_layout(page, index)
    counts = shipped_counts() if table is None else table

    def probability(proposal: Removal) -> float:
        block = index.get(proposal.start)
        share = None if block is None else _share(counts, proposal.rule, zone(page, block))
        return proposal.score if share is None or proposal.score < _SPOKEN else max(_SPOKEN, share)

    return probability


def _beside_layout(page: Page, index: Mapping[int, int]) -> Callable[[Removal], float]:
    """Return what joins the odds of a cleaner's sign with those of the block model.

    On pages that are articles the model counts half, as the square root of its odds, for it was
    trained on golds that keep some chrome; on others fully, for there lists, prices and names are
    the content. Seen without this, domains held out: of weak signs (.5 to .6) against content
    probability .7 and more 19 of 72 were right on articles and 10 of 38 on other pages, of all
    signs on other pages 212 of 533.
    """
    article = 1.0 if page.article is None else page.article
    known: dict[tuple[float, float], float] = {}  # menus say the same of many blocks

    def joined(score: float, content: float) -> float:
        sure = min(max(content, _LEAST_CONTENT), 1 - _LEAST_CONTENT)
        against = (1 - sure) / sure
        odds = score / (1 - min(score, _CAP)) * (article * math.sqrt(against) + (1 - article) * against)
        found = known[score, content] = min(_CAP, round(odds / (1 + odds), 3))
        return found

    def probability(proposal: Removal) -> float:
        start, _, rule, score, _ = proposal
        block = index.get(start)
        if block is None or score < _SPOKEN or rule.startswith(_UNCALIBRATED):
            return score
        content = page.content[block]
        return known.get((score, content)) or joined(score, content)

    return probability


def zone(page: Page, index: int) -> str:
    """Name where a block stands: within the article's prose, or outside it."""
    return "within" if page.in_body(index) else "outside"


def _share(counts: Table, rule: str, where: str) -> float | None:
    counted = counts.get(rule, {}).get(where)
    if counted is None:
        return None
    right, total = counted
    return min(_CAP, round((right + _PRIOR * _PRIOR_WEIGHT) / (total + _PRIOR_WEIGHT), 3))


@functools.cache
def shipped_counts() -> Table:
    """Load the table of the package."""
    counts: Table = json.loads((resources.files("descale") / "weights" / "rule_counts.json").read_text(encoding="utf-8"))
    return counts
