"""The Haystack component: the same records as a plain loop, in pipelines that are stored and loaded."""

from __future__ import annotations

from typing import Any

import pytest
from installed import library

library("haystack")

from documents import documents, expected
from haystack import Document, Pipeline
from haystack.components.preprocessors import DocumentSplitter
from haystack.dataclasses import ByteStream
from retrieval_checks import assert_same_as_records

from descale.tools.haystack import BoilerplateRemover

PROSE = "The night ferry crossed the bay again on Monday with ninety people on board and a crate of oranges."
TEXT = f"{PROSE}\nSign up for our weekly newsletter to get the news in your inbox"


def test_the_texts_and_meta_are_those_of_a_plain_loop() -> None:
    given = [Document(id=one.id, content=one.text, meta={"address": one.url, "kind": one.kind}) for one in documents()]
    found = BoilerplateRemover(url_key="address", removals=True).run(given)["documents"]
    for document, record, cleaned in zip(given, expected("text"), found, strict=True):
        assert cleaned.id == document.id
        assert cleaned.meta["kind"] == document.meta["kind"]
        if document.content is None:
            assert cleaned is document
        else:
            assert_same_as_records(cleaned.content, cleaned.meta, record)


def test_the_documents_given_stay_as_they_are() -> None:
    picture = Document(blob=ByteStream(b"\x89PNG"), meta={"page": 2})
    document = Document(content=TEXT, meta={"language": "mul"}, embedding=[0.5], score=0.25, blob=ByteStream(b"<p>"))
    before = document.to_dict()
    cleaned, passed = BoilerplateRemover().run([document, picture])["documents"]
    assert document.to_dict() == before
    assert passed is picture
    assert (cleaned.content, cleaned.id, cleaned.blob, cleaned.score) == (PROSE, document.id, document.blob, 0.25)
    assert cleaned.meta["language"] == "mul"
    assert cleaned.embedding is None


def test_a_document_that_cannot_be_cleaned_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    def clean(_self: object, source: str, **_: Any) -> None:
        message = f"no idea of {len(source)} characters"
        raise RuntimeError(message)

    remover = BoilerplateRemover()
    monkeypatch.setattr("descale.Pipeline.clean", clean)
    (failed,) = remover.run([Document(content=TEXT, id="a")])["documents"]
    assert (failed.content, failed.id) == ("", "a")
    assert failed.meta["descale_error"].startswith("RuntimeError: no idea of ")


def test_a_pipeline_is_stored_and_loaded() -> None:
    remover = BoilerplateRemover(mode="recall", skip="newsletter", protect=["ferry"], threshold=0.7, language="en", url_key=None)
    pipeline = Pipeline()
    pipeline.add_component("clean", remover)
    pipeline.add_component("split", DocumentSplitter(split_by="word", split_length=10, split_overlap=0))
    pipeline.connect("clean.documents", "split.documents")
    stored = pipeline.dumps()
    loaded = Pipeline.loads(stored, **_allowed())
    assert loaded.get_component("clean").to_dict() == remover.to_dict()
    assert remover.to_dict()["init_parameters"] == {
        "source_type": "auto",
        "language": "en",
        "mode": "recall",
        "threshold": 0.7,
        "skip": ["newsletter"],
        "protect": ["ferry"],
        "url_key": None,
        "removals": False,
    }
    chunks = loaded.run({"clean": {"documents": [Document(content=TEXT)]}})["split"]["documents"]
    assert "".join(chunk.content for chunk in chunks) == TEXT
    assert all(chunk.meta["descale_confidence"] for chunk in chunks)


def _allowed() -> dict[str, Any]:
    """Return what newer versions of Haystack ask for before they load a class that is not their own."""
    try:
        import haystack.core.serialization_security  # noqa: F401, PLC0415 - absent in older versions
    except ModuleNotFoundError:
        return {}
    return {"allowed_modules": ["descale.*"]}


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown mode"):
        BoilerplateRemover(mode="bold")
    with pytest.raises(ValueError, match="unknown family to skip"):
        BoilerplateRemover(skip=["colour"])
