"""pandas and polars, by one line each through Arrow: the same records as a plain loop."""

from __future__ import annotations

from installed import library

pd = library("pandas")
pl = library("polars")
pa = library("pyarrow")

import pytest
from documents import Form, differences, documents, sources

from descale.tools.arrow import clean_table
from descale.tools.record import FIELDS


@pytest.mark.parametrize("form", ["text", "raw"])
def test_a_data_frame_of_pandas_gets_the_records_of_a_plain_loop(form: Form) -> None:
    given = pd.DataFrame({"body": sources(form), "url": [document.url for document in documents()]}, index=range(500, 1000))
    frame = clean_table(pa.Table.from_pandas(given), text_column="body", url_column="url").to_pandas()
    assert list(frame.index) == list(given.index)
    assert list(frame.columns) == ["body", "url", *(f"clean_{name}" for name in FIELDS)]
    rows = [{name: _plain(row[f"clean_{name}"]) for name in FIELDS} for row in frame.to_dict("records")]
    assert differences(rows, form) == []


@pytest.mark.parametrize("form", ["text", "raw"])
def test_a_data_frame_of_polars_gets_the_records_of_a_plain_loop(form: Form) -> None:
    given = pl.DataFrame({"body": sources(form), "url": [document.url for document in documents()]})
    frame = pl.from_arrow(clean_table(given.to_arrow(), text_column="body", url_column="url"))
    assert frame.select("body", "url").equals(given)
    rows = [{name: row[f"clean_{name}"] for name in FIELDS} for row in frame.to_dicts()]
    assert differences(rows, form) == []


def _plain(value: object) -> object:
    """Return a value of pandas as Arrow has it: lists for arrays, None for its missing values."""
    if hasattr(value, "tolist"):
        return [_plain(item) for item in value.tolist()]
    return None if value is pd.NA or value != value else value  # noqa: PLR0124 - NaN differs from itself
