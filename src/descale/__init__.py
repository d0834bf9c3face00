"""descale strips the boilerplate off web-scraped articles and says what it took and why.

    from descale import clean_article
    article = clean_article(html_or_text)
    print(article.title, article.text, article.removals)

The names are loaded when they are first asked for: importing descale costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from descale.article import Article
    from descale.cleaner import Cleaner, by_heading, by_phrase
    from descale.errors import DescaleError, InputError, RuleError
    from descale.model import Block, Document, Removal
    from descale.page import Page
    from descale.pipeline import Pipeline, clean_article, clean_many, installed_cleaners, phrases_from
    from descale.rulebook import Rule, examples, rule_set, rules

_HOMES = {
    "article": ("Article",),
    "cleaner": ("Cleaner", "by_heading", "by_phrase"),
    "errors": ("DescaleError", "InputError", "RuleError"),
    "model": ("Block", "Document", "Removal"),
    "page": ("Page",),
    "pipeline": ("Pipeline", "clean_article", "clean_many", "installed_cleaners", "phrases_from"),
    "rulebook": ("Rule", "examples", "rule_set", "rules"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Article",
    "Block",
    "Cleaner",
    "DescaleError",
    "Document",
    "InputError",
    "Page",
    "Pipeline",
    "Removal",
    "Rule",
    "RuleError",
    "by_heading",
    "by_phrase",
    "clean_article",
    "clean_many",
    "examples",
    "installed_cleaners",
    "phrases_from",
    "rule_set",
    "rules",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load a public name from its module, once."""
    home = _HOME_OF.get(name)
    if home is None:
        message = f"module 'descale' has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f"descale.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
