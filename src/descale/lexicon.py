"""Lexicons: ``lexicons/*.toml`` become one phrase index, asked once for each block.

A phrase is a sequence of folded words with slots: ``*`` stands for 0–6 words (0–12
characters in scripts without blanks), ``#`` for a number, ``(a|b)`` for either. Each
phrase is filed under its rarest literal word, so that asking costs a set intersection and
not a walk over thousands of patterns (measured: 400 phrases as one alternation cost 16
page parses, 5,500 in an index a fifth of one).
"""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from descale import words
from descale.errors import RuleError

Strength = Literal["line", "start", "phrase"]
STRENGTHS: tuple[Strength, ...] = get_args(Strength)

GAP = "*"
NUMBER = "#"
_GAP_WORDS = 6
_GAP_CHARACTERS = 12
#: A number may come as several words: "1,234.50", "12:30".
_NUMBER_WORDS = 3
#: Longest block, in words, that is compared with whole-line phrases.
_LINE_WORDS = 40
#: Longest phrase, in words, that a line of several phrases is searched for.
_TILE_WORDS = 8
_MAX_VARIANTS = 256
#: Families that newspapers write articles about.
_TOPIC_FAMILIES = frozenset({"paywall", "newsletter", "consent", "comments", "advert"})
_TOPIC_LETTERS = 5
_TOPIC_PHRASES = 6
_TOPIC_SHARE = 0.6
_TOKEN = re.compile(r"\(([^()]*)\)|([*#])|([^()*#]+)")


class Phrase(NamedTuple):
    """One phrase of a lexicon, as written."""

    rule: str
    language: str
    strength: Strength
    text: str


class Pattern(NamedTuple):
    """One reading of a phrase: folded words, `GAP` and `NUMBER`."""

    phrase: Phrase
    tokens: tuple[str, ...]
    anchor: int
    gap: int


class Hit(NamedTuple):
    """A phrase found: words ``start`` to ``stop`` (half open) of the block asked about."""

    phrase: Phrase
    start: int
    stop: int

    @property
    def rule(self) -> str:
        """The rule whose phrase was found."""
        return self.phrase.rule

    @property
    def family(self) -> str:
        """First word of the rule."""
        return self.phrase.rule.partition(".")[0]

    @property
    def strength(self) -> Strength:
        """How much the phrase counts alone: line, start or phrase."""
        return self.phrase.strength


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


# -------------------------------------------------------------------- compiling phrases
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
    elif phrase.strength != "line":
        if GAP in (reading[0], reading[-1]):
            message = f"{where}: '*' may not stand first or last in a {phrase.strength} phrase"
        elif len(reading) < 2:
            message = f"{where}: single words are for 'line' only"
        elif phrase.strength == "start" and reading[0] == NUMBER and len(literals) < 2:
            message = f"{where}: a start phrase that begins with a number needs two words"
    if message:
        raise RuleError(message)


# ------------------------------------------------------------------------------ the index
@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """All phrases, filed for asking. Build it with `build_index`."""

    lines: dict[str, list[Phrase]] = field(default_factory=dict)
    starts: dict[str, list[Pattern]] = field(default_factory=dict)
    line_patterns: dict[str, list[Pattern]] = field(default_factory=dict)
    inner: dict[str, list[Pattern]] = field(default_factory=dict)
    topic_words: dict[str, str] = field(default_factory=dict)

    def line(self, folded: list[str]) -> list[Hit]:
        """Return the ``line`` phrases that the whole block is: languages share some."""
        if not folded or len(folded) > _LINE_WORDS:
            return []
        phrases = self.lines.get(" ".join(folded), ()) or dict.fromkeys(
            pattern.phrase
            for pattern, _ in _candidates(self.line_patterns, folded)
            if _forward(pattern.tokens, 0, folded, 0, pattern.gap, whole=True) >= 0
        )
        return [Hit(phrase, 0, len(folded)) for phrase in phrases]

    def start(self, folded: list[str]) -> Hit | None:
        """Return the longest ``start`` phrase that the block begins with, if any."""
        best: Hit | None = None
        for key in _first_keys(folded):
            for pattern in self.starts.get(key, ()):
                stop = _forward(pattern.tokens, 0, folded, 0, pattern.gap)
                if stop >= 0 and (best is None or stop > best.stop):
                    best = Hit(pattern.phrase, 0, stop)
        return best

    def tile(self, folded: list[str]) -> list[Hit]:
        """Return the whole-line phrases that a block is put together from, or an empty list.

        "Share Tweet Email Print" or "About | Contact | Privacy": link lists in one line.
        """
        tiles: list[Hit] = []
        place = 0
        while place < len(folded):
            for stop in range(min(len(folded), place + _TILE_WORDS), place, -1):
                phrases = self.lines.get(" ".join(folded[place:stop]))
                if phrases:
                    tiles.append(Hit(phrases[0], place, stop))
                    place = stop
                    break
            else:
                return []
        return tiles

    def inside(self, folded: list[str]) -> list[Hit]:
        """Return every ``phrase`` found anywhere in the block, in reading order."""
        hits = {(start, stop, pattern.phrase) for start, stop, pattern in _search(self.inner, folded)}
        return [Hit(phrase, start, stop) for start, stop, phrase in sorted(hits)]


