"""Speed of one document, as ratios within one run.

    python tests/benchmarks/speed.py [--turns N] [--pages N]

Scraped text: a clean article of 800 words against one lxml parse of a page (target: at
most 1). HTML: body and metadata of the same pages against trafilatura with metadata and
against a bare lxml parse. The pages are made up (`made_pages`); with the tuning corpora
beside the checkout, real news pages are measured too. Below that, peak memory.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Sequence
from itertools import islice

from made_pages import article_page, article_text
from timing import CORPORA, peak_mebibytes, ratio, side_by_side

TEXT_TARGET = 1.0


def lxml_parse(pages: Sequence[str]) -> Callable[[], object]:
    """Return a run that parses all pages with lxml and does nothing else."""
    from lxml import html  # noqa: PLC0415 - the text path is measured without it

    return lambda: [html.document_fromstring(page.encode()) for page in pages]


def descale_html(pages: Sequence[str]) -> Callable[[], object]:
    """Return a run that takes body and metadata of all pages."""
    from descale import Pipeline  # noqa: PLC0415

    pipeline = Pipeline(source_type="html")
    return lambda: [pipeline.clean(page) for page in pages]


def trafilatura_html(pages: Sequence[str]) -> Callable[[], object]:
    """Return a run that does the same with trafilatura."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    return lambda: [bare_extraction(page, with_metadata=True, include_comments=False) for page in pages]


def descale_text(text: str, times: int) -> Callable[[], object]:
    """Return a run that cleans a text several times."""
    from descale import Pipeline  # noqa: PLC0415

    pipeline = Pipeline(source_type="text")
    return lambda: [pipeline.clean(text) for _ in range(times)]


def corpus_pages(count: int, dataset: str = "fundus_multi") -> list[str]:
    """Return real pages, evenly taken; none where the corpora are absent."""
    file = CORPORA / f"{dataset}.jsonl.gz"
    if not file.exists():
        return []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        pages = [json.loads(line)["html"] for line in lines]
    return pages[:: max(1, len(pages) // count)][:count]


def text_ratio(pages: Sequence[str], turns: int, words: int = 800) -> float:
    """Return the time of a clean article of text, in lxml parses of an average page."""
    text = article_text(words)
    times = side_by_side({"text": descale_text(text, len(pages)), "parse": lxml_parse(pages)}, turns)
    return ratio(times, "text", "parse")


def html_ratios(pages: Sequence[str], turns: int) -> tuple[float, float]:
    """Return the time of body and metadata, in trafilatura's and in bare parses."""
    runs = {"descale": descale_html(pages), "trafilatura": trafilatura_html(pages), "parse": lxml_parse(pages)}
    times = side_by_side(runs, turns)
    return ratio(times, "descale", "trafilatura"), ratio(times, "descale", "parse")


def print_memory(pages: Sequence[str]) -> None:
    """Print the peak memory of fresh processes over the same pages."""
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pages.json"
        file.write_text(json.dumps(pages))
        read = f"import json; pages = json.load(open({str(file)!r}))"
        codes = {
            "Python with the pages read": read,
            "descale": f"{read}\nfrom descale import clean_article\nfor page in pages: clean_article(page, source_type='html')",
            "trafilatura": f"{read}\nfrom trafilatura import bare_extraction\n"
            "for page in pages: bare_extraction(page, with_metadata=True)",
        }
        for name, code in codes.items():
            print(f"peak memory, {name:<32}{peak_mebibytes(code):>8.0f} MiB")


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--pages", type=int, default=30)
    options = parser.parse_args()
    sets = {"made-up pages": [article_page(seed) for seed in range(options.pages)]}
    for dataset in ("fundus_multi", "wcxb_dev"):
        if pages := corpus_pages(options.pages, dataset):
            sets[dataset] = pages
    print("a ratio below 1 means that descale is faster")
    for name, pages in sets.items():
        size = sum(map(len, pages)) / len(pages) / 1000
        print(f"\n{name}: {len(pages)} pages, {size:.0f} thousand characters on average")
        print(f"clean text of 800 words / lxml parse of a page   {text_ratio(pages, options.turns):>8.2f}   target {TEXT_TARGET}")
        to_peer, to_parse = html_ratios(pages, options.turns)
        print(f"HTML, body and metadata / trafilatura's          {to_peer:>8.2f}")
        print(f"HTML, body and metadata / bare lxml parse        {to_parse:>8.2f}", flush=True)
    print()
    print_memory(list(islice(sets[list(sets)[-1]], options.pages)))


if __name__ == "__main__":
    main()
