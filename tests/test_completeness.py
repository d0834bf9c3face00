"""Nothing is half done: cleaners, lexicons, fixtures, exports and import levels belong together."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import descale
from conftest import FIXTURES, ROOT
from descale import lexicon, shipped, words
from descale.cleaners import CLEANERS
from descale.explain import read_margin_view
from descale.phrases import compile_phrase
from descale.rulebook import examples, rules

SOURCE = ROOT / "src" / "descale"
FAMILIES = [cleaner.family for cleaner in CLEANERS]
LARGE = {"en", "es", "de", "fr", "pt", "it"}
SMALL = {
    "nl",
    "sv",
    "no",
    "da",
    "fi",
    "pl",
    "cs",
    "hu",
    "ro",
    "el",
    "tr",
    "ru",
    "uk",
    "ar",
    "he",
    "fa",
    "hi",
    "id",
    "vi",
    "th",
    "ja",
    "zh-hans",
    "zh-hant",
    "ko",
}
#: Tools that make the weights.
TRAINING = {"train", "train_lines", "labels", "augment", "tree_file", "calibrate"}
#: Modules from the top down; a module imports only from levels below its own.
LEVELS = [
    {"__init__"},
    {"pipeline"},
    {"rulebook"},
    {"cleaners", "extract"},
    {"cleaner", "decide", "confidence", "article", "calibration"},
    {"judge", "explain", "opening"},
    {"page", "metadata"},
    {"content", "raw_text"},
    {"line_features"},
    {"html_authors", "html_dates"},
    {"html_facts"},
    {"page_kind"},
    {"authors", "titles", "assemble", "features"},
    {"dates", "json_ld"},
    {"read_html", "read_text"},
    {"deep_html"},
    {"page_reader"},
    {"declared", "language", "layout_flags", "encoding", "source_type"},
    {"shipped"},
    {"lexicon", "phrase_index"},
    {"phrases", "trees", "spans"},
    {"words"},
    {"model"},
    {"errors"},
]


def _lexicon(language: str) -> lexicon.Lexicon:
    return next(found for found in lexicon.shipped_lexicons() if found.language == language)


def test_every_cleaner_file_is_registered() -> None:
    files = {path.stem for path in (SOURCE / "cleaners").glob("*.py")} - {"__init__"}
    assert files == set(FAMILIES)
    assert len(FAMILIES) == len(set(FAMILIES))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_cleaner_is_documented(family: str) -> None:
    shown = examples(family)
    assert len(shown["Removes"]) >= 2
    assert len(shown["Keeps"]) >= 2


@pytest.mark.parametrize("family", FAMILIES)
def test_every_cleaner_has_fixtures_both_ways(family: str) -> None:
    views = [read_margin_view(path.read_text(encoding="utf-8")) for path in (FIXTURES / "cleaners" / family).glob("*.txt")]
    languages = {view.headers["language"] for view in views}
    removing = [view for view in views if any(line.startswith(("x", "~")) for line in view.lines)]
    assert len(views) >= 12
    assert len(languages) >= 8
    assert removing
    assert len(removing) < len(views)
    for view in removing:
        assert any(f"x {family}." in line or f"~ {family}." in line for line in view.lines)


def test_there_are_clean_articles_in_many_languages() -> None:
    names = [path.stem for path in (FIXTURES / "clean").glob("*.txt")]
    assert len(names) >= 40
    assert len({name.partition("-")[0] for name in names}) >= 8


@pytest.mark.parametrize("language", sorted(LARGE | SMALL))
def test_every_language_is_broad_enough(language: str) -> None:
    found = _lexicon(language)
    assert len(found.phrases) >= (400 if language in LARGE else 150)
    assert len(found.function_words) >= 30
    assert len(found.months) == 12
    assert found.bylines


@pytest.mark.parametrize("language", sorted(LARGE | SMALL))
def test_lexicon_sections_have_a_cleaner_and_phrases_compile_once(language: str) -> None:
    texts: Counter[tuple[str, str]] = Counter()
    for phrase in _lexicon(language).phrases:
        assert phrase.rule.partition(".")[0] in FAMILIES, phrase
        assert compile_phrase(phrase, language)
        texts[phrase.strength, " ".join(phrase.text.lower().split())] += 1
    assert [text for text, count in texts.items() if count > 1] == []


def test_rule_names_are_shared_by_languages() -> None:
    """A rule that one language alone uses is a misspelt one, or one the others lack."""
    users: dict[str, set[str]] = {}
    for found in lexicon.shipped_lexicons():
        for phrase in found.phrases:
            users.setdefault(phrase.rule, set()).add(found.language)
    assert {rule: names for rule, names in users.items() if len(names) < 3} == {}


def test_no_line_phrase_is_a_line_of_a_clean_article() -> None:
    """But where a fixture is there to show the guard: it says so with a quotation or a colon above."""
    index = shipped.shipped().index
    for path in (FIXTURES / "clean").glob("*.txt"):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        announced = False
        for above, line in zip(["", *lines], lines, strict=False):
            announced = above.endswith((":", "：")) or (announced and line.startswith("- "))
            guarded = announced or line[0] in "\"'“„«‘「『" or path.stem.endswith("-quotes-prompts")
            assert guarded or not index.line(words.split(line)), (path.name, line)


def test_rules_seen_in_fixtures_are_listed() -> None:
    known = {rule.id for rule in rules()}
    for path in (FIXTURES / "cleaners").rglob("*.txt"):
        for line in read_margin_view(path.read_text(encoding="utf-8")).lines:
            if line[:2] in {"x ", "~ ", "= "}:
                shown = {rule.strip() for rule in line[2:].partition("|")[0].split(",")}
                assert shown <= known, (path.name, shown - known)


def test_all_is_what_is_exported() -> None:
    assert sorted(descale.__all__) == list(descale.__all__)
    assert sorted([*descale.__all__, "__version__"]) == sorted(dir(descale))
    assert all(hasattr(descale, name) for name in descale.__all__)


def _imports(path: Path) -> set[str]:
    """Return the descale modules that a module imports, anywhere but under TYPE_CHECKING."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "descale":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.py")), ids=lambda path: path.stem)
def test_modules_import_from_below_only(path: Path) -> None:
    level = {name: number for number, names in enumerate(LEVELS) for name in names}
    assert path.stem in level, "a new module needs its level"
    for name in _imports(path):
        if name in level:
            assert level[name] > level[path.stem], f"{path.stem} imports {name}"


@pytest.mark.parametrize("path", sorted((SOURCE / "tools").rglob("*.py")), ids=lambda path: path.stem)
def test_tools_import_the_public_api_only(path: Path) -> None:
    if path.stem in TRAINING:
        pytest.skip("training reads features and labels, which are no public API")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("descale"):
            if node.module == "descale":
                assert {alias.name for alias in node.names} <= {*descale.__all__, "__version__"}
            else:
                assert (node.module or "").startswith("descale.tools")


def test_functions_are_short() -> None:
    long = [
        f"{path.name}:{node.name}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []
