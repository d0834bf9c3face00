"""What the block model sees of a page: one row of numbers for each block.

No words are looked at, so the numbers mean the same in every language; only the words
of class names take part, through `layout_flags`. Counts and shares stay as they are:
trees cut, and a cut does not care about a logarithm. All of them come from sums of
whole numbers and single divisions, so that they are the same on every machine.

`NAMES` are those of some 300 tried that carry the model; cross-validated, half as many more
added nothing but nearly half of the time spent here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from descale.layout_flags import FLAG_NAMES
from descale.model import Declared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from descale.model import Document, Layout

Numbers = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.int64]
Rows = npt.NDArray[np.float32]

#: A block of at least this many words with link density below .33 is running text.
PROSE_WORDS: Final = 8
PROSE_LINK_DENSITY: Final = 0.33
#: Positions and distances, in blocks, are cut off here.
FARTHEST: Final = 100
_NEAREST_LIMIT: Final = 50
#: A block of fewer words ends no sentence; one of more is long.
_SENTENCE_WORDS, _LONG_WORDS = 6, 30
#: A block shows the declared title if it shares more of its words than that; a description of so many words is one.
_MIN_TITLE_MATCH, _MIN_DESCRIPTION_MATCH, _MIN_DESCRIPTION = 0.5, 0.3, 5
#: Half widths of the windows around a block.
_NEAR, _WIDE = 5, 12

_OWN: Final = (
    *("tag", "container_tag", "parent_tag", "siblings", "density", "words", "length", "ends", "repeats"),
    *("first_class", "lines", "share_letter", "share_digit", "stops_per_word", "word_length"),
)
#: Of the places of the same kind: paragraphs of an article share tags and classes all the way up; so do teasers.
_KIND: Final = ("kind_prose_share", "kind_blocks", "kind_prose", "kind_mean", "kind_ends")
_BEST: Final = (
    *("direct_share", "direct_same", "direct_distance", "best35_distance", "best60_distance", "best85_distance"),
    *("best60_depth", "best85_depth"),
)
_WINDOWS: Final = (
    *("around5_prose", "around5_density", "around5_ends", "around12_ends", "around12_density", "around12_words"),
    *("on12_words", "back5_density", "back12_prose"),
)
_LEVELS: Final = (
    *("level0_density", "level0_ends", "level1_prose", "level1_prose_share", "level1_words", "level1_density"),
    *("level1_share", "level2_prose_share", "level2_share", "level2_density", "level3_prose_share", "level3_words"),
    *("level3_share", "level3_density"),
)
_POSITION: Final = (
    *("h1_words", "h1_distance", "last_h1_distance", "position_prose", "position_words", "position", "from_end"),
    *("prose_after", "heading_after"),
)
#: Flags of the two innermost elements around the block, and of any element around it.
_NEAR_FLAGS: Final = ("tag_control", "comment", "caption", "meta", "notice", "author", "related", "newsletter", "title")
_FLAGS: Final = (
    *("out_of_sight", "tag_footer", "tag_main", "tag_control", "tag_nav", "comment", "tag_form", "tag_aside"),
    *("overlay", "tag_figure"),
)
_DECLARED: Final = ("title_distance", "description_match")
_PAGE: Final = (
    *("page_says_article", "page_says_published", "page_data_article", "page_data_other", "page_prose"),
    *("page_longest", "page_long", "page_prose_share", "page_words", "page_articles", "page_main", "page_density"),
    *("page_repeats", "page_headings", "page_comment", "page_blocks", "page_paragraphs", "page_product"),
)
#: The features, in the order of a row.
NAMES: Final[tuple[str, ...]] = (
    *_OWN,
    *_KIND,
    *_BEST,
    *_WINDOWS,
    *_LEVELS,
    *_POSITION,
    *(f"near_{name}" for name in _NEAR_FLAGS),
    *(f"in_{name}" for name in _FLAGS),
    *_DECLARED,
    *_PAGE,
)
#: From this column on all blocks of a page have the same value.
FIRST_PAGE_FEATURE: Final = len(NAMES) - len(_PAGE)

_CLASSES: Final = (
    *("space", "letter", "capital", "digit", "comma", "stop", "quote", "dash", "unspaced"),
    *("bracket", "other", "line_end"),
)
_CLASS: Final = {name: number for number, name in enumerate(_CLASSES)}
_UNKNOWN: Final = 255
_COMMAS: Final = frozenset(",;，、；،؛·")
_STOPS: Final = frozenset(".!?…。！？؟।۔｡")
_DASHES: Final = frozenset("-–—−|/\\•·»›>→_~*")
_QUOTES: Final = frozenset("\"'“”„«‘’‚「」『』《》")
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
)
_class_of_code = np.full(0x110000, _UNKNOWN, np.uint8)

_TAG_GROUPS: Final = {
    tag: number
    for number, tags in enumerate(
        (
            ("p",),
            ("li",),
            ("h1",),
            ("h2",),
            ("h3", "h4", "h5", "h6"),
            ("td", "th", "tr", "table", "tbody", "thead", "tfoot"),
            ("blockquote", "q"),
            ("pre", "textarea", "listing", "xmp"),
            ("div", "center", "figure", "article", "section", "main", "body"),
            ("button", "option", "optgroup", "select", "legend", "form", "fieldset"),
            ("dt", "dd", "dl"),
            ("figcaption", "caption"),
            ("header", "nav", "footer", "aside", "address", "summary", "details"),
            ("ul", "ol", "menu", "dir"),
        )
    )
    for tag in tags
}
_OTHER_TAG: Final = 8
_P, _H1, _H4 = 0, 2, 4
_LD_ARTICLE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:\w*Article|BlogPosting|Report)"')
_LD_OTHER = re.compile(
    r'"@type"\s*:\s*\[?\s*"(?:Product|ProductGroup|FAQPage|QAPage|DiscussionForumPosting|ItemList|'
    r'CollectionPage|Service|SoftwareApplication|LocalBusiness|Offer)"'
)
_WORD = re.compile(r"\w+")
_NEAR_BITS = np.array([FLAG_NAMES.index(name) for name in _NEAR_FLAGS])
_BITS = np.array([FLAG_NAMES.index(name) for name in _FLAGS])
_PAGE_BITS = tuple(FLAG_NAMES.index(name) for name in ("tag_article", "tag_main", "comment", "product"))


def _classify(char: str) -> int:
    code = ord(char)
    if char.isspace():
        return _CLASS["line_end" if char == "\n" else "space"]
    if any(first <= code <= last for first, last in _UNSPACED) and char.isalnum():
        return _CLASS["unspaced"]
    if char.isdigit():
        return _CLASS["digit"]
    for name, members in (
        ("stop", _STOPS),
        ("comma", _COMMAS),
        ("quote", _QUOTES),
        ("dash", _DASHES),
    ):
        if char in members:
            return _CLASS[name]
    if char.isalpha():
        return _CLASS["capital" if char.isupper() else "letter"]
    return _CLASS["bracket" if unicodedata.category(char) in ("Ps", "Pe") else "other"]


def _character_classes(text: str) -> npt.NDArray[np.uint8]:
    """Class of each character; the table of known characters is filled as they come."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    classes = _class_of_code[codes]
    if (classes == _UNKNOWN).any():
        for code in set(codes[classes == _UNKNOWN].tolist()):
            _class_of_code[code] = _classify(chr(code))
        classes = _class_of_code[codes]
    return classes


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Columns by block that many features are made of."""

    count: int
    length: Numbers
    words: Numbers
    density: Numbers
    prose: Numbers
    tag: Indexes
    ends: Numbers
    heading: npt.NDArray[np.bool_]
    classes: Numbers
    first: npt.NDArray[np.uint8]
    container: Indexes


def _blocks(document: Document, layout: Layout) -> _Blocks:
    count = len(document.blocks)
    _, texts, offsets, tags = zip(*document.blocks, strict=True)
    lengths = np.array([*map(len, texts)], np.int64)
    starts = np.array(offsets, np.int64)
    classes = _character_classes(document.text)
    owner = np.repeat(np.arange(0, count * len(_CLASSES), len(_CLASSES)), np.diff(starts, append=len(document.text)))
    counted = np.bincount(owner + classes, minlength=count * len(_CLASSES))
    table = counted.reshape(count, len(_CLASSES)).astype(np.float64)
    # The separator behind each block but the last is two line ends.
    table[:-1, _CLASS["line_end"]] -= 2
    words = table[:, _CLASS["space"]] + table[:, _CLASS["line_end"]] + 1
    words = np.maximum(words, table[:, _CLASS["unspaced"]] // 2)
    density = np.array(layout.block_link_characters, np.float64) / lengths
    group = _TAG_GROUPS.get
    tag = np.array([group(tag, _OTHER_TAG) for tag in tags], np.int64)
    last = classes[starts + lengths - 1]
    return _Blocks(
        count=count,
        length=lengths.astype(np.float64),
        words=words,
        density=density,
        prose=words * ((words >= PROSE_WORDS) & (density < PROSE_LINK_DENSITY)),
        tag=tag,
        ends=((last == _CLASS["stop"]) | (last == _CLASS["quote"])).astype(np.float64),
        heading=(tag >= _H1) & (tag <= _H4),
        classes=table,
        first=classes[starts],
        container=np.array(layout.block_container, np.int64),
    )


class _Sums:
    """Running sums over the blocks, to sum any run of them in one step."""

    def __init__(self, blocks: _Blocks) -> None:
        words = blocks.words
        self._sums = np.zeros((4, blocks.count + 1))
        np.cumsum(
            [words, words * blocks.density, blocks.prose, blocks.ends * (words >= _SENTENCE_WORDS)],
            axis=1,
            out=self._sums[:, 1:],
        )
        self.words, self.linked, self.prose, _ = self._sums
        self.all_words = max(self.words[-1], 1.0)
        self.all_prose = max(self.prose[-1], 1.0)

    def between(self, first: Indexes, last: Indexes) -> Numbers:
        """Sums over the blocks of each half-open range: words, linked words, words of prose, sentence ends."""
        return self._sums.take(last, axis=1) - self._sums.take(first, axis=1)


class _Tree:
    """The containers as arrays, and what is worked out by going down the tree once."""

    def __init__(self, layout: Layout) -> None:
        self.parent = np.array(layout.container_parent, np.int64)
        self.depth = np.array(layout.container_depth, np.int64)
        self.first = np.array(layout.container_first, np.int64)
        self.last = np.array(layout.container_last, np.int64)
        self.own = np.array(layout.container_flags, np.int64)
        group = _TAG_GROUPS.get
        self.tag = np.array([group(tag, _OTHER_TAG) for tag in layout.container_tag], np.int64)
        self._descend(layout)

    def _descend(self, layout: Layout) -> None:
        """Flags of all ancestors; nearest ancestor that holds more blocks; kind of place."""
        own, parents, tags = layout.container_flags, layout.container_parent, layout.container_tag
        firsts, lasts = layout.container_first, layout.container_last
        flags = list(own)
        above = list(parents)
        kind = [0] * len(parents)
        kinds: dict[tuple[int, str, int], int] = {}
        for container in range(1, len(parents)):
            first, last = firsts[container], lasts[container]
            if first == last:
                continue  # it holds nothing, and so does what is in it
            parent = around = parents[container]
            while around and firsts[around] == first and lasts[around] == last:
                around = above[around]
            above[container] = around
            kind[container] = kinds.setdefault((kind[parent], tags[container], own[container]), len(kinds) + 1)
            flags[container] |= flags[parent]
        self.above = np.array(above, np.int64)
        self.inherited = np.array(flags, np.int64)
        self.kind = np.array(kind, np.int64)


def feature_rows(document: Document) -> Rows:
    """Work out the features of an HTML document's blocks: one row of `NAMES` for each.

    Raises:
        ValueError: the document has no layout.
    """
    layout = document.layout
    if layout is None:
        message = "the block model reads layout, and this document has none"
        raise ValueError(message)
    count = len(document.blocks)
    rows = np.empty((len(NAMES), count), np.float32)
    if not count:
        return rows.T
    blocks = _blocks(document, layout)
    sums = _Sums(blocks)
    tree = _Tree(layout)
    repeats = _repeats(document)
    columns: list[Any] = [
        *_own(blocks, tree, repeats),
        *_same_kind(blocks, tree),
        *_best_containers(blocks, sums, tree),
        *_windows(blocks, sums),
        *_levels(sums, tree, blocks.container),
        *_position(blocks, sums),
        *_flags(tree, blocks.container),
        *_declared(document, blocks),
        *_page(document, blocks, sums, tree, repeats),
    ]
    for row, column in zip(rows, columns, strict=True):
        row[:] = column
    return rows.T


def _repeats(document: Document) -> list[int]:
    """How often the beginning of each block stands on the page."""
    seen: dict[str, int] = {}
    keys = [block.text[:120] for block in document.blocks]
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
    return [seen[key] for key in keys]


def _own(blocks: _Blocks, tree: _Tree, repeats: list[int]) -> tuple[Any, ...]:
    """The text of the block itself, and the element it stands in."""
    container = blocks.container
    parent = tree.parent[container]
    classes = blocks.classes
    return (
        blocks.tag,
        tree.tag[container],
        tree.tag[parent],
        np.bincount(tree.parent)[parent],
        blocks.density,
        blocks.words,
        blocks.length,
        blocks.ends,
        repeats,
        blocks.first,
        classes[:, _CLASS["line_end"]],
        classes[:, _CLASS["letter"]] / blocks.length,
        classes[:, _CLASS["digit"]] / blocks.length,
        classes[:, _CLASS["stop"]] / blocks.words,
        blocks.length / blocks.words,
    )


def _same_kind(blocks: _Blocks, tree: _Tree) -> tuple[Any, ...]:
    """What stands elsewhere on the page in places of the same kind."""
    kind = tree.kind[blocks.container]
    count = np.maximum(np.bincount(kind), 1)
    words = np.maximum(np.bincount(kind, blocks.words), 1)
    prose = np.bincount(kind, blocks.prose)
    ends = np.bincount(kind, blocks.ends)
    table = np.array([prose / max(1.0, float(prose.sum())), count, prose / words, words / count, ends / count])
    return tuple(table.take(kind, axis=1))


def _best_containers(blocks: _Blocks, sums: _Sums, tree: _Tree) -> tuple[Any, ...]:
    """Where the block stands to the containers that hold most of the running text."""
    position = np.arange(blocks.count)
    container = blocks.container
    depth = tree.depth[container]
    prose = sums.prose[tree.last] - sums.prose[tree.first]
    parent, above = tree.parent[container], tree.above[container]
    score = np.bincount(parent, 2 * blocks.prose, len(tree.parent))
    score += np.bincount(above, blocks.prose, len(tree.parent))
    direct = int(score.argmax())
    distances, depths = [], []
    for share in (35, 60, 85):
        enough = np.flatnonzero(prose * 100 >= share * sums.all_prose)
        best = int(enough[tree.depth[enough].argmax()]) if len(enough) else 0
        distances.append(_distance(position, int(tree.first[best]), int(tree.last[best])))
        depths.append(depth - tree.depth[best])
    return (
        score[parent] / max(1.0, float(score[direct])),
        (parent == direct) | (above == direct),
        _distance(position, int(tree.first[direct]), int(tree.last[direct])),
        *distances,
        *depths[1:],
    )


def _distance(position: Indexes, first: int, last: int) -> Indexes:
    """Blocks between each position and a range; negative before it, 0 inside."""
    after = np.maximum(position - (last - 1), 0)
    return np.where(position < first, np.maximum(position - first, -FARTHEST), np.minimum(after, FARTHEST))


def _windows(blocks: _Blocks, sums: _Sums) -> tuple[Any, ...]:
    """The blocks around."""
    position = np.arange(blocks.count)
    first_near, first_wide = np.maximum(position - _NEAR, 0), np.maximum(position - _WIDE, 0)
    last_near = np.minimum(position + _NEAR + 1, blocks.count)
    last_wide = np.minimum(position + _WIDE + 1, blocks.count)
    near = sums.between(first_near, last_near)
    wide = sums.between(first_wide, last_wide)
    back_near = sums.between(first_near, position)
    back_wide = sums.between(first_wide, position)
    near_words, wide_words = np.maximum(near[0], 1), np.maximum(wide[0], 1)
    return (
        near[2] / near_words,
        near[1] / near_words,
        near[3] / (last_near - first_near),
        wide[3] / (last_wide - first_wide),
        wide[1] / wide_words,
        wide[0],
        wide[0] - back_wide[0] - blocks.words,
        back_near[1] / np.maximum(back_near[0], 1),
        back_wide[2] / np.maximum(back_wide[0], 1),
    )


def _levels(sums: _Sums, tree: _Tree, container: Indexes) -> tuple[Any, ...]:
    """What the container holds, and those around it that hold more."""
    words, linked, prose, ends = sums.between(tree.first, tree.last)
    least = np.maximum(words, 1)
    density = linked / least
    share = words / sums.all_words
    prose_share = prose / sums.all_prose
    level1 = tree.above[container]
    level2 = tree.above[level1]
    level3 = tree.above[level2]
    return (
        density[container],
        (ends / np.maximum(tree.last - tree.first, 1))[container],
        (prose / least)[level1],
        *np.array([prose_share, words, density, share]).take(level1, axis=1),
        *np.array([prose_share, share, density]).take(level2, axis=1),
        *np.array([prose_share, words, share, density]).take(level3, axis=1),
    )


def _position(blocks: _Blocks, sums: _Sums) -> tuple[Any, ...]:
    """Where in the page the block stands, by blocks and by words."""
    count = blocks.count
    position = np.arange(count)
    headings = np.flatnonzero(blocks.tag == _H1)
    far = np.full(count, -FARTHEST - 1)
    h1_words, h1_distance, last_distance = np.full(count, -1e6), far, far
    if len(headings):
        first, last = int(headings[0]), int(headings[-1])
        h1_words = sums.words[:-1] - sums.words[first]
        h1_distance = np.minimum(np.maximum(position - first, -FARTHEST), FARTHEST)
        last_distance = np.minimum(np.maximum(position - last, -FARTHEST), FARTHEST)
    return (
        h1_words,
        h1_distance,
        last_distance,
        sums.prose[:-1] / sums.all_prose,
        sums.words[:-1] / sums.all_words,
        position / count,
        np.minimum(count - position, 300),
        _following(blocks.prose > 0),
        _following(blocks.heading),
    )


def _following(wanted: npt.NDArray[np.bool_]) -> Indexes:
    """Blocks from each block on to the nearest other one that is wanted."""
    count = len(wanted)
    position = np.arange(count)
    coming = np.minimum.accumulate(np.where(wanted, position, count + FARTHEST)[::-1])[::-1]
    after = np.full(count, _NEAREST_LIMIT, np.int64)
    after[:-1] = np.minimum(coming[1:] - position[:-1], _NEAREST_LIMIT)
    return after


def _flags(tree: _Tree, container: Indexes) -> Indexes:
    """Flags of the elements around the block: one row for each wanted."""
    near = (tree.own | tree.own[tree.parent])[container]
    around = tree.inherited[container]
    return np.concatenate(((near >> _NEAR_BITS[:, None]) & 1, (around >> _BITS[:, None]) & 1))


def _declared(document: Document, blocks: _Blocks) -> tuple[Any, ...]:
    """How far the block stands from where the declared title is shown, and repeats the declared description."""
    count = blocks.count
    declared = document.declared or Declared()
    titles = _word_set(declared.meta.get("og:title", ())) or _word_set((declared.title,) if declared.title else ())
    best, title_at = _MIN_TITLE_MATCH, -1
    for index, match in _matches(titles, document, blocks, _MIN_TITLE_MATCH) if titles else ():
        if match > best:
            best, title_at = match, index
    distance = np.full(count, -FARTHEST - 1)
    if title_at >= 0:
        distance = np.minimum(np.maximum(np.arange(count) - title_at, -FARTHEST), FARTHEST)
    described = np.zeros(count)
    descriptions = _word_set(declared.meta.get("og:description") or declared.meta.get("description") or ())
    if len(descriptions) >= _MIN_DESCRIPTION:
        for index, match in _matches(descriptions, document, blocks, _MIN_DESCRIPTION_MATCH):
            described[index] = match
    return distance, described


def _matches(wanted: frozenset[str], document: Document, blocks: _Blocks, least: float) -> Iterable[tuple[int, float]]:
    """Yield the blocks that say about the same, with the share of common words among all of the larger side.

    Those with many words more or fewer cannot reach the ``least`` share, and those without any of
    the longest words hardly do.
    """
    longest, second = (sorted(wanted, key=lambda word: (len(word), word), reverse=True) * 2)[:2]
    about = (blocks.words >= least * len(wanted)) & (blocks.words * least <= len(wanted))
    for index in np.flatnonzero(about).tolist():
        text = document.blocks[index].text.lower()
        if longest in text or second in text:
            words = set(_WORD.findall(text))
            yield index, len(wanted & words) / max(len(wanted), len(words))


def _word_set(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def _declared_kind(declared: Declared) -> tuple[float, ...]:
    """What kind of page it says it is."""
    kinds = " ".join(declared.meta.get("og:type", ())).lower()
    scripts = " ".join(declared.json_ld)
    return (
        float("article" in kinds),
        float("article:published_time" in declared.meta or '"datePublished"' in scripts),
        float(_LD_ARTICLE.search(scripts) is not None),
        float(_LD_OTHER.search(scripts) is not None),
    )


def _page(document: Document, blocks: _Blocks, sums: _Sums, tree: _Tree, repeats: list[int]) -> tuple[float, ...]:
    """What holds for the whole page."""
    inside = tree.inherited[blocks.container]
    articles, main, comment, product = (float(((inside >> bit) & 1).mean()) for bit in _PAGE_BITS)
    return (
        *_declared_kind(document.declared or Declared()),
        sums.all_prose,
        float(blocks.words.max()),
        float((blocks.prose > _LONG_WORDS).sum()),
        sums.prose[-1] / sums.all_words,
        sums.all_words,
        articles,
        main,
        sums.linked[-1] / sums.all_words,
        sum([number > 1 for number in repeats]) / blocks.count,
        float(blocks.heading.mean()),
        comment,
        blocks.count,
        float((blocks.words * (blocks.tag == _P)).sum()) / sums.all_words,
        product,
    )
