"""Configuration files: found, checked, overridden by the command line, and told about."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from conftest import FIXTURES
from descale.tools import cli, settings

PROSE = "The night ferry between the two halves of the harbour town will go on sailing, the council decided on Tuesday."
NOTICE = "Tu suscripción se está usando en otro dispositivo"
OWN_PHRASES = 'language = "en"\n[advert.sponsored]\nline = ["a word from the harbour choir"]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, two levels below one that no configuration is above of."""
    inner = tmp_path / "project" / "inner"
    inner.mkdir(parents=True)
    (inner / "page.txt").write_text(f"{PROSE}\n{PROSE}\n{NOTICE}\nA word from the harbour choir\n", encoding="utf-8")
    monkeypatch.chdir(inner)
    return inner


def config(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, object]]:
    """Return what ``descale config`` tells."""
    assert cli.main(["config", "--format", "json", *arguments]) == 0
    told: dict[str, dict[str, object]] = json.loads(capsys.readouterr().out)
    return told


def cleaned(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["clean", "page.txt", *arguments]) == 0
    return capsys.readouterr().out


# ------------------------------------------------------------------------- finding the file
def test_the_nearest_file_counts_and_ends_the_search(folder: Path) -> None:
    assert settings.find_file(folder) is None
    far = folder.parent / "descale.toml"
    far.touch()
    assert settings.find_file(folder) == far
    near = folder / "pyproject.toml"
    near.write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert settings.find_file(folder) == far
    near.write_text("[tool.descale]\n", encoding="utf-8")
    assert settings.find_file(folder) == near
    (folder / "descale.toml").touch()
    assert settings.find_file(folder) == folder / "descale.toml"


def test_files_are_not_joined(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "descale.toml").write_text('mode = "recall"', encoding="utf-8")
    (folder / "descale.toml").write_text('language = "en"', encoding="utf-8")
    told = config(capsys)
    assert told["mode"] == {"value": "balanced", "origin": "default"}
    assert told["language"] == {"value": "en", "origin": str(folder / "descale.toml")}


# --------------------------------------------------------------------- file and command line
def test_settings_reach_the_pipeline(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert NOTICE not in cleaned(capsys)
    (folder / "descale.toml").write_text('skip = ["paywall", "foreign"]', encoding="utf-8")
    assert NOTICE in cleaned(capsys)
    assert NOTICE not in cleaned(capsys, "--no-config")
    assert NOTICE not in cleaned(capsys, "--skip", "caption")


@pytest.mark.parametrize("command", ["clean", "explain", "diff"])
def test_every_command_that_cleans_reads_the_file(folder: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    (folder / "descale.toml").write_text('skip = ["paywall", "foreign"]', encoding="utf-8")
    assert cli.main([command, "page.txt"]) == 0
    with_file = capsys.readouterr().out
    assert cli.main([command, "page.txt", "--no-config"]) == 0
    assert with_file != capsys.readouterr().out


def test_the_command_line_overrides_even_with_the_default_value(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "descale.toml").write_text('mode = "precision"\nthreshold = 0.9\nskip = ["share"]', encoding="utf-8")
    told = config(capsys, "--mode", "balanced", "--threshold", "0.9")
    assert told["mode"] == {"value": "balanced", "origin": "command line"}
    assert told["threshold"] == {"value": 0.9, "origin": "command line"}
    assert told["skip"] == {"value": ["share"], "origin": str(folder / "descale.toml")}
    assert config(capsys, "--skip", "caption")["skip"] == {"value": ["caption"], "origin": "command line"}


def test_pyproject_holds_the_same_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder.parent / "pyproject.toml"
    path.write_text('[tool.descale]\nprotect = ["otro dispositivo"]\n[tool.other]\nx = 1\n', encoding="utf-8")
    assert NOTICE in cleaned(capsys)
    assert config(capsys)["protect"] == {"value": ["otro dispositivo"], "origin": str(path)}


def test_phrase_files_lie_beside_the_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "descale.toml").write_text('phrases = ["own.toml"]', encoding="utf-8")
    (folder.parent / "own.toml").write_text(OWN_PHRASES, encoding="utf-8")
    assert "choir" not in cleaned(capsys)


def test_the_command_lines_own_options_are_keys_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(FIXTURES / "demo.txt", folder / "page.txt")
    (folder / "descale.toml").write_text('format = "markdown"\nevidence = true\ncontext = 0', encoding="utf-8")
    assert cleaned(capsys).startswith("# ")
    assert not cleaned(capsys, "--format", "text").startswith("# ")
    assert cli.main(["explain", "page.txt"]) == 0
    assert "\tmetadata.title\t" in capsys.readouterr().out
    assert cli.main(["diff", "page.txt"]) == 0
    assert "The boat carries" not in capsys.readouterr().out


def test_a_configuration_can_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "descale.toml").write_text('mode = "recall"', encoding="utf-8")
    (folder / "other.toml").write_text('mode = "precision"', encoding="utf-8")
    assert config(capsys, "--config", "other.toml")["mode"] == {"value": "precision", "origin": "other.toml"}
    assert cli.main(["config", "--config", "absent.toml"]) == 2
    assert capsys.readouterr().err == "descale: absent.toml: No such file or directory\n"
    assert cli.main(["config", "--config", str(folder)]) == 2
    with pytest.raises(SystemExit, match="2"):
        cli.main(["config", "--no-config", "--config", "other.toml"])


