"""Arrow tables and record batches: a column of documents in, the columns of their records beside it.

    from descale.tools.arrow import clean_table
    table = clean_table(table, text_column="text", url_column="url")
    table["clean_text"], table["clean_error"]

The columns that come in stay as they are. The new ones are the fields of `descale.tools.record`, typed by
`SCHEMA`, with a prefix before their names: a table that holds pages often has a ``text``, ``url``, ``date`` or
``language`` of its own. A null document stays null: no text, and no error. Every adapter to an engine goes
through this module, so its columns are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from descale import Pipeline, rule_set
from descale.tools.extras import extra
from descale.tools.record import FIELDS, Recorder
from descale.tools.same_rules import expect_rules

with extra("arrow"):
    import pyarrow as pa

PREFIX: Final = "clean_"
#: Rows whose records are held as Python objects at a time; more gain nothing.
_ROWS: Final = 1000
#: By name, since older releases of pyarrow lack the types of the last two.
_TEXT_TYPES: Final = frozenset({"string", "large_string", "binary", "large_binary", "string_view", "binary_view"})
_REMOVAL: Final = pa.struct(
    [
        ("start", pa.int64()),
        ("stop", pa.int64()),
        ("family", pa.string()),
        ("rule", pa.string()),
        ("score", pa.float64()),
        ("evidence", pa.string()),
    ]
)
_TYPES: Final = {
    "authors": pa.list_(pa.string()),
    "tags": pa.list_(pa.string()),
    "notes": pa.list_(pa.string()),
    "is_free": pa.bool_(),
    "confidence": pa.float64(),
    "removals": pa.list_(_REMOVAL),
}
#: The published schema: a record as Arrow types, its names without a prefix. Dates are ISO 8601 strings.
SCHEMA: Final = pa.schema([(name, _TYPES.get(name, pa.string())) for name in FIELDS])


def clean_table(
    table: pa.Table,
    *,
    text_column: str | None = None,
    html_column: str | None = None,
    url_column: str | None = None,
    pipeline: Pipeline | None = None,
    prefix: str = PREFIX,
) -> pa.Table:
    """Return the table with the columns of `SCHEMA` behind its own, which stay as they are.

    Args:
        table: any table; its documents are strings or bytes, dictionary-encoded or not.
        text_column: the column of the documents, each read as the pipeline's ``source_type`` says (by
            default each is looked at: HTML or text).
        html_column: the column of the documents, all read as HTML. One of the two is needed.
        url_column: the column of the pages' addresses, if there is one; nulls are addresses not known.
        pipeline: how to clean; None takes the default one, that of `descale.clean_article`.
        prefix: what stands before the names of the new columns.

    Raises:
        ValueError: none or both of the two columns are named; a column is missing or of another type; a
            new column's name is taken. Bad documents raise nothing: their ``error`` says what is wrong.
    """
    return CleanColumns(text_column, html_column, url_column, pipeline, prefix).table(table)


def clean_batch(
    batch: pa.RecordBatch,
    *,
    text_column: str | None = None,
    html_column: str | None = None,
    url_column: str | None = None,
    pipeline: Pipeline | None = None,
    prefix: str = PREFIX,
) -> pa.RecordBatch:
    """Do for one record batch what `clean_table` does for a table; for many, make one `CleanColumns`."""
    return CleanColumns(text_column, html_column, url_column, pipeline, prefix).batch(batch)


@dataclass(frozen=True)
class CleanColumns:
    """The settings of `clean_table`, checked once and used for many tables; picklable, without state.

    Its pickle is the same in every process for the same settings, since engines and caches go by it. It also
    names the rules: to unpickle it where other rules are installed is an error, so that no machine of a
    cluster cleans by rules of its own.
    """

    text_column: str | None = None
    html_column: str | None = None
    url_column: str | None = None
    pipeline: Pipeline | None = None
    prefix: str = PREFIX
    _recorder: Recorder = field(init=False, repr=False, compare=False)
    _absent: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the settings and load what cleaning needs.

        Raises:
            ValueError: none or both of ``text_column`` and ``html_column`` are given.
        """
        if (self.text_column is None) == (self.html_column is None):
            message = "give one of text_column and html_column"
            raise ValueError(message)
        pipeline = self.pipeline or Pipeline()
        recorder = Recorder(pipeline if self.html_column is None else replace(pipeline, source_type="html"))
        object.__setattr__(self, "_recorder", recorder)
        object.__setattr__(self, "_absent", recorder.failed(ValueError()) | {"error": None})

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the settings in one order, for that of a set of strings differs from process to process."""
        columns = (self.text_column, self.html_column, self.url_column, self.prefix)
        return _unpickled, (type(self), columns, _settings(self.pipeline), rule_set())

    @property
    def source_column(self) -> str:
        """Name of the column that holds the documents."""
        return self.text_column if self.text_column is not None else str(self.html_column)

    @property
    def record_schema(self) -> pa.Schema:
        """`SCHEMA` under the names of the new columns."""
        return pa.schema([new.with_name(self.prefix + new.name) for new in SCHEMA])

    def schema(self, given: pa.Schema) -> pa.Schema:
        """Return the schema of a cleaned table.

        Raises:
            ValueError: as `clean_table`.
        """
        for name in (self.source_column, self.url_column):
            if name is not None:
                _expect_text(given, name)
        taken = sorted(set(given.names) & set(self.record_schema.names))
        if taken:
            message = f"there is a column {taken[0]!r} already: give another prefix than {self.prefix!r}, or rename the column"
            raise ValueError(message)
        for new in self.record_schema:
            given = given.append(new)
        return given

    def table(self, table: pa.Table) -> pa.Table:
        """Return the table with the new columns; see `clean_table`."""
        self.schema(table.schema)
        cleaned = [self.records(batch) for batch in table.to_batches(max_chunksize=_ROWS)]
        for new in SCHEMA:
            column = pa.chunked_array([records.column(new.name) for records in cleaned], new.type)
            table = table.append_column(self.prefix + new.name, column)
        return table

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch with the new columns; see `clean_table`."""
        schema = self.schema(batch.schema)
        cleaned = [self.records(batch.slice(start, _ROWS)) for start in range(0, max(1, batch.num_rows), _ROWS)]
        new = [pa.concat_arrays([records.column(name) for records in cleaned]) for name in FIELDS]
        return pa.RecordBatch.from_arrays([*batch.columns, *new], schema=schema)

    def records(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Return the records of the rows, without the columns that came in; typed and named by `SCHEMA`."""
        sources = _values(rows.column(self.source_column))
        urls = _values(rows.column(self.url_column)) if self.url_column is not None else None
        return self.records_of(sources, urls)

    def records_of(self, sources: Sequence[object], urls: Sequence[object] | None = None) -> pa.RecordBatch:
        """Return the records of documents; None is a document that is not there."""
        records = [
            self._absent if source is None else self._recorder.clean(source, url=_as_url(url))
            for source, url in zip(sources, urls or [None] * len(sources), strict=True)
        ]
        try:
            return pa.RecordBatch.from_pylist(records, schema=SCHEMA)
        except Exception:  # noqa: BLE001 - whatever one record does must not lose the others
            return pa.RecordBatch.from_pylist([self._storable(record) for record in records], schema=SCHEMA)

    def _storable(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return the record, or one with an error if Arrow cannot hold it (a cleaner of one's own gave it a wrong type)."""
        try:
            pa.RecordBatch.from_pylist([record], schema=SCHEMA)
        except Exception as error:  # noqa: BLE001 - as above
            return self._recorder.failed(error)
        return record


def _settings(pipeline: Pipeline | None) -> dict[str, Any] | None:
    """Return what makes the pipeline, in an order that is the same in every process; shipped cleaners by name."""
    if pipeline is None:
        return None
    settings = {setting.name: getattr(pipeline, setting.name) for setting in fields(pipeline)}
    shipped = Pipeline().cleaners
    cleaners = [cleaner.family if cleaner in shipped else cleaner for cleaner in pipeline.cleaners]
    return settings | {"skip": sorted(pipeline.skip), "cleaners": cleaners}


def _pipeline(settings: Mapping[str, Any]) -> Pipeline:
    """Make the pipeline again of its settings."""
    shipped = {cleaner.family: cleaner for cleaner in Pipeline().cleaners}
    cleaners = tuple(shipped[cleaner] if isinstance(cleaner, str) else cleaner for cleaner in settings["cleaners"])
    return Pipeline(**{**settings, "cleaners": cleaners})


def _unpickled(
    kind: type[CleanColumns],
    columns: tuple[str | None, str | None, str | None, str],
    settings: Mapping[str, Any] | None,
    rules: str,
) -> CleanColumns:
    """Make a `CleanColumns` again, with the rules that it was pickled with.

    Raises:
        RuntimeError: other rules are installed here.
    """
    expect_rules(rules)
    text, html, url, prefix = columns
    return kind(text, html, url, None if settings is None else _pipeline(settings), prefix)


def _expect_text(schema: pa.Schema, name: str) -> None:
    """Check that there is one such column, of strings or bytes."""
    found = schema.get_all_field_indices(name)
    if len(found) != 1:
        message = f"there are {len(found)} columns {name!r}; the columns are {', '.join(map(repr, schema.names))}"
        raise ValueError(message)
    given = kind = schema.field(name).type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if not (pa.types.is_null(kind) or str(kind) in _TEXT_TYPES or pa.types.is_fixed_size_binary(kind)):
        message = f"column {name!r} holds {given}, not strings or bytes"
        raise ValueError(message)


def _values(column: pa.Array) -> list[Any]:
    """Return the values of a column; a string that is no UTF-8, which Arrow lets pass, as bytes."""
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return list(_decoded(column))


def _decoded(column: pa.Array) -> Iterator[Any]:
    for scalar in column:
        try:
            yield scalar.as_py()
        except UnicodeDecodeError:
            yield scalar.cast(pa.large_binary()).as_py()


def _as_url(url: object) -> str | None:
    if isinstance(url, bytes):
        return url.decode("utf-8", "replace")
    return None if url is None else str(url)
