"""LlamaIndex: a transformation for ingestion pipelines that strips boilerplate and fills in metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from descale import Pipeline, rule_set
from descale.tools.extras import extra
from descale.tools.record import Recorder
from descale.tools.retrieval import PROVENANCE_KEYS, address, merged

with extra("llama-index"):
    from llama_index.core.schema import BaseNode, MetadataMode, TransformComponent
    from pydantic import PrivateAttr


class BoilerplateRemover(TransformComponent):  # type: ignore[misc]  # llama-index-core is not there when types are checked
    """Cleans documents of LlamaIndex, HTML or text; gives new ones, in order, one for each.

    It belongs before the node parser. A document keeps its id, relationships and metadata; what
    is added is told in `descale.tools.retrieval`, and what is said about the cleaning is kept
    from language and embedding models. One that cannot be cleaned has an empty text and says why
    in ``metadata["descale_error"]``; nothing is raised.

    The options are plain data, so that a pipeline's cache sees when one of them changes.

    Attributes:
        source_type: "html", "text", or "auto" to look.
        language: BCP 47 tag of all documents, if known.
        mode: "precision" cuts more, "recall" keeps more.
        threshold: score from which a piece goes, 0–1; None takes the mode's.
        skip: families that stay in the text.
        protect: regular expressions; a block in which one is found loses nothing.
        url_key: metadata key where readers put the page's address; what is no web address is ignored.
        removals: whether ``metadata["descale_removals"]`` lists every piece that went, as JSON.
    """

    source_type: str = "auto"
    language: str | None = None
    mode: str = "balanced"
    threshold: float | None = None
    skip: list[str] = []
    protect: list[str] = []
    url_key: str | None = "url"
    removals: bool = False
    _recorder: Recorder = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Check the options.

        Raises:
            ValueError: an unknown mode, source type or family, or a threshold outside 0–1.
            RuleError: a protect pattern that does not compile.
        """
        super().model_post_init(context)
        names = ("source_type", "language", "mode", "threshold", "skip", "protect")
        self._recorder = Recorder(Pipeline(**{name: getattr(self, name) for name in names}))

    @classmethod
    def class_name(cls) -> str:
        """Return the name that LlamaIndex stores the component under."""
        return "DescaleBoilerplateRemover"

    def to_dict(self, **options: Any) -> dict[str, Any]:
        """Return the component as plain data; with the rules, so that a stored cache ends with them."""
        data: dict[str, Any] = super().to_dict(**options)
        return data | {"rule_set": rule_set()}

    def __call__(self, nodes: Sequence[BaseNode], **_: Any) -> list[BaseNode]:
        """Return the cleaned documents; those given stay as they are."""
        return [self._cleaned(node) for node in nodes]

    def _cleaned(self, node: BaseNode) -> BaseNode:
        content = node.get_content(metadata_mode=MetadataMode.NONE)
        record = self._recorder.clean(content, url=address(node.metadata, self.url_key))
        cleaned = node.model_copy(deep=True)
        cleaned.embedding = None  # it was that of the text before
        cleaned.set_content(record["text"] or "")
        cleaned.metadata = merged(node.metadata, record, removals=self.removals)
        for hidden in (cleaned.excluded_embed_metadata_keys, cleaned.excluded_llm_metadata_keys):
            hidden.extend(key for key in PROVENANCE_KEYS if key not in hidden)
        return cleaned
