"""Words are folded alike in phrases and pages, and their offsets are those of the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descale import words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("¡Suscríbete!", ["suscribete"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("İstanbul ISPARTA ılık", ["istanbul", "isparta", "ilik"]),
        ("l'abonnement", ["l", "abonnement"]),
        ("5min", ["5", "min"]),
        ("1,234.50", ["1", "234", "50"]),
        ("关注公众号", ["关", "注", "公", "众", "号"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("اشتركي", ["اشترکی"]),
        ("ΝΕΑΣ νέας", ["νεασ", "νεασ"]),
        ("", []),
        ("— … !", []),
    ],
)
def test_split_folds_words(text: str, folded: list[str]) -> None:
    assert words.split(text) == folded


def test_hangul_is_matched_by_syllable() -> None:
    assert words.split("구독하기") == ["구", "독", "하", "기"]


@given(st.text())
def test_spans_are_those_of_split(text: str) -> None:
    spans = words.spans(text)
    assert [words.fold(text[start:stop]) for start, stop in spans] == words.split(text)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    for word in words.split(text):
        assert words.fold(words.fold(word)) == words.fold(word)
