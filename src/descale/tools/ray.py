"""Ray Data: a class for `Dataset.map_batches` with batches of Arrow.

    dataset.map_batches(
        CleanBatches, fn_constructor_kwargs={"text_column": "text"}, batch_format="pyarrow", concurrency=2
    )

Ray makes one instance in each worker, so the rules are loaded once a worker. Nothing here imports ray.
"""

from __future__ import annotations

from typing import Any

from descale.tools.extras import extra

with extra("ray"):
    from descale.tools.arrow import CleanColumns


class CleanBatches:
    """Adds the columns of the cleaned documents to each batch; settings as `descale.tools.arrow.clean_table`.

    Raises:
        ValueError: none or both of ``text_column`` and ``html_column`` are given.
    """

    def __init__(self, **settings: Any) -> None:
        self._columns = CleanColumns(**settings)

    def __call__(self, batch: Any) -> Any:
        """Return a `pyarrow.Table` with the new columns behind its own.

        Raises:
            ValueError: as `descale.tools.arrow.clean_table`.
        """
        return self._columns.table(batch)
