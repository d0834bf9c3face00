"""The scikit-learn transformer: the same texts as a plain loop, and a citizen of scikit-learn."""

from __future__ import annotations

import inspect
import pickle
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from installed import library

library("sklearn")
pd = library("pandas")

import numpy as np
from documents import sources
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline as Steps
from sklearn.utils.estimator_checks import check_estimator

from descale import Cleaner, Page, Pipeline, Removal, RuleError, clean_article
from descale.tools.record import FIELDS, Recorder
from descale.tools.sklearn import BoilerplateRemover, CleaningFailedWarning

PROSE = "The night ferry crossed the bay again on Monday with ninety people on board and a crate of oranges."
TEXT = f"{PROSE}\nSign up for our weekly newsletter to get the news in your inbox"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(16)


def test_the_texts_are_those_of_a_plain_loop() -> None:
    wanted = ["" if source is None else clean_article(source).text for source in sources("text")]
    assert BoilerplateRemover().transform(sources("text")).tolist() == wanted


def test_the_records_are_those_of_a_plain_loop() -> None:
    recorder = Recorder()
    found = BoilerplateRemover(output="record").fit_transform(sources("raw"))
    for row, source in zip(found, sources("raw"), strict=True):
        wanted = dict.fromkeys(FIELDS) if source is None else recorder.clean(source)
        assert dict(zip(FIELDS, row, strict=True)) == wanted


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, np.float32("nan"), pd.NaT])
def test_a_missing_document_is_empty_and_no_failure(missing: object) -> None:
    assert BoilerplateRemover().transform([missing, TEXT]).tolist() == ["", PROSE]
    (row,) = BoilerplateRemover(output="record").transform([missing])
    assert set(row) == {None}


def test_a_document_that_cannot_be_cleaned_comes_out_empty_with_a_warning_that_names_it() -> None:
    with pytest.warns(CleaningFailedWarning, match=r"2 of 3 documents .* the first is number 1: InputError: .*PNG"):
        texts = BoilerplateRemover().transform([TEXT, PICTURE, 7])
    assert texts.tolist() == [PROSE, "", ""]


def test_a_cleaner_that_raises_loses_its_document_alone() -> None:
    def broken(page: Page) -> Iterator[Removal]:
        if "oranges" in page.document.text:
            message = "no oranges"
            raise RuntimeError(message)
        return iter(())

    remover = BoilerplateRemover(cleaners=[Cleaner("broken", broken)])
    with pytest.warns(CleaningFailedWarning, match="1 of 2 documents .* number 0: RuntimeError: no oranges"):
        assert remover.transform([TEXT, "Nothing to see on the quay this morning."])[0] == ""


def test_options_are_those_of_the_python_api() -> None:
    options: dict[str, Any] = {
        "mode": "precision",
        "skip": {"newsletter"},
        "protect": ["ferry"],
        "language": "en",
        "threshold": 0.4,
    }
    for text in sources("text")[100:140]:
        if text is not None:
            wanted = Pipeline(**options).clean(text).text
            assert BoilerplateRemover(**options).transform([text]).tolist() == [wanted]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"mode": "bold"}, ValueError),
        ({"skip": ["x"]}, ValueError),
        ({"output": "html"}, ValueError),
        ({"protect": ["("]}, RuleError),
    ],
)
def test_wrong_parameters_are_told_at_fit_and_not_before(options: dict[str, Any], error: type[Exception]) -> None:
    remover = BoilerplateRemover(**options)
    with pytest.raises(error):
        remover.fit([TEXT])


# ------------------------------------------------------------------------- scikit-learn
_COLUMN = "takes one column of its numbers, as the tags say, and then indexes it as a table"
_DIFFERENCE = "subtracts outputs from each other, and texts have no difference"
_SPARSE = "sparse containers hold numbers alone"
#: Checks of scikit-learn that cannot apply to a transformer of text, and why. They hand in tables of
#: numbers; scikit-learn itself runs none of them on estimators whose tags say that they take no tables.
CANNOT_APPLY = {
    "check_dict_unchanged": _COLUMN,
    "check_dont_overwrite_parameters": _COLUMN,
    "check_f_contiguous_array_estimator": _COLUMN,
    "check_fit2d_1feature": _COLUMN,
    "check_fit2d_1sample": _COLUMN,
    "check_methods_sample_order_invariance": _COLUMN,
    "check_methods_subset_invariance": _COLUMN,
    "check_transformer_general": _COLUMN,
    "check_estimators_pickle": _DIFFERENCE,
    "check_fit_idempotent": _DIFFERENCE,
    "check_pipeline_consistency": _DIFFERENCE,
    "check_estimator_sparse_array": _SPARSE,
    "check_estimator_sparse_matrix": _SPARSE,
    "check_estimator_sparse_tag": _SPARSE,
}


