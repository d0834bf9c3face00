"""What the block model sees of a page: one row of numbers for each block.

No words are looked at, so the numbers mean the same in every language; only the words
of class names take part, through `layout_flags`. Counts and shares stay as they are:
trees cut, and a cut does not care about a logarithm. All of them come from sums of
whole numbers and single divisions, so that they are the same on every machine.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from descale.layout_flags import FLAG_NAMES
from descale.model import Declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from descale.model import Document, Layout

Numbers = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.int64]
Rows = npt.NDArray[np.float32]

#: A block of at least this many words with link density below .33 is running text.
PROSE_WORDS: Final = 8
PROSE_LINK_DENSITY: Final = 0.33
#: Positions and distances, in blocks, are cut off here.
FARTHEST: Final = 100

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
_LD_BODY = re.compile(r'"(?:articleBody|reviewBody)"\s*:\s*("(?:[^"\\]|\\.){60,}")')
_LD_ARTICLE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:\w*Article|BlogPosting|Report)"')
_LD_OTHER = re.compile(
    r'"@type"\s*:\s*\[?\s*"(?:Product|ProductGroup|FAQPage|QAPage|DiscussionForumPosting|ItemList|'
    r'CollectionPage|Service|SoftwareApplication|LocalBusiness|Offer)"'
)
#: Flag columns of which `_page` takes the mean.
_ALWAYS: Final = frozenset({"in_tag_article", "in_tag_main", "in_forum", "in_comment", "in_product"})
_WORD = re.compile(r"\w+")


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
class _Basics:
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
    last: npt.NDArray[np.uint8]


def _basics(document: Document, layout: Layout) -> _Basics:
    count = len(document.blocks)
    lengths = np.array([len(block.text) for block in document.blocks], np.int64)
    starts = np.array([block.start for block in document.blocks], np.int64)
    classes = _character_classes(document.text)
    owner = np.repeat(np.arange(count), np.diff(starts, append=len(document.text)))
    counted = np.bincount(owner * len(_CLASSES) + classes, minlength=count * len(_CLASSES))
    table = counted.reshape(count, len(_CLASSES)).astype(np.float64)
    # The separator behind each block but the last is two line ends.
    table[:-1, _CLASS["line_end"]] -= 2
    words = table[:, _CLASS["space"]] + table[:, _CLASS["line_end"]] + 1
    words = np.maximum(words, table[:, _CLASS["unspaced"]] // 2)
    density = np.array(layout.block_link_characters, np.float64) / lengths
    group = _TAG_GROUPS.get
    tag = np.array([group(block.tag, _OTHER_TAG) for block in document.blocks], np.int64)
    last = classes[starts + lengths - 1]
    ends = np.isin(last, (_CLASS["stop"], _CLASS["quote"])).astype(np.float64)
    return _Basics(
        count=count,
        length=lengths.astype(np.float64),
        words=words,
        density=density,
        prose=words * ((words >= PROSE_WORDS) & (density < PROSE_LINK_DENSITY)),
        tag=tag,
        ends=ends,
        heading=(tag >= _H1) & (tag <= _H4),
        classes=table,
        first=classes[starts],
        last=last,
    )


class _Sums:
    """Running sums over the blocks, to sum any run of them in one step."""

    def __init__(self, basics: _Basics) -> None:
        words = basics.words
        self._sums = np.zeros((7, basics.count + 1))
        np.cumsum(
            [
                words,
                words * basics.density,
                basics.prose,
                words * (basics.tag == _P),
                basics.ends * (words >= 6),
                basics.heading,
                basics.prose > 0,
            ],
            axis=1,
            out=self._sums[:, 1:],
        )
        self.words, self.linked, self.prose, *_ = self._sums
        self.all_words = max(self.words[-1], 1.0)
        self.all_prose = max(self.prose[-1], 1.0)

    def between(self, first: Indexes, last: Indexes) -> Numbers:
        """Sums over the blocks of each half-open range; one row for each quantity."""
        return self._sums[:, last] - self._sums[:, first]


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
        flags = list(layout.container_flags)
        parents, firsts, lasts = layout.container_parent, layout.container_first, layout.container_last
        branching = list(parents)
        kinds: dict[tuple[int, str, int], int] = {}
        kind = [0] * len(parents)
        for container in range(1, len(parents)):
            parent = parents[container]
            above = parent
            first, last = firsts[container], lasts[container]
            while above > 0 and firsts[above] == first and lasts[above] == last:
                above = branching[above]
            branching[container] = above
            key = (kind[parent], layout.container_tag[container], flags[container])
            kind[container] = kinds.setdefault(key, len(kinds) + 1)
            flags[container] |= flags[parent]
        self.above = np.array(branching, np.int64)
        self.inherited = np.array(flags, np.int64)
        self.kind = np.array(kind, np.int64)


def block_features(document: Document, flags: frozenset[str] | None = None) -> dict[str, npt.NDArray[Any]]:
    """Work out the feature columns of an HTML document, by feature name.

    Of the many columns that tell flags of class names, ``flags`` may name those wanted.

    Raises `ValueError` for a document without layout.
    """
    layout = document.layout
    if layout is None:
        message = "the block model reads layout, and this document has none"
        raise ValueError(message)
    if not document.blocks:
        return {}
    basics = _basics(document, layout)
    sums = _Sums(basics)
    tree = _Tree(layout)
    container = np.array(layout.block_container, np.int64)
    columns: dict[str, npt.NDArray[Any]] = {}
    columns.update(_own(document, layout, basics))
    columns.update(_place(basics, tree, container, flags))
    columns.update(_levels(sums, tree, container))
    columns.update(_best_containers(basics, sums, tree, container))
    columns.update(_same_kind(basics, tree, container))
    columns.update(_position(basics, sums))
    columns.update(_neighbours(basics, sums, tree, container))
    columns.update(_declared(document, basics))
    columns.update(_page(document, basics, sums, columns))
    return columns


def _own(document: Document, layout: Layout, basics: _Basics) -> dict[str, npt.NDArray[Any]]:
    """The text of the block itself."""
    seen: dict[str, int] = {}
    keys = [block.text[:120] for block in document.blocks]
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
    columns: dict[str, npt.NDArray[Any]] = {
        "length": basics.length,
        "words": basics.words,
        "density": basics.density,
        "links": np.array(layout.block_links),
        "repeats": np.array([seen[key] for key in keys]),
        "word_length": basics.length / basics.words,
        "ends": basics.ends,
        "first_class": basics.first,
        "last_class": basics.last,
        "colon": np.array([block.text[-1] in ":：" for block in document.blocks]),
    }
    share = basics.classes / basics.length[:, None]
    for name in ("letter", "capital", "digit", "comma", "stop", "quote", "dash", "other", "bracket"):
        columns[f"share_{name}"] = share[:, _CLASS[name]]
    columns["stops"] = basics.classes[:, _CLASS["stop"]]
    columns["commas"] = basics.classes[:, _CLASS["comma"]]
    columns["digits"] = basics.classes[:, _CLASS["digit"]]
    columns["lines"] = basics.classes[:, _CLASS["line_end"]]
    columns["stops_per_word"] = columns["stops"] / basics.words
    columns["commas_per_word"] = columns["commas"] / basics.words
    columns["capitals_per_word"] = basics.classes[:, _CLASS["capital"]] / basics.words
    return columns


def _place(basics: _Basics, tree: _Tree, container: Indexes, flags: frozenset[str] | None) -> dict[str, npt.NDArray[Any]]:
    """Where in the tree the block stands: tags, depth, flags of the elements around it."""
    parent = tree.parent[container]
    children = np.bincount(tree.parent, minlength=len(tree.parent))
    depth = tree.depth[container]
    columns: dict[str, npt.NDArray[Any]] = {
        "tag": basics.tag,
        "container_tag": tree.tag[container],
        "parent_tag": tree.tag[parent],
        "depth": depth,
        "relative_depth": depth / max(1, int(tree.depth.max())),
        "siblings": children[parent],
    }
    around = tree.inherited[container]
    near = (tree.own | tree.own[tree.parent])[container]
    for number, name in enumerate(FLAG_NAMES):
        for prefix, place in (("in_", around), ("near_", near)):
            if flags is None or prefix + name in flags:
                columns[prefix + name] = (place >> number) & 1
    return columns


def _levels(sums: _Sums, tree: _Tree, container: Indexes) -> dict[str, npt.NDArray[Any]]:
    """What the container holds, and those around it that hold more."""
    columns: dict[str, npt.NDArray[Any]] = {}
    current = container
    for level in range(4):
        first, last = tree.first[current], tree.last[current]
        words, linked, prose, paragraphs, ends, headings, _ = sums.between(first, last)
        least = np.maximum(words, 1)
        blocks = np.maximum(last - first, 1)
        columns[f"level{level}_words"] = words
        columns[f"level{level}_share"] = words / sums.all_words
        columns[f"level{level}_density"] = linked / least
        columns[f"level{level}_blocks"] = blocks
        columns[f"level{level}_prose_share"] = prose / sums.all_prose
        columns[f"level{level}_prose"] = prose / least
        columns[f"level{level}_paragraphs"] = paragraphs / least
        columns[f"level{level}_ends"] = ends / blocks
        columns[f"level{level}_headings"] = headings / blocks
        columns[f"level{level}_mean"] = words / blocks
        current = tree.above[current]
    return columns


def _distance(position: Indexes, first: int, last: int) -> Indexes:
    """Blocks between each position and a range; negative before it, 0 inside."""
    after = np.where(position < last, 0, position - last + 1)
    return np.clip(np.where(position < first, position - first, after), -FARTHEST, FARTHEST)


def _best_containers(basics: _Basics, sums: _Sums, tree: _Tree, container: Indexes) -> dict[str, npt.NDArray[Any]]:
    """Where the block stands to the containers that hold most of the running text."""
    position = np.arange(basics.count)
    depth = tree.depth[container]
    prose = sums.prose[tree.last] - sums.prose[tree.first]
    columns: dict[str, npt.NDArray[Any]] = {}
    for share in (35, 60, 85):
        enough = np.flatnonzero(prose * 100 >= share * sums.all_prose)
        best = int(enough[tree.depth[enough].argmax()]) if len(enough) else 0
        columns[f"best{share}_distance"] = _distance(position, int(tree.first[best]), int(tree.last[best]))
        columns[f"best{share}_depth"] = depth - tree.depth[best]
    parent, above = tree.parent[container], tree.above[container]
    score = np.bincount(parent, 2 * basics.prose, len(tree.parent))
    score += np.bincount(above, basics.prose, len(tree.parent))
    best = int(score.argmax())
    columns["direct_distance"] = _distance(position, int(tree.first[best]), int(tree.last[best]))
    columns["direct_same"] = (parent == best) | (above == best)
    columns["direct_share"] = score[parent] / max(1.0, float(score[best]))
    return columns


def _same_kind(basics: _Basics, tree: _Tree, container: Indexes) -> dict[str, npt.NDArray[Any]]:
    """What stands elsewhere on the page in places of the same kind.

    Paragraphs of an article share tags and classes all the way up; so do teasers.
    """
    columns: dict[str, npt.NDArray[Any]] = {}
    full = tree.kind[container]
    tag, parent = tree.tag[container], tree.tag[tree.parent[container]]
    short = (basics.tag * 16 + tag) * 16 + parent
    for name, keys in (("kind", full), ("tags", short)):
        _, kind = np.unique(keys, return_inverse=True)
        blocks = np.bincount(kind)
        words = np.bincount(kind, basics.words)
        columns[f"{name}_blocks"] = blocks[kind]
        columns[f"{name}_mean"] = (words / blocks)[kind]
        columns[f"{name}_density"] = (np.bincount(kind, basics.words * basics.density) / words)[kind]
        prose = np.bincount(kind, basics.prose)
        columns[f"{name}_prose_share"] = (prose / max(1.0, float(prose.sum())))[kind]
        columns[f"{name}_prose"] = (prose / words)[kind]
        columns[f"{name}_ends"] = (np.bincount(kind, basics.ends) / blocks)[kind]
    return columns


def _position(basics: _Basics, sums: _Sums) -> dict[str, npt.NDArray[Any]]:
    """Where in the page the block stands, by blocks and by words."""
    count = basics.count
    position = np.arange(count)
    headings = np.flatnonzero(basics.tag == _H1)
    columns: dict[str, npt.NDArray[Any]] = {
        "position": position / count,
        "position_words": sums.words[:-1] / sums.all_words,
        "position_prose": sums.prose[:-1] / sums.all_prose,
        "from_start": np.minimum(position, 300),
        "from_end": np.minimum(count - position, 300),
    }
    if len(headings):
        first, last = int(headings[0]), int(headings[-1])
        columns["h1_distance"] = np.clip(position - first, -FARTHEST, FARTHEST)
        columns["h1_words"] = sums.words[:-1] - sums.words[first]
        columns["last_h1_distance"] = np.clip(position - last, -FARTHEST, FARTHEST)
    else:
        columns["h1_distance"] = columns["last_h1_distance"] = np.full(count, -FARTHEST - 1)
        columns["h1_words"] = np.full(count, -1e6)
    before, after = _nearest(basics.prose > 0)
    columns["prose_before"], columns["prose_after"] = before, after
    columns["heading_before"], columns["heading_after"] = _nearest(basics.heading)
    long_before, long_after = _nearest(basics.prose >= 25)
    columns["long_before"], columns["long_after"] = long_before, long_after
    return columns


def _nearest(wanted: npt.NDArray[np.bool_]) -> tuple[Indexes, Indexes]:
    """Blocks from each block back, and on, to the nearest other one that is wanted."""
    count = len(wanted)
    position = np.arange(count)
    seen = np.maximum.accumulate(np.where(wanted, position, -FARTHEST))
    before = position - np.concatenate(([-FARTHEST], seen[:-1]))
    coming = np.minimum.accumulate(np.where(wanted, position, count + FARTHEST)[::-1])[::-1]
    after = np.concatenate((coming[1:], [count + FARTHEST])) - position
    return np.minimum(before, 50), np.minimum(after, 50)


def _shifted(column: npt.NDArray[Any], by: int, fill: float) -> npt.NDArray[Any]:
    """The column's value at the block ``by`` places before (or, negative, behind)."""
    result = np.full(len(column), fill, np.float64)
    if by > 0:
        result[by:] = column[:-by]
    else:
        result[:by] = column[-by:]
    return result


