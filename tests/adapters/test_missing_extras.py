"""A module whose library is missing says what to install; retrieval metadata needs no library at all."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from installed import python_path

from descale.tools.record import METADATA_FIELDS, Recorder
from descale.tools.retrieval import PROVENANCE_KEYS, address, merged

TEXT = "The night ferry crossed the bay again on Monday with ninety people on board.\nShare this article"


@pytest.mark.parametrize(
    ("module", "library", "extra"),
    [
        ("sklearn", "sklearn", "sklearn"),
        ("spacy", "srsly", "spacy"),
        ("langchain", "langchain_core", "langchain"),
        ("llama_index", "llama_index", "llama-index"),
        ("haystack", "haystack", "haystack"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(module: str, library: str, extra: str) -> None:
    program = f"import sys; sys.modules[{library!r}] = None; import descale.tools.{module}"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": python_path()}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"pip install 'descale[{extra}]'" in done.stderr.splitlines()[-1]


def test_metadata_is_filled_in_and_never_overwritten() -> None:
    record = Recorder().clean(TEXT) | {"authors": ["Ada Quay", "Ben Pier"], "title": "Found", "date": "2024-05-01"}
    given = {"title": "Theirs", "date": None, "descale_error": "of an earlier run", 7: "a key that is no text"}
    found = merged(given, record, removals=True)
    assert (found["title"], found["date"], found["authors"], found[7]) == ("Theirs", "2024-05-01", "Ada Quay; Ben Pier", given[7])
    assert "descale_error" not in found
    assert json.loads(found["descale_removals"]) == record["removals"]
    assert given["descale_error"] == "of an earlier run"
    assert set(found) <= {*METADATA_FIELDS, *PROVENANCE_KEYS, 7}


def test_a_failure_stands_beside_what_the_document_has() -> None:
    found = merged({"title": "Theirs"}, Recorder().clean(None), removals=True)
    assert found.keys() == {"title", "descale_error", "descale_rule_set", "descale_configuration"}


@pytest.mark.parametrize(
    ("value", "found"),
    [("https://example.org/a", True), ("http://example.org", True), ("pages/a.html", False), (None, False), (7, False)],
)
def test_only_web_addresses_are_addresses(value: object, found: bool) -> None:  # noqa: FBT001 - a case's outcome
    assert address({"url": value}, "url") == (value if found else None)
    assert address({"url": value}, None) is None
