"""The shipped lexicons as one compact file, made from their TOMLs and loaded at the first call.

``python -m descale.shipped`` writes the file anew; a test checks that it is current.
"""

from __future__ import annotations

import functools
import json
import zlib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from descale import phrase_index, words
from descale.phrase_index import PhraseIndex
from descale.phrases import Phrase

_FILE = "lexicons/compact.json.gz"
_GZIP = 31


@dataclass(frozen=True, slots=True)
class Shipped:
    """What all shipped lexicons say.

    Attributes:
        source: hash of the TOMLs that the file was made from.
        index: of all phrases.
        function_words: by language.
        months: by language, twelve sets of folded names.
        bylines: what stands before an author's name, folded, words joined by a blank.
    """

    source: str
    index: PhraseIndex
    function_words: dict[str, frozenset[str]]
    months: dict[str, tuple[frozenset[str], ...]]
    bylines: frozenset[str]


@functools.cache
def shipped() -> Shipped:
    """Load the compact file; once a process."""
    packed = (resources.files("descale") / _FILE).read_bytes()
    data = json.loads(zlib.decompress(packed, wbits=_GZIP))
    return Shipped(
        data["source"],
        phrase_index.load(data["index"]),
        {language: frozenset(text.split()) for language, text in data["function_words"].items()},
        {language: tuple(frozenset(names) for names in months) for language, months in data["months"].items()},
        frozenset(data["bylines"]),
    )


def index_with(extra: tuple[Phrase, ...]) -> PhraseIndex:
    """Return an index over the caller's own phrases and the shipped ones."""
    return phrase_index.merge(phrase_index.build_index(extra), shipped().index) if extra else shipped().index


@functools.cache
def month_names() -> dict[str, int]:
    """Return folded month names and abbreviations of all lexicons, each with its month 1–12.

    A name that means different months in two languages is left out.
    """
    found: dict[str, set[int]] = {}
    for months in shipped().months.values():
        for number, names in enumerate(months, 1):
            for name in names:
                found.setdefault(name, set()).add(number)
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1}


@functools.cache
def months_of(language: str | None) -> dict[str, int]:
    """Return folded names of months in one language, with their numbers."""
    return {
        name: number
        for known, months in shipped().months.items()
        if language is not None and known.partition("-")[0] == language.partition("-")[0]
        for number, names in enumerate(months, 1)
        for name in names
    }


def byline_words() -> frozenset[str]:
    """Return what stands before an author's name in a byline, folded, words joined by a blank."""
    return shipped().bylines


# ------------------------------------------------------------------------ making the file
def source_hash() -> str:
    """Return a hash over the package's lexicon files."""
    import hashlib  # noqa: PLC0415 - only for making and checking the file

    from descale import lexicon  # noqa: PLC0415

    digest = hashlib.sha256()
    for file in lexicon.lexicon_files():
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def compact() -> dict[str, Any]:
    """Return what the compact file holds, made from the TOMLs."""
    from descale import lexicon  # noqa: PLC0415 - only for making the file

    lexicons = lexicon.shipped_lexicons()
    function_words = frozenset().union(*(found.function_words for found in lexicons))
    index = phrase_index.build_index((phrase for found in lexicons for phrase in found.phrases), function_words)
    return {
        "source": source_hash(),
        "index": phrase_index.dump(index),
        "function_words": {found.language: " ".join(sorted(found.function_words)) for found in lexicons},
        "months": {found.language: [sorted(names) for names in found.months] for found in lexicons},
        "bylines": sorted({" ".join(words.split(text)) for found in lexicons for text in found.bylines}),
    }


def main() -> None:
    """Write the compact file anew."""
    import gzip  # noqa: PLC0415 - only for making the file
    from pathlib import Path  # noqa: PLC0415

    text = json.dumps(compact(), ensure_ascii=False, separators=(",", ":"))
    Path(str(resources.files("descale") / _FILE)).write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
