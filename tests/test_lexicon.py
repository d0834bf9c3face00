"""Phrases compile, are found through the index, and errors name file and key."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descale import lexicon, phrase_index, shipped, words
from descale.errors import RuleError
from descale.phrase_index import PhraseIndex
from descale.phrases import Phrase, Strength, compile_phrase


def _index(*phrases: tuple[Strength, str]) -> PhraseIndex:
    return phrase_index.build_index([Phrase("newsletter.prompt", "en", strength, text) for strength, text in phrases])


def _found(index: PhraseIndex, text: str) -> list[tuple[int, int]]:
    return [(hit.start, hit.stop) for hit in index.inside(words.split(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "span"),
    [
        ("sign up for * newsletter", "Please sign up for our weekly newsletter now", (1, 7)),
        ("sign up for * newsletter", "sign up for newsletter", (0, 4)),
        ("sign up for * newsletter", "sign up for one two three four five six newsletter", (0, 10)),
        ("you have # free articles", "You have 1,234 free articles", (0, 6)),
        ("(sign up|subscribe) (to|for) our", "Now subscribe to our list", (1, 4)),
        ("our (weekly|) newsletter", "read our newsletter", (1, 3)),
        ("关注*公众号", "请关注我们的微信公众号吧", (1, 11)),
    ],
)
def test_slots_match(phrase: str, text: str, span: tuple[int, int]) -> None:
    assert _found(_index(("phrase", phrase)), text) == [span]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("sign up for * newsletter", "sign up for one two three four five six seven newsletter"),
        ("you have # free articles", "You have many free articles"),
        ("our (weekly|daily) newsletter", "our monthly newsletter"),
    ],
)
def test_slots_have_limits(phrase: str, text: str) -> None:
    assert _found(_index(("phrase", phrase)), text) == []


def test_line_phrases_match_the_whole_block_only() -> None:
    index = _index(("line", "Most viewed"), ("line", "# (min|minute) read"), ("line", "* to your inbox"))
    assert index.line(words.split("MOST VIEWED:"))
    assert index.line(words.split("5-min read"))
    assert index.line(words.split("The best of the week to your inbox"))
    assert not index.line(words.split("Most viewed videos"))
    assert not index.line(words.split("A 5 min read"))


def test_the_longest_start_phrase_wins() -> None:
    index = _index(("start", "sign up"), ("start", "sign up for our newsletter"), ("start", "# min read"))
    hit = index.start(words.split("Sign up for our newsletter today"))
    assert hit is not None
    assert hit.stop == 5
    assert index.start(words.split("12:30 min read by all"))
    assert not index.start(words.split("Please sign up"))


def test_a_line_of_several_phrases_is_tiled() -> None:
    index = _index(("line", "Share"), ("line", "Copy link"), ("line", "Print"))
    assert len(index.tile(words.split("Share | Copy link | Print"))) == 3
    assert index.tile(words.split("Share | Copy this | Print")) == []


@pytest.mark.parametrize(
    ("strength", "text", "reason"),
    [
        ("phrase", "newsletter", "single words"),
        ("phrase", "* newsletter now", "may not stand first"),
        ("start", "our newsletter *", "may not stand first or last"),
        ("line", "* #", "no literal word"),
        ("line", "our (weekly newsletter", "unbalanced"),
        ("line", "(a|b) (a|b) (a|b) (a|b) (a|b) (a|b) (a|b) (a|b) (a|b) x", "readings"),
    ],
)
def test_broken_phrases_are_refused(strength: Strength, text: str, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        compile_phrase(Phrase("newsletter.prompt", "en", strength, text), "own.toml")


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("language = 3", "language"),
        ("language = 'en'\nmonths = 'January'", "months"),
        ("language = 'en'\nnewsletter = 'x'", "newsletter"),
        ("language = 'en'\n[newsletter]\nprompt = ['x']", "prompt"),
        ("language = 'en'\n[newsletter.prompt]\nanywhere = ['x y']", "newsletter.prompt.anywhere"),
        ("language = 'en'\n[newsletter.prompt]\nline = 'x y'", "newsletter.prompt.line"),
        ("language = 'en'\n[newsletter.prompt", "not valid TOML"),
    ],
)
def test_a_broken_lexicon_names_file_and_key(tmp_path: Path, toml: str, key: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(RuleError, match=key) as caught:
        lexicon.read_phrase_file(path)
    assert "own.toml" in str(caught.value)


def test_a_missing_phrase_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="nowhere"):
        lexicon.read_phrase_file(tmp_path / "nowhere.toml")


@given(st.integers(0, 10_000))
def test_the_index_finds_what_a_plain_search_finds(seed: int) -> None:
    """The index may only be faster than trying every phrase at every place."""
    generator = random.Random(seed)  # noqa: S311 - a test's choice
    vocabulary = ["ada", "bob", "cat", "关", "注", "7"]
    text = [generator.choice(vocabulary) for _ in range(12)]
    tokens = [generator.choice([*vocabulary[:5], "*", "#"]) for _ in range(generator.randint(2, 4))]
    while tokens and tokens[0] == "*":
        tokens.pop(0)
    while tokens and tokens[-1] == "*":
        tokens.pop()
    if len(tokens) < 2 or not set(tokens) - {"*", "#"}:
        return
    index = _index(("phrase", " ".join(tokens)))
    gap = 12 if set(tokens) & {"关", "注"} else 6
    plain = any(phrase_index._forward(tuple(tokens), 0, text, start, gap) >= 0 for start in range(len(text)))  # noqa: SLF001
    assert bool(index.inside(text)) == plain


def test_a_dumped_index_finds_the_same() -> None:
    built = _index(("line", "Most viewed"), ("line", "# min read"), ("start", "sign up"), ("phrase", "our * newsletter"))
    loaded = phrase_index.load(json.loads(json.dumps(phrase_index.dump(built))))
    for text in ("most viewed", "5 min read", "sign up now", "read our weekly newsletter", "关注"):
        folded = words.split(text)
        assert loaded.line(folded) == built.line(folded)
        assert loaded.start(folded) == built.start(folded)
        assert loaded.inside(folded) == built.inside(folded)
    assert phrase_index.dump(loaded) == phrase_index.dump(built)


def test_merged_indexes_find_what_either_finds() -> None:
    merged = phrase_index.merge(
        _index(("start", "sign up"), ("line", "menu")), _index(("start", "sign up for it"), ("line", "menu"))
    )
    hit = merged.start(words.split("sign up for it now"))
    assert hit is not None
    assert hit.phrase.text == "sign up for it"
    assert len(merged.line(["menu"])) == 2


def test_the_compact_file_is_current() -> None:
    assert shipped.shipped().source == shipped.source_hash(), "run: python -m descale.shipped"
