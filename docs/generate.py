"""Write the reference pages from the code: docs/reference/{api,rules,cli,lexicons}.md.

    python docs/generate.py [--to FOLDER]

A test compares the pages with what this program makes, so they cannot fall behind.
"""  # noqa: INP001 - a program, no package

from __future__ import annotations

import argparse
import contextlib
import inspect
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import get_args

import descale
from descale.lexicon import shipped_lexicons
from descale.phrases import Strength
from descale.tools import cli

REFERENCE = Path(__file__).parent / "reference"
_NOTE = "<!-- Made by docs/generate.py from the code; do not edit. -->"
_COMMAND = re.compile(r"^ {4}([a-z][a-z-]*)  ", re.MULTILINE)
_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises):$")
_ITEM = re.compile(r"^ {4}(\w+): (.*)$")
_LONGEST_DEFAULT = 30
_LONGEST_SIGNATURE = 100
#: Classes that nobody but descale makes: their constructors are no interface.
_HANDED_OUT = (descale.Article, descale.Page)


# --------------------------------------------------------------------------------- api
def api() -> str:
    """Return the page on the public names."""
    parts = [_NOTE, "# Python API", "Everything here is imported from `descale`; nothing else is public."]
    for name in descale.__all__:
        parts += _documented(name, getattr(descale, name))
    return "\n\n".join(parts) + "\n"


def _documented(name: str, thing: Callable[..., object]) -> Iterator[str]:
    kind = "function" if inspect.isfunction(inspect.unwrap(thing)) else "exception" if issubclass(thing, Exception) else "class"  # type: ignore[arg-type]
    yield f"## {name}"
    yield f"*{kind}*"
    if kind != "exception" and thing not in _HANDED_OUT:
        yield f"```python\n{_signature(name, thing)}\n```"
    yield _as_markdown(inspect.getdoc(thing) or "")
    if kind == "class":
        for member, value in vars(thing).items():
            yield from _documented_member(name, member, value)


def _documented_member(owner: str, name: str, value: object) -> Iterator[str]:
    """Yield a public method or property of a class; fields stand in the class's own text."""
    documented = inspect.getdoc(value)
    if name.startswith("_") or not documented:
        return
    if isinstance(value, FunctionType):
        shown = _signature(name, value)
    elif isinstance(value, property) and value.fget is not None:
        shown = f"{name}: {inspect.signature(value.fget).return_annotation}"
    else:
        return
    yield f"### {owner}.{name}"
    yield f"```python\n{shown}\n```"
    yield _as_markdown(documented)


def _signature(name: str, thing: Callable[..., object]) -> str:
    signature = inspect.signature(thing)
    shown = []
    starred = False
    for parameter in signature.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            shown.append("*")
            starred = True
        shown.append(_parameter(parameter))
    returned = signature.return_annotation
    returns = "" if returned in (signature.empty, None, "None") else f" -> {_annotation(returned)}"
    line = f"{name}({', '.join(shown)}){returns}"
    if len(line) <= _LONGEST_SIGNATURE:
        return line
    return f"{name}(\n" + "".join(f"    {parameter},\n" for parameter in shown) + f"){returns}"


def _parameter(parameter: inspect.Parameter) -> str:
    shown = ("**" if parameter.kind is parameter.VAR_KEYWORD else "") + parameter.name
    if parameter.annotation is not parameter.empty:
        shown += f": {_annotation(parameter.annotation)}"
    if parameter.default is not parameter.empty:
        default = repr(parameter.default)
        shown += f" = {default if len(default) <= _LONGEST_DEFAULT else '…'}"
    return shown


def _annotation(annotation: object) -> str:
    if isinstance(annotation, str):
        return annotation
    # A NamedTuple keeps its annotations as forward references.
    return str(getattr(annotation, "__forward_arg__", None) or getattr(annotation, "__name__", annotation))


def _as_markdown(documentation: str) -> str:
    """Turn a docstring into Markdown: sections become lists, indented examples stay as they are."""
    lines: list[str] = []
    for line in documentation.replace("``", "`").split("\n"):
        section, item = _SECTION.match(line), _ITEM.match(line)
        if section:
            lines += [f"**{section[1]}**", ""]
        elif item:
            lines.append(f"- `{item[1]}`: {item[2]}")
        elif line.startswith("        ") and lines and lines[-1].startswith(("- ", "  ")):
            lines.append(f"  {line.strip()}")
        else:
            lines.append(line.strip())
    return "\n".join(lines)


