"""Labels, poorer versions of pages, and a model trained on made-up pages."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from descale import page_kind, trees
from descale.features import feature_rows
from descale.model import Document
from descale.read_html import read_html
from descale.tools import cli
from descale.tools.augment import brief, plain, without_address
from descale.tools.labels import label_blocks, label_document

SENTENCES = [f"In chapter {number} the walker finds another river, wider than the last one." for number in range(8)]
GOLD = "\n".join(SENTENCES)


def page(number: int) -> dict[str, str]:
    """Make a page: menu, article, teasers."""
    menu = "".join(f"<li><a href=x>Section {number} {item}</a>" for item in range(9))
    teasers = "".join(f"<p><a href=y>Teaser {number} {item} about a thing that happened</a>" for item in range(9))
    body = "".join(f"<p>{sentence} {number}</p>" for sentence in SENTENCES)
    return {
        "html": f"<ul>{menu}</ul><div class=story><h1>Walk {number}</h1>{body}</div><div>{teasers}</div>",
        "text": "\n".join(f"{sentence} {number}" for sentence in SENTENCES),
        "url": f"https://site{number}.example/walk",
        "page_type": "article" if number % 3 else "forum",
    }


def test_blocks_of_the_gold_are_labelled() -> None:
    texts = ["Home", "Menu of the site and all its parts", *SENTENCES, "Read the next walk here"]
    assert label_blocks(texts, GOLD) == [False, False, *[True] * 8, False]


def test_a_copy_is_labelled_once_and_where_the_article_is() -> None:
    texts = [SENTENCES[0], "Other words that are not there", "and more of them", *["menu item"] * 9, *SENTENCES]
    labels = label_blocks(texts, GOLD)
    assert not labels[0]
    assert all(labels[-8:])


def test_raw_copies_that_nobody_sees_are_not_the_article() -> None:
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    document = read_html(f"<textarea>{body}</textarea>{body}")
    assert label_document(document, GOLD) == [False, *[True] * 8]


def test_no_gold_no_labels() -> None:
    assert label_blocks(["a b c"], "") == [False]


def test_a_brief_keeps_offsets_and_containers_right() -> None:
    document = read_html(page(1)["html"])
    labels = label_document(document, page(1)["text"])
    made = brief(document, labels, random.Random(1))  # noqa: S311 - no secret
    assert made is not None
    short, kept = made
    assert len(kept) == len(short.blocks) < len(document.blocks)
    assert any(kept)
    layout = short.layout
    assert layout is not None
    assert layout.container_last[0] == len(short.blocks)
    for block, container in zip(short.blocks, layout.block_container, strict=True):
        assert short.text[block.start : block.stop] == block.text
        assert layout.container_first[container] <= block.index < layout.container_last[container]


def test_a_plain_page_keeps_its_text() -> None:
    document = read_html(page(1)["html"])
    poorer = plain(document, random.Random(1))  # noqa: S311 - no secret
    assert poorer.text == document.text
    assert poorer.layout is not None
    assert poorer.layout != document.layout


def test_training_gives_the_same_weights_twice(tmp_path: Path) -> None:
    pytest.importorskip("lightgbm")
    from descale.tools.train import cross_validate, train  # noqa: PLC0415 - needs an extra

    pages = [page(number) for number in range(16)]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        train(pages, tmp_path / name)
    for name in ("block_article", "block_other", "page_kind"):
        with np.load(tmp_path / "one" / f"{name}.npz") as one, np.load(tmp_path / "two" / f"{name}.npz") as two:
            assert all((one[key] == two[key]).all() for key in one.files)
            assert len(trees.build(one).leaves) > 0
    assert "article" in cross_validate(pages, folds=2)


def test_trees_agree_with_the_booster() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    from descale.tools.tree_file import tree_arrays  # noqa: PLC0415 - needs an extra

    generator = np.random.default_rng(0)
    rows = generator.normal(size=(400, 3)).astype(np.float32)
    labels = (rows[:, 0] * rows[:, 1] > 0).astype(int)
    booster = lightgbm.train({"objective": "binary", "verbosity": -1, "seed": 1}, lightgbm.Dataset(rows, labels), 10)
    ours = trees.build(tree_arrays(booster, ["a", "b", "c"])).probability(rows)
    assert np.abs(ours - booster.predict(rows)).max() < 0.002


def test_training_from_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("lightgbm")
    pages = tmp_path / "pages.jsonl"
    pages.write_text("".join(json.dumps(page(number)) + "\n" for number in range(16)), encoding="utf-8")
    assert cli.main(["train", str(pages), "--out", str(tmp_path / "weights"), "--folds", "2"]) == 0
    assert "article" in capsys.readouterr().err
    assert sorted(path.stem for path in (tmp_path / "weights").iterdir()) == ["block_article", "block_other", "page_kind"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"html": "<p>One"}\nno page\n', "line 2"),
        ('{"text": "One"}\n', "line 1: 'html' must be a text"),
        ('{"html": "<p>One", "text": 5}\n', "line 1: 'text' must be a text"),
        ('{"html": "<p>One", "text": ""}\n', "no article to learn from"),
    ],
)
def test_bad_pages_are_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    pytest.importorskip("lightgbm")
    (tmp_path / "pages.jsonl").write_text(text, encoding="utf-8")
    assert cli.main(["train", str(tmp_path / "pages.jsonl"), "--out", str(tmp_path / "weights")]) == cli.USAGE
    assert said in capsys.readouterr().err
    assert not (tmp_path / "weights").exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("lightgbm")
    assert cli.main(["train", str(tmp_path / "nothing.jsonl"), "--out", str(tmp_path)]) == cli.USAGE
    assert "nothing.jsonl" in capsys.readouterr().err


def kind_row(document: Document) -> dict[str, float]:
    """What the model of page kinds sees, by name."""
    return dict(zip(page_kind.NAMES, page_kind.page_row(document, feature_rows(document)).tolist(), strict=True))


def test_pages_of_one_domain_can_be_learned_from(tmp_path: Path) -> None:
    pytest.importorskip("lightgbm")
    from descale.tools.train import cross_validate, train  # noqa: PLC0415 - needs an extra

    pages = [{**page(number), "url": f"https://one.example/{number}"} for number in range(8)]
    train(pages, tmp_path)
    with np.load(tmp_path / "block_other.npz") as arrays:
        assert arrays["names"][-1] == "page_kind"
    assert cross_validate(pages).count("\n") == 0, "nothing but the heading: no page is of another domain"


def test_a_page_kind_is_told_by_the_address_too() -> None:
    document = read_html(
        "<link rel=canonical href='https://example.org/2024/the-ferry-that-never-left'><title>The ferry</title><p>It never left."
    )
    row = kind_row(document)
    assert (row["address_parts"], row["address_words"], row["address_dated"], row["title_words"]) == (2, 4, 1, 2)
    unnamed = without_address(document)
    assert kind_row(unnamed)["address_parts"] == -1
    assert kind_row(replace(unnamed, url="https://example.org/shop"))["address_parts"] == 1
    assert kind_row(replace(unnamed, url="http://[broken"))["address_parts"] == 0
