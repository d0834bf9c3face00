"""A Page is a Document plus its signals, worked out once; cleaners only read them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from descale import language as languages
from descale import raw_text, words
from descale.model import Block, Document
from descale.phrase_index import Hit, PhraseIndex

if TYPE_CHECKING:
    from descale.line_features import Lines

#: A block of at least so many words that ends as a sentence does is prose.
PROSE_WORDS = 14
#: Link lists in one line: at least so many phrases, or words if all are of one family, in at most so many words.
_MIN_TILES = 3
_TILED_WORDS = 40
#: A start phrase speaks for the whole block only up to this many words.
START_WORDS = 45
#: So many characters tell a text's script.
_SCRIPT_SAMPLE = 20_000
#: Longest list that a colon above it announces as a whole.
_ANNOUNCED_ITEMS = 20
#: HTML blocks less probably content than this are read no further.
_CHROME = 0.2
#: Longest entry of a menu, in characters, that is looked up among the whole-line phrases.
_MENU_CHARACTERS = 40
#: An article is about a subject if so many of its prose blocks use a word of it.
_TOPIC_BLOCKS = 3
#: A label and what parts it from the rest of the line.
_LABEL = re.compile(r"\W*([^:：|>»/]{3,30}?)\s*[:：|>»]\s*\S")
#: Families whose labels stand before what they label; others' are as often the article's own words.
_LABELLED_FAMILIES = frozenset({"related", "caption", "byline"})
_SENTENCE_END = re.compile(r"[.!?…。！？।؟۔．][\"'”’»›」』)\]]*$|[.!?…。！？।؟۔]\s*[\[(]\d+[\])]$")
_OPENING_QUOTES = '"“„«‘‚「『‹‟〝”»'
_CLOSING_QUOTES = '"”“»’」』›«〞'
_COVERED_BY_QUOTES = re.compile(rf"[{_OPENING_QUOTES}].*[{_CLOSING_QUOTES}][.,!?]?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A Document and its signals, as columns by block index.

    Attributes:
        language: of the article, as declared and confirmed by its function words.
        folded: the folded words of each block.
        lengths: how many words each block has, characters of unspaced scripts converted.
        hits: phrases found; whole-line and start hits stand first.
        prose: long blocks that end as sentences do.
        foreign: the language a block leans to where it is not the article's, else None.
        link_density: linked / all characters.
        content: probability that the block is main content.
        body: (first, stop) block indexes from the first to the last prose of the article;
            (0, 0) where there is none.
        raw: the text is that of a raw page, chrome and all.
        topics: families that the article is about, so that their phrases may be quoted in it.
        article: probability that an HTML page is an article, from its layout; None for text.
        read: indexes of the blocks that were read word by word; the others are chrome for sure.
        found: the hits again, by family and then by block.
    """

    document: Document
    language: str | None
    folded: tuple[list[str], ...]
    lengths: tuple[float, ...]
    hits: tuple[tuple[Hit, ...], ...]
    prose: tuple[bool, ...]
    foreign: tuple[str | None, ...]
    link_density: tuple[float, ...]
    content: Sequence[float]
    body: tuple[int, int]
    raw: bool
    topics: frozenset[str]
    article: float | None
    read: tuple[int, ...]
    found: Mapping[str, Sequence[tuple[int, list[Hit]]]]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The document's blocks."""
        return self.document.blocks

    def cue(self, index: int) -> int:
        """Return how strongly phrases speak against a block, 0–3."""
        return cue_strength(self.hits[index], self.lengths[index])

    def in_body(self, index: int) -> bool:
        """Tell whether the block stands between the first and the last prose of the article."""
        return self.body[0] <= index < self.body[1]

    def after_body(self, index: int) -> bool:
        """Tell whether the block stands below the last prose of the article."""
        return index >= self.body[1] > 0

    def quoted(self, index: int) -> bool:
        """Tell whether the whole block is a quotation, or is announced by a colon above it."""
        text = self.blocks[index].text
        if self.blocks[index].tag == "blockquote" or _COVERED_BY_QUOTES.match(text):
            return True
        # A colon announces the one block below it, or the whole list that begins there.
        above = index - 1
        if self.blocks[index].tag == "li":
            while above > max(0, index - _ANNOUNCED_ITEMS) and self.blocks[above].tag == "li":
                above -= 1
        return above >= 0 and self.prose_like(above) and self.blocks[above].text.endswith((":", "："))

    def opens_quoted(self, index: int) -> bool:
        """Tell whether the block's first words are inside quotation marks."""
        return self.blocks[index].text[0] in _OPENING_QUOTES

    def prose_like(self, index: int) -> bool:
        """Tell whether the block is a sentence of some length, whatever it ends with."""
        return self.lengths[index] >= PROSE_WORDS // 2 and self.cue(index) == 0