# ------------------------------------------------------------------------------- rules
def rules() -> str:
    """Return the page on families and rules, with the cleaners' examples."""
    parts = [
        _NOTE,
        "# Rules",
        "A rule id reads `family.name[.part]`; the first word is the family. `descale rules RULE` lists a rule's phrases.",
    ]
    families: dict[str, list[descale.Rule]] = {}
    for rule in descale.rules():
        families.setdefault(rule.family, []).append(rule)
    for family, own in families.items():
        parts.append(f"## {family}")
        parts += _family_text(family)
        rows = [f"| `{rule.id}` | {_sees(rule)} |" for rule in own]
        parts.append("\n".join(["| rule | what it sees |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _family_text(family: str) -> Iterator[str]:
    if family in {"extract", "metadata"}:
        return
    module = inspect.getmodule(next(c.propose for c in descale.Pipeline().cleaners if c.family == family))
    yield (inspect.getdoc(module) or "").partition("\n")[0]
    for title, lines in descale.examples(family).items():
        yield f"{title}:"
        yield "\n".join(f"- {line}" for line in lines)


def _sees(rule: descale.Rule) -> str:
    if not rule.phrases:
        return rule.sees
    languages = len({phrase.language for phrase in rule.phrases})
    english = next((phrase.text for phrase in rule.phrases if phrase.language == "en"), None)
    example = f", such as `{english.replace('|', chr(92) + '|')}`" if english else ""
    return f"{len(rule.phrases)} phrases in {languages} languages{example}"


# --------------------------------------------------------------------------------- cli
def command_line() -> str:
    """Return the page on the command line: each command's help."""
    parts = [_NOTE, "# Command line", (inspect.getdoc(cli) or "").replace("``", "`")]
    for command in ("", *_COMMAND.findall(_help(""))):
        parts.append(f"## descale {command}".rstrip())
        parts.append(f"```text\n{_help(command)}\n```")
    return "\n\n".join(parts) + "\n"


def _help(command: str) -> str:
    printed = io.StringIO()
    os.environ |= {"COLUMNS": "110", "NO_COLOR": "1"}  # the same page on every terminal
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        cli.main([command, "--help"] if command else ["--help"])
    usage, parted, rest = printed.getvalue().strip().partition("\n\n")
    # Python versions break the usage line at different places, so it goes unbroken.
    return " ".join(usage.split()) + parted + rest


# ---------------------------------------------------------------------------- lexicons
def lexicons() -> str:
    """Return the page on the lexicons: how many phrases by language, strength and family."""
    found = shipped_lexicons()
    families = [cleaner.family for cleaner in descale.Pipeline().cleaners]
    families = [family for family in families if any(p.rule.startswith(f"{family}.") for one in found for p in one.phrases)]
    columns = ["tag", "language", "phrases", *get_args(Strength), *families]
    rows = []
    total: Counter[str] = Counter()
    for one in found:
        counts: Counter[str] = Counter(phrase.strength for phrase in one.phrases)
        counts |= Counter(phrase.rule.partition(".")[0] for phrase in one.phrases)
        counts["phrases"] = len(one.phrases)
        total += counts
        rows.append([f"`{one.language}`", one.name, *(str(counts[column]) for column in columns[2:])])
    rows.append(["", "all", *(str(total[column]) for column in columns[2:])])
    table = [columns, ["---", "---", *["--:"] * (len(columns) - 2)], *rows]
    summary = (
        f"{len(found)} lexicons with {total['phrases']} phrases: by strength, then by family. "
        "All of them count for every page, whatever its language."
    )
    return "\n\n".join([_NOTE, "# Lexicons", summary, "\n".join(f"| {' | '.join(row)} |" for row in table)]) + "\n"


PAGES: dict[str, Callable[[], str]] = {"api.md": api, "rules.md": rules, "cli.md": command_line, "lexicons.md": lexicons}


def main() -> None:
    """Write all pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=REFERENCE, metavar="FOLDER", help="where the pages go")
    folder: Path = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (folder / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
