"""The language of a document, and what a block's own words say of it."""

from __future__ import annotations

import pytest

from descale import clean_article, language

ICELANDIC = (
    "Bæjarstjórnin samþykkti á mánudag að gera við gömlu brúna við höfnina fyrir veturinn, og verkið á að hefjast í mars. "
    "Íbúar höfðu beðið eftir því í mörg ár, en ekki voru til peningar fyrr en nú."
)
ENGLISH = "The council agreed on Monday to repair the old bridge at the harbour before the winter, and work begins in March."
SPANISH = "Tu suscripción se está usando en otro dispositivo"


@pytest.mark.parametrize(
    ("tag", "expected"), [("zh-hans", "zh"), ("pt-BR", "pt"), ("en_US", "en"), ("nb", "no"), ("nn-NO", "no")]
)
def test_the_primary_subtag(tag: str, expected: str) -> None:
    assert language.base(tag) == expected


def test_a_declared_language_without_lexicon_is_believed() -> None:
    article = clean_article(f"<html lang=is><body><h1>Brú</h1><p>{ICELANDIC}<p>{ICELANDIC}</body></html>")
    assert article.language == "is"
    assert article.text.count("Bæjarstjórnin") == 2
    assert not [removal for removal in article.removals if removal.family == "foreign"]


def test_nothing_is_foreign_to_a_language_without_lexicon() -> None:
    article = clean_article(f"{ICELANDIC}\n{ICELANDIC}\n", source_type="text", language="is")
    assert article.text.count("Bæjarstjórnin") == 2


def test_a_wrong_declaration_does_not_stand_against_the_text() -> None:
    article = clean_article(f"<html lang=de><body><h1>Bridge</h1><p>{ENGLISH}</body></html>")
    assert article.language == "en"


def test_lines_that_a_phrase_names_have_no_voice() -> None:
    article = clean_article(f"{ENGLISH}\n{SPANISH}\n{SPANISH}\n{SPANISH}\n{SPANISH}\n", source_type="text")
    assert article.language == "en"
    assert article.text == ENGLISH


@pytest.mark.parametrize(
    ("words", "expected"), [({"que", "los", "para", "este"}, "es"), ({"the", "of", "harbour"}, None), (set(), None)]
)
def test_a_block_leans_to_another_language(words: set[str], expected: str | None) -> None:
    assert language.other_language(words, "en") == expected
