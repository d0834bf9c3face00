"""Which language a document or a run of lines is in: function words first, langdetect in doubt.

langdetect costs about two page parses a call and is wrong on a quarter of one- and
two-word strings, so it only confirms what function words and phrases suggest.
"""

from __future__ import annotations

import functools
import re
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import TYPE_CHECKING

from descale.shipped import shipped

if TYPE_CHECKING:
    from langdetect.detector_factory import DetectorFactory

#: The function words of a text make up a quarter to a half of it; a fifth of that is proof enough.
_MIN_SHARE = 0.08
_MIN_LEAD = 1.25
_VOTING_BLOCKS = 8
_VOTING_WORDS = 200
_LANGDETECT_CHARACTERS = 400
#: A block leans to another language that leads by this factor, with so many different words at least.
_FOREIGN_LEAD = 2
_FOREIGN_WORDS = 2
#: Languages so close that their function words do not tell them apart in a line.
_CLOSE = (
    frozenset({"no", "da", "sv"}),
    frozenset({"es", "pt", "ca", "it", "gl"}),
    frozenset({"cs", "sk", "pl", "hr"}),
    frozenset({"ru", "uk", "bg"}),
    frozenset({"de", "nl"}),
    frozenset({"ar", "fa"}),
    frozenset({"zh-hans", "zh-hant", "ja"}),
)
#: Names of one language under another code, as old or national pages write them.
ALIASES = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "jp": "ja", "cz": "cs", "ua": "uk", "gr": "el", "kr": "ko", "cn": "zh", "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "spa": "es"}  # fmt: skip
#: Languages of the web, in Latin or Cyrillic letters, that have no lexicon.
_WITHOUT_LEXICON = frozenset({"af", "az", "be", "bg", "bs", "ca", "cy", "et", "eu", "fo", "fy", "ga", "gl", "ha", "hr", "ig", "is", "kk", "ku", "ky", "lb", "lt", "lv", "mg", "mi", "mk", "mn", "ms", "mt", "oc", "rw", "sk", "sl", "so", "sq", "sr", "st", "sw", "tg", "tk", "tl", "tn", "uz", "xh", "yo", "zu"})  # fmt: skip
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile("[\uac00-\ud7af]"), 0.2),
    ("th", re.compile("[\u0e00-\u0e7f]"), 0.2),
    ("he", re.compile("[\u0590-\u05ff]"), 0.3),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), 0.3),
    ("hi", re.compile("[\u0900-\u097f]"), 0.3),
    ("zh", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"), 0.2),
)
_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u3040-\U0003ffff]")
#: Characters that only one of the two Chinese scripts uses, from the commonest words of the news.
_TRADITIONAL = frozenset("們這個國會來時為說對發後學現還進過從動電業長開關與無產問間機經實當應點樣讓")
_SIMPLIFIED = frozenset("们这个国会来时为说对发后学现还进过从动电业长开关与无产问间机经实当应点样让")
_detection_lock = threading.Lock()


@functools.cache
def _function_words() -> dict[str, tuple[str, ...]]:
    """Return each function word with the languages that use it."""
    languages: dict[str, list[str]] = {}
    for language, function_words in shipped().function_words.items():
        for word in function_words:
            languages.setdefault(word, []).append(language)
    return {word: tuple(found) for word, found in languages.items()}


def function_word_counts(folded: Iterable[str]) -> Counter[str]:
    """Count, for each language, the words that are function words of it."""
    table = _function_words()
    occurrences = Counter(folded)
    counts: Counter[str] = Counter()
    for word in table.keys() & occurrences.keys():
        for language in table[word]:
            counts[language] += occurrences[word]
    return counts


def is_function_word(word: str) -> bool:
    """Tell whether a folded word is a function word of any language."""
    return word in _function_words()


def is_known(language: str) -> bool:
    """Tell whether the function words of a language are known, so that a line can show itself to be in it."""
    return language in shipped().function_words


def has_no_voice(language: str) -> bool:
    """Tell whether only a declaration tells a language: its words would be taken for a relative's.

    Seen: an Icelandic page, declared so, was called Swedish.
    """
    return base(language) in _WITHOUT_LEXICON


