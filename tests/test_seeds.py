"""The case descale was founded on, and the clean article that must come through untouched."""

from __future__ import annotations

from pathlib import Path

from descale import clean_article


def _read(folder: Path, number: str) -> str:
    return next(folder.glob(f"{number}_*.txt")).read_text(encoding="utf-8")


def test_founding_case_is_cleaned_to_its_five_paragraphs(seeds: Path) -> None:
    source = _read(seeds, "000")
    lines = [line for line in source.splitlines() if line.strip()]
    article = clean_article(source)
    assert article.title == lines[0]
    assert article.standfirst == lines[1]
    assert article.text == "\n".join(lines[2:7])
    assert article.language == "en"


def test_founding_case_names_the_family_of_every_removed_line(seeds: Path) -> None:
    article = clean_article(_read(seeds, "000"))
    families = [removal.family for removal in article.removals]
    assert families == ["metadata"] * 2 + ["newsletter"] + ["paywall"] * 8 + ["related"] * 13
    rules = {removal.rule for removal in article.removals if removal.family == "paywall"}
    assert rules == {"paywall.account-sharing"}


def test_clean_article_comes_through_untouched(seeds: Path) -> None:
    source = _read(seeds, "001")
    article = clean_article(source)
    assert article.removals == ()
    assert article.text == source.rstrip()
