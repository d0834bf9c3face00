"""Where output goes: odd names, links, full disks; nothing lost, nothing written over."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_command import article, expect, failures, json_lines, results, rows


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return one file to clean, in a directory of its own."""
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.txt"
    path.write_text(article())
    return path


# --------------------------------------------------------------------------------- names
@pytest.mark.parametrize("format_", ["text", "jsonl", "csv", "parquet"])
def test_names_with_blanks_newlines_and_bytes_that_are_no_utf8(tmp_path: Path, format_: str) -> None:
    folder = os.fsencode(tmp_path / "in")
    os.mkdir(folder)  # noqa: PTH102 - names as bytes
    names = [b"a b.txt", b"c\nd.txt", b"caf\xe9.txt", "größe.txt".encode(), b"'\"$x;.txt", b"-rf.txt"]
    for name in names:
        with open(os.path.join(folder, name), "w") as file:  # noqa: PTH118, PTH123
            file.write(article())
    with open(os.path.join(folder, b"bad\xff.txt"), "wb") as file:  # noqa: PTH118, PTH123
        file.write(b"\x7fELF" + bytes(1000))
    said = expect(1, b"in", "-o", "out", "--format", format_, cwd=tmp_path)
    assert "in/bad\\xff.txt: InputError" in said
    assert [line["path"] for line in failures(tmp_path / "out")] == ["in/bad\\xff.txt"]
    if format_ == "text":
        assert sorted(map(os.fsencode, results(tmp_path / "out"))) == sorted([*names, b"failures.jsonl"])
    if format_ == "jsonl":
        assert {row["path"] for row in rows(tmp_path / "out")} >= {"in/a b.txt", "in/c\nd.txt", "in/caf\\xe9.txt", "in/größe.txt"}


def test_a_name_too_long_for_its_output_fails_alone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    long = "x" * 250 + ".html"
    (folder / long).write_text(article())
    (folder / "short.txt").write_text(article())
    expect(1, "in", "-o", "out", cwd=tmp_path)
    assert [line["path"] for line in failures(tmp_path / "out")] == [f"in/{long}"]
    assert set(results(tmp_path / "out")) == {"short.txt", "failures.jsonl"}


