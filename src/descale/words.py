"""Words: how text is split and folded, the same for phrases and for pages.

Folding makes "¡Suscríbete!" and "suscribete" the same word: case, accents and
compatibility forms go, and what is left is compared. Each word is folded alone, because
``ß`` and ``İ`` change length and offsets must stay those of the source.
"""

from __future__ import annotations

import re
import unicodedata

# Scripts written without blanks between words: Han, Kana, Hangul, Thai, Lao, Myanmar,
# Khmer. Each of their characters counts as a word, so that phrases match inside a run.
# Hangul is written with blanks, but particles cling to words and blanks vary from site to
# site; matching by syllable sees through both.
CHARACTER_SCRIPTS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Vowel signs, viramas, points and joiners stand inside words but are no \w to `re`.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670\u0900-\u0963\u0970-\u0dff\u200c\u200d"

_LETTER = rf"[^\W\d{CHARACTER_SCRIPTS}]"
_WORD = re.compile(rf"\d+|{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*|[{CHARACTER_SCRIPTS}]")
# Five sixths of the text of mostly English pages are ASCII but for these signs, which part
# words as blanks do; the pattern for ASCII takes half the time.
_ASCII_WORD = re.compile(r"[a-z_]+|[0-9]+")
_TYPOGRAPHY = "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\xa0"
_CHARACTER_SCRIPT = re.compile(f"[{CHARACTER_SCRIPTS}]")

# Accents of Latin, Greek and Cyrillic; points of Hebrew and Arabic; tatweel; joiners.
# Signs of the Indic scripts stay: without them different words would be one.
_DROPPED = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u0652\u0670\u200c\u200d]")
# Letters that people mix freely: dotless i, final sigma, Arabic and Persian forms.
_ALIKE = str.maketrans({"ı": "i", "ς": "σ", "ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه"})
_CACHE_LIMIT = 200_000
#: Characters of a script without blanks that make up one word, on average of running text.
_THAI = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_CHARACTERS_A_WORD = ((_THAI, 4.0), (_HANGUL, 2.5))
_HAN_CHARACTERS_A_WORD = 1.6


def fold(word: str) -> str:
    """Return ``word`` as it is compared: without case, accents and variant forms."""
    if word.isascii():
        return word.lower()
    stripped = _DROPPED.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return unicodedata.normalize("NFC", stripped).translate(_ALIKE)


class _FoldedWords(dict[str, str]):
    """Remembers foldings; emptied when full, which changes speed and never a result."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHE_LIMIT:
            self.clear()
        folded = self[word] = fold(word)
        return folded


_folded = _FoldedWords()


def split(text: str) -> list[str]:
    """Return the folded words of ``text``; digits and letters part ("5min" is two)."""
    plain = text
    if not text.isascii():
        for sign in _TYPOGRAPHY:
            plain = plain.replace(sign, " ")
    if plain.isascii():
        return _ASCII_WORD.findall(plain.lower())
    fold_of = _folded.__getitem__
    return [fold_of(word) for word in _WORD.findall(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """Return (start, stop) of each word of ``split(text)``."""
    return [match.span() for match in _WORD.finditer(text)]


def has_character_script(text: str) -> bool:
    """Tell whether any character belongs to a script written without blanks."""
    return not text.isascii() and _CHARACTER_SCRIPT.search(text) is not None


def is_character_word(word: str) -> bool:
    """Tell whether a word of `split` is one character of such a script."""
    return len(word) == 1 and not word.isascii() and _CHARACTER_SCRIPT.match(word) is not None


def length(text: str, folded: list[str]) -> float:
    """Return how many words a text has; in scripts without blanks, what its characters amount to."""
    if not has_character_script(text):
        return float(len(folded))
    characters = sum(map(is_character_word, folded))
    rate = next((rate for script, rate in _CHARACTERS_A_WORD if script.search(text)), _HAN_CHARACTERS_A_WORD)
    return len(folded) - characters + characters / rate


def has_thai_like_script(text: str) -> bool:
    """Tell whether the text is in a script that has neither blanks between words nor full stops."""
    return not text.isascii() and _THAI.search(text) is not None
