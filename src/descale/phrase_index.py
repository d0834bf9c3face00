"""The phrase index: every phrase filed under its rarest word, asked once for each block.

Asking costs a set intersection and not a walk over thousands of patterns (measured: 400
phrases as one alternation cost 16 page parses, 5,500 in an index a fifth of one). The index
of the shipped lexicons is a file of the package, made from their TOMLs by `dump`: compiling
the TOMLs takes seconds, reading the file a tenth of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from descale import words
from descale.phrases import GAP, NUMBER, Phrase, Strength, compile_phrase

_GAP_WORDS = 6
_GAP_CHARACTERS = 12
#: A number may come as several words: "1,234.50", "12:30".
_NUMBER_WORDS = 3
#: Longest block, in words, that is compared with whole-line phrases.
_LINE_WORDS = 40
#: Longest phrase, in words, that a line of several phrases is searched for.
_TILE_WORDS = 8
_SLOTS = frozenset({GAP, NUMBER})
#: Scripts without blanks, which are filed by pairs of characters, begin here.
_FIRST_CHARACTER_SCRIPT = "\u0e00"
#: Families that newspapers write articles about.
_TOPIC_FAMILIES = frozenset({"paywall", "newsletter", "consent", "comments", "advert"})
_TOPIC_LETTERS = 5
_TOPIC_PHRASES = 6
_TOPIC_SHARE = 0.6


class Pattern(NamedTuple):
    """One reading of a phrase: folded words, `GAP` and `NUMBER`.

    ``anchor`` is the place of the word it is filed under, ``gap`` what a `GAP` may span.
    """

    phrase: int
    anchor: int
    gap: int
    tokens: tuple[str, ...]

    @property
    def literal(self) -> int:
        """How many words the phrase names."""
        return len(self.tokens) - self.tokens.count(GAP)


class Hit(NamedTuple):
    """A phrase found: words ``start`` to ``stop`` (half open) of the block asked about.

    ``literal`` is how many of them the phrase names; the others stand in its gaps.
    """

    phrase: Phrase
    start: int
    stop: int
    literal: int

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


#: What is filed under a key; from a file it stays text until it is asked for.
_Filed = dict[str, "list[Pattern] | str"]


@dataclass(frozen=True, slots=True)
class PhraseIndex:
    """All phrases, filed for asking. Build it with `build_index`, or `load` a built one."""

    phrases: list[Phrase] = field(default_factory=list)
    lines: dict[str, list[int]] = field(default_factory=dict)
    starts: _Filed = field(default_factory=dict)
    line_patterns: _Filed = field(default_factory=dict)
    inner: _Filed = field(default_factory=dict)
    topic_words: dict[str, str] = field(default_factory=dict)

    def line(self, folded: list[str], vocabulary: AbstractSet[str] | None = None) -> list[Hit]:
        """Return the ``line`` phrases that the whole block is: languages share some.

        ``vocabulary`` is the set of its words, where the caller has it.
        """
        if not folded or len(folded) > _LINE_WORDS:
            return []
        found = dict.fromkeys(self.lines.get(" ".join(folded), ()), len(folded)) or {
            pattern.phrase: pattern.literal
            for pattern in self._line_candidates(folded, vocabulary or set(folded))
            if _forward(pattern.tokens, 0, folded, 0, pattern.gap, whole=True) >= 0
        }
        return [Hit(self.phrases[phrase], 0, len(folded), literal) for phrase, literal in found.items()]

    def _line_candidates(self, folded: list[str], vocabulary: AbstractSet[str]) -> Iterator[Pattern]:
        """Yield the patterns of whole lines that begin or end as the block does, or have a slot at both ends."""
        second = folded[1] if len(folded) > 1 else ""
        for pattern in _filed_under(self.line_patterns, f"{folded[0]} …"):
            if pattern.tokens[1] == second or pattern.tokens[1] in _SLOTS:
                yield pattern
        yield from _filed_under(self.line_patterns, f"… {folded[-1]}")
        for pattern, _ in _candidates(self.line_patterns, folded, vocabulary):
            yield pattern

    def start(self, folded: list[str]) -> Hit | None:
        """Return the longest ``start`` phrase that the block begins with, if any."""
        best = (0, -1, 0)
        for key in _first_keys(folded):
            for pattern in _filed_under(self.starts, key):
                stop = _forward(pattern.tokens, 0, folded, 0, pattern.gap)
                if stop > best[0]:
                    best = (stop, pattern.phrase, pattern.literal)
        return Hit(self.phrases[best[1]], 0, best[0], best[2]) if best[0] else None

    def tile(self, folded: list[str]) -> list[Hit]:
        """Return the whole-line phrases that a block is put together from, or an empty list.

        "Share Tweet Email Print" or "About | Contact | Privacy": link lists in one line.
        """
        tiles: list[Hit] = []
        place = 0
        while place < len(folded):
            for stop in range(min(len(folded), place + _TILE_WORDS), place, -1):
                found = self.lines.get(" ".join(folded[place:stop]))
                if found:
                    tiles.append(Hit(self.phrases[found[0]], place, stop, stop - place))
                    place = stop
                    break
            else:
                return []
        return tiles

    def inside(self, folded: list[str], vocabulary: AbstractSet[str] | None = None) -> list[Hit]:
        """Return every ``phrase`` found anywhere in the block, in reading order."""
        hits: set[tuple[int, int, int, int]] = set()
        for pattern, place in _candidates(self.inner, folded, vocabulary or set(folded)):
            stop = _forward(pattern.tokens, pattern.anchor, folded, place, pattern.gap)
            if stop >= 0:
                start = _backward(pattern.tokens, pattern.anchor - 1, folded, place - 1, pattern.gap)
                if start >= 0:
                    hits.add((start, stop, pattern.phrase, pattern.literal))
        return [Hit(self.phrases[phrase], start, stop, literal) for start, stop, phrase, literal in sorted(hits)]


def build_index(phrases: Iterable[Phrase], function_words: frozenset[str] = frozenset()) -> PhraseIndex:
    """File phrases under their rarest words; function words of any language come last.

    Raises:
        RuleError: a phrase does not compile (see `compile_phrase`).
    """
    listed = list(phrases)
    compiled = [(number, reading) for number, phrase in enumerate(listed) for reading in compile_phrase(phrase)]
    frequency: Counter[str] = Counter()
    for _, reading in compiled:
        frequency.update(set(_keys(reading)))
    index = PhraseIndex(listed, topic_words=_topic_words(listed, compiled, function_words))
    for number, reading in compiled:
        strength = listed[number].strength
        if strength == "line" and GAP not in reading and NUMBER not in reading:
            index.lines.setdefault(" ".join(reading), []).append(number)
            continue
        gap = _GAP_CHARACTERS if any(map(words.is_character_word, reading)) else _GAP_WORDS
        if strength == "start":
            _file(index.starts, _start_key(reading), Pattern(number, 0, gap, reading))
            continue
        if strength == "line" and not (reading[0] in _SLOTS and reading[-1] in _SLOTS):
            edge = f"… {reading[-1]}" if reading[0] in _SLOTS else f"{reading[0]} …"
            _file(index.line_patterns, edge, Pattern(number, 0, gap, reading))
            continue
        keys = _keys(reading)
        key = min(keys, key=lambda key: (key in function_words, frequency[key], -len(key), key))
        _file(index.line_patterns if strength == "line" else index.inner, key, Pattern(number, keys[key], gap, reading))
    return index


def _file(shelf: _Filed, key: str, pattern: Pattern) -> None:
    filed = shelf.setdefault(key, [])
    assert not isinstance(filed, str)  # noqa: S101 - only loaded indexes hold text, and nothing is filed in them
    filed.append(pattern)


# ------------------------------------------------------------------- the index as a file
_SHELVES = ("starts", "line_patterns", "inner")


def dump(index: PhraseIndex) -> dict[str, Any]:
    """Return the index as plain data for JSON: patterns and phrases as short texts."""
    return {
        "phrases": ["\t".join(phrase) for phrase in index.phrases],
        "lines": index.lines,
        "topic_words": index.topic_words,
        **{name: {key: _as_text(filed) for key, filed in getattr(index, name).items()} for name in _SHELVES},
    }


def load(data: dict[str, Any]) -> PhraseIndex:
    """Return the index that `dump` wrote; its patterns are read when they are asked for."""
    shelves: dict[str, _Filed] = {name: data[name] for name in _SHELVES}
    return PhraseIndex(_LazyPhrases(data["phrases"]), data["lines"], topic_words=data["topic_words"], **shelves)


def merge(one: PhraseIndex, other: PhraseIndex) -> PhraseIndex:
    """Return an index that finds what either finds; those of ``one`` come first."""
    shift = len(one.phrases)
    lines = dict(one.lines)
    for key, found in other.lines.items():
        lines[key] = [*lines.get(key, ()), *(phrase + shift for phrase in found)]
    shelves: dict[str, _Filed] = {}
    for name in _SHELVES:
        shelf: _Filed = dict(getattr(one, name))
        for key in getattr(other, name):
            moved = [pattern._replace(phrase=pattern.phrase + shift) for pattern in _filed_under(getattr(other, name), key)]
            shelf[key] = [*_filed_under(shelf, key), *moved]
        shelves[name] = shelf
    topic_words = {**other.topic_words, **one.topic_words}
    return PhraseIndex([*one.phrases, *other.phrases], lines, topic_words=topic_words, **shelves)


class _LazyPhrases(list[Phrase]):
    """Phrases read from a file: texts, split when one of them is found."""

    def __getitem__(self, number: Any) -> Any:
        written: Any = super().__getitem__(number)
        if not isinstance(written, str):
            return written
        rule, language, strength, text = written.split("\t")
        phrase = Phrase(rule, language, cast("Strength", strength), text)
        self[number] = phrase
        return phrase

    def __iter__(self) -> Iterator[Phrase]:
        return (self[number] for number in range(len(self)))


def _as_text(filed: list[Pattern] | str) -> str:
    if isinstance(filed, str):
        return filed
    return "\n".join(f"{phrase} {anchor} {gap} {' '.join(tokens)}" for phrase, anchor, gap, tokens in filed)


def _filed_under(shelf: _Filed, key: str) -> list[Pattern]:
    """Return the patterns filed under a key, reading them if they are still text."""
    filed = shelf.get(key)
    if filed is None:
        return []
    if isinstance(filed, str):
        parts = (line.split(" ") for line in filed.split("\n"))
        filed = [Pattern(int(phrase), int(anchor), int(gap), tuple(tokens)) for phrase, anchor, gap, *tokens in parts]
        shelf[key] = filed
    return filed


# ------------------------------------------------------------------------------- keys
def _topic_words(
    phrases: list[Phrase], compiled: list[tuple[int, tuple[str, ...]]], function_words: frozenset[str]
) -> dict[str, str]:
    """Return words that belong to one family's subject, with the family.

    "newsletter", "cookies", "Abonnement": words of many phrases of one family and few of others.
    """
    uses: dict[str, dict[str, set[int]]] = {}
    for phrase, reading in compiled:
        family = phrases[phrase].rule.partition(".")[0]
        if family in _TOPIC_FAMILIES:
            for word in reading:
                if len(word) >= _TOPIC_LETTERS and word not in function_words:
                    uses.setdefault(word, {}).setdefault(family, set()).add(phrase)
    topics: dict[str, str] = {}
    for word, families in uses.items():
        family, users = max(families.items(), key=lambda item: (len(item[1]), item[0]))
        total = sum(map(len, families.values()))
        if len(users) >= _TOPIC_PHRASES and len(users) >= _TOPIC_SHARE * total:
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


# ---------------------------------------------------------------------------- matching
def _candidates(shelf: _Filed, folded: list[str], vocabulary: AbstractSet[str]) -> Iterator[tuple[Pattern, int]]:
    """Yield each pattern whose key stands among the words, with the key's place.

    Most keys stand there by chance: a pattern whose words beside the key are others is passed over.
    """
    present = shelf.keys() & vocabulary
    in_pairs = max(vocabulary, default="") >= _FIRST_CHARACTER_SCRIPT
    if not present and not in_pairs:
        return
    around = ["", *folded, ""]
    for place, word in enumerate(folded):
        if word in present:
            before, after = around[place], around[place + 2]
            for pattern in _filed_under(shelf, word):
                anchor, tokens = pattern.anchor, pattern.tokens
                if anchor and tokens[anchor - 1] != before and tokens[anchor - 1] not in _SLOTS:
                    continue
                if anchor + 1 < len(tokens) and tokens[anchor + 1] != after and tokens[anchor + 1] not in _SLOTS:
                    continue
                yield pattern, place
        if in_pairs and len(word) == 1 and word >= _FIRST_CHARACTER_SCRIPT:
            for pattern in _filed_under(shelf, word + around[place + 2]):
                yield pattern, place


def _forward(tokens: tuple[str, ...], token: int, folded: list[str], place: int, gap: int, *, whole: bool = False) -> int:
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
