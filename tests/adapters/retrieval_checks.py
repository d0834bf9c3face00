"""What a cleaned document of LangChain, LlamaIndex or Haystack must hold, given the record of a plain loop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from descale.tools.record import METADATA_FIELDS


def assert_same_as_records(text: str | None, metadata: Mapping[str, Any], record: Mapping[str, Any]) -> None:
    """Compare a document, cleaned with its removals listed, with a record."""
    assert text == (record["text"] or "")
    for name in METADATA_FIELDS:
        value = record[name]
        assert metadata.get(name) == ("; ".join(value) or None if isinstance(value, list) else value), name
    assert metadata.get("descale_error") == record["error"]
    assert metadata.get("descale_confidence") == record["confidence"]
    assert metadata.get("descale_notes", "") == "; ".join(record["notes"] or ())
    assert json.loads(metadata.get("descale_removals", "null")) == record["removals"]
    assert metadata["descale_rule_set"] == record["rule_set"]
    assert metadata["descale_configuration"] == record["configuration"]
    assert all(value is None or isinstance(value, str | int | float) for value in metadata.values())
