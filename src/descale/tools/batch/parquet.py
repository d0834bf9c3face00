"""Reading and writing Parquet with pyarrow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from descale.tools.batch.settings import Problem, Settings

_ROWS_AT_ONCE = 64


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet  # noqa: PLC0415 - an extra
    except ImportError as error:
        message = "reading and writing Parquet needs pyarrow: pip install 'descale[parquet]'"
        raise Problem(error="MissingExtra", message=message) from error
    return pyarrow


def require_pyarrow() -> None:
    """Check that pyarrow is there.

    Raises:
        Problem: it is not; the message says what to install.
    """
    _pyarrow()


def row_groups(path: str, settings: Settings) -> list[tuple[int, int]]:
    """Return rows and uncompressed bytes of each row group.

    Raises:
        Problem: no Parquet, no column with text or HTML, or pyarrow is not installed.
    """
    pyarrow = _pyarrow()
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
            sizes = [(group.num_rows, group.total_byte_size) for group in groups]
    except pyarrow.ArrowException as error:
        raise Problem(type(error).__name__, f"cannot be read as Parquet: {error}") from error
    expect_source_column(names, settings)
    return sizes


def expect_source_column(names: Sequence[str], settings: Settings) -> None:
    """Check that there is something to clean.

    Raises:
        Problem: there is neither a column with HTML nor one with text.
    """
    if settings.html_key not in names and settings.text_key not in names:
        message = (
            f"no column {settings.html_key!r} (--html-key) or {settings.text_key!r} (--text-key); there are {', '.join(names)}"
        )
        raise Problem(error="MissingColumn", message=message)


class RowReader:
    """Reads rows of one file forwards; a worker's next piece of it mostly lies ahead, so little is read twice."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._file = _pyarrow().parquet.ParquetFile(path)
        self._group = -1
        self._next = 0
        self._batches: Iterator[Any] = iter(())
        self._batch: Any = None
        self._offset = 0

    def schema(self) -> Any:
        """Return the columns' names and types."""
        return self._file.schema_arrow

    def rows(self, group: int, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """Yield rows ``start`` to ``stop`` of a row group."""
        if group != self._group or start < self._next:
            self._batches = self._file.iter_batches(batch_size=_ROWS_AT_ONCE, row_groups=[group])
            self._group, self._next, self._batch, self._offset = group, 0, None, 0
        while self._next < stop:
            if self._batch is None or self._offset >= self._batch.num_rows:
                self._batch, self._offset = next(self._batches), 0
            ahead = min(max(start - self._next, 0), self._batch.num_rows - self._offset)
            if ahead:
                self._next, self._offset = self._next + ahead, self._offset + ahead
                continue
            row = self._batch.slice(self._offset, 1).to_pylist()[0]
            self._next, self._offset = self._next + 1, self._offset + 1
            yield row


def _types(pyarrow: Any) -> dict[str, Any]:
    """Return the types of the columns that are ours: those of every adapter, and what a batch run adds."""
    from descale.tools.arrow import SCHEMA  # noqa: PLC0415 - needs pyarrow, which is an extra

    own = {"path": pyarrow.string(), "record": pyarrow.int64(), "document": pyarrow.string()}
    return dict(zip(SCHEMA.names, SCHEMA.types, strict=True)) | own


def write(path: str, rows: Sequence[dict[str, Any]], columns: Sequence[str], types: dict[str, Any]) -> None:
    """Write rows as one Parquet file; ``types`` are those of columns passed through, as far as known."""
    pyarrow = _pyarrow()
    types = types | _types(pyarrow)
    arrays = [_array(pyarrow, [row.get(name) for row in rows], types.get(name)) for name in columns]
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=list(columns)), path)


def _array(pyarrow: Any, values: list[Any], kind: Any) -> Any:
    """Return a column; one of mixed types is written as JSON, so that nothing is lost."""
    try:
        return pyarrow.array(values, type=kind)
    except UnicodeEncodeError:
        return pyarrow.array([_encodable(value) for value in values], type=kind)
    except (pyarrow.ArrowException, OverflowError):
        texts = [None if value is None else _encodable(json.dumps(value, ensure_ascii=False, default=str)) for value in values]
        return pyarrow.array(texts, pyarrow.string())


def _encodable(value: Any) -> Any:
    """Return a value without lone surrogates, which Parquet cannot hold: they stand as escapes."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _encodable(one) for key, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, list) else value
