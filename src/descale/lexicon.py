"""Lexicons: one TOML a language, read for what each language writes around its articles."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from descale import words
from descale.errors import RuleError
from descale.phrases import STRENGTHS, Phrase, compile_phrase


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language as its TOML tells it."""

    language: str
    name: str
    function_words: frozenset[str]
    months: tuple[frozenset[str], ...]
    bylines: tuple[str, ...]
    phrases: tuple[Phrase, ...]


# ------------------------------------------------------------------------ reading TOML
def read_lexicon(text: str, source: str) -> Lexicon:
    """Read one lexicon; ``source`` names the file in errors.

    Raises:
        RuleError: the TOML does not parse, or a key has the wrong shape.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{source}: not valid TOML: {error}"
        raise RuleError(message) from error
    language = data.pop("language", None)
    if not isinstance(language, str):
        message = f"{source}: key 'language' must be a string"
        raise RuleError(message)
    name = str(data.pop("name", language))
    function_words = frozenset(words.split(_expect_text(data.pop("function_words", ""), source, "function_words")))
    months = tuple(
        frozenset(" ".join(words.split(word)) for word in month.split())
        for month in _expect_list(data.pop("months", []), source, "months")
    )
    bylines = _expect_list(data.pop("bylines", []), source, "bylines")
    phrases = tuple(_read_phrases(data, language, source))
    return Lexicon(language, name, function_words, months, tuple(bylines), phrases)


def _expect_text(value: object, source: str, key: str) -> str:
    if isinstance(value, str):
        return value
    message = f"{source}: key '{key}' must be a string"
    raise RuleError(message)


def _expect_list(value: object, source: str, key: str) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    message = f"{source}: key '{key}' must be a list of strings"
    raise RuleError(message)


def _read_phrases(data: Mapping[str, Any], language: str, source: str) -> Iterator[Phrase]:
    for family, rules in data.items():
        if not isinstance(rules, dict):
            message = f"{source}: key '{family}' is neither a known key nor a [family.rule] table"
            raise RuleError(message)
        for name, strengths in rules.items():
            rule = f"{family}.{name}"
            if not isinstance(strengths, dict):
                message = f"{source}: [{family}] must hold tables, but '{name}' is none"
                raise RuleError(message)
            for strength, texts in strengths.items():
                key = f"{rule}.{strength}"
                if strength not in STRENGTHS:
                    message = f"{source}: key '{key}': strength must be one of {', '.join(STRENGTHS)}"
                    raise RuleError(message)
                for text in _expect_list(texts, source, key):
                    yield Phrase(rule, language, strength, text)


# --------------------------------------------------------------------- shipped lexicons
@functools.cache
def shipped_lexicons() -> tuple[Lexicon, ...]:
    """Read every lexicon of the package, in order of their file names.

    Cleaning does without: it reads the `shipped` file made of them.
    """
    return tuple(read_lexicon(file.read_text(encoding="utf-8"), file.name) for file in lexicon_files())


def lexicon_files() -> list[Traversable]:
    """Return the package's lexicons, sorted by name."""
    folder = resources.files("descale") / "lexicons"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


def read_phrase_file(path: str | Path) -> tuple[Phrase, ...]:
    """Read a user's own phrases from a TOML in the lexicons' format.

    Raises:
        RuleError: the file cannot be read, or a key of it is wrong.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise RuleError(message) from error
    lexicon = read_lexicon(text, str(path))
    for phrase in lexicon.phrases:
        compile_phrase(phrase, str(path))
    return lexicon.phrases
