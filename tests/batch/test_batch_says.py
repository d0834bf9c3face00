"""What a run says: progress, summary, figures, exit codes."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from batch_command import article, clean, command, environment, expect, page, results

from descale.tools.batch.progress import Lines
from descale.tools.batch.summary import Tally

LONG = " ".join(f"and the ferry went on for the {number} time" for number in range(120))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Return a folder with a long article, a short one, an empty page and one that cannot be read."""
    folder = tmp_path / "in"
    folder.mkdir()
    lines = [
        f"The harbour office wrote on day {day} that the ferry had sailed, as it had on every day before it." for day in range(30)
    ]
    (folder / "article.txt").write_text("\n".join([*lines, "Sign up for our newsletter"]))
    (folder / "short.txt").write_text("Home\nContact\n")
    (folder / "empty.html").touch()
    (folder / "binary.html").write_bytes(b"\x7fELF" + bytes(1000))
    (folder / "picture.png").touch()
    return tmp_path


def test_the_summary_counts_by_outcome_family_and_language(mixed: Path) -> None:
    said = expect(1, "in", "-o", "out", cwd=mixed)
    assert re.search(r"^4 documents in [\d.]+ s: 1 ok, \d empty, \d not an article, 1 failed, 0 timed out$", said, re.MULTILINE)
    assert re.search(r"^newsletter +1 +26$", said, re.MULTILINE)
    assert re.search(r"^languages: .*\ben 2\b", said, re.MULTILINE)
    assert re.search(r"^ +[\d.]+ s  in/article\.txt$", said, re.MULTILINE)
    assert "not read: 1 files of other types" in said


def test_figures_as_json(mixed: Path) -> None:
    expect(1, "in", "-o", "out", "--stats", "stats.json", "--quiet", cwd=mixed)
    found = json.loads((mixed / "stats.json").read_text())
    assert found["documents"] == 4
    assert found["statuses"]["ok"] == 1
    assert found["statuses"]["failed"] == 1
    assert sum(found["statuses"].values()) == 4
    assert found["families"]["newsletter"] == {"documents": 1, "characters": 26}
    assert found["languages"]["en"] == 2
    assert found["not_read"] == {"files of other types": 1}
    assert found["seconds"] > 0
    assert {"path", "record", "seconds"} == set(found["slowest"][0])
    assert {"rule_set", "configuration", "jobs"} <= set(found)


def test_quiet_says_failures_only(mixed: Path) -> None:
    said = expect(1, "in", "-o", "out", "--quiet", cwd=mixed)
    assert [line.split(": ")[:2] for line in said.splitlines()] == [["descale", "in/binary.html"]]
    (mixed / "in" / "binary.html").unlink()
    assert expect(0, "in", "-o", "clean", "--quiet", cwd=mixed) == ""


def test_a_dry_run_writes_nothing(mixed: Path) -> None:
    before = results(mixed)
    done = clean("in", "-o", "out", "--dry-run", cwd=mixed)
    assert done.returncode == 0
    assert re.search(r"^ +4 document +[\d.]+ MiB$", done.stdout, re.MULTILINE)
    assert "1 files of other types: not read" in done.stdout
    assert results(mixed) == before
    assert not (mixed / "out").exists()
    assert clean("in", "-o", "in/out", "--dry-run", cwd=mixed).returncode == 2


@pytest.mark.parametrize("output", [["-o", "out"], []])
def test_check_tells_by_the_exit_code(tmp_path: Path, output: list[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(LONG)
    expect(0, "in", *output, "--check", cwd=tmp_path)
    (tmp_path / "in" / "b.txt").write_text(article())
    expect(1, "in", *output, "--check", *(["--overwrite"] if output else []), cwd=tmp_path)
    assert (tmp_path / "out").exists() == bool(output)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent", "-o", "out"], "absent: no such file"),
        (["-o", "out"], "no input"),
        (["--files-from", "absent", "-o", "out"], "absent: No such file"),
        (["pictures", "-o", "out"], "nothing to clean (not read: 1 files of other types)"),
        (["in", "-o", "out", "--resume", "--overwrite"], "contradict"),
        (["in", "-o", "out", "--url", "https://example.org"], "--url names one page"),
        (["in", "--format", "jsonl"], "--format jsonl needs an output directory"),
        (["in", "--resume"], "--resume needs an output directory"),
        (["in", "-o", "out", "--jobs", "0"], "at least 1"),
        (["in", "-o", "out", "--timeout", "0"], "more than 0"),
        (["in", "-o", "out", "--max-memory", "10M"], "at least 256M"),
        (["in", "-o", "out", "--max-document-bytes", "many"], "is no size"),
        (["in", "-o", "out", "--skip", "nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_writes_nothing_and_ends_with_2(tmp_path: Path, arguments: list[str], says: str) -> None:
    for folder, name in (("in", "a.txt"), ("pictures", "a.png")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(article())
    assert says in expect(2, *arguments, cwd=tmp_path)
    assert [name for name in results(tmp_path) if name.startswith("out")] == []


def test_a_log_gets_a_line_every_ten_seconds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    lines = Lines(1000)
    tally = Tally()
    for second in range(31):
        now = float(second)
        tally.statuses["ok"] = 2 * second
        lines.update(10 * second, tally)
    assert capsys.readouterr().err.splitlines() == [
        "descale: 10% of the input, 20 documents, 2.0/s, 0 failed, time left: 2 min",
        "descale: 20% of the input, 40 documents, 2.0/s, 0 failed, time left: 1 min",
        "descale: 30% of the input, 60 documents, 2.0/s, 0 failed, time left: 1 min",
    ]


def test_a_terminal_gets_a_bar(mixed: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(command("in", "-o", "out"), cwd=mixed, env=environment() | {"TERM": "xterm"}, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        try:
            while data := os.read(ours, 65536):
                said += data
        except OSError:
            pass  # the end of a terminal that its program has left
        os.close(ours)
    assert process.returncode == 1
    assert "━".encode() in said
    assert b"1 failed" in said
    assert b"in/binary.html: InputError" in said


def test_html_is_told_by_its_name_and_markdown_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"<p>Tags in Markdown stay text.</p>\n\n{article()}")
    (tmp_path / "b.html").write_text(page())
    expect(0, "a.md", "b.html", "-o", "out", "--format", "jsonl", "--skip", "extract", cwd=tmp_path)
    first, second = (json.loads(line) for line in (tmp_path / "out" / "part-000000.jsonl").read_text().splitlines())
    assert "<p>Tags" in first["text"] or "<p>Tags" in (first["title"] or "")
    assert second["title"] == "ferry"
