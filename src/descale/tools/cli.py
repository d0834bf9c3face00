"""The command line: ``descale clean``, ``explain``, ``diff``, ``report``, ``rules``, ``config``, ``train``.

Data goes to stdout, messages to stderr. Exit codes: 0 all done, 1 something failed or
``--check`` found something to remove, 2 usage or a file that cannot be read.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from descale import Article, DescaleError, Rule, __version__, examples, rules
from descale.tools import diff, settings
from descale.tools.batch import command as batch
from descale.tools.batch.settings import FORMATS, BatchError
from descale.tools.report import command as report

OK, FAILED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser, commands = _parser()
    try:
        options = settings.parse(parser, commands, arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        code = run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output went away (head, less); that is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except (DescaleError, ValueError, BatchError) as error:
        print(f"descale: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(
        prog="descale", description="Strip the boilerplate off scraped articles, HTML or text, and say what went and why."
    )
    parser.add_argument("--version", action="version", version=f"descale {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    clean = commands.add_parser("clean", help="print the clean article, or clean whole directories")
    clean.add_argument(
        "--format", choices=FORMATS, default="text", help="what to print or write (default: text); the last three need -o"
    )
    clean.add_argument("--check", action="store_true", help="print nothing; exit with 1 if there is something to remove")
    _add_input(clean)
    batch.add_options(clean)
    clean.set_defaults(run=_clean, usage_error=clean.error)
    explain = commands.add_parser("explain", help="print every block with its verdict in the margin")
    explain.add_argument("--colour", choices=("auto", "always", "never"), default="auto", help="colour the verdicts")
    explain.add_argument("--evidence", action="store_true", help="list the removals with score and evidence below the view")
    _add_input(explain)
    explain.set_defaults(run=_explain)
    listing = commands.add_parser("rules", help="list the rules, or show one with its examples")
    listing.add_argument("rule", nargs="?", help="a rule or a family, such as paywall.account-sharing")
    listing.set_defaults(run=_rules)
    difference = commands.add_parser("diff", help="print what goes as a diff, with the rule in the margin")
    difference.add_argument("--colour", choices=("auto", "always", "never"), default="auto", help="colour the lines")
    difference.add_argument(
        "--context", type=int, default=3, metavar="N", help="lines that stay, shown around a change (default: 3)"
    )
    difference.add_argument("--against-mode", choices=settings.MODES, help="show instead what this mode would do differently")
    _add_input(difference)
    difference.set_defaults(run=_diff)
    report.add_command(commands)
    config = commands.add_parser("config", help="print the settings that hold here, and where each comes from")
    config.add_argument("--format", choices=("toml", "json"), default="toml", dest="shown_as", help="how (default: toml)")
    settings.add_options(config)
    config.set_defaults(run=functools.partial(_config, commands.choices))
    training = commands.add_parser("train", help="learn the weights for HTML anew, from labelled pages (needs LightGBM)")
    training.add_argument("file", nargs="+", type=Path, metavar="FILE", help="JSON lines: html, text, url, page_type")
    training.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the weights are written")
    training.add_argument(
        "--folds", type=int, default=5, metavar="N", help="folds of the cross-validated table (default: 5; 0 prints none)"
    )
    training.set_defaults(run=_train)
    return parser, commands.choices


def _add_input(parser: argparse.ArgumentParser) -> None:
    number = "*" if parser.prog.endswith(" clean") else "+"
    parser.add_argument("file", nargs=number, metavar="FILE", help="HTML or text file; - reads stdin")
    parser.add_argument("--url", help="address of the page")
    settings.add_options(parser)


def _articles(options: argparse.Namespace, show: Callable[[Article, str, bytes], None]) -> int:
    """Clean each file and show it; a file that cannot be read is named, and the rest goes on."""
    pipeline = settings.pipeline_of(options)
    unreadable = 0
    for name in options.file:
        try:
            source = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            article = pipeline.clean(source, url=options.url)
        except (OSError, DescaleError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            print(f"descale: {name}: {reason}", file=sys.stderr)
            unreadable += 1
            continue
        for note in article.notes:
            print(f"descale: {name}: {note}", file=sys.stderr)
        show(article, name, source)
    if not unreadable:
        return OK
    return USAGE if unreadable == len(options.file) else FAILED


def _clean(options: argparse.Namespace) -> int:
    if batch.is_wanted(options):
        return batch.run_batch(options, settings.pipeline_of(options))
    if not options.file:
        options.usage_error("no input: name a FILE, or - for stdin")
    renderers: dict[str, Callable[[Article], str]] = {
        "text": lambda article: article.text,
        "markdown": Article.to_markdown,
        "json": _json,
    }
    dirty = 0

    def show(article: Article, _name: str, _source: bytes) -> None:
        nonlocal dirty
        if options.check:
            dirty += any(removal.family != "metadata" for removal in article.removals)
        else:
            _write(sys.stdout, renderers[options.format](article) + "\n")

    code = _articles(options, show)
    return code or (FAILED if dirty else OK)


def _json(article: Article) -> str:
    """Return the article as JSON; in escapes throughout where stdout cannot show its characters."""
    text = article.to_json(indent=2)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(article.to_dict(), indent=2)
    return text


def _explain(options: argparse.Namespace) -> int:
    def show(article: Article, _name: str, _source: bytes) -> None:
        _write(sys.stdout, article.explain(colour=_in_colour(options)))
        if options.evidence:
            for removal in article.removals:
                _write(sys.stdout, f"{removal.start}-{removal.stop}\t{removal.rule}\t{removal.score:.2f}\t{removal.evidence}\n")

    return _articles(options, show)


def _in_colour(options: argparse.Namespace) -> bool:
    return options.colour == "always" or (options.colour == "auto" and sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def _diff(options: argparse.Namespace) -> int:
    colour, context = _in_colour(options), max(options.context, 0)
    # A threshold of one's own would hold in both modes alike, and leave nothing to compare.
    other = replace(settings.pipeline_of(options), mode=options.against_mode, threshold=None) if options.against_mode else None

    def show(article: Article, name: str, source: bytes) -> None:
        if other is None:
            shown = diff.diff(article, name, mode=options.mode, context=context, colour=colour)
        else:
            modes = (options.mode, options.against_mode)
            second = other.clean(source, url=options.url)
            shown = diff.diff_between(article, second, name, modes=modes, context=context, colour=colour)
        _write(sys.stdout, shown)

    return _articles(options, show)


def _train(options: argparse.Namespace) -> int:
    from descale.tools.train import train_from_files  # noqa: PLC0415 - needs numpy, and no other command does

    try:
        train_from_files(options.file, options.out, folds=options.folds)
    except (OSError, ModuleNotFoundError) as error:
        print(f"descale: {error}", file=sys.stderr)
        return USAGE
    return OK


def _config(commands: Mapping[str, argparse.ArgumentParser], options: argparse.Namespace) -> int:
    settings.pipeline_of(options)  # what could not be used is an error here too
    found = settings.effective(commands, options)
    _write(sys.stdout, settings.as_toml(found) if options.shown_as == "toml" else settings.as_json(found))
    return OK


def _write(stream: TextIO, text: str) -> None:
    """Write text whatever the terminal's encoding: what it cannot show is escaped, not fatal."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        stream.write(text.encode(stream.encoding or "ascii", "backslashreplace").decode(stream.encoding or "ascii"))


