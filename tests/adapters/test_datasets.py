"""Hugging Face datasets: the same records in every format; the second map comes from the cache."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from documents import differences, documents, records_of, sources
from installed import library, python_path

from descale import Pipeline
from descale.tools.record import FIELDS

datasets = library("datasets")

from descale.tools.datasets import CleanRows  # noqa: E402 - needs datasets


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Keep the caches of these tests out of the user's, and show no bars."""
    datasets.disable_progress_bars()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))
        yield


def given(form: Any, folder: Path | None = None) -> Any:
    """Return the 500 documents as a dataset; read back from a folder, so that maps are cached."""
    features = datasets.Features(
        {
            "id": datasets.Value("string"),
            "url": datasets.Value("string"),
            "page": datasets.Value("string" if form == "text" else "binary"),
        }
    )
    columns = {"id": [one.id for one in documents()], "url": [one.url for one in documents()], "page": sources(form)}
    made = datasets.Dataset.from_dict(columns, features=features)
    if folder is None:
        return made
    made.save_to_disk(folder)
    return datasets.load_from_disk(folder)


CLEAN = CleanRows(text_column="page", url_column="url")


@pytest.mark.parametrize(("form", "size"), [("text", 1000), ("raw", 64)])
def test_a_map_in_the_arrow_format_gives_the_records_of_a_plain_loop(form: Any, size: int) -> None:
    cleaned = given(form).with_format("arrow").map(CLEAN, batched=True, batch_size=size).with_format(None)
    assert differences(records_of(list(cleaned)), form) == []
    assert cleaned.features == CLEAN.features(given(form).features)


@pytest.mark.parametrize(("form", "size"), [("text", 100), ("raw", None)])
def test_a_map_of_lists_gives_the_same_with_its_features(form: Any, size: int | None) -> None:
    data = given(form)
    cleaned = data.map(CLEAN, batched=True, batch_size=size, features=CLEAN.features(data.features))
    assert differences(records_of(list(cleaned)), form) == []
    assert cleaned.column_names == [*data.column_names, *("clean_" + name for name in FIELDS)]


def test_two_processes_give_the_same() -> None:
    cleaned = given("text").with_format("arrow").map(CLEAN, batched=True, batch_size=50, num_proc=2).with_format(None)
    assert differences(records_of(list(cleaned)), "text") == []


@pytest.mark.parametrize("kind", ["arrow", None])
def test_an_iterable_dataset_gives_the_same(kind: str | None) -> None:
    data = given("text").to_iterable_dataset(num_shards=3).with_format(kind)
    cleaned = data.map(CLEAN, batched=True, batch_size=70, features=CLEAN.features(data.features))
    assert differences(records_of(list(cleaned.with_format(None))), "text") == []


# ------------------------------------------------------------------------------------ cache
def test_a_second_map_comes_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = given("text", tmp_path / "data").select(range(40)).with_format("arrow")
    pipeline = Pipeline(skip=frozenset({"caption", "share"}))
    first = data.map(CleanRows(text_column="page", pipeline=pipeline), batched=True)

    def never(*_: object) -> None:
        message = "the second map cleaned again"
        raise AssertionError(message)

    monkeypatch.setattr(CleanRows, "table", never)
    equal = CleanRows(text_column="page", pipeline=Pipeline(skip=frozenset({"share", "caption"})))
    assert data.map(equal, batched=True).data.equals(first.data)
    with pytest.raises(AssertionError, match="cleaned again"):
        data.map(CleanRows(text_column="page"), batched=True)


_FINGERPRINT = """
from datasets.fingerprint import Hasher
from descale import Pipeline
from descale.tools.datasets import CleanRows
clean = CleanRows(text_column="page", pipeline=Pipeline(skip={"caption", "share", "promo", "paywall", "related"}))
before = Hasher.hash(clean)
clean({"page": ["Sign up for our newsletter", "<p>Hello</p>", b"\\x89PNG", None]})
print(before, Hasher.hash(clean))
"""


def test_fingerprints_are_equal_in_every_process_and_after_use() -> None:
    found: set[str] = set()
    for seed in ("1", "2", "3"):
        environment = {"PYTHONPATH": python_path(), "PYTHONHASHSEED": seed, "HOME": "/nowhere"}
        done = subprocess.run([sys.executable, "-c", _FINGERPRINT], env=environment, capture_output=True, text=True, check=True)
        found |= set(done.stdout.split())
    assert len(found) == 1


def test_a_taken_name_or_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="there is a column 'url' already: give another prefix"):
        CleanRows(text_column="page", prefix="")({"page": ["x"], "url": ["y"]})
    with pytest.raises(ValueError, match="there is no column 'page'; the columns are 'text'"):
        CLEAN({"text": ["x"]})
