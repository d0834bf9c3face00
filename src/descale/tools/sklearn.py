"""scikit-learn: a transformer that strips boilerplate before text is turned into features."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from descale import Cleaner, Pipeline
from descale.tools.extras import extra
from descale.tools.record import FIELDS, Recorder

with extra("sklearn"):
    from sklearn.base import BaseEstimator, TransformerMixin

_OUTPUTS = ("text", "record")


class CleaningFailedWarning(UserWarning):
    """Some documents could not be cleaned and came out empty; the message names the first."""


class BoilerplateRemover(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is not there when types are checked
    """Cleans documents, HTML or text, given as str or bytes.

    It learns nothing: `fit` only checks, and need not be called. ``X`` is a
    sequence of documents (list, array, column of a data frame) or a table of one column.
    Missing values (None, NaN, NA) are documents that are not there.

    Args:
        source_type: "html", "text", or "auto" to look.
        language: BCP 47 tag of all documents, if known.
        mode: "precision" cuts more, "recall" keeps more.
        threshold: score from which a piece goes, 0–1; None takes the mode's.
        skip: families that stay in the text.
        protect: regular expressions; a block in which one is found loses nothing.
        phrases: your own phrases, beside the shipped ones (see `descale.phrases_from`).
        cleaners: what proposes removals; None takes the shipped ones.
        output: "text" gives the clean texts in the shape of ``X``, empty ones where a document is
            missing or cannot be cleaned, with a `CleaningFailedWarning` in the latter case.
            "record" gives a row for each document with a column for each field of its record,
            among them ``error``.
    """

    def __init__(  # noqa: PLR0913 - parameters are how scikit-learn configures
        self,
        *,
        source_type: str = "auto",
        language: str | None = None,
        mode: str = "balanced",
        threshold: float | None = None,
        skip: Collection[str] = (),
        protect: Collection[str] = (),
        phrases: Sequence[Any] = (),
        cleaners: Sequence[Cleaner] | None = None,
        output: str = "text",
    ) -> None:
        self.source_type = source_type
        self.language = language
        self.mode = mode
        self.threshold = threshold
        self.skip = skip
        self.protect = protect
        self.phrases = phrases
        self.cleaners = cleaners
        self.output = output

    def fit(self, X: Any, y: object = None) -> BoilerplateRemover:  # noqa: ARG002, N803 - scikit-learn's names
        """Check the parameters and the shape of ``X``; nothing is learned from it.

        Raises:
            ValueError: an unknown mode, source type, family or output, or a threshold outside 0–1;
                ``X`` is one string or a table of several columns.
            RuleError: a protect pattern that does not compile.
        """
        self._recorder()
        _documents(X)
        return self

    def transform(self, X: Any) -> np.ndarray[Any, np.dtype[np.object_]]:  # noqa: N803 - scikit-learn's name
        """Return an array of objects: texts in the shape of ``X``, or the records' fields in rows.

        Raises:
            ValueError: as `fit`.
        """
        recorder = self._recorder()
        sources, is_table = _documents(X)
        absent = dict.fromkeys(FIELDS)
        records = [absent if _is_missing(source) else recorder.clean(source) for source in sources]
        if self.output == "record":
            return _objects([[record[name] for name in FIELDS] for record in records], (len(records), len(FIELDS)))
        _warn_of_failures(records)
        texts = [record["text"] or "" for record in records]
        return _objects([[text] for text in texts], (len(texts), 1)) if is_table else _objects(texts, (len(texts),))

    def get_feature_names_out(self, input_features: Sequence[str] | None = None) -> np.ndarray[Any, np.dtype[np.object_]]:
        """Return the names of the columns: the input's or "text", or the fields of a record."""
        if self.output == "record":
            names: Sequence[str] = FIELDS
        else:
            names = ("text",) if input_features is None else input_features
        return np.asarray(names, dtype=object)

    def _recorder(self) -> Recorder:
        if self.output not in _OUTPUTS:
            message = f"unknown output: {self.output!r}; known are {', '.join(_OUTPUTS)}"
            raise ValueError(message)
        options: dict[str, Any] = {name: getattr(self, name) for name in ("source_type", "language", "mode", "threshold")}
        if self.cleaners is not None:
            options["cleaners"] = tuple(self.cleaners)
        return Recorder(Pipeline(**options, skip=self.skip, protect=self.protect, phrases=tuple(self.phrases)))  # type: ignore[arg-type]  # Pipeline makes of them what it needs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        tags.requires_fit = False
        tags.no_validation = True
        return tags


def _documents(given: Any) -> tuple[Iterable[object], bool]:
    """Return the documents, and whether they came as a table of one column."""
    if isinstance(given, str | bytes):
        message = "X must be a sequence of documents, not one"
        raise ValueError(message)  # noqa: TRY004 - scikit-learn's vectorizers raise this
    shape: tuple[int, ...] = getattr(given, "shape", (0,))
    if len(shape) == 1:
        return given, False
    if len(shape) != 2 or shape[1] != 1:
        message = f"X must be a sequence of documents or a table of one column, not of shape {tuple(shape)}"
        raise ValueError(message)
    return np.asarray(given, dtype=object)[:, 0], True


def _is_missing(source: object) -> bool:
    """Tell whether a value is None, NaN, or one of pandas' own (NA has no truth value to compare by)."""
    if isinstance(source, float | np.floating):
        return bool(np.isnan(source))
    return source is None or type(source).__name__ in {"NAType", "NaTType"}


def _objects(values: Sequence[Any], shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return an array that holds the values as they are, lists among them too."""
    array = np.empty(shape, dtype=object)
    for index, value in enumerate(values):
        if len(shape) == 1:
            array[index] = value
        else:
            for column, cell in enumerate(value):
                array[index, column] = cell
    return array


def _warn_of_failures(records: Sequence[dict[str, Any]]) -> None:
    failed = [(number, record["error"]) for number, record in enumerate(records) if record["error"] is not None]
    if failed:
        number, said = failed[0]
        message = f"{len(failed)} of {len(records)} documents could not be cleaned and came out empty; the first is number {number}: {said}"
        warnings.warn(message, CleaningFailedWarning, stacklevel=3)
