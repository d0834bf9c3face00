"""Spark: a function for `DataFrame.mapInArrow`, and the schema it gives.

    cleaned = clean_frame(frame, text_column="text", url_column="url")

is short for

    settings = CleanColumns(text_column="text", url_column="url")
    cleaned = frame.mapInArrow(in_arrow(settings), schema_of(frame, settings))

`mapInArrow` hands over Arrow batches as they are, which `mapInPandas` and plain UDFs turn into other objects first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from descale.tools.extras import extra

if TYPE_CHECKING:
    import pyarrow as pa

with extra("spark"):
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    from descale.tools.arrow import CleanColumns


def clean_frame(frame: Any, **settings: Any) -> Any:
    """Return a `DataFrame` with the columns of the cleaned documents behind its own, worked out when Spark needs it.

    Args:
        frame: a `pyspark.sql.DataFrame`.
        settings: as `descale.tools.arrow.clean_table`.

    Raises:
        ValueError: as `descale.tools.arrow.clean_table`; at once, before anything runs.
    """
    columns = CleanColumns(**settings)
    return frame.mapInArrow(in_arrow(columns), schema_of(frame, columns))


def in_arrow(columns: CleanColumns) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return the function for `mapInArrow`."""
    return partial(_each, columns)


def schema_of(frame: Any, columns: CleanColumns) -> Any:
    """Return the schema of the cleaned frame as a Spark `StructType`.

    Raises:
        ValueError: as `descale.tools.arrow.clean_table`.
    """
    columns.schema(to_arrow_schema(frame.schema))
    new = from_arrow_schema(columns.record_schema)
    return type(new)([*frame.schema.fields, *new.fields])


def _each(columns: CleanColumns, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return map(columns.batch, batches)
