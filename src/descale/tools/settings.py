"""Configuration files: the options of the command line, kept in a project.

``descale.toml``, or the table ``[tool.descale]`` of a ``pyproject.toml``, holds options under
the names of the Python API (mode, skip, protect, language, source_type, threshold, phrases)
and of the command line's own options (``--max-memory`` is ``max_memory``). The nearest file
counts, from the current directory upwards. The command line overrides it.

A key that several commands know, each with its own values (``format``), is used by those
commands that its value suits.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

from descale import Pipeline, installed_cleaners, phrases_from

FILE_NAME = "descale.toml"
DEFAULT, COMMAND_LINE = "default", "command line"
PIPELINE_KEYS = ("mode", "skip", "protect", "language", "source_type", "threshold", "phrases")
#: Options of one call and not of a project: what to read and write, what to show, and how to find the file.
_NEVER = frozenset(
    {"help", "version", "config", "no_config", "url", "output", "shown_as", "overwrite", "resume", "check", "dry_run"}
    | {"together", "against_mode", "files_from", "stats"}
)
#: The choices that the Python API offers, in its order.
MODES, SOURCE_TYPES = (get_args(get_type_hints(Pipeline)[name]) for name in ("mode", "source_type"))


class Setting(NamedTuple):
    """The value that an option has, and where it comes from."""

    value: Any
    origin: str


class SettingsError(ValueError):
    """A configuration file is broken; the message names the file and, where there is one, the key."""


# ------------------------------------------------------------------- the options themselves
def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a command the options of `Pipeline`, and those that choose the configuration file."""
    parser.add_argument("--source-type", choices=SOURCE_TYPES, default="auto", help="what the input is (default: look)")
    parser.add_argument("--language", help="language of the article, such as en")
    parser.add_argument("--mode", choices=MODES, default="balanced", help="precision cuts more, recall keeps more")
    parser.add_argument(
        "--threshold", type=float, metavar="SCORE", help="score from which a proposal holds, 0 to 1 (default: the mode's)"
    )
    parser.add_argument("--skip", action="append", default=[], metavar="FAMILY", help="keep this family (repeatable)")
    parser.add_argument("--protect", action="append", default=[], metavar="REGEX", help="keep blocks with a match (repeatable)")
    parser.add_argument("--phrases", action="append", default=[], metavar="TOML", help="file of your own phrases (repeatable)")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--config", metavar="FILE", help=f"read this configuration (default: the nearest {FILE_NAME})")
    chosen.add_argument("--no-config", action="store_true", help="read no configuration file")


def pipeline_of(options: argparse.Namespace) -> Pipeline:
    """Return the Pipeline that the options of `add_options` ask for.

    Raises:
        ValueError: a wrong value.
        RuleError: a phrase file or a protect pattern that is broken.
    """
    return Pipeline(
        cleaners=installed_cleaners() if getattr(options, "installed_cleaners", False) else Pipeline().cleaners,
        source_type=options.source_type,
        language=options.language,
        mode=options.mode,
        threshold=options.threshold,
        skip=frozenset(options.skip),
        protect=tuple(options.protect),
        phrases=tuple(phrase for path in options.phrases for phrase in phrases_from(path)),
    )


# --------------------------------------------------------------------------------- the file
def find_file(folder: Path) -> Path | None:
    """Return the nearest configuration file, from ``folder`` upwards.

    Raises:
        SettingsError: a pyproject.toml on the way is no TOML.
    """
    for parent in (folder, *folder.parents):
        if (own := parent / FILE_NAME).is_file():
            return own
        project = parent / "pyproject.toml"
        if project.is_file() and "descale" in _parsed(project).get("tool", {}):
            return project
    return None


def read_file(path: Path) -> dict[str, Any]:
    """Return the settings that a configuration file holds, not yet checked.

    Raises:
        SettingsError: it cannot be read, is no TOML, or is a pyproject.toml without ``[tool.descale]``.
    """
    found = _parsed(path)
    if path.name == "pyproject.toml":
        found = found.get("tool", {}).get("descale")
        if not isinstance(found, dict):
            message = f"{path}: no table [tool.descale]"
            raise SettingsError(message)
    # A file's own files lie beside it, wherever the command is called.
    if isinstance(phrases := found.get("phrases"), list):
        found["phrases"] = [str(path.parent / name) if isinstance(name, str) else name for name in phrases]
    return found


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: {error.strerror}"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: not valid TOML: {error}"
    raise SettingsError(message)


# ------------------------------------------------------------------------ file and command
def parse(
    parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser], arguments: Sequence[str] | None
) -> argparse.Namespace:
    """Parse the command line, and take from the configuration file what it leaves open.

    Args:
        parser: the whole parser, which stores the command's name as ``command``.
        commands: every command's parser by name: a key that none of them knows is an error.
        arguments: the words of the command line; None takes those of the process.

    Returns:
        The options; ``origins`` tells where each comes from that is not a default.

    Raises:
        SettingsError: the file is broken, or a key or value in it is wrong.
    """
    options = parser.parse_args(arguments)
    command = commands[options.command]
    if not is_configurable(command):
        return options
    options.origins = dict.fromkeys(_given(parser, command, arguments), COMMAND_LINE)
    path = chosen_file(options)
    for key, values in _checked(path, commands).items() if path else ():
        if options.command in values and key not in options.origins:
            setattr(options, key, values[options.command])
            options.origins[key] = str(path)
    return options


def is_given(options: argparse.Namespace, key: str) -> bool:
    """Tell whether an option stands on the command line, rather than in a file or nowhere."""
    return bool(options.origins.get(key) == COMMAND_LINE)


