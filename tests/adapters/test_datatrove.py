"""datatrove: the same records with every executor, also where a rank was killed; nothing that a document holds raises."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import slurm_cluster
from documents import SURROGATES, documents, expected, records_of
from installed import ROOT, library, python_path

from descale import Cleaner, Page, Pipeline, Removal, clean_article
from descale.tools.record import FIELDS

library("datatrove")
library("orjson")

import trove_steps  # noqa: E402 - needs datatrove
from datatrove.data import Document  # noqa: E402
from datatrove.pipeline.writers import JsonlWriter  # noqa: E402

from descale.tools.datatrove import CleanDocuments  # noqa: E402

TEXT = "Harbour reopens\n\nThe harbour opened on Monday after three weeks of repairs.\nSign up for our newsletter\n"


def rows_in(folder: Path) -> list[dict[str, Any]]:
    """Return the rows that datatrove wrote, in the order of their ids; what it left out because it is empty is "" again."""
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        rows += [{"text": "", **json.loads(line)} for line in gzip.decompress(path.read_bytes()).splitlines()]
    return sorted(rows, key=lambda row: str(row["id"]))


def assert_records(rows: list[dict[str, Any]], form: Any) -> None:
    """Check that documents are those of a plain loop: the text in its place, all else in the metadata."""
    assert [row["id"] for row in rows] == [document.id for document in documents()]
    for row, document, record in zip(rows, documents(), expected(form), strict=True):
        assert row["text"] == (record["text"] or "")
        found = {name: row["metadata"]["clean_" + name] for name in FIELDS if name != "text"}
        assert found == {name: record[name] for name in FIELDS if name != "text"}, document.kind
        assert row["metadata"].get("url") == document.url


def assert_pieces(rows: list[dict[str, Any]], form: Any) -> None:
    """Check that the exclusion writer has each removed piece, once."""
    count = Counter(row["metadata"]["document"] for row in rows)
    wanted = {
        document.id: len(record["removals"])
        for document, record in zip(documents(), expected(form), strict=True)
        if record["removals"]
    }
    assert dict(count) == wanted
    demo = next(one for one in documents() if one.text and one.text.startswith("Harbour town keeps") and one.kind == "fixture")
    article = clean_article(str(demo.text), url=demo.url)
    own = {row["id"]: row for row in rows if row["metadata"]["document"] == demo.id}
    for number, removal in enumerate(article.removals):
        piece = own[f"{demo.id}/{number}"]
        assert piece["text"] == article.removed_text(removal)
        assert piece["metadata"]["filter_reason"] == removal.rule


# ------------------------------------------------------------------------------- the step alone
@pytest.mark.parametrize("form", ["text", "raw"])
def test_the_step_gives_the_records_of_a_plain_loop(form: Any) -> None:
    step = CleanDocuments(source="text" if form == "text" else "media")
    rows = [{"id": one.id, "text": one.text, "metadata": one.metadata} for one in step.run(trove_steps.Read(form).run())]
    assert_records(rows, form)


def test_stats_count_the_removals_of_each_family() -> None:
    step = CleanDocuments()
    assert len(list(step.run(trove_steps.Read("text").run()))) == 500
    families = Counter(f"removed_{removal['family']}" for record in expected("text") for removal in record["removals"] or ())
    assert len(families) >= 10
    assert {name: step.stats[name].total for name in families} == dict(families)
    assert (step.stats["total"].total, step.stats["forwarded"].total) == (500, 500)


def test_nothing_that_a_document_holds_raises() -> None:
    def broken(page: Page) -> Iterator[Removal]:
        message = f"no idea of {len(page.blocks)} blocks"
        raise RuntimeError(message)

    odd: Any = [None, 7, b"\x89PNG\r\n\x1a\n" + bytes(16), *SURROGATES]
    metadata: Any = [{}, {"url": 7}, {"url": None}, {"url": "\ud800"}, {"url": "x" * 10_000}, {}]
    given = [
        Document(text=text, id=str(number), metadata=about)
        for number, (text, about) in enumerate(zip(odd, metadata, strict=True))
    ]
    found = list(CleanDocuments().run(iter(given)))
    assert [one.metadata["clean_error"] is None for one in found] == [True, False, False, True, True, True]
    assert all(isinstance(one.text, str) for one in found)
    failing = CleanDocuments(Pipeline(cleaners=(Cleaner("broken", broken),)))
    one = next(iter(failing.run(iter([Document(text=TEXT, id="a")]))))
    assert one.metadata["clean_error"] == "RuntimeError: no idea of 3 blocks"
    assert one.metadata["filter_reason"] == "error"


@pytest.mark.parametrize("too_little", ["mark", "drop"])
def test_documents_with_too_little_left_are_marked_or_dropped(too_little: Any, tmp_path: Path) -> None:
    short, image = "Share this\nToo short", b"\x89PNG\r\n\x1a\n" + bytes(16)
    given = [Document(text=text, id=id_) for text, id_ in ((TEXT, "long"), (short + "\ud800", "short"), (image, "image"))]  # type: ignore[arg-type, unused-ignore]
    writer = JsonlWriter(str(tmp_path), output_filename="${rank}.jsonl.gz")
    step = CleanDocuments(min_characters=40, too_little=too_little, exclusion_writer=writer)
    found = {one.id: one.metadata.get("filter_reason") for one in step.run(iter(given[:2] if too_little == "drop" else given))}
    if too_little == "mark":
        assert found == {"long": None, "short": "too_little", "image": "error"}
        return
    assert found == {"long": None}
    dropped = [row for row in rows_in(tmp_path) if row["id"] == "short"]
    assert [(row["text"], row["metadata"]["filter_reason"]) for row in dropped] == [(short + "?", "too_little")]
    assert step.stats["too_little"].total == 1


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="source is 'text' or 'media'"):
        CleanDocuments(source="html")  # type: ignore[arg-type]


# --------------------------------------------------------------------------------- executors
def job(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start the job as a program of its own, at the head of its own process group."""
    binaries = str(Path(sys.executable).parent)
    settings = {**(environment or os.environ), "PYTHONPATH": python_path()}
    settings["PATH"] = f"{binaries}:{settings['PATH']}"
    program = str(ROOT / "tests" / "adapters" / "trove_job.py")
    return subprocess.Popen(
        [sys.executable, program, *arguments], env=settings, start_new_session=True, stderr=subprocess.DEVNULL
    )


