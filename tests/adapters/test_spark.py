"""Spark with two executors in processes of their own: the same records for any partitions, also where one was killed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from documents import differences, documents, records_of, sources
from installed import REQUIRED, library, python_path

from descale.tools.record import FIELDS

pa = library("pyarrow")
library("pyspark")

from pyspark.sql import SparkSession  # noqa: E402 - needs pyspark
from pyspark.sql.types import BinaryType, StringType, StructField, StructType  # noqa: E402

from descale.tools.arrow import CleanColumns  # noqa: E402
from descale.tools.spark import clean_frame, in_arrow, schema_of  # noqa: E402

#: Spark warns of a pandas newer than it knows, and leaves sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("default")

if shutil.which("java") is None and REQUIRED not in os.environ:
    pytest.skip("Java is not installed; Spark needs it", allow_module_level=True)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Spark of two executors with a processor each; it takes half a minute to start, so all tests share it."""
    scratch = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", python_path())
        patch.setenv("SPARK_LOCAL_DIRS", str(scratch))
        patch.setenv("SPARK_WORKER_DIR", str(scratch))
        made = (
            SparkSession.builder.master("local-cluster[2,1,1024]")
            .config("spark.ui.enabled", "false")
            .config("spark.executor.memory", "1g")
            .config("spark.executorEnv.PYTHONPATH", python_path())
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "37")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.warehouse.dir", str(scratch / "warehouse"))
            .getOrCreate()
        )
        made.sparkContext.setLogLevel("OFF")
        yield made
        made.stop()


def given(session: Any, form: Any, parts: int) -> Any:
    """Return the 500 documents as a frame of so many partitions."""
    kind = StringType() if form == "text" else BinaryType()
    schema = StructType([StructField("id", StringType(), False), StructField("url", StringType()), StructField("page", kind)])
    rows = [(one.id, one.url, source) for one, source in zip(documents(), sources(form), strict=True)]
    return session.createDataFrame(rows, schema).repartition(parts)


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """Return a frame's rows as plain data."""
    return [row.asDict(recursive=True) for row in frame.collect()]


@pytest.mark.parametrize(("form", "parts"), [("text", 1), ("raw", 7)])
def test_any_partitions_give_the_records_of_a_plain_loop(session: Any, form: Any, parts: int) -> None:
    frame = given(session, form, parts)
    cleaned = clean_frame(frame, text_column="page", url_column="url")
    assert cleaned.columns == [*frame.columns, *("clean_" + name for name in FIELDS)]
    assert cleaned.schema["id"] == frame.schema["id"]
    assert differences(records_of(rows_of(cleaned)), form) == []


def _killing(flag: Path, clean: Callable[[Any], Any], batches: Iterator[Any]) -> Iterator[Any]:
    """Clean; the executor that meets the middle document is killed, once."""
    for batch in batches:
        if "doc-250" in batch.column("id").to_pylist() and not flag.exists():
            executor = _java_above(os.getpid())
            flag.write_text(str(executor), encoding="utf-8")
            os.kill(executor, signal.SIGKILL)
        yield from clean(iter([batch]))


def _java_above(process: int) -> int:
    """Return the process of the executor: the nearest ancestor that is a Java."""
    while "java" not in Path(f"/proc/{process}/comm").read_text(encoding="utf-8"):
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        process = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:"))
    return process


def test_a_killed_executor_changes_nothing(session: Any, tmp_path: Path) -> None:
    frame, flag = given(session, "text", 6), tmp_path / "killed"
    columns = CleanColumns(text_column="page", url_column="url")
    cleaned = frame.mapInArrow(partial(_killing, flag, in_arrow(columns)), schema_of(frame, columns))
    rows = rows_of(cleaned)
    assert not Path(f"/proc/{flag.read_text(encoding='utf-8')}").exists()
    assert differences(records_of(rows), "text") == []


def test_wrong_settings_are_named_before_anything_runs(session: Any) -> None:
    frame = given(session, "text", 1)
    with pytest.raises(ValueError, match="there are 0 columns 'nowhere'"):
        clean_frame(frame, text_column="nowhere")
    with pytest.raises(ValueError, match="there is a column 'url' already"):
        clean_frame(frame, text_column="page", prefix="")