def _rules(options: argparse.Namespace) -> int:
    known = rules()
    if options.rule is None:
        for rule in known:
            _write(sys.stdout, f"{rule.id:<34} {_summary(rule)}\n")
        return OK
    chosen = [rule for rule in known if options.rule in (rule.id, rule.family)]
    if not chosen:
        print(f"descale: no rule or family {options.rule!r}; 'descale rules' lists them", file=sys.stderr)
        return USAGE
    for rule in chosen:
        _write(sys.stdout, f"{rule.id}: {_summary(rule)}\n")
        for phrase in rule.phrases if rule.id == options.rule else ():
            _write(sys.stdout, f"    {phrase.language:<8} {phrase.strength:<7} {phrase.text}\n")
    for title, lines in _examples_of(chosen[0]).items():
        _write(sys.stdout, f"{title}:\n" + "".join(f"    {line}\n" for line in lines))
    return OK


def _examples_of(rule: Rule) -> dict[str, tuple[str, ...]]:
    return {} if rule.family in {"extract", "metadata"} else examples(rule.family)


def _summary(rule: Rule) -> str:
    if not rule.phrases:
        return rule.sees
    languages = len({phrase.language for phrase in rule.phrases})
    return f"{len(rule.phrases)} phrases in {languages} languages"


if __name__ == "__main__":
    sys.exit(main())
