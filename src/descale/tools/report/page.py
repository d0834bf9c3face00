"""The report's data as one HTML page that needs nothing else and lets nothing else run.

All that comes from pages is data, in JSON that no HTML parser can take for markup; the script
puts it on the page as text alone. A content security policy allows the page's own style and
script, by their hashes, and nothing from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib import resources
from typing import Any

#: What could end the script element, open a comment in it, or break a line of JavaScript; and lone surrogates, no UTF-8.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def rendered(data: dict[str, Any], title: str) -> str:
    """Return the page."""
    style, script = _file("report.css"), _file("report.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    parts = {
        "policy": html.escape(policy, quote=False),
        "title": html.escape(title.encode("utf-8", "replace").decode()),
        "style": style,
        "script": script,
        "data": json_in_html(data),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _file("report.html"))


def json_in_html(data: Any) -> str:
    """Return JSON that may stand in a script element whatever strings it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
