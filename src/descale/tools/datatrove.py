"""datatrove: a pipeline step that cleans documents; for its local, Slurm and Ray executors alike.

    LocalPipelineExecutor(
        [WarcReader("warc/"), CleanDocuments(exclusion_writer=JsonlWriter("removed/")), JsonlWriter("clean/")], tasks=8
    )

A step of its own, no extractor or formatter of datatrove's, since those see neither address nor metadata. No
document raises: one that cannot be cleaned comes out empty, with its error in its metadata.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final, Literal

from descale import Article, Pipeline, rule_set
from descale.tools.extras import extra
from descale.tools.record import Recorder
from descale.tools.same_rules import expect_rules

with extra("datatrove"):
    from datatrove.data import Document
    from datatrove.pipeline.base import PipelineStep
    from datatrove.utils.typeshelper import StatHints

PREFIX: Final = "clean_"
#: Why a document goes to the exclusion writer, or is marked; datatrove's own filters use this key too.
REASON: Final = "filter_reason"


class CleanDocuments(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Replaces each document's text by the clean article, and adds the fields of its record to its metadata.

    Id, media and the metadata that came in stay as they are. The metadata gain the fields of
    `descale.tools.record` but for ``text``, each with a prefix: ``clean_title``, ``clean_removals``, ``clean_error`` …

    Args:
        pipeline: how to clean; None takes the default one, that of `descale.clean_article`.
        source: "text" cleans `Document.text`, HTML or scraped text; "media" the bytes of the first medium that has some.
        url_key: the metadata field with the page's address, if there is one.
        min_characters: below this length of clean text a document has too little left; 0 lets all pass.
        too_little: "drop" those, or "mark" them in ``metadata["filter_reason"]``. Documents with an error are
            treated the same, whatever ``min_characters`` is.
        exclusion_writer: gets each removed piece as a document (id ``<id>/<number>``, the removal in its metadata), and
            whole the documents that are dropped; ``filter_reason`` is the rule, "too_little" or "error".
        prefix: what stands before the names of our metadata fields.
    """

    type = "🧹 - CLEAN"
    name = "descale"

    def __init__(
        self,
        pipeline: Pipeline | None = None,
        *,
        source: Literal["text", "media"] = "text",
        url_key: str = "url",
        min_characters: int = 0,
        too_little: Literal["drop", "mark"] = "mark",
        exclusion_writer: Any = None,
        prefix: str = PREFIX,
    ) -> None:
        """See the class.

        Raises:
            ValueError: an unknown ``source`` or ``too_little``.
        """
        if source not in {"text", "media"} or too_little not in {"drop", "mark"}:
            message = f"source is 'text' or 'media', too_little is 'drop' or 'mark'; not {source!r} and {too_little!r}"
            raise ValueError(message)
        super().__init__()
        self.recorder = Recorder(pipeline or Pipeline())
        self.source = source
        self.url_key = url_key
        self.min_characters = min_characters
        self.too_little = too_little
        self.exclusion_writer = exclusion_writer
        self.prefix = prefix

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"rules": rule_set()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become the step that another machine made, if the rules here are its own."""
        expect_rules(state.pop("rules"))
        self.__dict__.update(state)

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:  # noqa: ARG002 - datatrove's signature
        """Yield the documents cleaned; what fails is the disk or the engine, never a document."""
        with self.exclusion_writer or contextlib.nullcontext():
            for document in data or ():
                self.stat_update(StatHints.total)
                with self.track_time():
                    article, record = self._cleaned(document)
                if self._keep(document, article, record, rank):
                    self.stat_update(StatHints.forwarded)
                    self.update_doc_stats(document)
                    yield document

    def _cleaned(self, document: Any) -> tuple[Article | None, dict[str, Any]]:
        """Return the article, if there is one, and its record."""
        try:
            source = self._source(document)
            if source is None:
                return None, self.recorder.failed(ValueError()) | {"error": None}
            url = document.metadata.get(self.url_key)
            article = self.recorder.pipeline.clean(source, url=url if isinstance(url, str) else None)
            return article, self.recorder.record(article)
        except Exception as error:  # noqa: BLE001 - one bad document must never stop or lose a rank
            return None, self.recorder.failed(error)

    def _source(self, document: Any) -> Any:
        if self.source == "text":
            return document.text
        return next((medium.media_bytes for medium in document.media if medium.media_bytes is not None), None)

    def _keep(self, document: Any, article: Article | None, record: dict[str, Any], rank: int) -> bool:
        """Put the record into the document, write what was taken from it, and say whether it goes on."""
        before = document.text
        document.text = record.pop("text") or ""
        document.metadata |= {self.prefix + name: value for name, value in record.items()}
        self._count(article, record)
        for piece in self._pieces(document, article):
            self.exclusion_writer.write(piece, rank)
        reason = "error" if record["error"] else "too_little" if len(document.text) < self.min_characters else None
        if reason:
            document.metadata[REASON] = reason
            self.stat_update(reason)
        if not reason or self.too_little == "mark":
            return True
        self.stat_update(StatHints.dropped)
        if self.exclusion_writer:
            # Lone surrogates, which a str may hold, cannot be written: they would end the rank.
            document.text = (before or "").encode("utf-8", "replace").decode()
            self.exclusion_writer.write(document, rank)
        return False

    def _count(self, article: Article | None, record: dict[str, Any]) -> None:
        for removal in record["removals"] or ():
            self.stat_update(f"removed_{removal['family']}")
        if article:
            removed = sum(removal.stop - removal.start for removal in article.removals)
            self.stat_update("removed_characters", value=removed, unit="doc")

    def _pieces(self, document: Any, article: Article | None) -> Iterator[Any]:
        """Yield each removed piece as a document, if somebody takes them."""
        if article is None or self.exclusion_writer is None:
            return
        for number, removal in enumerate(article.removals):
            about = {
                REASON: removal.rule,
                "family": removal.family,
                "score": removal.score,
                "evidence": removal.evidence,
                "start": removal.start,
                "stop": removal.stop,
                "document": document.id,
            }
            yield Document(text=article.removed_text(removal), id=f"{document.id}/{number}", metadata=about)