def test_it_passes_the_checks_of_estimators_that_can_apply() -> None:
    if "on_fail" not in inspect.signature(check_estimator).parameters:
        pytest.skip("scikit-learn 1.6 and later report on all checks")
    with warnings.catch_warnings(action="ignore"):
        check_estimator(BoilerplateRemover())
        results = check_estimator(_TakenForNumeric(), on_fail=None, on_skip=None)
    outcomes = {status: {r["check_name"] for r in results if r["status"] == status} for status in ("passed", "failed")}
    assert outcomes["failed"] == CANNOT_APPLY.keys()
    assert len(outcomes["passed"]) >= 20


class _TakenForNumeric(BoilerplateRemover):
    """Says that it takes tables, or scikit-learn would leave out nearly every check."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags


def test_it_can_be_cloned_set_and_pickled() -> None:
    remover = clone(BoilerplateRemover(mode="recall", skip={"share"})).set_params(mode="precision", protect=("zebra",))
    assert remover.get_params() == {
        "source_type": "auto",
        "language": None,
        "mode": "precision",
        "threshold": None,
        "skip": {"share"},
        "protect": ("zebra",),
        "phrases": (),
        "cleaners": None,
        "output": "text",
    }
    assert pickle.loads(pickle.dumps(remover)).transform([TEXT]).tolist() == [PROSE]


def test_a_grid_search_tries_its_parameters() -> None:
    texts = [f"{PROSE} {word}\nShare this article" for word in ("harbour", "boat", "bread", "oven")] * 5
    steps = Steps([("clean", BoilerplateRemover()), ("count", CountVectorizer()), ("model", LogisticRegression())])
    grid = GridSearchCV(steps, {"clean__mode": ["precision", "recall"], "clean__skip": [(), ("share",)]}, cv=2)
    grid.fit(texts, [0, 0, 1, 1] * 5)
    assert grid.best_score_ == 1.0
    vocabularies = [
        clone(steps).set_params(clean__skip=skip).fit(texts, [0, 0, 1, 1] * 5)["count"].vocabulary_ for skip in ((), ("share",))
    ]
    assert ["share" in vocabulary for vocabulary in vocabularies] == [False, True]


@pytest.mark.parametrize("column", ["body", ["body"]])
def test_it_takes_one_column_of_a_data_frame(column: str | list[str]) -> None:
    frame = pd.DataFrame({"body": [TEXT, None], "likes": [3, 4]}, index=[7, 9])
    remover = BoilerplateRemover()
    step = (
        remover
        if isinstance(column, list)
        else Steps([("clean", remover), ("count", CountVectorizer(vocabulary=["ferry", "newsletter"]))])
    )
    columns = ColumnTransformer([("text", step, column)], remainder="passthrough")
    found = columns.fit_transform(frame)
    if isinstance(column, list):
        assert found.tolist() == [[PROSE, 3], ["", 4]]
        assert columns.get_feature_names_out().tolist() == ["text__body", "remainder__likes"]
    else:
        assert np.asarray(found).tolist() == [[1, 0, 3], [0, 0, 4]]


def test_records_become_a_data_frame() -> None:
    frame = pd.DataFrame({"body": [TEXT, PICTURE]}, index=[7, 9])
    found = BoilerplateRemover(output="record").set_output(transform="pandas").fit_transform(frame[["body"]])
    assert list(found.columns) == list(FIELDS)
    assert list(found.index) == [7, 9]
    assert found["text"][7] == PROSE
    assert "PNG" in found["error"][9]
    assert found["removals"][7][0]["family"] == "newsletter"


@pytest.mark.parametrize("wrong", ["one text", b"one text", np.array([["a", "b"]]), np.array([[["a"]]])])
def test_what_is_no_sequence_of_documents_is_refused(wrong: object) -> None:
    for method in (BoilerplateRemover().fit, BoilerplateRemover().transform):
        with pytest.raises(ValueError, match="X must be a sequence of documents"):
            method(wrong)


def test_an_empty_sequence_gives_an_empty_array() -> None:
    assert BoilerplateRemover().transform([]).shape == (0,)
    assert BoilerplateRemover(output="record").transform([]).shape == (0, len(FIELDS))
