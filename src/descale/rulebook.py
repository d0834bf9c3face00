"""What rules there are: for `descale rules` and the reference pages of the documentation."""

from __future__ import annotations

import functools
import hashlib
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from descale import __version__
from descale.cleaners import CLEANERS
from descale.phrases import Phrase

#: Rules that no cleaner owns.
_COMMON_RULES = {
    "extract.low-content": "a block of HTML that is probably not main content",
    "extract.raw-text": "a line of raw page text that is probably not main content",
    "byline.author.name": "the name of an author of the page, alone on its line outside the article",
    "metadata.title": "the article's title, handed out as article.title",
    "metadata.standfirst": "the article's standfirst, handed out as article.standfirst",
}
_SECTION = re.compile(r"^(Removes|Keeps):\n((?: {4}.*\n?|\n)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, what it sees in words, and the phrases that speak for it."""

    id: str
    sees: str
    phrases: tuple[Phrase, ...] = ()

    @property
    def family(self) -> str:
        """First word of the id."""
        return self.id.partition(".")[0]


def rules() -> tuple[Rule, ...]:
    """Return every rule descale knows, sorted by id."""
    from descale import lexicon  # noqa: PLC0415 - the TOMLs are read only to be listed

    phrases: dict[str, list[Phrase]] = {}
    for lexicon_ in lexicon.shipped_lexicons():
        for phrase in lexicon_.phrases:
            phrases.setdefault(phrase.rule, []).append(phrase)
    found = [Rule(rule, "phrases of the lexicons", tuple(spoken)) for rule, spoken in phrases.items()]
    structural = [_COMMON_RULES, *(cleaner.rules for cleaner in CLEANERS)]
    found += [Rule(rule, sees) for table in structural for rule, sees in table.items()]
    return tuple(sorted(found, key=lambda rule: rule.id))


@functools.cache
def rule_set() -> str:
    """Return the version of descale and a digest of its shipped phrases and weights: "0.1.0+3f2a91c04d17"."""
    digest = hashlib.sha256()
    for folder, suffix in (("lexicons", ".gz"), ("weights", "")):
        for entry in sorted(resources.files("descale").joinpath(folder).iterdir(), key=lambda entry: entry.name):
            if entry.is_file() and entry.name.endswith(suffix):
                digest.update(entry.name.encode() + entry.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"


def examples(family: str) -> dict[str, tuple[str, ...]]:
    """Return the "Removes" and "Keeps" examples in the docstring of a shipped cleaner's module."""
    text = (inspect.getdoc(sys.modules[f"descale.cleaners.{family}"]) or "") + "\n"
    return {name: tuple(_lines(body)) for name, body in _SECTION.findall(text)}


def _lines(body: str) -> Iterator[str]:
    for line in body.split("\n"):
        if line.strip():
            yield line.strip()
