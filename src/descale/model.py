"""Facts about what was read, and the mark a removal leaves. No decisions here.

The one idea: ``document.text`` minus the removals is the article. Every offset in
descale counts code points of that one text, which never changes after reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

SourceType = Literal["html", "text"]

#: Tags that a block can carry. ``line`` is a line of text input; the others are the
#: HTML element that the block's text stood in.
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Block(NamedTuple):
    """The smallest piece judged: paragraph, heading, list item, line, table row, caption.

    ``start`` is the offset of ``text`` in ``Document.text``.
    ``tag`` is ``p h1…h6 li tr td figcaption blockquote pre …`` for both kinds of input:
    text reading names what it recognises (``li``, ``h2``), all else there is ``p``.
    """

    index: int  # type: ignore[assignment]  # nobody searches a Block as a tuple
    text: str
    start: int
    tag: str

    @property
    def stop(self) -> int:
        """Offset just behind the block's last character."""
        return self.start + len(self.text)


class Removal(NamedTuple):
    """A span that is not article, or, before `decide`, the proposal of one.

    ``rule`` reads ``family.name[.part]``; ``score`` is the probability that the span is
    not article; ``evidence`` is the text or signal that spoke.
    """

    start: int
    stop: int
    rule: str
    score: float
    evidence: str

    @property
    def family(self) -> str:
        """First word of the rule: the kind of boilerplate."""
        return self.rule.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """Layout columns of an HTML document: what the walk over the tree saw.

    Columns named ``block_*`` go by block index, columns named ``container_*`` by
    container index. A container is a block-level element; number 0 is ``body``, and a
    parent always has a lower number than its children. ``container_first`` and
    ``container_last`` bound the blocks inside (half open).
    """

    block_container: tuple[int, ...]
    block_link_characters: tuple[int, ...]
    block_links: tuple[int, ...]
    container_parent: tuple[int, ...]
    container_tag: tuple[str, ...]
    container_flags: tuple[int, ...]
    container_depth: tuple[int, ...]
    container_first: tuple[int, ...]
    container_last: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the page says about itself, as found; `metadata` interprets it.

    ``meta`` maps the lower-cased ``name``/``property``/``itemprop`` of every ``<meta>``
    to its contents in page order; ``json_ld`` holds the texts of the JSON-LD scripts;
    ``microdata`` and ``links`` map itemprops and rels (lower case) to values;
    ``times`` holds (datetime attribute, text) of ``<time>`` elements; ``bylines`` the texts
    of ``rel=author``, ``itemprop=author`` and elements whose class names a byline; in
    ``links``, "tag" and "h1" hold texts, the other rels addresses.
    """

    title: str | None = None
    html_language: str | None = None
    base: str | None = None
    meta: dict[str, tuple[str, ...]] = field(default_factory=dict)
    json_ld: tuple[str, ...] = ()
    microdata: dict[str, tuple[str, ...]] = field(default_factory=dict)
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    times: tuple[tuple[str, str], ...] = ()
    bylines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: one unchanging text, its blocks, and the facts found beside them.

    ``repairs`` names what reading changed or assumed ("line ends", "declared charset
    wrong, read as windows-1252"); ``layout`` and ``declared`` are None for text.
    """

    text: str
    blocks: tuple[Block, ...]
    source_type: SourceType
    url: str | None = None
    language: str | None = None
    repairs: tuple[str, ...] = ()
    layout: Layout | None = None
    declared: Declared | None = None
