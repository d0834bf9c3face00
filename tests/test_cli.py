"""The command line as a shell sees it: output, messages, exit codes, pipes and odd terminals."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import descale
from conftest import FIXTURES

DEMO = FIXTURES / "demo.txt"
PROSE = "The night ferry between the two halves of the harbour town will go on sailing, the council decided on Tuesday."
NOTICE = "Tu suscripción se está usando en otro dispositivo"
#: The checkout comes first, so that an older installed version is not what is tested.
_PATH = os.pathsep.join([str(Path(descale.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)


def run(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run ``descale`` in a process of its own; output is bytes, as a pipe carries it."""
    settings = {**os.environ, "PYTHONPATH": _PATH, "PYTHONUTF8": "1", **environment}
    command = [sys.executable, "-m", "descale.tools.cli", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, env=settings, check=False, timeout=60)


def out(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> str:
    """Return what ``descale`` prints; it must succeed."""
    done = run(*arguments, stdin=stdin, **environment)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def json_values(text: str) -> Iterator[Any]:
    """Yield the JSON values that stand one after another in ``text``."""
    decoder = json.JSONDecoder()
    text = text.strip()
    while text:
        value, stop = decoder.raw_decode(text)
        yield value
        text = text[stop:].lstrip()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return a text with one paragraph and one notice."""
    path = tmp_path / "page.txt"
    path.write_text(f"{PROSE}\n{PROSE}\n{NOTICE}\n", encoding="utf-8")
    return path


# ------------------------------------------------------------------------------- clean
def test_clean_prints_the_article_and_nothing_else() -> None:
    done = run("clean", DEMO)
    assert done.returncode == 0
    assert done.stderr == b""
    text = done.stdout.decode()
    assert text.startswith("The night ferry between the two halves")
    assert text.endswith("in March.\n")
    assert NOTICE not in text


def test_clean_as_markdown_begins_with_the_title() -> None:
    assert out("clean", "--format", "markdown", DEMO).startswith("# Harbour town keeps its last night ferry")


def test_clean_as_json_holds_text_metadata_and_removals() -> None:
    data = json.loads(out("clean", "--format", "json", "--url", "https://news.example/ferry", DEMO))
    assert data["title"].startswith("Harbour town")
    assert data["url"] == "https://news.example/ferry"
    assert NOTICE in [removal["text"] for removal in data["removals"]]
    assert {"start", "stop", "rule", "score", "evidence", "family", "text"} == set(data["removals"][0])


def test_html_is_read_as_html() -> None:
    html = f"<html><body><nav><a href='/'>Home</a></nav><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"
    text = out("clean", "--source-type", "html", "-", stdin=html.encode())
    assert PROSE in text
    assert "<p>" not in text


def test_a_dash_reads_stdin(page: Path) -> None:
    assert out("clean", "-", stdin=page.read_bytes()) == out("clean", page)


def test_skip_protect_and_mode_reach_the_pipeline(page: Path) -> None:
    assert NOTICE not in out("clean", page)
    assert NOTICE in out("clean", "--skip", "paywall", "--skip", "foreign", page)
    assert NOTICE in out("clean", "--protect", "otro dispositivo", page)
    assert PROSE in out("clean", "--mode", "recall", "--language", "en", page)


def test_own_phrases_are_used(page: Path, tmp_path: Path) -> None:
    page.write_text(f"{PROSE}\n{PROSE}\nA word from the harbour choir\n", encoding="utf-8")
    phrases = tmp_path / "own.toml"
    phrases.write_text('language = "en"\n[advert.sponsored]\nline = ["a word from the harbour choir"]\n', encoding="utf-8")
    assert "choir" in out("clean", page)
    assert "choir" not in out("clean", "--phrases", phrases, page)


def test_several_files_are_cleaned_in_order(page: Path) -> None:
    first, second = json_values(out("clean", "--format", "json", DEMO, page))
    assert first["title"].startswith("Harbour town")
    assert second["text"] == f"{PROSE}\n{PROSE}"


# --------------------------------------------------------------------- files and errors
def test_a_missing_file_is_named_and_the_rest_is_done(page: Path, tmp_path: Path) -> None:
    done = run("clean", tmp_path / "absent.txt", page)
    assert done.returncode == 1
    assert done.stdout.decode() == f"{PROSE}\n{PROSE}\n"
    assert f"descale: {tmp_path / 'absent.txt'}: No such file" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_only_missing_files_are_a_usage_error(tmp_path: Path) -> None:
    done = run("clean", tmp_path / "one.txt", tmp_path / "two.txt")
    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.decode().splitlines()) == 2


def test_a_folder_and_a_picture_are_named_as_unreadable(tmp_path: Path) -> None:
    picture = tmp_path / "picture.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    done = run("clean", tmp_path, picture)
    assert done.returncode == 2
    assert [line.split(":")[1].strip() for line in done.stderr.decode().splitlines()] == [str(tmp_path), str(picture)]


def test_an_empty_file_gives_an_empty_article_and_a_note(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    done = run("clean", empty)
    assert done.returncode == 0
    assert done.stdout == b"\n"
    assert done.stderr.decode() == f"descale: {empty}: no text in the input\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["clean"],
        ["clean", "--loud", "-"],
        ["wash", "-"],
        ["clean", "--mode", "fierce", "-"],
        ["explain", "--colour", "red", "-"],
    ],
)
def test_wrong_usage_exits_with_two(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"usage: descale" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["--skip", "payment"], "'payment'"), (["--protect", "("], "'('"), (["--phrases", "absent.toml"], "absent.toml")],
)
def test_wrong_values_are_named(page: Path, arguments: list[str], named: str) -> None:
    done = run("clean", *arguments, page)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode().startswith("descale: ")
    assert named in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("language = ", "not valid TOML"),
        ("[paywall.offer]\nline = []", "language"),
        ('language = "en"\n[paywall.offer]\nwhole = ["x y"]', "paywall.offer.whole"),
        ('language = "en"\n[paywall.offer]\nphrase = ["offer"]', "paywall.offer.phrase"),
    ],
)
def test_a_bad_phrase_file_is_named_with_its_key(page: Path, tmp_path: Path, toml: str, key: str) -> None:
    phrases = tmp_path / "bad.toml"
    phrases.write_text(toml, encoding="utf-8")
    done = run("clean", "--phrases", phrases, page)
    assert done.returncode == 2
    assert str(phrases) in done.stderr.decode()
    assert key in done.stderr.decode()


# ------------------------------------------------------------------------------ --check
def test_check_prints_nothing_and_tells_by_its_exit_code(page: Path, tmp_path: Path) -> None:
    dirty = run("clean", "--check", page)
    assert (dirty.returncode, dirty.stdout, dirty.stderr) == (1, b"", b"")
    plain = tmp_path / "plain.txt"
    plain.write_text(f"{PROSE}\n{PROSE}\n", encoding="utf-8")
    assert run("clean", "--check", plain).returncode == 0
    assert run("clean", "--check", plain, page).returncode == 1
    assert run("clean", "--check", tmp_path / "absent.txt").returncode == 2


def test_a_title_is_nothing_to_remove(tmp_path: Path) -> None:
    titled = tmp_path / "titled.txt"
    titled.write_text("\n".join(DEMO.read_text(encoding="utf-8").split("\n")[:7]), encoding="utf-8")
    assert "metadata.title" in out("explain", titled)
    assert run("clean", "--check", titled).returncode == 0


# ------------------------------------------------------------------------------ explain
def test_explain_shows_every_line_with_its_verdict() -> None:
    view = out("explain", DEMO)
    for line in filter(None, DEMO.read_text(encoding="utf-8").split("\n")):
        assert f"| {line}\n" in view
    assert f"x paywall.account-sharing     | {NOTICE}\n" in view
    assert "\x1b[" not in view


def test_colour_is_shown_when_asked_for() -> None:
    view = out("explain", "--colour", "always", DEMO)
    assert f"\x1b[31mx paywall.account-sharing     | {NOTICE}\x1b[0m" in view
    assert "\x1b[" not in out("explain", "--colour", "never", DEMO)


def test_evidence_lists_offsets_that_hold(page: Path) -> None:
    listed = [line.split("\t") for line in out("explain", "--evidence", page).splitlines() if "\t" in line]
    offsets, rule, score, evidence = listed[-1]
    start, stop = map(int, offsets.split("-"))
    assert page.read_text(encoding="utf-8")[start:stop] == NOTICE
    assert rule == "paywall.account-sharing"
    assert 0.5 <= float(score) <= 1
    assert evidence


# -------------------------------------------------------------------------------- rules
def test_rules_are_listed_by_id() -> None:
    ids = [line.split()[0] for line in out("rules").splitlines()]
    assert ids == [rule.id for rule in descale.rules()]


def test_a_family_is_shown_with_its_examples() -> None:
    shown = out("rules", "paywall")
    assert "paywall.account-sharing:" in shown
    assert "Removes:\n" in shown
    assert "Keeps:\n" in shown


def test_a_rule_is_shown_with_its_phrases() -> None:
    shown = out("rules", "paywall.account-sharing")
    assert "    es       start   tu suscripción se está (usando|utilizando)" in shown
    assert "paywall.offer" not in shown


def test_rules_without_a_cleaner_are_shown_too() -> None:
    assert "article.title" in out("rules", "metadata.title")


def test_an_unknown_rule_is_an_error() -> None:
    done = run("rules", "payment")
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"'payment'" in done.stderr


# ------------------------------------------------------------------ pipes and terminals
@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    "arguments", [["rules"], ["rules", "navigation"], ["explain", str(DEMO)], ["clean", "--format", "json", str(DEMO)]]
)
def test_a_reader_that_goes_away_is_no_error(arguments: list[str]) -> None:
    command = shlex.join([sys.executable, "-m", "descale.tools.cli", *arguments])
    script = f"{command} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, env={**os.environ, "PYTHONPATH": _PATH}, check=False, timeout=60
    )
    assert done.stderr == b""
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_terminals_without_utf_8_get_escapes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "japanese.txt"
    path.write_text(f"{PROSE} 港町の夜の船 “é” 😀\n{NOTICE}\n", encoding="utf-8")
    for arguments in (["clean"], ["clean", "--format", "markdown"], ["explain"], ["explain", "--evidence"]):
        shown = out_in(encoding, *arguments, str(path))
        assert "\\u6e2f" in shown
        assert PROSE in shown


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_json_stays_json_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "mixed.txt"
    path.write_text(f"{PROSE} 港町 “é” 😀\n{NOTICE}\n", encoding="utf-8")
    data = json.loads(out_in(encoding, "clean", "--format", "json", str(path)))
    assert data["text"].startswith(f"{PROSE} 港町 “é” 😀")


def out_in(encoding: str, *arguments: str) -> str:
    """Return what ``descale`` prints on a terminal of some encoding."""
    done = run(*arguments, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    return done.stdout.decode(encoding)


# --------------------------------------------------------------------------- the script
def test_the_installed_script_is_the_same_command() -> None:
    script = Path(sys.executable).with_name("descale")
    if not script.exists():
        pytest.skip("descale is not installed beside this Python")
    done = subprocess.run(
        [script, "--version"], capture_output=True, env={**os.environ, "PYTHONPATH": _PATH}, check=False, timeout=60
    )
    assert done.returncode == 0
    assert done.stdout.decode() == f"descale {descale.__version__}\n"
    assert done.stdout.decode() == out("--version")


def test_help_names_every_command() -> None:
    shown = out("--help")
    assert all(command in shown for command in ("clean", "explain", "rules"))
