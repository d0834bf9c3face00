"""The Article: what `clean_article` hands out, and how it renders itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from descale import assemble, explain
from descale.metadata import Metadata
from descale.model import Document, Removal


@dataclass(frozen=True, slots=True)
class Article:
    """The clean article, its metadata, and a reason for every piece taken.

    Attributes:
        text: the clean body; empty where the input holds no article.
        metadata: title, authors, dates … as one object; each is an attribute here too.
        document: what was read; offsets of removals count its ``text``.
        removals: every span that went, in text order, disjoint.
        confidence: probability, 0–1, that the input is an article at all.
        notes: why the text is empty, what was repaired or assumed, what the budget held back.
    """

    text: str
    metadata: Metadata
    document: Document
    removals: tuple[Removal, ...]
    confidence: float
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str | None:
        """The headline, without the site's name."""
        return self.metadata.title

    @property
    def standfirst(self) -> str | None:
        """The sentence or two below the headline (dek, subheading)."""
        return self.metadata.standfirst

    @property
    def authors(self) -> tuple[str, ...]:
        """Names of the authors, without "By", roles and handles."""
        return self.metadata.authors

    @property
    def date(self) -> str | None:
        """When it was published: ISO 8601, with time and offset where declared."""
        return self.metadata.date

    @property
    def modified(self) -> str | None:
        """When it was last changed: ISO 8601."""
        return self.metadata.modified

    @property
    def language(self) -> str | None:
        """BCP 47 tag of the article's language."""
        return self.metadata.language

    @property
    def site(self) -> str | None:
        """Name of the site."""
        return self.metadata.site

    @property
    def url(self) -> str | None:
        """The page's canonical address, or the caller's."""
        return self.metadata.url

    @property
    def description(self) -> str | None:
        """The page's own summary."""
        return self.metadata.description

    @property
    def image(self) -> str | None:
        """Address of the lead image."""
        return self.metadata.image

    @property
    def tags(self) -> tuple[str, ...]:
        """Keywords that the page declares."""
        return self.metadata.tags

    @property
    def section(self) -> str | None:
        """The site's section, such as Politics."""
        return self.metadata.section

    @property
    def is_free(self) -> bool | None:
        """Whether the page declares itself free to read; None where it says nothing."""
        return self.metadata.is_free

    def removed_text(self, removal: Removal) -> str:
        """Return the text of one removal."""
        return self.document.text[removal.start : removal.stop]

    def explain(self, *, colour: bool = False) -> str:
        """Return the margin view: each block with its verdict beside it."""
        headers = {"url": self.url, "language": self.language, "source_type": self.document.source_type}
        headers |= {"notes": "; ".join(self.notes) or None}
        shown = {key: value for key, value in headers.items() if value}
        return explain.margin_view(self.document, self.removals, shown, colour=colour)

    def to_dict(self) -> dict[str, Any]:
        """Return text, metadata, removals, confidence and notes as plain data."""
        data: dict[str, Any] = {"text": self.text, **asdict(self.metadata)}
        data["confidence"] = self.confidence
        data["notes"] = list(self.notes)
        data["removals"] = [
            {**removal._asdict(), "family": removal.family, "text": self.removed_text(removal)} for removal in self.removals
        ]
        return data

    def to_json(self, *, indent: int | None = None) -> str:
        """Return `to_dict` as JSON, non-ASCII characters as they are."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def to_markdown(self) -> str:
        """Return title and body as Markdown: headings, lists, quotes, code, tables."""
        body = assemble.markdown(self.document, self.removals)
        return f"# {self.title}\n\n{body}" if self.title else body
