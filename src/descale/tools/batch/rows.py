"""The row of one document in a record output: where it comes from, our fields, the input's other columns."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, time
from typing import Any

from descale.tools.batch.settings import Settings
from descale.tools.batch.source import Entry
from descale.tools.record import FIELDS

PROVENANCE = ("path", "record")
#: The text that the offsets of removals count; written with them.
DOCUMENT = "document"
_OURS = frozenset((*PROVENANCE, *FIELDS, DOCUMENT))


def row_of(entry: Entry, record: dict[str, Any], columns: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return a row: ``path`` and ``record`` of the input, the record's fields, and the other columns as they were.

    Of the input, text and HTML are what was cleaned and are not repeated.
    """
    row = {"path": entry.file.told, "record": entry.record}
    row |= {name: record[name] for name in FIELDS if name != "removals" or settings.removals}
    row |= {DOCUMENT: record[DOCUMENT]} if settings.removals else {}
    names = passed_names(columns, settings)
    return row | {names[name]: columns[name] for name in names}


def passed_names(columns: Any, settings: Settings) -> dict[str, str]:
    """Return under which name each of the input's other columns is passed on.

    A column that is called like one of ours becomes ``input_NAME``, as often as it takes to be unlike all others.
    """
    passed = [name for name in columns if name not in (settings.text_key, settings.html_key)]
    taken = _OURS.union(passed)
    names: dict[str, str] = {}
    for name in passed:
        new = name
        while new in _OURS or (new != name and new in taken):
            new = f"input_{new}"
        taken |= {new}
        names[name] = new
    return names


def json_bytes(row: dict[str, Any], *, indent: int | None = None) -> bytes:
    """Return a row as JSON; lone surrogates, which are no UTF-8, stand as escapes."""
    text = json.dumps(row, ensure_ascii=False, indent=indent, default=plain)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(row, indent=indent, default=plain).encode()


def plain(value: object) -> object:
    """Return a value of Parquet that JSON has no notation for: times in ISO 8601, bytes in Base64."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)
