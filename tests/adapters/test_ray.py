"""Ray Data on a cluster of two nodes: the same records for any batch size and parts, also where a worker was killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from documents import ROOT, differences, documents, records_of, sources
from installed import library, python_path

from descale.tools.record import FIELDS

pa = library("pyarrow")
ray = library("ray")

from descale.tools.ray import CleanBatches  # noqa: E402 - needs pyarrow

#: Ray warns of settings of its own that it will change.
pytestmark = pytest.mark.filterwarnings("default")
#: With one processor a node, the actors would wait for one that reading holds.
PROCESSORS = 2
SETTINGS = {"text_column": "page", "url_column": "url"}


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A cluster of two nodes on this machine."""
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - ray may be missing

    memory = 200 * 2**20
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_DEDUP_LOGS", "0")
        patch.setenv("PYTHONPATH", python_path())
        patch.chdir(ROOT)
        node = {"num_cpus": PROCESSORS, "object_store_memory": memory}
        cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        cluster.add_node(**node)
        ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
        ray.data.DataContext.get_current().enable_progress_bars = False
        assert len([one for one in ray.nodes() if one["Alive"]]) == 2
        yield cluster
        ray.shutdown()
        cluster.shutdown()


def given(form: Any, parts: int) -> Any:
    """Return the 500 documents as a Ray dataset."""
    columns = {
        "id": [document.id for document in documents()],
        "url": [document.url for document in documents()],
        "page": pa.array(sources(form), pa.string() if form == "text" else pa.binary()),
    }
    return ray.data.from_arrow(pa.table(columns)).repartition(parts)


@pytest.mark.parametrize(("form", "parts", "size"), [("text", 8, 16), ("raw", 3, 200), ("text", 1, None)])
def test_any_parts_and_batches_give_the_records_of_a_plain_loop(nodes: Any, form: Any, parts: int, size: int | None) -> None:
    assert nodes
    cleaned = given(form, parts).map_batches(
        CleanBatches, fn_constructor_kwargs=SETTINGS, batch_format="pyarrow", batch_size=size, concurrency=2
    )
    rows = cleaned.take_all()
    assert differences(records_of(rows), form) == []
    assert list(rows[0]) == ["id", "url", "page", *("clean_" + name for name in FIELDS)]


class Killed(CleanBatches):
    """Cleans; the worker that meets the middle document kills itself, once."""

    def __init__(self, flag: str, **settings: Any) -> None:
        super().__init__(**settings)
        self.flag = Path(flag)

    def __call__(self, batch: Any) -> Any:
        """Clean a batch, or die."""
        if "doc-250" in batch["id"].to_pylist() and not self.flag.exists():
            self.flag.write_text(str(os.getpid()), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(batch)


def test_a_killed_worker_changes_nothing(nodes: Any, tmp_path: Path) -> None:
    assert nodes
    flag = tmp_path / "killed"
    cleaned = given("text", 8).map_batches(
        Killed,
        fn_constructor_kwargs={"flag": str(flag), **SETTINGS},
        batch_format="pyarrow",
        batch_size=20,
        concurrency=2,
    )
    rows = cleaned.take_all()
    assert flag.exists()
    assert differences(records_of(rows), "text") == []


def test_wrong_settings_are_refused_before_anything_runs() -> None:
    with pytest.raises(ValueError, match="give one of text_column and html_column"):
        CleanBatches()
