"""Arrow: the same records as a plain loop, whatever the types and chunks; other columns as they were."""

from __future__ import annotations

import functools
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from documents import differences, documents, expected, records_of, sources
from installed import library, python_path

from descale import Cleaner, Page, Pipeline, Removal
from descale.tools.record import FIELDS, REMOVAL_FIELDS, Recorder

pa = library("pyarrow")

from descale.tools import arrow  # noqa: E402 - needs pyarrow

TEXT = "Harbour reopens\n\nThe harbour opened on Monday after three weeks of repairs.\nSign up for our newsletter\n"


def given(form: Any, kind: Any = None) -> Any:
    """Return the 500 documents as a table with other columns beside them."""
    column = pa.array(sources(form), kind or (pa.string() if form == "text" else pa.binary()))
    columns = {
        "id": [document.id for document in documents()],
        "url": [document.url for document in documents()],
        "date": [None] * 500,
        "page": column,
        "tags": [[number] for number in range(500)],
    }
    return pa.table(columns).replace_schema_metadata({"made": "by hand"})


# ------------------------------------------------------------------------- the same records
@pytest.mark.parametrize("form", ["text", "raw"])
def test_a_table_gets_the_records_of_a_plain_loop(form: Any) -> None:
    cleaned = arrow.clean_table(given(form), text_column="page", url_column="url")
    assert differences(records_of(cleaned.to_pylist()), form) == []


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_batches_of_any_size_and_chunk_give_the_same(rows: int) -> None:
    columns = arrow.CleanColumns(text_column="page", url_column="url")
    table = given("raw").slice(3, 90)
    whole = columns.table(table)
    cleaned = pa.Table.from_batches([columns.batch(batch) for batch in table.to_batches(max_chunksize=rows)])
    assert cleaned.equals(whole)
    assert cleaned.schema == columns.schema(table.schema)
    assert columns.table(pa.Table.from_batches(table.to_batches(max_chunksize=rows))).equals(whole)


@pytest.mark.parametrize("kind", ["large_string", "large_binary", "dictionary", "string_view", "chunked"])
def test_columns_of_other_types_give_the_same(kind: str) -> None:
    kinds = {
        "large_string": pa.large_string,
        "large_binary": pa.large_binary,
        "string_view": getattr(pa, "string_view", pa.string),
        "dictionary": lambda: pa.dictionary(pa.int32(), pa.string()),
        "chunked": pa.string,
    }
    form = "raw" if kind == "large_binary" else "text"
    table = given(form).slice(0, 60)
    wanted = arrow.clean_table(table, text_column="page")
    changed = table.set_column(3, "page", table["page"].cast(kinds[kind]()))
    if kind == "chunked":
        changed = pa.concat_tables([changed.slice(0, 11), changed.slice(11, 0), changed.slice(11)])
    cleaned = arrow.clean_table(changed, text_column="page")
    assert all(cleaned["clean_" + name].equals(wanted["clean_" + name]) for name in FIELDS)


def test_an_html_column_is_read_as_html_and_a_pipeline_is_followed() -> None:
    table = pa.table({"html": ["A line without any tag\nand a second one"]})
    pipeline = Pipeline(mode="recall", skip=frozenset({"caption"}))
    cleaned = arrow.clean_table(table, html_column="html", pipeline=pipeline, prefix="")
    recorder = Recorder(Pipeline(mode="recall", skip=frozenset({"caption"}), source_type="html"))
    assert cleaned.drop_columns(["html"]).to_pylist() == [recorder.clean(table["html"][0].as_py())]


def test_polars_and_pandas_frames_in_one_line() -> None:
    polars, pandas = library("polars"), library("pandas")
    table = given("text").slice(0, 40).select(["id", "page"])
    wanted = records_of(arrow.clean_table(table, text_column="page").to_pylist())
    frame = polars.from_arrow(table)
    cleaned = polars.from_arrow(arrow.clean_table(frame.to_arrow(), text_column="page"))
    assert records_of(cleaned.to_dicts()) == wanted
    data = pandas.DataFrame(table.to_pylist())
    cleaned = arrow.clean_table(pa.Table.from_pandas(data), text_column="page").to_pandas()
    assert list(cleaned["clean_text"].astype(object).where(cleaned["clean_text"].notna(), None)) == [
        row["text"] for row in wanted
    ]


# ----------------------------------------------------------------- what stays and what is new
def test_other_columns_stay_untouched_and_nulls_stay_null() -> None:
    table = given("text")
    cleaned = arrow.clean_table(table, text_column="page", url_column="url")
    assert cleaned.select(table.column_names).equals(table, check_metadata=True)
    absent = [row for row in cleaned.to_pylist() if row["page"] is None]
    assert len(absent) == 25
    assert all(row["clean_text"] is None and row["clean_error"] is None for row in absent)
    assert all(row["clean_removals"] is None and row["clean_configuration"] for row in absent)


def test_the_schema_is_that_of_the_records() -> None:
    assert tuple(arrow.SCHEMA.names) == FIELDS
    assert tuple(field.name for field in arrow.SCHEMA.field("removals").type.value_type) == REMOVAL_FIELDS
    empty = arrow.clean_table(given("text").slice(0, 0), text_column="page")
    assert empty.num_rows == 0
    assert empty.schema.names[-len(FIELDS) :] == ["clean_" + name for name in FIELDS]
    batch = arrow.clean_batch(pa.record_batch({"page": pa.array([], pa.string())}), text_column="page")
    assert batch.schema == empty.select(batch.schema.names).schema.remove_metadata()