def _neighbours(basics: _Basics, sums: _Sums, tree: _Tree, container: Indexes) -> dict[str, npt.NDArray[Any]]:
    """The blocks around: two on each side one by one, then windows."""
    columns: dict[str, npt.NDArray[Any]] = {}
    parent, above = tree.parent[container], tree.above[container]
    position = np.arange(basics.count)
    for by, name in ((1, "previous"), (-1, "next"), (2, "previous2"), (-2, "next2")):
        columns[f"{name}_words"] = _shifted(basics.words, by, 0)
        columns[f"{name}_density"] = _shifted(basics.density, by, 1)
        columns[f"{name}_ends"] = _shifted(basics.ends, by, 0)
        columns[f"{name}_tag"] = _shifted(basics.tag, by, -1)
        columns[f"{name}_together"] = _shifted(parent, by, -1) == parent
        columns[f"{name}_above"] = _shifted(above, by, -1) == above
    for width in (5, 12):
        first = np.maximum(position - width, 0)
        last = np.minimum(position + width + 1, basics.count)
        for side, start, stop in (
            ("around", first, last),
            ("back", first, position),
            ("on", position + 1, last),
        ):
            words, linked, prose, _, ends, headings, _ = sums.between(start, stop)
            least = np.maximum(words, 1)
            columns[f"{side}{width}_words"] = words
            columns[f"{side}{width}_density"] = linked / least
            columns[f"{side}{width}_prose"] = prose / least
            columns[f"{side}{width}_ends"] = ends / np.maximum(stop - start, 1)
            columns[f"{side}{width}_headings"] = headings / np.maximum(stop - start, 1)
    return columns


