"""The documentation says what is so: its code runs, its commands exist, its reference is current.

In ``docs/tutorial.md`` and ``docs/how-to`` the Python blocks of a page are one program, run in
a folder that holds what `workplace` puts there. A block of the language ``output`` shows all
that the Python block before it prints; in a ``console`` block the lines below a ``descale``
command are lines of what it prints (a line of ``…`` stands for those left out). A block with
``title="name"`` is a file.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import descale
from conftest import FIXTURES, ROOT
from descale.decide import BUDGET, THRESHOLDS
from descale.page import START_WORDS

DOCS = ROOT / "docs"
GUIDES = sorted([DOCS / "index.md", DOCS / "tutorial.md", *(DOCS / "how-to").glob("*.md")])
PROSE = sorted(
    [*GUIDES, *(DOCS / "explanation").glob("*.md"), DOCS / "glossary.md", ROOT / "CONTRIBUTING.md", ROOT / "README.md"]
)
_FENCE = re.compile(r"^```(?P<language>\w+)(?: title=\"(?P<title>[\w.-]+)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^)\s#:]+)(?:#(?P<anchor>[\w-]+))?\)")
_INLINE_COMMAND = re.compile(r"`(descale(?: [a-z][\w-]*)?(?: [^`]*)?|make [a-z]+|python (?:-m )?[\w./-]+)[^`]*`")
_END = "<<< end of block {} >>>"


class Fence(NamedTuple):
    """A fenced block: its language, the file it stands for, its text."""

    language: str
    title: str | None
    text: str


def fences(page: Path) -> list[Fence]:
    """Return the fenced blocks of a page."""
    return [Fence(*match.group("language", "title", "text")) for match in _FENCE.finditer(page.read_text(encoding="utf-8"))]


def name_of(page: Path) -> str:
    """Return a page's path as the name of a test."""
    return page.relative_to(ROOT).as_posix()