def test_a_document_with_an_error_stays_in_its_row() -> None:
    table = pa.table({"page": pa.array([b"\x89PNG\r\n\x1a\n" + bytes(16), TEXT.encode()])})
    rows = arrow.clean_table(table, text_column="page").to_pylist()
    assert rows[0]["clean_error"].startswith("InputError: ")
    assert rows[0]["clean_text"] is None
    assert rows[1]["clean_error"] is None
    assert rows[1]["clean_text"] == Recorder().clean(TEXT)["text"] != ""


def test_a_string_that_is_no_utf8_is_a_document_like_others() -> None:
    data = pa.py_buffer("Größe: ein Fährmann fährt über den Fluß.".encode("latin-1") + TEXT.encode())
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, len(data) - len(TEXT), len(data))))
    column = pa.StringArray.from_buffers(2, offsets, data)
    rows = arrow.clean_table(pa.table({"page": column, "url": column}).select(["page"]), text_column="page").to_pylist
    with pytest.raises(UnicodeDecodeError):
        rows()
    cleaned = arrow.clean_table(pa.table({"page": column, "url": column}), text_column="page", url_column="url")
    texts = cleaned["clean_text"].to_pylist()
    assert "Fährmann fährt" in texts[0]
    assert texts[1] == Recorder().clean(TEXT)["text"]
    assert cleaned["clean_error"].to_pylist() == [None, None]


def test_a_record_that_arrow_cannot_hold_is_an_error_of_its_own() -> None:
    def odd(page: Page) -> Iterator[Removal]:
        if "odd" in page.document.text:
            yield Removal(0, 3, "odd.case", 0.9, "\ud800")

    columns = arrow.CleanColumns(text_column="page", pipeline=Pipeline(cleaners=(Cleaner("odd", odd),)))
    rows = columns.table(pa.table({"page": ["odd one here", TEXT]})).to_pylist()
    assert rows[0]["clean_error"].startswith("UnicodeEncodeError: ")
    assert rows[1]["clean_error"] is None
    assert rows[1]["clean_text"]


# --------------------------------------------------------------------------- wrong settings
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "give one of text_column and html_column"),
        ({"text_column": "page", "html_column": "page"}, "give one of"),
        ({"text_column": "nowhere"}, "there are 0 columns 'nowhere'; the columns are 'id', 'url'"),
        ({"text_column": "page", "url_column": "nowhere"}, "there are 0 columns 'nowhere'"),
        ({"text_column": "tags"}, "column 'tags' holds list<"),
        ({"text_column": "page", "prefix": ""}, "there is a column 'date' already"),
    ],
)
def test_wrong_settings_are_named_before_anything_is_cleaned(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(").replace("<", ".")):
        arrow.clean_table(given("text"), **settings)
    assert Recorder().clean(TEXT)["error"] is None


def test_two_columns_of_one_name_are_refused() -> None:
    table = pa.table([["a"], ["b"]], names=["page", "page"])
    with pytest.raises(ValueError, match="there are 2 columns 'page'"):
        arrow.clean_table(table, text_column="page")


# --------------------------------------------------------------------------------- pickling
_PICKLED = """
import hashlib, pickle
from descale import Pipeline
from descale import installed_cleaners
from descale.tools.arrow import CleanColumns
pipeline = Pipeline(skip={"caption", "share", "promo", "paywall", "related"}, protect=("x",), cleaners=installed_cleaners())
print(hashlib.sha256(pickle.dumps(CleanColumns(text_column="page", pipeline=pipeline))).hexdigest())
"""


def test_pickles_are_equal_in_every_process() -> None:
    environment = {"PYTHONPATH": python_path()}
    found = {
        subprocess.run(
            [sys.executable, "-c", _PICKLED],
            env=environment | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


def test_settings_survive_pickling_and_refuse_other_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = arrow.CleanColumns(html_column="page", pipeline=Pipeline(skip=frozenset({"caption"})), prefix="x_")
    content = pickle.dumps(columns)
    assert pickle.loads(content) == columns
    monkeypatch.setattr("descale.tools.same_rules.rule_set", lambda: "0.0.9+000000000000")
    with pytest.raises(RuntimeError, match=r"but here is 0\.0\.9\+0"):
        pickle.loads(content)


def test_what_needs_pyarrow_says_what_to_install() -> None:
    code = "import sys; sys.modules['pyarrow'] = None\nimport descale.tools.arrow"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": python_path()}, capture_output=True, text=True, check=False
    )
    assert "ModuleNotFoundError: pyarrow is not installed; this needs: pip install 'descale[arrow]'" in done.stderr


# --------------------------------------------------------------------------------- overhead
#: The target is 1.15 (tests/benchmarks/adapters.py measures it); a busy machine needs room.
OVERHEAD = 1.15
_ROOM = 0.1


def test_arrow_costs_little_more_than_a_plain_loop() -> None:
    from timing import ratio, side_by_side  # noqa: PLC0415 - on the path since documents is imported

    table = given("text").slice(100, 60)
    recorder, pages, urls = Recorder(), table["page"].to_pylist(), table["url"].to_pylist()
    runs: dict[str, Callable[[], object]] = {
        "loop": lambda: [recorder.clean(page, url=url) for page, url in zip(pages, urls, strict=True) if page is not None],
        "arrow": functools.partial(arrow.clean_table, table, text_column="page", url_column="url"),
    }
    assert len(expected("text")) == 500
    assert ratio(side_by_side(runs, turns=3), "arrow", "loop") <= OVERHEAD + _ROOM
