"""Records: the plain data that batch outputs and every adapter share."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from descale import Cleaner, Page, Pipeline, Removal, rule_set
from descale.cleaner import by_phrase
from descale.tools.record import FIELDS, REMOVAL_FIELDS, Recorder, configuration_hash

TEXT = "Harbour reopens\n\nThe harbour opened on Monday after three weeks of repairs.\nSign up for our newsletter\n"


def test_a_record_holds_every_field_in_order_and_is_plain_data() -> None:
    record = Recorder().clean(TEXT, url="https://example.org/a")
    assert tuple(record) == FIELDS
    assert json.loads(json.dumps(record)) == record
    assert record["url"] == "https://example.org/a"
    assert record["error"] is None
    assert record["rule_set"] == rule_set()
    assert "newsletter" in {removal["family"] for removal in record["removals"]}
    assert all(tuple(removal) == REMOVAL_FIELDS for removal in record["removals"])


@pytest.mark.parametrize("source", [None, 7, b"\x7fELF" + bytes(range(256)) * 4])
def test_what_cannot_be_cleaned_is_a_record_with_its_error(source: object) -> None:
    record = Recorder().clean(source)
    assert tuple(record) == FIELDS
    assert record["text"] is None
    assert record["error"].startswith("InputError: ")


def test_a_cleaner_that_raises_loses_its_document_alone() -> None:
    def broken(page: Page) -> Iterator[Removal]:
        message = f"no\nidea of {len(page.blocks)} blocks"
        raise RuntimeError(message)

    record = Recorder(Pipeline(cleaners=(Cleaner("broken", broken),))).clean(TEXT)
    assert record["error"] == "RuntimeError: no idea of 3 blocks"


def test_equal_configurations_have_equal_hashes_in_every_process() -> None:
    one = configuration_hash(Pipeline(mode="recall", skip=frozenset({"caption", "share"})))
    assert one == configuration_hash(Pipeline(mode="recall", skip=frozenset({"share", "caption"})))
    code = (
        "from descale import Pipeline; from descale.tools.record import configuration_hash;"
        "print(configuration_hash(Pipeline(mode='recall', skip={'share', 'caption'})))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == one


def test_every_setting_changes_the_hash() -> None:
    variants = [
        Pipeline(),
        Pipeline(mode="precision"),
        Pipeline(threshold=0.4),
        Pipeline(skip=frozenset({"share"})),
        Pipeline(language="de"),
        Pipeline(source_type="html"),
        Pipeline(protect=("x",)),
        Pipeline(cleaners=()),
        Pipeline(cleaners=(Cleaner("share", functools.partial(by_phrase, family="share")),)),
        Pipeline(cleaners=(Cleaner("share", functools.partial(by_phrase, family="promo")),)),
    ]
    assert len({configuration_hash(pipeline) for pipeline in variants}) == len(variants)


def test_a_failed_record_names_its_provenance() -> None:
    record = Recorder().failed(TimeoutError("60 s"))
    assert record["error"] == "TimeoutError: 60 s"
    assert record["configuration"] == configuration_hash(Pipeline())
    assert record["confidence"] is None
