"""LangChain: a document transformer that strips boilerplate and fills in metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from descale import Pipeline
from descale.tools.extras import extra
from descale.tools.record import Recorder
from descale.tools.retrieval import address, merged

with extra("langchain"):
    from langchain_core.documents import BaseDocumentTransformer, Document


class BoilerplateRemover(BaseDocumentTransformer):  # type: ignore[misc]  # langchain-core is not there when types are checked
    """Cleans documents of LangChain, HTML or text; gives new ones, in order, one for each.

    A document keeps its id, its type and its metadata; what is added is told in
    `descale.tools.retrieval`. One that cannot be cleaned has an empty text and says why in
    ``metadata["descale_error"]``; nothing is raised.

    Attributes:
        recorder: cleans and says with which rules and configuration.
        url_key: metadata key where loaders put the page's address; what is no web address is ignored.
        removals: whether ``metadata["descale_removals"]`` lists every piece that went, as JSON.
    """

    def __init__(
        self, pipeline: Pipeline | None = None, *, url_key: str | None = "source", removals: bool = False, **options: Any
    ) -> None:
        """Take a whole `Pipeline`, or its options by name (``mode``, ``skip``, ``protect``, …).

        Raises:
            TypeError: both a pipeline and options, or an unknown option.
            ValueError: a wrong value of an option.
        """
        if pipeline is not None and options:
            message = f"give a pipeline or its options, not both: {', '.join(sorted(options))}"
            raise TypeError(message)
        self.recorder = Recorder(pipeline or Pipeline(**options))
        self.url_key = url_key
        self.removals = removals

    def transform_documents(self, documents: Sequence[Document], **_: Any) -> list[Document]:
        """Return the cleaned documents; those given stay as they are."""
        return [self._cleaned(document) for document in documents]

    def _cleaned(self, document: Document) -> Document:
        record = self.recorder.clean(document.page_content, url=address(document.metadata, self.url_key))
        metadata = merged(document.metadata, record, removals=self.removals)
        return document.model_copy(update={"page_content": record["text"] or "", "metadata": metadata})