def ends_sentence(text: str) -> bool:
    """Tell whether the text ends with a full stop or its like, closing quotes aside."""
    return _SENTENCE_END.search(text[-12:]) is not None


def cue_strength(hits: Sequence[Hit], length: float) -> int:
    """Return 3 for a whole-line or short start hit, 2 for two phrases, 1 for one, else 0."""
    if not hits:
        return 0
    if hits[0].strength == "line" or (hits[0].strength == "start" and length <= START_WORDS):
        return 3
    return min(2, len(hits))


class Signals(NamedTuple):
    """What blocks show on their own, before anything is said about main content.

    ``article_prose`` is prose in the article's language that no strong cue speaks against.
    """

    language: str | None
    folded: tuple[list[str], ...]
    lengths: tuple[float, ...]
    hits: tuple[tuple[Hit, ...], ...]
    cues: list[int]
    prose: tuple[bool, ...]
    foreign: tuple[str | None, ...]
    article_prose: list[bool]


def read_signals(
    document: Document, index: PhraseIndex, *, language: str | None = None, content: Sequence[float] | None = None
) -> Signals:
    """Work out what each block shows on its own.

    Of a page whose ``content`` probabilities are known, only what may be content is read word by
    word; the rest goes for them alone, and is only asked whether it is a known line.
    """
    folded: list[list[str]] = []
    vocabularies: list[set[str]] = []
    lengths: list[float] = []
    hits: list[tuple[Hit, ...]] = []
    prose: list[bool] = []
    for block in document.blocks:
        if content is not None and content[block.index] < _CHROME:
            folded.append([])
            vocabularies.append(set())
            lengths.append(block.text.count(" ") + 1.0)
            hits.append(_known_line(index, block.text))
            prose.append(False)
            continue
        own = words.split(block.text)
        length = words.length(block.text, own)
        vocabulary = set(own)
        folded.append(own)
        vocabularies.append(vocabulary)
        lengths.append(length)
        hits.append(find_hits(index, block.text, own, vocabulary))
        prose.append(_is_prose(block, length))
    cues = list(map(cue_strength, hits, lengths))
    language = language or _article_language(document, folded, cues)
    known = language is not None and languages.is_known(language)
    foreign = [languages.other_language(own, language) if own and language and known else None for own in vocabularies]
    article_prose = [is_prose and cue < 3 and not lean for is_prose, cue, lean in zip(prose, cues, foreign, strict=True)]
    return Signals(language, tuple(folded), tuple(lengths), tuple(hits), cues, tuple(prose), tuple(foreign), article_prose)


def build_page(document: Document, index: PhraseIndex, *, language: str | None = None) -> Page:
    """Work out the signals of a document; ``language`` overrides what page and text say."""
    judgement = _judgement(document)
    content: Sequence[float] | None = judgement[0] if judgement else None
    signals = read_signals(document, index, language=language, content=content)
    raw = False
    if content is None:
        lengths = [len(block_words) for block_words in signals.folded]  # as the line model counts
        raw = raw_text.is_raw_page(lengths, signals.article_prose, signals.cues)
        content = raw_text.content_probability(lines_of(document, signals)) if raw else [1.0] * len(lengths)
    extent = [i for i, is_prose in enumerate(signals.article_prose) if is_prose and content[i] >= 0.5]
    return Page(
        document=document,
        language=signals.language,
        folded=signals.folded,
        lengths=signals.lengths,
        hits=signals.hits,
        prose=signals.prose,
        foreign=signals.foreign,
        link_density=_link_density(document),
        content=content,
        body=(extent[0], extent[-1] + 1) if extent else (0, 0),
        raw=raw,
        topics=_topics(signals.folded, signals.article_prose, index),
        article=judgement[1] if judgement else None,
        read=tuple([block.index for block in document.blocks if signals.folded[block.index]]),
        found=_by_family(signals.hits),
    )


def _by_family(hits: Sequence[Sequence[Hit]]) -> dict[str, list[tuple[int, list[Hit]]]]:
    """Sort the hits of all blocks by family, so that a cleaner looks at its own alone."""
    found: dict[str, list[tuple[int, list[Hit]]]] = {}
    for index, of_block in enumerate(hits):
        for hit in of_block:
            own = found.setdefault(hit.family, [])
            if own and own[-1][0] == index:
                own[-1][1].append(hit)
            else:
                own.append((index, [hit]))
    return found


def _known_line(index: PhraseIndex, text: str) -> tuple[Hit, ...]:
    """Return the whole-line phrases that a short text is, letter for letter but for case: names menus cheaply."""
    if len(text) > _MENU_CHARACTERS:
        return ()
    count = text.count(" ") + 1
    return tuple([Hit(index.phrases[number], 0, count, count) for number in index.lines.get(text.lower(), ())])


