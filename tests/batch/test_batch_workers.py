"""A page that kills, hangs or eats its worker loses itself and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from batch_command import article, command, environment, expect, failures, harmful_package, json_lines, results, rows

HARMS = {
    "please segfault": ("WorkerDied", "SIGSEGV"),
    "please hang in C": ("TimeLimit", "2 s"),
    "please eat memory": ("MemoryLimit", "400 MiB"),
    "please take a terabyte": ("MemoryError", ""),
    "please raise": ("RuntimeError", "as asked"),
}
LIMITS = ("--timeout", "2", "--max-memory", "400M", "--installed-cleaners")


@pytest.fixture
def harmful(tmp_path: Path) -> Path:
    """Return the folder of a package whose cleaner does what a page asks for."""
    return harmful_package(tmp_path / "site")


@pytest.mark.parametrize("format_", ["jsonl", "parquet", "csv", "text"])
def test_each_harm_costs_one_record(tmp_path: Path, harmful: Path, format_: str) -> None:
    asked = [None, "please segfault", "please segfault", None, "please take a terabyte", "please raise", None]
    if format_ in {"jsonl", "parquet"}:
        asked += ["please hang in C", None, "please eat memory", None]
    records = [{"id": f"r{number}", "text": article(more=harm or "")} for number, harm in enumerate(asked, start=1)]
    json_lines(tmp_path / "in.jsonl", records)
    said = expect(1, "in.jsonl", "-o", "out", "--format", format_, "--jobs", "2", *LIMITS, cwd=tmp_path, packages=[harmful])
    found = {line["record"]: line for line in failures(tmp_path / "out")}
    assert sorted(found) == [number for number, harm in enumerate(asked, start=1) if harm]
    for number, line in found.items():
        error, message = HARMS[asked[number - 1] or ""]
        assert (line["path"], line["id"], line["error"]) == ("in.jsonl", f"r{number}", error)
        assert message in line["message"]
        assert f"in.jsonl: record {number}: {error}" in said
    assert f"{len(asked)} documents" in said
    timed_out = asked.count("please hang in C")
    assert f"{len(found) - timed_out} failed, {timed_out} timed out" in said
    if format_ == "jsonl":
        assert [row["record"] for row in rows(tmp_path / "out")] == list(range(1, len(asked) + 1))
        assert [row["id"] for row in rows(tmp_path / "out")] == [record["id"] for record in records]
        assert [bool(row["error"]) for row in rows(tmp_path / "out")] == [bool(harm) for harm in asked]
    elif format_ == "text":
        assert len(results(tmp_path / "out")) == asked.count(None) + 1


def test_harmful_files_lose_themselves_alone(tmp_path: Path, harmful: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(article(f"number {number}", more="please segfault" if number % 3 == 1 else ""))
    expect(1, "in", "-o", "out", *LIMITS, cwd=tmp_path, packages=[harmful])
    assert [line["path"] for line in failures(tmp_path / "out")] == ["in/1.txt", "in/4.txt"]
    assert set(results(tmp_path / "out")) == {"0.txt", "2.txt", "3.txt", "5.txt", "failures.jsonl"}


def test_cleaners_of_packages_are_used_only_if_asked_for(tmp_path: Path, harmful: Path) -> None:
    (tmp_path / "a.txt").write_text(article(more="please raise"))
    expect(0, "a.txt", "-o", "shipped", cwd=tmp_path, packages=[harmful])
    expect(1, "a.txt", "-o", "installed", "--installed-cleaners", cwd=tmp_path, packages=[harmful])


def test_fail_fast_stops_at_the_first_failure_and_can_be_resumed(tmp_path: Path, harmful: Path) -> None:
    records = [{"text": article(f"number {number}", more="please raise" if number == 2 else "")} for number in range(500)]
    json_lines(tmp_path / "in.jsonl", records)
    options = ("--format", "jsonl", "--jobs", "1", "--installed-cleaners")
    said = expect(1, "in.jsonl", "-o", "out", "--fail-fast", *options, cwd=tmp_path, packages=[harmful])
    assert "in.jsonl: record 3: RuntimeError: as asked" in said
    assert len(rows(tmp_path / "out")) < 500
    expect(1, "in.jsonl", "-o", "out", "--resume", *options, cwd=tmp_path, packages=[harmful])
    expect(1, "in.jsonl", "-o", "whole", *options, cwd=tmp_path, packages=[harmful])
    assert results(tmp_path / "out") == results(tmp_path / "whole")


def test_a_worker_that_has_grown_is_replaced_between_shards(tmp_path: Path, harmful: Path) -> None:
    """What earlier pages left behind in a worker is not held against the page that would cross the limit."""
    records = [{"n": number, "text": article(more=f"please leak {'word ' * 1000}")} for number in range(60)]
    json_lines(tmp_path / "in.jsonl", records)
    options = ("--format", "jsonl", "--jobs", "1", "--max-memory", "400M", "--installed-cleaners")
    expect(0, "in.jsonl", "-o", "out", *options, cwd=tmp_path, packages=[harmful])
    assert [row["n"] for row in rows(tmp_path / "out")] == list(range(60))


def test_workers_that_cannot_start_end_the_run_with_a_message(tmp_path: Path) -> None:
    site = tmp_path / "site"
    harmful_package(site)
    # Fine where the parent imports it, broken where a worker does.
    source = (site / "harmful.py").read_text()
    check = 'import os\nif b"multiprocessing" in open("/proc/self/cmdline", "rb").read():\n    os._exit(7)\n'
    (site / "harmful.py").write_text(check + source)
    (tmp_path / "a.txt").write_text(article())
    said = expect(2, "a.txt", "-o", "out", "--installed-cleaners", cwd=tmp_path, packages=[site])
    assert "exit code 7" in said


def _children(process: int) -> list[int]:
    """Return the processes below a process."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _is_alive(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def test_workers_die_with_their_parent_even_while_they_hang_in_c(tmp_path: Path, harmful: Path) -> None:
    for number in range(2):
        json_lines(tmp_path / f"{number}.jsonl", [{"text": article(more="please hang in C")}])
    given = command("0.jsonl", "1.jsonl", "-o", "out", "--format", "jsonl", "--jobs", "2", "--installed-cleaners")
    process = subprocess.Popen(given, cwd=tmp_path, env=environment(harmful), stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while len(list((tmp_path / "out").glob("*.part"))) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        workers = _children(process.pid)
        assert len(workers) >= 2
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        while any(map(_is_alive, workers)):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
