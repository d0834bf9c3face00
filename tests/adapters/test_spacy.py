"""The spaCy component: marks what a plain loop removes, and survives every way spaCy stores things."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from installed import library

spacy = library("spacy")

from documents import sources
from spacy.tokens import Doc, DocBin

from conftest import FIXTURES
from descale import Pipeline, clean_article
from descale.read_text import repair
from descale.tools.record import FIELDS, Recorder
from descale.tools.spacy import source_bounds

PROSE = "The night ferry crossed the bay again on Monday with ninety people on board and a crate of oranges."
TEXT = f"{PROSE}\nSign up for our weekly newsletter to get the news in your inbox"
DEMO = (FIXTURES / "demo.txt").read_text(encoding="utf-8")


def pipeline(**config: Any) -> Any:
    """Return a blank pipeline with the component."""
    nlp = spacy.blank("xx")
    nlp.add_pipe("descale", config=config)
    return nlp


def marks(doc: Doc) -> list[tuple[str, str, str, float, str]]:
    """Return all spans as plain data."""
    return [
        (span.label_, span.text, span._.descale_family, span._.descale_score, span._.descale_evidence)
        for key in ("boilerplate", "metadata")
        for span in doc.spans[key]
    ]


def test_the_records_are_those_of_a_plain_loop() -> None:
    recorder = Recorder(Pipeline(source_type="text"))
    texts = [text for text in sources("text") if text is not None]
    nlp = pipeline()
    docs = [nlp.make_doc(text) if len(text) < 5_000 else _split(nlp.vocab, text) for text in texts]
    repaired = 0
    for text, doc in zip(texts, nlp.pipe(docs, batch_size=7), strict=True):
        wanted = recorder.clean(text)
        assert tuple(doc._.descale_record) == FIELDS
        assert doc._.descale_record | {"removals": None} == wanted | {"removals": None}
        assert [_without_offsets(removal) for removal in doc._.descale_removals] == [
            _without_offsets(r) for r in wanted["removals"]
        ]
        if wanted["notes"]:
            repaired += 1
        else:
            assert doc._.descale_removals == wanted["removals"]
            assert doc._.descale_text == clean_article(text, source_type="text").text
    assert repaired >= 20


def _split(vocab: Any, text: str) -> Doc:
    """Return a Doc of the words between white space: spaCy's own tokenizer takes minutes for hostile pages."""
    words = re.findall(r"\S+|\s", text)
    return Doc(vocab, words=words, spaces=[False] * len(words))


def _without_offsets(removal: dict[str, Any]) -> dict[str, Any]:
    return removal | {"start": None, "stop": None}


def test_bounds_lead_to_what_went_whatever_was_repaired() -> None:
    repaired = 0
    for text in filter(None, sources("text")):
        article = clean_article(text, source_type="text")
        lowest, highest = source_bounds(article.document.text, text)
        assert len(lowest) == len(highest) == len(article.document.text) + 1
        repaired += article.document.text != text
        for removal in article.removals:
            assert repair(text[lowest[removal.start] : highest[removal.stop]])[0] == article.removed_text(removal)
    assert repaired >= 20


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\0\x01"])
def test_spans_cover_the_boilerplate_and_nothing_else(line_end: str, mark: str) -> None:
    text = mark + DEMO.replace("\n", line_end)
    article = clean_article(DEMO, source_type="text")
    doc = pipeline()(text)
    assert [(span.label_, span.text.strip()) for span in doc.spans["boilerplate"]] == [
        (removal.rule, article.removed_text(removal).strip()) for removal in article.removals if removal.family != "metadata"
    ]
    assert [span.label_ for span in doc.spans["metadata"]] == ["metadata.title", "metadata.standfirst"]
    assert doc._.descale_title == article.title == doc.spans["metadata"][0].text.removeprefix(mark).strip()
    assert doc.text == text


def test_texts_that_differ_otherwise_are_refused() -> None:
    with pytest.raises(ValueError, match="'z' at 1 is not found"):
        source_bounds("az", "ab")
    assert source_bounds("a\nb", "\ufeffa\r\nb\0") == ([0, 2, 4, 5], [1, 2, 4, 6])
    assert source_bounds("a\n\nb", "a\r\n\r\nb") == ([0, 1, 3, 5, 6], [0, 1, 3, 5, 6])


