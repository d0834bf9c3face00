"""Haystack: a component that strips boilerplate off documents and fills in their meta fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from descale import Pipeline
from descale.tools.extras import extra
from descale.tools.record import Recorder
from descale.tools.retrieval import address, merged

with extra("haystack"):
    from haystack import Document, component, default_from_dict, default_to_dict


@component
class BoilerplateRemover:
    """Cleans documents of Haystack, HTML or text; gives new ones, in order, one for each.

    It belongs behind a converter and before a splitter. A document keeps its id, blob and meta;
    what is added is told in `descale.tools.retrieval`. One that cannot be cleaned has an empty
    content and says why in ``meta["descale_error"]``; nothing is raised. A document without
    content (a picture, a table) passes as it is.
    """

    def __init__(
        self,
        *,
        source_type: str = "auto",
        language: str | None = None,
        mode: str = "balanced",
        threshold: float | None = None,
        skip: Sequence[str] = (),
        protect: Sequence[str] = (),
        url_key: str | None = "url",
        removals: bool = False,
    ) -> None:
        """Take the options.

        Args:
            source_type: "html", "text", or "auto" to look.
            language: BCP 47 tag of all documents, if known.
            mode: "precision" cuts more, "recall" keeps more.
            threshold: score from which a piece goes, 0–1; None takes the mode's.
            skip: families that stay in the text.
            protect: regular expressions; a block in which one is found loses nothing.
            url_key: meta field with the page's address; what is no web address is ignored.
            removals: whether ``meta["descale_removals"]`` lists every piece that went, as JSON.

        Raises:
            ValueError: an unknown mode, source type or family, or a threshold outside 0–1.
            RuleError: a protect pattern that does not compile.
        """
        options: dict[str, Any] = {"source_type": source_type, "language": language, "mode": mode, "threshold": threshold}
        pipeline = Pipeline(**options, skip=skip, protect=protect)  # type: ignore[arg-type]  # it makes of them what it needs
        self._recorder = Recorder(pipeline)
        self._settings = options | {"skip": sorted(pipeline.skip), "protect": list(pipeline.protect)}
        self.url_key = url_key
        self.removals = removals

    def to_dict(self) -> dict[str, Any]:
        """Return the component as plain data, as pipelines are stored."""
        data: dict[str, Any] = default_to_dict(self, **self._settings, url_key=self.url_key, removals=self.removals)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> BoilerplateRemover:
        """Return the component that `to_dict` told of."""
        made: BoilerplateRemover = default_from_dict(cls, data)
        return made

    @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator]
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        """Return the cleaned documents under "documents"; those given stay as they are."""
        return {"documents": [self._cleaned(document) for document in documents]}

    def _cleaned(self, document: Document) -> Document:
        if document.content is None:
            return document
        record = self._recorder.clean(document.content, url=address(document.meta, self.url_key))
        meta = merged(document.meta, record, removals=self.removals)
        # An embedding, if there is one, is that of the text before.
        return dataclasses.replace(document, content=record["text"] or "", meta=meta, embedding=None, sparse_embedding=None)
