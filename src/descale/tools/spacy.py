"""spaCy: a component that marks boilerplate as spans and cuts nothing.

    nlp.add_pipe("descale", first=True, config={"mode": "recall"})
    doc = nlp(text)
    doc.spans["boilerplate"]  # label: the rule; ._.descale_family, ._.descale_score, ._.descale_evidence
    doc._.descale_text  # the article, exactly as `clean_article` gives it

The factory is found by its entry point, without importing this module.
"""

# No `from __future__ import annotations` here: spaCy 3.7 reads the factory's annotations and cannot resolve strings.
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from descale import Pipeline
from descale.tools.extras import extra
from descale.tools.record import Recorder

with extra("spacy"):
    import srsly
    from spacy.language import Language
    from spacy.pipeline import Pipe
    from spacy.tokens import Doc, Span

Alignment = Literal["strict", "contract", "expand"]
_OPTIONS = ("language", "mode", "threshold", "skip", "protect")
#: Line ends that reading text makes "\n" of; every other character that differs was taken out.
_LINE_ENDS = frozenset("\r\x0b\x0c\x85\u2028\u2029")
_FILE = "descale.json"


class BoilerplateMarker(Pipe):  # type: ignore[misc]  # spaCy is not there when types are checked
    """Marks what `clean_article` would remove from the text of a Doc.

    ``doc.spans[spans_key]`` holds the boilerplate, ``doc.spans[metadata_key]`` the title and the
    standfirst found in the text. ``doc._.descale_record`` is the record of the cleaning, as
    plain data, so that it travels with ``Doc.to_bytes``; the offsets in its ``removals`` count
    characters of ``doc.text``. A Doc that cannot be cleaned has no spans and says why in
    ``doc._.descale_error``; nothing is raised.
    """

    def __init__(self, name: str = "descale", **settings: Any) -> None:
        self.name = name
        self._configure(settings)

    def _configure(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.spans_key: str = settings["spans_key"]
        self.metadata_key: str = settings["metadata_key"]
        self.alignment_mode: Alignment = settings["alignment_mode"]
        if self.alignment_mode not in {"strict", "contract", "expand"}:
            message = f"unknown alignment_mode: {self.alignment_mode!r}; known are contract, expand, strict"
            raise ValueError(message)
        # Markup in a Doc is text as well: offsets into what HTML says would not be the Doc's.
        self._recorder = Recorder(Pipeline(source_type="text", **{name: settings[name] for name in _OPTIONS}))

    def __call__(self, doc: Doc) -> Doc:
        """Mark one Doc, in place, and return it."""
        record, removals = self._cleaned(doc.text)
        doc._.descale_record = record | {"removals": removals}
        marked: dict[str, list[Span]] = {self.spans_key: [], self.metadata_key: []}
        for removal in removals or ():
            span = doc.char_span(removal["start"], removal["stop"], label=removal["rule"], alignment_mode=self.alignment_mode)
            if span:
                span._.descale_score = removal["score"]
                span._.descale_evidence = removal["evidence"]
                marked[self.metadata_key if removal["family"] == "metadata" else self.spans_key].append(span)
        for key, spans in marked.items():
            doc.spans[key] = spans
        return doc

    def _cleaned(self, text: str) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
        """Return the record of a text, and its removals with offsets of that text."""
        try:
            article = self._recorder.pipeline.clean(text)
            record = self._recorder.record(article)
            lowest, highest = source_bounds(article.document.text, text)
        except Exception as error:  # noqa: BLE001 - one bad document must never stop or lose a batch
            return self._recorder.failed(error), None
        # What was dropped beside a removal goes with it: it is no article, and it may be glued to a token.
        return record, [
            removal | {"start": lowest[removal["start"]], "stop": highest[removal["stop"]]} for removal in record["removals"]
        ]

    def to_bytes(self, **_: Any) -> bytes:
        """Return the configuration as bytes."""
        stored: bytes = srsly.json_dumps(self.settings).encode()
        return stored

    def from_bytes(self, stored: bytes, **_: Any) -> "BoilerplateMarker":
        """Take over a configuration that `to_bytes` stored."""
        self._configure(srsly.json_loads(stored))
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the configuration into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / _FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> "BoilerplateMarker":
        """Take over a configuration that `to_disk` wrote."""
        return self.from_bytes((Path(path) / _FILE).read_bytes())


@Language.factory(  # type: ignore[untyped-decorator]  # spaCy is not there when types are checked
    "descale",
    assigns=["doc.spans", "doc._.descale_record"],
    default_config={
        "language": None,
        "mode": "balanced",
        "threshold": None,
        "skip": [],
        "protect": [],
        "spans_key": "boilerplate",
        "metadata_key": "metadata",
        "alignment_mode": "contract",
    },
)
def make_boilerplate_marker(  # noqa: PLR0913 - spaCy hands the settings in by name
    nlp: Language,  # noqa: ARG001 - spaCy hands it in
    name: str,
    *,
    language: str | None,
    mode: str,
    threshold: float | None,
    skip: list[str],
    protect: list[str],
    spans_key: str,
    metadata_key: str,
    alignment_mode: str,
) -> BoilerplateMarker:
    """Make the component from its configuration.

    Args:
        nlp: the pipeline that it becomes part of.
        name: its name there.
        language: BCP 47 tag of all texts, if known.
        mode: "precision" cuts more, "recall" keeps more.
        threshold: score from which a piece goes, 0–1; None takes the mode's.
        skip: families that are not marked.
        protect: regular expressions; a block in which one is found loses nothing.
        spans_key: where in ``doc.spans`` the boilerplate goes.
        metadata_key: where in ``doc.spans`` title and standfirst go.
        alignment_mode: what becomes of tokens that a removal covers in part: "contract" leaves them
            out, "expand" takes them in, "strict" leaves out the whole span.

    Raises:
        ValueError: an unknown mode, family or alignment mode, or a threshold outside 0–1.
        RuleError: a protect pattern that does not compile.
    """
    return BoilerplateMarker(
        name,
        language=language,
        mode=mode,
        threshold=threshold,
        skip=list(skip),
        protect=list(protect),
        spans_key=spans_key,
        metadata_key=metadata_key,
        alignment_mode=alignment_mode,
    )


def source_bounds(repaired: str, source: str) -> tuple[Sequence[int], Sequence[int]]:
    r"""Return for each bound between characters of a repaired text the lowest and the highest one of the source.

    Reading drops control characters and byte order marks, and makes "\n" of all line ends;
    everything else stands in the same order on both sides. The two differ where something was dropped.

    Raises:
        ValueError: the texts differ in another way.
    """
    if repaired == source:
        same = range(len(source) + 1)
        return same, same
    lowest: list[int] = [0]
    highest: list[int] = []
    for character in repaired:
        position = lowest[-1]
        while not _stands(character, source[position : position + 1]):
            position += 1
            if position >= len(source):
                message = f"the text that was cleaned is not the Doc's: {character!r} at {len(highest)} is not found there"
                raise ValueError(message)
        highest.append(position)
        lowest.append(position + (2 if source.startswith("\r\n", position) else 1))
    return lowest, [*highest, len(source)]


def _stands(character: str, found: str) -> bool:
    return found == character or (character == "\n" and found in _LINE_ENDS)


def _from_record(name: str) -> Any:
    return lambda doc: (doc._.descale_record or {}).get(name)


def _add_extensions() -> None:
    """Add the attributes; under `force`, since a module that is loaded anew adds them anew."""
    Doc.set_extension("descale_record", default=None, force=True)
    for name in ("text", "title", "confidence", "notes", "removals", "error"):
        Doc.set_extension(f"descale_{name}", getter=_from_record(name), force=True)
    Span.set_extension("descale_score", default=None, force=True)
    Span.set_extension("descale_evidence", default=None, force=True)
    Span.set_extension("descale_family", getter=lambda span: span.label_.partition(".")[0], force=True)


_add_extensions()
