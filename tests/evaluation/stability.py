"""Rates that should be near one: cleaning again changes nothing, nor does a tail.

    python tests/evaluation/stability.py

*Again*: the cleaned text, cleaned once more, comes out the same. *Tail*: with boilerplate
put below a text, no line of its article is lost that was there without. *Same*: nothing
at all changes above that tail. A tail is evidence, so boilerplate above it may well go
that passed before, above all on raw page text; hence *same* is only reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import lines
from corpora import records

from descale import Pipeline

#: Boilerplate below an article, as many sites have it.
TAILS = {
    "en": ("Most viewed", "Sign up for our newsletter", "Share this article", "© 2024 All rights reserved."),
    "de": ("Meistgelesen", "Newsletter abonnieren", "Artikel teilen", "© 2024 Alle Rechte vorbehalten."),
    "es": ("Lo más leído", "Suscríbete a nuestro boletín", "Compartir", "© 2024 Todos los derechos reservados."),
    "fr": ("Les plus lus", "Inscrivez-vous à notre newsletter", "Partager", "© 2024 Tous droits réservés."),
}
_PIPELINE = Pipeline(source_type="text")


class Text(NamedTuple):
    """A document of lines; ``body`` says which of them are article."""

    name: str
    corpus: str
    language: str
    lines: list[str]
    body: list[bool]


class Verdict(NamedTuple):
    """What stayed the same for one document."""

    name: str
    again: bool
    tail: bool
    same: bool


def texts(sample: int) -> Iterator[Text]:
    """Yield every nth document of each corpus of lines, and every nth gold text."""
    for corpus in lines.DATASETS:
        for record in islice(records(corpus), 0, None, sample):
            found = [line["t"].replace("\n", " ") for line in record["lines"]]
            body = [line["y"] == 0 for line in record["lines"]]
            yield Text(record["id"], corpus, record["lang"] or "en", found, body)
    for record in islice(lines._gold_records(), 0, None, sample):  # noqa: SLF001 - the same texts as in its table
        found = record["text"].split("\n")
        yield Text(record["id"], "gold", record["lang"] or "en", found, [True] * len(found))


def verdict(text: Text) -> Verdict:
    """Clean a document, clean what comes out, and clean it with a tail."""
    article = _PIPELINE.clean("\n".join(text.lines))
    again = _PIPELINE.clean(article.text).text == article.text
    tail = TAILS.get(text.language.partition("-")[0], TAILS["en"])
    longer = _PIPELINE.clean("\n".join((*text.lines, *tail)))
    before = lines.kept_lines(text.lines, article)
    after = lines.kept_lines(text.lines, longer)
    lost = any(body and was and not still for body, was, still in zip(text.body, before, after, strict=True))
    return Verdict(text.name, again, not lost, before == after)


def verdicts(sample: int) -> dict[str, list[Verdict]]:
    """Return the verdicts by corpus."""
    found: dict[str, list[Verdict]] = defaultdict(list)
    for text in texts(sample):
        found[text.corpus].append(verdict(text))
    return found


def rates(found: list[Verdict]) -> dict[str, float]:
    """Return the share of documents that stayed the same, by kind of change."""
    return {kind: sum(getattr(one, kind) for one in found) / len(found) for kind in ("again", "tail", "same")}


def table(by_corpus: dict[str, list[Verdict]]) -> str:
    """Return the rates by corpus and over all."""
    rows = [f"{'corpus':<14}{'n':>6}{'again':>9}{'tail':>9}{'same':>9}"]
    together = [one for found in by_corpus.values() for one in found]
    for corpus, found in {**by_corpus, "all": together}.items():
        rows.append(f"{corpus:<14}{len(found):>6}" + "".join(f"{rate:>9.4f}" for rate in rates(found).values()))
    return "\n".join(rows)


def main() -> None:
    """Print the table, and which documents changed."""
    by_corpus = verdicts(sample=6)
    print(table(by_corpus))
    for corpus, found in by_corpus.items():
        for one in found:
            if not (one.again and one.tail):
                print(f"{corpus} {one.name}: {'' if one.again else 'again '}{'' if one.tail else 'tail'}")


if __name__ == "__main__":
    main()
