"""Interrupted in any way, a resumed run gives byte for byte what an uninterrupted one gives."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batch_command import article, command, environment, expect, failures, json_lines, page, results, rows

LONG = " ".join(f"and the ferry went on for the {number} time" for number in range(120))


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose cleaning takes some seconds: documents, records of all kinds, and some that fail."""
    folder = tmp_path_factory.mktemp("resume")
    (folder / "in" / "sub").mkdir(parents=True)
    texts = [article(f"number {number}", more=LONG) for number in range(150)]
    for number in range(40):
        (folder / "in" / "sub" / f"{number}.txt").write_text(texts[number])
        (folder / "in" / f"{number}.html").write_text(page(texts[number]))
    (folder / "in" / "broken.html").write_bytes(b"\x7fELF" + bytes(2000))
    records = [{"text": text, "n": number} for number, text in enumerate(texts)]
    json_lines(folder / "in" / "plain.jsonl", [*records[:90], ["no object"], *records[90:]])
    packed = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    (folder / "in" / "packed.jsonl.gz").write_bytes(gzip.compress(packed)[:-500])
    pq.write_table(pa.Table.from_pylist(records), folder / "in" / "table.parquet")
    return folder


@pytest.fixture(scope="module")
def uninterrupted(inputs: Path) -> dict[str, dict[str, bytes]]:
    """Return what runs give that are left alone, by format, each with another number of workers."""
    found = {}
    for jobs, format_ in enumerate(("jsonl", "text", "parquet"), start=1):
        expect(1, "in", "-o", f"whole-{format_}", "--format", format_, "--jobs", str(jobs), cwd=inputs)
        found[format_] = results(inputs / f"whole-{format_}")
    return found


def _killed(folder: Path, arguments: Sequence[str], seconds: float, how: signal.Signals = signal.SIGKILL) -> int:
    """Start a run, end it after some seconds, and return how it ended."""
    process = subprocess.Popen(command(*arguments), cwd=folder, env=environment(), stderr=subprocess.PIPE, start_new_session=True)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, how)
        process.communicate()
    return process.returncode


@pytest.mark.parametrize(("format_", "kills"), [("jsonl", 10), ("text", 3), ("parquet", 3)])
def test_killed_at_random_moments_and_resumed(
    inputs: Path, uninterrupted: dict[str, dict[str, bytes]], tmp_path: Path, format_: str, kills: int
) -> None:
    seed = random.randrange(1 << 32)  # noqa: S311 - the moment of a kill
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311
    out = tmp_path / "out"
    journal = out / ".descale" / "journal"
    seen = []
    for _ in range(kills):
        arguments = ["in", "-o", str(out), "--format", format_, "--resume", "--jobs", str(chance.randint(1, 3))]
        _killed(inputs, arguments, chance.uniform(0.4, 1.2))
        seen.append(journal.read_bytes().count(b"\n") if journal.exists() else 0)
    assert seen == sorted(seen)
    expect(1, "in", "-o", str(out), "--format", format_, "--resume", cwd=inputs)
    assert results(out) == uninterrupted[format_]
    # On a fast machine the first run may be through before it is killed.
    assert journal.read_bytes().count(b"\n") >= max(seen[-1], 6)