@pytest.mark.parametrize(("mode", "marked"), [("strict", None), ("contract", "away"), ("expand", "orangesGo away")])
def test_alignment_decides_about_tokens_that_go_in_part(mode: str, marked: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = pipeline(alignment_mode=mode)
    component = nlp.get_pipe("descale")
    doc = Doc(nlp.vocab, words=["A", "crate", "of", "orangesGo", "away"], spaces=[True, True, True, True, False])
    removal = {"start": 18, "stop": 25, "family": "share", "rule": "share.x", "score": 0.9, "evidence": ""}
    monkeypatch.setattr(component, "_cleaned", lambda _text: (Recorder().clean(doc.text), [removal]))
    assert [span.text for span in component(doc).spans["boilerplate"]] == ([marked] if marked else [])
    assert doc._.descale_removals == [removal]


def test_a_doc_that_cannot_be_cleaned_says_why_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    clean = Pipeline.clean

    def broken(self: Pipeline, source: str | bytes, **options: Any) -> Any:
        if source == TEXT:
            message = "no oranges"
            raise RuntimeError(message)
        return clean(self, source, **options)

    monkeypatch.setattr("descale.Pipeline.clean", broken)
    failed, fine = pipeline().pipe([TEXT, DEMO])
    assert failed._.descale_error == "RuntimeError: no oranges"
    assert failed._.descale_text is None
    assert [len(failed.spans[key]) for key in ("boilerplate", "metadata")] == [0, 0]
    assert fine._.descale_error is None
    assert marks(fine)


def test_options_are_those_of_the_pipeline() -> None:
    doc = pipeline(skip=["newsletter"], protect=["bakers"], mode="precision", language="en", threshold=0.4, spans_key="out")(DEMO)
    options: dict[str, Any] = {
        "skip": {"newsletter"},
        "protect": ("bakers",),
        "mode": "precision",
        "language": "en",
        "threshold": 0.4,
    }
    article = Pipeline(source_type="text", **options).clean(DEMO)
    assert doc._.descale_text == article.text
    assert "newsletter" not in {span._.descale_family for span in doc.spans["out"]}
    assert "boilerplate" not in doc.spans
    for wrong in ({"mode": "bold"}, {"alignment_mode": "loose"}, {"skip": ["colour"]}, {"threshold": 3}):
        with pytest.raises(ValueError, match=r"unknown|between"):
            pipeline(**wrong)


# -------------------------------------------------------------------------------- spaCy
def test_the_factory_is_found_without_an_import() -> None:
    program = "import spacy; print(spacy.blank('en').add_pipe('descale').settings['mode'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "balanced\n", done.stderr


def test_a_pipeline_is_stored_and_loaded(tmp_path: Path) -> None:
    nlp = pipeline(mode="recall", skip=["related"], spans_key="out")
    nlp.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    assert loaded.get_pipe("descale").settings == nlp.get_pipe("descale").settings
    taken_over = pipeline().from_bytes(nlp.to_bytes())
    for other in (loaded, taken_over):
        assert other(DEMO)._.descale_record == nlp(DEMO)._.descale_record
        assert "out" in other(DEMO).spans
    (tmp_path / "descale").mkdir()
    nlp.get_pipe("descale").to_disk(tmp_path / "descale")
    assert pipeline().get_pipe("descale").from_disk(tmp_path / "descale").spans_key == "out"


def test_docs_are_stored_and_loaded_with_their_marks() -> None:
    nlp = pipeline()
    doc = nlp(DEMO)
    (binned,) = DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)
    for other in (Doc(nlp.vocab).from_bytes(doc.to_bytes()), binned):
        assert marks(other) == marks(doc)
        # A DocBin makes tuples of lists.
        assert json.dumps(other._.descale_record) == json.dumps(doc._.descale_record)


def test_processes_give_the_same_as_one() -> None:
    texts = [DEMO, TEXT, "", PROSE] * 3
    one = [(doc._.descale_record, marks(doc)) for doc in pipeline().pipe(texts)]
    assert [(doc._.descale_record, marks(doc)) for doc in pipeline().pipe(texts, n_process=2, batch_size=3)] == one
