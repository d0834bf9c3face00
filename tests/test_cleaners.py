"""Each cleaner does what its docstring says: the examples there are run here."""

from __future__ import annotations

from typing import Any

import pytest

from descale import Pipeline, examples
from descale.cleaners import CLEANERS

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
