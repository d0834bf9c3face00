"""Overhead of the adapters that run inside a program: processor time as a ratio to a plain loop of `Pipeline.clean`.

    python tests/benchmarks/small_adapters.py [--turns N] [--documents N]

Half of the documents are made-up pages, half texts. spaCy reads the texts alone; its ratio is
without tokenizing, which is done before. What is not installed is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence

from made_pages import article_page, article_text
from timing import ratio, side_by_side

from descale import Pipeline

Run = Callable[[], object]


def frame_runs(documents: Sequence[str]) -> Iterator[tuple[str, Run]]:
    """Yield runs through Arrow from pandas and polars."""
    import pandas as pd  # noqa: PLC0415 - each is measured where it is installed
    import polars as pl  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    from descale.tools.arrow import clean_table  # noqa: PLC0415

    panda, polar = pd.DataFrame({"body": documents}), pl.DataFrame({"body": documents})
    yield "pandas", lambda: clean_table(pa.Table.from_pandas(panda), text_column="body").to_pandas()
    yield "polars", lambda: pl.from_arrow(clean_table(polar.to_arrow(), text_column="body"))


def sklearn_runs(documents: Sequence[str]) -> Iterator[tuple[str, Run]]:
    """Yield runs of the transformer."""
    from descale.tools.sklearn import BoilerplateRemover  # noqa: PLC0415

    yield "scikit-learn", lambda: BoilerplateRemover().transform(documents)
    yield "scikit-learn, records", lambda: BoilerplateRemover(output="record").transform(documents)


def langchain_runs(documents: Sequence[str]) -> Iterator[tuple[str, Run]]:
    """Yield runs of the document transformer."""
    from langchain_core.documents import Document  # noqa: PLC0415

    from descale.tools.langchain import BoilerplateRemover  # noqa: PLC0415

    given, remover = [Document(page_content=text) for text in documents], BoilerplateRemover()
    yield "LangChain", lambda: remover.transform_documents(given)


def llama_index_runs(documents: Sequence[str]) -> Iterator[tuple[str, Run]]:
    """Yield runs of the transformation."""
    from llama_index.core.schema import Document  # noqa: PLC0415

    from descale.tools.llama_index import BoilerplateRemover  # noqa: PLC0415

    given, remover = [Document(text=text) for text in documents], BoilerplateRemover()
    yield "LlamaIndex", lambda: remover(given)


def haystack_runs(documents: Sequence[str]) -> Iterator[tuple[str, Run]]:
    """Yield runs of the component."""
    from haystack import Document  # noqa: PLC0415

    from descale.tools.haystack import BoilerplateRemover  # noqa: PLC0415

    given, remover = [Document(content=text) for text in documents], BoilerplateRemover()
    yield "Haystack", lambda: remover.run(given)


def spacy_runs(texts: Sequence[str]) -> Iterator[tuple[str, Run]]:
    """Yield runs of the component on Docs that are there."""
    import spacy  # noqa: PLC0415

    nlp = spacy.blank("xx")
    component = nlp.add_pipe("descale")
    docs = [nlp.make_doc(text) for text in texts]
    yield "spaCy", lambda: [component(doc) for doc in docs]


def installed(runs: Callable[[Sequence[str]], Iterator[tuple[str, Run]]], documents: Sequence[str]) -> dict[str, Run]:
    """Return the runs, or none and say so where a library is missing."""
    try:
        return dict(runs(documents))
    except ModuleNotFoundError as error:
        print(f"{runs.__name__.removesuffix('_runs')}: left out, {error.name} is not installed")
        return {}


def plain_loop(documents: Sequence[str]) -> Run:
    """Return a run that cleans the documents one after the other."""
    pipeline = Pipeline()
    return lambda: [pipeline.clean(document) for document in documents]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--documents", type=int, default=100)
    options = parser.parse_args()
    texts = [article_text(400, seed=number) for number in range(options.documents // 2)]
    documents = [*texts, *(article_page(number, words=300) for number in range(options.documents // 2))]
    runs = {"plain loop": plain_loop(documents)}
    for adapter in (frame_runs, sklearn_runs, langchain_runs, llama_index_runs, haystack_runs):
        runs |= installed(adapter, documents)
    times = side_by_side(runs, options.turns)
    print("| adapter | processor time, plain loop = 1 |\n|---|--:|")
    for name in runs:
        print(f"| {name} | {ratio(times, name, 'plain loop'):.2f} |")
    text_runs = {"plain loop": plain_loop(texts)} | installed(spacy_runs, texts)
    times = side_by_side(text_runs, options.turns)
    if "spaCy" in text_runs:
        print(f"| spaCy, texts alone, tokenized before | {ratio(times, 'spaCy', 'plain loop'):.2f} |")


if __name__ == "__main__":
    main()
