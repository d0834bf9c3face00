"""What each adapter costs above a plain loop over the same documents, with one worker.

    python tests/benchmarks/adapters.py [--texts 1500] [--pages 150] [--turns 3]

Made-up texts of 400 words and pages of 300,000 characters, so that anybody can repeat it. Everything runs in turns in one
run. What counts is the processor time of this process and all below it, those of the engines too: unlike the time on a
clock it says about the same on a machine that has other things to do. An engine has a start-up, which is what it needs
for eight documents; its time for each further document is what is compared, so that the factor holds for long runs.
What is not installed is left out. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib.util
import os
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from made_pages import article_page, article_text

from descale.tools.record import Recorder

FEW = 8
#: Seconds between two looks at the processes; the last moments of one that ends are missed.
LOOK = 0.25
#: Runs an adapter over so many of the documents.
Run = Callable[[list[str]], object]


class Figures(NamedTuple):
    """Processor seconds for a few documents and for all, one of each a turn."""

    few: list[float]
    all: list[float]

    def each(self, count: int) -> float:
        """Return the processor seconds for each further document."""
        return (statistics.median(self.all) - statistics.median(self.few)) / (count - FEW)


def loop(documents: list[str]) -> object:
    """Clean one document after the other: what all are compared with."""
    recorder = Recorder()
    return [recorder.clean(document) for document in documents]


def arrow(documents: list[str]) -> object:
    """Clean a column of a table."""
    import pyarrow as pa  # noqa: PLC0415 - each adapter needs its own library alone

    from descale.tools.arrow import clean_table  # noqa: PLC0415

    return clean_table(pa.table({"page": documents}), text_column="page")


def datasets(documents: list[str], kind: str | None = "arrow") -> object:
    """Map a dataset."""
    import datasets as hf  # noqa: PLC0415

    from descale.tools.datasets import CleanRows  # noqa: PLC0415

    clean = CleanRows(text_column="page")
    data = hf.Dataset.from_dict({"page": documents}).with_format(kind)
    return data.map(clean, batched=True, batch_size=100, features=clean.features(data.features))


def datasets_lists(documents: list[str]) -> object:
    """Map a dataset without the Arrow format."""
    return datasets(documents, kind=None)


def datatrove(documents: list[str]) -> object:
    """Run the local executor over a file of JSON into a file of JSON."""
    import orjson  # noqa: PLC0415
    from datatrove.executor import LocalPipelineExecutor  # noqa: PLC0415
    from datatrove.pipeline.readers import JsonlReader  # noqa: PLC0415
    from datatrove.pipeline.writers import JsonlWriter  # noqa: PLC0415

    from descale.tools.datatrove import CleanDocuments  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "in", "0.jsonl")
        path.parent.mkdir()
        path.write_bytes(b"\n".join(orjson.dumps({"id": str(number), "text": text}) for number, text in enumerate(documents)))
        steps = [JsonlReader(f"{folder}/in"), CleanDocuments(), JsonlWriter(f"{folder}/out")]
        return LocalPipelineExecutor(steps, tasks=1, workers=1, logging_dir=f"{folder}/logs").run()


def ray_data(documents: list[str]) -> object:
    """Map the batches of a Ray dataset."""
    import pyarrow as pa  # noqa: PLC0415
    import ray  # noqa: PLC0415

    from descale.tools.ray import CleanBatches  # noqa: PLC0415

    data = ray.data.from_arrow(pa.table({"page": documents})).repartition(max(1, len(documents) // 50))
    cleaned = data.map_batches(
        CleanBatches, fn_constructor_kwargs={"text_column": "page"}, batch_format="pyarrow", batch_size=50, concurrency=1
    )
    return cleaned.materialize()


def spark(documents: list[str]) -> object:
    """Map a Spark frame's Arrow batches; the local master, one partition."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    from descale.tools.spark import clean_frame  # noqa: PLC0415

    session = SparkSession.getActiveSession()
    frame = session.createDataFrame([(text,) for text in documents], "page string").coalesce(1)
    return clean_frame(frame, text_column="page").toArrow()