def test_the_output_does_not_depend_on_the_number_of_workers(
    inputs: Path, uninterrupted: dict[str, dict[str, bytes]], tmp_path: Path
) -> None:
    expect(1, "in", "-o", str(tmp_path / "out"), "--format", "jsonl", "--jobs", "4", cwd=inputs)
    assert results(tmp_path / "out") == uninterrupted["jsonl"]
    found = rows(tmp_path / "out")
    assert len({(row["path"], row["record"]) for row in found}) == len(found)
    assert len([row for row in found if row["path"] == "in/plain.jsonl"]) == 151
    assert [row["n"] for row in found if row["path"] == "in/table.parquet"] == list(range(150))
    assert [line["path"] for line in failures(tmp_path / "out")] == ["in/broken.html", "in/packed.jsonl.gz", "in/plain.jsonl"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_how_to_go_on(
    inputs: Path, uninterrupted: dict[str, dict[str, bytes]], tmp_path: Path, how: signal.Signals
) -> None:
    out = tmp_path / "out"
    arguments = command("in", "-o", str(out), "--format", "jsonl", "--jobs", "2")
    process = subprocess.Popen(arguments, cwd=inputs, env=environment(), stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 30
    while not list(out.glob("part-*.jsonl")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    # As a terminal does it: to all processes of the group at once.
    os.killpg(process.pid, how) if how == signal.SIGINT else os.kill(process.pid, how)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"--resume" in said
    assert b"Traceback" not in said
    expect(1, "in", "-o", str(out), "--format", "jsonl", "--resume", cwd=inputs)
    assert results(out) == uninterrupted["jsonl"]


def test_a_finished_run_is_resumed_without_work(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article())
    expect(0, "a.txt", "-o", "out", "--resume", cwd=tmp_path)
    before = results(tmp_path / "out")
    said = expect(0, "a.txt", "-o", "out", "--resume", cwd=tmp_path)
    assert "1 documents are done" in said
    assert "1 documents" in said.splitlines()[1]
    assert results(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (["--format", "jsonl", "--mode", "recall"], "configuration"),
        (["--format", "jsonl", "--skip", "paywall"], "configuration"),
        (["--format", "jsonl", "--removals"], "options of input and output"),
        (["--format", "jsonl", "--text-key", "body"], "options of input and output"),
        (["--format", "jsonl", "b.txt"], "inputs are not the same"),
    ],
)
def test_resume_refuses_to_mix(tmp_path: Path, change: list[str], says: str) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(article())
    expect(0, "a.txt", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    before = results(tmp_path / "out")
    said = expect(2, *change, "a.txt", "-o", "out", "--resume", cwd=tmp_path)
    assert says in said
    assert results(tmp_path / "out") == before


def test_resume_refuses_inputs_that_were_changed_and_names_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article())
    expect(0, "a.txt", "-o", "out", cwd=tmp_path)
    (tmp_path / "a.txt").write_text(article("bridge"))
    assert "a.txt was changed" in expect(2, "a.txt", "-o", "out", "--resume", cwd=tmp_path)


def test_resume_refuses_another_rule_set(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article())
    expect(0, "a.txt", "-o", "out", cwd=tmp_path)
    book = tmp_path / "out" / ".descale" / "run.json"
    written = json.loads(book.read_text())
    book.write_text(json.dumps(written | {"rule_set": "0.0.9+0123456789ab"}))
    said = expect(2, "a.txt", "-o", "out", "--resume", cwd=tmp_path)
    assert "the version of descale was 0.0.9+0123456789ab" in said


def test_a_torn_line_of_the_journal_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article())
    expect(0, "a.txt", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    before = results(tmp_path / "out")
    journal = tmp_path / "out" / ".descale" / "journal"
    journal.write_bytes(journal.read_bytes()[:-10])
    (tmp_path / "out" / "part-000000.jsonl").unlink()
    expect(0, "a.txt", "-o", "out", "--format", "jsonl", "--resume", cwd=tmp_path)
    assert results(tmp_path / "out") == before


def test_stdin_is_not_needed_again(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"text": article(str(number), more=LONG)}).encode() + b"\n" for number in range(200))
    expect(0, "-", "-o", "whole", "--format", "jsonl", cwd=tmp_path, stdin=lines)
    process = subprocess.Popen(
        command("-", "-o", "out", "--format", "jsonl", "--jobs", "1"),
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin
    process.stdin.write(lines)
    process.stdin.close()
    while not list((tmp_path / "out").glob("part-*.jsonl")) and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    process.wait()
    expect(0, "-", "-o", "out", "--format", "jsonl", "--resume", cwd=tmp_path)
    assert results(tmp_path / "out") == results(tmp_path / "whole")


def test_two_runs_cannot_write_one_output(tmp_path: Path) -> None:
    (tmp_path / "out" / ".descale").mkdir(parents=True)
    (tmp_path / "a.txt").write_text(article())
    with (tmp_path / "out" / ".descale" / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another run is writing" in expect(2, "a.txt", "-o", "out", cwd=tmp_path)
    expect(0, "a.txt", "-o", "out", cwd=tmp_path)