def build_index(phrases: Iterable[Phrase], function_words: frozenset[str] = frozenset()) -> PhraseIndex:
    """File phrases under their rarest words; function words of any language come last.

    Raises:
        RuleError: a phrase does not compile (see `compile_phrase`).
    """
    compiled = [(phrase, reading) for phrase in phrases for reading in compile_phrase(phrase)]
    frequency: Counter[str] = Counter()
    for _, reading in compiled:
        frequency.update(set(_keys(reading)))
    index = PhraseIndex(topic_words=_topic_words(compiled, function_words))
    for phrase, reading in compiled:
        if phrase.strength == "line" and GAP not in reading and NUMBER not in reading:
            index.lines.setdefault(" ".join(reading), []).append(phrase)
            continue
        gap = _GAP_CHARACTERS if any(map(words.is_character_word, reading)) else _GAP_WORDS
        if phrase.strength == "start":
            index.starts.setdefault(_start_key(reading), []).append(Pattern(phrase, reading, 0, gap))
            continue
        keys = _keys(reading)
        key = min(keys, key=lambda key: (key in function_words, frequency[key], -len(key), key))
        shelf = index.line_patterns if phrase.strength == "line" else index.inner
        shelf.setdefault(key, []).append(Pattern(phrase, reading, keys[key], gap))
    return index


def _topic_words(
    compiled: list[tuple[Phrase, tuple[str, ...]]], function_words: frozenset[str]
) -> dict[str, str]:
    """Return words that belong to one family's subject, with the family.

    "newsletter", "cookies", "Abonnement": words of many phrases of one family and few of others.
    """
    uses: dict[str, dict[str, set[Phrase]]] = {}
    for phrase, reading in compiled:
        family = phrase.rule.partition(".")[0]
        if family in _TOPIC_FAMILIES:
            for word in reading:
                if len(word) >= _TOPIC_LETTERS and word not in function_words:
                    uses.setdefault(word, {}).setdefault(family, set()).add(phrase)
    topics: dict[str, str] = {}
    for word, families in uses.items():
        family, phrases = max(families.items(), key=lambda item: (len(item[1]), item[0]))
        total = sum(map(len, families.values()))
        if len(phrases) >= _TOPIC_PHRASES and len(phrases) >= _TOPIC_SHARE * total:
            topics[word] = family
    return topics


def _keys(reading: tuple[str, ...]) -> dict[str, int]:
    """Return the words a reading may be filed under, with their places.

    Characters of scripts without blanks file by pairs, since one alone is in every text.
    """
    keys: dict[str, int] = {}
    for place, token in enumerate(reading):
        if token in (GAP, NUMBER):
            continue
        if not words.is_character_word(token):
            keys.setdefault(token, place)
        elif place + 1 < len(reading) and words.is_character_word(reading[place + 1]):
            keys.setdefault(token + reading[place + 1], place)
    if not keys:
        keys = {token: place for place, token in enumerate(reading) if token not in (GAP, NUMBER)}
    return keys


def _start_key(reading: tuple[str, ...]) -> str:
    """Return the first two words of a reading, or the first where a slot follows it."""
    return reading[0] if reading[1] == GAP else f"{reading[0]} {reading[1]}"


def _first_keys(folded: list[str]) -> Iterator[str]:
    """Yield what `_start_key` can have filed a block's start phrase under."""
    if len(folded) > 1:
        first, second = (NUMBER if word.isdigit() else word for word in folded[:2])
        yield f"{first} {second}"
        if first == second == NUMBER:
            following = next((word for word in folded[2 : _NUMBER_WORDS + 1] if not word.isdigit()), "")
            yield f"{NUMBER} {following}"
        yield first