@contextlib.contextmanager
def _engines() -> Iterator[None]:
    """Start what is installed of Ray and Spark, before anything is measured."""
    with contextlib.ExitStack() as running:
        if _installed("datasets"):
            import datasets as hf  # noqa: PLC0415

            hf.disable_progress_bars()
        if _installed("datatrove"):
            from loguru import logger  # noqa: PLC0415 - datatrove logs with it

            logger.remove()
        if _installed("ray"):
            import ray  # noqa: PLC0415

            ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
            ray.data.DataContext.get_current().enable_progress_bars = False
            running.callback(ray.shutdown)
        if _installed("pyspark"):
            from pyspark.sql import SparkSession  # noqa: PLC0415

            os.environ["PYSPARK_PYTHON"] = sys.executable
            builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            session = builder.config("spark.driver.memory", "3g").config("spark.driver.maxResultSize", "2g").getOrCreate()
            session.sparkContext.setLogLevel("OFF")
            running.callback(session.stop)
        yield


def _installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def _runs() -> dict[str, Run]:
    """Return what is measured: what is installed."""
    runs: dict[str, tuple[str, Run]] = {
        "plain loop": ("descale", loop),
        "Arrow table": ("pyarrow", arrow),
        "datasets, Arrow format": ("datasets", datasets),
        "datasets, lists": ("datasets", datasets_lists),
        "datatrove, local executor": ("datatrove", datatrove),
        "Ray Data": ("ray", ray_data),
        "Spark, mapInArrow": ("pyspark", spark),
    }
    return {name: run for name, (library, run) in runs.items() if _installed(library)}


def measure(runs: dict[str, Run], documents: list[str], turns: int) -> dict[str, Figures]:
    """Run everything in turns, over a few documents and over all."""
    found = {name: Figures([], []) for name in runs}
    for turn in range(turns + 1):
        for name, run in runs.items():
            few, all_ = _seconds(run, documents[:FEW]), _seconds(run, documents)
            if turn:  # the first is for warming up
                found[name].few.append(few)
                found[name].all.append(all_)
    return found


def _seconds(run: Run, documents: list[str]) -> float:
    """Return the processor seconds of a run, looking often so that processes which end are counted too."""
    gc.collect()
    ended = threading.Event()
    before, seen = _processor_seconds(), {}

    def look() -> None:
        while not ended.wait(LOOK):
            seen.update(_processor_seconds())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        run(documents)
    finally:
        ended.set()
        looking.join()
    seen.update(_processor_seconds())
    return sum(seconds - before.get(process, 0.0) for process, seconds in seen.items())


def _processor_seconds() -> dict[int, float]:
    """Return the processor seconds of this process and of all below it, by number."""
    times: dict[int, float] = {}
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended in the meantime
            values = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(values[1])
            times[int(path.parent.name)] = (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")

    def is_ours(process: int) -> bool:
        while process not in {0, os.getpid()}:
            process = parents.get(process, 0)
        return process != 0

    return {process: seconds for process, seconds in times.items() if is_ours(process)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a table for texts and one for pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=1500)
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args(arguments)
    kinds = {
        f"{options.texts} texts of 400 words": [article_text(400, seed) for seed in range(options.texts)],
        f"{options.pages} pages of 300,000 characters": [article_page(seed) for seed in range(options.pages)],
    }
    with _engines():
        for kind, documents in kinds.items():
            figures = measure(_runs(), documents, options.turns)
            unit = figures["plain loop"].each(len(documents))
            head = "documents for each processor second | processor time, over a plain loop | start-up, processor seconds"
            print(f"\n| {kind} | {head} |\n|---|--:|--:|--:|")
            for name, found in figures.items():
                each = found.each(len(documents))
                start = max(0.0, statistics.median(found.few) - FEW * unit)
                print(f"| {name} | {1 / each:,.0f} | {each / unit:.2f} | {start:.1f} |", flush=True)


if __name__ == "__main__":
    main()