def other_language(vocabulary: AbstractSet[str], language: str) -> str | None:
    """Return the language that far more of a block's different words speak for than for ``language``."""
    table = _function_words()
    spoken = [table[word] for word in table.keys() & vocabulary]
    own = sum([language in speakers for speakers in spoken])
    needed = max(_FOREIGN_WORDS, _FOREIGN_LEAD * own)
    if len(spoken) < needed:
        return None
    counts = Counter(chain.from_iterable(spoken))
    rival, best = max(counts.items(), key=lambda item: (item[1], item[0]))
    return rival if best >= needed and not are_close(rival, language) else None


def are_close(one: str, other: str) -> bool:
    """Tell whether function words do not tell two languages apart in a line."""
    return base(one) == base(other) or any({one, other} <= group for group in _CLOSE)


def base(language: str) -> str:
    """Return the primary subtag: "zh" of "zh-hans", "pt" of "pt-BR", "no" of "nb"."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    return ALIASES.get(primary, primary)


def by_script(text: str) -> str | None:
    """Return the language that the script alone tells, or None."""
    if text.isascii() or not _BEYOND_LATIN.search(text):
        return None
    letters = sum(map(str.isalpha, text)) or 1
    for language, pattern, share in _SCRIPTS:
        if len(pattern.findall(text)) >= share * letters:
            return _chinese_script(text) if language == "zh" else language
    return None


def _chinese_script(text: str) -> str:
    traditional = sum(character in _TRADITIONAL for character in text)
    simplified = sum(character in _SIMPLIFIED for character in text)
    return "zh-hant" if traditional > simplified else "zh-hans"


def detect(blocks: Sequence[tuple[str, list[str]]]) -> str | None:
    """Return the language of a document given as (text, folded words) of its blocks.

    The eight longest blocks vote by their function words; langdetect decides only where
    two languages are close. None where nothing speaks.
    """
    voters = sorted(blocks, key=lambda block: len(block[0]), reverse=True)[:_VOTING_BLOCKS]
    sample = "\n".join(text[:1000] for text, _ in voters)
    script = by_script(sample)
    if script is not None:
        return script
    spoken = [word for _, folded in voters for word in folded[:_VOTING_WORDS]]
    counts = function_word_counts(spoken)
    total = len(spoken)
    ranked = counts.most_common(2)
    if ranked and ranked[0][1] >= _MIN_SHARE * total:
        runner_up = ranked[1][1] if len(ranked) > 1 else 0
        if ranked[0][1] >= 3 and ranked[0][1] >= _MIN_LEAD * runner_up:
            return ranked[0][0]
    guesses = statistical_guess(sample)
    return guesses[0][0] if guesses else None


def statistical_guess(text: str) -> list[tuple[str, float]]:
    """Return langdetect's languages with their probabilities, best first; empty if it cannot say.

    Seeded, so equal texts get equal answers, whatever thread or process asks.
    """
    from langdetect import LangDetectException  # noqa: PLC0415 - imported only where doubt is left

    detector = _detector_factory().create()
    detector.set_max_text_length(_LANGDETECT_CHARACTERS)
    detector.seed = 0
    try:
        # Words in capitals are skipped by langdetect, and headlines are full of them.
        detector.append(text[:_LANGDETECT_CHARACTERS].lower())
        return [(_shipped_tag(guess.lang), guess.prob) for guess in detector.get_probabilities()]
    except LangDetectException:
        return []


def _shipped_tag(tag: str) -> str:
    return {"zh-cn": "zh-hans", "zh-tw": "zh-hant"}.get(tag, tag)


def _detector_factory() -> DetectorFactory:
    with _detection_lock:
        return _loaded_detector_factory()


@functools.cache
def _loaded_detector_factory() -> DetectorFactory:
    """Load langdetect's profiles into a factory of our own; its global one is shared and unseeded."""
    from langdetect import detector_factory  # noqa: PLC0415

    factory = detector_factory.DetectorFactory()
    factory.set_seed(0)
    factory.load_profile(detector_factory.PROFILES_DIRECTORY)
    return factory