def completed(folder: Path) -> set[str]:
    """Return the names of the ranks that are done."""
    return {path.name for path in (folder / "logs" / "completions").glob("*")}


def test_the_local_executor_gives_the_same_after_a_rank_was_killed(tmp_path: Path) -> None:
    # The local executor waits for ever for a worker that was killed: the job is ended and started again.
    running = job("local", str(tmp_path), "--kill-rank", "1")
    slurm_cluster.wait_for("the other three ranks", lambda: len(completed(tmp_path)) == 3, 120)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait(20)
    assert (tmp_path / "killed").exists()
    assert completed(tmp_path) == {"00000", "00002", "00003"}
    untouched = {path: path.stat().st_mtime_ns for path in (tmp_path / "clean").iterdir() if "00001" not in path.name}
    assert job("local", str(tmp_path)).wait(120) == 0
    assert {path: path.stat().st_mtime_ns for path in untouched} == untouched
    assert_records(rows_in(tmp_path / "clean"), "text")
    assert_pieces(rows_in(tmp_path / "removed"), "text")


def test_slurm_gives_the_same_after_a_rank_was_killed(tmp_path_factory: pytest.TempPathFactory) -> None:
    why = slurm_cluster.missing()
    if why and "DESCALE_ADAPTERS_REQUIRED" not in os.environ:
        pytest.skip(why)
    assert not why, why
    # A socket's path has at most 107 characters, so the folder is one of short names.
    folder, work = tmp_path_factory.mktemp("slurm"), tmp_path_factory.mktemp("work")
    with slurm_cluster.cluster(folder) as environment:

        def run(*options: str) -> None:
            assert job("slurm", str(work), *options, environment=environment).wait(60) == 0
            slurm_cluster.wait_for("Slurm's jobs", lambda: _idle(environment), 180)

        run("--kill-rank", "2")
        assert (work / "killed").exists()
        assert completed(work) == {"00000", "00001", "00003"}
        run()
        assert json.loads((work / "logs" / "ranks_to_run.json").read_text(encoding="utf-8")) == [2]
    assert_records(rows_in(work / "clean"), "text")
    assert_pieces(rows_in(work / "removed"), "text")


def _idle(environment: dict[str, str]) -> bool:
    """Tell whether no job runs; those that wait for a failed one, as datatrove's merging of stats does, are ended."""
    waiting = slurm_cluster.ask(environment, "squeue", "-h", "-o", "%A %r").splitlines()
    never = [line.split()[0] for line in waiting if "DependencyNeverSatisfied" in line]
    if never:
        slurm_cluster.ask(environment, "scancel", *never)
    return not waiting


def test_the_ray_executor_gives_the_same(tmp_path: Path) -> None:
    library("ray")
    assert job("ray", str(tmp_path), "--form", "raw").wait(240) == 0
    assert_records(rows_in(tmp_path / "clean"), "raw")
    assert_pieces(rows_in(tmp_path / "removed"), "raw")


def test_records_come_with_a_prefix_of_ones_own() -> None:
    one = next(iter(CleanDocuments(prefix="d_").run(iter([Document(text=TEXT, id="a")]))))
    (record,) = records_of([{"d_text": one.text, **one.metadata}], prefix="d_")
    assert record["text"] == clean_article(TEXT).text