def is_from_file(options: argparse.Namespace, key: str) -> bool:
    """Tell whether an option's value was taken from a configuration file."""
    return bool(options.origins.get(key, COMMAND_LINE) != COMMAND_LINE)


def chosen_file(options: argparse.Namespace) -> Path | None:
    """Return the configuration file that the options ask for, if there is one."""
    if options.no_config:
        return None
    return Path(options.config) if options.config else find_file(Path.cwd())


def is_configurable(command: argparse.ArgumentParser) -> bool:
    """Tell whether a command has the options of `add_options`."""
    return command.get_default("no_config") is not None


def _given(parser: argparse.ArgumentParser, command: argparse.ArgumentParser, arguments: Sequence[str] | None) -> set[str]:
    """Return the options that the command line names, whatever their values."""
    options = options_of(command)
    defaults = {key: option.default for key, option in options.items()}
    try:
        for option in options.values():
            option.default = argparse.SUPPRESS
        return options.keys() & vars(parser.parse_args(arguments)).keys()
    finally:
        for key, option in options.items():
            option.default = defaults[key]


def _checked(path: Path, commands: Mapping[str, argparse.ArgumentParser]) -> dict[str, dict[str, Any]]:
    """Return each setting of a file as each command takes it."""
    known = {name: options_of(command) for name, command in commands.items() if is_configurable(command)}
    return {key: _fitting(path, key, value, known) for key, value in read_file(path).items()}


def _fitting(path: Path, key: str, value: object, known: Mapping[str, Mapping[str, argparse.Action]]) -> dict[str, Any]:
    """Return the value as each command takes it, without the commands that it does not suit."""
    having = {command: actions[key] for command, actions in known.items() if key in actions}
    if not having:
        choices = ", ".join(sorted({name for actions in known.values() for name in actions}))
        message = f"{path}: unknown key {key!r}; known are {choices}"
        raise SettingsError(message)
    fitting: dict[str, Any] = {}
    wrong = ""
    for command, action in having.items():
        try:
            fitting[command] = _value_for(action, value)
            if key in PIPELINE_KEYS and key != "phrases":
                # A family to skip may be that of a cleaner that another package ships.
                Pipeline(cleaners=installed_cleaners(), **{key: fitting[command]})
        except (ValueError, TypeError, argparse.ArgumentTypeError) as error:
            fitting.pop(command, None)
            wrong = wrong or f"{path}: {key}: {error}"
    if not fitting:
        raise SettingsError(wrong)
    return fitting


def _value_for(action: argparse.Action, value: object) -> Any:
    """Return a value of the file as the option would hold it.

    Raises:
        ValueError: it does not suit the option.
    """
    if action.nargs == 0:
        return _expected("true or false", value, bool)
    if isinstance(action.default, list):
        several = _expected("a list", value, list)
        return [_one_value(action, one) for one in several]
    return _one_value(action, value)


def _one_value(action: argparse.Action, value: object) -> Any:
    if action.type in (int, float):
        number = _expected("a number", value, int, *([float] if action.type is float else []))
        found: Any = float(number) if action.type is float else number
    elif callable(action.type):
        found = action.type(str(_expected("a string or a number", value, str, int, float)))
    else:
        found = _expected("a string", value, str)
    if action.choices is not None and found not in action.choices:
        message = f"{found!r} is none of {', '.join(map(str, action.choices))}"
        raise ValueError(message)
    return found


def _expected(what: str, value: object, *types: type) -> Any:
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        message = f"expected {what}, not {value!r}"
        raise ValueError(message)
    return value


def options_of(command: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """Return the options of a command that a file may set, by the name of their key."""
    actions = command._actions  # noqa: SLF001 - argparse has no public list of a parser's options
    return {action.dest: action for action in actions if action.option_strings and action.dest not in _NEVER}


# --------------------------------------------------------------------------- descale config
def effective(commands: Mapping[str, argparse.ArgumentParser], options: argparse.Namespace) -> dict[str, Setting]:
    """Return every setting that a file may hold, with its value and where that comes from.

    The options of `Pipeline` come first, as the command ``options`` belong to has them. One
    that only other commands have shows the file's value, or else the default of the first.
    """
    path = chosen_file(options)
    written = read_file(path) if path else {}
    found = {key: Setting(getattr(options, key), options.origins.get(key, DEFAULT)) for key in PIPELINE_KEYS}
    others: dict[str, Setting] = {}
    for command in commands.values():
        for key, option in options_of(command).items() if is_configurable(command) else ():
            if key in written:
                others[key] = Setting(written[key], str(path))
            else:
                others.setdefault(key, Setting(option.default, DEFAULT))
    return found | {key: others[key] for key in sorted(others.keys() - found.keys())}


def as_toml(settings: Mapping[str, Setting]) -> str:
    """Return settings as a configuration file; each line's comment tells the origin."""
    lines = [
        f"# {key} is not set" if value is None else f"{key} = {_toml_value(value)}  # {_one_line(origin)}"
        for key, (value, origin) in settings.items()
    ]
    return "\n".join(lines) + "\n"


def as_json(settings: Mapping[str, Setting]) -> str:
    """Return settings as a JSON object: key to value and origin."""
    return json.dumps({key: setting._asdict() for key, setting in settings.items()}, indent=2) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    # A JSON string is a TOML string, but that TOML wants DEL escaped and JSON does not.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(origin: str) -> str:
    """Return the origin, a path perhaps, fit for a comment of one line."""
    return origin if origin.isprintable() else json.dumps(origin)