def test_inputs_that_would_write_the_same_output_are_all_kept(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        for name in ("a.html", "a.htm", "a.txt", "a.html.txt", "a.md"):
            (tmp_path / folder / name).write_text(article(f"{folder} {name}"))
    expect(0, "one", "two", "-o", "out", cwd=tmp_path)
    found = {name: data for name, data in results(tmp_path / "out").items() if name != "failures.jsonl"}
    assert len(found) == 10
    for folder in ("one", "two"):
        for name in ("a.html", "a.htm", "a.txt", "a.html.txt", "a.md"):
            assert sum(f"about the {folder} {name} and".encode() in data for data in found.values()) == 1


def test_a_file_named_twice_is_read_once(tmp_path: Path, page: Path) -> None:
    expect(0, "in", page, "in/../in", "in/a.txt", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    assert len(rows(tmp_path / "out")) == 1


def test_links_that_go_in_circles_end(tmp_path: Path, page: Path) -> None:
    (page.parent / "sub").mkdir()
    (page.parent / "sub" / "up").symlink_to("..")
    (page.parent / "sub" / "self").symlink_to(".")
    (page.parent / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.txt").write_text(article())
    said = expect(0, "in", "-o", "out", cwd=tmp_path)
    assert set(results(tmp_path / "out")) == {"a.txt", "linked/b.txt", "failures.jsonl"}
    assert "not read: 2 links to directories read already" in said


# --------------------------------------------------------------------- among the inputs
@pytest.mark.parametrize("out", ["in", "in/out", "in/../in/deep/out", "link/out"])
def test_an_output_inside_the_inputs_is_refused(tmp_path: Path, page: Path, out: str) -> None:
    (tmp_path / "link").symlink_to("in")
    before = results(tmp_path)
    assert "inside the input directory" in expect(2, "in", "-o", out, "--overwrite", cwd=tmp_path)
    assert results(tmp_path) == before
    assert page.read_text() == article()


def test_inputs_inside_the_output_are_refused(tmp_path: Path, page: Path) -> None:
    assert "inside the output" in expect(2, "in/a.txt", "-o", "in", "--overwrite", cwd=tmp_path)
    assert "inside the output" in expect(2, "in", "-o", ".", "--overwrite", cwd=tmp_path)
    assert page.read_text() == article()
    assert results(tmp_path) == {"in/a.txt": article().encode()}


def test_an_output_inside_the_inputs_that_is_excluded_is_never_read(tmp_path: Path, page: Path) -> None:
    for _ in range(2):
        expect(0, "in", "-o", "in/out", "--exclude", "out", "--overwrite", cwd=tmp_path)
    assert set(results(page.parent)) == {"a.txt", "out/a.txt", "out/failures.jsonl"}


def test_books_of_an_earlier_run_are_no_input(tmp_path: Path, page: Path) -> None:
    expect(0, "in", "-o", "one", "--format", "jsonl", cwd=tmp_path)
    expect(0, "one", "-o", "two", "--format", "jsonl", cwd=tmp_path)
    assert [row["path"] for row in rows(tmp_path / "two")] == ["one/part-000000.jsonl"]
    assert page.exists()


# ---------------------------------------------------------------------- what is there
def test_nothing_is_written_over_unless_asked(tmp_path: Path, page: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("mine")
    (out / "other").write_text("mine, too")
    assert "not empty" in expect(2, "in", "-o", "out", cwd=tmp_path)
    assert "no run in it to resume" in expect(2, "in", "-o", "out", "--resume", cwd=tmp_path)
    assert results(out) == {"a.txt": b"mine", "other": b"mine, too"}
    expect(0, "in", "-o", "out", "--overwrite", cwd=tmp_path)
    assert "about the ferry" in results(out)["a.txt"].decode()
    assert results(out)["other"] == b"mine, too"
    assert page.exists()


def test_a_finished_run_is_not_begun_anew_by_accident(tmp_path: Path, page: Path) -> None:
    expect(0, "in", "-o", "out", cwd=tmp_path)
    assert "--resume goes on with a run, --overwrite begins anew" in expect(2, "in", "-o", "out", cwd=tmp_path)
    assert page.exists()


def test_overwriting_leaves_no_numbered_file_of_the_run_before(tmp_path: Path) -> None:
    json_lines(tmp_path / "many.jsonl", [{"text": article(str(number), more="word " * 3000)} for number in range(30)])
    json_lines(tmp_path / "one.jsonl", [{"text": article()}])
    expect(0, "many.jsonl", "-o", "out", "--format", "csv", cwd=tmp_path)
    assert len(results(tmp_path / "out")) > 3
    expect(0, "one.jsonl", "-o", "out", "--format", "jsonl", "--overwrite", cwd=tmp_path)
    assert set(results(tmp_path / "out")) == {"part-000000.jsonl", "failures.jsonl"}


# ----------------------------------------------------------------- where none can be written
def test_an_output_that_cannot_be_a_directory(tmp_path: Path, page: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "file" in expect(2, "in", "-o", "file", cwd=tmp_path)
    assert "Not a directory" in expect(2, "in", "-o", "file/below", "--overwrite", cwd=tmp_path)
    assert (tmp_path / "file").read_text() == "mine"
    assert page.exists()


def _mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount a small file system; the test is skipped where that is not allowed."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of 500 KiB."""
    yield from _mounted(tmp_path / "disk", "-o", "size=500k")


@pytest.mark.parametrize("format_", ["jsonl", "text", "parquet"])
def test_a_full_disk_ends_the_run_which_can_be_resumed(tmp_path: Path, small_disk: Path, format_: str) -> None:
    filler = small_disk / "filler"
    filler.write_bytes(os.urandom(300 << 10))
    noise = [os.urandom(3000).hex() for _ in range(60)]
    json_lines(tmp_path / "in.jsonl", [{"text": article(str(number)), "noise": one} for number, one in enumerate(noise)])
    if format_ == "text":
        json_lines(tmp_path / "in.jsonl", [{"text": article(str(number), more=one)} for number, one in enumerate(noise)])
    arguments = ("in.jsonl", "--format", format_, "--jobs", "1", "--skip", "extract", "--skip", "foreign")
    said = expect(2, *arguments, "-o", "disk/out", cwd=tmp_path)
    assert "No space left on device" in said
    assert "--resume goes on" in said
    finished = results(small_disk / "out")
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    expect(0, *arguments, "-o", "disk/out", "--resume", cwd=tmp_path)
    expect(0, *arguments, "-o", "whole", cwd=tmp_path)
    assert results(small_disk / "out") == results(tmp_path / "whole")
    assert finished


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """Return a file system on which nothing can be written."""
    yield from _mounted(tmp_path / "disk", "-o", "ro")


def test_an_output_directory_that_cannot_be_written(tmp_path: Path, page: Path, read_only: Path) -> None:
    assert "Read-only file system" in expect(2, "in", "-o", read_only / "out", cwd=tmp_path)
    assert "Read-only file system" in expect(2, "in", "-o", read_only, cwd=tmp_path)
    assert page.exists()