def absent_libraries(page: Path) -> list[str]:
    """Return the libraries that a page's Python imports and that are not installed here."""
    found = fences(page)
    nodes = [node for fence in found if fence.language == "python" for node in ast.walk(ast.parse(fence.text))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    tops = {name.partition(".")[0] for name in names} - {(fence.title or "").removesuffix(".py") for fence in found}
    return sorted(name for name in tops if importlib.util.find_spec(name) is None)


@pytest.fixture
def workplace(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a folder with the files that guides speak of, and those that the page itself shows."""
    shutil.copy(FIXTURES / "demo.txt", tmp_path / "article.txt")
    shutil.copy(FIXTURES / "pages" / "news-with-spanish-overlay" / "source.html", tmp_path / "page.html")
    folder = tmp_path / "articles"
    folder.mkdir()
    for path in sorted((FIXTURES / "clean").glob("en-*.txt"))[:4]:
        shutil.copy(path, folder)
    for fence in fences(request.getfixturevalue("page")):
        if fence.title:
            (tmp_path / fence.title).write_text(fence.text, encoding="utf-8")
    return tmp_path


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder with this checkout's descale."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "NO_COLOR": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )


# -------------------------------------------------------------------------- the guides
@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_python_blocks_run_and_print_what_is_shown(page: Path, workplace: Path) -> None:
    absent = absent_libraries(page)
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)}")
    program: list[str] = []
    shown: dict[int, str] = {}
    for fence in fences(page):
        if fence.language == "python" and not fence.title:
            program += [fence.text, f"print({_END.format(len(program) // 2)!r})"]
        elif fence.language == "output":
            shown[len(program) // 2 - 1] = fence.text
    (workplace / "program.py").write_text("\n".join(program), encoding="utf-8")
    done = run([sys.executable, "program.py"], workplace)
    assert done.returncode == 0, done.stderr
    printed = re.split(r"<<< end of block \d+ >>>\n", done.stdout)
    assert {number: printed[number] for number in shown} == shown


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_commands_of_the_guides_run_and_print_what_is_shown(page: Path, workplace: Path) -> None:
    for fence in fences(page):
        for command, shown in _commands(fence):
            if command.startswith("descale "):
                script = f"descale() {{ '{sys.executable}' -m descale.tools.cli \"$@\"; }}; {command}"
                done = run(["bash", "-c", script], workplace)
                assert done.returncode in {0, 1}, (command, done.stderr)
                printed = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
                assert [line for line in shown if line.rstrip() not in printed and line != "…"] == [], command


def _commands(fence: Fence) -> list[tuple[str, list[str]]]:
    """Return the commands of a console block, each with the lines shown below it."""
    found: list[tuple[str, list[str]]] = []
    for line in fence.text.splitlines() if fence.language == "console" else ():
        if line.startswith("$ "):
            found.append((line[2:].partition("  #")[0].strip(), []))
        elif found:
            found[-1][1].append(line)
    return found


@pytest.mark.parametrize("page", PROSE, ids=name_of)
def test_python_files_shown_compile(page: Path) -> None:
    for fence in fences(page):
        if fence.language == "python" and fence.title:
            compile(fence.text, fence.title, "exec")


# --------------------------------------------------------------------------- all pages
@pytest.mark.parametrize("page", PROSE, ids=name_of)
def test_every_command_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = [command for fence in fences(page) for command, _ in _commands(fence)]
    for command in [*named, *_INLINE_COMMAND.findall(text)]:
        words = command.split()
        if words[0] == "make":
            assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), command
        elif words[:2] == ["python", "-m"] and words[2] not in {"pip", "venv"}:
            assert importlib.util.find_spec(words[2]), command
        elif words[0] == "python" and words[1].endswith(".py"):
            assert (ROOT / words[1]).is_file(), command
        elif words[0] == "descale" and len(words) > 1 and not words[1].startswith("-"):
            assert f"## descale {words[1]}\n" in _reference("cli.md"), command
            part = _reference("cli.md").partition(f"## descale {words[1]}\n")[2].partition("\n## ")[0]
            assert all(option in part for option in re.findall(r" (--[a-z-]+)", command)), command


@pytest.mark.parametrize("page", PROSE, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        found = page.parent / target
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_contents() -> None:
    linked = {(DOCS / target).resolve() for target, _ in _LINK.findall((DOCS / "index.md").read_text(encoding="utf-8"))}
    assert sorted(path.name for path in DOCS.rglob("*.md") if path.name != "index.md" and path.resolve() not in linked) == []


def test_every_program_that_measures_is_named() -> None:
    guide = (DOCS / "how-to" / "evaluate.md").read_text(encoding="utf-8")
    for folder in ("evaluation", "benchmarks"):
        for path in (ROOT / "tests" / folder).glob("*.py"):
            if re.search(r"^def main\(", path.read_text(encoding="utf-8"), re.MULTILINE):
                assert f"`python tests/{folder}/{path.name}`" in guide


def test_numbers_told_in_words_are_those_of_the_code() -> None:
    strengths = (DOCS / "how-to" / "own-phrases.md").read_text(encoding="utf-8")
    guards = (DOCS / "explanation" / "guards.md").read_text(encoding="utf-8")
    family = (DOCS / "how-to" / "keep-a-family.md").read_text(encoding="utf-8")
    assert f"of up to {START_WORDS} words" in strengths
    assert f"more than {BUDGET:.0%}".replace("%", " %") in guards
    for mode, threshold in THRESHOLDS.items():
        assert re.search(rf"{threshold:.1f}".replace("0.", r"\.") + rf"\s+in\s+`{mode}`", family), mode


# ----------------------------------------------------------------------- the reference
def _reference(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def test_the_reference_is_current(tmp_path: Path) -> None:
    done = run([sys.executable, str(DOCS / "generate.py"), "--to", str(tmp_path)], ROOT)
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "reference").glob("*.md")}, (
        "run python docs/generate.py"
    )


@pytest.mark.parametrize("name", descale.__all__)
def test_every_public_name_is_in_the_reference(name: str) -> None:
    assert f"\n## {name}\n" in _reference("api.md")


def test_every_rule_and_family_is_in_the_reference() -> None:
    page = _reference("rules.md")
    for rule in descale.rules():
        assert f"`{rule.id}`" in page
        assert f"\n## {rule.family}\n" in page