def test_what_a_file_says_of_batch_runs_does_not_stop_the_printing_of_one_page(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = cleaned(capsys)
    (folder / "descale.toml").write_text('format = "jsonl"\nremovals = true\njobs = 1\nmax_memory = "1G"', encoding="utf-8")
    assert cleaned(capsys) == plain
    assert cli.main(["clean", "page.txt", "--jobs", "1"]) == 2
    assert "--jobs needs an output directory" in capsys.readouterr().err
    assert cli.main(["clean", "page.txt", "-o", "out", "--quiet"]) == 0
    [shard] = Path("out").glob("part-*.jsonl")
    record = json.loads(shard.read_text(encoding="utf-8"))
    assert record["removals"]
    assert record["document"].startswith(PROSE)


# ---------------------------------------------------------------------------- wrong settings
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("moed = 'recall'", "unknown key 'moed'; known are "),
        ("mode = 'fierce'", "mode: 'fierce' is none of precision, balanced, recall"),
        ("mode = 3", "mode: expected a string, not 3"),
        ("threshold = 7", "threshold: threshold must be between 0 and 1"),
        ("threshold = '.5'", "threshold: expected a number, not '.5'"),
        ("skip = 'share'", "skip: expected a list, not 'share'"),
        ("skip = ['payment']", "skip: unknown family to skip: 'payment'"),
        ("protect = ['(']", "protect: protect pattern '(' does not compile"),
        ("evidence = 1", "evidence: expected true or false, not 1"),
        ("context = 1.5", "context: expected a number, not 1.5"),
        ("format = 'pdf'", "format: 'pdf' is none of "),
        ("url = 'https://example.org/'", "unknown key 'url'"),
        ("overwrite = true", "unknown key 'overwrite'"),
        ("[clean]\nmode = 'recall'", "unknown key 'clean'"),
        ("mode = ", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(folder: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    path = folder / "descale.toml"
    path.write_text(text, encoding="utf-8")
    for command in (["clean", "page.txt"], ["config"]):
        assert cli.main(command) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith(f"descale: {path}: {said}")
    assert cli.main(["clean", "page.txt", "--no-config"]) == 0


def test_a_pyproject_without_the_table_or_with_a_wrong_one_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "pyproject.toml"
    path.write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert cli.main(["clean", "page.txt"]) == 0
    assert cli.main(["clean", "page.txt", "--config", str(path)]) == 2
    assert capsys.readouterr().err == f"descale: {path}: no table [tool.descale]\n"
    path.write_text("tool.descale = 3\n", encoding="utf-8")
    assert cli.main(["clean", "page.txt"]) == 2


def test_a_missing_phrase_file_is_an_error_of_config_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "descale.toml").write_text('phrases = ["absent.toml"]', encoding="utf-8")
    assert cli.main(["config"]) == 2
    assert str(folder / "absent.toml") in capsys.readouterr().err


def test_commands_that_clean_nothing_need_no_right_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "descale.toml").write_text("moed = 3", encoding="utf-8")
    assert cli.main(["rules", "paywall"]) == 0
    assert capsys.readouterr().err == ""


# --------------------------------------------------------------------------- descale config
def test_config_prints_a_file_that_gives_the_same_settings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "own.toml").write_text(OWN_PHRASES, encoding="utf-8")
    odd = 'tab\t "quoted" back\\slash \x7f naïve 港'
    assert (
        cli.main(["config", "--threshold", ".25", "--protect", odd, "--protect", "b", "--phrases", str(folder / "own.toml")]) == 0
    )
    printed = capsys.readouterr().out
    assert "# language is not set\n" in printed
    assert "threshold = 0.25  # command line\n" in printed
    assert tomllib.loads(printed)["protect"] == [odd, "b"]
    path = folder / "again.toml"
    path.write_text(printed, encoding="utf-8")
    told = config(capsys, "--config", str(path))
    assert {key: told[key]["value"] for key in ("threshold", "protect", "phrases", "mode")} == {
        "threshold": 0.25,
        "protect": [odd, "b"],
        "phrases": [str(folder / "own.toml")],
        "mode": "balanced",
    }
    assert told["mode"]["origin"] == str(path)


def test_the_names_are_those_of_the_python_api() -> None:
    _, commands = cli._parser()  # noqa: SLF001 - the parser is what the keys come from
    for name in ("clean", "explain", "diff", "report", "config"):
        assert set(settings.PIPELINE_KEYS) <= settings.options_of(commands[name]).keys()
