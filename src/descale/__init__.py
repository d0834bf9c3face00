"""descale strips the boilerplate off web-scraped articles and says what it took and why.

from descale import clean_article
article = clean_article(html_or_text)
print(article.title, article.text, article.removals)
"""

from descale.article import Article
from descale.cleaner import Cleaner, by_heading, by_phrase
from descale.errors import DescaleError, InputError, RuleError
from descale.model import Block, Document, Removal
from descale.page import Page
from descale.pipeline import Pipeline, clean_article, clean_many, installed_cleaners, phrases_from
from descale.rules import Rule, examples, rules

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
    "rules",
]
__version__ = "0.1.0"


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
