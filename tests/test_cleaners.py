"""Each cleaner does what its docstring says: the examples there are run here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from descale import Pipeline, examples
from descale.cleaners import CLEANERS, related
from descale.page import build_page
from descale.read_html import read_html
from descale.shipped import shipped

BODY = """The night ferry between the two halves of the town will go on sailing, the council decided on Tuesday evening.
The boat carries about ninety people a night, most of them nurses, bakers and cleaners who live across the bay.
{kept}
“We did not ask for a gift, we asked for a way home,” said the spokeswoman of the passengers, who had come with her sons.
The company that runs the ferry says that each crossing costs more than it earns, and wants the town to buy the fuel."""


def _examples(kind: str) -> list[Any]:
    return [
        pytest.param(cleaner.family, line, id=f"{cleaner.family}: {line[:40]}")
        for cleaner in CLEANERS
        for line in examples(cleaner.family)[kind]
    ]


@pytest.mark.parametrize("family", [cleaner.family for cleaner in CLEANERS])
def test_examples_that_go_carry_the_family(family: str) -> None:
    lines = examples(family)["Removes"]
    body = BODY.format(kept="Nobody had expected the vote to be so clear, least of all the mayor.")
    article = Pipeline(source_type="text").clean(body + "\n" + "\n".join(lines))
    families = {article.removed_text(removal): removal.family for removal in article.removals}
    assert families == dict.fromkeys(lines, family)


@pytest.mark.parametrize(("family", "line"), _examples("Keeps"))
def test_examples_that_stay_stay(family: str, line: str) -> None:
    source = BODY.format(kept=line)
    article = Pipeline(source_type="text").clean(source)
    assert line in article.text, (family, article.removals)


@pytest.mark.parametrize(("content", "going"), [(0.1, 2), (0.9, 0)])
def test_a_heading_takes_below_it_only_what_the_layout_does_not_hold_for_content(content: float, going: int) -> None:
    source = """<div><p>The ferry left at nine and came back at ten, with nobody on board but the captain and his dog.</p></div>
    <h2>Most viewed</h2><ul><li><a href=a>Council keeps the old pool</a><li><a href=b>Five walks for a wet weekend</a></ul>"""
    page = build_page(read_html(source), shipped().index)
    page = replace(page, content=(0.9, 0.1, content, content))
    teasers = [proposal for proposal in related.CLEANER.propose(page) if proposal.rule == "related.most-viewed.teaser"]
    assert len(teasers) == going