def _candidates(shelf: dict[str, list[Pattern]], folded: list[str]) -> Iterator[tuple[Pattern, int]]:
    """Yield each pattern whose key stands among the words, with the key's place."""
    present = shelf.keys() & set(folded)
    for place, word in enumerate(folded):
        if word in present:
            for pattern in shelf[word]:
                yield pattern, place
        if len(word) == 1 and place + 1 < len(folded) and word >= "\u0e00":
            for pattern in shelf.get(word + folded[place + 1], ()):
                yield pattern, place


def _search(shelf: dict[str, list[Pattern]], folded: list[str]) -> Iterator[tuple[int, int, Pattern]]:
    """Yield (start, stop, pattern) for each pattern of the shelf found among the words."""
    for pattern, place in _candidates(shelf, folded):
        stop = _forward(pattern.tokens, pattern.anchor, folded, place, pattern.gap)
        if stop >= 0:
            start = _backward(pattern.tokens, pattern.anchor - 1, folded, place - 1, pattern.gap)
            if start >= 0:
                yield start, stop, pattern


def _forward(  # noqa: PLR0913 - the state of a match
    tokens: tuple[str, ...], token: int, folded: list[str], place: int, gap: int, *, whole: bool = False
) -> int:
    """Match tokens from ``token`` on at ``place``; return where the match stops, or -1.

    With ``whole`` the match must reach the last word.
    """
    while token < len(tokens):
        literal = tokens[token]
        if literal == GAP:
            for skipped in range(min(gap, len(folded) - place) + 1):
                stop = _forward(tokens, token + 1, folded, place + skipped, gap, whole=whole)
                if stop >= 0:
                    return stop
            return -1
        if place >= len(folded):
            return -1
        if literal == NUMBER:
            if not folded[place].isdigit():
                return -1
            limit = place + _NUMBER_WORDS
            while place + 1 < min(limit, len(folded)) and folded[place + 1].isdigit():
                place += 1
        elif folded[place] != literal:
            return -1
        token += 1
        place += 1
    return -1 if whole and place < len(folded) else place


def _backward(tokens: tuple[str, ...], token: int, folded: list[str], place: int, gap: int) -> int:
    """Match tokens down from ``token`` ending at ``place``; return the start, or -1."""
    while token >= 0:
        literal = tokens[token]
        if literal == GAP:
            for skipped in range(min(gap, place + 1) + 1):
                start = _backward(tokens, token - 1, folded, place - skipped, gap)
                if start >= 0:
                    return start
            return -1
        if place < 0:
            return -1
        if literal == NUMBER:
            if not folded[place].isdigit():
                return -1
            limit = place - _NUMBER_WORDS
            while place - 1 > max(limit, -1) and folded[place - 1].isdigit():
                place -= 1
        elif folded[place] != literal:
            return -1
        token -= 1
        place -= 1
    return place + 1


# --------------------------------------------------------------------- shipped lexicons
@functools.cache
def shipped_lexicons() -> tuple[Lexicon, ...]:
    """Read every lexicon of the package, in order of their file names."""
    folder = resources.files("descale") / "lexicons"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(read_lexicon(file.read_text(encoding="utf-8"), file.name) for file in files)


@functools.cache
def shipped_index() -> PhraseIndex:
    """Return the one index over all shipped phrases; built at the first call."""
    return index_with(())


def index_with(extra: tuple[Phrase, ...]) -> PhraseIndex:
    """Return an index over the shipped phrases and the caller's own."""
    lexicons = shipped_lexicons()
    function_words = frozenset().union(*(lexicon.function_words for lexicon in lexicons))
    shipped = itertools.chain.from_iterable(lexicon.phrases for lexicon in lexicons)
    return build_index(itertools.chain(extra, shipped), function_words)


def read_phrase_file(path: Path) -> tuple[Phrase, ...]:
    """Read a user's own phrases from a TOML in the lexicons' format.

    Raises:
        RuleError: the file cannot be read, or a key of it is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read: {error}"
        raise RuleError(message) from error
    lexicon = read_lexicon(text, str(path))
    for phrase in lexicon.phrases:
        compile_phrase(phrase, str(path))
    return lexicon.phrases


@functools.cache
def month_names() -> dict[str, int]:
    """Return folded month names and abbreviations of all lexicons, each with its month 1–12.

    A name that means different months in two languages is left out.
    """
    found: dict[str, set[int]] = {}
    for lexicon in shipped_lexicons():
        for number, names in enumerate(lexicon.months, 1):
            for name in names:
                found.setdefault(name, set()).add(number)
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1}


@functools.cache
def byline_words() -> frozenset[str]:
    """Return what stands before an author's name in a byline, folded, words joined by a blank."""
    return frozenset(" ".join(words.split(text)) for lexicon in shipped_lexicons() for text in lexicon.bylines)
