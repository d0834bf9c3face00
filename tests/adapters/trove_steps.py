"""Steps of the datatrove jobs of the tests; in a module, since Slurm's ranks load them by name."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import documents
from datatrove.data import Document, Media
from datatrove.pipeline.base import PipelineStep


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
