"""Hugging Face datasets: a callable for `Dataset.map` and `IterableDataset.map`, batched.

    clean = CleanRows(text_column="text", url_column="url")
    cleaned = dataset.with_format("arrow").map(clean, batched=True)

In the Arrow format nothing is copied into Python objects and back, and the columns have their types
from the start. Without it the map needs ``features=clean.features(dataset.features)``: else datasets takes
the types from the first batch, and a column that is empty there cannot be filled later.

The same settings have the same fingerprint in every process, so a second map comes from the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from descale.tools.arrow import CleanColumns
from descale.tools.extras import extra

with extra("datasets"):
    import datasets
    import pyarrow as pa


@dataclass(frozen=True)
class CleanRows(CleanColumns):
    """Cleans a batch of rows, in the Arrow format or as a dict of lists; settings as `descale.tools.arrow.clean_table`."""

    def __call__(self, rows: Any) -> Any:
        """Return a table with the new columns behind its own, or a dict of the new columns alone, which `map` adds.

        Raises:
            ValueError: as `descale.tools.arrow.clean_table`.
        """
        if isinstance(rows, pa.Table):
            return self.table(rows)
        return self._lists(rows)

    def features(self, given: Mapping[str, Any] | None = None) -> datasets.Features:
        """Return the features of the cleaned dataset, made of those it has."""
        return datasets.Features({**(given or {}), **datasets.Features.from_arrow_schema(self.record_schema)})

    def _lists(self, rows: Mapping[str, Any]) -> dict[str, list[Any]]:
        wanted = [name for name in (self.source_column, self.url_column) if name is not None]
        absent = [name for name in wanted if name not in rows]
        if absent:
            message = f"there is no column {absent[0]!r}; the columns are {', '.join(map(repr, rows))}"
            raise ValueError(message)
        taken = sorted(set(rows) & set(self.record_schema.names))
        if taken:
            message = f"there is a column {taken[0]!r} already: give another prefix than {self.prefix!r}, or rename the column"
            raise ValueError(message)
        columns = [list(rows[name]) for name in wanted]
        return {self.prefix + name: values for name, values in self.records_of(*columns).to_pydict().items()}
