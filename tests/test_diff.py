"""``descale diff``: what went from a page, and what two modes do differently."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import FIXTURES
from descale import Pipeline, Removal, clean_article
from descale.cleaner import Cleaner
from descale.page import Page
from descale.tools import cli
from descale.tools.diff import diff, diff_between

if TYPE_CHECKING:
    import pytest

DEMO = FIXTURES / "demo.txt"
LINES = [f"Sentence number {number} tells of the harbour and the boats that lie in it at night." for number in range(1, 30)]


def removing(*spans: tuple[int, str, float]) -> Pipeline:
    """Return a pipeline that removes the lines of the given numbers, by rule and score."""

    def propose(page: Page) -> list[Removal]:
        found = []
        for number, rule, score in spans:
            block = page.document.blocks[number]
            found.append(Removal(block.start, block.stop, rule, score, "told to"))
        return found

    return Pipeline(cleaners=(Cleaner("own", propose),), source_type="text", language="en")  # type: ignore[arg-type]  # a list will do


def test_what_went_stands_with_its_rule_and_what_stays_around_it() -> None:
    shown = diff(removing((10, "own.test", 0.9)).clean("\n".join(LINES)), "page", mode="balanced", context=2)
    assert shown.splitlines() == [
        "--- page",
        "+++ page, descaled (balanced)",
        "@@ lines 9-13 of 29; 1 changed @@",
        *(f"{'':30}| {line}" for line in LINES[8:10]),
        f"- {'own.test':28}| {LINES[10]}",
        *(f"{'':30}| {line}" for line in LINES[11:13]),
    ]


def test_changes_that_are_near_share_a_hunk() -> None:
    pipeline = removing((5, "own.test", 0.9), (9, "own.test", 0.9), (20, "own.test", 0.9))
    heads = [line for line in diff(pipeline.clean("\n".join(LINES)), "p", mode="m", context=2).splitlines() if line[0] == "@"]
    assert heads == ["@@ lines 4-12 of 29; 2 changed @@", "@@ lines 19-23 of 29; 1 changed @@"]


def test_nothing_gone_is_nothing_shown() -> None:
    assert diff(removing().clean("\n".join(LINES)), "page", mode="balanced") == ""


def test_metadata_and_parts_of_a_line_are_marked_as_in_the_margin_view() -> None:
    article = clean_article((FIXTURES / "pages" / "news-with-spanish-overlay" / "source.html").read_bytes())
    marks = {line[0] for line in diff(article, "page", mode="balanced").splitlines()[2:]}
    assert {"@", "-", "="} <= marks
    assert "x" not in marks


def test_two_modes_differ_where_a_score_lies_between() -> None:
    pipeline = removing((3, "own.low", 0.4), (15, "own.high", 0.95))
    text = "\n".join(LINES)
    balanced, precision = pipeline.clean(text), replace(pipeline, mode="precision").clean(text)
    shown = diff_between(balanced, precision, "page", modes=("balanced", "precision"), context=0)
    assert shown.splitlines()[2:] == ["@@ lines 4-4 of 29; 1 changed @@", f"- {'own.low':28}| {LINES[3]}"]
    shown = diff_between(precision, balanced, "page", modes=("precision", "balanced"), context=0)
    assert shown.splitlines()[2:] == ["@@ lines 4-4 of 29; 1 changed @@", f"+ {'own.low':28}| {LINES[3]}"]
    assert diff_between(balanced, balanced, "page", modes=("balanced", "balanced")) == ""


def test_the_command_prints_it_in_colour_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff", "--no-config", "--colour", "always", "--context", "0", str(DEMO)]) == 0
    shown = capsys.readouterr().out
    assert "\x1b[31m- related.most-viewed         | Most viewed\x1b[0m\n" in shown
    assert "The boat carries about ninety people" not in shown
    assert cli.main(["diff", "--no-config", str(DEMO)]) == 0
    assert "\x1b[" not in capsys.readouterr().out


def test_the_command_compares_modes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = str(FIXTURES / "pages" / "live-blog" / "source.html")
    assert cli.main(["diff", "--no-config", "--against-mode", "recall", page]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"--- {page}, descaled (balanced)\n+++ {page}, descaled (recall)\n@@ ")
    assert "\n+ " in shown
    assert "\n- " not in shown
    assert cli.main(["diff", "--no-config", "--against-mode", "balanced", page]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(["diff", "--no-config", str(tmp_path / "absent.txt")]) == 2
    assert "absent.txt: No such file" in capsys.readouterr().err
