"""Phrases: what a lexicon lists, and the folded readings that it is searched by."""

from __future__ import annotations

import itertools
import re
from typing import Literal, NamedTuple, get_args

from descale import words
from descale.errors import RuleError

Strength = Literal["line", "start", "phrase"]
STRENGTHS: tuple[Strength, ...] = get_args(Strength)

GAP = "*"
NUMBER = "#"
_MAX_VARIANTS = 256
_TOKEN = re.compile(r"\(([^()]*)\)|([*#])|([^()*#]+)")


class Phrase(NamedTuple):
    """One phrase of a lexicon, as written."""

    rule: str
    language: str
    strength: Strength
    text: str


def compile_phrase(phrase: Phrase, source: str = "lexicon") -> list[tuple[str, ...]]:
    """Return the readings of a phrase, one for each choice of its alternatives.

    Raises:
        RuleError: no literal word, a slot at an end where none may stand, a single word
            outside ``line``, unbalanced brackets, or more than 256 readings.
    """
    where = f"{source}: {phrase.rule}.{phrase.strength}: {phrase.text!r}"
    if _TOKEN.sub("", phrase.text).strip():
        message = f"{where}: unbalanced brackets"
        raise RuleError(message)
    choices: list[list[tuple[str, ...]]] = []
    variants = 1
    for either, slot, literal in _TOKEN.findall(phrase.text):
        if slot:
            choices.append([(slot,)])
        elif literal:
            choices.append([tuple(words.split(literal))])
        else:
            choices.append([_alternative(part) for part in either.split("|")])
            variants *= len(choices[-1])
        if variants > _MAX_VARIANTS:
            message = f"{where}: more than {_MAX_VARIANTS} readings"
            raise RuleError(message)
    readings = [tuple(itertools.chain.from_iterable(choice)) for choice in itertools.product(*choices)]
    for reading in readings:
        _check_reading(reading, phrase, where)
    return readings


def _alternative(part: str) -> tuple[str, ...]:
    return tuple(
        itertools.chain.from_iterable((token,) if token in (GAP, NUMBER) else words.split(token) for token in part.split())
    )


def _check_reading(reading: tuple[str, ...], phrase: Phrase, where: str) -> None:
    literals = [token for token in reading if token not in (GAP, NUMBER)]
    message = ""
    if not literals:
        message = f"{where}: no literal word"
    elif GAP in reading and not any(_is_telling(token) for token in literals):
        message = f"{where}: beside '*' a word of three letters must stand"
    elif phrase.strength != "line":
        if GAP in (reading[0], reading[-1]):
            message = f"{where}: '*' may not stand first or last in a {phrase.strength} phrase"
        elif len(reading) < 2:
            message = f"{where}: single words are for 'line' only"
        elif phrase.strength == "start" and reading[0] == NUMBER and len(literals) < 2:
            message = f"{where}: a start phrase that begins with a number needs two words"
    if message:
        raise RuleError(message)


def _is_telling(token: str) -> bool:
    """Tell whether a word is long enough to mean something; a character of an unspaced script is."""
    return len(token) >= 3 or words.is_character_word(token)
