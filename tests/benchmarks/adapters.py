"""What each adapter costs above a plain loop over the same documents, and how many a second two workers clean.

    python tests/benchmarks/adapters.py [--texts 1500] [--pages 100] [--turns 3]

Made-up texts of 400 words and pages of 300,000 characters, so that anybody can repeat it. Everything runs in turns in one
run. An engine has a start-up, which is what it needs for eight documents; its time for each further document is what
counts, so that its factor holds for long runs too. Wall time, since engines work in other processes. What is not
installed is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from made_pages import article_page, article_text

from descale import clean_many
from descale.tools.record import Recorder

FEW = 8
#: Runs an adapter over so many of the documents.
Run = Callable[[list[str]], object]


class Figures(NamedTuple):
    """Seconds for a few documents and for all, a pair for each turn."""

    few: list[float]
    all: list[float]

    def start(self) -> float:
        """Return the median of the seconds for a few documents."""
        return statistics.median(self.few)

    def each(self, count: int) -> float:
        """Return the median of the seconds for each further document."""
        return statistics.median((all_ - few) / (count - FEW) for few, all_ in zip(self.few, self.all, strict=True))


def loop(documents: list[str]) -> object:
    """Clean one document after the other: what all are compared with."""
    recorder = Recorder()
    return [recorder.clean(document) for document in documents]


def in_processes(documents: list[str]) -> object:
    """Clean in two processes, without an engine."""
    return list(clean_many(documents, jobs=2))


def arrow(documents: list[str]) -> object:
    """Clean a column of a table."""
    import pyarrow as pa  # noqa: PLC0415 - each adapter needs its own library alone

    from descale.tools.arrow import clean_table  # noqa: PLC0415

    return clean_table(pa.table({"page": documents}), text_column="page")


def datasets(documents: list[str], workers: int = 1, kind: str | None = "arrow") -> object:
    """Map a dataset."""
    import datasets as hf  # noqa: PLC0415

    from descale.tools.datasets import CleanRows  # noqa: PLC0415

    clean = CleanRows(text_column="page")
    data = hf.Dataset.from_dict({"page": documents}).with_format(kind)
    size = max(1, min(100, len(documents) // workers))
    return data.map(
        clean, batched=True, batch_size=size, num_proc=workers if workers > 1 else None, features=clean.features(data.features)
    )


def datasets_lists(documents: list[str]) -> object:
    """Map a dataset without the Arrow format."""
    return datasets(documents, kind=None)


def datatrove(documents: list[str], workers: int = 1) -> object:
    """Run the local executor over files of JSON, one for each task, into files of JSON."""
    import orjson  # noqa: PLC0415
    from datatrove.executor import LocalPipelineExecutor  # noqa: PLC0415
    from datatrove.pipeline.readers import JsonlReader  # noqa: PLC0415
    from datatrove.pipeline.writers import JsonlWriter  # noqa: PLC0415

    from descale.tools.datatrove import CleanDocuments  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        for number in range(workers):
            path = Path(folder, "in", f"{number}.jsonl")
            path.parent.mkdir(exist_ok=True)
            lines = (orjson.dumps({"id": str(n), "text": text}) for n, text in enumerate(documents[number::workers]))
            path.write_bytes(b"\n".join(lines))
        steps = [JsonlReader(f"{folder}/in"), CleanDocuments(), JsonlWriter(f"{folder}/out")]
        return LocalPipelineExecutor(steps, tasks=workers, workers=workers, logging_dir=f"{folder}/logs").run()


def ray_data(documents: list[str], workers: int = 1) -> object:
    """Map the batches of a Ray dataset."""
    import pyarrow as pa  # noqa: PLC0415
    import ray  # noqa: PLC0415

    from descale.tools.ray import CleanBatches  # noqa: PLC0415

    data = ray.data.from_arrow(pa.table({"page": documents})).repartition(max(workers, len(documents) // 50))
    cleaned = data.map_batches(
        CleanBatches, fn_constructor_kwargs={"text_column": "page"}, batch_format="pyarrow", batch_size=50, concurrency=workers
    )
    return cleaned.materialize()


def spark(documents: list[str], workers: int = 1) -> object:
    """Map a Spark frame's Arrow batches; the local master, with as many partitions as workers."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    from descale.tools.spark import clean_frame  # noqa: PLC0415

    session = SparkSession.getActiveSession()
    frame = session.createDataFrame([(text,) for text in documents], "page string").coalesce(workers)
    return clean_frame(frame, text_column="page").toArrow()


