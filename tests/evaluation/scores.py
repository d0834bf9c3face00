"""Whether scores and confidence mean what they say, on HTML, domains held out.

    python tests/evaluation/scores.py [--sets NAME …] [--every N]

Prints how many of the removals of at least each score are right, that is, of blocks that the
gold text does not hold; and how well `Article.confidence` tells articles from other pages (the
area under its curve, on the mixed pages). Title and standfirst are data, and not counted.
"""

from __future__ import annotations

import argparse
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence

import folds
from pages import pages

from descale import Article, Pipeline, content
from descale.tools.labels import label_document

BANDS = (0.95, 0.9, 0.8, 0.5)
_MIXED = "wcxb_dev"

Tally = dict[str, Counter[tuple[float, bool]]]


def count(article: Article, gold: str, kind: str, tally: Tally) -> None:
    """Add the removals of a page to the tally of its kind, by score band and whether they are right."""
    starts = [block.start for block in article.document.blocks]
    labels = dict(zip(starts, label_document(article.document, gold), strict=True))
    for removal in article.removals:
        if removal.family != "metadata" and removal.start in labels:
            for band in BANDS:
                if removal.score >= band:
                    tally[kind][band, not labels[removal.start]] += 1


def area_under_curve(articles: Sequence[float], others: Sequence[float]) -> float:
    """Return the probability that an article has more confidence than another page; equal counts half."""
    ranked = sorted(others)
    below = sum((bisect_left(ranked, own) + bisect_right(ranked, own)) / 2 for own in articles)
    return below / (len(articles) * len(ranked))


def main() -> None:
    """Clean the pages with models that never saw their domain, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=("fundus_multi", _MIXED), help="page sets, by file name without its ending")
    parser.add_argument("--every", type=int, default=1, help="take every Nth page of a set")
    options = parser.parse_args()
    models = folds.models()
    pipeline = Pipeline(source_type="html")
    tally: Tally = defaultdict(Counter)
    confidence: dict[str, list[float]] = defaultdict(list)
    for name in options.sets:
        for record in pages(name, options.every):
            if not record["text"]:
                continue
            with content.use_models(models[folds.fold(record)]):
                article = pipeline.clean(record["html"], url=record["url"])
            kind = "articles" if name != _MIXED or record["page_type"] == "article" else "other pages"
            count(article, record["text"], kind, tally)
            if name == _MIXED:
                confidence[kind].append(article.confidence)
    for kind, counted in sorted(tally.items()):
        for band in BANDS:
            right, wrong = counted[band, True], counted[band, False]
            print(f"{kind:<12} score >= {band:.2f}: {right:>7} of {right + wrong:>7} right ({right / max(1, right + wrong):.1%})")
    if len(confidence) == 2:
        area = area_under_curve(confidence["articles"], confidence["other pages"])
        print(f"confidence, articles against other pages: area under the curve {area:.3f}")


if __name__ == "__main__":
    main()
