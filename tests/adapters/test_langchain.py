"""The LangChain transformer: the same records as a plain loop; ids, metadata and types kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from installed import library

library("langchain_core")

from documents import documents, expected
from langchain_core.documents import BaseDocumentTransformer, Document
from langchain_core.runnables import RunnableLambda
from retrieval_checks import assert_same_as_records

from descale import Cleaner, Page, Pipeline, Removal
from descale.tools.langchain import BoilerplateRemover

PROSE = "The night ferry crossed the bay again on Monday with ninety people on board and a crate of oranges."
TEXT = f"{PROSE}\nSign up for our weekly newsletter to get the news in your inbox"


def test_the_texts_and_metadata_are_those_of_a_plain_loop() -> None:
    given = [
        (document, record) for document, record in zip(documents(), expected("text"), strict=True) if document.text is not None
    ]
    found = BoilerplateRemover(removals=True).transform_documents(
        [
            Document(
                page_content=document.text,
                id=document.id,
                metadata={"source": document.url or "file.html", "kind": document.kind},
            )
            for document, _ in given
        ]
    )
    for (document, record), cleaned in zip(given, found, strict=True):
        assert cleaned.id == document.id
        assert cleaned.metadata["kind"] == document.kind
        assert_same_as_records(cleaned.page_content, cleaned.metadata, record)


def test_the_documents_given_stay_as_they_are() -> None:
    document = Document(page_content=TEXT, metadata={"source": "https://example.org/a", "language": "mul", "title": None}, id="a")
    (cleaned,) = BoilerplateRemover().transform_documents([document])
    assert document == Document(
        page_content=TEXT, metadata={"source": "https://example.org/a", "language": "mul", "title": None}, id="a"
    )
    assert cleaned.page_content == PROSE
    assert cleaned.metadata["language"] == "mul"
    assert cleaned.metadata["source"] == cleaned.metadata["url"] == "https://example.org/a"
    assert "descale_removals" not in cleaned.metadata


def test_a_file_path_is_no_address_and_the_key_can_be_chosen() -> None:
    document = Document(page_content=TEXT, metadata={"source": "pages/a.html", "link": "https://example.org/b"})
    assert "url" not in BoilerplateRemover().transform_documents([document])[0].metadata
    assert BoilerplateRemover(url_key="link").transform_documents([document])[0].metadata["url"] == "https://example.org/b"
    assert "url" not in BoilerplateRemover(url_key=None).transform_documents([document])[0].metadata


def test_a_document_that_cannot_be_cleaned_is_marked_and_the_rest_goes_on() -> None:
    def broken(page: Page) -> Iterator[Removal]:
        if "oranges" in page.document.text:
            message = "no oranges"
            raise RuntimeError(message)
        return iter(())

    remover = BoilerplateRemover(Pipeline(cleaners=(Cleaner("broken", broken),)), removals=True)
    failed, fine = remover.transform_documents([Document(page_content=TEXT, id="a"), Document(page_content="The quay is calm.")])
    assert (failed.page_content, failed.id) == ("", "a")
    assert failed.metadata["descale_error"] == "RuntimeError: no oranges"
    assert not {"descale_confidence", "descale_removals"} & failed.metadata.keys()
    assert fine.page_content == "The quay is calm."
    (again,) = BoilerplateRemover().transform_documents([failed])
    assert "descale_error" not in again.metadata


def test_options_are_those_of_the_pipeline() -> None:
    assert BoilerplateRemover(skip={"newsletter"}).transform_documents([Document(page_content=TEXT)])[0].page_content == TEXT
    with pytest.raises(ValueError, match="unknown mode"):
        BoilerplateRemover(mode="bold")
    with pytest.raises(TypeError, match="not both: mode"):
        BoilerplateRemover(Pipeline(), mode="recall")
    with pytest.raises(TypeError, match="colour"):
        BoilerplateRemover(colour="red")


def test_it_runs_in_chains_and_asynchronously() -> None:
    remover = BoilerplateRemover()
    assert isinstance(remover, BaseDocumentTransformer)
    document = Document(page_content=TEXT)
    chain = RunnableLambda(remover.transform_documents) | (lambda found: [cleaned.page_content for cleaned in found])
    assert chain.invoke([document]) == [PROSE]
    assert asyncio.run(remover.atransform_documents([document]))[0].page_content == PROSE


def test_removals_are_json() -> None:
    (cleaned,) = BoilerplateRemover(removals=True).transform_documents([Document(page_content=TEXT)])
    (removal,) = json.loads(cleaned.metadata["descale_removals"])
    assert TEXT[removal["start"] : removal["stop"]].strip() == TEXT.removeprefix(PROSE).strip()
