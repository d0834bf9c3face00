"""What of a record goes into the metadata of documents of LangChain, LlamaIndex and Haystack.

Their documents carry one flat dictionary of metadata beside the text, and stores accept only
strings, numbers and None in it. The article's own metadata (``title``, ``date``, …; ``authors``
and ``tags`` joined by "; ") fills keys that the document lacks, and never overwrites one that it
has. What is said about the cleaning stands in keys of our own, `PROVENANCE_KEYS`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from descale.tools.record import METADATA_FIELDS

#: Keys that are written whatever stood there: ``descale_error`` only where cleaning failed,
#: ``descale_notes`` only where there are some, ``descale_removals`` (JSON) only on demand.
PROVENANCE_KEYS = (
    "descale_confidence",
    "descale_error",
    "descale_notes",
    "descale_removals",
    "descale_rule_set",
    "descale_configuration",
)
_JOINED_BY = "; "


def address(metadata: Mapping[Any, Any], key: str | None) -> str | None:
    """Return the web address that stands under a key; None for a file path or anything else."""
    value = metadata.get(key)
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else None


def merged(metadata: Mapping[Any, Any], record: Mapping[str, Any], *, removals: bool = False) -> dict[Any, Any]:
    """Return a document's metadata with what is known after cleaning; the argument stays as it is."""
    combined = {key: value for key, value in metadata.items() if key not in PROVENANCE_KEYS}
    for name in METADATA_FIELDS:
        value = record[name]
        if value not in (None, []) and combined.get(name) is None:
            combined[name] = _JOINED_BY.join(value) if isinstance(value, list) else value
    if record["error"] is not None:
        combined["descale_error"] = record["error"]
    else:
        combined["descale_confidence"] = record["confidence"]
        if record["notes"]:
            combined["descale_notes"] = _JOINED_BY.join(record["notes"])
        if removals:
            combined["descale_removals"] = json.dumps(record["removals"], ensure_ascii=False)
    return combined | {"descale_rule_set": record["rule_set"], "descale_configuration": record["configuration"]}