def _declared(document: Document, basics: _Basics) -> dict[str, npt.NDArray[Any]]:
    """How far the block repeats what the page declares: title, description, JSON-LD."""
    count = basics.count
    declared = document.declared
    match = np.zeros(count)
    described = np.zeros(count)
    in_body = np.zeros(count)
    if declared is not None:
        titles = _word_set(declared.meta.get("og:title", ())) or _word_set((declared.title,) if declared.title else ())
        descriptions = _word_set(declared.meta.get("og:description") or declared.meta.get("description") or ())
        wanted = (basics.words >= 2) & (basics.words <= 80 if len(descriptions) >= 5 else basics.words <= 40)
        for index in np.flatnonzero(wanted).tolist() if titles or len(descriptions) >= 5 else ():
            words = frozenset(_WORD.findall(document.blocks[index].text.lower()))
            if titles and basics.words[index] <= 40:
                match[index] = _overlap(titles, words)
            if len(descriptions) >= 5 and basics.words[index] >= 5:
                described[index] = _overlap(descriptions, words)
        body = _declared_body(declared)
        if body:
            in_body[:] = [1 if len(block.text) >= 30 and _squeezed(block.text)[:60] in body else -1 for block in document.blocks]
    best = int(match.argmax())
    position = np.arange(count)
    distance = np.clip(position - best, -FARTHEST, FARTHEST) if match[best] > 0.5 else np.full(count, -FARTHEST - 1)
    return {
        "title_match": match,
        "title_distance": distance,
        "description_match": described,
        "declared_body": in_body,
    }