def find_hits(index: PhraseIndex, text: str, folded: list[str], vocabulary: set[str]) -> tuple[Hit, ...]:
    """Ask the index about one block: whole line first, tightest phrase first, then its start, then inside."""
    lines = index.line(folded, vocabulary)
    if len(lines) > 1:
        lines.sort(key=lambda hit: -hit.literal)
    if lines and 2 * lines[0].literal >= len(folded):
        return tuple(lines)
    if not lines and 1 < len(folded) <= _TILED_WORDS and not (len(folded) > PROSE_WORDS and text.endswith(".")):
        tiles = index.tile(folded)
        if len(tiles) >= _MIN_TILES or (len(folded) >= _MIN_TILES and len({tile.family for tile in tiles}) == 1):
            return tuple(tiles)
    start = index.start(folded) or _labelled(index, text, folded)
    inside = index.inside(folded, vocabulary)
    return (*lines, start, *inside) if start else (*lines, *inside)


def _labelled(index: PhraseIndex, text: str, folded: list[str]) -> Hit | None:
    """Return the label of "RELATED: headline" as a start phrase, if the lexicons know it as a line."""
    label = _LABEL.match(text)
    if label is None:
        return None
    known = words.split(label.group(1))
    if any(map(str.isdigit, known)):
        return None
    for hit in index.line(known):
        if hit.family in _LABELLED_FAMILIES and hit.literal == len(known) < len(folded):
            return hit._replace(phrase=hit.phrase._replace(strength="start"))
    return None


def _is_prose(block: Block, length: float) -> bool:
    if length < PROSE_WORDS or block.tag in {"figcaption", "tr"}:
        return False
    return ends_sentence(block.text) or words.has_thai_like_script(block.text)


def _article_language(document: Document, folded: Sequence[list[str]], cues: Sequence[int]) -> str | None:
    """Return the declared language where the text does not clearly speak another.

    Lines that a phrase names have no voice: a notice in another language can be longer than a brief.
    """
    voices = [(block.text, found) for block, found, cue in zip(document.blocks, folded, cues, strict=True) if found and cue < 3]
    detected = languages.detect(voices or [(block.text, found) for block, found in zip(document.blocks, folded, strict=True)])
    declared = document.language
    if declared and languages.has_no_voice(declared) and not languages.by_script(document.text[:_SCRIPT_SAMPLE]):
        return languages.base(declared)
    if declared and (detected is None or languages.base(declared) == languages.base(detected)):
        return detected or declared
    return detected


def _topics(folded: Sequence[list[str]], prose: Sequence[bool], index: PhraseIndex) -> frozenset[str]:
    """Return the families whose subject words stand in several prose blocks of the article."""
    counts: Counter[str] = Counter()
    for block_words, is_prose in zip(folded, prose, strict=True):
        if is_prose:
            counts.update({index.topic_words[word] for word in index.topic_words.keys() & set(block_words)})
    return frozenset(family for family, count in counts.items() if count >= _TOPIC_BLOCKS)


def _link_density(document: Document) -> tuple[float, ...]:
    if document.layout is None:
        return (0.0,) * len(document.blocks)
    linked = document.layout.block_link_characters
    return tuple([min(1.0, linked[block.index] / max(1, len(block.text))) for block in document.blocks])


def lines_of(document: Document, signals: Signals) -> Lines:
    """Return what the line model is told about each line of raw page text."""
    from descale.line_features import Lines  # noqa: PLC0415 - numpy, which clean text does without

    if languages.by_script(document.text[:_SCRIPT_SAMPLE]) is not None:
        function_words = [-1.0] * len(signals.folded)
    else:
        function_words = [_function_word_share(block_words, signals.language) for block_words in signals.folded]
    return Lines(
        blocks=document.blocks,
        folded=signals.folded,
        ends=[ends_sentence(block.text) for block in document.blocks],
        prose=signals.article_prose,
        cues=signals.cues,
        hits=[len(block_hits) for block_hits in signals.hits],
        foreign=[lean is not None for lean in signals.foreign],
        function_words=function_words,
    )


def _function_word_share(folded: list[str], language: str | None) -> float:
    if language is None or not folded:
        return 0.0
    return languages.function_word_counts(folded)[language] / len(folded)


def _judgement(document: Document) -> tuple[list[float], float | None] | None:
    """Return an HTML document's content probabilities and that of being an article; None for text."""
    if document.layout is None:
        return None
    from descale import content  # noqa: PLC0415 - HTML only: needs numpy

    return content.judge_page(document)