@contextlib.contextmanager
def _engines(workers: int) -> Iterator[None]:
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

            ray.init(num_cpus=workers + 1, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
            ray.data.DataContext.get_current().enable_progress_bars = False
            running.callback(ray.shutdown)
        if _installed("pyspark"):
            from pyspark.sql import SparkSession  # noqa: PLC0415

            os.environ["PYSPARK_PYTHON"] = sys.executable
            builder = SparkSession.builder.master(f"local[{workers}]").config("spark.ui.enabled", "false")
            session = builder.config("spark.driver.memory", "3g").config("spark.driver.maxResultSize", "2g").getOrCreate()
            session.sparkContext.setLogLevel("OFF")
            running.callback(session.stop)
        yield


def _installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def _runs() -> tuple[dict[str, Run], dict[str, Run]]:
    """Return what is measured with one worker, and with two."""
    engines: dict[str, tuple[str, Callable[..., object]]] = {
        "datasets, Arrow format": ("datasets", datasets),
        "datatrove, local executor": ("datatrove", datatrove),
        "Ray Data": ("ray", ray_data),
        "Spark, mapInArrow": ("pyspark", spark),
    }
    engines = {name: found for name, found in engines.items() if _installed(found[0])}
    one: dict[str, Run] = {"plain loop": loop}
    if _installed("pyarrow"):
        one["Arrow table"] = arrow
    if _installed("datasets"):
        one["datasets, lists"] = datasets_lists
    one |= {name: run for name, (_, run) in engines.items()}
    two: dict[str, Run] = {"clean_many, jobs=2": in_processes}
    for name, (_, run) in engines.items():
        two[f"{name}, 2 workers"] = lambda documents, run=run: run(documents, workers=2)  # type: ignore[misc]
    return one, two


def measure(runs: dict[str, Run], documents: list[str], turns: int) -> dict[str, Figures]:
    """Run everything in turns, over a few documents and over all."""
    found = {name: Figures([], []) for name in runs}
    for turn in range(turns + 1):
        for name, run in runs.items():
            few, all_ = _seconds(run, documents[:FEW]), _seconds(run, documents)
            if turn:  # the first is for warming up
                found[name].few.append(few)
                found[name].all.append(all_)
            print(f"  turn {turn}: {name} {few:.2f} s, {all_:.2f} s", file=sys.stderr)
    return found


def _seconds(run: Run, documents: list[str]) -> float:
    start = time.perf_counter()
    run(documents)
    return time.perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print a table for texts and one for pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=1500)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args(arguments)
    kinds = {
        f"{options.texts} texts of 400 words": [article_text(400, seed) for seed in range(options.texts)],
        f"{options.pages} pages of 300,000 characters": [article_page(seed) for seed in range(options.pages)],
    }
    one, two = _runs()
    with _engines(workers=2):
        for kind, documents in kinds.items():
            figures = measure(one | two, documents, options.turns)
            unit = figures["plain loop"].each(len(documents))
            print(f"\n| {kind} | documents a second | time for each, over a plain loop | start-up, seconds |\n|---|--:|--:|--:|")
            for name, found in figures.items():
                each = found.each(len(documents))
                start = max(0.0, found.start() - FEW * unit)
                print(f"| {name} | {1 / each:,.0f} | {each / unit:.2f} | {start:.1f} |", flush=True)


if __name__ == "__main__":
    main()
