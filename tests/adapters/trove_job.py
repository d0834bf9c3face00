"""A datatrove job over the 500 documents, run by the tests as a program of its own.

    python trove_job.py local|slurm|ray FOLDER [--kill-rank N]

Reads ``documents``, cleans, and writes FOLDER/clean, FOLDER/removed and FOLDER/logs. With ``--kill-rank`` that rank
kills its process in the middle of its documents, once: a file FOLDER/killed says that it has.
"""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import documents
from datatrove.data import Document, Media
from datatrove.executor import LocalPipelineExecutor, RayPipelineExecutor, SlurmPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers import JsonlWriter

from descale.tools.datatrove import CleanDocuments

TASKS = 4


class Read(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Yields a rank's share of the 500 documents; as text, or as media."""

    type = "READER"
    name = "the 500 documents"

    def __init__(self, form: documents.Form) -> None:
        super().__init__()
        self.form = form

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> Iterator[Any]:  # noqa: ARG002 - datatrove's
        """Yield every ``world_size``-th document."""
        for one in documents.documents()[rank::world_size]:
            metadata = {"url": one.url} if one.url else {}
            if self.form == "text":
                yield Document(text=one.text, id=one.id, metadata=metadata)  # type: ignore[arg-type, unused-ignore]
            else:
                media = [Media(id=one.id, type=3, url="", media_bytes=one.raw)]
                yield Document(text="", id=one.id, media=media, metadata=metadata)


class KillOnce(PipelineStep):  # type: ignore[misc]
    """Passes documents on; in one rank it kills its own process once, after some."""

    type = "TEST"
    name = "kill once"

    def __init__(self, rank: int | None, flag: Path, after: int = 60) -> None:
        super().__init__()
        self.rank, self.flag, self.after = rank, flag, after

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:  # noqa: ARG002
        """Yield the documents."""
        for number, document in enumerate(data):
            if rank == self.rank and number == self.after and not self.flag.exists():
                self.flag.write_text(str(os.getpid()), encoding="utf-8")
                os.kill(os.getpid(), signal.SIGKILL)
            yield document


def pipeline(folder: Path, form: documents.Form, kill_rank: int | None) -> list[Any]:
    """Return the steps of the job."""
    return [
        Read(form),
        CleanDocuments(source="text" if form == "text" else "media", exclusion_writer=JsonlWriter(str(folder / "removed"))),
        KillOnce(kill_rank, folder / "killed"),
        JsonlWriter(str(folder / "clean")),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run or submit the job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("executor", choices=("local", "slurm", "ray"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kill-rank", type=int)
    parser.add_argument("--form", choices=("text", "raw"), default="text")
    options = parser.parse_args(arguments)
    steps = pipeline(options.folder, options.form, options.kill_rank)
    logs = str(options.folder / "logs")
    if options.executor == "local":
        LocalPipelineExecutor(steps, tasks=TASKS, workers=2, logging_dir=logs).run()
    elif options.executor == "ray":
        import ray  # noqa: PLC0415 - the other executors do without

        ray.init(num_cpus=2, include_dashboard=False)
        RayPipelineExecutor(steps, tasks=TASKS, workers=2, logging_dir=logs, mem_per_cpu_gb=1).run()
    else:
        settings = {"time": "00:05:00", "partition": "tests", "qos": "", "mem_per_cpu_gb": 1, "requeue": False}
        SlurmPipelineExecutor(steps, tasks=TASKS, workers=2, logging_dir=logs, **settings).run()


if __name__ == "__main__":
    main()
