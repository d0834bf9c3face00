"""The LlamaIndex transformation: the same records as a plain loop, in ingestion pipelines with a cache."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from installed import library

library("llama_index.core")

from documents import documents, expected
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import Document, MetadataMode, NodeRelationship, TextNode
from pydantic import ValidationError
from retrieval_checks import assert_same_as_records

from descale.tools import llama_index
from descale.tools.llama_index import BoilerplateRemover

PROSE = "The night ferry crossed the bay again on Monday with ninety people on board and a crate of oranges."
TEXT = f"{PROSE}\nSign up for our weekly newsletter to get the news in your inbox"


def test_the_texts_and_metadata_are_those_of_a_plain_loop() -> None:
    given = [
        (document, record) for document, record in zip(documents(), expected("text"), strict=True) if document.text is not None
    ]
    nodes = [
        Document(text=document.text, id_=document.id, metadata={"address": document.url, "kind": document.kind})
        for document, _ in given
    ]
    found = BoilerplateRemover(url_key="address", removals=True)(nodes)
    for (document, record), cleaned in zip(given, found, strict=True):
        assert cleaned.id_ == document.id
        assert cleaned.metadata["kind"] == document.kind
        assert_same_as_records(cleaned.get_content(MetadataMode.NONE), cleaned.metadata, record)


def test_the_documents_given_stay_as_they_are() -> None:
    document = Document(text=TEXT, metadata={"language": "mul"}, embedding=[0.5], excluded_llm_metadata_keys=["language"])
    before = document.model_dump()
    (cleaned,) = BoilerplateRemover()([document])
    assert document.model_dump() == before
    assert isinstance(cleaned, Document)
    assert cleaned.text == PROSE
    assert cleaned.metadata["language"] == "mul"
    assert cleaned.embedding is None
    assert cleaned.hash != document.hash
    (node,) = BoilerplateRemover()(
        [TextNode(text=TEXT, relationships={NodeRelationship.SOURCE: document.as_related_node_info()})]
    )
    assert isinstance(node, TextNode)
    assert (node.text, node.ref_doc_id) == (PROSE, document.id_)


def test_models_do_not_see_what_is_said_about_the_cleaning() -> None:
    pipeline = IngestionPipeline(
        transformations=[BoilerplateRemover(removals=True), SentenceSplitter(chunk_size=64, chunk_overlap=0)]
    )
    nodes = pipeline.run(documents=[Document(text=TEXT * 3, metadata={"shelf": "A"})])
    assert nodes
    for node in nodes:
        assert "descale_removals" in node.metadata
        for mode in (MetadataMode.LLM, MetadataMode.EMBED):
            assert "shelf: A" in node.get_content(mode)
            assert "descale" not in node.get_content(mode)


def test_a_document_that_cannot_be_cleaned_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    def clean(_self: object, source: str, **_: Any) -> None:
        message = f"no idea of {len(source)} characters"
        raise RuntimeError(message)

    remover = BoilerplateRemover()
    monkeypatch.setattr("descale.Pipeline.clean", clean)
    (failed,) = remover([Document(text=TEXT, id_="a")])
    assert (failed.get_content(MetadataMode.NONE), failed.id_) == ("", "a")
    assert failed.metadata["descale_error"].startswith("RuntimeError: no idea of ")


def test_a_cache_ends_with_the_options_and_with_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document(text=TEXT)
    pipeline = IngestionPipeline(transformations=[BoilerplateRemover()])
    assert pipeline.run(documents=[document])[0].get_content() == PROSE
    cached = pipeline.cache
    assert len(cached.cache.get_all(collection=cached.collection)) == 1
    assert (
        IngestionPipeline(transformations=[BoilerplateRemover()], cache=cached).run(documents=[document])[0].get_content()
        == PROSE
    )
    assert len(cached.cache.get_all(collection=cached.collection)) == 1
    kept = IngestionPipeline(transformations=[BoilerplateRemover(skip=["newsletter"])], cache=cached).run(documents=[document])
    assert kept[0].get_content() == TEXT
    assert len(cached.cache.get_all(collection=cached.collection)) == 2
    monkeypatch.setattr(llama_index, "rule_set", lambda: "other rules")
    IngestionPipeline(transformations=[BoilerplateRemover()], cache=cached).run(documents=[document])
    assert len(cached.cache.get_all(collection=cached.collection)) == 3


def test_it_is_stored_and_loaded_and_runs_asynchronously() -> None:
    remover = BoilerplateRemover(mode="recall", skip=["share"], protect=["zebra"], url_key=None)
    loaded = BoilerplateRemover.from_json(remover.to_json())
    assert loaded.to_dict() == remover.to_dict()
    assert asyncio.run(loaded.acall([Document(text=TEXT)]))[0].get_content() == PROSE
    pipeline = IngestionPipeline(transformations=[loaded], disable_cache=True)
    nodes = pipeline.run(
        documents=[Document(text=f"{PROSE} {n}\nShare this article", id_=str(n)) for n in range(4)], num_workers=2
    )
    assert sorted(node.id_ for node in nodes) == ["0", "1", "2", "3"]
    assert all(node.metadata["descale_confidence"] > 0 for node in nodes)


@pytest.mark.parametrize("options", [{"mode": "bold"}, {"skip": ["colour"]}, {"skip": "share"}, {"threshold": 2}])
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises((ValueError, ValidationError)):
        BoilerplateRemover(**options)
