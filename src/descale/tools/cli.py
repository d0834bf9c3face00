"""The command line: ``descale clean``, ``descale explain``, ``descale rules``.

Data goes to stdout, messages to stderr. Exit codes: 0 all done, 1 something failed or
``--check`` found something to remove, 2 usage or a file that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from descale import Article, DescaleError, Pipeline, Rule, __version__, examples, installed_cleaners, phrases_from, rules
from descale.tools.batch import command as batch
from descale.tools.batch.settings import FORMATS, BatchError

OK, FAILED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="descale", description="Strip the boilerplate off scraped articles, HTML or text, and say what went and why."
    )
    parser.add_argument("--version", action="version", version=f"descale {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
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
    return parser


def _add_input(parser: argparse.ArgumentParser) -> None:
    number = "*" if parser.prog.endswith(" clean") else "+"
    parser.add_argument("file", nargs=number, metavar="FILE", help="HTML or text file; - reads stdin")
    parser.add_argument("--url", help="address of the page")
    parser.add_argument(
        "--source-type", choices=("auto", "html", "text"), default="auto", help="what the input is (default: look)"
    )
    parser.add_argument("--language", help="language of the article, such as en")
    parser.add_argument(
        "--mode", choices=("precision", "balanced", "recall"), default="balanced", help="precision cuts more, recall keeps more"
    )
    parser.add_argument("--skip", action="append", default=[], metavar="FAMILY", help="keep this family (repeatable)")
    parser.add_argument("--protect", action="append", default=[], metavar="REGEX", help="keep blocks with a match (repeatable)")
    parser.add_argument("--phrases", action="append", default=[], metavar="TOML", help="file of your own phrases (repeatable)")


def _pipeline(options: argparse.Namespace) -> Pipeline:
    pipeline = Pipeline(
        source_type=options.source_type,
        language=options.language,
        mode=options.mode,
        skip=frozenset(options.skip),
        protect=tuple(options.protect),
        phrases=tuple(phrase for path in options.phrases for phrase in phrases_from(path)),
    )
    return replace(pipeline, cleaners=installed_cleaners()) if getattr(options, "installed_cleaners", False) else pipeline


def _articles(options: argparse.Namespace, show: Callable[[Article], None]) -> int:
    """Clean each file and show it; a file that cannot be read is named, and the rest goes on."""
    pipeline = _pipeline(options)
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
        show(article)
    if not unreadable:
        return OK
    return USAGE if unreadable == len(options.file) else FAILED


def _clean(options: argparse.Namespace) -> int:
    if batch.is_wanted(options):
        return batch.run_batch(options, _pipeline(options))
    if not options.file:
        options.usage_error("no input: name a FILE, or - for stdin")
    renderers: dict[str, Callable[[Article], str]] = {
        "text": lambda article: article.text,
        "markdown": Article.to_markdown,
        "json": _json,
    }
    dirty = 0

    def show(article: Article) -> None:
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
    colour = options.colour == "always" or (options.colour == "auto" and sys.stdout.isatty() and "NO_COLOR" not in os.environ)

    def show(article: Article) -> None:
        _write(sys.stdout, article.explain(colour=colour))
        if options.evidence:
            for removal in article.removals:
                _write(sys.stdout, f"{removal.start}-{removal.stop}\t{removal.rule}\t{removal.score:.2f}\t{removal.evidence}\n")

    return _articles(options, show)


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