def _word_set(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def _overlap(wanted: frozenset[str], words: frozenset[str]) -> float:
    """Share of common words among all of the larger side."""
    return len(wanted & words) / max(len(wanted), len(words))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _declared_body(declared: Declared) -> str:
    """The article's text as JSON-LD gives it, without white space."""
    bodies = []
    for script in declared.json_ld:
        if "Body" in script:
            for match in _LD_BODY.finditer(script):
                try:
                    bodies.append(json.loads(match[1], strict=False))
                except ValueError:
                    continue
    return _squeezed(" ".join(bodies))


def _declared_kind(declared: Declared) -> dict[str, float]:
    """What kind of page it says it is."""
    kinds = " ".join(declared.meta.get("og:type", ())).lower()
    scripts = " ".join(declared.json_ld)
    return {
        "page_says_article": float("article" in kinds),
        "page_says_other": float("product" in kinds or "profile" in kinds),
        "page_says_site": float("website" in kinds),
        "page_says_published": float("article:published_time" in declared.meta or '"datePublished"' in scripts),
        "page_data_article": float(_LD_ARTICLE.search(scripts) is not None),
        "page_data_other": float(_LD_OTHER.search(scripts) is not None),
    }


def _page(document: Document, basics: _Basics, sums: _Sums, columns: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """What holds for the whole page."""
    values = {
        **_declared_kind(document.declared or Declared()),
        "page_blocks": basics.count,
        "page_words": sums.all_words,
        "page_density": sums.linked[-1] / sums.all_words,
        "page_prose": sums.all_prose,
        "page_prose_share": sums.prose[-1] / sums.all_words,
        "page_paragraphs": float((basics.words * (basics.tag == _P)).sum()) / sums.all_words,
        "page_headings": float(basics.heading.mean()),
        "page_longest": float(basics.words.max()),
        "page_long": float((basics.prose > 30).sum()),
        "page_articles": float(columns["in_tag_article"].mean()),
        "page_main": float(columns["in_tag_main"].mean()),
        "page_forum": float(columns["in_forum"].mean()),
        "page_comment": float(columns["in_comment"].mean()),
        "page_product": float(columns["in_product"].mean()),
        "page_repeats": float((columns["repeats"] > 1).mean()),
        "page_declared_body": float(columns["declared_body"].max()),
    }
    return {name: np.full(basics.count, value) for name, value in values.items()}


def feature_rows(document: Document, names: Sequence[str]) -> Rows:
    """Give the named features as one row for each block (32-bit floats)."""
    columns = block_features(document, _ALWAYS.union(names))
    rows = np.empty((len(names), len(document.blocks)), np.float32)
    for row, name in zip(rows, names, strict=True):
        row[:] = columns[name]
    return rows.T
