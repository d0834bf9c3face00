"""A datatrove job over the 500 documents, run by the tests as a program of its own.

    python trove_job.py local|slurm|ray FOLDER [--kill-rank N]

Reads ``documents``, cleans, and writes FOLDER/clean, FOLDER/removed and FOLDER/logs. With ``--kill-rank`` that rank
kills its process in the middle of its documents, once: a file FOLDER/killed says that it has.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datatrove.executor import LocalPipelineExecutor, RayPipelineExecutor, SlurmPipelineExecutor
from datatrove.pipeline.writers import JsonlWriter
from trove_steps import KillOnce, Read

from descale.tools.datatrove import CleanDocuments

if TYPE_CHECKING:
    import documents

TASKS = 4


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
